//! The history of the binary on a real engine: what is recorded, what is made of it, what is not
//! in it, and what happens when it cannot be kept.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod broken;
mod ends;
mod estimates;
mod logs;
mod rows;
mod secrets;
