//! The desktop in a browser: the URL alone opens it, and what is typed there arrives.

use std::io::Cursor;

use crate::browser::Browser;
use crate::ready::{start, world};
use crate::support::{until, within};

/// The colour of a pixel of a PNG.
fn pixel(picture: &[u8], x: usize, y: usize) -> [u8; 3] {
    let mut reader = png::Decoder::new(Cursor::new(picture)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let bytes = frame.color_type.samples();
    let at = (y * usize::try_from(frame.width).unwrap() + x) * bytes;
    [pixels[at], pixels[at + 1], pixels[at + 2]]
}

#[test]
fn the_url_opens_the_desktop_in_a_browser_and_what_is_drawn_there_is_seen() {
    let mut world = world();
    // A word that is quickly typed: it makes the terminal red.
    world.change("demo", |e| {
        e.cached("printf '%s\\n' '#!/bin/bash' 'printf \"\\\\e[41m\\\\e[2J\"; sleep 600' >/usr/local/bin/red; chmod 755 /usr/local/bin/red")
    });
    let task = start(&world, "sleep 600");
    let mut browser = Browser::open(&task.url.text);
    browser.until("document.documentElement.classList.contains('noVNC_connected')");
    browser.until("document.querySelector('canvas').width === 1280");
    // What told of the connection lies over the desktop until it has faded.
    browser.until("document.elementFromPoint(300, 300).localName === 'canvas'");
    browser.click(300, 300);
    browser.press("red\n");
    let red = [0xcd, 0, 0];
    let shot = || world.prebake(["desktop", "shot", &task.id, "-"]).run().succeeds().stdout;
    within(std::time::Duration::from_secs(30), "a red terminal", || {
        (pixel(&shot(), 500, 500) == red).then_some(())
    });
    // The browser shows the same, once it has been told.
    until("red in the browser", || (pixel(&browser.picture(), 500, 500) == red).then_some(()));
    for (x, y) in [(100, 300), (700, 200), (1270, 790)] {
        assert_eq!(pixel(&browser.picture(), x, y), pixel(&shot(), x, y), "at {x}, {y}");
    }
}

#[test]
fn a_page_that_the_browser_gave_up_is_loaded_again() {
    let world = world();
    let task = start(&world, "sleep 600");
    let failing = ["/app/ui.js", "/core/websock.js", "/base.css"];
    let mut browser = Browser::open_failing(&task.url.text, &failing);
    browser.until(
        "document.documentElement.classList.contains('noVNC_connected') && \
         sessionStorage.getItem('prebake.tries') === null",
    );
    assert!(browser.has_failed_all());
    // Without the token nobody answers: that is tried a few times and told then.
    let mut browser = Browser::open(&task.url.text.replace(&task.url.token, "wrong"));
    browser.until(
        "sessionStorage.getItem('prebake.tries') === '3' && \
         /Failed to connect/.test(document.querySelector('#noVNC_status').textContent)",
    );
}

#[test]
fn a_wrong_password_is_refused_in_the_browser() {
    let world = world();
    let task = start(&world, "sleep 600");
    let mut browser = Browser::open(&task.url.text.replace(&task.url.password, "wrong"));
    // The second sentence follows the first when the server closes the connection.
    let refused = "/Authentication fail|Failed to connect/";
    browser.until(&format!("{refused}.test(document.querySelector('#noVNC_status').textContent)"));
    let connected = "document.documentElement.classList.contains('noVNC_connected')";
    assert_eq!(browser.value(connected), false);
    // It was answered, and what was answered stays.
    assert_eq!(browser.value("sessionStorage.getItem('prebake.tries')"), serde_json::Value::Null);
}
