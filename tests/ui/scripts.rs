//! Scripts are edited in a real terminal: typed, saved, kept through a kill, and not written over.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::support::{Screen, World, until};

#[test]
fn a_script_is_typed_and_saved_byte_for_byte() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("demo-").press("\r").until("ctrl-f find");
    screen.press("set -e\r").until("* unsaved");
    // A paste is one step, whatever is in it.
    screen.paste("if true; then\n\techo \u{65e5}\u{672c}\nfi\n").until("fi");
    screen.press("\u{13}").until("is saved").until_gone("* unsaved");
    let shown = world.prebake(["show", &world.id("demo"), "--json"]).run().succeeds().out();
    let expected = "set -e\\nif true; then\\n\\techo \u{65e5}\u{672c}\\nfi\\necho one\\n";
    assert!(shown.contains(expected), "{shown}");
    // Undone to what the file says it is saved again.
    screen.press("x").until("* unsaved").press("\u{1a}").until_gone("* unsaved");
    screen.press("\u{11}");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn text_that_was_never_saved_survives_a_kill() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("demo-").press("\r").until("ctrl-f find").press("echo unsaved\r");
    let drafts = world.state().join("drafts");
    until("the draft", || {
        fs::read_dir(&drafts).is_ok_and(|mut it| it.next().is_some()).then_some(())
    });
    screen.settles(Duration::from_millis(300));
    screen.signal("KILL");
    drop(screen);
    let screen = Screen::open(&world, (130, 36));
    screen.until_read("Unsaved text of").press("t").until("echo unsaved").until("* unsaved");
    screen.press("\u{13}").until("is saved");
    assert!(fs::read_to_string(world.path_of("demo")).unwrap().contains("echo unsaved"));
    until("no draft", || fs::read_dir(&drafts).unwrap().next().is_none().then_some(()));
}

#[test]
fn leaving_at_once_keeps_what_was_typed() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let screen = Screen::open(&world, (130, 36));
    screen
        .until("demo-")
        .press("\r")
        .until("ctrl-f find")
        .press("# in a hurry\r")
        .until("# in a hurry");
    screen.signal("TERM");
    assert_eq!(screen.ends(), 143);
    let screen = Screen::open(&world, (130, 36));
    screen.until_read("Unsaved text of").press("t").until("# in a hurry");
    screen.press("\u{11}").until("Leave with unsaved scripts?").press("l");
    assert_eq!(screen.ends(), 0);
    let screen = Screen::open(&world, (130, 36));
    screen.until("Unsaved text of");
}

#[test]
fn a_change_by_somebody_else_is_not_written_over() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("demo-").press("\r").until("ctrl-f find").press("# mine\r").until("* unsaved");
    let path = world.path_of("demo");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("echo one", "echo theirs")).unwrap();
    screen.until("file changed").press("\u{13}").until("Whose scripts");
    screen.press("d").until("echo theirs").press("\u{1b}").until("Whose scripts");
    screen.press("t").until_gone("* unsaved").until("echo theirs");
    assert!(fs::read_to_string(&path).unwrap().contains("echo theirs"));
    screen.press("\u{1a}").until("# mine").until("* unsaved");
}

#[test]
fn what_is_typed_while_the_file_goes_is_offered_and_makes_it_again() {
    let world = World::new()
        .environment("demo", |e| e.cached("echo one\n"))
        .environment("other", |e| e.cached("echo other\n"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("demo-").press("\r").until("ctrl-f find").press("# first\r").until("* unsaved");
    let (path, moved) = (world.path_of("demo"), world.path_of("other").with_file_name("zz.yaml"));
    let texts = || [&moved, &world.path_of("other")].map(|path| fs::read_to_string(path).unwrap());
    fs::rename(&path, &moved).unwrap();
    let before = texts();
    screen.until("unsaved, file gone").press("# second\r").until("# second");
    screen.press("\u{11}").until("Leave with unsaved scripts?").press("l");
    assert_eq!(screen.ends(), 0);
    let screen = Screen::open(&world, (130, 36));
    screen.until("It has no file").until_read("Unsaved text of").press("t").until("# second");
    screen.press("\u{13}").until_gone("unsaved, file gone").until_gone("* unsaved");
    let after = fs::read_to_string(&path).unwrap();
    assert!(after.contains("# first") && after.contains("# second"), "{after}");
    assert_eq!(texts(), before, "nothing went to a neighbour");
}

#[test]
fn a_toggle_after_typing_does_not_hide_the_draft() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("demo-").press("\r").until("ctrl-f find").press("# typed\r").until("* unsaved");
    let draft = world.state().join("drafts").join(format!("{}.yaml", world.id("demo")));
    let says = |words: &str| fs::read_to_string(&draft).is_ok_and(|text| text.contains(words));
    until("the draft", || says("# typed").then_some(()));
    screen.press("\u{1b}1").press("1");
    until("the draft of the other file", || says("headless_desktop_enabled: true").then_some(()));
    screen.signal("KILL");
    drop(screen);
    let screen = Screen::open(&world, (130, 36));
    screen.until_read("Unsaved text of").press("t").until("# typed").until("* unsaved");
}

#[test]
fn two_screens_that_edit_the_same_scripts_lose_nothing() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let typing = |words: &str| {
        let screen = Screen::open(&world, (130, 36));
        screen.until("demo-").press("\r").until("ctrl-f find");
        screen.press(words).until("* unsaved");
        screen
    };
    let one = typing("# of one\r");
    let drafts = world.state().join("drafts");
    until("the draft", || {
        fs::read_dir(&drafts).is_ok_and(|mut it| it.next().is_some()).then_some(())
    });
    let other = typing("# of the other\r");
    for screen in [one, other] {
        screen.press("\u{11}").until("Leave with unsaved scripts?").press("l");
        assert_eq!(screen.ends(), 0);
    }
    let screen = Screen::open(&world, (130, 36));
    screen
        .until_read("Unsaved text of")
        .press("t")
        .until("# of the other")
        .until_read("Unsaved text of");
    screen.press("t").until("# of one");
    // What is not gone on with waits as it was.
    screen.press("\u{11}").until("Leave with unsaved scripts?").press("l");
    assert_eq!(screen.ends(), 0);
    Screen::open(&world, (130, 36)).until("Unsaved text of");
    let texts: Vec<_> = fs::read_dir(&drafts).unwrap().flatten().map(|it| it.path()).collect();
    let texts: Vec<_> = texts.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    for words in ["# of one", "# of the other"] {
        assert!(texts.iter().any(|text| text.contains(words)), "no {words:?} in {texts:?}");
    }
}

/// A screen whose `$EDITOR` is this script; it runs in the folder of the world.
fn with_editor(world: &World, script: &str) -> Screen {
    let editor = world.cwd().join("editor");
    fs::write(&editor, format!("#!/bin/bash\n{script}\n")).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let screen = Screen::run(world, "VISUAL= EDITOR=\"$PWD/editor\" exec \"$PREBAKE\"", (130, 36));
    screen.until("demo-").press("\r").until("ctrl-f find").press("\u{f}");
    screen
}

#[test]
fn what_an_editor_wrote_is_offered_when_prebake_was_killed_meanwhile() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let editor = "trap '' HUP\necho '# from the editor' >\"$1\"; touch written\n\
                  while [ ! -e gate ]; do sleep 0.05; done; touch ended";
    let screen = with_editor(&world, editor);
    let is_there = |name: &str| world.cwd().join(name).exists().then_some(());
    until("the text", || is_there("written"));
    screen.signal("KILL");
    drop(screen);
    // It may be written again, as long as the editor is open.
    let screen = Screen::open(&world, (130, 36));
    screen.until("echo one").settles(Duration::from_millis(300));
    assert!(!screen.text().contains("Unsaved text of"), "{}", screen.text());
    screen.press("q");
    assert_eq!(screen.ends(), 0);
    fs::write(world.cwd().join("gate"), "").unwrap();
    until("the end of the editor", || is_there("ended"));
    let screen = Screen::open(&world, (130, 36));
    screen.until_read("Unsaved text of").press("t").until("# from the editor").until("* unsaved");
}

#[test]
fn what_an_editor_wrote_is_kept_however_it_ends() {
    let world = World::new().environment("demo", |e| e.cached("echo one\n"));
    let screen = with_editor(&world, "echo '# given up' >\"$1\"; exit 1");
    screen.until("# given up").until("undo takes it back").press("\u{1a}").until("echo one");
    screen.press("\u{11}");
    assert_eq!(screen.ends(), 0);
    // The connection drops while it is open.
    let screen = with_editor(&world, "kill -HUP $PPID; echo '# from the editor' >\"$1\"");
    assert_eq!(screen.ends(), 129);
    let screen = Screen::open(&world, (130, 36));
    screen.until_read("Unsaved text of").press("t").until("# from the editor");
    let left = fs::read_dir(world.state()).unwrap().flatten().map(|it| it.file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("edit-")).collect();
    assert!(left.is_empty(), "{left:?}");
}
