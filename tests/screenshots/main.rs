//! Pictures of the screen, and a recorded session: the real program in a pseudo-terminal, on a
//! real engine, drawn from what a terminal would show. No test: `scripts/screenshots` runs it.
//!
//! [`workshop`] is the world that is seen, [`pictures`] and [`session`] say what is done in it,
//! [`svg`] and [`cast`] write it down. Nothing on a picture is made up, and two runs give the same
//! bytes; so what changes by itself is waited for or hidden:
//!
//! - the engine is one of its own on a disk of a fixed size, so that nobody else's images and tasks
//!   are seen, and the free room is the same;
//! - a bake waits at a gate, and the picture is taken in the second when its clocks say what they
//!   shall say;
//! - ids of tasks, which are random, are counted instead, and of a time that was measured only its
//!   length is seen.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a tool for those who work on prebake; what stands in its way ends it"
)]

#[path = "../support/mod.rs"]
mod support;

mod cast;
mod pictures;
mod session;
mod svg;
mod workshop;
mod xterm;

use std::path::PathBuf;

use self::workshop::Workshop;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(what), Some(folder)) = (arguments.next(), arguments.next()) else {
        panic!("what is wanted (pictures, session or xterm) and a folder to write it to");
    };
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut workshop = Workshop::open(&folder);
    match what.as_str() {
        "pictures" => pictures::take(workshop),
        "session" => session::record(&mut workshop),
        "xterm" => xterm::compare(&mut workshop),
        other => panic!("there is no `{other}`, only pictures, session and xterm"),
    }
}
