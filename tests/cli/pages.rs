//! `completions` and `man`: texts for other programs.

use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::setup::User;

#[test]
fn bash_reads_its_completions() {
    let user = User::new();
    let script = user.run(&["completions", "bash"]);
    script.says(0, &[]);
    let test = format!("{}\ncomplete -p prebake", script.stdout);
    let output = Command::new("bash").args(["-c", &test]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    user.run(&["completions", "cobol"]).says(2, &["cobol"]);
}

#[test]
fn the_page_is_roff_and_may_be_cut_off() {
    let user = User::new();
    let page = user.run(&["man"]);
    page.says(0, &[]);
    assert!(page.stdout.contains(".TH prebake 1") && page.stdout.contains("PREBAKE RUN"));

    let mut child = user.command(&["man"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut begin = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut begin).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn neither_needs_a_home() {
    for arguments in [&["man"][..], &["completions", "zsh"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_prebake"))
            .args(arguments)
            .env_clear()
            .output()
            .unwrap();
        assert!(output.status.success() && !output.stdout.is_empty(), "{output:?}");
    }
}
