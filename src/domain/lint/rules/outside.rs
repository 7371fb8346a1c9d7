//! What a script takes from outside: variables that nobody in it sets, and what comes of them.
//!
//! Apart because it is asked only about the few words of an install that are not known, and then
//! needs all of the script.

use std::cell::RefCell;
use std::collections::HashSet;

use super::subject::{Subject, is_below, writes};
use crate::domain::bash::Span;
use crate::domain::bash::facts::path::{Path, START};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Facts, Install};

/// Variables that every shell has, and that say nothing about a package.
const OF_EVERY_SHELL: [&str; 3] = ["HOME", "IFS", "PATH"];

/// What comes from outside.
pub(super) struct Outside<'s> {
    subject: &'s Subject<'s>,
    /// Variables that are set, but to something that comes from outside.
    variables: HashSet<&'s str>,
    /// Files that such things may lie in.
    files: HashSet<&'s str>,
    /// The statement that was asked about last: many installs may be in one.
    last: RefCell<Option<Asked>>,
}

/// What is known of a statement.
struct Asked {
    index: usize,
    /// Whether anything in it comes from outside.
    reached: bool,
    /// Commands with words that name files which are not the same for every task.
    moving: HashSet<Span>,
}

impl<'s> Outside<'s> {
    pub(super) fn of(subject: &'s Subject<'s>) -> Self {
        let (variables, files) = (HashSet::new(), HashSet::new());
        let mut outside = Self { subject, variables, files, last: RefCell::new(None) };
        for (index, facts) in subject.facts.iter().enumerate() {
            let comes = !facts.needs.is_empty()
                || !facts.unknown.is_empty()
                || facts.reads.iter().any(|it| outside.gives(index, &it.name));
            // What is fetched is the server's affair, unless the address is from outside.
            if comes || !facts.commands.is_empty() {
                outside.variables.extend(
                    facts.sets.iter().filter(|it| comes || it.value.is_none()).map(|it| &*it.name),
                );
            }
            if comes {
                outside.files.extend(writes(facts).map(|it| it.path.text()));
            }
        }
        outside
    }

    /// Whether a variable that a statement reads has its value from outside.
    fn gives(&self, index: usize, name: &str) -> bool {
        !OF_EVERY_SHELL.contains(&name)
            && (!self.subject.sets_before(index, name)
                || self.subject.is_of_tasks(name)
                || self.variables.contains(name))
    }

    /// Whether words of an install that are not known may come from outside.
    pub(super) fn decides(&self, index: usize, facts: &Facts, install: &Install) -> bool {
        let mut last = self.last.borrow_mut();
        let asked = match last.take() {
            Some(asked) if asked.index == index => asked,
            _ => self.asked(index, facts),
        };
        let decides = asked.reached || asked.moving.contains(&install.span);
        *last = Some(asked);
        decides
    }

    fn asked(&self, index: usize, facts: &Facts) -> Asked {
        let statement = self.subject.script.statements.get(index);
        let text = statement.map_or("", |it| self.subject.of(it.span));
        // A loop hands on what it is given under another name: all of the statement counts.
        let reached = text.contains("$(")
            || text.contains('`')
            || !facts.needs.is_empty()
            || facts.reads.iter().any(|it| self.gives(index, &it.name));
        let moves = |it: &Value| {
            !it.whole && it.text.starts_with(['.', '/', '~']) && !self.is_fixed(&it.text)
        };
        let moving = facts.commands.iter().filter(|it| it.arguments.iter().any(moves));
        Asked { index, reached, moving: moving.map(|it| it.span).collect() }
    }

    /// Whether a file is the same for every task: it lies in no mount, nor in the working folder.
    pub(super) fn is_fixed(&self, file: &str) -> bool {
        let path = Path::of(file, true, Some(&Path::of(START, true, None)));
        let context = self.subject.context;
        let own = Some(&context.workdir).filter(|it| !it.is_empty());
        let moves = context.mounts.iter().chain(own).any(|folder| is_below(&path, folder));
        path.text().starts_with('/') && !moves && !self.files.contains(path.text())
    }
}
