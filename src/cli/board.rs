//! Progress of several builds for a person: every line begins with its environment, as nothing else
//! tells them apart; and the events of all of them in one stream.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::args::Telling;
use super::events::Events;
use super::output::{Output, Paint};
use crate::domain::environment::EnvironmentId;
use crate::domain::history::words;
use crate::ops::bake::Ensured;
use crate::ops::queue::{Board as Watched, Stopped};
use crate::ops::{OpError, Progress};

/// Held-back lines are written at the latest when there are this many bytes of them.
const HOLD_BYTES: usize = 64 * 1024;

/// A person's view of several builds.
pub(super) struct Board<'a> {
    output: &'a mut Output,
    quiet: bool,
    events: Option<Events>,
    takes_stdout: bool,
    held: Vec<u8>,
    /// What the engine said last of each pull.
    pulls: HashMap<EnvironmentId, String>,
    /// Set while nothing is built and Ctrl-C ends no bake.
    idle: Arc<AtomicBool>,
    is_idle_told: bool,
}

impl<'a> Board<'a> {
    pub(super) fn new(
        output: &'a mut Output,
        telling: &Telling,
        idle: Arc<AtomicBool>,
    ) -> Result<Self, String> {
        Ok(Self {
            output,
            quiet: telling.quiet,
            events: Events::of(telling)?,
            takes_stdout: telling.takes_stdout(),
            held: Vec::new(),
            pulls: HashMap::new(),
            idle,
            is_idle_told: false,
        })
    }

    /// Ends the view and gives the printer back.
    pub(super) fn finish(mut self, last: Value) -> &'a mut Output {
        self.write_held();
        if let Some(events) = &mut self.events {
            events.end(last);
        }
        self.tell_lost_events();
        self.output
    }

    fn tell_lost_events(&mut self) {
        if let Some(events) = &mut self.events
            && let Some(sentence) = events.fault(self.output)
        {
            self.warn(&sentence);
        }
    }

    fn write_held(&mut self) {
        if !self.held.is_empty() {
            let _ = io::stderr().lock().write_all(&self.held);
            self.held.clear();
        }
    }

    fn hold(&mut self, id: &EnvironmentId, line: &[u8]) {
        let id = self.output.err_paint(Paint::Faint, id.as_str());
        self.held.extend_from_slice(id.as_bytes());
        self.held.extend_from_slice(b" | ");
        self.held.extend_from_slice(line);
        self.held.push(b'\n');
        if self.held.len() >= HOLD_BYTES {
            self.write_held();
        }
    }

    fn say(&mut self, id: &EnvironmentId, sentence: &str) {
        self.hold(id, sentence.as_bytes());
        self.write_held();
    }
}

impl Watched for Board<'_> {
    fn see(&mut self, id: &EnvironmentId, progress: Progress<'_>) {
        if let Some(events) = &mut self.events {
            events.write_of(Some(id), &progress);
            self.tell_lost_events();
        }
        match progress {
            Progress::Idle => self.write_held(),
            Progress::Warning(sentence) => {
                let word = self.output.err_paint(Paint::Warn, "warning");
                self.say(id, &format!("{word}: {sentence}"));
            }
            _ if self.quiet => {}
            Progress::Pulling { reference, status, bytes: None } => {
                let last = self.pulls.insert(id.clone(), status.to_owned());
                if last.as_deref() != Some(status) {
                    self.say(id, &format!("pulling {reference}: {status}"));
                }
            }
            Progress::BakeBegan { layer, position, image, reason, joined, log } => {
                let verb = if joined { "joining the bake of" } else { "baking" };
                let verb = self.output.err_paint(Paint::Strong, verb);
                let (at, of) = position;
                self.say(id, &format!("{verb} {layer} layer {at}/{of} as {image} ({reason})"));
                if let Some(log) = log {
                    self.say(id, &format!("log: {}", log.display()));
                }
            }
            Progress::Line { bytes, .. } => self.hold(id, bytes),
            Progress::Baked { layer, duration_ms, how, .. } => {
                let word = self.output.err_paint(Paint::Good, how);
                let took = words::scripts(duration_ms).map(|took| format!(" ({took})"));
                let took = took.unwrap_or_default();
                self.say(id, &format!("{word} the {layer} layer{took}"));
            }
            _ => {}
        }
    }

    fn ended(&mut self, id: &EnvironmentId, ended: &Result<Ensured, OpError>) {
        let (image, error) = match ended {
            Ok(Ensured { failure: None, name, .. }) => (Some(name), None),
            Ok(Ensured { failure: Some(error), .. }) | Err(error) => (None, Some(error)),
        };
        if let Some(events) = &mut self.events {
            let error = error.map(ToString::to_string);
            events.end(json!({
                "event": "build_ended", "environment": id, "image": image, "error": error,
            }));
        }
        match (image, error) {
            (_, Some(error)) if error.is_ended_early() => self.say(id, &error.to_string()),
            (_, Some(error)) => {
                let word = self.output.err_paint(Paint::Bad, "error");
                self.say(id, &format!("{word}: {error}"));
            }
            (Some(image), None) if !self.takes_stdout => {
                self.write_held();
                self.output.line(format!("{id}\t{image}"));
            }
            _ => {}
        }
    }

    fn stopped(&mut self, id: &EnvironmentId, why: Stopped) {
        if !self.quiet {
            self.say(
                id,
                match why {
                    Stopped::Saved => {
                        "saved meanwhile: this bake is stopped, and begun again with what was saved"
                    }
                    Stopped::Bereft => {
                        "the bake that it had joined was stopped, as its environment changed: it is begun again"
                    }
                    Stopped::Gone => {
                        "removed, or nothing of it is baked any more: this bake is stopped"
                    }
                },
            );
        }
    }

    fn idle(&mut self, is_idle: bool) {
        self.idle.store(is_idle, Ordering::Relaxed);
        if is_idle && !self.is_idle_told && !self.quiet {
            self.output.note("all is built; waiting for an environment to be saved, Ctrl-C ends");
        }
        self.is_idle_told = is_idle;
    }

    fn warn(&mut self, sentence: &str) {
        self.write_held();
        self.output.warning(sentence);
    }
}
