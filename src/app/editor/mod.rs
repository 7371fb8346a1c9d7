//! The editor of a script, without a screen.
//!
//! ```text
//!  EditorCommand ─> Editor::apply ─> Buffer ── one replacement ─> Text (the lines)
//!                        │              └─ history: steps that undo and redo
//!                        │
//!                        └─ Change ─> Tints (colours), Marks (findings, the failed line)
//!                           cursor ─> Viewport (what is in sight)
//! ```
//!
//! A [`place::Place`] is a line and bytes in it. Every edit is one replacement; its shape, a
//! [`place::Change`], is all that the tree of the syntax and the marks need in order to follow.
//! Drawing asks [`viewport`] for cells, and the mouse asks it for places.
//!
//! # Keys
//!
//! Wiring is one match from an action to a [`command::EditorCommand`]. Usual keys, `Shift` with a
//! motion being `select: true`:
//!
//! | keys | command |
//! |---|---|
//! | a character | `Type` |
//! | Enter, Tab, Shift-Tab | `Newline`, `Tab`, `Dedent` |
//! | arrows, Home, End, Page Up, Page Down | `Move` with `Left` … `PageDown` |
//! | Ctrl-Left, Ctrl-Right, Ctrl-Home, Ctrl-End | `Move` with `WordLeft`, `WordRight`, `Top`, `Bottom` |
//! | go to a line | `Move` with `Line` |
//! | Backspace, Delete | `Erase(Left)`, `Erase(Right)`: what looks like one character |
//! | Alt-Backspace, Alt-Delete | `Erase(CharLeft)`, `Erase(CharRight)`: one combining mark |
//! | Ctrl-W or Ctrl-Backspace, Ctrl-Delete | `Erase(WordLeft)`, `Erase(WordRight)` |
//! | Ctrl-U, Ctrl-K | `Erase(Home)`, `Erase(End)` |
//! | Ctrl-A, Ctrl-C, Ctrl-X, Ctrl-V | `SelectAll`, `Copy`, `Cut`, `Paste` |
//! | Ctrl-Z, Ctrl-Y | `Undo`, `Redo` |
//! | Ctrl-/, Ctrl-D, Ctrl-Shift-K, Alt-Up, Alt-Down | `ToggleComment`, `Duplicate`, `DeleteLines`, `LinesUp`, `LinesDown` |
//! | a bracketed paste | `Paste`, whole |
//! | the mouse | `Click`, `DoubleClick`, `Drag`, `Scroll`, in cells from the editor's corner |
//! | the search line | `Search` with each key, `NextHit`, `PreviousHit`, `Replace`, `ReplaceAll`, `EndSearch` |

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
pub mod viewport;

pub use command::{Applied, Editor, EditorCommand, Told};
