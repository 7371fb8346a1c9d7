//! `remove`: asks first, and keeps the file.

use std::fs;

use crate::setup::{User, WEB, names};

fn kept(user: &User) -> Vec<String> {
    let trash = user.state().join("trash");
    names(&trash).iter().map(|name| fs::read_to_string(trash.join(name)).unwrap()).collect()
}

#[test]
fn the_file_goes_to_the_trash() {
    for text in [WEB, "name: ["] {
        let user = User::new().with("web", text);
        user.run(&["remove", "web"]).says(1, &["add `--yes`"]);
        assert!(user.file("web").exists());
        user.run(&["remove", "web", "--yes"]).says(0, &["removed environment `web`", "trash/web-"]);
        assert!(!user.file("web").exists());
        assert_eq!(kept(&user), [text]);
        user.run(&["remove", "web", "--yes"]).says(1, &["no environment `web`"]);
        user.run(&["remove", "web"]).says(1, &["no environment `web`"]);
    }
}

#[test]
fn it_asks_at_a_terminal_and_enter_means_no() {
    let user = User::new().with("web", WEB);
    for (answer, code) in [("\r", 1), ("\u{4}", 1), ("maybe\rn\r", 1), ("y\r", 0)] {
        assert!(user.file("web").exists());
        let ended = user.at_terminal(&["remove", "web"], &[("[y/N]", answer)]);
        assert_eq!(ended.code, code, "{answer:?}: {ended:?}");
    }
    assert!(!user.file("web").exists());
}
