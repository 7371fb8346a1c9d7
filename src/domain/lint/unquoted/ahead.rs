//! What a script sets anywhere, found before it is followed: a loop comes back to its beginning, and
//! a function is called from places that stand below it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::holds::Holds;
use super::sets::{Setting, Value, name_of, one, settings};
use crate::domain::bash::Script;
use crate::domain::bash::arithmetic::{self, Named};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{
    Argument, Block, Command, CommandKind, Operator, Part, PartKind, Statement,
};

/// Functions and events that are looked at to find out what a call sets. What calls more than that
/// is taken to set nothing: it is the whole script in one function.
const FARTHEST: (usize, usize) = (50, 2_000);

/// What a script sets anywhere.
pub(super) struct Ahead<'s> {
    text: &'s str,
    /// In the order of the text.
    events: Vec<Event<'s>>,
    functions: HashMap<&'s str, Function>,
    /// What variables hold after any of their settings.
    joined: HashMap<&'s str, Holds>,
    effects: HashMap<&'s str, Vec<(&'s str, Holds)>>,
}

/// Something that happens in the shell itself, and not in one beside it.
struct Event<'s> {
    at: usize,
    what: What<'s>,
}

enum What<'s> {
    Sets(Setting<'s>),
    Calls(&'s str),
}

/// A function of the script.
struct Function {
    /// Those of its body.
    events: Range<usize>,
    /// Whether a call of it never returns.
    ends: bool,
}

impl<'s> Ahead<'s> {
    pub(super) fn of(script: &'s Script, text: &'s str) -> Self {
        let mut gather =
            Gather { events: Vec::new(), functions: HashMap::new(), locals: HashSet::new() };
        gather.statements(&script.statements);
        let Gather { events, functions, .. } = gather;
        let joined = joined(&events, text);
        let mut ahead = Self { text, events, functions, joined, effects: HashMap::new() };
        let names: Vec<&'s str> = ahead.functions.keys().copied().collect();
        for name in names {
            let effects = ahead.effects_of(name);
            ahead.effects.insert(name, effects);
        }
        ahead
    }

    /// What a variable holds that is set somewhere else.
    pub(super) fn anywhere(&self, name: &str) -> Holds {
        self.joined.get(name).copied().unwrap_or_else(|| Holds::by_itself(name))
    }

    /// What a call of a function sets.
    pub(super) fn call(&self, name: &str) -> &[(&'s str, Holds)] {
        self.effects.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a call never returns.
    pub(super) fn ends(&self, name: &str) -> bool {
        self.functions.get(name).is_some_and(|it| it.ends)
    }

    /// What may be set while a loop runs, at any of its rounds.
    pub(super) fn within(&self, span: Span) -> Vec<(&'s str, Holds)> {
        let first = self.events.partition_point(|event| event.at < span.start);
        let behind = self.events.partition_point(|event| event.at < span.end);
        let mut sets = Vec::new();
        for event in self.events.get(first..behind).unwrap_or_default() {
            match &event.what {
                What::Sets(it) => sets.push((it.name, self.value(it))),
                What::Calls(name) => sets.extend_from_slice(self.call(name)),
            }
        }
        sets
    }

    fn value(&self, it: &Setting<'_>) -> Holds {
        value(it, self.text, &mut |name| self.anywhere(name))
    }

    /// What the events of a function set, and of those it calls.
    fn effects_of(&self, name: &'s str) -> Vec<(&'s str, Holds)> {
        let mut effects: HashMap<&'s str, Holds> = HashMap::new();
        let (mut seen, mut open, mut events) = (HashSet::from([name]), vec![name], 0);
        while let Some(name) = open.pop() {
            let Some(function) = self.functions.get(name) else { continue };
            events += function.events.len();
            if seen.len() > FARTHEST.0 || events > FARTHEST.1 {
                return Vec::new();
            }
            for event in self.events.get(function.events.clone()).unwrap_or_default() {
                match event.what {
                    What::Sets(it) if !it.local => {
                        let holds = effects.entry(it.name).or_insert(Holds::Nothing);
                        *holds = (*holds).max(self.value(&it));
                    }
                    What::Sets(_) => {}
                    What::Calls(name) => {
                        if self.functions.contains_key(name) && seen.insert(name) {
                            open.push(name);
                        }
                    }
                }
            }
        }
        effects.into_iter().collect()
    }
}

/// What a setting makes of its variable, by what others hold.
pub(super) fn value(it: &Setting<'_>, text: &str, of: &mut dyn FnMut(&str) -> Holds) -> Holds {
    match it.value {
        Value::Is(holds) => holds,
        Value::Word(word) => Holds::of(word, text, of),
        Value::Append(word) => of(it.name).max(Holds::of(word, text, of)),
        Value::Also(holds) => of(it.name).max(holds),
        Value::Each(None) => Holds::Anything,
        Value::Each(Some(words)) => {
            let words = words.iter().map(|word| Holds::of_each(word, text, of));
            words.max().unwrap_or(Holds::Nothing)
        }
    }
}

/// What variables hold after any of their settings. Those in one function alone count only for a
/// variable that is set nowhere else.
fn joined<'s>(events: &[Event<'s>], text: &str) -> HashMap<&'s str, Holds> {
    let sets = || {
        events.iter().filter_map(|event| match &event.what {
            What::Sets(it) => Some(it),
            What::Calls(_) => None,
        })
    };
    let global: HashSet<&str> = sets().filter(|it| !it.local).map(|it| it.name).collect();
    let sets = || sets().filter(|it| !it.local || !global.contains(it.name));
    let mut joined: HashMap<&'s str, Holds> = sets().map(|it| (it.name, Holds::Nothing)).collect();
    // Which variables are made of which.
    let mut made: HashMap<&'s str, Vec<&'s str>> = HashMap::new();
    let mut open = Vec::new();
    for it in sets() {
        let holds = value(it, text, &mut |name| match joined.get_key_value(name) {
            Some((name, _)) => {
                made.entry(name).or_default().push(it.name);
                Holds::Nothing
            }
            None => Holds::by_itself(name),
        });
        open.push((it.name, holds));
    }
    while let Some((name, holds)) = open.pop() {
        let Some(known) = joined.get_mut(name).filter(|known| **known < holds) else { continue };
        *known = holds;
        open.extend(made.get(name).into_iter().flatten().map(|name| (*name, holds)));
    }
    joined
}

struct Gather<'s> {
    events: Vec<Event<'s>>,
    functions: HashMap<&'s str, Function>,
    /// Variables of the function at hand alone.
    locals: HashSet<&'s str>,
}

impl<'s> Gather<'s> {
    fn statements(&mut self, statements: &'s [Statement]) {
        for statement in statements {
            for pipeline in &statement.pipelines {
                let is_beside = statement.background || pipeline.commands.len() > 1;
                for command in &pipeline.commands {
                    if is_beside {
                        self.beside(|gather| gather.command(command));
                    } else {
                        self.command(command);
                    }
                }
            }
        }
    }

    /// Looks for functions where nothing is set for the shell itself.
    fn beside(&mut self, look: impl FnOnce(&mut Self)) {
        let before = self.events.len();
        let functions = self.functions.len();
        look(self);
        // Functions that were found keep what they set.
        if self.functions.len() == functions {
            self.events.truncate(before);
        }
    }

    fn sets(&mut self, at: usize, mut setting: Setting<'s>) {
        if setting.local {
            self.locals.insert(setting.name);
        }
        setting.local |= self.locals.contains(setting.name);
        self.events.push(Event { at, what: What::Sets(setting) });
    }

    fn command(&mut self, command: &'s Command) {
        let at = command.span.start;
        match &command.kind {
            CommandKind::Simple(simple) => {
                for word in &simple.words {
                    if let Argument::Word(word) = word {
                        self.parts(&word.parts, at);
                    }
                }
                for word in simple.assignments.iter().flat_map(|it| &it.value) {
                    self.parts(&word.parts, at);
                }
                for setting in settings(simple, &command.redirects) {
                    self.sets(at, setting);
                }
                if let Some(name) = name_of(simple) {
                    self.events.push(Event { at, what: What::Calls(name) });
                }
            }
            CommandKind::Group(block) => self.statements(&block.statements),
            CommandKind::Subshell(block) => {
                self.beside(|gather| gather.statements(&block.statements));
            }
            CommandKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.statements(&condition.statements);
                    self.statements(&body.statements);
                }
                if let Some(block) = otherwise {
                    self.statements(&block.statements);
                }
            }
            CommandKind::Loop { condition, body } => {
                self.statements(&condition.statements);
                self.statements(&body.statements);
            }
            CommandKind::For { name, words, body, asks } => {
                let words = words.as_deref().filter(|_| !asks);
                self.sets(at, Setting { name, value: Value::Each(words), local: false });
                self.statements(&body.statements);
            }
            CommandKind::CountedFor { head, body } => {
                self.arithmetic(&head.parts, at);
                self.statements(&body.statements);
            }
            CommandKind::Case { word, arms } => {
                self.parts(&word.parts, at);
                for (_, block) in arms {
                    self.statements(&block.statements);
                }
            }
            CommandKind::Function { name, body } => self.function(name, body),
            CommandKind::Test(words) => words.iter().for_each(|word| self.parts(&word.parts, at)),
            CommandKind::Arithmetic(word) => self.arithmetic(&word.parts, at),
            CommandKind::Coprocess { body, .. } => self.beside(|gather| gather.command(body)),
        }
    }

    fn function(&mut self, name: &'s str, body: &'s Command) {
        let outer = std::mem::take(&mut self.locals);
        let first = self.events.len();
        self.command(body);
        self.locals = outer;
        let inside = self.events.get(first..).unwrap_or_default();
        let may_return = inside.iter().any(|it| matches!(it.what, What::Calls("return")));
        let ends = never_returns(body) && !may_return;
        let function = Function { events: first..self.events.len(), ends };
        self.functions.insert(name, function);
    }

    fn arithmetic(&mut self, parts: &'s [Part], at: usize) {
        for Named { name, .. } in arithmetic::names(parts).into_iter().filter(|it| it.is_set) {
            self.sets(at, one(name));
        }
        self.parts(parts, at);
    }

    /// What expansions set.
    fn parts(&mut self, parts: &'s [Part], at: usize) {
        for part in parts {
            match &part.kind {
                PartKind::Arithmetic(parts) => self.arithmetic(parts, at),
                PartKind::Parameter(it) => {
                    self.parts(&it.argument, at);
                    if it.operator == Operator::Assign {
                        let value = Value::Also(Holds::Anything);
                        self.sets(at, Setting { name: &it.name, value, local: false });
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether one of the things that a function surely does, unless it returns, is to end the script.
fn never_returns(body: &Command) -> bool {
    let CommandKind::Group(Block { statements }) = &body.kind else { return false };
    let mut alone = statements.iter().filter_map(|it| match it.pipelines.as_slice() {
        [one] if !it.background => Some(one),
        _ => None,
    });
    alone.any(|pipeline| match pipeline.commands.as_slice() {
        [Command { kind: CommandKind::Simple(simple), .. }] => name_of(simple) == Some("exit"),
        _ => false,
    })
}
