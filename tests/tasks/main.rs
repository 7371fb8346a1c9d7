//! Tasks of the binary on a real engine, by feature.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod detached;
mod inputs;
mod lost;
mod outlets;
mod pace;
mod preflight;
mod programs;
mod starts;
mod statuses;
mod terminal;
