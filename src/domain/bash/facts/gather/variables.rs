//! Commands of the shell that set, name and print variables.

use compact_str::format_compact;

use super::Walk;
use crate::domain::bash::Text;
use crate::domain::bash::facts::scope::Known;
use crate::domain::bash::facts::values::{self, Value};
use crate::domain::bash::facts::{Definition, Named, NeedKind};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Argument, Assignment, Command, Part, PartKind, Simple, Word};

impl<'s> Walk<'s> {
    pub(super) fn declare(&mut self, name: &str, simple: &'s Simple, command: &'s Command) {
        let mut exported = name == "export";
        let mut functions = false;
        let mut prints = false;
        let flags = flags_of(simple);
        let is_local = self.scope.arguments.is_some()
            && (name == "local" || matches!(name, "declare" | "typeset") && !flags.contains('g'));
        if simple.words.len() == 1 || !flags.is_empty() && names_nothing(simple) {
            // All variables, or all functions.
            self.need(NeedKind::Host, name, command.span);
        }
        let is_behind_local = simple.words.iter().any(|argument| {
            let named = match argument {
                Argument::Word(word) => word.known(),
                Argument::Assignment(assignment) => Some(assignment.name.clone()),
            };
            self.locals.iter().any(|local| Some(&local.name) == named.as_ref())
        });
        if name != "export" && (flags.contains('n') || flags.contains('g') && is_behind_local) {
            // What is done with it is done with another one.
            self.unknown(name, command.span, true);
        }
        let is_number = name != "export" && flags.contains('i');
        let is_changed = name != "export" && flags.contains(['i', 'u', 'l', 'c']);
        for argument in simple.words.iter().skip(1) {
            match argument {
                Argument::Word(word) if quoted_name(word).is_some() => {
                    let name = quoted_name(word).unwrap_or_default();
                    let value = values::one(word, &self.scope);
                    let text = value.text.get(name.len() + 1..).unwrap_or_default().into();
                    let value = Some(Known { text, whole: value.whole });
                    if is_local {
                        self.local(name, value, word.span);
                    } else {
                        let value = value.filter(|_| !is_changed);
                        self.sets(name, value, exported, word.span);
                    }
                    if is_changed {
                        self.scope.change(name, is_number);
                    }
                }
                Argument::Word(word) => {
                    let Some(text) = word.known() else {
                        // `export $names`.
                        self.unknown(name, command.span, true);
                        continue;
                    };
                    if let Some(flags) = text.strip_prefix(['-', '+']) {
                        exported |= text.starts_with('-') && flags.contains('x');
                        exported &= !(name == "export" && flags.contains('n'));
                        functions |= flags.contains(['f', 'F']);
                        prints |= flags.contains('p');
                    } else if functions {
                        let (name, span) = (text.clone(), self.place(word.span));
                        self.facts.calls.push(Named { name, span });
                        if exported {
                            self.sets(&format_compact!("{text}()"), None, true, word.span);
                        }
                    } else if prints {
                        self.reads(&text, word.span);
                    } else if is_local {
                        self.local(&text, None, word.span);
                        if is_changed {
                            self.scope.change(&text, is_number);
                        }
                    } else if is_changed {
                        self.reads(&text, word.span);
                        self.sets(&text, None, exported, word.span);
                        self.scope.change(&text, is_number);
                    } else {
                        // Its value stays what it is.
                        self.reads(&text, word.span);
                        let value = self.scope.value(&text).cloned();
                        self.sets(&text, value, exported, word.span);
                    }
                }
                Argument::Assignment(assignment) if is_changed => {
                    if is_local {
                        self.local(&assignment.name, None, assignment.span);
                    } else {
                        self.sets(&assignment.name, None, exported, assignment.span);
                    }
                    self.scope.change(&assignment.name, is_number);
                    self.evaluated(assignment);
                }
                Argument::Assignment(assignment) if is_local => {
                    let value = match &*assignment.value {
                        [word] if !assignment.array => {
                            let value = values::one(word, &self.scope);
                            Some(Known { text: value.text, whole: value.whole })
                        }
                        _ => None,
                    };
                    self.local(&assignment.name, value, assignment.span);
                    self.evaluated(assignment);
                }
                Argument::Assignment(assignment) => self.assign(assignment, exported),
            }
        }
    }

    /// What is set may be worked out: then names in it are variables.
    pub(super) fn evaluated(&mut self, assignment: &'s Assignment) {
        if self.scope.is_number(&assignment.name) {
            for word in &assignment.value {
                self.names(&word.parts, assignment.span, true);
            }
        }
    }

    pub(super) fn unset(&mut self, arguments: &[Value], command: &'s Command) {
        let mut functions = false;
        for value in arguments {
            match value.known() {
                Some("-f") => functions = true,
                Some(option) if option.starts_with('-') => {}
                Some(name) if functions => {
                    self.scope.define(name, None);
                    let (span, surely) = (self.place(command.span), self.context.surely);
                    self.facts.defines.push(Definition { name: name.into(), span, surely });
                }
                Some(name) => self.sets(name, None, false, command.span),
                None => self.unknown("unset", command.span, true),
            }
        }
    }

    pub(super) fn printf(&mut self, arguments: &[Value], command: &'s Command) {
        let span = command.span;
        // `%(%F)T` is a time, mostly that of now.
        if arguments.iter().any(|value| value.text.contains("%(")) {
            self.need(NeedKind::Clock, "printf", span);
        }
        if let [option, name, ..] = arguments
            && option.known() == Some("-v")
        {
            self.named_by(name, span);
        }
    }

    pub(super) fn read(&mut self, name: &str, arguments: &[Value], command: &'s Command) {
        if name == "getopts" {
            if self.scope.arguments.is_none() {
                self.need(NeedKind::Arguments, "getopts", command.span);
            }
        } else if !self.context.fed {
            self.need(NeedKind::Person, name, command.span);
        }
        // Letters of options behind which a value stands.
        let valued = match name {
            "read" => "adinNptu",
            "getopts" => "",
            _ => "dnOsuCc",
        };
        let mut named = false;
        let mut operands = 0;
        let mut values = arguments.iter();
        while let Some(value) = values.next() {
            if !value.is_option() {
                operands += 1;
                // The first word of `getopts` has the letters that it looks for.
                if name != "getopts" || operands == 2 {
                    self.named_by(value, command.span);
                    named = true;
                }
                continue;
            }
            let Some(at) = value.text.find(|letter| valued.contains(letter)) else { continue };
            let attached = &value.text[at + 1..];
            let is_array = name == "read" && value.text[at..].starts_with('a');
            let next = if attached.is_empty() { values.next().cloned() } else { None };
            if is_array {
                let array = Value { text: attached.into(), ..value.clone() };
                self.named_by(&next.unwrap_or(array), command.span);
                named = true;
            }
        }
        if name == "getopts" {
            for set in ["OPTARG", "OPTIND"] {
                self.sets(set, None, false, command.span);
            }
        } else if !named {
            let default = if name == "read" { "REPLY" } else { "MAPFILE" };
            self.sets(default, None, false, command.span);
        }
    }

    /// A command sets the variable that a word names.
    fn named_by(&mut self, value: &Value, span: Span) {
        let name = value.text.split('[').next().unwrap_or_default();
        if !value.whole && !value.text.contains('[') {
            self.unknown(value.span.of(self.text), span, true);
        } else if !name.is_empty() && name.chars().all(is_part) {
            self.sets(name, None, false, span);
        }
    }
}

/// The letters of all options among the words.
/// The variable of an assignment that quotes hide: `export "PATH=/opt/bin:$PATH"`.
fn quoted_name(word: &Word) -> Option<&str> {
    let Part { kind: PartKind::Text(text), .. } = word.parts.first()? else { return None };
    let (name, _) = text.split_once('=')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

fn flags_of(simple: &Simple) -> Text {
    let options = simple.words.iter().skip(1).filter_map(|argument| match argument {
        Argument::Word(word) => word.known(),
        Argument::Assignment(_) => None,
    });
    options.filter(|text| text.starts_with(['-', '+'])).collect()
}

/// Whether there is nothing but options.
fn names_nothing(simple: &Simple) -> bool {
    simple.words.iter().skip(1).all(|argument| match argument {
        Argument::Word(word) => {
            word.known().is_some_and(|text| text.len() > 1 && text.starts_with(['-', '+']))
        }
        Argument::Assignment(_) => false,
    })
}

fn is_part(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}
