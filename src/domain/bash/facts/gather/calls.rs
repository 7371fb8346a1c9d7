//! What is called: functions, scripts in the script, and programs that are only asked for.

use compact_str::format_compact;

use super::{Context, MOST_CALLS, Walk};
use crate::domain::bash::Text;
use crate::domain::bash::facts::scope::Known;
use crate::domain::bash::facts::values::{self, Value};
use crate::domain::bash::facts::{Access, Aim, Named, State};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Assignment, Command, CommandKind};

/// Variables that say where a program puts what it installs, and which programs.
const PLACES: [(&str, &[&str]); 29] = [
    ("UV_PYTHON_INSTALL_DIR", &["uv"]),
    ("PIP_TARGET", &["pip", "pip3"]),
    ("PIP_PREFIX", &["pip", "pip3"]),
    ("MAMBA_ROOT_PREFIX", &["mamba", "micromamba"]),
    ("CONDA_PREFIX", &["conda", "mamba", "micromamba"]),
    ("COMPOSER_HOME", &["composer"]),
    ("GIT_CONFIG_GLOBAL", &["git"]),
    ("GIT_DIR", &["git"]),
    ("VOLTA_HOME", &["bash", "sh"]),
    ("MISE_INSTALL_PATH", &["bash", "sh"]),
    ("HELM_INSTALL_DIR", &["bash", "sh"]),
    ("GOBIN", &["go"]),
    ("GOPATH", &["go"]),
    ("CARGO_HOME", &["cargo", "rustup", "bash", "sh"]),
    ("CARGO_INSTALL_ROOT", &["cargo"]),
    ("RUSTUP_HOME", &["cargo", "rustup", "bash", "sh"]),
    ("PIPX_HOME", &["pipx"]),
    ("PIPX_BIN_DIR", &["pipx"]),
    ("UV_TOOL_DIR", &["uv"]),
    ("UV_TOOL_BIN_DIR", &["uv"]),
    ("UV_INSTALL_DIR", &["bash", "sh"]),
    ("NPM_CONFIG_PREFIX", &["npm"]),
    ("npm_config_prefix", &["npm"]),
    ("PNPM_HOME", &["pnpm", "bash", "sh"]),
    ("GEM_HOME", &["gem", "bundle"]),
    ("NVM_DIR", &["bash", "sh"]),
    ("BUN_INSTALL", &["bash", "sh"]),
    ("DENO_INSTALL", &["bash", "sh"]),
    ("SDKMAN_DIR", &["bash", "sh"]),
];

impl<'s> Walk<'s> {
    /// A program puts things where a variable of the script says.
    pub(super) fn placed(&mut self, name: &str, span: Span) {
        for (variable, _) in PLACES.iter().filter(|(_, programs)| programs.contains(&name)) {
            if self.scope.is_set(variable) {
                let known = self.scope.value(variable).cloned().unwrap_or_default();
                let folder = Value { text: known.text, whole: known.whole, span };
                self.aimed(&folder, Access::Write, Aim::Whole);
            }
        }
    }

    /// A function of the script: what it does, with these arguments.
    pub(super) fn call(
        &mut self,
        name: Text,
        body: Option<&'s Command>,
        arguments: &[Value],
        span: Span,
    ) {
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
        let context = Context { at: Some(place), installer: None, ..self.context };
        self.with(context, |walk| walk.command(body));
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
        inner.calls.push("bash".into());
        inner.context =
            Context { at: Some(place), lasting: in_shell, installer: None, ..self.context };
        inner.scope.folder.clone_from(&self.scope.folder);
        self.hand_on(&mut inner, in_shell);
        // A trap and `eval` have those of this shell.
        inner.scope.has_none = self.scope.has_none || arguments.is_some();
        inner.scope.arguments = arguments;
        for statement in &script.statements {
            inner.statement(statement);
        }
        let mut facts = std::mem::take(&mut inner.facts);
        // Their words stand in no place of this text.
        for word in facts.commands.iter_mut().flat_map(|command| &mut command.arguments) {
            word.span = place;
        }
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

    /// Runs `walk` with variables that nothing behind it has.
    pub(super) fn given(&mut self, assignments: &'s [Assignment], walk: impl FnOnce(&mut Self)) {
        let locals = self.locals.len();
        for assignment in assignments {
            let value = match &*assignment.value {
                [word] if !assignment.append && assignment.index.is_none() => {
                    let value = values::one(word, &self.scope);
                    Some(Known { text: value.text, whole: value.whole })
                }
                _ => None,
            };
            self.local(&assignment.name, value, assignment.span);
        }
        walk(self);
        self.forget_locals(locals);
    }

    /// The same of `env NAME=value`; how many there were before, for [`Walk::forget_locals`].
    pub(super) fn given_words(&mut self, given: &[Value], span: Span) -> usize {
        let locals = self.locals.len();
        for word in given {
            if let Some((name, value)) = word.text.split_once('=') {
                self.local(name, Some(Known { text: value.into(), whole: word.whole }), span);
            }
        }
        locals
    }

    /// A program is looked for among functions and in the folders of programs.
    pub(super) fn looked_up(&mut self, program: &Value) {
        if self.scope.function(&program.text).is_some() {
            let (name, span) = (program.text.clone(), self.place(program.span));
            self.facts.calls.push(Named { name, span });
        }
        // Those that the script put before the others, as far as that is known.
        let own = self.scope.value("PATH").map_or(Text::default(), |known| known.text.clone());
        let own = own.split(':').filter(|folder| folder.starts_with(['/', '~']));
        let folders = ["/usr/bin", "/usr/local/bin", "/usr/sbin"].into_iter();
        for folder in folders.chain(own) {
            let text = if program.text.contains('/') {
                program.text.clone()
            } else {
                format_compact!("{folder}/{}", program.text)
            };
            self.path(&Value { text, ..program.clone() }, Access::Read);
        }
    }
}

impl Walk<'_> {
    /// What a script in the script knows of this shell.
    fn hand_on(&self, inner: &mut Walk<'_>, in_shell: bool) {
        if self.scope.is_set("HOME") {
            let home = if self.context.privileged { None } else { self.scope.value("HOME") };
            inner.scope.set("HOME", home.cloned());
        }
        if in_shell {
            inner.named = inner.named.or(self.named);
            if self.scope.is_set("IFS") {
                inner.scope.set("IFS", None);
            }
            for name in self.scope.functions() {
                inner.scope.define(name, Some(None));
            }
        }
    }
}

/// About how many commands there are in one: one for each line.
fn weight(command: &Command) -> usize {
    match &command.kind {
        CommandKind::Group(block) | CommandKind::Subshell(block) => block.statements.len() + 1,
        _ => (command.span.end - command.span.start) / 40 + 1,
    }
}
