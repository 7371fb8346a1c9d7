//! What earlier statements made known: values of variables, the working directory, functions.

use foldhash::HashMap;

use super::path::Path;
use super::values::Value;
use crate::domain::bash::tree::Command;

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// It, or its beginning.
    pub(super) text: String,
    /// Whether that is all of it.
    pub(super) whole: bool,
}

/// What is known of a variable; the outer `None`: the script did not set it.
pub(super) type Stored = Option<Option<Known>>;

/// What is known where a command runs.
#[derive(Clone, Debug)]
pub(super) struct Scope<'s> {
    /// Variables that the script set; `None`: to something unknown.
    values: HashMap<String, Option<Known>>,
    /// Values as they were before, to go back to.
    log: Vec<(String, Stored)>,
    /// The working directory; `None`: it may be any.
    pub(super) folder: Option<Path>,
    /// What each function does; `None`: it depends.
    pub(super) functions: HashMap<String, Option<&'s Command>>,
    /// The arguments of the function that runs.
    pub(super) arguments: Option<Vec<Value>>,
}

/// A state to go back to.
pub(super) struct Before {
    log: usize,
    folder: Option<Path>,
}

impl Default for Scope<'_> {
    fn default() -> Self {
        Self {
            values: HashMap::default(),
            log: Vec::new(),
            folder: Some(Path::start()),
            functions: HashMap::default(),
            arguments: None,
        }
    }
}

impl Scope<'_> {
    /// The value of a variable that the script set to a known one.
    pub(super) fn value(&self, name: &str) -> Option<&Known> {
        self.values.get(name)?.as_ref()
    }

    /// Whether the script set it.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(super) fn set(&mut self, name: &str, value: Option<Known>) {
        let before = self.values.insert(name.to_owned(), value);
        self.log.push((name.to_owned(), before));
    }

    /// What is known of it, to be given back to [`Scope::restore`].
    pub(super) fn stored(&self, name: &str) -> Stored {
        self.values.get(name).cloned()
    }

    pub(super) fn restore(&mut self, name: &str, value: Stored) {
        match value {
            Some(value) => self.values.insert(name.to_owned(), value),
            None => self.values.remove(name),
        };
    }

    pub(super) fn before(&self) -> Before {
        Before { log: self.log.len(), folder: self.folder.clone() }
    }

    /// Makes unsaid what was said since: it happened in a shell of its own.
    pub(super) fn undo(&mut self, before: Before) {
        for (name, value) in self.log.drain(before.log..).rev() {
            match value {
                Some(value) => self.values.insert(name, value),
                None => self.values.remove(&name),
            };
        }
        self.folder = before.folder;
    }

    /// Forgets what was set since: it happened, or it did not.
    pub(super) fn doubt(&mut self, before: &Before) {
        for at in before.log..self.log.len() {
            let name = self.log[at].0.clone();
            self.values.insert(name, None);
        }
        if self.folder != before.folder {
            self.folder = None;
        }
    }

    /// Forgets how it was: there is no way back behind a statement.
    pub(super) fn settle(&mut self) {
        self.log.clear();
    }
}
