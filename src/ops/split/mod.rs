//! Splitting a script: of an environment, or for a new one; [`apply`] writes it, [`verify`] proves
//! it by running.
//!
//! What decides is [`crate::domain::split`]; here is where scripts come from and go to.

pub mod apply;
pub mod verify;

pub use crate::domain::split::{
    Boldness, Confidence, Decision, Origin, Part, Reason, Split, TaskStart,
};
