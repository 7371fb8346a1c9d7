//! The desktop of a task on prebake's own screen.

use crate::ready::{start, world};
use crate::support::Screen;

#[test]
fn the_screen_shows_how_to_get_to_the_desktop_of_the_selected_task() {
    let world = world();
    let screen = Screen::open(&world, (130, 36));
    screen.until("warm");
    // The task is seen long before its desktop is ready.
    let task = start(&world, "sleep 600");
    screen.press("\u{1b}6").until(&task.id);
    // The newest is first; tasks of other tests may be there, too.
    screen.press("\u{1b}[A").press("\u{1b}[A");
    screen.until(&format!("u desktop  http://127.0.0.1:{}/vnc.html#", task.url.port));
    screen.press("u").until("copied the URL of the desktop");
    screen.press("t").until("can be opened from here");
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}
