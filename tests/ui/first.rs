//! The first minutes: the list, a toggle, a new environment, the keys.

use std::fs;

use crate::support::{Screen, World, until};

#[test]
fn the_list_is_there_and_a_toggle_reaches_the_file() {
    let world = World::new()
        .environment("one", |e| e.cached("echo one > /opt/f"))
        .environment("two", |e| e.run("export A=1"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("one-").until("two-").until("Environments").until("Docker");
    // Desktop on: the file says so, and everything else in it stays.
    let before = fs::read_to_string(world.path_of("one")).unwrap();
    screen.press("1");
    let after = until("the toggle in the file", || {
        let text = fs::read_to_string(world.path_of("one")).unwrap();
        (text != before).then_some(text)
    });
    assert!(after.contains("headless_desktop_enabled: true"), "{after}");
    assert!(after.contains("echo one > /opt/f"), "{after}");
    screen.press("q");
    assert_eq!(screen.ends(), 0);
    assert!(screen.is_given_back());
}

#[test]
fn an_environment_is_made_and_another_prebake_sees_it() {
    let world = World::new();
    let screen = Screen::open(&world, (100, 30));
    screen.until("prebake keeps container environments warm").press("n");
    screen.press("fresh").until("fresh").press("\r");
    screen.until("Base image of fresh").press("debian:12").until("> debian:12").press("\r");
    until("the file", || world.config().join("environments/fresh.yaml").exists().then_some(()));
    let file = fs::read_to_string(world.config().join("environments/fresh.yaml")).unwrap();
    assert!(file.contains("base_image: debian:12"), "{file}");
    assert!(world.prebake(["list"]).run().succeeds().out().contains("fresh"));
    // What others write is seen without asking.
    let text = fs::read_to_string(world.config().join("environments/fresh.yaml")).unwrap();
    fs::write(world.config().join("environments/beside.yaml"), text).unwrap();
    screen.until("beside");
}

#[test]
fn the_keys_are_found_by_typing() {
    let world = World::new().environment("demo", |e| e);
    let screen = Screen::open(&world, (100, 30));
    screen.until("demo-").press("?");
    screen
        .until("Select the next environment")
        .press("palette")
        .until("> palette")
        .until_gone("Select the next environment");
    // The escape must have been taken before the next key, or the two are one.
    screen.press("\u{1b}").until_gone("> palette");
    screen.press(":").until("Actions").press("choose a th").until("Choose a theme");
}

#[test]
fn one_pane_at_a_time_on_a_small_screen_and_a_sentence_on_a_tiny_one() {
    let world = World::new().environment("demo", |e| e);
    let screen = Screen::open(&world, (60, 20));
    screen.until("demo-").until("Envs").until("Tasks");
    screen.resize(59, 20);
    screen.until("prebake needs 60x20 cells");
    screen.resize(250, 70);
    screen.until("Cached preflight").until("Run preflight");
}
