//! `status` and `explain`: what is cached, and why or why not.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::json;

use super::{Desk, Failure, environments, runtime, tasks};
use crate::cli::args::{ShowArgs, StatusArgs};
use crate::cli::output::{Output, Paint};
use crate::cli::status;
use crate::domain::amount;
use crate::domain::history::words;
use crate::domain::layer::plan::Reason;
use crate::ops::explain::{self, Newest};
use crate::ops::registry::{AtRegistry, at_registry};
use crate::ops::status::{self as op, LayerStatus, Status};

pub(super) fn status(desk: &mut Desk<'_>, args: &StatusArgs) -> Result<u8, Failure> {
    let Some(environment) = &args.environment else {
        return all(desk, args);
    };
    let loaded = desk.load(environment)?;
    let status = runtime()?.block_on(async {
        let context = desk.context().await?;
        let mut status = op::status(&context, &loaded.id, &loaded.environment).await?;
        if args.check_base {
            status.base.registry = Some(at_registry(&context, &status.base.reference).await);
        }
        Ok::<_, Failure>(status)
    })?;
    if args.json {
        desk.output.json(&status);
    } else {
        print(desk.output, &status);
    }
    Ok(code(desk.output, [&status].into_iter()))
}

/// The status of every environment; one that cannot be told does not hide the others.
fn all(desk: &mut Desk<'_>, args: &StatusArgs) -> Result<u8, Failure> {
    let listing = desk.environments().list()?;
    let statuses = runtime()?.block_on(async {
        let context = desk.context().await?;
        let mut statuses = Vec::with_capacity(listing.environments.len());
        // Many have the same base.
        let mut asked: HashMap<String, AtRegistry> = HashMap::new();
        for loaded in &listing.environments {
            let mut status = op::status(&context, &loaded.id, &loaded.environment).await;
            if let Ok(status) = &mut status
                && args.check_base
            {
                let base = &mut status.base;
                if !asked.contains_key(&base.reference) {
                    let told = at_registry(&context, &base.reference).await;
                    asked.insert(base.reference.clone(), told);
                }
                base.registry = asked.get(&base.reference).cloned();
            }
            statuses.push((loaded.id.clone(), status));
        }
        Ok::<_, Failure>(statuses)
    })?;
    if args.json {
        let documents: Vec<_> = statuses
            .iter()
            .map(|(id, status)| match status {
                Ok(status) => json!(status),
                Err(error) => json!({ "environment": id, "error": error.to_string() }),
            })
            .collect();
        let broken = environments::broken(&listing.broken);
        desk.output.json(&json!({ "environments": documents, "broken": broken }));
    } else {
        for (id, status) in &statuses {
            match status {
                Ok(status) => print(desk.output, status),
                Err(error) => desk.output.warning(format!("environment `{id}`: {error}")),
            }
        }
    }
    for broken in &listing.broken {
        desk.output.warning(&broken.error);
    }
    Ok(code(desk.output, statuses.iter().filter_map(|(_, status)| status.as_ref().ok())))
}

/// What was asked of a registry and not told is an error, once a base.
fn code<'s>(output: &mut Output, statuses: impl Iterator<Item = &'s Status>) -> u8 {
    let faults = statuses.filter_map(|status| status.base.registry.as_ref()?.error.as_ref());
    let faults: BTreeSet<&String> = faults.collect();
    for fault in &faults {
        output.error(fault);
    }
    if faults.is_empty() { status::OK } else { status::FAILED }
}

fn print(output: &mut Output, status: &Status) {
    let word = match (&status.stale, status.warm) {
        (Some(_), _) => (Paint::Warn, "◐ stale"),
        (None, true) => (Paint::Good, "● warm"),
        (None, false) => (Paint::Warn, "○ cold"),
    };
    let word = output.paint(word.0, word.1);
    output.line(format!("{}  {word}", output.paint(Paint::Strong, &status.environment)));
    match &status.base.id {
        Some(id) => output.line(format!("  base         {}  {id}", status.base.reference)),
        None => output.line(format!(
            "  base         {}  not in the engine; it is pulled when a task or build needs it",
            status.base.reference
        )),
    }
    if let Some(registry) = &status.base.registry {
        let digest = registry.digest.as_deref().unwrap_or_default();
        let id = &status.environment;
        match registry.moved {
            Some(true) => output.line(format!(
                "{:15}{} at its registry to {digest}: `prebake build {id} --pull` bakes on it",
                "",
                output.paint(Paint::Warn, "moved")
            )),
            Some(false) => output.line(format!("{:15}the same at its registry", "")),
            None => {}
        }
    }
    for layer in &status.layers {
        print_layer(output, &status.environment, layer);
    }
    if let Some(stale) = &status.stale {
        let then = if status.freshness.bakes_behind() {
            "tasks start on it, and the first one has the new one baked"
        } else {
            "tasks start on it until the new one is built"
        };
        output.line(format!("  meanwhile    {}  {then}", stale.image));
    }
    if !status.at_start.is_empty() {
        output.line(format!("  at start     {}", status.at_start.join(", ")));
    }
}

fn print_layer(output: &mut Output, id: &str, layer: &LayerStatus) {
    let kind = layer.kind.to_string();
    let age = layer.made.map(|made| Timestamp::now().duration_since(made).as_secs());
    let age = age.map_or_else(String::new, |age| format!(", {} old", amount::age(age)));
    let state = match &layer.why {
        None => format!("{}{age}", output.paint(Paint::Good, "cached")),
        Some(why @ (Reason::BaseMoved { .. } | Reason::TooOld { .. })) => {
            format!("{}{age}: {}", output.paint(Paint::Warn, "stale"), why.words())
        }
        Some(why) => format!("{}: {}", output.paint(Paint::Warn, "cold"), why.words()),
    };
    output.line(format!("  {kind:11}  {}  {state}", layer.image));
    if let Some(failed) = &layer.failed {
        let begun = failed.at.as_deref().map(tasks::age);
        let begun = begun.map_or_else(String::new, |age| format!(", begun {age} ago,"));
        output.line(format!(
            "{:15}the last bake{begun} {}: `prebake shell {id} --failed`",
            "",
            output.paint(Paint::Bad, "failed")
        ));
    }
}

pub(super) fn explain(desk: &mut Desk<'_>, args: &ShowArgs) -> Result<u8, Failure> {
    let loaded = desk.load(&args.environment)?;
    let explanation = runtime()?.block_on(async {
        let context = desk.context().await?;
        Ok::<_, Failure>(explain::explain(&context, &loaded.id, &loaded.environment).await?)
    })?;
    if args.json {
        desk.output.json(&explanation);
        return Ok(status::OK);
    }
    print(desk.output, &explanation.status);
    for (layer, newest) in explanation.status.layers.iter().zip(&explanation.newest) {
        desk.output.line("");
        describe(desk.output, layer.cached, newest);
    }
    Ok(status::OK)
}

fn describe(output: &mut Output, cached: bool, newest: &Newest) {
    let kind = newest.kind;
    let Some(key) = &newest.key else {
        output.line(format!("The {kind} layer has no image yet. What decides its key:"));
        inputs(output, newest);
        return;
    };
    let by = newest.environment.as_deref().unwrap_or("-");
    let took = newest.duration_ms.and_then(words::scripts);
    let took = took.map(|took| format!(", in {took}")).unwrap_or_default();
    let which = if cached { "is" } else { "was" };
    output.line(format!("The newest {kind} image {which} {key}, baked for `{by}`{took}."));
    inputs(output, newest);
    for (script, diff) in &newest.diffs {
        match diff {
            Some(diff) => output.text(diff),
            None => output.line(format!(
                "{script} changed; this machine has no copy of it as it was, so no lines can be shown."
            )),
        }
    }
}

/// Every input of a layer, and what it was in the newest image if that is something else.
fn inputs(output: &mut Output, newest: &Newest) {
    let width = newest.inputs.iter().map(|input| input.input.chars().count()).max().unwrap_or(0);
    for input in &newest.inputs {
        let change = match input.shown_change() {
            Some(before) => output.paint(Paint::Warn, &format!("changed, was {before}")),
            None if newest.key.is_some() => output.paint(Paint::Faint, "same"),
            None => String::new(),
        };
        let line = format!("  {:width$}  {}  {change}", input.input, input.shown_now());
        output.line(line.trim_end());
    }
}
