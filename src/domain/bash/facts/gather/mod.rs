//! The walk over statements that finds their facts, one after the other.
//!
//! [`lists`] goes down through statements, pipelines and compound commands, [`words`] finds what
//! expansions read and run, [`files`] what they are parted into and match, [`simple`] looks at
//! commands with their assignments, [`redirects`] at where they read and write, [`builtins`] at those
//! that change the shell itself, [`variables`] at those that set variables, [`calls`] at what is
//! called.
//! A function is looked at where it is called, with what is known there, and as often as that costs
//! no more than the script is long.

mod builtins;
mod calls;
mod files;
mod lists;
mod redirects;
mod simple;
mod variables;
mod words;

use foldhash::HashSet;

use super::commands::installers::Installer;
use super::path::Path;
use super::scope::{Known, Scope, Stored};
use super::values::Value;
use super::{Access, Aim, Change, Facts, Named, Need, NeedKind, PathUse, Setting, State, Unknown};
use crate::domain::bash::Text;
use crate::domain::bash::add;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::Script;
use files::Named as NamedAnywhere;

/// Functions that call each other are followed so deep, and scripts in scripts as well.
const MOST_CALLS: usize = 8;

/// How many commands of functions are looked at for each byte of the script.
const CALLED_PER_BYTE: f64 = 0.05;

/// A longer value of a variable is not followed: one that is put behind itself a few times would
/// be longer than any memory.
const LONGEST_VALUE: usize = 4096;

/// The facts of every statement.
pub(super) fn all(script: &Script, text: &str) -> Vec<Facts> {
    let mut walk = Walk::new(script, text);
    let facts = script.statements.iter().map(|statement| {
        walk.statement(statement);
        walk.scope.settle();
        walk.own.clear();
        walk.ran = false;
        std::mem::take(&mut walk.facts)
    });
    facts.collect()
}

/// Where a command stands.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is true or not by itself")]
struct Context {
    /// Whether what it changes in the shell lasts behind the statement.
    lasting: bool,
    /// Whether it surely runs.
    surely: bool,
    /// Whether it has another user's rights.
    privileged: bool,
    /// Whether something is handed to it.
    fed: bool,
    /// Whether it may run again.
    repeated: bool,
    /// Inside of what is called: the call.
    at: Option<Span>,
    /// What the command before it in a pipeline hands it.
    installer: Option<&'static Installer>,
}

/// The walk, and what it found in the statement at hand.
struct Walk<'s> {
    script: &'s Script,
    text: &'s str,
    scope: Scope<'s>,
    facts: Facts,
    context: Context,
    /// Variables that this statement surely set before it came here.
    own: Own,
    /// Whether a command of this statement ran before.
    ran: bool,
    /// The functions that are being looked at, the innermost last.
    calls: Vec<Text>,
    /// What the text names anywhere.
    named: NamedAnywhere,
    /// Variables that the functions at hand have for themselves.
    locals: Vec<Local>,
    /// How many commands of functions may still be looked at.
    budget: usize,
}

/// A variable of a function, and what bore its name before.
struct Local {
    name: Text,
    value: Stored,
    was_own: bool,
    /// Whether it surely is one; else it may be what is behind it that is set.
    surely: bool,
}

/// Names in the order they were set, to go back to fewer.
#[derive(Default)]
struct Own {
    names: HashSet<Text>,
    order: Vec<Text>,
}

impl Own {
    fn add(&mut self, name: &str) {
        if self.names.insert(name.into()) {
            self.order.push(name.into());
        }
    }

    fn keep(&mut self, count: usize) {
        for name in self.order.drain(count.min(self.order.len())..) {
            self.names.remove(&name);
        }
    }

    fn clear(&mut self) {
        self.keep(0);
    }
}

impl<'s> Walk<'s> {
    fn new(script: &'s Script, text: &'s str) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rough bound, of a length that is in memory"
        )]
        let budget = (text.len() as f64 * CALLED_PER_BYTE) as usize + 1000;
        Self {
            script,
            text,
            scope: Scope::default(),
            facts: Facts::default(),
            context: Context {
                lasting: true,
                surely: true,
                privileged: false,
                fed: false,
                repeated: false,
                at: None,
                installer: None,
            },
            own: Own::default(),
            ran: false,
            calls: Vec::new(),
            named: NamedAnywhere::of(text),
            locals: Vec::new(),
            budget,
        }
    }

    /// Where something stands, for who reads the script.
    fn place(&self, span: Span) -> Span {
        self.context.at.unwrap_or(span)
    }

    /// Runs `walk` in another context.
    fn with(&mut self, context: Context, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.context, context);
        walk(self);
        self.context = before;
    }

    /// Runs `walk` in a shell of its own.
    fn aside(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = self.scope.before();
        let own = self.own.order.len();
        self.with(Context { lasting: false, ..self.context }, walk);
        self.scope.undo(before);
        self.own.keep(own);
    }

    /// Runs `walk` for something that may happen or not.
    fn maybe(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = self.scope.before();
        let own = self.own.order.len();
        self.with(Context { surely: false, ..self.context }, walk);
        self.scope.doubt(&before);
        self.own.keep(own);
    }

    fn need(&mut self, kind: NeedKind, what: impl Into<Text>, span: Span) {
        let span = self.place(span);
        add(&mut self.facts.needs, Need { kind, what: what.into(), span });
    }

    fn unknown(&mut self, what: impl Into<Text>, span: Span, in_shell: bool) {
        let span = self.place(span);
        let in_shell = in_shell && self.context.lasting;
        add(&mut self.facts.unknown, Unknown { what: what.into(), span, in_shell });
    }

    fn reads(&mut self, name: &str, span: Span) {
        if !self.own.names.contains(name) {
            let span = self.place(span);
            add(&mut self.facts.reads, Named { name: name.into(), span });
        }
    }

    /// A variable is set, here or in a shell of its own.
    fn sets(&mut self, name: &str, value: Option<Known>, exported: bool, span: Span) {
        let local = self.locals.iter().rev().find(|local| local.name == name);
        let (is_local, maybe_local) = (local.is_some_and(|it| it.surely), local.is_some());
        let is_changed = self.scope.is_changed(name);
        if is_changed && !maybe_local {
            // What `declare -i` and its like said of it before.
            self.reads(name, span);
        }
        let known = if self.context.repeated || is_changed { None } else { value };
        let known = known.filter(|known| known.text.len() <= LONGEST_VALUE);
        self.scope.set(name, known.clone());
        self.own.add(name);
        if self.context.lasting && !is_local {
            let (span, surely) = (self.place(span), self.context.surely && !maybe_local);
            let name = name.into();
            let value = known.filter(|known| known.whole).map(|known| known.text);
            add(&mut self.facts.sets, Setting { name, span, exported, surely, value });
        }
    }

    /// A variable that only the function at hand has.
    fn local(&mut self, name: &str, value: Option<Known>, span: Span) {
        let before = self.scope.stored(name);
        let was_own = self.own.names.contains(name);
        let surely = self.context.surely;
        self.locals.push(Local { name: name.into(), value: before, was_own, surely });
        let context = Context { lasting: false, ..self.context };
        self.with(context, |walk| walk.sets(name, value, false, span));
    }

    /// Ends a function: its own variables are gone.
    fn forget_locals(&mut self, count: usize) {
        for local in self.locals.drain(count..).rev() {
            self.scope.restore(&local.name, local.value);
            if !local.was_own {
                self.own.names.remove(&local.name);
                self.own.order.retain(|name| *name != local.name);
            }
        }
    }

    fn changes(&mut self, what: State, span: Span) {
        if self.context.lasting {
            let (span, surely) = (self.place(span), self.context.surely);
            add(&mut self.facts.changes, Change { what, span, surely });
        }
    }

    fn path(&mut self, value: &Value, access: Access) {
        self.aimed(value, access, Aim::Named);
    }

    fn aimed(&mut self, value: &Value, access: Access, aim: Aim) {
        if !is_rooted(&value.text) {
            self.reads("PWD", value.span);
        }
        let path = Path::of(&value.text, value.whole, self.scope.folder.as_ref());
        let span = self.place(value.span);
        add(&mut self.facts.paths, PathUse { path, access, aim, span });
    }

    /// Takes over what a script inside of the script does.
    fn absorb(&mut self, inner: Facts) {
        self.facts.commands.extend(inner.commands);
        for read in inner.reads {
            self.reads(&read.name, read.span);
        }
        self.facts.paths.extend(inner.paths);
        self.facts.installs.extend(inner.installs);
        self.facts.needs.extend(inner.needs);
        self.facts.unknown.extend(inner.unknown);
    }
}

/// Whether a path is the same in every working directory.
pub(super) fn is_rooted(path: &str) -> bool {
    path.starts_with(['/', '~'])
}
