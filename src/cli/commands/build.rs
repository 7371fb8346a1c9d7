//! `build`: bakes environments and prints their images.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::SystemTime;

use serde_json::json;

use super::excerpt::printable;
use super::{Desk, Failure, runtime};
use crate::cli::args::BuildArgs;
use crate::cli::board::Board;
use crate::cli::output::Output;
use crate::cli::progress::Screen;
use crate::cli::{signals, status};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::migrate::Legacy;
use crate::domain::script::has_windows_line_ends;
use crate::ops::bake::{self, Ensured, Retry};
use crate::ops::build::{Wish, prepare};
use crate::ops::history::estimate::estimate_plan;
use crate::ops::queue::{Chosen, Order, Summary, build_all};
use crate::ops::resolve::resolve;
use crate::ops::{Detached, Loaded, settings, tidy_daily};

pub(super) fn build(desk: &mut Desk<'_>, args: &BuildArgs) -> Result<u8, Failure> {
    let mut named = Vec::new();
    for environment in &args.environments {
        let loaded = desk.load(environment)?;
        if named.iter().all(|known: &Loaded| known.id != loaded.id) {
            warn(desk.output, &loaded.id, &loaded.environment);
            named.push(loaded);
        }
    }
    match (&named[..], args.all || args.watch) {
        (_, _) if args.detach => detach(desk, args, &named),
        ([loaded], false) => runtime()?.block_on(bake_here(desk, args, loaded)),
        _ => {
            let ids = named.into_iter().map(|loaded| loaded.id).collect();
            let chosen = if args.all { Chosen::All } else { Chosen::These(ids) };
            runtime()?.block_on(several(desk, args, chosen))
        }
    }
}

async fn bake_here(desk: &mut Desk<'_>, args: &BuildArgs, loaded: &Loaded) -> Result<u8, Failure> {
    let context = desk.context().await?;
    let mut listening = signals::listen().map_err(Failure::new)?;
    let Loaded { id, environment, .. } = loaded;
    let mut screen =
        Screen::new(desk.output, &args.telling, listening.in_task.clone()).map_err(Failure::new)?;
    let outcome = async {
        let intents = &mut listening.intents;
        let resolved = prepare(&context, id, environment, wish(args), intents, &mut screen).await?;
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

/// Builds several environments, or goes on with every save.
async fn several(desk: &mut Desk<'_>, args: &BuildArgs, chosen: Chosen) -> Result<u8, Failure> {
    let context = desk.context().await?;
    let (settings, faults) = settings::load(&desk.folders);
    for fault in faults {
        desk.output.warning(fault);
    }
    let mut listening = signals::listen().map_err(Failure::new)?;
    let mut board =
        Board::new(desk.output, &args.telling, listening.idle.clone()).map_err(Failure::new)?;
    let limit = usize::from(settings.bake_limit);
    let order = Order { chosen, wish: wish(args), limit, watches: args.watch };
    let work = build_all(&context, order, &mut listening.intents, &mut board);
    let outcome = listening.forced.unless(Box::pin(work)).await;
    tidy_daily(&context.folders, SystemTime::now());
    let error = outcome.as_ref().err().map(ToString::to_string);
    let ids = |of: fn(&Summary) -> &Vec<EnvironmentId>| outcome.as_ref().map(of).ok();
    let output = board.finish(json!({
        "event": "builds_ended", "built": ids(|it| &it.built), "failed": ids(|it| &it.failed),
        "ended_early": ids(|it| &it.ended_early),
        "unread": outcome.as_ref().map(|it| files(&it.unread)).ok(), "error": error,
    }));
    let summary = outcome?;
    if !args.telling.quiet {
        output.note(words(&summary));
    }
    // Only Ctrl-C and its like end any of them early.
    Ok(if !summary.ended_early.is_empty() {
        status::INTERRUPTED
    } else if summary.failed.is_empty() && summary.unread.is_empty() {
        status::OK
    } else {
        status::FAILED
    })
}

/// Files as documents tell them: of a name that is no UTF-8 what can be told.
fn files(paths: &[PathBuf]) -> Vec<Cow<'_, str>> {
    paths.iter().map(|path| path.to_string_lossy()).collect()
}

/// How several builds ended: `2 built, 1 failed: ml`.
fn words(summary: &Summary) -> String {
    let names = |ids: &[EnvironmentId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let file = |path: &PathBuf| printable(&path.file_name().unwrap_or_default().to_string_lossy());
    let rest: Vec<_> = [
        (names(&summary.failed), "failed"),
        (names(&summary.ended_early), "not built"),
        (summary.unread.iter().map(file).collect(), "not read"),
    ]
    .into_iter()
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, what)| format!(", {} {what}: {}", names.len(), names.join(", ")))
    .collect();
    match (summary.built.len(), &rest[..]) {
        (0, []) => "no environment has anything to bake".to_owned(),
        (count, rest) => format!("{count} built{}", rest.concat()),
    }
}

fn wish(args: &BuildArgs) -> Wish {
    Wish { anew: args.no_cache, pull: args.pull }
}

/// Leaves the build to a process of its own, in a group that no terminal's Ctrl-C reaches.
fn detach(desk: &mut Desk<'_>, args: &BuildArgs, named: &[Loaded]) -> Result<u8, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(format!("cannot leave the bake to itself: {error}; build without `--detach`"))
    };
    // What can fail at once is told at once: the engine, the base image.
    let images = runtime()?.block_on(async {
        let context = desk.context().await?;
        let mut images = Vec::new();
        for Loaded { id, environment, .. } in named {
            let resolved = resolve(&context, id, environment, args.no_cache, &mut Silent).await?;
            images.extend(resolved.plan.misses().map(|miss| miss.layer().image()));
        }
        Ok::<_, Failure>(images)
    })?;
    if images.is_empty() && !args.all && !args.pull {
        desk.output.note("nothing to bake: every layer is there");
        return Ok(status::OK);
    }
    let mut arguments: Vec<&OsStr> =
        named.iter().map(|loaded| OsStr::new(loaded.id.as_str())).collect();
    let flags = [("--all", args.all), ("--no-cache", args.no_cache), ("--pull", args.pull)];
    arguments.extend(flags.iter().filter(|(_, on)| *on).map(|(flag, _)| OsStr::new(flag)));
    if let Some(events) = &args.telling.events {
        arguments.extend([OsStr::new("--events"), events.as_os_str()]);
    }
    Detached::own(desk.host.as_deref()).and_then(|own| own.build(arguments)).map_err(cannot)?;
    desk.output.note(match named {
        [loaded] if !images.is_empty() => format!(
            "baking {} in the background; `prebake build {}` joins it",
            images.join(" and "),
            loaded.id
        ),
        _ => {
            "baking in the background; `prebake build` of an environment joins its bake".to_owned()
        }
    });
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
            output.warning(format!(
                "the {name} contains NUL bytes, for which bash may take it for a program and not run it; `prebake lint {id} --fix` removes them"
            ));
        }
    }
}
