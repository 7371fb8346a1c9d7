//! A script as linters read it, each by itself: whoever has threads asks them at the same time, and
//! what one has found is not looked for again when the next one answers.

use super::places::Places;
use super::rules::Subject;
use super::{Context, Diagnostic, allow, defined_later, merge, rules, shell, unquoted};
use crate::domain::bash::{Script, parse};
use crate::domain::environment::Stage;

/// A script that was read once, for all linters.
#[derive(Debug)]
pub struct Reading {
    text: String,
    script: Script,
}

/// What was found so far, before the comments are heeded that allow findings.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// By the rules that know stages.
    pub of_stage: Vec<Diagnostic>,
    /// By this program in any bash.
    pub of_bash: Vec<Diagnostic>,
    /// By other programs.
    pub others: Vec<Diagnostic>,
}

impl Reading {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), script: parse(text) }
    }

    /// What cannot work, or costs, in the script of a stage.
    #[must_use]
    pub fn of_stage(&self, stage: Stage, context: &Context) -> Findings {
        let Self { text, script } = self;
        let places = Places::new(text);
        let subject = Subject::new(stage, text, script, context, &places);
        Findings {
            of_stage: rules::find(&subject, &places),
            of_bash: defined_later::find(&subject, &places),
            others: Vec::new(),
        }
    }

    /// What rules of our own find in any bash.
    #[must_use]
    pub fn unquoted(&self) -> Findings {
        let places = Places::new(&self.text);
        let of_bash = unquoted::find(&self.script, &self.text, &places);
        Findings { of_bash, ..Findings::default() }
    }

    /// What the linter for any bash finds, which takes many times as long where a long script is full
    /// of findings.
    #[must_use]
    pub fn shell(&self) -> Findings {
        let of_bash = shell::lint_shell(&self.text, &self.script);
        Findings { of_bash, ..Findings::default() }
    }

    /// All that was found in the order of the text, but for what a comment allows.
    #[must_use]
    pub fn told(&self, found: Findings) -> Vec<Diagnostic> {
        let Findings { of_stage, of_bash, others } = found;
        let mut found = merge::merge(of_bash, others);
        found.extend(of_stage);
        let mut found = allow::allow(&self.text, &self.script, &Places::new(&self.text), found);
        found.sort_by(|one, other| (one.start, &one.code).cmp(&(other.start, &other.code)));
        found.dedup();
        found
    }
}

impl Findings {
    /// With what else was found.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.of_stage.extend(more.of_stage);
        self.of_bash.extend(more.of_bash);
        self.others.extend(more.others);
        self
    }
}
