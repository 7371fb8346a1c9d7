//! Waiting for something to be so: looked at again and again, with a bound, never slept for.

use std::time::{Duration, Instant};

/// How long anything that must happen may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Looks until `look` finds something; fails the test when that takes more than 60 s.
#[track_caller]
pub(crate) fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(LIMIT, what, look)
}

/// Looks until `look` finds something; fails the test when that takes longer than `limit`.
#[track_caller]
pub(crate) fn within<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < limit, "waited {limit:?} in vain for: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
