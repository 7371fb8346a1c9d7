//! `edit`: an environment's file in the user's editor, checked on save.
//!
//! The rounds and what is kept are [`crate::ops::edit`]'s; here are the questions.

use super::{Desk, Failure, build, excerpt, runtime};
use crate::cli::args::EnvironmentArg;
use crate::cli::output::Output;
use crate::cli::status;
use crate::domain::environment::EnvironmentId;
use crate::ops::edit::{Edit, EditError, Round};
use crate::ops::editor::{Editor, Source};
use crate::ops::{Drafts, StoreError};

pub(super) fn edit(desk: &mut Desk<'_>, args: &EnvironmentArg) -> Result<u8, Failure> {
    let id = super::id(&args.environment)?;
    match Edit::existing(&desk.folders, &id) {
        Ok(edit) => {
            tell_others(desk, &id);
            session(desk, &edit)
        }
        Err(error) => {
            let draft = Drafts::new(desk.folders.clone()).path(&id);
            if matches!(error, EditError::Store(StoreError::Missing { .. })) && draft.exists() {
                desk.output.note(format!(
                    "a draft of it is kept in `{}`; `prebake new {id} --edit` takes it up",
                    draft.display()
                ));
            }
            tell_others(desk, &id);
            Err(error.into())
        }
    }
}

/// Tells of drafts beside the one that is edited here: those of screens that are gone.
fn tell_others(desk: &mut Desk<'_>, id: &EnvironmentId) {
    for drafts in Drafts::new(desk.folders.clone()).places().skip(1) {
        let path = drafts.path(id);
        // Whoever holds it is still at it.
        if path.exists() && matches!(drafts.lock(id), Ok(Some(_))) {
            desk.output.note(format!(
                "another draft of it is kept in `{}`; a new screen, `prebake`, offers it if it can be read",
                path.display()
            ));
        }
    }
}

/// Edits until the text is good, given up, or the editor fails.
pub(super) fn session(desk: &mut Desk<'_>, edit: &Edit) -> Result<u8, Failure> {
    // An editor that nobody asked for needs somebody in front of it.
    let editor = Editor::find()
        .filter(|editor| editor.source() != Source::Found || Output::can_ask())
        .ok_or_else(|| EditError::NoEditor(edit.path()))?;
    if !resumes(desk, edit)? {
        edit.begin()?;
    }
    let runtime = runtime()?;
    loop {
        let ended = runtime.block_on(editor.open(&edit.draft()));
        match edit.round(&editor.shown(), ended)? {
            Round::Saved(loaded) => {
                build::warn(desk.output, &loaded.id, &loaded.environment);
                desk.output.line(loaded.path.display());
                return Ok(status::OK);
            }
            Round::Unchanged => {
                desk.output.note("nothing was changed");
                if let Err(error) = desk.environments().load(edit.id()) {
                    desk.output.warning(error);
                }
                return Ok(status::OK);
            }
            Round::Refused(error) => {
                if !Output::can_ask() {
                    return Err(edit.declined(&error).into());
                }
                desk.output.error(&error);
                show_place(desk.output, edit, &error);
                if !runtime.block_on(desk.output.ask_on("edit again?", true)) {
                    return Err(edit.declined(&error).into());
                }
            }
        }
    }
}

/// Asks what to do with the draft of an earlier edit; without somebody to ask it is moved out of
/// the way, and whether it is gone on with is the answer.
fn resumes(desk: &mut Desk<'_>, edit: &Edit) -> Result<bool, Failure> {
    let Some(earlier) = edit.earlier()? else {
        return Ok(false);
    };
    let (path, file) = (earlier.path.display(), edit.path());
    let written = earlier.written.strftime("%Y-%m-%d %H:%M UTC");
    desk.output
        .note(format!("an earlier edit was not finished: its draft of {written} is `{path}`"));
    if earlier.is_stale {
        desk.output.note(format!(
            "the environment was changed since that draft was begun; compare with `diff {} {path}`",
            file.display()
        ));
    }
    if desk.output.ask("go on with the draft?", !earlier.is_stale) {
        edit.resume()?;
        return Ok(true);
    }
    let kept_at = edit.set_aside()?;
    desk.output.note(format!("the draft is kept as `{}`", kept_at.display()));
    Ok(false)
}

/// The line that is wrong, with a mark below the place.
fn show_place(output: &mut Output, edit: &Edit, error: &StoreError) {
    let Some((line, column)) = error.place() else {
        return;
    };
    let text = edit.draft_text();
    let Some(wrong) = text.lines().nth(line - 1) else {
        return;
    };
    if let Some(lines) = excerpt::marked(wrong, line, column - 1..column) {
        output.note(lines);
    }
}
