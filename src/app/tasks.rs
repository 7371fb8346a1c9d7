//! Tasks as the screen shows them: what the engine has, and which one is selected.

use std::fmt;

use super::moment::Moment;
use super::words;
use crate::domain::environment::EnvironmentId;

/// What tasks want done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskEffect {
    /// Find the tasks that are in the engine.
    List,
    /// Read the log of a task, and go on with it while the task runs.
    Follow(String),
    /// End a task.
    Stop(String),
    /// End a task, and remove what is left of it.
    Remove(String),
    /// Open the desktop of a task in a browser.
    OpenDesktop(String),
}

/// What is heard of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskEvent {
    /// The tasks that are in the engine, newest first.
    Listed(Vec<Task>),
    /// A task was asked to end by itself.
    Ending {
        /// Its id.
        id: String,
        /// How long it has for that, in seconds.
        seconds: u16,
    },
    /// Something was done, as a sentence.
    Done(String),
}

/// A command to be started in an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// What bash runs; empty: the environment's own command.
    pub command: String,
    /// More variables.
    pub variables: Vec<(String, String)>,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// The id of its environment.
    pub environment: String,
    /// Its command, as one line.
    pub command: String,
    /// How it is.
    pub state: TaskState,
    /// The ports that lead to it, as a person reads them.
    pub ports: Vec<String>,
    /// Its desktop, once that is ready.
    pub desktop: Option<Desktop>,
    /// Why it started without a baked layer.
    pub degraded: Option<String>,
    /// When it was started.
    pub started: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
}

/// How to get to the desktop of a task.
#[derive(Clone, PartialEq, Eq)]
pub struct Desktop {
    /// The page, with all it needs to open the desktop.
    pub url: String,
    /// The command that comes first, on the person's machine; none: the browser can be here.
    pub tunnel: Option<String>,
}

/// Who has the URL gets in, so that it stays out of every debug print.
impl fmt::Debug for Desktop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desktop")
    }
}

/// How a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// It is about to run.
    Created,
    /// It runs.
    Running,
    /// It ended with this status.
    Ended(i64),
}

/// The tasks.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    /// Those that run, then the others, newest first.
    pub entries: Vec<Task>,
    /// The one to select once it is listed.
    pub wanted: Option<String>,
    /// The last command typed for each environment.
    pub typed: std::collections::HashMap<EnvironmentId, String>,
    selected: Option<String>,
}

impl Tasks {
    /// The selected one.
    #[must_use]
    pub fn selected(&self) -> Option<&Task> {
        self.entries.iter().find(|task| self.selected.as_ref() == Some(&task.id))
    }

    /// How many run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.entries.iter().filter(|task| task.state == TaskState::Running).count()
    }

    /// Takes what is in the engine. The selection stays as long as its task does.
    pub fn list(&mut self, mut entries: Vec<Task>) {
        let place = self.place();
        entries.sort_by_key(|task| matches!(task.state, TaskState::Ended(_)));
        self.entries = entries;
        let is_there = |id: &String| self.entries.iter().any(|task| task.id == *id);
        if let Some(id) = self.wanted.take_if(|id| is_there(id)) {
            self.selected = Some(id);
        }
        if self.selected().is_none() {
            let at = place.unwrap_or(0).min(self.entries.len().saturating_sub(1));
            self.selected = self.entries.get(at).map(|task| task.id.clone());
        }
    }

    /// Where the selected one stands.
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        self.entries.iter().position(|task| self.selected.as_ref() == Some(&task.id))
    }

    /// Selects the one so many further down.
    pub fn move_by(&mut self, by: isize) {
        let last = self.entries.len().saturating_sub(1);
        let at = self.place().unwrap_or(0).saturating_add_signed(by).min(last);
        self.selected = self.entries.get(at).map(|task| task.id.clone());
    }
}

impl Request {
    /// Reads a line as a shell does: `NAME=value` words before the command are variables, for the
    /// preflight, too. Those whose value only a shell can tell are the begin of the command: bash
    /// reads them.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn parse(line: &str) -> Result<Self, String> {
        let mut variables = Vec::new();
        let mut rest = line.trim();
        while let Some((name, value)) = rest.split_once('=') {
            let begins = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
            if !begins || !name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_') {
                break;
            }
            if words::is_for_a_shell(value) {
                break;
            }
            let (value, after) = words::first(value)
                .ok_or_else(|| format!("the value of `{name}` has an open quote; close it"))?;
            // In `A=1 && make` it is a command of its own.
            if after.trim_start().starts_with([';', '&', '|', '<', '>', '(', ')']) {
                break;
            }
            variables.push((name.to_owned(), value));
            rest = after.trim_start();
        }
        Ok(Self { command: rest.to_owned(), variables })
    }

    /// The words that start the command; none: the environment's own one is started.
    #[must_use]
    pub fn words(&self) -> Option<Vec<String>> {
        let words = match self.command.chars().next()? {
            // Else bash would take it for an option.
            '-' | '+' => &["bash", "-c", "--", self.command.as_str()][..],
            _ => &["bash", "-c", self.command.as_str()],
        };
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_before_a_command_are_read_as_a_shell_does() {
        let read = |line| Request::parse(line).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read("  "), Request::default());
        assert_eq!(read("make A=1 test").command, "make A=1 test");
        let request = read("A=1 B='x y' C=\"q\\\"r\"z D= make all | tee log");
        assert_eq!(request.command, "make all | tee log");
        let expected = [pair("A", "1"), pair("B", "x y"), pair("C", "q\"rz"), pair("D", "")];
        assert_eq!(request.variables, expected);
        assert!(read("1A=b").variables.is_empty());
        assert!(Request::parse("A='b").unwrap_err().contains("open quote"));
        // What only a shell can read is left to one, from there on.
        for (line, variables, command) in [
            ("X=$(date +%s) echo hi $X", 0, "X=$(date +%s) echo hi $X"),
            ("A=1 X=`date +%s` B=2 make", 1, "X=`date +%s` B=2 make"),
            (r#"X="a $(echo "b c")" make"#, 0, r#"X="a $(echo "b c")" make"#),
            (r#"X="$(echo 'b"#, 0, r#"X="$(echo 'b"#),
            ("P=/x:$PATH make", 0, "P=/x:$PATH make"),
            ("A=(1 2) make", 0, "A=(1 2) make"),
            ("A=1; echo $A", 0, "A=1; echo $A"),
            ("A=1 B=2 && echo $A", 1, "B=2 && echo $A"),
            ("A=~/x make", 0, "A=~/x make"),
            ("A='$x' B=\"\\$y\" make $z", 2, "make $z"),
        ] {
            let request = read(line);
            assert_eq!(
                (request.variables.len(), &*request.command),
                (variables, command),
                "{line}"
            );
        }
        let request = read("A='$x' B=\"\\$y\" make $z");
        assert_eq!(request.variables, [pair("A", "$x"), pair("B", "$y")]);
    }

    #[test]
    fn a_command_is_no_option_of_bash() {
        for (line, words) in [
            ("A=1", None),
            ("make $x", Some(&["bash", "-c", "make $x"][..])),
            ("A=1 -x y", Some(&["bash", "-c", "--", "-x y"])),
            ("+%s) echo", Some(&["bash", "-c", "--", "+%s) echo"])),
        ] {
            let found = Request::parse(line).unwrap().words();
            let words: Option<Vec<String>> =
                words.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
            assert_eq!(found, words, "{line}");
        }
    }

    #[test]
    fn running_tasks_come_first_and_the_selection_stays() {
        let task = |id: &str, state| Task {
            id: id.to_owned(),
            environment: String::new(),
            command: String::new(),
            state,
            ports: Vec::new(),
            desktop: None,
            degraded: None,
            started: None,
            ended: None,
        };
        let mut tasks = Tasks::default();
        tasks.list(vec![task("a", TaskState::Ended(0)), task("b", TaskState::Running)]);
        let selected = |tasks: &Tasks| tasks.selected().map(|task| task.id.clone());
        assert_eq!((selected(&tasks), tasks.running()), (Some("b".to_owned()), 1));
        tasks.move_by(5);
        assert_eq!(selected(&tasks), Some("a".to_owned()));
        tasks.wanted = Some("c".to_owned());
        tasks.list(vec![task("c", TaskState::Running), task("a", TaskState::Ended(0))]);
        assert_eq!(selected(&tasks), Some("c".to_owned()));
        tasks.list(Vec::new());
        assert_eq!(selected(&tasks), None);
    }
}
