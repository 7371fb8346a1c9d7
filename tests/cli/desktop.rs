//! `desktop show`, `edit` and `reset`: the scripts that install the desktop, shipped or one's own.

use std::fs;

use crate::setup::{User, names};

#[test]
fn the_shipped_scripts_are_shown_whole_and_are_bash() {
    let user = User::new();
    let list = user.run(&["desktop", "show"]).stdout;
    for name in ["desktop_install.sh", "desktop_setup.sh"] {
        let line = list.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(line.contains(" of prebake "), "{line}");
    }
    for script in ["install", "setup"] {
        let shown = user.run(&["desktop", "show", script]);
        assert_eq!(shown.code, 0, "{shown:?}");
        let file = user.place().join("script");
        fs::write(&file, shown.stdout).unwrap();
        let bash = std::process::Command::new("bash").arg("-n").arg(&file).output().unwrap();
        assert!(bash.status.success() && bash.stderr.is_empty(), "{script}: {bash:?}");
    }
    // The programs are carried as they are, each up to the line that ends it.
    let setup = user.run(&["desktop", "show", "setup"]).stdout;
    assert_eq!(setup.lines().filter(|line| line.ends_with("<<'PROGRAM'")).count(), 2);
    assert_eq!(setup.lines().filter(|line| *line == "PROGRAM").count(), 2);
}

#[test]
fn an_edited_script_is_ones_own_until_it_is_reset() {
    let user = User::new().editor(r#"echo '# mine' >>"$1""#);
    let own = user.place().join("config/desktop_install.sh");
    let shipped = user.run(&["desktop", "show", "install"]).stdout;
    let ended = user.run(&["desktop", "edit", "install"]);
    ended.says(0, &["baked anew"]);
    assert_eq!(ended.stdout.trim(), own.to_str().unwrap());
    assert_eq!(user.run(&["desktop", "show", "install"]).stdout, format!("{shipped}# mine\n"));
    let list = user.run(&["desktop", "show"]).stdout;
    assert!(list.contains("your own, `") && list.contains(" of prebake "), "{list}");
    assert_eq!(names(&user.state().join("desktop")), [""; 0]);

    user.run(&["desktop", "reset", "setup"]).says(0, &["in force already"]);
    user.run(&["desktop", "reset"]).says(0, &["desktop_install.sh is the shipped one again"]);
    assert!(!own.exists());
    assert_eq!(user.run(&["desktop", "show", "install"]).stdout, shipped);
    let trash = user.state().join("trash");
    let [kept] = &names(&trash)[..] else { panic!("{:?}", names(&trash)) };
    assert_eq!(fs::read_to_string(trash.join(kept)).unwrap(), format!("{shipped}# mine\n"));
}

#[test]
fn an_edit_that_comes_to_nothing_changes_nothing() {
    let user = User::new().editor("true");
    user.run(&["desktop", "edit", "setup"]).says(0, &["nothing was changed"]);
    let user = user.editor(r#"echo half >"$1"; exit 3"#);
    user.run(&["desktop", "edit", "setup"]).says(1, &["failed", "what it left is", "as it was"]);
    let left = user.state().join("desktop/desktop_setup.sh");
    assert_eq!(fs::read_to_string(left).unwrap(), "half\n");
    let user = user.editor(r#"grep -x half "$1" && : >"$1""#);
    user.run(&["desktop", "edit", "setup"]).says(1, &["goes on", "would be empty"]);
    assert!(!user.place().join("config/desktop_setup.sh").exists());
    let user = user.editor(r#"printf 'a\r\nb\r\n' >"$1""#);
    user.run(&["desktop", "edit", "setup"]).says(0, &["Windows line ends"]);
    let own = user.place().join("config/desktop_setup.sh");
    let user = user.editor(&format!(r#"echo mine >"$1"; echo theirs >'{}'"#, own.display()));
    user.run(&["desktop", "edit", "setup"]).says(1, &["changed by somebody else"]);
    assert_eq!(fs::read_to_string(own).unwrap(), "theirs\n");
}
