//! What must hold of any text that is given for a script.

use std::fmt::Debug;

use prebake::domain::bash::{Facts, parse};
use prebake::domain::environment::Stage;
use prebake::domain::lint::statements::move_line;
use prebake::domain::lint::{Context, User, lint};
use prebake::domain::split::crossing::{Scripts, crossing};
use prebake::domain::split::{Boldness, Split, TaskStart};

/// What is wrong with how a text is understood; a panic is wrong, too, and the caller's to see.
pub(crate) fn check(text: &str) -> Result<(), String> {
    understood(text)?;
    for boldness in [Boldness::Careful, Boldness::Bold] {
        parted(text, boldness)?;
    }
    for stage in [Stage::Cached, Stage::Run] {
        linted(stage, text)?;
        moved(stage, text);
    }
    Ok(())
}

fn right(holds: bool, what: impl Debug, why: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{why}: {what:?}")) }
}

/// Statements stand one behind the other, and whatever has a place has one in the text.
fn understood(text: &str) -> Result<(), String> {
    let script = parse(text);
    let mut at = 0;
    for statement in &script.statements {
        let span = statement.span;
        right(at <= span.start && span.start < span.end, span, "a statement is out of order")?;
        right(text.get(span.start..span.end).is_some(), span, "a statement is beside the text")?;
        at = span.end;
    }
    for span in &script.comments {
        let comment = text.get(span.start..span.end);
        right(comment.is_some_and(|it| it.starts_with('#')), span, "a comment is none")?;
    }
    for error in &script.errors {
        let place = text.get(error.span.start..error.span.end);
        right(place.is_some(), error, "an error is beside the text")?;
    }
    let facts = Facts::of(&script, text).len();
    right(facts == script.statements.len(), facts, "a statement has no facts")
}

/// Both parts can be read, and have all statements and comments between them.
fn parted(text: &str, boldness: Boldness) -> Result<(), String> {
    let start = TaskStart { mounts: vec!["/work".to_owned()], ..TaskStart::default() };
    let split = Split::of(text, &start, boldness);
    if !split.errors.is_empty() {
        return Ok(());
    }
    for part in [&split.cached, &split.run] {
        let errors = parse(part).errors;
        right(errors.is_empty(), (part, errors), "a part cannot be read")?;
    }
    let pieces: String = (0..split.statements.len()).map(|at| split.piece(at)).collect();
    let is_whole = split.statements.is_empty() || text == format!("{}{pieces}", split.first_line());
    right(is_whole, pieces, "the pieces are not the text")?;
    for decision in &split.statements {
        let words = decision.span.of(text);
        let has = |part: &str, is_in: bool| !is_in || part.contains(words);
        let is_there = has(&split.cached, decision.part.is_cached())
            && has(&split.run, decision.part.is_run());
        right(is_there, words, "a statement is lost")?;
    }
    for comment in &parse(text).comments {
        let words = comment.of(text).trim_end();
        let is_there = split.cached.contains(words) || split.run.contains(words);
        right(is_there, words, "a comment is lost")?;
    }
    Ok(())
}

/// Findings have places, and fixes are of the text.
fn linted(stage: Stage, text: &str) -> Result<(), String> {
    let context = Context {
        other: text.to_owned(),
        user: User::Other("dev".to_owned()),
        mounts: vec!["/work".to_owned()],
        ..Context::default()
    };
    for found in lint(stage, text, &context) {
        right(found.start <= found.end, &found, "a finding ends before it begins")?;
        let fits = found.fix.as_ref().is_none_or(|fix| fix.apply(text).is_some());
        right(fits, &found, "a fix is not of the text")?;
    }
    Ok(())
}

/// Any line can be asked whether its statement may go to the other script.
fn moved(stage: Stage, text: &str) {
    let lines = text.lines().count();
    for line in [0, lines / 2, lines.saturating_sub(1)] {
        let Some(fix) = move_line(stage, text, line) else { continue };
        let Some(edit) = fix.edits.first() else { continue };
        let scripts = match stage {
            Stage::Cached => Scripts { cached: text, run: "set -e\nA=1\n" },
            Stage::Run => Scripts { cached: "set -e\ntouch /opt/a", run: text },
        };
        let _ = crossing(stage, scripts, &edit.bytes, &TaskStart::default());
    }
}
