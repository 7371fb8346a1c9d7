//! What a key can do about the line of the cursor: the fix of a finding, and the way of a statement
//! to the other script. The keys, the footer and the list of findings ask here.

use crate::app::editor::Editor;
use crate::domain::environment::Stage;
use crate::domain::lint::statements::move_line;
use crate::domain::lint::{Fix, FixKind};

/// The fix for a finding that begins in the line of the cursor; of several the first that does not
/// lead to the other script.
#[must_use]
pub fn mending(editor: &Editor) -> Option<&Fix> {
    fixes(editor).find(|fix| fix.kind != FixKind::Move)
}

/// How the statement in the line of the cursor moves to the other script, be there a finding or
/// not.
#[must_use]
pub fn moving(editor: &Editor, stage: Stage) -> Option<Fix> {
    let buffer = editor.buffer();
    move_line(stage, &buffer.contents(), buffer.cursor().line)
}

/// Whether a finding in the line of the cursor is resolved by moving its statement.
#[must_use]
pub fn is_to_move(editor: &Editor) -> bool {
    fixes(editor).any(|fix| fix.kind == FixKind::Move)
}

/// The fixes of the line of the cursor. Findings of an earlier text have none that fits.
fn fixes(editor: &Editor) -> impl Iterator<Item = &Fix> {
    let buffer = editor.buffer();
    let fits = editor.marks.are_of(buffer.revision());
    editor.marks.at(buffer.cursor().line).filter_map(|it| it.fix.as_ref()).filter(move |_| fits)
}
