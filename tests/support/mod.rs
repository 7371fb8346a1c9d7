//! What the tests of the binary share: a [`World`] with folders and environments of its own, the
//! binary started in it with a time limit, and a look at what the engine has to say.
//!
//! A test reads as a story: `World::new().environment("demo", |e| e.cached("…").run("…"))`, then
//! `world.build("demo").succeeds()`. Names of environments are the test's own; the ids behind
//! them, and a last line of every script, are unique, so that tests never meet in the engine.

#![allow(dead_code, unused_imports, reason = "each test binary uses its own part of it")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

mod base;
mod docker;
mod engine;
mod environment;
mod events;
mod image;
mod line;
mod process;
mod registry;
mod screen;
mod terminal;
mod wait;
mod world;

pub(crate) use self::docker::Docker;
pub(crate) use self::engine::{SecondEngine, assert_root};
pub(crate) use self::environment::EnvironmentBuilder;
pub(crate) use self::image::{Saved, contains};
pub(crate) use self::line::{Line, engine_socket};
pub(crate) use self::process::{Outcome, Running};
pub(crate) use self::registry::Registry;
pub(crate) use self::screen::Screen;
pub(crate) use self::terminal::Terminal;
pub(crate) use self::wait::{until, within};
pub(crate) use self::world::{GATE, World, files_below};

/// A text that no other test, run or machine uses: 16 hex digits.
pub(crate) fn unique() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    hex::encode(bytes)
}

/// The repository's folder.
pub(crate) fn repository() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}
