//! What a simple command sets in the shell, and what arithmetic does.

use super::holds::Holds;
use crate::domain::bash::arithmetic;
use crate::domain::bash::tree::{Argument, Assignment, Part, PartKind, Redirect, Simple, Word};

/// A variable that is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'s> {
    /// The variable.
    pub name: &'s str,
    /// What it is set to.
    pub value: Value<'s>,
    /// Whether it is one of the function alone.
    pub local: bool,
}

/// What a variable is set to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'s> {
    /// Something that is known.
    Is(Holds),
    /// A word.
    Word(&'s Word),
    /// What it holds, and a word behind it.
    Append(&'s Word),
    /// What it holds, or something else.
    Also(Holds),
    /// One of some words; none: the arguments.
    Each(Option<&'s [Word]>),
}

/// The command a simple command names, if that is known.
pub(super) fn name_of(simple: &Simple) -> Option<&str> {
    match simple.words.first() {
        Some(Argument::Word(word)) => plain(word),
        _ => None,
    }
}

/// The text of a word that is only that, without quotes or in one pair of them.
pub(super) fn plain(word: &Word) -> Option<&str> {
    match word.parts.as_slice() {
        [Part { kind: PartKind::Text(text), .. }] => Some(text),
        _ => None,
    }
}

/// What a simple command sets, in its order.
pub(super) fn settings<'s>(simple: &'s Simple, redirects: &'s [Redirect]) -> Vec<Setting<'s>> {
    let mut sets = Vec::new();
    for redirect in redirects {
        let descriptor = redirect.descriptor.as_deref().unwrap_or_default();
        if let Some(name) = descriptor.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
            sets.push(Setting { name, value: Value::Is(Holds::Word), local: false });
        }
    }
    if simple.words.is_empty() {
        sets.extend(simple.assignments.iter().map(|it| assigned(it, false)));
        return sets;
    }
    let Some(command) = name_of(simple) else { return sets };
    let arguments = simple.words.get(1..).unwrap_or_default();
    match command {
        "export" | "readonly" => declared(arguments, false, &mut sets),
        "local" | "declare" | "typeset" => declared(arguments, true, &mut sets),
        "read" | "mapfile" | "readarray" => {
            sets.extend(names(arguments).map(|name| anything(name)));
        }
        "getopts" => sets.extend(names(arguments.get(1..).unwrap_or_default()).map(anything)),
        "printf" => {
            let mut words = arguments.iter().filter_map(argument);
            if words.next() == Some("-v") {
                sets.extend(words.next().map(anything));
            }
        }
        "let" => {
            for word in arguments {
                match word {
                    Argument::Word(word) => {
                        let names = arithmetic::names(&word.parts).into_iter();
                        sets.extend(names.filter(|it| it.is_set).map(|it| one(it.name)));
                    }
                    Argument::Assignment(it) => sets.push(one(&it.name)),
                }
            }
        }
        "unset" => sets.extend(names(arguments).map(|name| Setting {
            name,
            value: Value::Is(Holds::Nothing),
            local: false,
        })),
        _ => {}
    }
    sets
}

fn anything(name: &str) -> Setting<'_> {
    Setting { name, value: Value::Is(Holds::Anything), local: false }
}

/// A variable that is set to a number.
pub(super) fn one(name: &str) -> Setting<'_> {
    Setting { name, value: Value::Is(Holds::Word), local: false }
}

fn assigned(it: &Assignment, local: bool) -> Setting<'_> {
    let value = match (it.value.as_slice(), it.array, it.index.is_some() || it.append) {
        ([word], false, false) => Value::Word(word),
        ([word], false, true) => Value::Append(word),
        _ => Value::Is(Holds::Anything),
    };
    Setting { name: &it.name, value, local }
}

/// What stands behind `declare` and its like.
fn declared<'s>(arguments: &'s [Argument], local: bool, sets: &mut Vec<Setting<'s>>) {
    let options = || arguments.iter().filter_map(argument).filter(|it| it.starts_with('-'));
    let has = |letters: &[char]| options().any(|option| option.contains(letters));
    let is_number = has(&['i']);
    for it in arguments {
        match it {
            Argument::Assignment(it) if is_number => {
                sets.push(Setting { local, ..one(&it.name) });
            }
            Argument::Assignment(it) => sets.push(assigned(it, local)),
            Argument::Word(word) => {
                let Some(name) = plain(word).filter(|name| is_name(name)) else { continue };
                let value = match (is_number, has(&['a', 'A'])) {
                    (true, _) => Holds::Word,
                    (_, true) => Holds::Anything,
                    _ if local => Holds::Nothing,
                    _ => continue,
                };
                sets.push(Setting { name, value: Value::Is(value), local });
            }
        }
    }
}

fn argument(it: &Argument) -> Option<&str> {
    match it {
        Argument::Word(word) => plain(word),
        Argument::Assignment(_) => None,
    }
}

fn names(arguments: &[Argument]) -> impl Iterator<Item = &str> {
    arguments.iter().filter_map(argument).filter(|it| is_name(it))
}

fn is_name(text: &str) -> bool {
    !text.starts_with(|char: char| char.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(is_of_name)
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
