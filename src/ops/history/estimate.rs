//! What a bake will take, and what each statement of a script took the last time, from the bakes
//! in the history and the copies of their scripts.

use bytesize::ByteSize;

use super::compare::with_texts;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::history::entry::{BakeTimes, Phases};
use crate::domain::history::estimate::{self, Earlier};
use crate::domain::history::statement::StatementTime;
use crate::domain::history::words::clock;
use crate::domain::history::{Detail, Entry, Estimate};
use crate::domain::layer::stack::{CACHED_PREFLIGHT, RUN_PREFLIGHT};
use crate::domain::layer::{Layer, LayerKind, LayerScript, Plan};
use crate::store::{Folders, History, StoreError};

/// How many earlier bakes are looked at.
const BAKES: usize = 8;

/// What the bake of a layer will take; none: nothing of it was ever measured here.
pub fn estimate(
    folders: &Folders,
    environment: &EnvironmentId,
    layer: &Layer,
) -> Result<Option<Estimate>, StoreError> {
    let Some(history) = History::open_to_read(folders)? else { return Ok(None) };
    // A desktop is everybody's.
    let own = (layer.kind == LayerKind::Environment).then_some(environment.as_str());
    let bakes = history.bakes(own, layer.kind, BAKES)?;
    let earlier: Vec<Earlier> =
        bakes.into_iter().map(|(entry, detail)| earlier(folders, &entry, &detail)).collect();
    Ok(estimate::estimate(&layer.scripts, &earlier))
}

/// What all bakes of a plan will take together; none: nothing is to be baked, or of one layer
/// nothing was ever measured.
pub fn estimate_plan(
    folders: &Folders,
    environment: &EnvironmentId,
    plan: &Plan,
) -> Result<Option<Estimate>, StoreError> {
    let mut all: Option<Estimate> = None;
    for step in plan.steps.iter().filter(|step| step.needs_bake()) {
        let Some(one) = estimate(folders, environment, step.layer())? else { return Ok(None) };
        all = Some(match all {
            None => one,
            Some(all) => all.and(one),
        });
    }
    Ok(all)
}

fn earlier(folders: &Folders, entry: &Entry, detail: &Detail) -> Earlier {
    let commit_ms = match &detail.phases {
        Phases::Bake(BakeTimes { commit_ms, .. }) => *commit_ms,
        Phases::Start(_) => None,
    };
    let scripts = with_texts(folders, &detail.scripts);
    Earlier { scripts, commit_ms, layer_bytes: entry.layer_bytes }
}

/// How long each statement of a person's script took the last time it ran: of the cached
/// preflight in a bake, of either at the start of a task. `text` is the script as it is now, saved
/// or not.
pub fn statement_times(
    folders: &Folders,
    environment: &EnvironmentId,
    stage: Stage,
    text: &str,
) -> Result<Vec<StatementTime>, StoreError> {
    let Some(history) = History::open_to_read(folders)? else { return Ok(Vec::new()) };
    let own = Some(environment.as_str());
    let mut told = history.starts(own, BAKES)?;
    let name = match stage {
        Stage::Cached => CACHED_PREFLIGHT,
        Stage::Run => RUN_PREFLIGHT,
    };
    if stage == Stage::Cached {
        told.extend(history.bakes(own, LayerKind::Environment, BAKES)?);
        told.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.number));
    }
    let earlier: Vec<Earlier> =
        told.iter().map(|(entry, detail)| earlier(folders, entry, detail)).collect();
    Ok(estimate::expect(&LayerScript::new(name, text.to_owned()), &earlier).statements)
}

impl Estimate {
    /// In words: `about 1:40, 410 MB`.
    #[must_use]
    pub fn words(&self) -> String {
        // Less than a second is not nothing.
        let time = clock(self.ms.max(1000.0));
        let size = self.bytes.map(|bytes| ByteSize(bytes).display().si().to_string());
        match (self.unmeasured, size) {
            (0, Some(size)) => format!("about {time}, {size}"),
            (0, None) => format!("about {time}"),
            (1, _) => format!("about {time} and what 1 new statement takes"),
            (new, _) => format!("about {time} and what {new} new statements take"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::digest::Digest;
    use crate::domain::history::{Kind, LineTime, Outcome, ScriptTimes};
    use crate::domain::task::Timings;
    use crate::store::scripts::Scripts;

    const BAKED: &str = "one\ntwo\n";
    const STARTED: &str = "three\nfour\n";

    fn entry(kind: Kind) -> Entry {
        Entry {
            number: 0,
            kind,
            name: "n".to_owned(),
            environment: "web".to_owned(),
            began: Timestamp::UNIX_EPOCH,
            outcome: Outcome::Baked,
            layer: (kind == Kind::Bake).then_some(LayerKind::Environment),
            keys: Vec::new(),
            stages: String::new(),
            image: String::new(),
            bytes: None,
            layer_bytes: None,
            why: None,
            exit_code: None,
            line: None,
            took_ms: None,
            scripts_ms: None,
            cold_ms: None,
            saved_ms: None,
            log: false,
        }
    }

    /// A script of two lines that took `ms` each.
    fn times(script: &str, text: &str, ms: f64) -> ScriptTimes {
        let lines = [1, 2].map(|line| LineTime { line, ms, log_line: None }).to_vec();
        let sha256 = Some(Digest::of(text).full().to_owned());
        ScriptTimes { script: script.to_owned(), sha256, lines, stopped_at: None }
    }

    /// A history with a bake, whose script is kept, and a start, whose script is not.
    fn folders(place: &tempfile::TempDir) -> Folders {
        let folders = Folders::new("unused", place.path().join("state"));
        let mut history = History::open(&folders).unwrap();
        let bake = BakeTimes { commit_ms: Some(100.0), ..BakeTimes::default() };
        for (kind, phases, script) in [
            (Kind::Bake, Phases::Bake(bake), times(CACHED_PREFLIGHT, BAKED, 5.0)),
            (Kind::Start, Phases::Start(Timings::default()), times(RUN_PREFLIGHT, STARTED, 7.0)),
        ] {
            let detail = Detail { phases, scripts: vec![script], ..Detail::default() };
            history.record(&entry(kind), &detail).unwrap();
        }
        Scripts::new(folders.clone()).remember(BAKED.as_bytes()).unwrap();
        folders
    }

    #[test]
    fn statements_of_a_person_have_the_times_of_the_last_bake_or_start() {
        let place = tempfile::tempdir().unwrap();
        let folders = folders(&place);
        let (cached, run) = (Stage::Cached, Stage::Run);
        for (environment, stage, text, expected) in [
            ("web", cached, BAKED, &[Some(5.0), Some(5.0)][..]),
            ("web", cached, "new\ntwo\n", &[None, Some(5.0)]),
            ("web", run, STARTED, &[Some(7.0), Some(7.0)]),
            // Its text is kept nowhere, so that only the same one is known.
            ("web", run, "three\n", &[None]),
            ("api", cached, BAKED, &[None, None]),
        ] {
            let id = EnvironmentId::parse(environment).unwrap();
            let told = statement_times(&folders, &id, stage, text).unwrap();
            let told: Vec<_> = told.iter().map(|it| it.ms).collect();
            assert_eq!(told, expected, "{environment} {stage:?} {text:?}");
        }
        let none = Folders::new("unused", place.path().join("none"));
        let id = EnvironmentId::parse("web").unwrap();
        assert!(statement_times(&none, &id, cached, BAKED).unwrap().is_empty());
    }

    #[test]
    fn an_estimate_is_told_with_what_it_lacks() {
        let told = |ms, unmeasured, bytes| {
            Estimate { ms, statements: 9, unmeasured, bytes, scripts: Vec::new() }.words()
        };
        for (words, expected) in [
            (told(100_000.0, 0, Some(410_000_000)), "about 1:40, 410.0 MB"),
            (told(4_000.0, 0, None), "about 0:04"),
            (told(4_000.0, 1, Some(9)), "about 0:04 and what 1 new statement takes"),
            (told(4_000.0, 2, None), "about 0:04 and what 2 new statements take"),
        ] {
            assert_eq!(words, expected);
        }
    }
}
