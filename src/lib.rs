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
//! - [`cli`] turns arguments into operations and their outcome into text;
//! - [`app`] is the screen without a terminal, and decides what keys and news mean for it;
//! - [`ui`] draws that;
//! - [`runtime`] does what it asks for;
//! - [`tui`] is the loop between the terminal and those three.

pub mod app;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod ops;
pub mod runtime;
pub mod store;
pub mod tui;
pub mod ui;
