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

#[test]
fn the_version_tells_which_engines_it_works_with() {
    let user = User::new();
    assert_eq!(user.run(&["-V"]).stdout, format!("prebake {}\n", env!("CARGO_PKG_VERSION")));
    let told = user.run(&["--version"]).stdout;
    // The same as the code that refuses older ones.
    let code = format!("{}/src/engine/connect/mod.rs", env!("CARGO_MANIFEST_DIR"));
    let code = std::fs::read_to_string(code).unwrap();
    let (_, least) = code.split_once("MIN_API: ApiVersion = ApiVersion::new(").unwrap();
    let least = least.split_once(')').unwrap().0.replace(", ", ".");
    assert!(
        told.contains(&format!("API {least} or newer")) && told.contains("Docker 20.10"),
        "{told}"
    );
}
