//! What no person does, but a window or a cat on the keyboard: sizes and keys without end.

use std::time::{Duration, Instant};

use crate::support::{Screen, World};

#[test]
fn a_storm_of_sizes_leaves_a_whole_picture() {
    let world = World::new().environment("demo", |e| e.cached("echo demo"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("demo-");
    let sizes = [(1, 1), (300, 100), (60, 20), (2, 90), (299, 1), (80, 24), (120, 22), (59, 19)];
    for (width, height) in sizes.iter().cycle().take(80) {
        screen.resize(*width, *height);
    }
    screen.resize(100, 30);
    screen.settles(Duration::from_millis(300)).until("demo-").until("Environments");
    screen.press("q");
    assert_eq!(screen.ends(), 0);
    assert!(screen.is_given_back());
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// A minute of keys that mean anything or nothing, but not to leave or to give the terminal
/// away.
#[test]
fn a_minute_of_random_keys_neither_ends_it_nor_breaks_a_file() {
    let world = World::new()
        .environment("one", |e| e.cached("echo one"))
        .environment("two", |e| e.run("export A=1"));
    // Without an engine, where others have their tasks and images, and with programs that give the
    // terminal back at once.
    let alone = "DOCKER_HOST=unix:///nowhere VISUAL=true EDITOR=true PAGER=true exec \"$PREBAKE\"";
    let screen = Screen::run(&world, alone, (130, 36));
    screen.until("one-");
    let escapes = ["[A", "[B", "[C", "[D", "[H", "[F", "[5~", "[6~", "[3~", "[20~", "[Z"];
    let mut dice = Dice(0x0dd_ba11);
    let begun = Instant::now();
    let mut pressed = 0_u32;
    while begun.elapsed() < Duration::from_mins(1) {
        let key = match dice.roll(12) {
            0..=2 => format!("\u{1b}{}", escapes[dice.roll(escapes.len())]),
            3 => "\u{1b}".to_owned(),
            4 => "\t".to_owned(),
            5 => "\r".to_owned(),
            6 => "\u{1b}1".to_owned(),
            7 => format!("\u{1b}{}", 1 + dice.roll(7)),
            _ => {
                let key = char::from(b' ' + u8::try_from(dice.roll(95)).unwrap());
                // Leaving, also by its name, and what gets the terminal for itself.
                if "q:?bBriPxSE".contains(key) { ".".to_owned() } else { key.to_string() }
            }
        };
        screen.press(&key);
        pressed += 1;
        if pressed.is_multiple_of(50) {
            screen.resize(
                60 + u16::try_from(dice.roll(120)).unwrap(),
                20 + u16::try_from(dice.roll(40)).unwrap(),
            );
        }
        std::thread::sleep(Duration::from_millis(4));
    }
    screen.resize(130, 36);
    // It still listens: whatever is open closes, and a list of keys is shown on demand.
    for _ in 0..4 {
        // Two at once would be another key.
        screen.press("\u{1b}").settles(Duration::from_millis(400));
    }
    screen.press("\u{1b}OP").until("┌ Keys");
    screen.signal("TERM");
    assert_eq!(screen.ends(), 143);
    assert!(screen.is_given_back());
    world.prebake(["list"]).run().succeeds();
}
