//! The recorded session: an environment gets its scripts, is baked, and a task is started in it.

use std::fs;
use std::time::Duration;

use crate::cast::cast;
use crate::support::Screen;
use crate::workshop::Workshop;

const SIZE: (u16, u16) = (120, 32);

pub(crate) fn record(workshop: &mut Workshop) {
    workshop.furnish_bare("demo");
    let screen = workshop.screen(SIZE);
    screen.until("demo").until("Docker").until("no script to bake");
    looks(1500);
    screen.press("\r").until("ctrl-f find");
    types(&screen, "#!/bin/bash\rset -euo pipefail\r\rfetch node 22.20.0\rfetch jq 1.8.1\r");
    screen.press("\u{1b}o").until(" 1:1 ");
    types(&screen, "#!/bin/bash\rexport GREETING=\"hello from $TASK_ID\"\r");
    screen.press("\u{13}").until("is saved");
    looks(1200);
    screen.press("\u{1b}").until("b build");
    looks(800);
    screen.press("b").until("is warm, after");
    looks(2000);
    screen.press("r").until("Run in");
    types(&screen, "echo \"$GREETING\"; head -2 /opt/node/bin");
    screen.press("\r").until("hello from");
    looks(1500);
    screen.press("\u{1b}6").until("ended");
    looks(2000);
    // What comes after it would leave an empty screen at the end.
    let text = cast(SIZE, "prebake: edit, build, run", &screen.written_when());
    screen.press("q");
    assert_eq!(screen.ends(), 0);
    fs::write(workshop.folder().join("session.cast"), text).unwrap();
}

/// Types as a quick person does.
fn types(screen: &Screen, text: &str) {
    for char in text.chars() {
        screen.press(&char.to_string());
        looks(45);
    }
}

/// A person looks at what came of it.
fn looks(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
