//! What a rule reads: the script with what is known of each of its statements, and what is around
//! it.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::Finding;
use super::other::Other;
use crate::domain::bash::facts::path::{Path, START};
use crate::domain::bash::facts::{Access, Facts, Install, InstallAction, Invocation, PathUse};
use crate::domain::bash::tree::Statement;
use crate::domain::bash::{Script, Span, Text};
use crate::domain::environment::Stage;
use crate::domain::lint::context::Context;
use crate::domain::lint::places::Places;
use crate::domain::lint::statements::move_statement;

/// What a rule reads.
pub(in crate::domain::lint) struct Subject<'s> {
    /// The script.
    pub text: &'s str,
    /// Which of the two it is.
    pub stage: Stage,
    /// What is around it.
    pub context: &'s Context,
    /// What it says.
    pub script: &'s Script,
    /// What each of its statements does.
    pub facts: Vec<Facts>,
    /// Its lines.
    places: &'s Places<'s>,
    /// The first statement that sets a variable. What rules ask of every statement is looked up:
    /// a script of twice the length must not take four times as long.
    first_set: HashMap<Text, usize>,
    other: OnceCell<Other>,
}

impl<'s> Subject<'s> {
    pub(in crate::domain::lint) fn new(
        stage: Stage,
        text: &'s str,
        script: &'s Script,
        context: &'s Context,
        places: &'s Places<'s>,
    ) -> Self {
        let facts = Facts::of(script, text);
        let mut first_set = HashMap::new();
        for (index, facts) in facts.iter().enumerate() {
            for set in &facts.sets {
                first_set.entry(set.name.clone()).or_insert(index);
            }
        }
        let other = OnceCell::new();
        Self { text, stage, context, script, facts, places, first_set, other }
    }

    /// The other script. It is read only for who asks: most scripts give no reason to.
    pub(super) fn other(&self) -> &Other {
        self.other.get_or_init(|| Other::new(&self.context.other))
    }

    /// The statements, each with its number and what it does.
    pub(in crate::domain::lint) fn statements(
        &self,
    ) -> impl Iterator<Item = (usize, &Statement, &Facts)> {
        let both = self.script.statements.iter().zip(&self.facts).enumerate();
        both.map(|(index, (statement, facts))| (index, statement, facts))
    }

    /// All commands that are run.
    pub(super) fn commands(&self) -> impl Iterator<Item = &Invocation> {
        self.facts.iter().flat_map(|facts| &facts.commands)
    }

    /// All packages that are installed, and what else is done with them.
    pub(super) fn installs(&self) -> impl Iterator<Item = &Install> {
        self.facts.iter().flat_map(|facts| &facts.installs)
    }

    /// Whether a statement before this one sets a variable.
    pub(super) fn sets_before(&self, index: usize, name: &str) -> bool {
        self.first_set.get(name).is_some_and(|first| *first < index)
    }

    /// Whether a variable of the task has this name: those of every task, or the environment's.
    pub(super) fn is_of_tasks(&self, name: &str) -> bool {
        name.starts_with("TASK_")
            || name == "AGENTS_RUNNER_TASK_ID"
            || !OF_EVERY_BAKE.contains(&name) && self.context.variables.iter().any(|it| it == name)
    }

    /// Whether a statement reads what only a task has.
    pub(super) fn reads_task(&self, facts: &Facts) -> bool {
        facts.reads.iter().any(|it| self.is_of_tasks(&it.name))
    }

    /// A finding about what a statement does, with the way of it to the other script.
    pub(super) fn to_move(&self, index: usize, finding: Finding) -> Finding {
        match move_statement(self.stage, self.text, self.script, index) {
            Some(fix) => finding.with(fix),
            None => finding,
        }
    }

    /// The text between two bytes.
    pub(in crate::domain::lint) fn of(&self, span: Span) -> &'s str {
        span.of(self.text)
    }

    /// What the lines of a statement took when they ran last, as the beginning of a sentence.
    pub(super) fn cost(&self, statement: &Statement) -> Option<String> {
        if self.context.costs.is_empty() {
            return None;
        }
        let line = |byte: usize| self.places.spot(byte).line;
        self.context.cost(line(statement.span.start)..=line(statement.span.end))
    }
}

/// Variables that a bake has as well, if with another value.
const OF_EVERY_BAKE: [&str; 9] =
    ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "TERM", "LANG", "HOSTNAME"];

/// Where a path stands: its word, if one of the command names it, else the command.
pub(super) fn place(facts: &Facts, it: &PathUse) -> Range<usize> {
    let here = facts.commands.iter().filter(|command| command.span == it.span);
    let mut words = here.flat_map(|command| &command.arguments).filter(|word| word.whole);
    let path = it.path.text();
    let word = words.find(|word| {
        let named = Path::of(&word.text, true, Some(&Path::of(START, true, None)));
        !word.text.is_empty() && (named == it.path || path.ends_with(&format!("/{}", word.text)))
    });
    let span = word.map_or(it.span, |word| word.span);
    span.start..span.end
}

/// Paths that are made or changed.
pub(super) fn writes(facts: &Facts) -> impl Iterator<Item = &PathUse> {
    facts.paths.iter().filter(|it| matches!(it.access, Access::Write | Access::Make))
}

/// Whether a path surely is `folder` or lies below it. What may lie anywhere is no reason to tell
/// anybody.
pub(super) fn is_below(path: &Path, folder: &str) -> bool {
    let rest = path.text().strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with('/') || rest.is_empty() && path.is_whole())
}

/// Whether packages are put in.
pub(super) fn adds(install: &Install) -> bool {
    install.action == InstallAction::Add
}

/// Things as a person lists them, at most three of them.
pub(super) fn list(names: &[Text]) -> String {
    match names {
        [] => "packages".to_owned(),
        [one] => format!("`{one}`"),
        [one, two] => format!("`{one}` and `{two}`"),
        [one, two, three] => format!("`{one}`, `{two}` and `{three}`"),
        [one, two, rest @ ..] => format!("`{one}`, `{two}` and {} more", rest.len()),
    }
}
