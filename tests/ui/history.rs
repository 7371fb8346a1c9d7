//! What was measured, on the screen: the history with its logs, what statements took beside their
//! lines, and what an edit would bake.

use crate::support::{Screen, World};

/// Whether the line `sleep 1.2` has its seconds at its right.
fn has_seconds(seen: &str) -> bool {
    let behind = seen.lines().filter_map(|line| line.split("2 sleep 1.2").nth(1));
    behind.map(str::trim_start).any(|rest| rest.starts_with("1.2") && rest.contains(" s "))
}

#[test]
fn a_slow_line_has_its_seconds_and_each_bake_its_log_and_its_difference() {
    let mut world =
        World::new().environment("demo", |e| e.cached("echo first\nsleep 1.2\necho last > /opt/f"));
    world.build("demo").succeeds();
    world.change("demo", |e| e.cached("echo second\nsleep 1.2\necho last > /opt/f"));
    let screen = Screen::open(&world, (130, 36));
    // The line that was not edited kept its time, and what a build takes is told before it begins.
    screen.until_seen("seconds beside the slow line", has_seconds);
    screen.until("a build takes about").press("b").until("is warm, after");

    // An edit that is not saved says what it would bake, until it is taken back.
    screen.press("\r").until("ctrl-f find").press("x").until("* unsaved");
    screen.until("* would bake the environment").until("bakes environment, about 0:0");
    screen.press("\u{1a}").until_gone("* unsaved").until_gone("would bake").press("\u{1b}");

    screen
        .until("b build")
        .press("h")
        .until("l log")
        .press("d")
        .until("cached_preflight.sh, changed");
    screen.press("q").until("l log").press("\r").until("parts").until("sleep 1.2").press("q");
    screen.until("l log").press("G").press("l").until("o pager").until("first");
    // From statement to statement, each with its time.
    screen.press("g").press("}").until("of cached preflight, 0.").press("\u{11}");
    assert_eq!(screen.ends(), 0);
}
