//! Engines that die, disks that are full, names and tags that are somebody else's.
//!
//! These need root: they start engines of their own and mount small disks.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod disks;
mod engines;
mod names;
