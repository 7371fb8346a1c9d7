//! The doctor: whether the main job, baking and starting tasks, can run here, and what stands
//! in its way.
//!
//! Every check is looked at, whatever the one before said: [`engine`] asks the engine, [`files`]
//! looks at what is on this machine. Nothing is changed, pulled or baked.

mod engine;
mod files;

use std::fmt::Display;

use serde::Serialize;

use crate::engine::{Disk, Engine, EngineFacts, HostSource, Limits, Outcome, Surroundings};
use crate::store::Folders;

/// What was found; the document of `prebake doctor --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether the main job can run: no check failed.
    pub ok: bool,
    /// The engine that answered.
    pub engine: Option<EngineReport>,
    /// Every place where an engine was looked for, in that order.
    pub attempts: Vec<Tried>,
    /// What was looked at.
    pub checks: Vec<Check>,
}

/// The engine that answered.
#[derive(Clone, Debug, Serialize)]
pub struct EngineReport {
    /// Its address.
    pub host: String,
    /// Who named that address.
    pub source: HostSource,
    /// What it is like.
    #[serde(flatten)]
    pub facts: EngineFacts,
}

/// A place where an engine was looked for.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The address, or the context's name.
    pub host: String,
    /// Who named it.
    pub source: HostSource,
    /// `answered`, `absent` or `failed`.
    pub outcome: &'static str,
    /// Why it failed.
    pub error: Option<String>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// The main job runs, but not as well as it could.
    Warning,
    /// The main job cannot run.
    Failed,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it is about.
    pub name: &'static str,
    /// How it ended.
    pub state: State,
    /// What was found, one sentence.
    pub text: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Check {
    fn ok(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, state: State::Ok, text: text.into(), fix: None }
    }

    fn warning(name: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, state: State::Warning, text: text.into(), fix: Some(fix.into()) }
    }

    fn failed(name: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, state: State::Failed, text: text.into(), fix: Some(fix.into()) }
    }

    /// From an error, whose sentence ends with what to do.
    fn of_error(name: &'static str, state: State, error: &impl Display) -> Self {
        let sentence = error.to_string();
        let (text, fix) = match sentence.rsplit_once("; ") {
            Some((text, fix)) => (text.to_owned(), Some(fix.to_owned())),
            None => (sentence, None),
        };
        Self { name, state, text, fix }
    }
}

/// Looks at everything. `host` is `--host`.
pub async fn examine(host: Option<&str>, folders: &Folders) -> Report {
    let around = &Surroundings::from_env();
    // A doctor who waits a minute for each answer of a hanging engine helps nobody.
    let limits = Limits { call: std::time::Duration::from_secs(10), ..Limits::default() };
    let probe = Engine::probe_within(host, around, limits).await;
    let attempts: Vec<Tried> = probe
        .attempts
        .iter()
        .map(|attempt| Tried {
            host: attempt.host.clone(),
            source: attempt.source,
            outcome: match &attempt.outcome {
                Outcome::Answered(_) => "answered",
                Outcome::Absent => "absent",
                Outcome::Failed(_) => "failed",
            },
            error: match &attempt.outcome {
                Outcome::Failed(error) => Some(error.to_string()),
                Outcome::Answered(_) | Outcome::Absent => None,
            },
        })
        .collect();
    let mut checks = Vec::new();
    let engine = engine::check(probe, folders, &mut checks).await;
    checks.extend(context(host, around));
    checks.extend(files::ssh(&attempts, around));
    files::check(folders, &mut checks).await;
    let ok = checks.iter().all(|check| check.state != State::Failed);
    Report { ok, engine, attempts, checks }
}

/// Which docker context decides, or would.
fn context(host: Option<&str>, around: &Surroundings) -> Option<Check> {
    let name = around.context()?;
    let name = name.escape_debug();
    let text = match (host, &around.docker_host) {
        (Some(_), _) => format!("`{name}`, not used because of --host"),
        (None, Some(_)) => format!("`{name}`, not used because DOCKER_HOST is set"),
        (None, None) if around.docker_context.is_some() => format!("`{name}`, by DOCKER_CONTEXT"),
        (None, None) => format!("`{name}`, docker's current one"),
    };
    Some(Check::ok("docker context", text))
}

/// Below this a bake may well fail.
const LITTLE_BYTES: u64 = 5_000_000_000;

/// Below this share, too: file systems get slow, and engines keep several copies.
const LITTLE_PERCENT: u64 = 5;

/// The room of a file system; `of` says whose.
fn room(name: &'static str, of: &str, disk: Disk, fix: &str) -> Check {
    let shown = |bytes| bytesize::ByteSize(bytes).display().si().to_string();
    let percent = disk.free.saturating_mul(100) / disk.total.max(1);
    let text = format!("{} of {} free for {of} ({percent} %)", shown(disk.free), shown(disk.total));
    if disk.free < LITTLE_BYTES || percent < LITTLE_PERCENT {
        Check::warning(name, text, fix)
    } else {
        Check::ok(name, text)
    }
}

/// Names in a row, shortened: `a`, `b` and 7 more.
fn some<T: Display>(names: &[T]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_is_warned_about() {
        const GB: u64 = 1_000_000_000;
        for (total, free, expected) in [
            (100 * GB, 50 * GB, State::Ok),
            (100 * GB, 5 * GB, State::Ok),
            (100 * GB, 5 * GB - 1, State::Warning),
            (1_000 * GB, 49 * GB, State::Warning),
            (0, 0, State::Warning),
        ] {
            let check = room("disk", "x", Disk { total, free }, "fix");
            assert_eq!(check.state, expected, "{check:?}");
        }
    }

    #[test]
    fn the_end_of_a_sentence_is_the_fix() {
        let check = Check::of_error("x", State::Failed, &"cannot a: b; c; do d");
        assert_eq!((check.text.as_str(), check.fix.as_deref()), ("cannot a: b; c", Some("do d")));
        assert_eq!(Check::of_error("x", State::Failed, &"cannot a").fix, None);
    }

    #[test]
    fn the_context_says_whether_it_decides() {
        let mut around =
            Surroundings { docker_context: Some("far".into()), ..Surroundings::default() };
        let text = |host, around: &Surroundings| context(host, around).map(|check| check.text);
        assert_eq!(text(None, &around).unwrap(), "`far`, by DOCKER_CONTEXT");
        assert!(text(Some("x"), &around).unwrap().contains("--host"));
        around.docker_host = Some("unix:///x".into());
        assert!(text(None, &around).unwrap().contains("DOCKER_HOST"));
        around.docker_context = Some("default".into());
        assert_eq!(text(None, &around), None);
    }

    #[test]
    fn names_in_a_row_are_shortened() {
        assert_eq!(some(&["a", "b"]), "`a`, `b`");
        assert_eq!(some(&["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }
}
