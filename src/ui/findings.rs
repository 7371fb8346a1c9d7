//! The findings below an editor: how many, what the keys do about that of the line, and the list.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::editor;
use super::paint::{Glyph, Paint, cells, fit};
use super::scripts::severity_role;
use crate::app::action::{Action, Scope, ScriptAction};
use crate::app::domain::lint::Diagnostic;
use crate::app::domain::theme::Role;
use crate::app::editor::Editor;
use crate::app::editor::marks::Mark;
use crate::app::layout::Rect;
use crate::app::scripts::listed::{ListedRow, MARGIN, head, listed};
use crate::app::scripts::{is_to_move, mending};
use crate::app::state::State;

/// `focused` is the state, if the editor has the keys.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    rect: Rect,
    editor: &Editor,
    focused: Option<&State>,
    paint: Paint<'_>,
) {
    if rect.height == 0 {
        return;
    }
    let (top, rows) = rect.cut_top(1);
    let width = usize::from(rect.width);
    let found = editor.marks.findings();
    let keys = focused.map(|state| keys(state, editor)).unwrap_or_default();
    frame.render_widget(rule(found.len(), &keys, width, paint), cells(top));
    let listed = listed(editor, usize::from(rows.height), width);
    for (y, row) in (rows.y..rows.bottom()).zip(&listed) {
        if let Some(finding) = found.get(row.finding) {
            let line = line(finding, row, width, paint);
            frame.render_widget(line, cells(Rect { y, height: 1, ..rows }));
        }
    }
}

/// What the keys do about the line of the cursor.
fn keys(state: &State, editor: &Editor) -> String {
    let chord = |action| {
        let chord = state.keymap.shown(Scope::Editor, Action::Script(action))?;
        Some(chord.to_string())
    };
    let mends =
        mending(editor).and_then(|_| Some(format!("{} mends it", chord(ScriptAction::Mend)?)));
    let moves = is_to_move(editor)
        .then_some(())
        .and_then(|()| Some(format!("{} moves it", chord(ScriptAction::Move)?)));
    [mends, moves].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn rule<'t>(count: usize, keys: &str, width: usize, paint: Paint<'_>) -> Line<'t> {
    let count = match count {
        1 => " 1 finding ".to_owned(),
        count => format!(" {count} findings "),
    };
    let keys = if keys.is_empty() { String::new() } else { format!(" {keys} ") };
    let free = width.saturating_sub(count.width() + 1);
    // The rule stays one where there is no room for both.
    let keys = if keys.width() + 2 > free { String::new() } else { keys };
    let dash = if paint.is_ascii() { "-" } else { "─" };
    let end = usize::from(!keys.is_empty());
    let between = free - keys.width() - end;
    Line::from(vec![
        paint.span(dash, Role::Border),
        paint.span(count, Role::Muted),
        paint.span(dash.repeat(between), Role::Border),
        paint.span(keys, Role::Key),
        paint.span(dash.repeat(end), Role::Border),
    ])
}

fn line<'t>(finding: &Diagnostic, row: &ListedRow, width: usize, paint: Paint<'_>) -> Line<'t> {
    let more = paint.glyph(Glyph::More);
    let role = if row.is_here { Role::Text } else { Role::Muted };
    if !row.begins {
        let words = fit(&row.words, width.saturating_sub(MARGIN), more);
        return Line::from(paint.span(format!("{}{words}", " ".repeat(MARGIN)), role));
    }
    let sign = paint.sign(severity_role(finding.severity));
    let glyph = editor::glyph(Mark::Finding(finding.severity), paint.is_ascii());
    let (place, code) = head(finding);
    let used = MARGIN + place.width() + code.width();
    let words = fit(&row.words, width.saturating_sub(used), more);
    let gap = " ".repeat(MARGIN.saturating_sub(glyph.width()));
    Line::from(vec![
        Span::styled(format!("{glyph}{gap}"), sign),
        paint.span(place, role),
        Span::styled(code, sign),
        paint.span(words, role),
    ])
}
