//! Drawing: each file one region of the screen, a pure function of the state.

pub mod editor;
