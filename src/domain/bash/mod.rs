//! Bash as text: what a script says, found without running it.
//!
//! [`parse`] turns a text into a [`tree`] of statements with spans of bytes, and never fails:
//! what bash would not read becomes an error beside the statements that it would. [`facts`] tells
//! of each statement what it runs, reads and changes. Splitting and linting are built on both.
//!
//! The parser is this program's own. Those that exist are fast enough, but the verdict of each
//! differs from bash's on scripts that people write, and either comments or places are lost; a
//! split needs all three. `bash -n` is its judge, over every shell script that the test machine
//! has.

pub(in crate::domain) mod arithmetic;
pub mod facts;
mod parse;
pub mod span;
pub mod tree;

pub use facts::Facts;
pub use parse::parse;
pub use span::Span;
pub use tree::Script;

/// What a script names. Most of it is short, and then needs no memory of its own.
pub type Text = compact_str::CompactString;

/// Adds to a list that mostly has one item. The lists of a long script are many, and one that
/// grows by itself begins with room for four.
fn add<T>(list: &mut Vec<T>, item: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(item);
}

#[cfg(test)]
mod tests;
