//! Undo and redo: steps of replacements that are invertible values.
//!
//! What is typed without a move of the cursor in between grows one step until the next word
//! begins. No clock takes part, so that undo does the same each time.

use super::place::Place;

/// Steps kept; older ones are forgotten.
const MAX_STEPS: usize = 5_000;

/// A replacement with both its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: Place,
    pub(super) removed: String,
    pub(super) inserted: String,
}

/// Where the cursor is, and where its selection began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Caret {
    pub(super) cursor: Place,
    pub(super) anchor: Option<Place>,
}

/// What may grow the step before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    Typed,
    ErasedBack,
    ErasedAhead,
    /// A step of its own.
    Single,
}

/// What one undo takes back.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) edit: Edit,
    pub(super) before: Caret,
    pub(super) after: Caret,
    run: Run,
}

/// Steps done, and steps undone that can be redone.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// Whether the last step may still grow.
    open: bool,
}

impl History {
    /// Keeps an edit, as part of the last step if it goes on with it.
    pub(super) fn keep(&mut self, edit: Edit, before: Caret, after: Caret, run: Run) {
        self.undone.clear();
        let open = std::mem::replace(&mut self.open, true);
        let last = self.done.last_mut();
        let last = last.filter(|last| open && last.run == run && last.after == before);
        if let Some(last) = last
            && goes_on(run, &last.edit, &edit)
        {
            match run {
                Run::Typed => last.edit.inserted.push_str(&edit.inserted),
                Run::ErasedBack => {
                    last.edit.removed.insert_str(0, &edit.removed);
                    last.edit.at = edit.at;
                }
                Run::ErasedAhead | Run::Single => last.edit.removed.push_str(&edit.removed),
            }
            last.after = after;
            return;
        }
        if self.done.len() >= MAX_STEPS {
            self.done.drain(..MAX_STEPS / 10);
        }
        self.done.push(Step { edit, before, after, run });
    }

    /// Ends the step: the cursor was moved.
    pub(super) fn close(&mut self) {
        self.open = false;
    }

    /// The step to take back.
    pub(super) fn undo(&mut self) -> Option<Step> {
        let step = self.done.pop()?;
        self.open = false;
        self.undone.push(step.clone());
        Some(step)
    }

    /// The step to do again.
    pub(super) fn redo(&mut self) -> Option<Step> {
        let step = self.undone.pop()?;
        self.open = false;
        self.done.push(step.clone());
        Some(step)
    }
}

/// Whether an edit goes on with the one before it: neither a line's end nor a word's begin is
/// between them.
fn goes_on(run: Run, last: &Edit, edit: &Edit) -> bool {
    let space = |char: Option<char>| char.is_none_or(char::is_whitespace);
    let (first, last_char) =
        (|text: &str| text.chars().next(), |text: &str| text.chars().next_back());
    let breaks = |edit: &Edit| edit.inserted.contains('\n') || edit.removed.contains('\n');
    if breaks(last) || breaks(edit) {
        return false;
    }
    // A cursor that a carriage return moved is not where the edit was.
    let end = |edit: &Edit, text: &str| edit.at.column + text.len();
    let is_beside = edit.at.line == last.at.line
        && match run {
            Run::Typed => end(last, &last.inserted) == edit.at.column,
            Run::ErasedBack => end(edit, &edit.removed) == last.at.column,
            Run::ErasedAhead | Run::Single => edit.at.column == last.at.column,
        };
    if !is_beside {
        return false;
    }
    // Spaces join what is before them; behind them a word begins.
    match run {
        Run::Typed => {
            let joins = !space(last_char(&last.inserted)) || space(first(&edit.inserted));
            edit.removed.is_empty() && joins
        }
        Run::ErasedBack => !space(first(&last.removed)) || space(last_char(&edit.removed)),
        Run::ErasedAhead => !space(last_char(&last.removed)) || space(first(&edit.removed)),
        Run::Single => false,
    }
}
