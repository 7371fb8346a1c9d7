//! Bakes as the screen shows them: those that were begun here, and those that were found running.

use std::collections::HashMap;

use super::log::LogId;
use super::moment::Moment;
use super::tasks::Request;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::history::{Expected, Rest};
use crate::domain::layer::LayerKind;

/// A bake that was begun or found here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// What bakes want done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEffect {
    /// Bake what is missing of an environment, or all of it.
    Build {
        /// The number of the bake.
        job: JobId,
        /// The environment.
        id: EnvironmentId,
        /// Whether all of it.
        anew: bool,
    },
    /// Start a command in an environment, baking first what is missing.
    Run {
        /// The number of the start.
        job: JobId,
        /// The environment.
        id: EnvironmentId,
        /// What is to be run.
        request: Request,
    },
    /// Follow a bake that runs in the engine, and finish it if nobody else does.
    Follow {
        /// The number of the bake.
        job: JobId,
        /// Its container.
        container: String,
    },
    /// Stop a bake and remove its container.
    Cancel(JobId),
    /// Find the bakes that are in the engine; the number is told with them.
    Look(u64),
    /// See these through without the screen.
    Leave(Vec<EnvironmentId>),
}

/// What is heard of bakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEvent {
    /// How far one is.
    Told(JobId, Stand),
    /// One ended.
    Ended(JobId, Outcome),
    /// The bakes that are in the engine, and the number of the question.
    Found(u64, Vec<Found>),
}

/// How far a bake is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// What goes on.
    pub phase: Phase,
    /// The layer, its position from 1, and how many there are.
    pub layer: Option<(LayerKind, usize, usize)>,
    /// When the layer's bake began.
    pub since: Option<Moment>,
    /// How long it will take, by what was measured before; none: nothing was.
    pub expected: Option<Expected>,
    /// When what runs of it began.
    pub reached: Moment,
    /// The script that runs, as a person says it.
    pub script: String,
    /// Its line, from 1.
    pub line: Option<u32>,
}

/// What goes on in a bake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// It is found out what is to be baked.
    #[default]
    Preparing,
    /// The base image is pulled, so many hundredths of it.
    Pulling(Option<u8>),
    /// Scripts run.
    Running,
    /// The image is made.
    Committing,
}

/// How a bake ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is there; whether something was baked for it.
    Done(bool),
    /// A task was started; why it is degraded, if it is.
    Started {
        /// Its id.
        task: String,
        /// Why it is degraded.
        degraded: Option<String>,
    },
    /// A script failed.
    Failed(Failure),
    /// It had ended before anything of it was seen.
    Missed,
    /// It was cancelled; the proof, as a sentence.
    Cancelled(String),
    /// The engine cannot be asked any more; the bake may go on there.
    Lost(String),
    /// It could not be done; a sentence.
    Refused(String),
}

/// Where a bake failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which of the person's scripts, if it is one.
    pub stage: Option<Stage>,
    /// Its line, from 1.
    pub line: Option<u32>,
    /// What happened, as a sentence.
    pub sentence: String,
}

/// A bake in the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its container.
    pub container: String,
    /// The environment.
    pub environment: EnvironmentId,
    /// Where it failed, if its container is kept for that; else it goes on.
    pub failure: Option<Failure>,
}

/// What a job is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A build that waits until fewer go on; whether it is one of all layers.
    Waiting(bool),
    /// A build that goes on.
    Build,
    /// A task start, or a bake that somebody else began: neither waits for a build.
    Other,
}

/// A bake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its environment.
    pub environment: EnvironmentId,
    /// What it is here for.
    pub part: Part,
    /// When it was begun or found.
    pub begun: Moment,
    /// How far it is.
    pub stand: Stand,
    /// Whether it is being cancelled.
    pub is_cancelling: bool,
    /// Whether the engine went away; it is looked for when that is back.
    pub is_lost: bool,
}

/// The bakes.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    next: u64,
    /// Counts beginnings and ends: what was found before one of them says nothing any more.
    turn: u64,
    running: Vec<Job>,
    /// Where the last bake of an environment failed.
    failures: HashMap<EnvironmentId, Failure>,
}

impl Jobs {
    /// Begins one that does not wait.
    pub fn begin(&mut self, environment: EnvironmentId, now: Moment) -> JobId {
        self.add(environment, Part::Other, now)
    }

    /// Has a build wait for its turn, `anew` or only what is missing.
    pub fn queue(&mut self, environment: EnvironmentId, anew: bool, now: Moment) -> JobId {
        self.add(environment, Part::Waiting(anew), now)
    }

    /// Begins the first build that waits, unless `limit` go on.
    pub fn next(&mut self, limit: u8, now: Moment) -> Option<JobEffect> {
        let going_on = self.running.iter().filter(|job| job.part == Part::Build).count();
        if going_on >= usize::from(limit) {
            return None;
        }
        self.running.iter_mut().find_map(|job| {
            let Part::Waiting(anew) = job.part else { return None };
            (job.part, job.begun) = (Part::Build, now);
            Some(JobEffect::Build { job: job.id, id: job.environment.clone(), anew })
        })
    }

    /// Those that wait, in their order.
    pub fn waiting(&self) -> impl Iterator<Item = &Job> {
        self.running.iter().filter(|job| job.is_waiting())
    }

    /// The place of an environment among those that wait, from 1; none: it does not.
    #[must_use]
    pub fn place(&self, environment: &EnvironmentId) -> Option<usize> {
        self.waiting().position(|job| job.environment == *environment).map(|at| at + 1)
    }

    /// Moves an environment that waits so many places further down; nothing happens where there is
    /// no such place.
    pub fn shift(&mut self, environment: &EnvironmentId, by: isize) {
        let all = self.running.iter().enumerate().filter(|(_, job)| job.is_waiting());
        let places: Vec<usize> = all.map(|(at, _)| at).collect();
        let here = self.place(environment).map(|place| place - 1);
        let there = here.and_then(|here| here.checked_add_signed(by));
        if let (Some(here), Some(there)) = (here, there)
            && there < places.len()
        {
            self.running.swap(places[here], places[there]);
        }
    }

    fn add(&mut self, environment: EnvironmentId, part: Part, now: Moment) -> JobId {
        self.next += 1;
        self.turn += 1;
        let id = JobId(self.next);
        self.failures.remove(&environment);
        self.running.push(Job {
            id,
            environment,
            part,
            begun: now,
            stand: Stand::default(),
            is_cancelling: false,
            is_lost: false,
        });
        id
    }

    /// Asks which bakes are in the engine.
    #[must_use]
    pub fn look(&self) -> JobEffect {
        JobEffect::Look(self.turn)
    }

    /// Those that go on or wait for it.
    #[must_use]
    pub fn running(&self) -> &[Job] {
        &self.running
    }

    /// The one of an environment that goes on.
    #[must_use]
    pub fn of(&self, environment: &EnvironmentId) -> Option<&Job> {
        self.running.iter().find(|job| job.environment == *environment)
    }

    /// The one with this number, if it goes on.
    pub fn job_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.running.iter_mut().find(|job| job.id == id)
    }

    /// Ends one.
    pub fn end(&mut self, id: JobId) -> Option<Job> {
        let at = self.running.iter().position(|job| job.id == id)?;
        self.turn += 1;
        Some(self.running.remove(at))
    }

    /// Where the last bake of an environment failed.
    #[must_use]
    pub fn failure(&self, environment: &EnvironmentId) -> Option<&Failure> {
        self.failures.get(environment)
    }

    /// Takes note of where a bake failed; none: it did not.
    pub fn set_failure(&mut self, environment: EnvironmentId, failure: Option<Failure>) {
        match failure {
            Some(failure) => drop(self.failures.insert(environment, failure)),
            None => drop(self.failures.remove(&environment)),
        }
    }
}

impl Job {
    /// Whether it waits for its turn.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.part, Part::Waiting(_))
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> LogId {
        LogId::Bake(self.id)
    }

    /// How much of it is done, in hundredths, if an earlier bake of the layer tells.
    #[must_use]
    pub fn percent(&self, now: Moment) -> Option<u64> {
        match (&self.stand.phase, self.stand.expected) {
            (Phase::Pulling(percent), _) => percent.map(u64::from),
            (Phase::Running, Some(expected)) => expected.percent(now.since(self.stand.reached)),
            _ => None,
        }
    }

    /// How long it will still take, if an earlier bake tells.
    #[must_use]
    pub fn rest(&self, now: Moment) -> Option<Rest> {
        self.stand.expected?.rest(now.since(self.stand.reached))
    }
}
