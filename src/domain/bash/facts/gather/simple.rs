//! Commands with their assignments and redirections.

use super::{Context, MOST_CALLS, Walk};
use crate::domain::bash::add;
use crate::domain::bash::facts::commands::{self, Call};
use crate::domain::bash::facts::scope::Known;
use crate::domain::bash::facts::values::{self, Value};
use crate::domain::bash::facts::wrappers::{self, Wrapped};
use crate::domain::bash::facts::{Access, Aim, Invocation, Named, NeedKind, State};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{
    Argument, Assignment, Command, CommandKind, Redirect, RedirectKind, Simple,
};

/// Folders whose programs are known by their names alone.
const PROGRAMS: [&str; 6] =
    ["/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin"];

/// Files that take and give, but keep nothing.
const NO_FILES: [&str; 6] =
    ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/zero", "/dev/full"];

/// Whether a redirection hands something to a command.
pub(super) fn feeds(redirect: &Redirect) -> bool {
    matches!(
        redirect.kind,
        RedirectKind::Read
            | RedirectKind::ReadWrite
            | RedirectKind::Heredoc(_)
            | RedirectKind::Text
    )
}

impl<'s> Walk<'s> {
    pub(super) fn simple(&mut self, simple: &'s Simple, command: &'s Command) {
        for assignment in &simple.assignments {
            self.assigned_words(assignment);
        }
        for argument in &simple.words {
            match argument {
                Argument::Word(word) => self.word(word),
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
        let fed = self.context.fed || command.redirects.iter().any(feeds);
        let variables = simple.assignments.iter().map(|assignment| assignment.name.clone());
        let variables: Vec<_> = variables.collect();
        let span = command.span;
        self.with(Context { fed, ..self.context }, |walk| {
            if let Some((name, arguments)) = words.split_first() {
                if walk.builtin(name, arguments, simple, command) {
                    walk.invoked(name.text.clone(), arguments, span, variables);
                } else {
                    walk.run(name, arguments, span, variables);
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
            self.word(word);
        }
    }

    /// A variable gets a value.
    pub(super) fn assign(&mut self, assignment: &'s Assignment, exported: bool) {
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
                    Some(Known { text: String::new(), whole: true })
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
        let text = format!("{}={}", assignment.name, value.text);
        Value { text, whole: value.whole, span: assignment.span }
    }

    pub(super) fn redirect(&mut self, redirect: &'s Redirect) {
        self.word(&redirect.target);
        if let Some(name) = redirect.descriptor.as_deref().and_then(|text| text.strip_prefix('{')) {
            self.sets(name.trim_end_matches('}'), None, false, redirect.span);
        }
        let accesses: &[Access] = match redirect.kind {
            RedirectKind::Read => &[Access::Read],
            RedirectKind::Write | RedirectKind::Append => &[Access::Write],
            RedirectKind::ReadWrite => &[Access::Read, Access::Write],
            RedirectKind::Heredoc(index) => {
                let script = self.script;
                if let Some(heredoc) = script.heredocs.get(index) {
                    self.word(&heredoc.body);
                }
                return;
            }
            RedirectKind::Duplicate | RedirectKind::Text => return,
        };
        let value = values::one(&redirect.target, &self.scope);
        if value.whole && NO_FILES.contains(&value.text.as_str()) {
            return;
        }
        if value.text.starts_with("/dev/tcp/") || value.text.starts_with("/dev/udp/") {
            return self.need(NeedKind::Network, value.text, redirect.span);
        }
        if value.text.starts_with("/dev/fd/")
            || !value.whole && value.text.is_empty() && is_process(redirect)
        {
            return;
        }
        for access in accesses {
            self.path(&value, *access);
        }
    }

    /// A command by its name, which may be a function's.
    pub(super) fn run(
        &mut self,
        name: &Value,
        arguments: &[Value],
        span: Span,
        variables: Vec<String>,
    ) {
        let Some(text) = name.known() else {
            let what = name.span.of(self.text).to_owned();
            return self.unknown(what, span, true);
        };
        if let Some(body) = self.scope.function(text) {
            return self.call(text.to_owned(), body, arguments, span);
        }
        self.program(name, arguments, span, variables);
    }

    /// A command that is no function: a wrapper, a known one, or another.
    fn program(&mut self, name: &Value, arguments: &[Value], span: Span, variables: Vec<String>) {
        let text = match name.text.rsplit_once('/') {
            None => name.text.as_str(),
            Some((folder, short)) if PROGRAMS.contains(&folder) => short,
            Some(_) => {
                self.path(name, Access::Read);
                self.invoked(name.text.clone(), arguments, span, variables);
                return self.unknown(name.text.clone(), span, false);
            }
        };
        for file in wrappers::heeded(text, arguments) {
            let value = Value { text: file.to_owned(), whole: true, span };
            self.aimed(&value, Access::Read, Aim::Heeded);
        }
        for file in wrappers::named(text, arguments) {
            self.path(&file, Access::Read);
        }
        let fed = self.context.fed;
        match wrappers::unwrap(text, arguments, fed) {
            Some(Wrapped::Nothing) => self.invoked(text.to_owned(), arguments, span, variables),
            Some(Wrapped::Command { words, privileged, open }) => {
                let privileged = privileged || self.context.privileged;
                let Some((name, rest)) = words.split_first() else { return };
                let mut rest = rest.to_vec();
                if open {
                    // What is handed to it becomes more words.
                    rest.push(Value { text: String::new(), whole: false, span });
                }
                self.with(Context { privileged, ..self.context }, |walk| {
                    if let Some(text) = name.known() {
                        let name = Value { text: text.to_owned(), ..name.clone() };
                        walk.program(&name, &rest, span, variables);
                    } else {
                        walk.unknown(name.span.of(walk.text).to_owned(), span, false);
                    }
                });
            }
            Some(Wrapped::Script { text: script, arguments: own }) => {
                self.invoked(text.to_owned(), arguments, span, variables);
                self.inner(&script, Some(own), span, false);
            }
            Some(Wrapped::Asks(programs)) => {
                self.invoked(text.to_owned(), arguments, span, variables);
                for program in &programs {
                    self.looked_up(program);
                }
            }
            Some(Wrapped::Unknown) => {
                self.invoked(text.to_owned(), arguments, span, variables);
                self.unknown(text.to_owned(), span, false);
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
    fn known(&mut self, name: &str, arguments: &[Value], span: Span, variables: Vec<String>) {
        self.invoked(name.to_owned(), arguments, span, variables);
        let call = Call {
            name,
            arguments,
            span: self.place(span),
            fed: self.context.fed,
            folder: self.scope.folder.as_ref(),
        };
        let before = self.facts.reads.len();
        let is_known = commands::tell(&call, &mut self.facts);
        if self.own.names.contains("PWD") {
            self.facts.reads.truncate(before);
        }
        if !is_known {
            self.unknown(name.to_owned(), span, false);
        }
    }

    /// A program is looked for in the folders of programs.
    pub(super) fn looked_up(&mut self, program: &Value) {
        for folder in ["/usr/bin", "/usr/local/bin", "/usr/sbin"] {
            let text = if program.text.contains('/') {
                program.text.clone()
            } else {
                format!("{folder}/{}", program.text)
            };
            self.path(&Value { text, ..program.clone() }, Access::Read);
        }
    }

    pub(super) fn invoked(
        &mut self,
        name: String,
        arguments: &[Value],
        span: Span,
        variables: Vec<String>,
    ) {
        let Context { privileged, fed, .. } = self.context;
        let (span, arguments) = (self.place(span), arguments.to_vec());
        let command = Invocation { span, name, arguments, privileged, fed, variables };
        add(&mut self.facts.commands, command);
    }

    /// A function of the script: what it does, with these arguments.
    fn call(&mut self, name: String, body: Option<&'s Command>, arguments: &[Value], span: Span) {
        let place = self.place(span);
        self.facts.calls.push(Named { name: name.clone(), span: place });
        let too_deep = self.calls.len() >= MOST_CALLS || self.calls.contains(&name);
        let (Some(body), false) = (body, too_deep || self.budget == 0) else {
            return self.unknown(name, span, true);
        };
        self.budget = self.budget.saturating_sub(weight(body));
        self.calls.push(name);
        let arguments = self.scope.arguments.replace(arguments.to_vec());
        let locals = self.locals.len();
        self.with(Context { at: Some(place), ..self.context }, |walk| walk.command(body));
        self.forget_locals(locals);
        self.scope.arguments = arguments;
        self.calls.pop();
    }

    /// A script in the script: in a process of its own, or (`eval`) in this shell.
    pub(super) fn inner(
        &mut self,
        text: &str,
        arguments: Option<Vec<Value>>,
        span: Span,
        in_shell: bool,
    ) {
        let place = self.place(span);
        let script = crate::domain::bash::parse(text);
        if self.calls.len() >= MOST_CALLS || !script.errors.is_empty() {
            return self.unknown("bash", span, in_shell);
        }
        let mut inner = Walk::new(&script, text);
        inner.calls.clone_from(&self.calls);
        inner.calls.push("bash".to_owned());
        inner.context = Context { at: Some(place), lasting: in_shell, ..self.context };
        inner.scope.folder.clone_from(&self.scope.folder);
        inner.scope.arguments = arguments;
        for statement in &script.statements {
            inner.statement(statement);
        }
        let mut facts = std::mem::take(&mut inner.facts);
        if in_shell && !(facts.defines.is_empty() && facts.changes.is_empty()) {
            self.unknown("eval", span, true);
        }
        if in_shell {
            for setting in std::mem::take(&mut facts.sets) {
                self.sets(&setting.name, None, setting.exported, span);
            }
            self.facts.exits.append(&mut facts.exits);
        }
        self.absorb(facts);
        if in_shell && self.context.lasting {
            self.changes(State::Options, span);
        }
    }
}

fn is_process(redirect: &Redirect) -> bool {
    use crate::domain::bash::tree::PartKind;

    matches!(&*redirect.target.parts, [part] if matches!(part.kind, PartKind::Process(_)))
}

/// About how many commands there are in one: one for each line.
fn weight(command: &Command) -> usize {
    match &command.kind {
        CommandKind::Group(block) | CommandKind::Subshell(block) => block.statements.len() + 1,
        _ => (command.span.end - command.span.start) / 40 + 1,
    }
}
