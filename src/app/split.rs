//! A script being split in two: where each statement goes, why, and what a person chose instead.
//!
//! What goes where is decided by [`crate::domain::split`]; here is what is looked at and chosen
//! before anything is written.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::split::{Boldness, Broken, Decision, Origin, Part, Split, TaskStart};

/// A script being split.
#[derive(Clone, Debug)]
pub struct SplitView {
    /// The environment.
    pub id: EnvironmentId,
    /// Which of its scripts.
    pub origin: Origin,
    /// The script.
    pub text: String,
    /// The split as it would be applied now.
    pub split: Split,
    /// The selected statement.
    pub selected: usize,
    /// What is seen where there is room for one side.
    pub side: Side,
    /// What is done with commands that are not known.
    pub boldness: Boldness,
    start: TaskStart,
    /// What a person chose, by statement.
    wanted: BTreeMap<usize, Part>,
    /// The choices before each step, to take steps back.
    before: Vec<Step>,
    lines: Vec<Range<usize>>,
}

/// A state of the choices.
type Step = (Boldness, BTreeMap<usize, Part>);

/// What is seen where there is room for one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// The script with the parts of its statements.
    #[default]
    Script,
    /// Both results.
    Results,
}

impl SplitView {
    /// The split of the script of an environment that one begins with.
    ///
    /// # Errors
    /// The line, from 1, and the cause, if bash could not read the script.
    pub fn of(id: EnvironmentId, environment: &Environment) -> Result<Self, (usize, String)> {
        let (origin, start) = (Origin::of(environment), TaskStart::of(environment));
        let text = origin.script(environment).to_owned();
        let boldness = Boldness::default();
        let split = Split::of(&text, &start, boldness);
        if let Some(error) = split.errors.first() {
            let before = text.get(..error.span.start).unwrap_or(&text);
            return Err((before.matches('\n').count() + 1, error.message.clone()));
        }
        let mut lines = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            lines.push(at..at + line.trim_end_matches(['\n', '\r']).len());
            at += line.len();
        }
        Ok(Self {
            id,
            origin,
            text,
            split,
            selected: 0,
            side: Side::default(),
            boldness,
            start,
            wanted: BTreeMap::new(),
            before: Vec::new(),
            lines,
        })
    }

    /// The lines of the script, as ranges of its bytes without their ends.
    #[must_use]
    pub fn lines(&self) -> &[Range<usize>] {
        &self.lines
    }

    /// The selected statement; none: there is no statement at all.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.split.statements.get(self.selected)
    }

    /// The statements that begin on a line, from 0.
    pub fn beginning_on(&self, line: usize) -> impl Iterator<Item = usize> {
        let statements = &self.split.statements;
        let first = statements.partition_point(|decision| decision.start_line <= line);
        let on = statements[first..].iter().take_while(move |it| it.start_line == line + 1);
        first..first + on.count()
    }

    /// Whether a person chose where a statement goes.
    #[must_use]
    pub fn is_chosen(&self, statement: usize) -> bool {
        self.wanted.contains_key(&statement)
    }

    /// The dependency that is broken where a statement is.
    #[must_use]
    pub fn broken(&self, statement: usize) -> Option<&Broken> {
        self.split.broken().iter().find(|broken| broken.statement == statement)
    }

    /// How many statements the cached, the run and both parts have.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        [Part::Cached, Part::Run, Part::Both]
            .map(|part| self.split.statements.iter().filter(|it| it.part == part).count())
    }

    /// Selects the statement so many further down.
    pub fn move_by(&mut self, by: isize) {
        let last = self.split.statements.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// Selects the statement that a line, from 0, belongs to.
    pub fn select_line(&mut self, line: usize) {
        let behind = self.split.statements.iter().position(|it| it.end_line > line);
        self.selected = behind.unwrap_or(self.split.statements.len().saturating_sub(1));
    }

    /// Puts the selected statement into a part.
    pub fn choose(&mut self, part: Part) {
        if self.decision().is_some_and(|decision| decision.part != part) {
            let mut wanted = self.wanted.clone();
            wanted.insert(self.selected, part);
            self.step(self.boldness, wanted);
        }
    }

    /// Puts the selected statement into the other part.
    pub fn turn(&mut self) {
        let part = self.decision().map(|decision| decision.part);
        self.choose(if part == Some(Part::Cached) { Part::Run } else { Part::Cached });
    }

    /// Leaves it to the rules where the selected statement goes.
    pub fn decide(&mut self) {
        let mut wanted = self.wanted.clone();
        if wanted.remove(&self.selected).is_some() {
            self.step(self.boldness, wanted);
        }
    }

    /// Is careful with what is not known, or bold.
    pub fn turn_boldness(&mut self) {
        let other = match self.boldness {
            Boldness::Careful => Boldness::Bold,
            Boldness::Bold => Boldness::Careful,
        };
        self.step(other, self.wanted.clone());
    }

    /// Takes the last step back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some((boldness, wanted)) = self.before.pop() else { return false };
        self.set(boldness, wanted);
        true
    }

    fn step(&mut self, boldness: Boldness, wanted: BTreeMap<usize, Part>) {
        self.before.push((self.boldness, self.wanted.clone()));
        self.set(boldness, wanted);
    }

    fn set(&mut self, boldness: Boldness, wanted: BTreeMap<usize, Part>) {
        if boldness != self.boldness {
            self.boldness = boldness;
            self.split = Split::of(&self.text, &self.start, boldness);
        }
        self.wanted = wanted;
        self.split = self.split.with(&self.wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::id;

    fn environment(text: &str) -> Environment {
        Environment { run_preflight_script: text.to_owned(), ..Environment::default() }
    }

    fn view(text: &str) -> SplitView {
        SplitView::of(id("web"), &environment(text)).unwrap()
    }

    const SCRIPT: &str = "#!/bin/bash\nset -e\napt-get install -y jq\nmkdir -p /opt/$TASK_ID; touch /opt/x\n\n# Last.\ncd /opt/$TASK_ID\n";

    #[test]
    fn a_choice_is_seen_marked_and_taken_back() {
        let mut view = view(SCRIPT);
        assert_eq!(view.beginning_on(3).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(view.beginning_on(4).count(), 0);
        view.move_by(9);
        assert_eq!(view.decision().unwrap().start_line, 7);
        assert_eq!(view.decision().unwrap().part, Part::Run);
        assert!(!view.split.cached.contains("cd "));
        view.turn();
        assert_eq!(view.decision().unwrap().part, Part::Cached);
        assert!(view.split.cached.contains("cd /opt/$TASK_ID"));
        assert!(view.is_chosen(4) && view.broken(4).is_some());
        view.decide();
        assert!(!view.is_chosen(4) && view.broken(4).is_none());
        assert!(view.undo() && view.is_chosen(4));
        assert!(view.undo() && !view.is_chosen(4));
        assert!(!view.undo());
    }

    #[test]
    fn boldness_is_a_step_like_any_other() {
        let mut view = view("frobnicate /etc/x\n");
        assert_eq!(view.counts(), [0, 1, 0]);
        view.turn_boldness();
        assert_eq!(view.counts(), [1, 0, 0]);
        assert!(view.undo());
        assert_eq!((view.counts(), view.boldness), ([0, 1, 0], Boldness::Careful));
    }

    #[test]
    fn lines_lead_to_statements_and_a_broken_script_to_its_error() {
        let mut view = view(SCRIPT);
        for (line, statement) in [(0, 0), (2, 1), (3, 2), (5, 4), (6, 4), (99, 4)] {
            view.select_line(line);
            assert_eq!(view.selected, statement, "{line}");
        }
        let broken = SplitView::of(id("web"), &environment("true\nif x\n"));
        let (line, cause) = broken.map(|_| ()).unwrap_err();
        assert!(line >= 2 && !cause.is_empty(), "{line}: {cause}");
    }
}
