//! The terminal is given back as it was, and is left alone when nothing happens.

use std::time::Duration;

use crate::support::{Screen, Terminal, World, until};

fn world() -> World {
    World::new().environment("demo", |e| e.cached("echo demo"))
}

#[test]
fn signals_give_the_terminal_back() {
    let world = world();
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let screen = Screen::open(&world, (100, 30));
        screen.until("demo-");
        screen.signal(signal);
        assert_eq!(screen.ends(), code, "{signal}");
        assert!(screen.is_given_back(), "{signal}");
    }
}

#[test]
fn nothing_is_written_when_nothing_happens() {
    let world = world();
    let screen = Screen::open(&world, (130, 36));
    screen.until("demo-").until("Docker").settles(Duration::from_millis(1500));
    let ticks = |screen: &Screen| -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", screen.pid())).unwrap();
        let after = stat.rsplit(')').next().unwrap().to_owned();
        let fields: Vec<&str> = after.split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    // What other tests do with the engine is news here, too; one that spins or ticks is never idle.
    until("five seconds with nothing to do", || {
        let before = (screen.written(), ticks(&screen));
        std::thread::sleep(Duration::from_secs(5));
        // A hundredth of a second each.
        (screen.written() == before.0 && ticks(&screen) - before.1 <= 1).then_some(())
    });
}

#[test]
fn a_terminal_that_is_gone_ends_it() {
    let world = world();
    let screen = Screen::open(&world, (100, 30));
    screen.until("demo-");
    let proc = format!("/proc/{}/exe", screen.pid());
    let own = |path: &str| std::fs::read_link(path).is_ok_and(|exe| exe.ends_with("prebake"));
    assert!(own(&proc));
    drop(screen);
    until("the end of the process", || (!own(&proc)).then_some(()));
}

#[test]
fn a_terminal_that_cannot_show_it_gets_a_sentence() {
    let world = world();
    let mut terminal = Terminal::open(&world, "TERM=dumb exec \"$PREBAKE\"");
    assert_ne!(terminal.ends(), 0);
    let shown = terminal.shown();
    assert!(shown.contains("TERM"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    // Neither does a pipe.
    world.prebake([""; 0]).run().exits(1).says("terminal");
}

#[test]
fn without_colours_and_without_utf8_everything_is_still_told() {
    let world = world();
    let script = "NO_COLOR=1 LC_ALL=C exec \"$PREBAKE\"";
    let screen = Screen::run(&world, script, (100, 30));
    screen.until("demo-").until("Environments").until("cold").press("q");
    assert_eq!(screen.ends(), 0);
    let text = screen.text();
    assert!(text.is_ascii(), "{text}");
}
