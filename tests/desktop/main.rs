//! The headless desktop on a real engine and a real Debian: baked, opened by a VNC client and by a
//! browser, guarded, watched. The other distributions by a stand-in for their package managers.
//!
//! The base image and the baked desktop outlive a test, because each takes about a minute to make;
//! [`ready`] makes them once, under names of their own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod browser;
mod crashes;
mod doors;
mod installs;
mod pages;
mod ready;
mod rfb;
mod screens;
mod shows;
mod socket;
