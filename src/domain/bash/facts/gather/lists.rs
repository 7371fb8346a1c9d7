//! Down through statements, pipelines and compound commands.

use super::{Context, Walk};
use crate::domain::bash::facts::commands::installers::{self, Installer};
use crate::domain::bash::facts::values::{self, Value};
use crate::domain::bash::facts::{Definition, NeedKind, State};
use crate::domain::bash::tree::{Argument, Block, Command, CommandKind, Link, Statement};

impl<'s> Walk<'s> {
    pub(super) fn statement(&mut self, statement: &'s Statement) {
        if statement.background {
            self.changes(State::Jobs, statement.span);
            let text = statement.span.of(self.text).lines().next().unwrap_or_default();
            self.need(NeedKind::Background, text, statement.span);
            self.aside(|walk| walk.pipelines(statement));
        } else {
            self.pipelines(statement);
        }
    }

    fn pipelines(&mut self, statement: &'s Statement) {
        for pipeline in &statement.pipelines {
            let several = pipeline.commands.len() > 1;
            let walk = |walk: &mut Self| {
                for (at, command) in pipeline.commands.iter().enumerate() {
                    if several {
                        let fed = at > 0 || walk.context.fed;
                        let before = at.checked_sub(1).map(|at| &pipeline.commands[at]);
                        let installer = before.and_then(|before| walk.installer(before, command));
                        let context = Context { fed, installer, ..walk.context };
                        walk.aside(|walk| walk.with(context.aside(), |walk| walk.command(command)));
                    } else {
                        walk.command(command);
                    }
                    walk.ran = true;
                }
            };
            match pipeline.link {
                Link::First => walk(self),
                Link::And | Link::Or => self.maybe(walk),
            }
        }
    }

    /// The installer that a command hands to the one behind it.
    fn installer(&self, from: &'s Command, to: &'s Command) -> Option<&'static Installer> {
        let (CommandKind::Simple(from_words), CommandKind::Simple(_)) = (&from.kind, &to.kind)
        else {
            return None;
        };
        let feeds = to.redirects.iter().any(super::redirects::feeds);
        let words = from_words.words.iter().filter_map(|argument| match argument {
            Argument::Word(word) => Some(word),
            Argument::Assignment(_) => None,
        });
        let words: Vec<_> = words.flat_map(|word| values::several(word, &self.scope)).collect();
        let is_alone = from.redirects.is_empty() && from_words.assignments.is_empty() && !feeds;
        let is_function = |word: &Value| self.scope.function(&word.text).is_some();
        let is_alone = is_alone && !words.first().is_some_and(is_function);
        installers::downloaded(&words).filter(|_| is_alone)
    }

    pub(super) fn block(&mut self, block: &'s Block) {
        for statement in &block.statements {
            self.statement(statement);
        }
    }

    pub(super) fn command(&mut self, command: &'s Command) {
        if let CommandKind::Simple(simple) = &command.kind {
            return self.simple(simple, command);
        }
        for redirect in &command.redirects {
            self.redirect(redirect);
        }
        let fed = self.context.fed || command.redirects.iter().any(super::redirects::feeds);
        self.with(Context { fed, ..self.context }, |walk| walk.compound(command));
    }

    fn compound(&mut self, command: &'s Command) {
        match &command.kind {
            CommandKind::Simple(_) => {}
            CommandKind::Group(block) => self.block(block),
            CommandKind::Subshell(block) => self.aside(|walk| walk.block(block)),
            CommandKind::If { branches, otherwise } => {
                for (at, (condition, branch)) in branches.iter().enumerate() {
                    if at == 0 {
                        self.block(condition);
                    } else {
                        self.maybe(|walk| walk.block(condition));
                    }
                    self.maybe(|walk| walk.block(branch));
                }
                if let Some(block) = otherwise {
                    self.maybe(|walk| walk.block(block));
                }
            }
            CommandKind::Loop { condition, body } => self.repeated(|walk| {
                walk.block(condition);
                walk.block(body);
            }),
            CommandKind::For { name, words, body, asks } => {
                for word in words.iter().flatten() {
                    self.expanded(word);
                }
                if words.is_none() && self.scope.positional().is_none() {
                    self.need(NeedKind::Arguments, "$@", command.span);
                }
                if *asks {
                    self.need(NeedKind::Person, "select", command.span);
                }
                self.repeated(|walk| {
                    walk.sets(name, None, false, command.span);
                    walk.block(body);
                });
            }
            CommandKind::CountedFor { head, body } => {
                self.arithmetic(&head.parts, head.span);
                self.repeated(|walk| walk.block(body));
            }
            CommandKind::Case { word, arms } => {
                self.word(word);
                for (patterns, block) in arms {
                    for pattern in patterns {
                        self.word(pattern);
                    }
                    self.maybe(|walk| walk.block(block));
                }
            }
            CommandKind::Function { name, body } => self.define(name, body, command),
            CommandKind::Test(operands) => self.test(operands),
            CommandKind::Arithmetic(word) => self.arithmetic(&word.parts, word.span),
            CommandKind::Coprocess { name, body } => {
                let name = name.as_deref().unwrap_or("COPROC");
                self.sets(name, None, false, command.span);
                self.need(NeedKind::Background, "coproc", command.span);
                self.changes(State::Jobs, command.span);
                self.aside(|walk| walk.command(body));
            }
        }
    }

    fn define(&mut self, name: &str, body: &'s Command, command: &'s Command) {
        let Context { lasting, surely, repeated, .. } = self.context;
        let known = surely && !repeated;
        self.scope.define(name, Some(known.then_some(body)));
        if lasting {
            let span = self.place(command.span);
            self.facts.defines.push(Definition { name: name.into(), span, surely });
        }
    }

    /// What may run any number of times. It is looked at twice, so that a variable which is set
    /// at its end is not taken for known at its beginning.
    fn repeated(&mut self, walk: impl Fn(&mut Self)) {
        let context = Context { repeated: true, surely: false, ..self.context };
        let round = |this: &mut Self| {
            this.maybe(|this| this.with(context, &walk));
        };
        if !self.context.repeated {
            let facts = self.facts.clone();
            let budget = self.budget;
            let ran = self.ran;
            round(self);
            self.facts = facts;
            self.budget = budget;
            self.ran = ran;
        }
        round(self);
    }
}

impl Context {
    fn aside(self) -> Self {
        Self { lasting: false, ..self }
    }
}
