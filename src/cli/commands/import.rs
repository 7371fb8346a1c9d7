//! `import` and `adopt`: shows what becomes what, asks before anything is replaced, and writes.

use std::path::Path;

use serde_json::{Value, json};

use super::excerpt::printable;
use super::{Desk, Failure, runtime};
use crate::cli::args::{AdoptArgs, ImportArgs, Writing};
use crate::cli::output::{Output, Paint};
use crate::cli::status;
use crate::domain::import::{Fate, Note};
use crate::domain::migrate::Legacy;
use crate::ops::adopt;
use crate::ops::import::{self, Entry, ImportPlan, Preflight, Standing};

pub(super) fn import(desk: &mut Desk<'_>, args: &ImportArgs) -> Result<u8, Failure> {
    let plan = import::plan(&desk.folders, &args.path)?;
    carry_out(desk, &plan, args.writing)
}

pub(super) fn adopt(desk: &mut Desk<'_>, args: &AdoptArgs) -> Result<u8, Failure> {
    let id = args.id.as_deref().map(super::id).transpose()?;
    let plan = runtime()?.block_on(async {
        let context = desk.context().await?;
        Ok::<_, Failure>(adopt::plan(&context, &args.container, id).await?)
    })?;
    carry_out(desk, &plan, args.writing)
}

/// Writes what may be written, and tells all of it.
fn carry_out(desk: &mut Desk<'_>, plan: &ImportPlan, writing: Writing) -> Result<u8, Failure> {
    let mut told = Vec::new();
    let mut is_whole = plan.faults.is_empty();
    for entry in &plan.entries {
        let outcome = environment(desk, entry, writing);
        is_whole &= outcome != "kept";
        if !writing.json {
            tell(desk.output, entry, outcome, writing);
        }
        told.push(document(desk, entry, outcome));
    }
    let mut preflight = None;
    if let Some(there) = &plan.preflight {
        let outcome = settings_preflight(desk, there, writing)?;
        is_whole &= outcome != "kept";
        if !writing.json {
            let source = there.source.display();
            desk.output.line(format!("settings preflight  {outcome}  ({source})"));
        }
        preflight = Some(json!({
            "source": there.source,
            "path": there.path,
            "standing": there.standing.name(),
            "outcome": outcome,
            "script": there.script,
        }));
    }
    if writing.json {
        let faults = plan.faults.iter().map(|fault| {
            json!({
                "source": fault.source,
                "line": fault.place.map(|place| place.line),
                "column": fault.place.map(|place| place.column),
                "error": fault.sentence,
            })
        });
        let files = plan
            .files
            .iter()
            .map(|file| json!({ "source": file.source, "kind": file.kind, "notes": file.notes }));
        desk.output.json(&json!({
            "dry_run": writing.dry_run,
            "environments": told,
            "settings_preflight": preflight,
            "files": files.collect::<Vec<_>>(),
            "faults": faults.collect::<Vec<_>>(),
        }));
    } else {
        let says_something = |note: &Note| writing.dry_run || note.fate != Fate::Became;
        for file in plan.files.iter().filter(|file| file.notes.iter().any(says_something)) {
            desk.output.line(printable(&file.source.display().to_string()));
            notes(desk.output, &file.notes, writing);
        }
    }
    for fault in &plan.faults {
        desk.output.warning(printable(&fault.sentence));
    }
    Ok(if is_whole { status::OK } else { status::FAILED })
}

/// Writes an environment, unless something else has its id and is to stay.
fn environment(desk: &mut Desk<'_>, entry: &Entry, writing: Writing) -> &'static str {
    let id = &entry.imported.id;
    let outcome = match &entry.standing {
        standing if writing.dry_run => return standing.name(),
        Standing::Unchanged => return entry.standing.name(),
        Standing::New => "imported",
        Standing::Differs(_) => {
            let question =
                format!("environment `{id}` is there and says something else; replace it?");
            if !may_replace(desk, &question, writing) {
                desk.output.warning(format!(
                    "environment `{id}` stays as it is, since it says something else; `--overwrite` replaces it"
                ));
                return "kept";
            }
            "overwritten"
        }
    };
    match import::write(&desk.folders, entry) {
        Ok((loaded, kept_at)) => {
            if let Some(kept_at) = kept_at {
                desk.output.note(format!(
                    "replaced environment `{id}`; its file is kept as `{}`",
                    kept_at.display()
                ));
            }
            if let Some(legacy) = Legacy::of(&loaded.environment) {
                desk.output.note(legacy.sentence(id));
            }
            outcome
        }
        Err(error) => {
            // One that cannot be written hides no others.
            desk.output.warning(error);
            "kept"
        }
    }
}

fn settings_preflight(
    desk: &mut Desk<'_>,
    preflight: &Preflight,
    writing: Writing,
) -> Result<&'static str, Failure> {
    let path = preflight.path.display();
    let outcome = match &preflight.standing {
        standing if writing.dry_run => return Ok(standing.name()),
        Standing::Unchanged => return Ok(preflight.standing.name()),
        Standing::New => "imported",
        Standing::Differs(_) => {
            let question =
                format!("the settings preflight `{path}` says something else; replace it?");
            if !may_replace(desk, &question, writing) {
                desk.output.warning(format!(
                    "the settings preflight `{path}` stays as it is, since it says something else; `--overwrite` replaces it"
                ));
                return Ok("kept");
            }
            "overwritten"
        }
    };
    if let Some(kept_at) = import::write_preflight(&desk.folders, preflight)? {
        desk.output.note(format!(
            "the settings preflight that was there is kept as `{}`",
            kept_at.display()
        ));
    }
    desk.output.note(format!("`{path}` runs before the run preflight of every environment"));
    Ok(outcome)
}

/// Only a person at a terminal can be asked, and not by a program that reads the document.
fn may_replace(desk: &mut Desk<'_>, question: &str, writing: Writing) -> bool {
    writing.overwrite || (!writing.json && Output::can_ask() && desk.output.ask(question, false))
}

fn tell(output: &mut Output, entry: &Entry, outcome: &str, writing: Writing) {
    let imported = &entry.imported;
    let source = printable(&entry.source.display().to_string());
    let at = if imported.at.is_empty() {
        String::new()
    } else {
        format!(", {}", printable(&imported.at))
    };
    let paint = match outcome {
        "new" | "imported" | "overwritten" => Paint::Good,
        "unchanged" => Paint::Faint,
        _ => Paint::Warn,
    };
    let word = output.paint(paint, outcome);
    output.line(format!("{}  {word}  ({source}{at})", imported.id));
    if writing.dry_run || outcome != "unchanged" {
        notes(output, &imported.notes, writing);
    }
}

/// What became what is shown before it is done, and what did not become what it was afterwards,
/// too.
fn notes(output: &mut Output, notes: &[Note], writing: Writing) {
    for note in notes.iter().filter(|note| writing.dry_run || note.fate != Fate::Became) {
        let (word, paint) = match note.fate {
            Fate::Became => ("became", Paint::Good),
            Fate::Changed => ("changed", Paint::Warn),
            Fate::Kept => ("kept", Paint::Faint),
            Fate::Left => ("left", Paint::Bad),
        };
        let word = output.paint(paint, &format!("{word:7}"));
        let field = printable(&note.field);
        let field = if field.is_empty() { String::new() } else { format!("{field} ") };
        output.line(format!("    {word}  {field}{}", printable(&note.told)));
    }
}

fn document(desk: &Desk<'_>, entry: &Entry, outcome: &str) -> Value {
    let imported = &entry.imported;
    let path = desk.environments().path(&imported.id);
    json!({
        "id": imported.id,
        "source": shown(&entry.source),
        "kind": entry.kind,
        "at": imported.at,
        "standing": entry.standing.name(),
        "outcome": outcome,
        "path": path,
        "notes": imported.notes,
        "legacy": Legacy::of(&imported.environment).map(|legacy| legacy.sentence(&imported.id)),
        "manifest": imported.environment,
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
