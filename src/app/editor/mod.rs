//! The editor of a script, without a screen.
//!
//! ```text
//!  EditorCommand ─> Editor::apply ─> Buffer ── one replacement ─> Text (the lines)
//!                        │              └─ history: steps that undo and redo
//!                        │
//!                        └─ Change ─> Tints (colours), Marks (findings, the failed line), Times
//!                           cursor ─> Viewport (what is in sight)
//! ```
//!
//! A [`place::Place`] is a line and bytes in it. Every edit is one replacement; its shape, a
//! [`place::Change`], is all that the tree of the syntax and the marks need in order to follow.
//! Drawing asks [`viewport`] for cells, and the mouse asks it for places.

pub mod buffer;
pub mod command;
mod history;
mod lines;
pub mod marks;
pub mod motion;
pub mod place;
pub mod search;
pub mod syntax;
pub mod text;
pub mod times;
pub mod viewport;

pub use command::{Applied, Editor, EditorCommand, Told};
