//! Import, adopt and export from outside: files of others become environments that build and run
//! on a real engine, and whatever is wrong with such a file hides nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod adopt;
mod export;
mod files;
mod generations;
mod hostile;
mod settings;
mod steps;
