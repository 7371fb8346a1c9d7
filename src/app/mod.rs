//! The terminal UI without a terminal: what is on screen, what happened, what is to be done.
//!
//! [`update::update`] takes an [`event::Event`] and changes the [`state::State`]; what has to be
//! done outside comes out as [`effect::Effect`]s, plain values that a test compares. Nothing here
//! waits, reads a clock or a file. What a key can ask for is an [`action::Action`]; the table of
//! them makes the keymap, the palette, the footer and the help. [`layout`] says where everything
//! stands, for drawing and for the mouse alike.

pub mod action;
pub mod base;
pub mod chord;
pub mod dialog;
pub mod editor;
pub mod effect;
pub mod environments;
pub mod event;
pub mod explain;
pub mod form;
pub mod history;
pub mod images;
pub mod jobs;
pub mod keymap;
pub mod layout;
pub mod link;
pub mod log;
pub mod lost;
pub mod mode;
pub mod moment;
pub mod notice;
pub mod pick;
pub mod preview;
pub mod scripts;
pub mod sheet;
pub mod split;
pub mod state;
pub mod tasks;
pub mod update;
pub mod words;

#[cfg(test)]
pub(crate) mod testing;

/// What drawing needs of the domain: `ui` knows nothing below `app`.
pub use crate::domain;
