//! `build`: bakes an environment and prints its image.

use std::time::SystemTime;

use serde_json::json;

use super::{Desk, Failure, runtime};
use crate::cli::args::BuildArgs;
use crate::cli::output::Output;
use crate::cli::progress::Screen;
use crate::cli::{signals, status};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::migrate::Legacy;
use crate::domain::script::has_windows_line_ends;
use crate::ops::bake::{self, Ensured, Retry};
use crate::ops::history::estimate::estimate_plan;
use crate::ops::resolve::resolve;
use crate::ops::{Loaded, tidy_daily};

pub(super) fn build(desk: &mut Desk<'_>, args: &BuildArgs) -> Result<u8, Failure> {
    let loaded = desk.load(&args.environment)?;
    if args.detach {
        return detach(desk, args, &loaded);
    }
    warn(desk.output, &loaded.id, &loaded.environment);
    runtime()?.block_on(bake_here(desk, args, &loaded))
}

async fn bake_here(desk: &mut Desk<'_>, args: &BuildArgs, loaded: &Loaded) -> Result<u8, Failure> {
    let context = desk.context().await?;
    let mut listening = signals::listen().map_err(Failure::new)?;
    let Loaded { id, environment, .. } = loaded;
    let mut screen =
        Screen::new(desk.output, &args.telling, listening.in_task.clone()).map_err(Failure::new)?;
    let outcome = async {
        let resolving = resolve(&context, id, environment, args.no_cache, &mut screen);
        let resolved = listening.intents.unless_ended(resolving).await?;
        let intents = &mut listening.intents;
        if let Ok(Some(estimate)) = estimate_plan(&context.folders, id, &resolved.plan) {
            screen.tell_person(&format!("building `{id}` would take {}", estimate.words()));
        }
        bake::ensure(&context, id, &resolved, Retry::Always, intents, &mut screen).await
    };
    let outcome = listening.forced.unless(Box::pin(outcome)).await;
    let (image, error) = match &outcome {
        Ok(Ensured { failure: None, name, .. }) => (Some(name), None),
        Ok(Ensured { failure: Some(error), .. }) | Err(error) => (None, Some(error.to_string())),
    };
    tidy_daily(&context.folders, SystemTime::now());
    let output = screen.finish(json!({ "event": "build_ended", "image": image, "error": error }));
    let ensured = outcome?;
    if let Some(error) = ensured.failure {
        return Err(error.into());
    }
    if ensured.ready == 0 {
        output.note("nothing is baked for this environment: tasks run on the base image");
    }
    // The last event says it, too.
    if !args.telling.takes_stdout() {
        output.line(&ensured.name);
    }
    Ok(status::OK)
}

/// Leaves the build to a process of its own, in a group that no terminal's Ctrl-C reaches.
fn detach(desk: &mut Desk<'_>, args: &BuildArgs, loaded: &Loaded) -> Result<u8, Failure> {
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};

    let cannot = |error: std::io::Error| {
        Failure::new(format!("cannot leave the bake to itself: {error}; build without `--detach`"))
    };
    let mut command = Command::new(std::env::current_exe().map_err(cannot)?);
    if let Some(host) = &desk.host {
        command.args(["--host", host]);
    }
    command.args(["build", loaded.id.as_str(), "--quiet"]);
    if args.no_cache {
        command.arg("--no-cache");
    }
    if let Some(events) = &args.telling.events {
        command.arg("--events").arg(events);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    // What can fail at once is told at once: the engine, the base image.
    let images = runtime()?.block_on(async {
        let context = desk.context().await?;
        let mut silent = Silent;
        let resolved =
            resolve(&context, &loaded.id, &loaded.environment, args.no_cache, &mut silent).await?;
        let images = resolved.plan.steps.iter().filter(|step| step.needs_bake());
        Ok::<_, Failure>(images.map(|step| step.layer().image()).collect::<Vec<_>>())
    })?;
    if images.is_empty() {
        desk.output.note("nothing to bake: every layer is there");
        return Ok(status::OK);
    }
    command.spawn().map_err(cannot)?;
    desk.output.note(format!(
        "baking {} in the background; `prebake build {}` joins it",
        images.join(" and "),
        loaded.id
    ));
    Ok(status::OK)
}

/// Nobody watches.
pub(super) struct Silent;

impl crate::ops::Watch for Silent {
    fn see(&mut self, _progress: crate::ops::Progress<'_>) {}
}

/// What is bound to go wrong, said before it does.
pub(super) fn warn(output: &mut Output, id: &EnvironmentId, environment: &Environment) {
    if let Some(legacy @ Legacy::Unsplit) = Legacy::of(environment) {
        output.warning(legacy.sentence(id));
    }
    let scripts = [
        ("cached preflight", environment.cached_preflight_script.as_str()),
        ("run preflight", environment.run_stage()),
    ];
    for (name, script) in scripts {
        if has_windows_line_ends(script) {
            output.warning(format!(
                "the {name} has Windows line ends, on which bash trips; save it with `\\n` alone"
            ));
        }
        if script.contains('\0') {
            output.warning(format!("the {name} contains NUL bytes, which bash leaves out"));
        }
    }
}
