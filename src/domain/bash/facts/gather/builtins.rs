//! Commands that change the shell itself, or end it.

use super::Walk;
use crate::domain::bash::facts::path::{HOME, Path};
use crate::domain::bash::facts::scope::Known;
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Aim, Exit, NeedKind, PathUse, State};
use crate::domain::bash::tree::{Command, Part, PartKind, Simple};

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
            // All variables, and all functions.
            "set" | "compgen" if arguments.is_empty() || name == "compgen" => {
                self.need(NeedKind::Host, name, span);
            }
            "set" => self.set(arguments, command),
            "shopt" => {
                let has = |text: &str| arguments.iter().any(|it| it.known() == Some(text));
                if has("lastpipe") && has("-s") {
                    // The end of a pipe is this shell then.
                    self.unknown("shopt -s lastpipe", span, true);
                }
                self.changes(State::Options, span);
            }
            "umask" if arguments.iter().any(|value| !value.is_option()) => {
                self.changes(State::Umask, span);
            }
            "umask" => {}
            "ulimit" => {
                if arguments.iter().all(Value::is_option) {
                    self.need(NeedKind::Host, name, span);
                }
                self.changes(State::Limits, span);
            }
            "alias" => self.alias(arguments, command),
            "unalias" => self.changes(State::Aliases, span),
            "trap" => self.trap(arguments, command),
            "shift" => self.arguments(command),
            "exit" | "return" | "logout" => self.exit(name, arguments, command),
            "exec" => self.exec(arguments, command),
            "eval" => self.eval(arguments, command),
            "source" | "." => self.source(arguments, command),
            "read" => {
                let is_given = simple.assignments.iter().any(|it| it.name == "IFS");
                if !is_given {
                    self.heeds_separators(span);
                }
                self.read(name, arguments, command);
            }
            "mapfile" | "readarray" | "getopts" => self.read(name, arguments, command),
            "let" => {
                for argument in arguments {
                    match argument.known() {
                        Some(text) => {
                            let kind = PartKind::Text(text.into());
                            self.names(&[Part { span, quoted: true, kind }], span, true);
                        }
                        None => self.unknown(name, span, true),
                    }
                }
            }
            "printf" => self.printf(arguments, command),
            "type" | "hash" => self.look_up(name, arguments, command),
            "enable" if !arguments.is_empty() => self.unknown(name, span, true),
            "[" | "test" => self.tested(arguments),
            "wait" | "jobs" | "fg" | "bg" | "disown" => {
                self.need(NeedKind::Processes, name, span);
            }
            "history" | "fc" | "times" => self.need(NeedKind::History, name, span),
            "pwd" | "dirs" => {
                self.names_folder(name, span);
                self.reads("PWD", span);
            }
            "true" | ":" | "false" | "echo" | "break" | "continue" | "bind" | "complete"
            | "compopt" | "enable" | "caller" => {}
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
                self.reads("HOME", span);
                let home = match self.scope.value("HOME") {
                    Some(home) => home.clone(),
                    // Another one than that of the user, which is not known.
                    None if self.scope.is_set("HOME") => Known::default(),
                    None => Known { text: HOME.into(), whole: true },
                };
                Some(Value { text: home.text, whole: home.whole, span })
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

    /// With aliases switched on, each may be another command than its name says.
    fn alias(&mut self, arguments: &[Value], command: &'s Command) {
        if arguments.iter().all(Value::is_option) {
            return self.need(NeedKind::Host, "alias", command.span);
        }
        self.changes(State::Aliases, command.span);
        if !self.named.aliases {
            return;
        }
        for value in arguments {
            match value.text.split_once('=') {
                Some((name, _)) => self.scope.define(name, Some(None)),
                None if value.whole => {}
                None => self.unknown("alias", command.span, true),
            }
        }
    }

    /// `type` and `hash`: where programs are.
    fn look_up(&mut self, name: &str, arguments: &[Value], command: &'s Command) {
        let mut has_operands = false;
        for value in arguments {
            if !value.is_option() {
                has_operands = true;
                self.looked_up(value);
            } else if name == "hash" && value.text.contains('p') {
                // From now on a program is another one.
                self.unknown("hash -p", command.span, true);
            }
        }
        if name == "hash" && !has_operands && arguments.is_empty() {
            self.need(NeedKind::History, name, command.span);
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
            self.scope.has_none = false;
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
                let word = command.span.of(self.text);
                self.unknown(word, command.span, true);
            }
        }
    }
}

/// Arguments of which nothing is known.
fn unknown() -> Vec<Value> {
    vec![Value { whole: false, ..Value::default() }]
}
