//! The way through a script that finds variables without quotes.

use super::CODE;
use super::ahead::{Ahead, value};
use super::holds::Holds;
use super::known::{Known, Outcome};
use super::sets::{Setting, Value, name_of, one, settings};
use crate::domain::bash::arithmetic::{self, Named};
use crate::domain::bash::tree::{
    Argument, Block, Command, CommandKind, Operator, Parameter, Part, PartKind, Pipeline, Redirect,
    RedirectKind, Simple, Statement, Word,
};
use crate::domain::bash::{Script, Span};
use crate::domain::lint::disabled;

/// The places of variables without quotes, in order.
pub(super) fn walk(script: &Script, text: &str) -> Vec<Span> {
    // Most scripts of careful people need nothing of what follows.
    if !text.contains('$') {
        return Vec::new();
    }
    let disabled = disabled::comments(script, text, CODE);
    let first = script.statements.first().map_or(usize::MAX, |it| it.span.start);
    if disabled.first().is_some_and(|comment| *comment < first) {
        return Vec::new();
    }
    let mut walk = Walk {
        text,
        script,
        ahead: Ahead::of(script, text),
        known: Known::default(),
        disabled,
        done: 0,
        silent: 0,
        found: Vec::new(),
    };
    walk.statements(&script.statements);
    let mut found = walk.found;
    found.sort_unstable();
    found.dedup();
    found
}

struct Walk<'s> {
    text: &'s str,
    script: &'s Script,
    ahead: Ahead<'s>,
    known: Known<'s>,
    /// Where comments begin that disable the rule.
    disabled: Vec<usize>,
    /// How many of them lie behind.
    done: usize,
    /// The byte up to which nothing is told.
    silent: usize,
    found: Vec<Span>,
}

impl<'s> Walk<'s> {
    fn statements(&mut self, statements: &'s [Statement]) {
        for statement in statements {
            while self.disabled.get(self.done).is_some_and(|at| *at < statement.span.start) {
                self.done += 1;
                self.silent = self.silent.max(self.script.extent(statement).end);
            }
            if statement.background {
                self.apart(|walk| walk.pipelines(&statement.pipelines));
            } else {
                self.pipelines(&statement.pipelines);
            }
        }
    }

    fn block(&mut self, block: &'s Block) {
        self.statements(&block.statements);
    }

    fn pipelines(&mut self, pipelines: &'s [Pipeline]) {
        for (index, pipeline) in pipelines.iter().enumerate() {
            if index == 0 {
                self.pipeline(pipeline);
            } else {
                let outcome = self.branch(|walk| walk.pipeline(pipeline));
                self.join(vec![outcome], true);
            }
        }
    }

    fn pipeline(&mut self, pipeline: &'s Pipeline) {
        match pipeline.commands.as_slice() {
            [command] => self.command(command),
            commands => commands.iter().for_each(|it| self.apart(|walk| walk.command(it))),
        }
    }

    /// Goes a way that is one of several.
    fn branch(&mut self, way: impl FnOnce(&mut Self)) -> Outcome<'s> {
        let mark = self.known.mark();
        way(self);
        self.known.back(mark)
    }

    /// Goes a way that changes nothing for this shell.
    fn apart(&mut self, way: impl FnOnce(&mut Self)) {
        self.branch(way);
    }

    fn join(&mut self, outcomes: Vec<Outcome<'s>>, perhaps_none: bool) {
        let (ahead, in_function) = (&self.ahead, self.known.in_function);
        self.known.join(outcomes, perhaps_none, |name| base(ahead, in_function, name));
    }

    /// What a variable holds here.
    fn holds(&self, name: &str) -> Holds {
        let known = if self.known.ended { None } else { self.known.of(name) };
        known.unwrap_or_else(|| base(&self.ahead, self.known.in_function, name))
    }

    fn set(&mut self, setting: &Setting<'s>) {
        let holds = value(setting, self.text, &mut |name| self.holds(name));
        self.known.set(setting.name, holds);
    }

    /// What a loop may have set when it comes to its beginning again.
    fn again(&mut self, span: Span) {
        for (name, holds) in self.ahead.within(span) {
            let holds = holds.max(self.holds(name));
            self.known.set(name, holds);
        }
    }

    fn command(&mut self, command: &'s Command) {
        // Bash opens files before it runs what they are for.
        for redirect in &command.redirects {
            if !matches!(redirect.kind, RedirectKind::Heredoc(_)) {
                self.exposed(&redirect.target, false);
            }
        }
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, &command.redirects),
            CommandKind::Group(block) => self.block(block),
            CommandKind::Subshell(block) => self.apart(|walk| walk.block(block)),
            CommandKind::If { branches, otherwise } => {
                let mut outcomes = Vec::new();
                for (condition, body) in branches {
                    self.block(condition);
                    outcomes.push(self.branch(|walk| walk.block(body)));
                }
                outcomes.extend(otherwise.iter().map(|it| self.branch(|walk| walk.block(it))));
                self.join(outcomes, otherwise.is_none());
            }
            CommandKind::Loop { condition, body } => {
                self.again(command.span);
                self.block(condition);
                let round = self.branch(|walk| walk.block(body));
                self.join(vec![round], true);
            }
            CommandKind::For { name, words, body, asks } => {
                words.iter().flatten().for_each(|word| self.inside(&word.parts));
                let words = words.as_deref().filter(|_| !asks);
                let each = Setting { name, value: Value::Each(words), local: false };
                let round = self.branch(|walk| {
                    walk.again(command.span);
                    walk.set(&each);
                    walk.block(body);
                });
                self.join(vec![round], true);
            }
            CommandKind::CountedFor { head, body } => {
                self.arithmetic(&head.parts);
                let round = self.branch(|walk| {
                    walk.again(command.span);
                    walk.block(body);
                });
                self.join(vec![round], true);
            }
            CommandKind::Case { word, arms } => self.case(word, arms),
            CommandKind::Function { body, .. } => {
                let here = std::mem::replace(&mut self.known, Known::in_function());
                self.command(body);
                self.known = here;
            }
            CommandKind::Test(words) => words.iter().for_each(|word| self.inside(&word.parts)),
            CommandKind::Arithmetic(word) => self.arithmetic(&word.parts),
            CommandKind::Coprocess { body, .. } => self.apart(|walk| walk.command(body)),
        }
        for redirect in &command.redirects {
            match redirect.kind {
                RedirectKind::Heredoc(index) => {
                    if let Some(heredoc) = self.script.heredocs.get(index) {
                        self.inside(&heredoc.body.parts);
                    }
                }
                _ => self.inside(&redirect.target.parts),
            }
        }
    }

    fn case(&mut self, word: &'s Word, arms: &'s [(Vec<Word>, Block)]) {
        self.inside(&word.parts);
        let mut outcomes = Vec::new();
        for (patterns, block) in arms {
            for pattern in patterns {
                self.inside(&pattern.parts);
            }
            outcomes.push(self.branch(|walk| walk.block(block)));
        }
        let takes_all = |(patterns, _): &(Vec<Word>, Block)| {
            patterns.iter().any(|pattern| pattern.span.of(self.text) == "*")
        };
        let perhaps_none = !arms.iter().any(takes_all);
        self.join(outcomes, perhaps_none);
    }

    fn simple(&mut self, simple: &'s Simple, redirects: &'s [Redirect]) {
        let name = name_of(simple);
        for assignment in &simple.assignments {
            self.assigned(assignment, false);
        }
        let words = words_to_split(simple);
        for (index, argument) in simple.words.iter().enumerate() {
            match argument {
                Argument::Word(word) if index < words => self.inside(&word.parts),
                Argument::Word(word) => self.split(word, name == Some(":")),
                // A declaration keeps its values whole.
                Argument::Assignment(it) => {
                    self.assigned(it, matches!(name, Some("eval" | "builtin")));
                }
            }
        }
        for setting in settings(simple, redirects) {
            self.set(&setting);
        }
        match name {
            Some("exit" | "return" | "break" | "continue") => self.known.ended = true,
            Some("exec") if simple.words.len() > 1 => self.known.ended = true,
            Some(name) => {
                for at in 0..self.ahead.call(name).len() {
                    let (variable, holds) = self.ahead.call(name)[at];
                    self.known.set(variable, holds);
                }
                self.known.ended |= self.ahead.ends(name);
            }
            None => {}
        }
    }

    fn assigned(&mut self, it: &'s crate::domain::bash::tree::Assignment, is_split: bool) {
        if let Some(index) = &it.index {
            self.arithmetic(&index.parts);
        }
        for word in &it.value {
            if is_split {
                self.split(word, false);
            } else {
                self.inside(&word.parts);
            }
        }
    }

    /// A word that bash splits.
    fn split(&mut self, word: &'s Word, is_of_colon: bool) {
        self.exposed(word, is_of_colon);
        self.inside(&word.parts);
    }

    /// Tells what of a word has no quotes.
    fn exposed(&mut self, word: &'s Word, is_of_colon: bool) {
        for part in &word.parts {
            let PartKind::Parameter(it) = &part.kind else { continue };
            // `: ${name:=value}` is there for what it sets.
            let sets = is_of_colon && it.operator == Operator::Assign;
            if !part.quoted && !sets && part.span.start >= self.silent && self.matters(it, part) {
                self.found.push(part.span);
            }
        }
    }

    /// Whether an expansion may give several words, or a pattern.
    fn matters(&self, it: &Parameter, part: &Part) -> bool {
        let written = part.span.of(self.text);
        let rest = written.trim_start_matches(['$', '{', '!']);
        let behind = rest.get(it.name.len()..).unwrap_or_default();
        // All arguments, and all of an array, are meant to be several.
        if it.name == "@" || behind.starts_with("[@]") || written.starts_with("${#") {
            return false;
        }
        it.operator != Operator::Alternative && (it.indirect || self.holds(&it.name) != Holds::Word)
    }

    /// What runs inside of expansions, and what they set.
    fn inside(&mut self, parts: &'s [Part]) {
        for part in parts {
            match &part.kind {
                PartKind::Text(_) | PartKind::Opaque => {}
                PartKind::Command(block) | PartKind::Process(block) => {
                    self.apart(|walk| walk.block(block));
                }
                PartKind::Arithmetic(parts) => self.arithmetic(parts),
                PartKind::Parameter(it) => {
                    self.inside(&it.argument);
                    if it.operator == Operator::Assign {
                        let value = Value::Also(Holds::Anything);
                        self.set(&Setting { name: &it.name, value, local: false });
                    }
                }
            }
        }
    }

    fn arithmetic(&mut self, parts: &'s [Part]) {
        for Named { name, is_set, .. } in arithmetic::names(parts) {
            if is_set {
                self.set(&one(name));
            }
        }
        self.inside(parts);
    }
}

/// What a variable holds of which nothing is known here.
fn base(ahead: &Ahead<'_>, in_function: bool, name: &str) -> Holds {
    if in_function { ahead.anywhere(name) } else { Holds::by_itself(name) }
}

/// How many words of a command may be split as one likes: a variable alone names it.
fn words_to_split(simple: &Simple) -> usize {
    let alone = |at: usize| {
        let word = simple.words.get(at).map(|it| match it {
            Argument::Word(word) => word.parts.len() == 1,
            Argument::Assignment(_) => false,
        });
        usize::from(word == Some(true))
    };
    match name_of(simple) {
        Some("command" | "exec" | "builtin" | "busybox" | "run") => 1 + alone(1),
        _ => alone(0),
    }
}
