//! Names of environments as somebody hostile or careless types them: no command leaves the folder
//! or sends bytes to the terminal by one.

use std::fs;

use crate::setup::{User, WEB, names};

#[test]
fn no_command_takes_a_name_that_is_no_id() {
    let user = User::new().with("web", WEB).editor("true");
    let outside = user.file("../x");
    fs::write(&outside, WEB).unwrap();
    let long = "a".repeat(300);
    let absolute = outside.with_extension("").display().to_string();
    let ids = [
        ("../x", "begins with '.'"),
        ("web/../../x", "contains '/'"),
        (&absolute, "begins with '/'"),
        ("", "is empty"),
        (".", "begins with '.'"),
        ("web.yaml/", "contains '/'"),
        ("Web", "begins with 'W'"),
        ("we b", "contains ' '"),
        ("a\u{1b}[2Jb", "contains '\\u{1b}'"),
        ("a\u{7}\r\n", "contains '\\u{7}'"),
        ("a\u{202e}b", "contains '\\u{202e}'"),
        (&long, "has 300 characters"),
    ];
    for (id, cause) in ids {
        for (arguments, code) in [
            (&["show", id][..], 1),
            (&["new", id], 1),
            (&["edit", id], 1),
            (&["build", id], 1),
            (&["build", id, "--detach"], 1),
            (&["status", id], 1),
            (&["explain", id], 1),
            (&["export", id, "--yaml"], 1),
            (&["remove", id, "--yes"], 1),
            (&["run", id, "--", "true"], 125),
            (&["shell", id, "--failed"], 125),
        ] {
            let ended = user.run(&[&["--host", "unix:///nowhere/s"], arguments].concat());
            ended.says(code, &["is no environment id", cause]);
            assert_eq!((ended.stdout.as_str(), ended.stderr.lines().count()), ("", 1), "{ended:?}");
            let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!ended.stderr.contains(steers) && ended.stderr.len() < 400, "{ended:?}");
        }
    }
    assert_eq!(fs::read_to_string(outside).unwrap(), WEB);
    assert_eq!(names(user.file("web").parent().unwrap()), ["web.yaml"]);
    assert_eq!(names(&user.state()), [""; 0]);
}

#[test]
fn a_name_that_looks_like_an_option_is_a_usage_error() {
    let ended = User::new().run(&["show", "--web"]);
    ended.says(2, &["--web"]);
}
