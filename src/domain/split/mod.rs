//! Cuts one long preflight in two that together do what it did.
//!
//! A statement may be baked only if that is provably the same. [`judge`] looks at each by itself:
//! is it known, and does it need nothing that only a task start has ([`start`])? What programs read of
//! variables without being told to stands in [`heeded`]. [`order`] then finds what depends on what,
//! since a baked statement runs before everything that is not baked: [`forward`] holds back what has
//! to follow a statement of the run part, [`backward`] finds out who needs the variables, functions
//! and settings that a statement leaves in the shell. Whatever only sets up the shell is repeated
//! where it is needed. [`units`] are the pieces of text that can be moved, [`render`] puts them
//! together again, [`rule`] has the names and words of reasons. [`crossing`] tells what breaks when a
//! person moves one statement of two scripts.
//!
//! Nothing is decided by a guess unless [`Boldness::Bold`] asks for it, and then it is marked.

mod apply;
mod backward;
pub mod crossing;
mod forward;
mod heeded;
mod judge;
mod order;
mod path_set;
pub mod picture;
mod render;
mod rule;
mod start;
mod units;

use std::collections::BTreeMap;

use self::order::Plan;
use super::bash::tree::SyntaxError;
use super::bash::{Span, parse};

pub use apply::{Origin, applied, joined};
pub use rule::{Reason, Rule};
pub use start::TaskStart;

/// Which part of a split a statement is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The cached preflight alone.
    Cached,
    /// The run preflight alone.
    Run,
    /// Both: it only sets up the shell, and both need it.
    Both,
}

impl Part {
    /// Its name, as a person writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cached => "cached",
            Self::Run => "run",
            Self::Both => "both",
        }
    }

    /// Whether the cached preflight has it.
    #[must_use]
    pub fn is_cached(self) -> bool {
        self != Self::Run
    }

    /// Whether the run preflight has it.
    #[must_use]
    pub fn is_run(self) -> bool {
        self != Self::Cached
    }
}

/// How sure a decision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// It follows from what is known of the commands.
    Certain,
    /// It was taken for static because that was asked for.
    Probable,
    /// It is in the run part because something in it is not known.
    Unknown,
}

impl Confidence {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Probable => "probable",
            Self::Unknown => "unknown",
        }
    }
}

/// What is done with commands that are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Boldness {
    /// They stay in the run part, with everything behind them that they may have changed.
    #[default]
    Careful,
    /// They are taken for static, and for changing nothing but the paths they name; variables that
    /// nobody sets for what the image has.
    Bold,
}

/// Where one statement goes, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its text in the script, here-documents included.
    pub span: Span,
    /// Its first line, from 1.
    pub start_line: usize,
    /// Its last line.
    pub end_line: usize,
    /// Where it goes.
    pub part: Part,
    /// Why.
    pub reason: Reason,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A dependency that somebody's own choice breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// Which statement is not right where it is.
    pub statement: usize,
    /// Why, as for a decision.
    pub reason: Reason,
}

/// A script cut in two.
#[derive(Clone, Debug)]
pub struct Split {
    /// The statements in the order of the script, with where they go.
    pub statements: Vec<Decision>,
    /// The cached preflight; empty if nothing can be baked.
    pub cached: String,
    /// The run preflight; empty if everything is baked.
    pub run: String,
    /// What bash would not read. A script with errors is not split: both parts are empty.
    pub errors: Vec<SyntaxError>,
    text: String,
    plan: Plan,
    broken: Vec<Broken>,
}

impl Split {
    /// Splits a script for tasks that start as `start` says.
    #[must_use]
    pub fn of(text: &str, start: &TaskStart, boldness: Boldness) -> Self {
        let script = parse(text);
        if !script.errors.is_empty() {
            return Self {
                statements: Vec::new(),
                cached: String::new(),
                run: String::new(),
                errors: script.errors,
                text: text.to_owned(),
                plan: Plan::default(),
                broken: Vec::new(),
            };
        }
        let units = units::cut(&script, text);
        let plan = Plan::new(units, text, start, boldness);
        Self::planned(text.to_owned(), plan, &BTreeMap::new())
    }

    /// The same script with some statements where somebody wants them: their places in
    /// `statements`, and the part. The others stay, except for what only sets up the shell, which
    /// goes where it is needed now.
    #[must_use]
    pub fn with(&self, wanted: &BTreeMap<usize, Part>) -> Self {
        let mut split = Self::planned(self.text.clone(), self.plan.clone(), wanted);
        split.errors.clone_from(&self.errors);
        split
    }

    /// The dependencies that the choices given to [`Split::with`] break; none by itself.
    #[must_use]
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// The text of a statement with the comments and blank lines that belong to it.
    #[must_use]
    pub fn piece(&self, statement: usize) -> &str {
        self.plan.units().get(statement).map_or("", |unit| unit.piece.of(&self.text))
    }

    /// The first line of the script, if it says what runs it; both parts have it.
    #[must_use]
    pub fn first_line(&self) -> &str {
        units::shebang(&self.text)
    }

    fn planned(text: String, plan: Plan, wanted: &BTreeMap<usize, Part>) -> Self {
        let (statements, broken) = plan.decisions(&text, wanted);
        let parts: Vec<_> = statements.iter().map(|decision| decision.part).collect();
        let (cached, run) = render::render(&text, plan.units(), &parts);
        Self { statements, cached, run, errors: Vec::new(), text, plan, broken }
    }
}

#[cfg(test)]
mod tests;
