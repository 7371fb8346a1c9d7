//! Scripts are edited in a real terminal: typed, saved, kept through a kill, and not written over.

use std::fs;
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
    screen.until("Unsaved text of").press("t").until("echo unsaved").until("* unsaved");
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
    screen.until("Unsaved text of").press("t").until("# in a hurry");
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
