//! What a person can ask for. One row an action, one file a feature; the keymap, the palette, the
//! footer and the help are made from these rows, so that none of them can lag behind.

mod command;
mod environment;
mod history;
mod image;
mod job;
mod log;
mod script;
mod task;
mod view;

use super::environments::Entry;
use super::state::State;

pub use command::CommandAction;
pub use environment::EnvironmentAction;
pub use history::HistoryAction;
pub use image::ImageAction;
pub use job::JobAction;
pub use log::LogAction;
pub use script::{Edit, ScriptAction};
pub use task::TaskAction;
pub use view::ViewAction;

/// Something a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Of the screen itself.
    View(ViewAction),
    /// Of the selected environment.
    Environment(EnvironmentAction),
    /// A command for the selected environment.
    Command(CommandAction),
    /// Of bakes.
    Job(JobAction),
    /// Of the log that is shown.
    Log(LogAction),
    /// Of the history.
    History(HistoryAction),
    /// Of cached images.
    Image(ImageAction),
    /// Of tasks.
    Task(TaskAction),
    /// Of the script that has the keys.
    Script(ScriptAction),
}

/// Where a chord means an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere; in a text only if the chord types nothing.
    Global,
    /// In the list of environments and the pane about the selected one.
    Environments,
    /// In the script editors.
    Editor,
    /// In a log.
    Log,
    /// In the list of tasks.
    Tasks,
    /// In the list of images.
    Images,
    /// In the history.
    History,
}

impl Scope {
    /// The heading of its actions in the help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Environments => "Environments",
            Self::Editor => "Editors",
            Self::Log => "Log",
            Self::Tasks => "Tasks",
            Self::Images => "Images",
            Self::History => "History",
        }
    }
}

/// An action as the tables hold it.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Its name in the settings file.
    pub name: &'static str,
    /// What it does, for the palette and the help.
    pub title: &'static str,
    /// One word for the footer; empty: it is not shown there.
    pub short: &'static str,
    /// Where its chords mean it.
    pub scope: Scope,
    /// The chords it has unless the settings say otherwise.
    pub chords: &'static [&'static str],
}

/// Every action, in the order of the help.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [
        environment::ROWS,
        job::ROWS,
        task::ROWS,
        command::ROWS,
        view::ROWS,
        log::ROWS,
        image::ROWS,
        history::ROWS,
        script::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// Every action, those of `scope` first, then those that work everywhere, then the others.
pub fn ordered(scope: Scope) -> impl Iterator<Item = &'static Row> {
    let others = move |row: &&Row| row.scope != scope && row.scope != Scope::Global;
    let here = rows().filter(move |row| row.scope == scope);
    let everywhere = rows().filter(|row| row.scope == Scope::Global);
    here.chain(everywhere).chain(rows().filter(others))
}

/// The row of an action.
#[must_use]
pub fn row(action: Action) -> Option<&'static Row> {
    rows().find(|row| row.action == action)
}

/// The environment that is selected; if there is none, why, as a sentence.
fn selected(state: &State) -> Result<&Entry, String> {
    let environments = &state.environments;
    let entry = environments.selected().ok_or_else(|| match environments.selected_broken() {
        Some(broken) => format!("`{}` cannot be read; it has to be mended first", broken.name),
        None => "no environment is selected".to_owned(),
    })?;
    match &entry.lost {
        Some(lost) => Err(lost.told(&entry.id)),
        None => Ok(entry),
    }
}

/// Whether an action works now; if not, why, as a sentence.
pub fn availability(state: &State, action: Action) -> Result<(), String> {
    match action {
        Action::View(action) => view::availability(state, action),
        Action::Environment(action) => environment::availability(state, action),
        Action::Command(action) => command::availability(state, action),
        Action::Job(action) => job::availability(state, action),
        Action::Log(action) => log::availability(state, action),
        Action::History(action) => history::availability(state, action),
        Action::Image(action) => image::availability(state, action),
        Action::Task(action) => task::availability(state, action),
        Action::Script(action) => script::availability(state, action),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::app::chord::Chord;

    #[test]
    fn names_are_unique_and_every_chord_is_one() {
        let mut names = HashSet::new();
        let mut actions = HashSet::new();
        for row in rows() {
            assert!(names.insert(row.name), "{} twice", row.name);
            assert!(actions.insert(row.action), "{:?} twice", row.action);
            assert!(!row.title.is_empty() && !row.title.ends_with('.'), "{}", row.name);
            for chord in row.chords {
                let read: Chord = chord.parse().unwrap();
                assert_eq!(read.to_string(), *chord, "{}", row.name);
            }
        }
    }

    #[test]
    fn a_function_key_means_one_thing_wherever_one_is() {
        let mut meanings: HashMap<&str, &str> = HashMap::new();
        for row in rows() {
            let is_function = |chord: &&&str| {
                let name = chord.trim_start_matches("shift-");
                name.len() > 1 && name.starts_with('f')
            };
            for chord in row.chords.iter().filter(is_function) {
                let other = meanings.insert(chord, row.name);
                assert_eq!(other, None, "{chord} is also `{}`", row.name);
            }
        }
        assert!(meanings.contains_key("f4"), "the function keys were not looked at");
    }

    #[test]
    fn no_chord_of_the_tables_means_two_things_in_one_place() {
        let mut taken = HashSet::new();
        for row in rows() {
            for chord in row.chords {
                assert!(taken.insert((row.scope, chord)), "{chord} of {} is taken", row.name);
            }
        }
    }
}
