//! Progress of an operation for a person: a status line that stays below the log on a terminal,
//! plain lines elsewhere; and the task's own output, untouched.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytesize::ByteSize;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use super::args::Telling;
use super::events::Events;
use super::output::{Output, Paint};
use super::terminal::RawTerminal;
use crate::domain::history::{Estimate, Expected, words};
use crate::domain::log::Source;
use crate::ops::{Behind, Outlet, Progress, Watch};

/// Held-back log lines are written at the latest when there are this many bytes of them.
const HOLD_BYTES: usize = 64 * 1024;

/// What is left of the bake that goes on, from when on: shared with what draws it each second.
#[derive(Clone, Default)]
struct Ahead(Arc<Mutex<Option<(Expected, Instant)>>>);

impl Ahead {
    /// Something else is expected from now on, or nothing.
    fn is(&self, expected: Option<Expected>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = expected.map(|expected| (expected, Instant::now()));
    }

    /// A line begins of which this is expected. The next pass of a loop goes on in the same
    /// statement; and a function that stands further up is of the statement that calls it.
    fn reach(&self, expected: Expected) {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none_or(|(known, _)| known != expected && known.done_ms <= expected.done_ms) {
            self.is(Some(expected));
        }
    }
}

/// What of it is done, in hundredths, and how long the rest takes.
impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((expected, since)) = known else { return Ok(()) };
        let ran_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(percent) = expected.percent(ran_ms) {
            write!(f, " · {percent} %")?;
        }
        expected.rest(ran_ms).map_or(Ok(()), |rest| write!(f, " · {rest}"))
    }
}

/// A person's view of an operation.
pub(super) struct Screen<'a> {
    output: &'a mut Output,
    quiet: bool,
    events: Option<Events>,
    events_take_stdout: bool,
    status: Option<ProgressBar>,
    estimate: Option<Estimate>,
    ahead: Ahead,
    held: Vec<u8>,
    layer: String,
    script: String,
    in_task: Arc<AtomicBool>,
    last_pull: String,
    wants_terminal: bool,
    terminal: Option<RawTerminal>,
}

impl<'a> Screen<'a> {
    /// A view that tells as asked. `in_task` is set when a task has started.
    pub(super) fn new(
        output: &'a mut Output,
        telling: &Telling,
        in_task: Arc<AtomicBool>,
    ) -> Result<Self, String> {
        let events = Events::of(telling)?;
        Ok(Self {
            output,
            quiet: telling.quiet,
            events,
            events_take_stdout: telling.takes_stdout(),
            status: None,
            estimate: None,
            ahead: Ahead::default(),
            held: Vec::new(),
            layer: String::new(),
            script: String::new(),
            in_task,
            last_pull: String::new(),
            wants_terminal: false,
            terminal: None,
        })
    }

    /// Gives the task the terminal, if `wanted`. Only once it has started: before that the keys
    /// are prebake's, and Ctrl-C is to end the bake.
    pub(super) fn on_terminal(mut self, wanted: bool) -> Self {
        self.wants_terminal = wanted;
        self
    }

    /// Ends the view and gives the printer back.
    pub(super) fn finish(mut self, last: Value) -> &'a mut Output {
        self.write_held();
        self.clear_status();
        self.output.flush();
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

    fn warn(&mut self, sentence: &str) {
        let word = self.output.err_paint(Paint::Warn, "warning");
        self.say(&format!("{word}: {sentence}"));
    }

    /// Tells a person at a terminal something that no program needs.
    pub(super) fn tell_person(&mut self, sentence: &str) {
        if !self.quiet && io::stderr().is_terminal() {
            self.say(sentence);
        }
    }

    fn show_status(&mut self, message: String) {
        if self.quiet || !io::stderr().is_terminal() {
            return;
        }
        let bar = self.status.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
            if let Ok(style) = ProgressStyle::with_template("{wide_msg}{ahead} · {elapsed}") {
                let ahead = self.ahead.clone();
                bar.set_style(style.with_key("ahead", move |_: &_, to: &mut dyn fmt::Write| {
                    let _ = write!(to, "{ahead}");
                }));
            }
            bar.enable_steady_tick(Duration::from_secs(1));
            bar
        });
        bar.set_message(message);
    }

    fn clear_status(&mut self) {
        if let Some(bar) = self.status.take() {
            bar.finish_and_clear();
        }
    }

    /// Writes what is held back, above the status line.
    fn write_held(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let held = std::mem::take(&mut self.held);
        let write = || {
            let _ = io::stderr().lock().write_all(&held);
        };
        match &self.status {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn say(&mut self, sentence: &str) {
        self.held.extend_from_slice(sentence.as_bytes());
        self.held.push(b'\n');
        self.write_held();
    }

    fn began(&mut self, progress: &Progress<'_>) {
        let Progress::BakeBegan { layer, position, image, reason, joined, log } = progress else {
            return;
        };
        self.layer = format!("{layer} layer {}/{}", position.0, position.1);
        self.script.clear();
        self.ahead.is(self.estimate.as_ref().map(|estimate| estimate.at("", 0)));
        let verb = if *joined { "joining the bake of" } else { "baking" };
        let verb = self.output.err_paint(Paint::Strong, verb);
        if !self.quiet {
            self.say(&format!("{verb} {} as {image} ({reason})", self.layer));
            if let Some(log) = log {
                self.say(&format!("log: {}", log.display()));
            }
        }
        self.show_status(self.layer.clone());
    }

    fn pulling(&mut self, reference: &str, status: &str, bytes: Option<(u64, u64)>) {
        if self.quiet {
            return;
        }
        if self.last_pull.is_empty() {
            self.say(&format!("pulling {reference}, which the engine does not have"));
        }
        let amount = bytes.map_or_else(String::new, |(done, total)| {
            format!(" {} of {}", ByteSize(done).display().si(), ByteSize(total).display().si())
        });
        // Off a terminal each of the engine's words is told once in a row, not each percent.
        if !io::stderr().is_terminal() && self.last_pull != status && bytes.is_none() {
            self.say(status);
        }
        status.clone_into(&mut self.last_pull);
        self.show_status(format!("pulling {reference}: {status}{amount}"));
    }

    fn stale(&mut self, environment: &str, image: &str, why: &str, behind: &Behind) {
        let then = match behind {
            Behind::Begun => {
                format!("the new one is baked behind it, `prebake build {environment}` joins that")
            }
            Behind::Running => "the new one is being baked".to_owned(),
            Behind::Nothing => format!("`prebake build {environment}` bakes the new one"),
            Behind::Failed(cause) => format!("the new one is not baked: {cause}"),
        };
        let word = self.output.err_paint(Paint::Warn, "stale");
        self.say(&format!("{word}: starting on `{image}`, because {why}; {then}"));
    }

    /// Where the task has the terminal, it does not begin lines at the left by itself.
    fn desktop(&mut self, url: &str, tunnel: Option<&str>) {
        let end = if self.terminal.is_some() { "\r" } else { "" };
        if let Some(command) = tunnel {
            self.say(&format!("first, on your own machine: {command}{end}"));
        }
        let word = self.output.err_paint(Paint::Good, "desktop");
        self.say(&format!("{word}: {url}{end}"));
    }

    fn task_output(&mut self, source: Source, bytes: &[u8]) {
        self.clear_status();
        self.write_held();
        match source {
            Source::Stdout if !self.events_take_stdout => self.output.piece(bytes),
            Source::Stdout => {}
            Source::Stderr => {
                let _ = io::stderr().lock().write_all(bytes);
            }
        }
    }
}

impl Watch for Screen<'_> {
    fn see(&mut self, progress: Progress<'_>) {
        if let Some(events) = &mut self.events {
            events.write(&progress);
            self.tell_lost_events();
        }
        match progress {
            Progress::Pulling { reference, status, bytes } => {
                self.pulling(reference, status, bytes);
            }
            Progress::Estimated(estimate) => self.estimate = Some(estimate.clone()),
            Progress::BakeBegan { .. } => self.began(&progress),
            Progress::Script { name } => {
                name.clone_into(&mut self.script);
                let message = format!("{} · {name}", self.layer);
                if !self.in_task.load(Ordering::Relaxed) {
                    self.show_status(message);
                }
            }
            Progress::Statement { line, .. } => {
                if let Some(estimate) = &self.estimate {
                    self.ahead.reach(estimate.at(&self.script, line));
                }
                let message = format!("{} · {} line {line}", self.layer, self.script);
                self.show_status(message);
            }
            Progress::Line { bytes, .. } => {
                if !self.quiet {
                    self.held.extend_from_slice(bytes);
                    self.held.push(b'\n');
                    if self.held.len() >= HOLD_BYTES {
                        self.write_held();
                    }
                }
            }
            Progress::Committing => {
                self.write_held();
                self.ahead.is(self.estimate.as_ref().and_then(Estimate::committing));
                let message = format!("{} · making the image", self.layer);
                self.show_status(message);
            }
            Progress::Baked { layer, duration_ms, how, .. } => {
                self.estimate = None;
                self.ahead.is(None);
                self.clear_status();
                if !self.quiet {
                    let word = self.output.err_paint(Paint::Good, how);
                    let took = words::scripts(duration_ms).map(|took| format!(" ({took})"));
                    let took = took.unwrap_or_default();
                    self.say(&format!("{word} the {layer} layer{took}"));
                }
            }
            Progress::Stale { environment, image, why, behind } => {
                self.stale(environment, image, why, behind);
            }
            Progress::Warning(sentence) => self.warn(sentence),
            Progress::TaskStarted { degraded, .. } => {
                self.clear_status();
                self.write_held();
                self.in_task.store(true, Ordering::Relaxed);
                if let Some(reason) = degraded {
                    let word = self.output.err_paint(Paint::Warn, "degraded");
                    self.say(&format!("{word}: {reason}"));
                }
                self.terminal = self.wants_terminal.then(RawTerminal::take);
            }
            Progress::DesktopReady { url, tunnel } => self.desktop(url, tunnel),
            Progress::DesktopPending { id } => self.say(&format!(
                "the desktop is not ready yet; `prebake desktop open {id}` tells its URL when it is"
            )),
            Progress::Output { source, bytes } => self.task_output(source, bytes),
            Progress::CommandBegan => {}
            Progress::Idle => {
                self.write_held();
                self.output.flush();
            }
        }
    }

    fn outlet(&self) -> Outlet {
        self.output.outlet()
    }
}
