//! `prebake` without arguments in a real terminal: what a person sees, and what keys do.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod bakes;
mod commands;
mod first;
mod history;
mod manners;
mod scripts;
mod storms;
mod tasks;
