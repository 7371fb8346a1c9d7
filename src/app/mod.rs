//! The terminal UI without a terminal: what is on screen, what happened, what is to be done.

pub mod editor;

/// What drawing needs of the domain: `ui` knows nothing below `app`.
pub use crate::domain;
