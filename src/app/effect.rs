//! What is to be done outside, as plain data.

use super::history::HistoryEffect;
use super::images::ImageEffect;
use super::jobs::JobEffect;
use super::layout::Layout;
use super::log::{LogEffect, LogId};
use super::scripts::ScriptsEffect;
use super::tasks::TaskEffect;
use crate::domain::digest::Digest;
use crate::domain::environment::{Environment, EnvironmentId, Stage};

/// The longest text that can be copied, in bytes. Of base64 hterm and older versions of tmux take
/// 74,994 bytes, and xterm 100,000 for the whole sequence.
pub const MOST_COPIED: usize = 74_994 / 4 * 3;

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Draw everything anew.
    Redraw,
    /// Give the terminal to the shell until it is wanted back.
    Suspend,
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Tell [`super::event::Event::Woke`] after a while.
    Wake {
        /// What for.
        timer: Timer,
        /// How many milliseconds from now.
        after_ms: u64,
    },
    /// Put a text into the clipboard of the person's terminal.
    Copy(String),
    /// Step aside: give the terminal to a program until it ends.
    Aside(Aside),
    /// Connect to the engine now, without waiting for the next try.
    Connect,
    /// Read the folder of environments.
    List,
    /// Read the themes to choose from.
    ListThemes,
    /// Find out what is known of the layers of all environments.
    AskStatuses,
    /// Find out why the layers of one are warm or cold.
    Explain {
        /// Which one.
        id: EnvironmentId,
        /// What it says, with what is typed and not saved.
        environment: Box<Environment>,
        /// Whether there is something of that.
        is_unsaved: bool,
    },
    /// Find out what a bake of an environment would have to do.
    Preview {
        /// The number of the question.
        asked: u64,
        /// Which one.
        id: EnvironmentId,
        /// What it says, with what is typed and not saved.
        environment: Box<Environment>,
    },
    /// Write an environment's file.
    Save {
        /// Whose.
        id: EnvironmentId,
        /// Its text.
        text: String,
        /// The revision that it replaces.
        expected: Digest,
    },
    /// Make a new environment.
    Create {
        /// Its id.
        id: EnvironmentId,
        /// Its text.
        text: String,
    },
    /// Copy an environment.
    Duplicate {
        /// Which one.
        from: EnvironmentId,
        /// The id of the copy.
        to: EnvironmentId,
    },
    /// Give an environment another id.
    Rename {
        /// Which one.
        from: EnvironmentId,
        /// Its new id.
        to: EnvironmentId,
    },
    /// Move an environment's file to the trash.
    Remove(EnvironmentId),
    /// Bring one back from there.
    Restore {
        /// Its id.
        id: EnvironmentId,
        /// Where its file is.
        kept_at: String,
    },
    /// Of the scripts.
    Scripts(ScriptsEffect),
    /// Of cached images.
    Image(ImageEffect),
    /// Of the history.
    History(HistoryEffect),
    /// Of tasks.
    Task(TaskEffect),
    /// Of bakes.
    Job(JobEffect),
    /// Of a log.
    Log(LogEffect),
    /// Remember the theme.
    RememberTheme(String),
    /// Remember the layout and what is selected.
    RememberLayout {
        /// The layout.
        layout: Layout,
        /// The selected environment.
        selected: Option<EnvironmentId>,
    },
}

/// A program that gets the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aside {
    /// This program with these arguments: what needs a terminal of its own is a command, too.
    Prebake {
        /// The arguments.
        arguments: Vec<String>,
        /// Whether to wait for Enter afterwards, so that what it printed can be read.
        pauses: bool,
    },
    /// The person's pager with a log, at this line, from 0.
    Page(LogId, u64),
    /// The person's editor with a script.
    Edit {
        /// Whose.
        id: EnvironmentId,
        /// Which of its scripts.
        stage: Stage,
        /// The script as it is on the screen.
        text: String,
        /// The line of the cursor, from 1.
        line: usize,
        /// Its column in characters, from 1.
        column: usize,
    },
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The clocks on the screen go on: something is running, or is tried again.
    Second,
    /// Unsaved scripts are due to be kept as drafts.
    Drafts,
    /// The findings of a script are due to be asked for.
    Lint,
    /// It is due to be asked what a bake would have to do.
    Preview,
    /// The layout has not changed for a while.
    Layout,
}
