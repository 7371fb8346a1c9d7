//! The command line from outside: what a person or a program sees of the commands that work on
//! files, one file per feature. Only the doctor's happy path asks an engine.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod desktop;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod edit;
#[cfg(test)]
mod fixes;
#[cfg(test)]
mod ids;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod list;
#[cfg(test)]
mod new;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod remove;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod unquoted;
