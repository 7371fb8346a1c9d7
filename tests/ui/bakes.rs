//! Bakes on the screen, by a real engine: watched, failed, cancelled, found again.

use std::fs;

use crate::support::{GATE, Line, Screen, SecondEngine, World, until};

#[test]
fn a_bake_is_watched_until_the_environment_is_warm() {
    let world = World::new().environment("demo", |e| {
        e.cached(&format!(
            "printf '\\033[31mhello %s the bake\\033[0m\\n' from\n{GATE}\necho baked > /opt/f"
        ))
    });
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("b").until("hello from the bake").until("1 baking");
    // A second press is for the log, not for another bake.
    screen.press("b").until("cached preflight, line").until("· follow");
    world.open_gate("demo");
    screen.until("is warm, after").until_gone("1 baking").until("ended");
    assert_eq!(world.status("demo")["warm"], true);
    // What is there is not baked again.
    screen.press("b").until("nothing was to be baked").press("q");
    assert_eq!(screen.ends(), 0);
    world.assert_tidy("demo");
}

#[test]
fn a_failed_bake_leads_to_its_line_its_shell_and_another_try() {
    let world =
        World::new().environment("demo", |e| e.cached("echo kept > /opt/f\ntrue\nexit 3\n"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("S").until("no failed bake of");
    screen
        .press("b")
        .until("cached preflight failed at line 3 (exit 3)")
        .until("== cached preflight failed at line 3")
        .until("failed: L3");
    screen.press("S").until_gone("Environments").press("cat /opt/f; exit\n").until("Environments");
    // To the line, which becomes a good one, and again.
    screen.press("f").until(" 3:1 ").press("\u{b}true\u{13}").until("is saved");
    screen.press("\u{1b}").until("b build").press("b").until("is warm, after");
    assert_eq!(world.status("demo")["warm"], true);
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn a_cancelled_bake_leaves_nothing() {
    let world = World::new()
        .environment("demo", |e| e.cached(&format!("printf 'be%s\\n' gun\n{GATE}\necho end")));
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("b").until("begun");
    screen.press("c").until("Cancel the bake of").press("y");
    screen.until("its container is stopped and removed").until_gone("1 baking");
    let label = format!("label={}", world.label("demo"));
    assert!(world.docker().lines(["ps", "-aq", "--filter", &label]).is_empty());
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn a_killed_screen_loses_no_bake_and_the_next_one_shows_all_of_it() {
    let world = World::new().environment("demo", |e| {
        e.cached(&format!("printf 'first %s\\n' line\n{GATE}\necho b > /opt/f"))
    });
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("b").until("first line");
    screen.signal("KILL");
    drop(screen);
    let screen = Screen::open(&world, (130, 36));
    screen.until("1 baking").until("first line");
    world.open_gate("demo");
    screen.until("is warm, after");
    assert_eq!(world.status("demo")["warm"], true);
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn a_screen_that_is_left_has_the_bake_seen_through() {
    let world = World::new().environment("demo", |e| {
        e.cached(&format!("printf 'first %s\\n' line\n{GATE}\necho b > /opt/f"))
    });
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("b").until("first line").press("q");
    assert_eq!(screen.ends(), 0);
    world.open_gate("demo");
    // Nobody asks for it: the image is made all the same.
    until("a warm environment", || (world.status("demo")["warm"] == true).then_some(()));
}

#[test]
fn a_log_is_searched_filtered_and_saved() {
    let script = "for i in $(seq 1 3000); do echo \"line $i of many\"; done";
    let world = World::new().environment("demo", |e| e.cached(script));
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("b").until("is warm, after").press("\u{1b}5").until("o pager");
    screen.press("g").until("line 1 of many").press("/").until("find");
    screen.press("line 2718 of").until("line 2718 of many").press("\r");
    screen.press("&2[0-9]+9 of\u{1b}r").until("only regex").press("\r").until_gone("only regex");
    screen.until("line 2999 of many").until_gone("line 2998 of many");
    // Back among all others, at the same line.
    screen.press("\r").until("line 2998 of many");
    // All of them, most of which are not in memory.
    screen.press("gvGy").until("copied 30").press("s").until("Save the log to");
    let path = world.cwd().join("saved.log");
    screen.press("\u{15}").press(&format!("{}\r", path.display())).until("the log was saved to");
    assert!(fs::read_to_string(path).unwrap().contains("line 1500 of many\n"));
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn an_engine_that_was_away_is_used_again() {
    let mut engine = SecondEngine::start(None);
    let world = World::on(engine.docker()).environment("demo", |e| e.cached("echo b > /opt/f"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold");
    engine.kill();
    // What was known stays, and is marked.
    screen.until("no engine").until("stale for").until("cold").press("b").until("does not answer");
    engine.restart();
    screen.until("the engine answers again").press("b").until("is warm, after").press("q");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn a_bake_is_followed_over_a_link_that_breaks_without_a_gap() {
    let script = format!("seq 1 2000\nprintf 'half %s\\n' way\n{GATE}\nseq 2001 4000");
    let world = World::new().environment("demo", |e| e.cached(&script));
    let line = Line::new(&world);
    let screen =
        Screen::run(&world, &format!("exec \"$PREBAKE\" --host {}", line.host()), (130, 36));
    screen.until("cold").press("b").until("half way");
    line.cut();
    world.open_gate("demo");
    screen.until("is warm, after").press("\u{1b}5").until("o pager").press("s");
    screen.until("Save the log to");
    let path = world.cwd().join("saved.log");
    screen.press("\u{15}").press(&format!("{}\r", path.display())).until("the log was saved to");
    // Every line once and in order, in what is shown last of it.
    let saved = fs::read_to_string(path).unwrap();
    let numbers: Vec<u32> = saved.lines().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(numbers, (1..=4000).collect::<Vec<_>>());
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}
