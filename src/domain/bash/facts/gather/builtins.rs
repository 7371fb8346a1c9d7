//! Commands that change the shell itself, or end it.

use super::Walk;
use crate::domain::bash::facts::path::Path;
use crate::domain::bash::facts::scope::Known;
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Aim, Definition, Exit, Named, NeedKind, PathUse, State};
use crate::domain::bash::tree::{Argument, Command, Simple};

/// Files that are sourced for what they are known to set. Those of the second kind are found by
/// their ends. Whether they export it stands last.
const SOURCED: [(&str, &[&str], bool); 4] = [
    (
        "os-release",
        &[
            "ID",
            "ID_LIKE",
            "NAME",
            "PRETTY_NAME",
            "VERSION",
            "VERSION_ID",
            "VERSION_CODENAME",
            "UBUNTU_CODENAME",
            "BUILD_ID",
            "VARIANT_ID",
        ],
        false,
    ),
    (
        "lsb-release",
        &["DISTRIB_ID", "DISTRIB_RELEASE", "DISTRIB_CODENAME", "DISTRIB_DESCRIPTION"],
        false,
    ),
    (".cargo/env", &["PATH"], true),
    ("bin/activate", &["PATH", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PS1"], true),
];

impl<'s> Walk<'s> {
    /// Runs a builtin that changes the shell; `false`: it is none.
    pub(super) fn builtin(
        &mut self,
        name: &Value,
        arguments: &[Value],
        simple: &'s Simple,
        command: &'s Command,
    ) -> bool {
        let Some(name) = name.known() else { return false };
        let span = command.span;
        match name {
            "cd" | "pushd" => self.enter(name, arguments, command),
            "popd" => {
                self.scope.folder = None;
                self.changes(State::Folder, span);
                self.reads("PWD", span);
            }
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                self.declare(name, simple, command);
            }
            "unset" => self.unset(arguments, command),
            "set" => self.set(arguments, command),
            "shopt" => self.changes(State::Options, span),
            "umask" if arguments.iter().any(|value| !value.is_option()) => {
                self.changes(State::Umask, span);
            }
            "umask" => {}
            "ulimit" => self.changes(State::Limits, span),
            "alias" | "unalias" => self.changes(State::Aliases, span),
            "trap" => self.trap(arguments, command),
            "shift" if self.scope.arguments.is_some() => self.scope.arguments = Some(unknown()),
            "shift" => self.changes(State::Arguments, span),
            "exit" | "return" | "logout" => self.exit(name, arguments, command),
            "exec" => self.exec(arguments, command),
            "eval" => self.eval(arguments, command),
            "source" | "." => self.source(arguments, command),
            "read" | "mapfile" | "readarray" | "getopts" => self.read(name, arguments, command),
            "let" => {
                for argument in arguments {
                    let end = argument.text.find(|char: char| !is_part(char));
                    let name = &argument.text[..end.unwrap_or(argument.text.len())];
                    self.reads(name, span);
                    self.sets(name, None, false, span);
                }
            }
            "printf" => {
                if let [option, name, ..] = arguments
                    && option.known() == Some("-v")
                {
                    self.sets(&name.text, None, false, span);
                }
            }
            "[" | "test" => self.tested(arguments),
            "wait" | "jobs" | "fg" | "bg" | "disown" => {
                self.need(NeedKind::Processes, name, span);
            }
            "history" | "fc" | "times" => self.need(NeedKind::History, name, span),
            "pwd" | "dirs" => self.reads("PWD", span),
            "true" | ":" | "false" | "echo" | "break" | "continue" | "type" | "hash" | "bind"
            | "complete" | "compgen" | "compopt" | "enable" | "caller" => {}
            _ => return false,
        }
        true
    }

    fn enter(&mut self, name: &str, arguments: &[Value], command: &'s Command) {
        let mut operands = arguments.iter().filter(|value| !value.is_option());
        let span = command.span;
        let target = match operands.next() {
            Some(value) if value.known() == Some("-") => None,
            Some(value) => Some(value.clone()),
            None if name == "cd" => {
                Some(Value { text: "~".to_owned(), whole: true, span: command.span })
            }
            None => None,
        };
        let before = self.scope.folder.take();
        match &target {
            Some(target) => {
                let rooted = target.text.starts_with(['/', '~']);
                if !rooted {
                    self.reads("PWD", span);
                }
                let path = Path::of(&target.text, target.whole, before.as_ref());
                self.scope.folder = Some(path).filter(|path| !path.is_anywhere());
                let (path, span) =
                    (Path::of(&target.text, target.whole, before.as_ref()), self.place(span));
                let (access, aim) = (Access::Read, Aim::Named);
                self.facts.paths.push(PathUse { path, access, aim, span });
            }
            None => self.reads("OLDPWD", span),
        }
        self.own.add("PWD");
        self.changes(State::Folder, span);
    }

    fn declare(&mut self, name: &str, simple: &'s Simple, command: &'s Command) {
        let mut exported = name == "export";
        let mut functions = false;
        let mut prints = false;
        let is_local =
            self.scope.arguments.is_some() && matches!(name, "local" | "declare" | "typeset");
        for argument in simple.words.iter().skip(1) {
            match argument {
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
                            self.sets(&format!("{text}()"), None, true, word.span);
                        }
                    } else if prints {
                        self.reads(&text, word.span);
                    } else if is_local {
                        self.local(&text, None, word.span);
                    } else {
                        // Its value stays what it is.
                        self.reads(&text, word.span);
                        let value = self.scope.value(&text).cloned();
                        self.sets(&text, value, exported, word.span);
                    }
                }
                Argument::Assignment(assignment) if is_local => {
                    let value = match &*assignment.value {
                        [word] if !assignment.array => {
                            let value = crate::domain::bash::facts::values::one(word, &self.scope);
                            Some(Known { text: value.text, whole: value.whole })
                        }
                        _ => None,
                    };
                    self.local(&assignment.name, value, assignment.span);
                }
                Argument::Assignment(assignment) => self.assign(assignment, exported),
            }
        }
    }

    fn unset(&mut self, arguments: &[Value], command: &'s Command) {
        let mut functions = false;
        for value in arguments {
            match value.known() {
                Some("-f") => functions = true,
                Some(option) if option.starts_with('-') => {}
                Some(name) if functions => {
                    self.scope.define(name, None);
                    let (span, surely) = (self.place(command.span), self.context.surely);
                    self.facts.defines.push(Definition { name: name.to_owned(), span, surely });
                }
                Some(name) => self.sets(name, None, false, command.span),
                None => self.unknown("unset", command.span, true),
            }
        }
    }

    fn set(&mut self, arguments: &[Value], command: &'s Command) {
        let mut values = arguments.iter().peekable();
        while let Some(value) = values.next() {
            match value.known() {
                Some("-o" | "+o") => {
                    values.next();
                    self.changes(State::Options, command.span);
                }
                Some("--" | "-") => break,
                Some(option) if option.starts_with(['-', '+']) => {
                    self.changes(State::Options, command.span);
                    // `set -euo pipefail`.
                    if option.ends_with('o') {
                        values.next();
                    }
                }
                _ => return self.arguments(command),
            }
        }
        if arguments.iter().any(|value| value.known() == Some("--")) {
            self.arguments(command);
        }
    }

    /// `set -- …`.
    fn arguments(&mut self, command: &'s Command) {
        if self.scope.arguments.is_some() {
            self.scope.arguments = Some(unknown());
        } else {
            self.changes(State::Arguments, command.span);
        }
    }

    fn trap(&mut self, arguments: &[Value], command: &'s Command) {
        let Some(action) = arguments.iter().find(|value| !value.is_option()) else { return };
        self.changes(State::Traps, command.span);
        match action.known() {
            Some("-" | "") => {}
            Some(text) => {
                let text = text.to_owned();
                self.inner(&text, None, command.span, false);
            }
            None => self.unknown("trap", command.span, true),
        }
    }

    fn exit(&mut self, name: &str, arguments: &[Value], command: &'s Command) {
        let leaves_function = name == "return" && self.scope.arguments.is_some();
        if leaves_function || !self.context.lasting {
            return;
        }
        // A baked script is not sourced, and cannot be left by `return`.
        let status = arguments.first().and_then(Value::known).filter(|_| name != "return");
        let status = status.and_then(|text| text.parse().ok());
        let (span, surely) = (self.place(command.span), self.context.surely);
        self.facts.exits.push(Exit { span, status, surely, replaces: false });
    }

    fn exec(&mut self, arguments: &[Value], command: &'s Command) {
        let mut rest = arguments;
        while let [first, behind @ ..] = rest {
            match first.known() {
                Some("-c" | "-l" | "--") => rest = behind,
                Some("-a") => rest = behind.get(1..).unwrap_or_default(),
                _ => break,
            }
        }
        let Some((name, own)) = rest.split_first() else {
            if !command.redirects.is_empty() {
                self.changes(State::Descriptors, command.span);
            }
            return;
        };
        self.run(name, own, command.span, Vec::new());
        if self.context.lasting {
            let (span, surely) = (self.place(command.span), self.context.surely);
            self.facts.exits.push(Exit { span, status: None, surely, replaces: true });
        }
    }

    fn eval(&mut self, arguments: &[Value], command: &'s Command) {
        let words: Option<Vec<&str>> = arguments.iter().map(Value::known).collect();
        match words {
            Some(words) => {
                let own = self.scope.arguments.clone();
                self.inner(&words.join(" "), own, command.span, true);
            }
            None => self.unknown("eval", command.span, true),
        }
    }

    fn source(&mut self, arguments: &[Value], command: &'s Command) {
        let Some(file) = arguments.first() else { return };
        self.path(file, Access::Read);
        let known = SOURCED.iter().find(|(end, ..)| file.whole && file.text.ends_with(end));
        match known {
            Some((_, names, exported)) if arguments.len() == 1 => {
                for name in *names {
                    self.sets(name, None, *exported, command.span);
                }
            }
            _ => {
                let word = command.span.of(self.text).to_owned();
                self.unknown(word, command.span, true);
            }
        }
    }

    fn read(&mut self, name: &str, arguments: &[Value], command: &'s Command) {
        if name == "getopts" {
            if self.scope.arguments.is_none() {
                self.need(NeedKind::Arguments, "getopts", command.span);
            }
        } else if !self.context.fed {
            self.need(NeedKind::Person, name, command.span);
        }
        let valued = ["-d", "-i", "-n", "-N", "-p", "-t", "-u", "-a", "-C", "-c", "-O", "-s"];
        let mut named = false;
        let mut values = arguments.iter().peekable();
        while let Some(value) = values.next() {
            let text = value.text.clone();
            if value.is_option() {
                let takes_next =
                    valued.contains(&text.as_str()) && !(name == "read" && text == "-s");
                let next = if takes_next { values.next() } else { None };
                if name == "read"
                    && text == "-a"
                    && let Some(array) = next
                {
                    self.sets(&array.text.clone(), None, false, command.span);
                    named = true;
                }
            } else if value.whole && text.chars().all(is_part) {
                self.sets(&text, None, false, command.span);
                named = true;
            }
        }
        if !named {
            let default = if name == "read" { "REPLY" } else { "MAPFILE" };
            self.sets(default, None, false, command.span);
        }
    }
}

/// Arguments of which nothing is known.
fn unknown() -> Vec<Value> {
    vec![Value { whole: false, ..Value::default() }]
}

fn is_part(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}
