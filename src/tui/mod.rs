//! The terminal: what surrounds it, taking it over and giving it back, what it sends, and what is
//! sent to it besides the picture.
//!
//! [`run()`] is the loop. [`surroundings`] are read once; [`terminal`] guards the screen, so that
//! however prebake ends the shell's terminal is as it was; [`signals`] end the loop from outside;
//! [`keys`] turns what the terminal sends into events of `app`, and [`clipboard`] makes the bytes
//! that copy through it.

mod clipboard;
mod keys;
mod picture;
mod signals;
mod surroundings;
mod terminal;

mod run;

pub use run::run;
