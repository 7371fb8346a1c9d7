//! Commands with their assignments and redirections.

use compact_str::format_compact;

use super::{Context, Walk, files, redirects};
use crate::domain::bash::Text;
use crate::domain::bash::add;
use crate::domain::bash::facts::commands::{self, Call, installers};
use crate::domain::bash::facts::path::{HOME, Path};
use crate::domain::bash::facts::scope::Known;
use crate::domain::bash::facts::values::{self, Value};
use crate::domain::bash::facts::wrappers::{self, Wrapped};
use crate::domain::bash::facts::{Access, Aim, Invocation};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Argument, Assignment, Command, Simple};

/// Folders whose programs are known by their names alone.
const PROGRAMS: [&str; 6] =
    ["/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin"];

/// Programs that an environment of python has for itself.
const OF_PYTHON: [&str; 4] = ["pip", "pip3", "python", "python3"];

/// What changes this shell also behind `builtin` and `command`.
const OF_THIS_SHELL: [&str; 29] = [
    "cd",
    "pushd",
    "popd",
    "export",
    "declare",
    "typeset",
    "local",
    "readonly",
    "unset",
    "set",
    "shopt",
    "umask",
    "ulimit",
    "alias",
    "unalias",
    "trap",
    "shift",
    "exit",
    "return",
    "exec",
    "eval",
    "source",
    ".",
    "read",
    "mapfile",
    "readarray",
    "getopts",
    "let",
    "enable",
];

impl<'s> Walk<'s> {
    pub(super) fn simple(&mut self, simple: &'s Simple, command: &'s Command) {
        for assignment in &simple.assignments {
            self.assigned_words(assignment);
        }
        let takes_extras = files::takes_extras(simple);
        for argument in &simple.words {
            match argument {
                Argument::Word(word) if takes_extras && files::has_extras(word) => self.word(word),
                Argument::Word(word) => self.expanded(word),
                Argument::Assignment(assignment) => self.assigned_words(assignment),
            }
        }
        for redirect in &command.redirects {
            self.redirect(redirect);
        }
        if simple.words.is_empty() {
            for assignment in &simple.assignments {
                self.assign(assignment, false);
            }
            return;
        }
        let mut words = Vec::new();
        for argument in &simple.words {
            match argument {
                Argument::Word(word) => words.extend(values::several(word, &self.scope)),
                Argument::Assignment(assignment) => words.push(self.declared(assignment)),
            }
        }
        let fed = self.context.fed || command.redirects.iter().any(redirects::feeds);
        let variables = simple.assignments.iter().map(|assignment| assignment.name.clone());
        let variables: Vec<_> = variables.collect();
        let span = command.span;
        self.with(Context { fed, ..self.context }, |walk| {
            if let Some((name, arguments)) = words.split_first() {
                // A function comes before what the shell has itself.
                let is_function =
                    name.known().is_some_and(|name| walk.scope.function(name).is_some());
                if !is_function && walk.builtin(name, arguments, simple, command) {
                    walk.invoked(name.text.clone(), arguments, span, variables);
                } else {
                    walk.given(&simple.assignments, |walk| {
                        walk.run(name, arguments, span, variables);
                    });
                }
            }
        });
    }

    /// What the words of an assignment read and run.
    fn assigned_words(&mut self, assignment: &'s Assignment) {
        if let Some(index) = &assignment.index {
            self.word(index);
        }
        for word in &assignment.value {
            // `[index]=value` in an array is no pattern.
            let has_index = word.span.of(self.text).starts_with('[');
            if assignment.array && !has_index {
                self.expanded(word);
            } else {
                self.word(word);
            }
        }
    }

    /// A variable gets a value.
    pub(super) fn assign(&mut self, assignment: &'s Assignment, exported: bool) {
        self.evaluated(assignment);
        let is_part = assignment.append || assignment.index.is_some();
        if is_part {
            self.reads(&assignment.name, assignment.span);
        }
        let value = match &*assignment.value {
            [word] if !assignment.array && assignment.index.is_none() => {
                let added = values::one(word, &self.scope);
                let before = if assignment.append {
                    self.scope.value(&assignment.name).cloned()
                } else {
                    Some(Known { text: Text::default(), whole: true })
                };
                before.map(|before| {
                    if before.whole {
                        Known { text: before.text + &added.text, whole: added.whole }
                    } else {
                        before
                    }
                })
            }
            _ => None,
        };
        self.sets(&assignment.name, value, exported, assignment.span);
    }

    /// `name=value` among the words of a command, as one of them.
    fn declared(&self, assignment: &'s Assignment) -> Value {
        let value = match &*assignment.value {
            [word] if !assignment.array => values::one(word, &self.scope),
            _ => Value::default(),
        };
        let text = format_compact!("{}={}", assignment.name, value.text);
        Value { text, whole: value.whole, span: assignment.span }
    }

    /// A command by its name, which may be a function's.
    pub(super) fn run(
        &mut self,
        name: &Value,
        arguments: &[Value],
        span: Span,
        variables: Vec<Text>,
    ) {
        let Some(text) = name.known() else {
            let what = name.span.of(self.text);
            return self.unknown(what, span, true);
        };
        if let Some(body) = self.scope.function(text) {
            return self.call(text.into(), body, arguments, span);
        }
        self.program(name, arguments, span, variables);
    }

    /// A command that is no function: a wrapper, a known one, or another.
    fn program(&mut self, name: &Value, arguments: &[Value], span: Span, variables: Vec<Text>) {
        let (installs, mut is_own) = (self.facts.installs.len(), false);
        let text = match name.text.rsplit_once('/') {
            None => name.text.as_str(),
            Some((folder, short)) if PROGRAMS.contains(&folder) => short,
            // Of an environment of python, which its own `pip` changes.
            Some((folder, short))
                if name.whole && folder.ends_with("/bin") && OF_PYTHON.contains(&short) =>
            {
                self.path(name, Access::Read);
                let text = folder.trim_end_matches("bin").into();
                self.aimed(&Value { text, ..name.clone() }, Access::Write, Aim::Whole);
                is_own = true;
                short
            }
            Some(_) => {
                self.path(name, Access::Read);
                self.invoked(name.text.clone(), arguments, span, variables);
                return self.unknown(name.text.clone(), span, false);
            }
        };
        for file in wrappers::heeded(text, arguments) {
            let value = Value { text: file.into(), whole: true, span };
            self.aimed(&value, Access::Read, Aim::Heeded);
        }
        for file in wrappers::named(text, arguments) {
            self.path(&file, Access::Read);
        }
        if let Some(file) = wrappers::made(text, arguments) {
            self.path(file, Access::Write);
        }
        if wrappers::goes_home(text, arguments) {
            let home = Some(Path::of(HOME, true, None));
            let before = std::mem::replace(&mut self.scope.folder, home);
            self.wrapped(text, arguments, span, variables);
            self.scope.folder = before;
        } else {
            self.wrapped(text, arguments, span, variables);
        }
        // Its packages are those of its environment.
        if is_own {
            for install in &mut self.facts.installs[installs..] {
                install.manager.clone_from(&name.text);
            }
        }
    }

    /// What a wrapper runs, or a command that is none.
    fn wrapped(&mut self, text: &str, arguments: &[Value], span: Span, variables: Vec<Text>) {
        if let Some(installer) = self.context.installer
            && wrappers::is_shell(text)
            && let Some(own) = installers::handed_on(arguments)
        {
            self.invoked(text.into(), arguments, span, variables);
            let call = Call {
                name: text,
                arguments: own,
                span: self.place(span),
                fed: false,
                folder: self.scope.folder.as_ref(),
            };
            if !installers::install(installer, &call, &mut self.facts) {
                self.unknown(text, span, false);
            }
            return self.placed(text, span);
        }
        let fed = self.context.fed;
        match wrappers::unwrap(text, arguments, fed) {
            Some(Wrapped::Nothing) => self.invoked(text.into(), arguments, span, variables),
            Some(Wrapped::Command { words, privileged, open, given }) => {
                let privileged = privileged || self.context.privileged;
                let Some((name, rest)) = words.split_first() else { return };
                let is_own = matches!(text, "builtin" | "command");
                if is_own && name.known().is_some_and(|name| OF_THIS_SHELL.contains(&name)) {
                    return self.unknown(format_compact!("{text} {}", name.text), span, true);
                }
                let mut rest = rest.to_vec();
                if open {
                    // What is handed to it becomes more words.
                    rest.push(Value { text: Text::default(), whole: false, span });
                }
                let locals = self.given_words(&given, span);
                self.with(Context { privileged, ..self.context }, |walk| {
                    if name.whole {
                        walk.program(name, &rest, span, variables);
                    } else {
                        walk.unknown(name.span.of(walk.text), span, false);
                    }
                });
                self.forget_locals(locals);
            }
            Some(Wrapped::Script { text: script, arguments: own }) => {
                self.invoked(text.into(), arguments, span, variables);
                self.inner(&script, Some(own), span, false);
            }
            Some(Wrapped::Asks(programs)) => {
                self.invoked(text.into(), arguments, span, variables);
                for program in &programs {
                    self.looked_up(program);
                }
            }
            Some(Wrapped::Unknown) => {
                self.invoked(text.into(), arguments, span, variables);
                self.unknown(text, span, false);
            }
            Some(Wrapped::Each { words }) => {
                self.known(text, arguments, span, variables.clone());
                if let Some((name, rest)) = words.split_first() {
                    self.program(name, rest, span, variables);
                }
            }
            None => self.known(text, arguments, span, variables),
        }
    }

    /// A command that wraps no other.
    fn known(&mut self, name: &str, arguments: &[Value], span: Span, variables: Vec<Text>) {
        self.invoked(name.into(), arguments, span, variables);
        let call = Call {
            name,
            arguments,
            span: self.place(span),
            fed: self.context.fed,
            folder: self.scope.folder.as_ref(),
        };
        let (before, paths) = (self.facts.reads.len(), self.facts.paths.len());
        let is_known = commands::tell(&call, &mut self.facts);
        if self.scope.is_set("HOME") {
            // `sudo` gives another one.
            let home = self.scope.value("HOME").filter(|home| home.whole);
            let home = home.filter(|_| !self.context.privileged).map(|home| home.text.as_str());
            for used in &mut self.facts.paths[paths..] {
                used.path = used.path.clone().at_home(home);
            }
        }
        if self.own.names.contains("PWD") {
            self.facts.reads.truncate(before);
        }
        if !is_known {
            self.unknown(name, span, false);
        }
        if !self.facts.installs.is_empty() || name == "git" {
            self.placed(name, span);
        }
    }

    pub(super) fn invoked(
        &mut self,
        name: Text,
        arguments: &[Value],
        span: Span,
        variables: Vec<Text>,
    ) {
        let Context { privileged, fed, .. } = self.context;
        let (span, arguments) = (self.place(span), arguments.to_vec());
        let command = Invocation { span, name, arguments, privileged, fed, variables };
        add(&mut self.facts.commands, command);
    }
}
