//! What the engine says: who answered, what it is like, and what of ours it holds.

use indexmap::IndexMap;

use super::{Check, EngineReport, State, room, some};
use crate::domain::layer::labels;
use crate::engine::{self, ContainerFacts, Engine, EngineError, EngineFacts, Probe};
use crate::store::{Environments, Folders};

/// Looks at the engine, if one answered.
pub(super) async fn check(
    probe: Probe,
    folders: &Folders,
    checks: &mut Vec<Check>,
) -> Option<EngineReport> {
    let engine = match probe.into_engine() {
        Ok(engine) => engine,
        Err(error) => {
            checks.push(Check::of_error("engine", State::Failed, &error));
            return None;
        }
    };
    let facts = match engine.facts().await {
        Ok(facts) => facts,
        Err(error) => {
            checks.push(Check::failed(
                "engine",
                format!("`{}` answers, but says no more: {error}", engine.host()),
                "look at the engine's log, and at what stands between it and prebake",
            ));
            return None;
        }
    };
    describe(&engine, &facts, checks);
    for check in [bases(&engine, folders).await, ours(&engine).await] {
        match check {
            Ok(found) => checks.extend(found),
            Err(error) => checks.push(Check::of_error("engine", State::Failed, &error)),
        }
    }
    let (host, source) = (engine.host().to_string(), engine.source());
    Some(EngineReport { host, source, facts })
}

fn describe(engine: &Engine, facts: &EngineFacts, checks: &mut Vec<Check>) {
    let who = format!(
        "{} ({}/{}) at `{}`, named by: {}",
        facts.engine_version,
        facts.os,
        facts.arch,
        engine.host(),
        engine.source()
    );
    checks.push(if facts.os == "linux" {
        Check::ok("engine", who)
    } else {
        Check::failed("engine", who, "use an engine that runs linux containers")
    });
    let oldest = facts.min_api_version.map_or_else(|| "unknown".to_owned(), |api| api.to_string());
    checks.push(Check::ok(
        "api",
        format!(
            "the engine speaks {oldest} to {}, prebake's client was written for {}",
            facts.api_version, facts.client_api_version
        ),
    ));
    let store = if facts.containerd_store { "containerd's image store" } else { "own image store" };
    let storage = format!("{}, {store}", facts.storage_driver);
    checks.push(if facts.storage_driver == "vfs" {
        Check::warning(
            "storage",
            format!("{storage}; every layer and container is a full copy"),
            "let the engine use `overlay2`",
        )
    } else {
        Check::ok("storage", storage)
    });
    let driver = &facts.logging_driver;
    let driver = if driver.is_empty() { "not told" } else { driver };
    checks.push(Check::ok(
        "logging",
        format!("{driver} by default; prebake's containers name `json-file` themselves"),
    ));
    let proxies: Vec<&str> = engine.proxies().map(|(name, _)| name).collect();
    if !proxies.is_empty() {
        checks.push(Check::ok(
            "proxies",
            format!("containers get {}, from docker's configuration", proxies.join(", ")),
        ));
    }
    let root = if facts.rootless { "the engine runs rootless" } else { "the engine runs as root" };
    checks.push(Check::ok("privileges", root));
    let fix = "remove what is not needed, for example with `prebake clean --unused`";
    checks.push(match facts.disk {
        Some(disk) => room("engine disk", &format!("`{}`", facts.root_dir), disk, fix),
        None => Check::ok(
            "engine disk",
            format!("unknown: `{}` is on another machine or hidden", facts.root_dir),
        ),
    });
}

/// Whether the base images of the environments are there.
async fn bases(engine: &Engine, folders: &Folders) -> Result<Vec<Check>, EngineError> {
    let Ok(listing) = Environments::new(folders.clone()).list() else {
        // Told with the files.
        return Ok(Vec::new());
    };
    let mut bases: IndexMap<String, Vec<String>> = IndexMap::new();
    for loaded in listing.environments {
        bases.entry(loaded.environment.base_image).or_default().push(loaded.id.to_string());
    }
    let mut missing = Vec::new();
    for (reference, environments) in &bases {
        match engine.image(reference).await {
            Ok(Some(_)) => {}
            // A text that is no reference is refused; it is as good as missing.
            Ok(None) | Err(EngineError::Refused { .. }) => {
                let reference: String = reference.chars().flat_map(char::escape_debug).collect();
                missing.push(format!("{reference}` of `{}", environments.join("`, `")));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(match (bases.len(), missing.len()) {
        (0, _) => Vec::new(),
        (all, 0) => vec![Check::ok("base images", format!("{all} of {all} are in the engine"))],
        (all, absent) => vec![Check::warning(
            "base images",
            format!("{absent} of {all} are not in the engine: {}", some(&missing)),
            "nothing, if they can be pulled: the first build or task does it",
        )],
    })
}

/// What prebake left in the engine.
async fn ours(engine: &Engine) -> Result<Vec<Check>, EngineError> {
    let role = |role: &str| [format!("{}={role}", labels::ROLE)];
    let bakes = engine.containers(&role("bake")).await?;
    let tasks = engine.containers(&role("task")).await?;
    let layers = engine.images(&role("layer"), false).await?;
    let untagged = engine.images(&[labels::BAKE.to_owned()], true).await?;
    let running = |found: &[ContainerFacts]| {
        found.iter().filter(|found| found.state == engine::State::Running).count()
    };
    let (failed, bakes): (Vec<_>, Vec<_>) =
        bakes.into_iter().partition(|found| found.name.starts_with("prebake-failed-"));
    let mut checks = vec![Check::ok(
        "in the engine",
        format!(
            "{} baked layers, {} tasks ({} running), {} bakes running",
            layers.len(),
            tasks.len(),
            running(&tasks),
            running(&bakes)
        ),
    )];
    if !failed.is_empty() {
        let mut of: Vec<&str> =
            failed.iter().map(|found| found.label(labels::ENVIRONMENT)).collect();
        of.sort_unstable();
        of.dedup();
        checks.push(Check::warning(
            "failed bakes",
            format!("{} kept, of {}", failed.len(), some(&of)),
            format!(
                "look into one with `prebake shell {} --failed`; the next failure of the layer replaces it",
                of[0]
            ),
        ));
    }
    let ended = bakes.len() - running(&bakes);
    if ended + untagged.len() > 0 {
        checks.push(Check::warning(
            "leftovers",
            format!("{ended} bakes that ended unfinished, {} images without a tag", untagged.len()),
            "nothing: the next bake on the machine that left them finishes or removes them",
        ));
    }
    Ok(checks)
}
