//! prebake keeps container environments warm.
//!
//! An environment has two bash scripts: the *cached preflight* is baked into an image once,
//! the *run preflight* runs at every task start, before the task's command.
//!
//! The folders are layers, and the arrows between them are checked by `tests/tidy.rs`:
//!
//! - [`domain`] decides and has no IO;
//! - [`store`] reads and writes files;
//! - [`engine`] talks to the container engine, and is the only place that names its client;
//! - [`ops`] is what a user can ask for, built from those three;
//! - [`app`] is the terminal UI without a terminal;
//! - [`ui`] draws it;
//! - [`cli`] turns arguments into operations and their outcome into text.

pub mod app;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod ops;
pub mod store;
pub mod ui;
