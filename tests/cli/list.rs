//! `list` and `show`: broken files are told, hostile ones cannot steer the terminal, and a reader
//! that went away is no error.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use crate::setup::{User, WEB};

const HOSTILE: &str = "name: \"a\\e[2Jb\\u202Ec\\r\\nd\"\n";
const HOSTILE_BASE: &str = "base_image: \"x\\e]0;t\\a\\u202E\"\n";

#[test]
fn broken_files_hide_no_others() {
    let user = User::new().with("web", WEB).with("bad", "x: [").with("empty", "");
    let ended = user.with("Bad Name", WEB).run(&["list"]);
    ended.says(0, &["bad.yaml:1:4", "empty.yaml:1:1", "`Bad Name` is no environment id"]);
    assert_eq!(ended.stdout.lines().count(), 1);
    assert!(ended.stdout.starts_with("web "), "{ended:?}");
}

#[test]
fn a_base_that_is_no_image_is_a_broken_file_that_can_be_edited() {
    let user = User::new().with("web", "version: 1\nbase_image: ../images\n").with("ok", WEB);
    let ended = user.run(&["list"]);
    ended.says(0, &["web.yaml:2:13`", "base_image: `../images` is no image reference: `..`"]);
    assert!(ended.stdout.starts_with("ok "), "{ended:?}");
    // No engine is asked.
    let ended = user.run(&["--host", "unix:///nowhere/s", "build", "web"]);
    ended.says(1, &["web.yaml:2:13", "is no image reference"]);
    let user = user.editor(r#"sed -i 's,\.\./images,debian:12,' "$1""#);
    user.run(&["edit", "web"]).says(0, &[]);
    assert_eq!(user.text("web"), "version: 1\nbase_image: debian:12\n");
}

#[test]
fn a_folder_below_a_current_one_that_is_gone_is_told_as_such() {
    let user = User::new();
    let script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" list";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_prebake")]).current_dir(user.place());
    let ended = command.env("PREBAKE_CONFIG_DIR", "here").output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let words = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(
        words,
        "error: PREBAKE_CONFIG_DIR is `here`, a folder below the current one, which cannot be told: it does not exist; change to a folder that exists, or set PREBAKE_CONFIG_DIR to an absolute path\n"
    );
}

#[test]
fn json_lists_both_kinds() {
    let user = User::new().with("web", WEB).with("bad", "x: [");
    let document = user.run(&["list", "--json"]).json();
    assert_eq!(document["environments"][0]["id"], "web");
    assert_eq!(document["environments"][0]["name"], "Web");
    assert_eq!(document["broken"][0]["line"], 1);
    let shown = user.run(&["show", "web", "--json"]).json();
    assert_eq!((&shown["id"], &shown["manifest"]["name"]), (&"web".into(), &"Web".into()));
    user.run(&["show", "bad"]).says(1, &["bad.yaml:1:4"]);
}

#[test]
fn a_file_cannot_steer_the_terminal() {
    let raw = "version: 1\nname: \"\u{202e}\"\n# \u{202e}\n";
    let user = User::new().with("web", HOSTILE).with("raw", raw).with("base", HOSTILE_BASE);
    let user = user.variable("NO_COLOR", "1");
    for arguments in [&["list"][..], &["show", "web"], &["show", "raw"], &["show", "base"]] {
        let ended = user.at_terminal(arguments, &[]);
        let steers = |c: char| (c.is_control() && !"\r\n".contains(c)) || c == '\u{202e}';
        assert!(!ended.stdout.contains(steers), "{ended:?}");
    }
    // A pipe gets the bytes.
    assert_eq!(user.run(&["show", "raw"]).stdout, raw);
    assert_eq!(user.run(&["list"]).stdout.lines().count(), 2);
    assert!(!user.run(&["list"]).stderr.contains(['\u{1b}', '\u{7}', '\u{202e}']));
}

#[test]
fn colours_are_asked_for_or_left_out() {
    let user = User::new().with("bad", "x: [");
    for (variables, arguments, coloured) in [
        (&[][..], &["list"][..], false),
        (&[("CLICOLOR_FORCE", "1")], &["list"], true),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &["list"], false),
        (&[("NO_COLOR", "1")], &["list", "--color", "always"], true),
        (&[("CLICOLOR_FORCE", "1")], &["list", "--color", "never"], false),
    ] {
        let output = user.command(arguments).envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.stderr.contains(&0x1b), coloured, "{variables:?} {arguments:?}");
    }
    let at_terminal = user.at_terminal(&["list"], &[]).stdout;
    assert!(at_terminal.contains("\u{1b}[33mwarning"), "{at_terminal}");
}

#[test]
fn a_thousand_environments_are_quick_and_may_be_cut_off() {
    let mut user = User::new();
    for number in 0..1000 {
        user = user.with(&format!("e{number}"), WEB);
    }
    let begun = Instant::now();
    assert_eq!(user.run(&["list"]).stdout.lines().count(), 1000);
    // A hundredth of it is the goal, in a release build on a machine that does nothing else.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

    let mut child = user.command(&["list"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let user = User::new().with("web", WEB);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = user.command(&["list"]).stdout(full).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("cannot write the result"), "{words}");
}

#[test]
fn an_empty_folder_says_what_to_do() {
    User::new().run(&["list"]).says(0, &["prebake new ENV"]);
}
