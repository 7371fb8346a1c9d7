//! Which pictures there are, and how a person would get there.

use std::time::{Duration, Instant};

use crate::support::{EnvironmentBuilder, Screen, until};
use crate::workshop::Workshop;

/// Both scripts side by side.
const WIDE: (u16, u16) = (120, 34);

/// A terminal with the sixteen colours and no more.
const SIXTEEN: &str = "TERM=xterm LC_ALL=C.UTF-8";

/// A key without a meaning: everything is drawn with the time it is then.
const REDRAW: &str = "\u{1b}[24~";

const ESCAPE: &str = "\u{1b}";

/// Takes all pictures.
pub(crate) fn take(mut workshop: Workshop) {
    workshop.furnish();
    let world = &workshop.world;
    // The bakes that came before: good ones, one of another script, one that fails.
    workshop.bake_data_in(Duration::from_millis(19_900));
    for name in ["api", "web"] {
        // The list of images is by age in seconds.
        let begun = Instant::now();
        world.build(name).succeeds();
        until("the next second", || (begun.elapsed() > Duration::from_secs(2)).then_some(()));
    }
    world.build("docs").exits(1);
    let web = |e: EnvironmentBuilder| {
        e.cached_exactly(
            "#!/bin/bash\nset -euo pipefail\n\nfetch node 24.9.0\nfetch chromium 141\n",
        )
    };
    workshop.world.change("web", web);
    workshop.world.change("data", |e| {
        e.cached_exactly(&crate::workshop::DATA.replace("jq 1.8.1", "jq 1.8.2"))
    });
    while_baking(&workshop);
    workshop.world.open_gate("data");
    let screen = workshop.screen(WIDE);
    screen.until("data").until_gone("baking").press(ESCAPE);
    // Nothing of it is left for the next screen to find.
    until("the end of the bake", || {
        let label = workshop.world.label("data");
        workshop.world.docker().containers(&label).is_empty().then_some(())
    });
    drop(screen);
    failed(&workshop);
    editors(&workshop);
    fields(&workshop);
    explained(&workshop);
    tasks(&workshop);
    images(&workshop);
}

/// The whole screen with a bake that is watched, and others of the same moment.
fn while_baking(workshop: &Workshop) {
    // Its clocks agree for a fifth of a second; the estimate comes from the bake before. On a busy
    // machine that moment can be missed.
    let moment_of_it = (0..8).find_map(|_| {
        let screen = at(workshop, "data", WIDE);
        screen.press("b").until("corpus 2026.10");
        let words = ["baking 41 %", "0:08, about 0:12 left"];
        if says_before(&screen, &words, "about 0:10 left") {
            return Some(screen);
        }
        screen.press("c").until("Cancel the bake of").press("y");
        screen.until("its container is stopped and removed");
        None
    });
    let screen = moment_of_it.unwrap_or_else(|| panic!("the machine is too busy"));
    workshop.take(&screen, "overview");
    screen.signal("KILL");
    drop(screen);

    let themes = [("paper", "light"), ("contrast", "contrast")];
    for (theme, name) in themes {
        workshop.settings(&format!("theme = \"{theme}\"\n"));
        moment(workshop, &workshop.screen(WIDE), name);
    }
    workshop.settings("");
    moment(workshop, &workshop.screen_as(SIXTEEN, WIDE), "sixteen");
    moment(workshop, &workshop.screen((80, 24)), "80x24");
    moment(workshop, &workshop.screen((60, 20)), "60x20");

    let screen = workshop.screen(WIDE);
    screen.until("1 baking").press(":").until("Actions").press("bake");
    until_it_says(&screen, &["> bake", "baking 0:02"]);
    workshop.take(&screen, "palette");
    drop(screen);
    let screen = workshop.screen(WIDE);
    screen.until("1 baking").press("?").until(" Keys ");
    until_it_says(&screen, &["baking 0:02"]);
    workshop.take(&screen, "help");
}

/// A screen that found the bake, two seconds old.
fn moment(workshop: &Workshop, screen: &Screen, name: &str) {
    screen.until("1 baking");
    until_it_says(screen, &["baking 0:02"]);
    workshop.take(screen, name);
}

fn failed(workshop: &Workshop) {
    let screen = at(workshop, "docs", WIDE);
    screen.press("b").until("failed at line 6").until("failed: L6");
    screen.press("f").until(" 6:1 ┘").until("ended");
    for log in workshop.world.state_files("logs") {
        let random = log.file_stem().unwrap().to_string_lossy();
        workshop.mask(&random, &"0".repeat(random.len()));
    }
    settled(&screen);
    workshop.take(&screen, "failed");
}

fn editors(workshop: &Workshop) {
    let screen = at(workshop, "ml", WIDE);
    screen.press("\r").until(" 5 findings ").until(" 2 findings ");
    screen.press("\u{1b}OQ").until(" 5:1 ┘");
    settled(&screen);
    workshop.take(&screen, "editors");
    screen.press(ESCAPE).until("b build");
}

fn fields(workshop: &Workshop) {
    let screen = at(workshop, "api", WIDE);
    screen.press("p").until("Fields of api");
    screen.press("\u{1b}[B\u{1b}[B").until("words as in a shell").press(" 'make").until("quote");
    settled(&screen);
    workshop.take(&screen, "fields");
}

/// Why an environment is stale, down to the line that changed.
fn explained(workshop: &Workshop) {
    let took = format!("in {:.1} s", workshop.bake_took("web").as_secs_f64());
    workshop.mask(&took, &took.replace(|char: char| char.is_ascii_digit(), "-"));
    let screen = at(workshop, "web", WIDE);
    screen.press("x").until("fetch node 24.9.0").until("up/down scroll");
    settled(&screen);
    workshop.take(&screen, "explain");
}

fn tasks(workshop: &Workshop) {
    let world = &workshop.world;
    let start = |name: &str, command: &[&str]| {
        world.prebake([&["run", "-d", name, "--"], command].concat()).run().succeeds();
    };
    start("api", &["wc", "-l", "/opt/node/share"]);
    start("data", &["grep", "-c", "99999", "/opt/words"]);
    start("api", &["bash", "-c", "cat \"$API_LOG\""]);
    start("api", &["tail", "-f", "/etc/api.conf"]);
    let tasks = until("the end of all but one", || {
        let tasks = world.prebake(["tasks", "--json"]).run().succeeds().json();
        let running = |task: &&serde_json::Value| task["state"] == "running";
        (tasks["tasks"].as_array().unwrap().iter().filter(running).count() == 1).then_some(tasks)
    });
    for (number, task) in tasks["tasks"].as_array().unwrap().iter().enumerate() {
        let shown = format!("{:012x}", 0x5eed_0000_0000_u64 + number as u64);
        workshop.mask(task["id"].as_str().unwrap(), &shown);
    }
    let screen = at(workshop, "api", WIDE);
    screen.press("\u{1b}6").until("exit 1");
    until_it_says(&screen, &["    0:12 "]);
    workshop.take(&screen, "tasks");
}

fn images(workshop: &Workshop) {
    let screen = at(workshop, "web", WIDE);
    screen.press("\u{1b}7").until("unneeded").press("c").until("Remove");
    settled(&screen);
    workshop.take(&screen, "images");
}

/// A screen with this environment selected.
fn at(workshop: &Workshop, name: &str, size: (u16, u16)) -> Screen {
    let screen = workshop.screen(size);
    screen.until("Docker").until("stale").press("\u{1b}1").press("/").press(name);
    screen.until(&format!("/{name}")).until_gone("legacy").until(&format!("▸{name}"));
    // The escape must have been taken before the next key, or the two are one.
    screen.press("\r").press(ESCAPE).until("legacy").until("b build");
    screen
}

fn settled(screen: &Screen) {
    screen.settles(Duration::from_millis(1500));
}

/// Asks again and again what the clocks say, by a key that changes nothing, until they say this.
fn until_it_says(screen: &Screen, words: &[&str]) {
    assert!(says_before(screen, words, "\0"));
}

/// The same, unless they say something later first; whether they did not.
fn says_before(screen: &Screen, words: &[&str], later: &str) -> bool {
    let says = |seen: &str| words.iter().all(|word| seen.contains(word));
    let mut is_so = false;
    screen.until_seen(&format!("{words:?}"), |seen| {
        is_so = says(seen);
        if !is_so {
            screen.press(REDRAW);
        }
        is_so || seen.contains(later)
    });
    is_so
}
