//! What prebake knows and decides, without any IO: no files, no clock, no engine.
//!
//! An [`environment`] is parsed from its [`manifest`]; its scripts become [`layer`]s with keys,
//! recipes and a plan; a [`task`] runs on top of them.

pub mod digest;
pub mod environment;
pub mod manifest;
pub mod mount;
pub mod unknown;
