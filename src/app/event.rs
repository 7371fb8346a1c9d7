//! What happened: all there is, in one closed list.

use super::chord::Chord;
use super::effect::Timer;
use super::environments::EnvironmentsEvent;
use super::history::HistoryEvent;
use super::images::ImageEvent;
use super::jobs::JobEvent;
use super::link::LinkEvent;
use super::log::LogEvent;
use super::moment::Moment;
use super::scripts::ScriptsEvent;
use super::tasks::TaskEvent;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::theme::Theme;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The time is this; told before whatever happened then.
    Clock(Moment),
    /// A timer that was asked for.
    Woke(Timer),
    /// A key was pressed.
    Pressed(Chord),
    /// A text was pasted.
    Pasted(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The screen has another size.
    Resized {
        /// Its columns.
        width: u16,
        /// Its rows.
        height: u16,
    },
    /// Of the link to the engine.
    Link(LinkEvent),
    /// Of the environments.
    Environments(EnvironmentsEvent),
    /// The themes to choose from.
    Themes(Vec<Theme>),
    /// Of the scripts.
    Scripts(ScriptsEvent),
    /// Of cached images.
    Image(ImageEvent),
    /// Of the history.
    History(HistoryEvent),
    /// Of tasks.
    Task(TaskEvent),
    /// Of bakes.
    Job(JobEvent),
    /// Of a log.
    Log(LogEvent),
    /// A program that had the terminal has ended.
    Returned(Returned),
    /// The process was asked to end.
    Terminated,
    /// Something was not done, as a sentence.
    Failed(String),
}

/// How a program ended that had the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// The command ended with this status.
    Ended {
        /// Its arguments.
        arguments: Vec<String>,
        /// Its exit status.
        code: i32,
    },
    /// The editor left this text.
    Edited {
        /// Whose script.
        id: EnvironmentId,
        /// Which one.
        stage: Stage,
        /// The text.
        text: String,
        /// How the editor ended, if not well; a sentence.
        trouble: Option<String>,
    },
    /// It could not be started or failed; a sentence.
    Failed(String),
}

/// What the mouse did, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub kind: MouseKind,
    /// The column.
    pub x: u16,
    /// The row.
    pub y: u16,
    /// Whether Shift was held.
    pub shift: bool,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Down,
    /// It moved with the left button down.
    Drag,
    /// The left button went up.
    Up,
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}
