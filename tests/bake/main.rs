//! Bakes of the binary on a real engine, by feature.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod cancel;
mod config;
mod explain;
mod failures;
mod fresh;
mod joining;
mod keys;
mod killed;
mod layers;
mod log;
mod mounted;
mod others;
mod proxies;
mod secrets;
mod several;
mod shows;
mod suspended;
