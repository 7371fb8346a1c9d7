//! The terminal: [`run`] is the loop, [`keys`] turns what the terminal tells into events.

mod keys;
mod run;

pub use run::run;
