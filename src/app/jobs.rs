//! Work that goes on while the screen is there, told apart by a number.

/// A bake or a task start that was asked for here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// Gives out numbers.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    next: u64,
}

impl Jobs {
    /// A number that no other job has.
    pub fn number(&mut self) -> JobId {
        self.next += 1;
        JobId(self.next)
    }
}
