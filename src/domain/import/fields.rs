//! The fields of a foreign mapping, taken one by one. What is left at the end is what nobody
//! understood.

use super::{Fate, Note};
use crate::domain::unknown::Unknown;

/// The fields of a mapping, and where it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    /// The path of the mapping itself, with its dot; empty for the outermost one.
    prefix: String,
    fields: Vec<(String, Unknown)>,
}

/// A value, and the path of the field it was in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Taken {
    pub(super) field: String,
    pub(super) value: Unknown,
}

impl Fields {
    /// The fields of `value`, if it is a mapping. Of a name that is given twice the last value
    /// counts, as everywhere; the others are told.
    pub(super) fn of(value: Unknown, prefix: &str, notes: &mut Vec<Note>) -> Option<Self> {
        let Unknown::Map(pairs) = value else { return None };
        let mut fields: Vec<(String, Unknown)> = Vec::with_capacity(pairs.len());
        let mut places = std::collections::HashMap::new();
        for (name, value) in pairs {
            let name = name.as_str().unwrap_or_default().to_owned();
            if let Some(&at) = places.get(&name) {
                let field = format!("{prefix}{name}");
                notes.push(Note::new(field, Fate::Left, "is given twice; the last one counts"));
                let place: &mut (String, Unknown) = &mut fields[at];
                place.1 = value;
            } else {
                places.insert(name.clone(), fields.len());
                fields.push((name, value));
            }
        }
        Some(Self { prefix: prefix.to_owned(), fields })
    }

    /// Takes a field. One that says nothing (`null`) is as good as none.
    pub(super) fn take(&mut self, name: &str) -> Option<Taken> {
        let at = self.fields.iter().position(|(there, _)| there == name)?;
        let (name, value) = self.fields.remove(at);
        let is_nothing = matches!(&value, Unknown::Plain(text) if is_null(text));
        (!is_nothing).then(|| Taken { field: format!("{}{name}", self.prefix), value })
    }

    /// Takes the first of these that says something, and drops the others if they say the same;
    /// those that say something else stay.
    pub(super) fn take_first(&mut self, names: &[&str]) -> Option<Taken> {
        let first = names.iter().find_map(|name| self.take(name))?;
        let says_same = |(name, value): &(String, Unknown)| {
            names.contains(&name.as_str()) && *value == first.value
        };
        self.fields.retain(|field| !says_same(field));
        Some(first)
    }

    /// Puts a field back, with what is left of its value.
    pub(super) fn put(&mut self, name: &str, value: Unknown) {
        self.fields.push((name.to_owned(), value));
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(there, _)| there == name)
    }

    /// The names of what was not taken.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// What was not taken.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, Taken)> {
        let prefix = self.prefix;
        self.fields.into_iter().map(move |(name, value)| {
            let field = format!("{prefix}{name}");
            (name, Taken { field, value })
        })
    }
}

impl Taken {
    /// An item of it, by what stands behind its path: `[1]` or `.name`.
    pub(super) fn part(&self, path: &str, value: Unknown) -> Self {
        Self { field: format!("{}{path}", self.field), value }
    }

    /// The items of a list, with their paths.
    pub(super) fn items(self) -> Vec<Self> {
        let Unknown::List(items) = &self.value else { return vec![self] };
        let numbered = items.iter().enumerate();
        numbered.map(|(index, item)| self.part(&format!("[{index}]"), item.clone())).collect()
    }
}

/// Whether a plain scalar says nothing.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// What kind of value it is, with its article.
pub(super) fn kind_of(value: &Unknown) -> &'static str {
    match value {
        Unknown::Text(_) => "a text",
        Unknown::Plain(text) if is_null(text) => "nothing",
        Unknown::Plain(text) if text.parse::<f64>().is_ok() => "a number",
        Unknown::Plain(text) if matches!(text.as_str(), "true" | "false") => "true or false",
        Unknown::Plain(_) => "a text",
        Unknown::List(_) => "a list",
        Unknown::Map(_) => "a mapping",
    }
}
