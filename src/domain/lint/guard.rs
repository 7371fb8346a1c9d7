//! A wall around the library of the linter: a panic in it costs its findings, and nothing else.
//!
//! It reads whatever a person types, half a word at a time, and its arithmetic with places is not
//! proof against all of that. A hook that reports panics asks [`is_expected`] first.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Does `work`; nothing comes of it if it panics.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    INSIDE.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    INSIDE.set(false);
    done.ok()
}

/// Whether a panic of this thread is caught and nobody has to be told of it.
#[must_use]
pub fn is_expected() -> bool {
    INSIDE.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_known_as_such() {
        assert_eq!(guarded(|| is_expected().then_some(1)), Some(Some(1)));
        assert_eq!(guarded(|| -> u32 { panic!("a place before the text") }), None);
        assert!(!is_expected());
    }
}
