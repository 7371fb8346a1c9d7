//! What a running operation tells, as plain values; whoever watches prints, draws or records it.

use std::path::Path;

use crate::domain::history::Estimate;
use crate::domain::layer::LayerKind;
use crate::domain::log::Source;
use crate::ops::Behind;

/// One thing that happened.
#[derive(Debug)]
pub enum Progress<'a> {
    /// The base image is being pulled.
    Pulling {
        /// Its reference.
        reference: &'a str,
        /// The engine's words, such as `Downloading`.
        status: &'a str,
        /// Bytes so far and in all, over the layers known by now.
        bytes: Option<(u64, u64)>,
    },
    /// What the bake that begins next will take, by earlier ones.
    Estimated(&'a Estimate),
    /// A bake began, or one that was already running was joined.
    BakeBegan {
        /// Which layer.
        layer: LayerKind,
        /// Its position among the layers of the environment, from 1, and their number.
        position: (usize, usize),
        /// The image that will be made.
        image: &'a str,
        /// Why it is baked.
        reason: &'a str,
        /// Whether somebody else began it.
        joined: bool,
        /// The log file on this machine.
        log: Option<&'a Path>,
    },
    /// A script began.
    Script {
        /// Its name, as a person says it: `cached preflight`.
        name: &'a str,
    },
    /// A statement of the current script began.
    Statement {
        /// Its line, from 1.
        line: u32,
        /// When, in microseconds since 1970 by the engine's clock; 0: unknown.
        time: u64,
    },
    /// A line of the bake's log, without its line end.
    Line {
        /// Its stream.
        source: Source,
        /// Its bytes, not always UTF-8.
        bytes: &'a [u8],
    },
    /// The scripts succeeded; the image is being made.
    Committing,
    /// A layer is there.
    Baked {
        /// Which layer.
        layer: LayerKind,
        /// Its image.
        image: &'a str,
        /// How the image came to be: `baked`, `joined` or `adopted`.
        how: &'a str,
        /// How long the bake's container ran, in milliseconds.
        duration_ms: u64,
        /// The log file on this machine.
        log: Option<&'a Path>,
    },
    /// A task starts on layers that are stale.
    Stale {
        /// The environment's id.
        environment: &'a str,
        /// The image it starts on.
        image: &'a str,
        /// Why that is stale.
        why: &'a str,
        /// What is done about it.
        behind: &'a Behind,
    },
    /// Something the user should know, as a sentence.
    Warning(&'a str),
    /// The task's container was started.
    TaskStarted {
        /// The task's id.
        id: &'a str,
        /// The image it runs on.
        image: &'a str,
        /// Why it is degraded.
        degraded: Option<&'a str>,
    },
    /// The task's desktop is ready.
    DesktopReady {
        /// The page, with all it needs to open the desktop: who has it gets in.
        url: &'a str,
        /// The command that comes first, on the person's machine; none: the browser can be here.
        tunnel: Option<&'a str>,
    },
    /// The task's desktop is not ready yet, and is not waited for.
    DesktopPending {
        /// The task's id.
        id: &'a str,
    },
    /// The task wrote something; not cut at line ends.
    Output {
        /// Its stream.
        source: Source,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The preflight ended and the command began.
    CommandBegan,
    /// Nothing more is at hand right now: a good moment to write out what was held back.
    Idle,
}

/// Somebody who watches an operation.
pub trait Watch: Send {
    /// Takes note of one thing. Called in order, and the operation waits for it.
    fn see(&mut self, progress: Progress<'_>);

    /// What became of where a task's output goes.
    fn outlet(&self) -> Outlet {
        Outlet::Open
    }
}

/// What became of where a task's output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlet {
    /// It takes what comes.
    Open,
    /// Something could not be written there, such as on a full disk.
    Faulty,
    /// Nobody reads it any more.
    Closed,
}
