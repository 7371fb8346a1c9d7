//! The command line from outside: what a person or a program sees of the commands that work on
//! files, one file per feature. Only the doctor's happy path asks an engine.

#[cfg(test)]
mod doctor;
mod edit;
mod list;
mod new;
mod pages;
#[cfg(test)]
mod remove;
#[cfg(test)]
mod setup;
