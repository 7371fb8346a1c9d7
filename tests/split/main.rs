//! Splits of scripts: each fixture says where its statements go and is proven by running, the
//! shell scripts of the machine are read as bash reads them, and the command shows, writes and
//! proves.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod command;
mod fixtures;
mod machine;
mod proof;
mod verify;
