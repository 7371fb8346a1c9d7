//! What happened before, and what follows from it: bakes and task starts as they were, how long
//! their lines took, what the cache saved, and what the next bake will take.
//!
//! An [`entry`] is one bake or one start. The markers in a log give [`times`] of lines, which
//! become times of [`statement`]s. From those come an [`estimate`] of a bake, and from entries the
//! [`savings`] of an environment, a [`spark`] line, and a [`compare`]d pair. Only what was measured
//! is ever a number here; what was not is `None`.

pub mod compare;
pub mod entry;
pub mod estimate;
pub mod rest;
pub mod savings;
pub mod spark;
pub mod statement;
pub mod times;
pub mod words;

pub use entry::{Detail, Entry, Kind, Outcome};
pub use estimate::Estimate;
pub use rest::{Expected, Rest};
pub use savings::Savings;
pub use times::{LineClock, LineTime, ScriptTimes};
