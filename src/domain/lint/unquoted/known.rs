//! What is known of variables at a place of a script, and what becomes of it where ways part.
//!
//! What a branch changes is taken back when it ends and told as an [`Outcome`], so that a way costs
//! what it changes, and not what is known.

use std::collections::HashMap;

use super::holds::Holds;

/// What is known at a place.
#[derive(Debug, Default)]
pub(super) struct Known<'s> {
    variables: HashMap<&'s str, Holds>,
    /// What was known before each change, to take it back.
    before: Vec<(&'s str, Option<Holds>)>,
    /// Whether nothing comes here: the script, the function or the loop has ended.
    pub ended: bool,
    /// Whether the place is in a function, which is called from anywhere.
    pub in_function: bool,
}

/// What a way changes.
#[derive(Debug)]
pub(super) struct Outcome<'s> {
    changes: Vec<(&'s str, Holds)>,
    ended: bool,
}

impl<'s> Known<'s> {
    /// What is known where a function begins.
    pub(super) fn in_function() -> Self {
        Self { in_function: true, ..Self::default() }
    }

    /// What a variable holds, if that is known.
    pub(super) fn of(&self, name: &str) -> Option<Holds> {
        self.variables.get(name).copied()
    }

    pub(super) fn set(&mut self, name: &'s str, holds: Holds) {
        let before = self.variables.insert(name, holds);
        self.before.push((name, before));
    }

    /// A place to come back to.
    pub(super) fn mark(&self) -> (usize, bool) {
        (self.before.len(), self.ended)
    }

    /// Takes back what changed since the mark.
    pub(super) fn back(&mut self, (length, ended): (usize, bool)) -> Outcome<'s> {
        let mut changes = Vec::new();
        let outcome_ended = self.ended;
        while self.before.len() > length {
            let Some((name, before)) = self.before.pop() else { break };
            // The last change of a variable is what it holds now: it is met first.
            let now = match before {
                Some(before) => self.variables.insert(name, before),
                None => self.variables.remove(name),
            };
            changes.extend(now.map(|now| (name, now)));
        }
        // Of several changes the last one counts, and is the first here.
        let mut seen = std::collections::HashSet::new();
        changes.retain(|(name, _)| seen.insert(*name));
        self.ended = ended;
        Outcome { changes, ended: outcome_ended }
    }

    /// Goes on behind ways of which one was gone, or perhaps none. `base` gives what a variable
    /// holds of which nothing is known.
    pub(super) fn join(
        &mut self,
        outcomes: Vec<Outcome<'s>>,
        perhaps_none: bool,
        base: impl Fn(&str) -> Holds,
    ) {
        let mut open = usize::from(perhaps_none);
        let mut changes: HashMap<&'s str, (Holds, usize)> = HashMap::new();
        let mut order = Vec::new();
        for outcome in outcomes.into_iter().filter(|outcome| !outcome.ended) {
            open += 1;
            for (name, holds) in outcome.changes {
                let change = changes.entry(name).or_insert_with(|| {
                    order.push(name);
                    (holds, 0)
                });
                *change = (change.0.max(holds), change.1 + 1);
            }
        }
        self.ended |= open == 0;
        for name in order {
            let (mut holds, count) = changes[name];
            if count < open {
                holds = holds.max(self.of(name).unwrap_or_else(|| base(name)));
            }
            self.set(name, holds);
        }
    }
}
