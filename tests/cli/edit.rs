//! `edit`: whatever the editor does, nothing that was typed is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::setup::{User, WEB, names};

const CHANGE: &str = r#"sed -i s/Web/Site/ "$1""#;
const BREAK: &str = r#"echo 'mounts: {' >>"$1""#;

fn user(editor: &str) -> User {
    User::new().with("web", WEB).editor(editor)
}

#[test]
fn a_change_is_saved_verbatim_and_no_draft_stays() {
    let user = user(&format!(r#"ls -l "$1" >&2; {CHANGE}"#));
    let ended = user.run(&["edit", "web"]);
    ended.says(0, &["-rw-------"]);
    assert_eq!(ended.stdout.trim(), user.file("web").to_str().unwrap());
    assert_eq!(user.text("web"), WEB.replace("Web", "Site"));
    assert_eq!(names(&user.state().join("drafts")), [""; 0]);
    let mode = fs::metadata(user.state()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn visual_wins_and_may_have_arguments() {
    let user = user("exit 9").variable("VISUAL", "sed -i 's/Web/A  B/'");
    user.run(&["edit", "web"]).says(0, &[]);
    assert!(user.text("web").contains("A  B"), "{}", user.text("web"));
}

#[test]
fn no_change_is_no_error() {
    let user = user("true");
    user.run(&["edit", "web"]).says(0, &["nothing was changed"]);
    assert_eq!(user.text("web"), WEB);
}

#[test]
fn a_broken_text_stays_in_the_draft_and_is_offered_again() {
    let user = user(BREAK);
    let ended = user.run(&["edit", "web"]);
    ended.says(1, &["not changed", "drafts/web.yaml:5:9", "prebake edit web"]);
    assert_eq!(user.text("web"), WEB);
    assert_eq!(fs::read_to_string(user.draft("web")).unwrap(), format!("{WEB}mounts: {{\n"));

    let user = user.editor(r#"sed -i 's/mounts: {/mounts: []/' "$1""#);
    let ended = user.at_terminal(&["edit", "web"], &[("go on with the draft? [Y/n]", "\r")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(user.text("web"), format!("{WEB}mounts: []\n"));
    assert_eq!(names(&user.state().join("drafts")), [""; 0]);
}

#[test]
fn what_another_screen_left_is_told_and_stays() {
    let user = user(BREAK);
    user.run(&["edit", "web"]).says(1, &[]);
    let other = user.state().join("drafts/web~2.yaml");
    fs::rename(user.draft("web"), &other).unwrap();
    let user = user.editor(CHANGE);
    user.run(&["edit", "web"]).says(0, &["drafts/web~2.yaml`; a new screen, `prebake`, offers it"]);
    assert_eq!(fs::read_to_string(&other).unwrap(), format!("{WEB}mounts: {{\n"));
    fs::remove_file(user.file("web")).unwrap();
    user.run(&["edit", "web"]).says(1, &["drafts/web~2.yaml"]);
}

#[test]
fn a_draft_that_is_not_wanted_is_kept_elsewhere() {
    let user = user(BREAK);
    user.run(&["edit", "web"]).says(1, &[]);
    let user = user.editor(CHANGE);
    // Without anybody to ask, too.
    user.run(&["edit", "web"]).says(0, &["an earlier edit was not finished", "trash/web-"]);
    assert_eq!(user.text("web"), WEB.replace("Web", "Site"));
    let kept = names(&user.state().join("trash"));
    let kept = fs::read_to_string(user.state().join("trash").join(&kept[0])).unwrap();
    assert_eq!(kept, format!("{WEB}mounts: {{\n"));
}

#[test]
fn a_draft_of_an_older_file_says_so() {
    let user = user(BREAK);
    user.run(&["edit", "web"]).says(1, &[]);
    fs::write(user.file("web"), "version: 1\n").unwrap();
    let user = user.editor("true");
    let ended = user.at_terminal(&["edit", "web"], &[("go on with the draft? [y/N]", "\r")]);
    assert!(ended.stdout.contains("changed since that draft"), "{ended:?}");
    assert_eq!((ended.code, user.text("web").as_str()), (0, "version: 1\n"));
}

#[test]
fn the_second_try_mends_it() {
    let user = user(&format!(
        r#"if [ "$ROUND" = 1 ]; then {BREAK}; else sed -i 's/mounts: {{/mounts: []/' "$1"; fi"#
    ));
    let ended = user.at_terminal(&["edit", "web"], &[("edit again? [Y/n]", "\r")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for words in ["web.yaml:5:9", "5 | mounts: {", "  |         ^"] {
        assert!(ended.stdout.contains(words), "{ended:?}");
    }
    assert_eq!(user.text("web"), format!("{WEB}mounts: []\n"));
}

#[test]
fn declining_keeps_the_draft() {
    for answer in ["n\r", "\u{3}", "\u{4}"] {
        let user = user(BREAK);
        let ended = user.at_terminal(&["edit", "web"], &[("edit again? [Y/n] ", answer)]);
        assert_eq!(ended.code, 1, "{answer:?}: {ended:?}");
        assert!(ended.stdout.contains("your text is kept in"), "{ended:?}");
        assert!(user.draft("web").exists());
        assert_eq!(user.text("web"), WEB);
    }
}

#[test]
fn an_editor_that_is_killed_changes_nothing_and_loses_nothing() {
    let user = user(&format!("{CHANGE}; kill -9 $$"));
    let ended = user.run(&["edit", "web"]);
    ended.says(1, &["killed by signal 9", "your text is kept in", "drafts/web.yaml"]);
    assert_eq!(user.text("web"), WEB);
    assert_eq!(fs::read_to_string(user.draft("web")).unwrap(), WEB.replace("Web", "Site"));
}

#[test]
fn an_editor_that_fails_leaves_a_draft_only_if_something_was_typed() {
    let user = user("exit 3");
    user.run(&["edit", "web"]).says(1, &["ended with exit 3", "nothing is kept"]);
    assert_eq!(names(&user.state().join("drafts")), [""; 0]);
    let user = user.editor(&format!("{CHANGE}; exit 3"));
    user.run(&["edit", "web"]).says(1, &["ended with exit 3", "your text is kept"]);
    assert!(user.draft("web").exists());
    let user = user.variable("EDITOR", "/nowhere/editor");
    user.run(&["edit", "web"]).says(1, &["`/nowhere/editor` was not found"]);
}

#[test]
fn ctrl_c_in_the_editor_is_the_editors() {
    let user =
        user(&format!("trap '{CHANGE}; exit 0' INT; echo ready; while :; do sleep 0.05; done"));
    let ended = user.at_terminal(&["edit", "web"], &[("ready", "\u{3}")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(user.text("web"), WEB.replace("Web", "Site"));
}

#[test]
fn a_file_changed_meanwhile_is_not_overwritten() {
    let user = user(&format!(r#"{CHANGE}; echo '# theirs' >>"$FILE""#));
    let ended = user.run(&["edit", "web"]);
    ended.says(1, &["changed by someone else", "diff ", "drafts/web.yaml"]);
    assert_eq!(user.text("web"), format!("{WEB}# theirs\n"));
    assert_eq!(fs::read_to_string(user.draft("web")).unwrap(), WEB.replace("Web", "Site"));
}

#[test]
fn a_file_removed_meanwhile_does_not_come_back() {
    let user = user(&format!(r#"{CHANGE}; rm "$FILE""#));
    user.run(&["edit", "web"]).says(1, &["removed while it was edited", "prebake new web --edit"]);
    assert!(!user.file("web").exists() && user.draft("web").exists());
    user.run(&["edit", "web"]).says(1, &["a draft of it is kept", "prebake new web"]);
    let user = user.editor("true");
    let go_on = [("go on with the draft?", "y\r")];
    let ended = user.at_terminal(&["new", "web", "--edit"], &go_on);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(user.text("web"), WEB.replace("Web", "Site"));
}

#[test]
fn broken_files_are_mended_by_editing_them() {
    for broken in [&b"name: ["[..], b"name: \xff\n", b"", b"name: a\0b\n"] {
        let user = User::new().with("web", broken).editor(r#"echo 'version: 1' >"$1""#);
        user.run(&["edit", "web"]).says(0, &[]);
        assert_eq!(user.text("web"), "version: 1\n");
    }
    let user = User::new().with("web", "name: [").editor("true");
    user.run(&["edit", "web"]).says(0, &["nothing was changed", "web.yaml:1:"]);
}

#[test]
fn text_that_is_no_utf8_is_refused_with_its_place() {
    let user = user(r#"printf 'name: \377' >"$1""#);
    user.run(&["edit", "web"]).says(1, &["drafts/web.yaml:1:7", "UTF-8"]);
    assert_eq!(user.text("web"), WEB);
}

#[test]
fn two_do_not_edit_the_same_environment() {
    let user = user(r#"env -u EDITOR EDITOR=true "$PREBAKE" edit web"#)
        .variable("PREBAKE", env!("CARGO_BIN_EXE_prebake"));
    user.run(&["edit", "web"]).says(1, &["being edited by another prebake"]);
}

#[test]
fn what_cannot_be_edited_is_a_sentence() {
    let user = user("true");
    user.run(&["edit", "other"]).says(1, &["no environment `other`", "`prebake new other`"]);
    user.run(&["edit", "../x"]).says(1, &["no environment id"]);
    // `vi` is for people only.
    let user = User::new().with("web", WEB);
    user.run(&["edit", "web"]).says(1, &["there is no editor", "set `EDITOR`"]);
    let user = user.variable("EDITOR", "rm");
    user.run(&["edit", "web"]).says(1, &["is gone", "edit it again"]);
    assert_eq!(user.text("web"), WEB);
}
