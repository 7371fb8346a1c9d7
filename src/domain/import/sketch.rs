//! An environment in the making: values of any type are turned into what our fields hold, tried
//! against the rules of our files, and a note is taken of each.

use super::fields::{Taken, kind_of};
use super::{Fate, Imported, Note};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::manifest::{self, variable_name_fault};
use crate::domain::mount::Mount;
use crate::domain::port::Port;
use crate::domain::unknown::Unknown;

/// An environment in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    pub(super) environment: Environment,
    pub(super) notes: Vec<Note>,
}

/// A value of the right type, and what was done to it for that.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Typed<T> {
    pub(super) field: String,
    pub(super) value: T,
    /// What it was, if it had to be changed.
    was: Option<&'static str>,
}

impl Sketch {
    pub(super) fn note(&mut self, field: impl Into<String>, fate: Fate, told: impl Into<String>) {
        self.notes.push(Note::new(field, fate, told));
    }

    /// Notes that a field became something of ours.
    pub(super) fn became<T>(&mut self, value: &Typed<T>, what: &str) {
        let (fate, told) = match value.was {
            None => (Fate::Became, format!("becomes {what}")),
            Some(was) => (Fate::Changed, format!("becomes {what}; it was {was}")),
        };
        self.note(&value.field, fate, told);
    }

    /// Notes that a field is not carried over.
    pub(super) fn left(&mut self, field: impl Into<String>, why: &str) {
        self.note(field, Fate::Left, format!("is not carried over: {why}"));
    }

    /// A text.
    pub(super) fn text(&mut self, taken: Option<Taken>) -> Option<Typed<String>> {
        let Taken { field, value } = taken?;
        let was = kind_of(&value);
        let (value, was) = match value {
            Unknown::Text(text) => (text, None),
            Unknown::Plain(text) => (text, Some(was).filter(|was| *was != "a text")),
            // A script as a list of its lines.
            Unknown::List(items) if items.iter().all(|item| item.as_str().is_some()) => {
                let lines: Vec<&str> = items.iter().filter_map(Unknown::as_str).collect();
                (lines.join("\n"), Some("a list of lines"))
            }
            Unknown::List(_) | Unknown::Map(_) => {
                self.left(field, &format!("it is {was}, where a text is expected"));
                return None;
            }
        };
        Some(Typed { field, value, was })
    }

    /// A text that is told from none: empty ones and white space say nothing.
    pub(super) fn word(&mut self, taken: Option<Taken>) -> Option<Typed<String>> {
        let text = self.text(taken)?;
        let word = text.value.trim();
        (!word.is_empty()).then(|| text.with(word.to_owned()))
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, taken: Option<Taken>) -> Option<Typed<bool>> {
        let Taken { field, value } = taken?;
        let was = kind_of(&value);
        let word = value.as_str().map(|word| word.trim().to_lowercase());
        let flag = match word.as_deref() {
            Some("true" | "yes" | "on" | "1") => true,
            Some("false" | "no" | "off" | "0" | "") => false,
            _ => {
                self.left(field, &format!("it is {was}, where true or false is expected"));
                return None;
            }
        };
        Some(Typed { field, value: flag, was: Some(was).filter(|was| *was != "true or false") })
    }

    /// A list of texts; a single one is a list of one.
    pub(super) fn texts(&mut self, taken: Option<Taken>) -> Vec<Typed<String>> {
        let Some(taken) = taken else { return Vec::new() };
        if let Unknown::Map(_) = taken.value {
            self.left(taken.field, "it is a mapping, where a list is expected");
            return Vec::new();
        }
        let items = taken.items().into_iter();
        let mut texts = Vec::new();
        for item in items {
            if let Unknown::List(_) | Unknown::Map(_) = item.value {
                let why = format!("it is {}, where a text is expected", kind_of(&item.value));
                self.left(item.field, &why);
            } else {
                texts.extend(self.word(Some(item)));
            }
        }
        texts
    }

    /// Names with values: a mapping, or a list of `NAME=value`.
    pub(super) fn pairs(&mut self, taken: Option<Taken>) -> Vec<(String, Taken)> {
        let Some(taken) = taken else { return Vec::new() };
        match &taken.value {
            Unknown::Map(pairs) => {
                let named = pairs.iter().map(|(name, value)| {
                    let name = name.as_str().unwrap_or_default().trim().to_owned();
                    (name.clone(), taken.part(&format!(".{name}"), value.clone()))
                });
                named.collect()
            }
            Unknown::List(_) => {
                let mut pairs = Vec::new();
                for item in taken.items() {
                    let pair = item.value.as_str().and_then(|text| text.split_once('='));
                    let pair = pair.map(|(name, value)| (name.trim().to_owned(), value.to_owned()));
                    match pair {
                        Some((name, value)) => {
                            pairs.push((name, item.part("", Unknown::Text(value))));
                        }
                        None => self.left(item.field, "it is no `NAME=value`"),
                    }
                }
                pairs
            }
            other => {
                let why = format!("it is {}, where a mapping is expected", kind_of(other));
                self.left(taken.field, &why);
                Vec::new()
            }
        }
    }

    /// Sets fields of ours, if a file may hold what they then say.
    pub(super) fn set<T>(
        &mut self,
        value: &Typed<T>,
        what: &str,
        change: impl Fn(&mut Environment),
    ) -> bool {
        match fault(&change) {
            None => {
                change(&mut self.environment);
                self.became(value, what);
                true
            }
            Some(fault) => {
                self.left(&value.field, &fault);
                false
            }
        }
    }

    /// Sets a field that holds whatever text there is.
    pub(super) fn set_text(
        &mut self,
        taken: Option<Taken>,
        what: &str,
        place: impl FnOnce(&mut Environment) -> &mut String,
    ) {
        if let Some(value) = self.text(taken).filter(|value| !value.value.is_empty()) {
            self.became(&value, what);
            *place(&mut self.environment) = value.value;
        }
    }

    /// Sets a toggle.
    pub(super) fn set_flag(
        &mut self,
        taken: Option<Taken>,
        what: &str,
        place: impl FnOnce(&mut Environment) -> &mut bool,
    ) {
        if let Some(value) = self.flag(taken) {
            self.became(&value, what);
            *place(&mut self.environment) = value.value;
        }
    }

    /// Sets a variable of tasks.
    pub(super) fn set_variable(&mut self, name: &str, value: &Typed<String>) -> bool {
        if let Some(fault) = variable_name_fault(name) {
            self.left(&value.field, &format!("`{}` {fault}", printable(name)));
            return false;
        }
        let text = value.value.clone();
        self.set(value, &format!("the variable `{name}`"), |environment| {
            environment.env_vars.insert(name.to_owned(), text.clone());
        })
    }

    /// Adds a mount, unless there is the same or one of the same target.
    pub(super) fn add_mount(&mut self, value: &Typed<String>, mount: &str) -> bool {
        let target = |text: &str| Mount::parse(text).ok().map(|mount| mount.target);
        if let Some(other) =
            self.environment.mounts.iter().find(|there| target(there) == target(mount))
            && target(mount).is_some()
        {
            let why = format!("the mount `{}` has the same target", printable(other));
            self.left(&value.field, &why);
            return false;
        }
        let told = format!("the mount `{}`", printable(mount));
        self.set(value, &told, |environment| environment.mounts.push(mount.to_owned()))
    }

    /// Adds a published port, unless there is the same.
    pub(super) fn add_port(&mut self, value: &Typed<String>, port: &str) {
        if self.environment.ports.iter().any(|there| there == port) {
            return;
        }
        let elsewhere = Port::parse(port).is_ok_and(|port| port.address != Port::LOOPBACK);
        let reach = if elsewhere { "" } else { ", published on the loopback address alone" };
        let told = format!("the port `{}`{reach}", printable(port));
        self.set(value, &told, |environment| environment.ports.push(port.to_owned()));
    }

    /// Keeps a value as it is under a name that our files do not know.
    pub(super) fn keep(&mut self, name: &str, taken: Taken, why: &str) {
        let keeps = |environment: &mut Environment| {
            environment.unknown.insert(name.to_owned(), taken.value.clone());
        };
        match fault(&keeps) {
            None => {
                keeps(&mut self.environment);
                let told = if taken.field.ends_with(name) {
                    format!("is kept as it is: {why}")
                } else {
                    format!("is kept as `{}`: {why}", printable(name))
                };
                self.note(taken.field, Fate::Kept, told);
            }
            Some(fault) => self.left(taken.field, &fault),
        }
    }

    /// Keeps what no field of ours can say below one field of this name, each with why.
    pub(super) fn keep_below(&mut self, name: &str, kept: Vec<(String, Taken, &'static str)>) {
        let mut fields = Vec::new();
        for (field, taken, why) in kept {
            let pair = (Unknown::Text(field), taken.value);
            let alone = Unknown::Map(vec![pair.clone()]);
            let keeps = |environment: &mut Environment| {
                environment.unknown.insert(name.to_owned(), alone.clone());
            };
            if let Some(fault) = fault(&keeps) {
                self.left(taken.field, &format!("{why}; it is not kept either: {fault}"));
            } else {
                self.left(taken.field, &format!("{why}; it is kept below `{name}`"));
                fields.push(pair);
            }
        }
        if !fields.is_empty() {
            self.environment.unknown.insert(name.to_owned(), Unknown::Map(fields));
        }
    }

    /// The environment as it will be read back from its file.
    pub(super) fn finish(mut self, id: EnvironmentId, at: String) -> Imported {
        let environment = manifest::parse(&manifest::render(&self.environment));
        let environment = environment.unwrap_or_else(|error| {
            // Each could be kept by itself, but not all of them together.
            let fields: Vec<String> = self.environment.unknown.keys().cloned().collect();
            for field in fields {
                self.left(field, &error.cause);
            }
            self.environment.unknown.clear();
            self.environment.clone()
        });
        Imported { id, at, environment, notes: self.notes }
    }
}

impl<T> Typed<T> {
    /// The same with another value.
    pub(super) fn with<U>(&self, value: U) -> Typed<U> {
        Typed { field: self.field.clone(), value, was: self.was }
    }
}

/// Why a file may not hold what `change` writes, in the words of reading it back.
fn fault(change: &impl Fn(&mut Environment)) -> Option<String> {
    let mut environment = Environment::default();
    change(&mut environment);
    manifest::parse(&manifest::render(&environment)).err().map(|error| error.cause)
}

/// Why the folder at `path` is no mount; and that a task does not begin in it, if the file does not
/// say itself where one does.
pub(super) fn unmountable(path: &str, says_workdir: bool) -> String {
    let path = printable(path);
    let (then, advice) = if says_workdir {
        ("", "")
    } else {
        (", so `workdir` is left out, too", ", or write `workdir` yourself")
    };
    format!(
        "`{path}` has a `:` in its name, which a mount cannot name{then}; rename the folder{advice}"
    )
}

/// A text of theirs to be quoted in a sentence: short, and without what steers a terminal.
pub(super) fn printable(text: &str) -> String {
    let mut shown: String = text.chars().take(120).flat_map(char::escape_debug).collect();
    if text.chars().count() > 120 {
        shown.push('…');
    }
    shown
}
