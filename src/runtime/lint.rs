//! Findings for the screen: of what is typed, how long its statements took, then what this
//! program's own rules find first, where a script is long, then the linter for any bash, and then
//! an installed `ShellCheck`, which takes its time; of all files, how many there are.

use tokio::task::{JoinHandle, spawn_blocking};

use super::Outbox;
use crate::app::domain::environment::{Environment, Stage};
use crate::app::domain::lint::{Context, Diagnostic, Findings, Reading, Severity, lint};
use crate::app::event::Event;
use crate::app::scripts::{ScriptsEffect, ScriptsEvent};
use crate::ops::Folders;
use crate::ops::history::estimate::statement_times;
use crate::ops::shellcheck::{find, shellcheck};

/// The longest script, in bytes, of which all findings are told at once. Of a longer one those of
/// this program's own rules are told first: what they find is there before the linter for any bash
/// has read the script, and what is told twice would flicker.
const SHORT: usize = 8 * 1024;

/// What looks for findings.
pub(super) struct Linter {
    folders: Folders,
    outbox: Outbox,
    /// The last work on the script of each stage. A newer one ends it: its answer is of no use.
    working: [Option<JoinHandle<()>>; 2],
}

impl Linter {
    pub(super) fn new(folders: Folders, outbox: Outbox) -> Self {
        Self { folders, outbox, working: [None, None] }
    }

    /// Looks for the findings that the screen asks for.
    pub(super) fn perform(&mut self, effect: ScriptsEffect) {
        let outbox = self.outbox.clone();
        match effect {
            ScriptsEffect::Lint { id, stage, revision, text, context } => {
                let folders = self.folders.clone();
                let environment = id.clone();
                let timed = {
                    let id = id.clone();
                    move |times| Event::Scripts(ScriptsEvent::Timed { id, stage, revision, times })
                };
                let known = move |text: &str, context: Context| {
                    // A history that cannot be read is as good as none.
                    let times = statement_times(&folders, &environment, stage, text);
                    let times = times.unwrap_or_default();
                    let context = context.measured(&times);
                    (context, timed(times))
                };
                let tell = move |findings| {
                    let id = id.clone();
                    Event::Scripts(ScriptsEvent::Linted { id, stage, revision, findings })
                };
                let work = tokio::spawn(work(outbox, stage, text, context, known, tell));
                let slot = &mut self.working[usize::from(stage == Stage::Run)];
                if let Some(before) = slot.replace(work) {
                    before.abort();
                }
            }
            ScriptsEffect::Count(files) => {
                // On a thread of its own, one file after the other: it is not waited for.
                spawn_blocking(move || {
                    let counts = files.into_iter().map(|file| {
                        let count = count(&file.environment);
                        (file.id, file.revision, count)
                    });
                    let counts = ScriptsEvent::Counts(counts.collect());
                    outbox.tell_blocking(Event::Scripts(counts));
                });
            }
            // Not for the linter.
            _ => {}
        }
    }
}

async fn work(
    outbox: Outbox,
    stage: Stage,
    text: String,
    context: Context,
    known: impl FnOnce(&str, Context) -> (Context, Event) + Send + 'static,
    tell: impl Fn(Vec<Diagnostic>) -> Event,
) {
    let is_long = text.len() > SHORT;
    let first = {
        let (text, outbox) = (text.clone(), outbox.clone());
        let find = move || {
            let (context, times) = known(&text, context);
            outbox.tell_blocking(times);
            let reading = Reading::of(&text);
            let own = reading.of_stage(stage, &context).and(reading.unquoted());
            let found = if is_long { own } else { own.and(reading.shell()) };
            (reading.told(found.clone()), found, reading)
        };
        spawn_blocking(find).await
    };
    let Ok((told, mut found, mut reading)) = first else { return };
    outbox.tell(tell(told)).await;
    if is_long {
        let all = spawn_blocking(move || {
            let found = found.and(reading.shell());
            (reading.told(found.clone()), found, reading)
        });
        let Ok(all) = all.await else { return };
        outbox.tell(tell(all.0)).await;
        (found, reading) = (all.1, all.2);
    }
    let Some(program) = find() else { return };
    let others = shellcheck(program, &text).await;
    if others.is_empty() {
        return;
    }
    let others = Findings { others, ..Findings::default() };
    if let Ok(told) = spawn_blocking(move || reading.told(found.and(others))).await {
        outbox.tell(tell(told)).await;
    }
}

/// The warnings and errors in both scripts of an environment.
fn count(environment: &Environment) -> usize {
    let count = |stage: Stage| {
        let text = match stage {
            Stage::Cached => environment.script(stage),
            Stage::Run => environment.run_stage(),
        };
        let found = lint(stage, text, &Context::of(environment, stage));
        found.iter().filter(|it| it.severity > Severity::Hint).count()
    };
    count(Stage::Cached) + count(Stage::Run)
}
