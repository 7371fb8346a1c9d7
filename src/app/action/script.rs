//! Actions of the script editors. What a key does to any text, such as moving the cursor, is no
//! action: it cannot be bound to another key.

use super::{Action, Row, Scope};
use crate::app::editor::motion::Motion;
use crate::app::editor::{Editor, EditorCommand};
use crate::app::scripts::{Standing, mending};
use crate::app::state::State;

/// An action of the script that has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScriptAction {
    /// Writes both scripts to the file.
    Save,
    /// Searches.
    Find,
    /// Searches and replaces.
    Replace,
    /// To the next hit of the last search.
    NextHit,
    /// To the hit before.
    PreviousHit,
    /// To a line by its number.
    GoToLine,
    /// To the next finding.
    NextFinding,
    /// To the finding before.
    PreviousFinding,
    /// Mends what the finding of the line is about.
    Mend,
    /// Moves the statement to the other script.
    Move,
    /// To the other script.
    Other,
    /// Hands the script to the person's own editor.
    External,
    /// What was typed, against the file.
    Compare,
    /// Back to what the file says.
    Revert,
    /// An edit of the text.
    Edit(Edit),
}

/// An edit that has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// Takes the last step back.
    Undo,
    /// Does it again.
    Redo,
    /// Copies.
    Copy,
    /// Cuts.
    Cut,
    /// Puts in what was cut or copied here.
    Paste,
    /// Selects everything.
    SelectAll,
    /// Indents.
    Indent,
    /// Takes indentation off.
    Dedent,
    /// Makes lines comments, or no longer.
    Comment,
    /// Puts lines a second time.
    Duplicate,
    /// Removes lines.
    DeleteLines,
    /// Moves lines up.
    LinesUp,
    /// Moves lines down.
    LinesDown,
    /// Removes the word before the cursor.
    EraseWord,
    /// Removes the word behind the cursor.
    EraseWordAhead,
    /// Removes what is before the cursor in its line.
    EraseToStart,
    /// Removes what is behind the cursor in its line.
    EraseToEnd,
}

impl Edit {
    /// What the editor is asked for; `clipboard` is what was cut or copied last.
    #[must_use]
    pub fn command(self, clipboard: &str) -> EditorCommand {
        match self {
            Self::Undo => EditorCommand::Undo,
            Self::Redo => EditorCommand::Redo,
            Self::Copy => EditorCommand::Copy,
            Self::Cut => EditorCommand::Cut,
            Self::Paste => EditorCommand::Paste(clipboard.to_owned()),
            Self::SelectAll => EditorCommand::SelectAll,
            Self::Indent => EditorCommand::Tab,
            Self::Dedent => EditorCommand::Dedent,
            Self::Comment => EditorCommand::ToggleComment,
            Self::Duplicate => EditorCommand::Duplicate,
            Self::DeleteLines => EditorCommand::DeleteLines,
            Self::LinesUp => EditorCommand::LinesUp,
            Self::LinesDown => EditorCommand::LinesDown,
            Self::EraseWord => EditorCommand::Erase(Motion::WordLeft),
            Self::EraseWordAhead => EditorCommand::Erase(Motion::WordRight),
            Self::EraseToStart => EditorCommand::Erase(Motion::Home),
            Self::EraseToEnd => EditorCommand::Erase(Motion::End),
        }
    }
}

use ScriptAction as S;

const fn row(
    action: ScriptAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    Row { action: Action::Script(action), name, title, short, scope: Scope::Editor, chords }
}

const fn edit(
    edit: Edit,
    name: &'static str,
    title: &'static str,
    chords: &'static [&'static str],
) -> Row {
    row(S::Edit(edit), name, title, "", chords)
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    row(S::Save, "save", "Save both scripts", "save", &["ctrl-s"]),
    row(S::Find, "find", "Search in the script", "find", &["ctrl-f"]),
    row(S::Replace, "replace", "Search and replace in the script", "replace", &["ctrl-r"]),
    row(S::NextHit, "next-hit", "Go to the next hit", "", &["f3"]),
    row(S::PreviousHit, "previous-hit", "Go to the hit before", "", &["shift-f3"]),
    row(S::GoToLine, "go-to-line", "Go to a line", "", &["ctrl-g"]),
    row(S::NextFinding, "next-finding", "Go to the next finding", "finding", &["f2"]),
    row(S::PreviousFinding, "previous-finding", "Go to the finding before", "", &["shift-f2"]),
    row(S::Mend, "mend", "Mend what the finding of the line is about", "mend", &["alt-enter"]),
    row(S::Move, "move-statement", "Move the statement to the other script", "", &["alt-m"]),
    row(S::Other, "other-script", "Go to the other script", "other", &["alt-o"]),
    row(S::External, "external-editor", "Edit in `$EDITOR`", "$EDITOR", &["ctrl-o"]),
    row(S::Compare, "compare", "Compare with the file", "", &["f7"]),
    row(S::Revert, "revert", "Go back to what the file says", "", &["shift-f7"]),
    edit(Edit::Undo, "undo", "Undo", &["ctrl-z"]),
    edit(Edit::Redo, "redo", "Redo", &["ctrl-y"]),
    edit(Edit::Copy, "copy", "Copy the selection or the line", &["ctrl-c"]),
    edit(Edit::Cut, "cut", "Cut the selection or the line", &["ctrl-x"]),
    edit(Edit::Paste, "paste", "Paste what was copied here", &["ctrl-v"]),
    edit(Edit::SelectAll, "select-all", "Select everything", &["ctrl-a"]),
    edit(Edit::Indent, "indent", "Indent", &["tab"]),
    edit(Edit::Dedent, "dedent", "Take indentation off", &["shift-tab"]),
    // Terminals tell Ctrl-/ as Ctrl-7, unless they tell keys in full.
    edit(Edit::Comment, "comment", "Make lines comments, or no longer", &["ctrl-/", "ctrl-7"]),
    edit(Edit::Duplicate, "duplicate-lines", "Duplicate lines", &["ctrl-d"]),
    edit(Edit::DeleteLines, "delete-lines", "Remove lines", &["shift-delete"]),
    edit(Edit::LinesUp, "lines-up", "Move lines up", &["ctrl-shift-up", "ctrl-up"]),
    edit(Edit::LinesDown, "lines-down", "Move lines down", &["ctrl-shift-down", "ctrl-down"]),
    edit(Edit::EraseWord, "erase-word", "Remove the word before", &["ctrl-w", "alt-backspace"]),
    edit(Edit::EraseWordAhead, "erase-word-ahead", "Remove the word behind", &["ctrl-delete"]),
    edit(Edit::EraseToStart, "erase-to-start", "Remove up to the line's start", &["ctrl-u"]),
    edit(Edit::EraseToEnd, "erase-to-end", "Remove up to the line's end", &["ctrl-k"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: ScriptAction) -> Result<(), String> {
    let Some(stage) = state.stage() else {
        return Err("no script has the keys; `alt-3` goes to the cached one".to_owned());
    };
    let entry = state.environments.selected();
    let pair = entry.and_then(|entry| state.scripts.pair(&entry.id));
    let (Some(entry), Some(pair)) = (entry, pair) else {
        return Err("no environment is selected; `n` in their list makes one".to_owned());
    };
    let editor = pair.editor(stage);
    match action {
        S::NextHit | S::PreviousHit if state.scripts.searched.0.is_empty() => {
            Err("nothing was searched yet; `ctrl-f` searches".to_owned())
        }
        S::NextFinding | S::PreviousFinding if editor.marks.findings().is_empty() => {
            Err("there are no findings in this script".to_owned())
        }
        S::Mend if mending(editor).is_none() => {
            Err("nothing in this line can be mended by a key".to_owned())
        }
        S::Move if says_nothing(editor) => {
            Err("there is no statement in this line that could be moved".to_owned())
        }
        S::Save if !pair.is_dirty() && entry.lost.is_none() => {
            Err("everything is saved already".to_owned())
        }
        S::Compare | S::Revert if pair.standing(stage) == Standing::Saved => {
            Err("the script is what the file says".to_owned())
        }
        S::Edit(Edit::Paste) if state.scripts.clipboard.is_empty() => {
            Err("nothing was copied here; paste with your terminal's own key".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether the line of the cursor is empty or a comment. Whether a statement can be moved asks for
/// more reading than each picture has time for.
fn says_nothing(editor: &Editor) -> bool {
    let buffer = editor.buffer();
    let line = buffer.text().line(buffer.cursor().line).trim_start();
    line.is_empty() || line.starts_with('#')
}
