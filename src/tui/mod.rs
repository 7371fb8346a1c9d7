//! The terminal: what surrounds it, taking it over and giving it back, what it sends, and what is
//! sent to it besides the picture.
//!
//! [`surroundings`] are read once; [`terminal`] guards the screen, so that however prebake ends the
//! shell's terminal is as it was; [`keys`] turns what the terminal sends into events of `app`, and
//! [`clipboard`] writes to the clipboard through it.

pub mod clipboard;
pub mod keys;
pub mod signals;
pub mod surroundings;
pub mod terminal;
