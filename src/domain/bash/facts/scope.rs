//! What earlier statements made known: values of variables, the working directory, functions.

use foldhash::HashMap;

use super::path::Path;
use super::values::Value;
use crate::domain::bash::Text;
use crate::domain::bash::tree::Command;

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// It, or its beginning.
    pub(super) text: Text,
    /// Whether that is all of it.
    pub(super) whole: bool,
}

/// What is known of a variable; the outer `None`: the script did not set it.
pub(super) type Stored = Option<Option<Known>>;

/// What a function does; `None`: it depends.
type Body<'s> = Option<&'s Command>;

/// What is known where a command runs.
#[derive(Clone, Debug)]
pub(super) struct Scope<'s> {
    /// Variables that the script set; `None`: to something unknown.
    values: HashMap<Text, Option<Known>>,
    /// Values as they were before, to go back to.
    log: Vec<(Text, Stored)>,
    /// The working directory; `None`: it may be any.
    pub(super) folder: Option<Path>,
    functions: HashMap<Text, Body<'s>>,
    /// Functions as they were before, to go back to.
    defined: Vec<(Text, Option<Body<'s>>)>,
    /// Variables whose values become others when they are set (`declare -u`), and whether they
    /// are worked out then (`declare -i`).
    changed: HashMap<Text, bool>,
    /// The arguments of the function that runs.
    pub(super) arguments: Option<Vec<Value>>,
    /// Whether the script itself has no arguments: nobody gives it any, and it made none.
    pub(super) has_none: bool,
}

/// A state to go back to.
pub(super) struct Before {
    log: usize,
    defined: usize,
    folder: Option<Path>,
}

impl Default for Scope<'_> {
    fn default() -> Self {
        Self {
            values: HashMap::default(),
            log: Vec::new(),
            folder: Some(Path::start()),
            functions: HashMap::default(),
            defined: Vec::new(),
            changed: HashMap::default(),
            arguments: None,
            has_none: true,
        }
    }
}

impl<'s> Scope<'s> {
    /// What a function of the script does, if there is one of this name.
    pub(super) fn function(&self, name: &str) -> Option<Body<'s>> {
        self.functions.get(name).copied()
    }

    /// A function does this from now on; `None`: there is none of this name any more.
    pub(super) fn define(&mut self, name: &str, body: Option<Body<'s>>) {
        let before = match body {
            Some(body) => self.functions.insert(name.into(), body),
            None => self.functions.remove(name),
        };
        self.defined.push((name.into(), before));
    }

    /// The arguments that there are here, if they are known.
    pub(super) fn positional(&self) -> Option<&[Value]> {
        self.arguments.as_deref().or(self.has_none.then_some(&[]))
    }

    /// The value of a variable that the script set to a known one.
    pub(super) fn value(&self, name: &str) -> Option<&Known> {
        self.values.get(name)?.as_ref()
    }

    /// Whether the script set it.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(super) fn set(&mut self, name: &str, value: Option<Known>) {
        let before = self.values.insert(name.into(), value);
        self.log.push((name.into(), before));
    }

    /// The names of all functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = &Text> {
        self.functions.keys()
    }

    /// From now on a variable becomes something else than what it is set to.
    pub(super) fn change(&mut self, name: &str, is_number: bool) {
        *self.changed.entry(name.into()).or_default() |= is_number;
    }

    /// Whether what a variable is set to is worked out.
    pub(super) fn is_number(&self, name: &str) -> bool {
        self.changed.get(name) == Some(&true)
    }

    pub(super) fn is_changed(&self, name: &str) -> bool {
        self.changed.contains_key(name)
    }

    /// What is known of it, to be given back to [`Scope::restore`].
    pub(super) fn stored(&self, name: &str) -> Stored {
        self.values.get(name).cloned()
    }

    pub(super) fn restore(&mut self, name: &str, value: Stored) {
        match value {
            Some(value) => self.values.insert(name.into(), value),
            None => self.values.remove(name),
        };
    }

    pub(super) fn before(&self) -> Before {
        Before { log: self.log.len(), defined: self.defined.len(), folder: self.folder.clone() }
    }

    /// Makes unsaid what was said since: it happened in a shell of its own.
    pub(super) fn undo(&mut self, before: Before) {
        for (name, value) in self.log.drain(before.log..).rev() {
            match value {
                Some(value) => self.values.insert(name, value),
                None => self.values.remove(&name),
            };
        }
        for (name, body) in self.defined.drain(before.defined..).rev() {
            match body {
                Some(body) => self.functions.insert(name, body),
                None => self.functions.remove(&name),
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
        for at in before.defined..self.defined.len() {
            self.functions.insert(self.defined[at].0.clone(), None);
        }
        if self.folder != before.folder {
            self.folder = None;
        }
    }

    /// Forgets how it was: there is no way back behind a statement.
    pub(super) fn settle(&mut self) {
        self.log.clear();
        self.defined.clear();
    }
}
