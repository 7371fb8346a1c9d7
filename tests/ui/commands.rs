//! Commands that the screen steps aside for, and what it knows when it is back.

use crate::support::{Screen, World};

/// The screen steps aside for a command, which waits for Enter.
fn command(screen: &Screen, key: &str) {
    screen.press(key).until("Enter goes back to the screen.");
    screen.press("\r").until("Environments");
}

#[test]
fn an_environment_becomes_warm_and_runs() {
    let world = World::new().environment("demo", |e| {
        e.cached("echo baked > /opt/f").run("export A=1").command(&["bash", "-c", "cat /opt/f"])
    });
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("x").until("Enter goes back to the screen.");
    screen.until("never baked").press("\r").until("Environments");
    command(&screen, "b");
    screen.until("warm");
    assert_eq!(world.status("demo")["warm"], true);
    command(&screen, "P");
    screen.press("i").until_gone("Environments").until("Environments").press("q");
    assert_eq!(screen.ends(), 0);
    assert!(screen.is_given_back());
}

#[test]
fn a_failed_bake_is_told_and_its_shell_is_a_key_away() {
    let world = World::new().environment("demo", |e| e.cached("echo kept > /opt/f\nexit 3"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("S").until("no failed bake of");
    command(&screen, "b");
    screen.until("ended with exit code 1").until("failed");
    screen.press("S").until_gone("Environments").press("cat /opt/f; exit\n").until("Environments");
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}
