//! Commands that the screen steps aside for, and what it knows when it is back.

use crate::support::{Screen, World};

#[test]
fn an_environment_is_explained_tried_and_runs_in_this_terminal() {
    let world = World::new().environment("demo", |e| {
        e.cached("echo baked > /opt/f").run("export A=1").command(&["bash", "-c", "cat /opt/f"])
    });
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("x").until("never baked").until("cached preflight  ");
    // A key that means something in the panes closes the explanation.
    screen.press("P").until("Enter goes back to the screen.");
    screen.press("\r").until("Environments").press("x").until("every layer it needs is baked");
    screen.press("i").until_gone("Environments").until("Environments").press("q");
    assert_eq!(screen.ends(), 0);
    assert!(screen.is_given_back());
}
