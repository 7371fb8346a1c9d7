//! `status`: what is cached.

use serde_json::json;

use super::{Desk, Failure, runtime};
use crate::cli::args::StatusArgs;
use crate::cli::output::{Output, Paint};
use crate::cli::status;
use crate::ops::status::{self as op, Status};

pub(super) fn status(desk: &mut Desk<'_>, args: &StatusArgs) -> Result<u8, Failure> {
    let Some(environment) = &args.environment else { return all(desk, args.json) };
    let loaded = desk.load(environment)?;
    let status = runtime()?.block_on(async {
        let context = desk.context().await?;
        Ok::<_, Failure>(op::status(&context, &loaded.id, &loaded.environment).await?)
    })?;
    if args.json {
        desk.output.json(&status);
    } else {
        print(desk.output, &status);
    }
    Ok(status::OK)
}

/// The status of every environment; one that cannot be told does not hide the others.
fn all(desk: &mut Desk<'_>, as_json: bool) -> Result<u8, Failure> {
    let listing = desk.environments().list()?;
    let statuses = runtime()?.block_on(async {
        let context = desk.context().await?;
        let mut statuses = Vec::with_capacity(listing.environments.len());
        for loaded in &listing.environments {
            let status = op::status(&context, &loaded.id, &loaded.environment).await;
            statuses.push((loaded.id.clone(), status));
        }
        Ok::<_, Failure>(statuses)
    })?;
    if as_json {
        let documents: Vec<_> = statuses
            .iter()
            .map(|(id, status)| match status {
                Ok(status) => json!(status),
                Err(error) => json!({ "environment": id, "error": error.to_string() }),
            })
            .collect();
        desk.output.json(&json!({ "environments": documents }));
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
    Ok(status::OK)
}

fn print(output: &mut Output, status: &Status) {
    let word = if status.warm { (Paint::Good, "● warm") } else { (Paint::Warn, "○ cold") };
    let word = output.paint(word.0, word.1);
    output.line(format!("{}  {word}", output.paint(Paint::Strong, &status.environment)));
    match &status.base.id {
        Some(id) => output.line(format!("  base         {}  {id}", status.base.reference)),
        None => output.line(format!(
            "  base         {}  not in the engine; it is pulled when a task or build needs it",
            status.base.reference
        )),
    }
    for layer in &status.layers {
        let kind = layer.kind.to_string();
        let state = match &layer.why {
            None => output.paint(Paint::Good, "cached"),
            Some(why) => format!("{}: {}", output.paint(Paint::Warn, "cold"), why.words()),
        };
        output.line(format!("  {kind:11}  {}  {state}", layer.image));
    }
    if !status.at_start.is_empty() {
        output.line(format!("  at start     {}", status.at_start.join(", ")));
    }
}
