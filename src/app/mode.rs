//! What the keys are for at the moment: the panes, or something that lies over them.

use tui_input::Input;

use super::action::Action;
use super::base::BaseChoice;
use super::chord::Chord;
use super::effect::Effect;
use super::form::Form;
use super::log::LogId;
use super::moment::Moment;
use super::pick::{self, Pick};
use super::scripts::Answer;
use super::sheet::Sheet;
use super::split::SplitView;
use crate::domain::environment::{EnvironmentId, Stage};

/// What the keys are for.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// The focused pane.
    #[default]
    Panes,
    /// The line that narrows the list of environments.
    Filter,
    /// The palette of actions.
    Palette(Pick),
    /// The list of keys.
    Help(Pick),
    /// The choice of a theme; the name is the one to return to.
    Themes(Pick, String),
    /// A question with a few answers.
    Ask(Dialog),
    /// A question for one line of text.
    Line(Line),
    /// The base image of a new environment.
    Base(BaseChoice),
    /// The fields of an environment.
    Form(Form),
    /// The search in a script.
    Search(Search),
    /// The search or the filter of the log.
    Log(LogInput),
    /// A text to read.
    Sheet(Sheet),
    /// A script being split in two.
    Split(Box<SplitView>),
}

/// A question with a few answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// What it is about.
    pub title: String,
    /// What there is to know, a line each.
    pub body: Vec<String>,
    /// The row of the body that is the first one seen.
    pub first: usize,
    /// The answers, the safest one last.
    pub choices: Vec<Choice>,
    /// The one that Enter takes.
    pub selected: usize,
    /// Until when no key is an answer, because nobody can have read the question yet.
    pub unread_until: Moment,
    /// When it surely has been read, whatever is typed.
    pub read_by: Moment,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its words.
    pub label: String,
    /// The letter that takes it.
    pub key: char,
    /// What it does.
    pub does: Does,
}

/// What an answer does.
#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    /// Nothing.
    Nothing,
    /// These, outside.
    Effects(Vec<Effect>),
    /// An action on the environment that was asked about, whatever is selected meanwhile.
    Act(EnvironmentId, Action),
    /// Something with the scripts.
    Script(Answer),
}

/// A question for one line of text.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is about.
    pub title: String,
    /// What is typed so far.
    pub input: Input,
    /// What it is for.
    pub purpose: Purpose,
    /// What is wrong with it as it stands.
    pub fault: Option<String>,
    /// Whether it was put there and no key was for it yet: what is typed replaces it.
    pub is_offered: bool,
}

/// What a line of text is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The id of a new environment.
    New,
    /// The id of a copy of this one.
    Duplicate(EnvironmentId),
    /// Another id for this one.
    Rename(EnvironmentId),
    /// The number of a line of the script.
    GoToLine,
    /// The command to run in this one.
    Run(EnvironmentId),
    /// The file to save a log to.
    SaveLog(LogId),
}

/// The search in a script.
#[derive(Clone, Debug)]
pub struct Search {
    /// In which one.
    pub stage: Stage,
    /// What.
    pub query: Input,
    /// What to put in its place; none: hits are only looked at.
    pub with: Option<Input>,
    /// Whether the keys go to what is put in its place.
    pub in_with: bool,
    /// Whether it is a regular expression.
    pub is_regex: bool,
    /// How many hits there are, and which one is selected; else what is wrong.
    pub told: String,
}

/// The search or the filter of the log.
#[derive(Clone, Debug)]
pub struct LogInput {
    /// Whether it is the filter.
    pub is_filter: bool,
    /// What is typed so far.
    pub input: Input,
    /// Whether it is a regular expression.
    pub is_regex: bool,
    /// What is wrong with it as it stands.
    pub fault: Option<String>,
}

impl Line {
    /// Takes a key. One that moves or erases keeps what is offered, one that types replaces it.
    pub fn edit(&mut self, chord: Chord) {
        if std::mem::take(&mut self.is_offered) && chord.types().is_some() {
            self.input.reset();
        }
        pick::edit(&mut self.input, chord);
    }

    /// Takes a pasted text, as if it was typed.
    pub fn paste(&mut self, text: &str) {
        if std::mem::take(&mut self.is_offered) {
            self.input.reset();
        }
        pick::paste(&mut self.input, text);
    }
}

/// How long a question that opens by itself takes no answer, and how long the keys of whoever was
/// typing must rest before one is meant for it, in milliseconds.
const READING: u64 = 400;

/// How long it takes none at most.
const MOST_READING: u64 = 2000;

impl Dialog {
    /// A question; Enter takes the first answer.
    #[must_use]
    pub fn new(title: String, body: Vec<String>, choices: Vec<Choice>) -> Self {
        Self {
            title,
            body,
            first: 0,
            choices,
            selected: 0,
            unread_until: Moment(0),
            read_by: Moment(0),
        }
    }

    /// Whether an answer comes from somebody who cannot have read the question; the next one then
    /// needs a rest before it, too.
    pub fn is_unread(&mut self, now: Moment) -> bool {
        let is_unread = now < self.unread_until;
        if is_unread {
            self.unread_until = Moment(now.0 + READING).min(self.read_by);
        }
        is_unread
    }

    /// Nobody asked for this question: it opens while somebody may be typing.
    pub fn unasked(&mut self, now: Moment) {
        self.unread_until = Moment(now.0 + READING);
        self.read_by = Moment(now.0 + MOST_READING);
    }

    /// As [`Dialog::confirm`], for an action on an environment.
    #[must_use]
    pub fn confirm_act(title: String, body: Vec<String>, label: &str, does: Does) -> Self {
        let mut dialog = Self::confirm(title, body, label, Vec::new());
        dialog.choices[0].does = does;
        dialog
    }

    /// A question whether to do something that cannot be taken back; Enter alone does not.
    #[must_use]
    pub fn confirm(title: String, body: Vec<String>, label: &str, effects: Vec<Effect>) -> Self {
        let choices = vec![
            Choice { label: label.to_owned(), key: 'y', does: Does::Effects(effects) },
            Choice { label: "Do nothing".to_owned(), key: 'n', does: Does::Nothing },
        ];
        Self { selected: 1, ..Self::new(title, body, choices) }
    }
}
