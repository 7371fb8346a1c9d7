//! Commands that the screen steps aside for, and what it knows when it is back.

use std::time::Duration;

use crate::support::{Screen, World};

/// The screen steps aside for a command, which waits for Enter.
fn command(screen: &Screen, key: &str) {
    screen.press(key).until("Enter goes back to the screen.");
    screen.press("\r").until("Environments").settles(Duration::from_millis(500));
}

#[test]
fn an_environment_is_explained_tried_and_runs_in_this_terminal() {
    let world = World::new().environment("demo", |e| {
        e.cached("echo baked > /opt/f").run("export A=1").command(&["bash", "-c", "cat /opt/f"])
    });
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("x").until("Enter goes back to the screen.");
    screen.until("never baked").press("\r").until("Environments");
    screen.settles(Duration::from_millis(500));
    command(&screen, "P");
    screen.press("i").until_gone("Environments").until("Environments");
    screen.settles(Duration::from_millis(500)).press("q");
    assert_eq!(screen.ends(), 0);
    assert!(screen.is_given_back());
}
