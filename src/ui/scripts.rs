//! The pane of a script: its editor, the line of the search; and the comparison with the file.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::editor::{self, Look, Role as Part};
use super::findings;
use super::paint::{Glyph, Paint, cells, fit};
use super::typed::typed;
use super::{pane, welcome};
use crate::app::domain::environment::Stage;
use crate::app::domain::lint::Severity;
use crate::app::domain::theme::Role;
use crate::app::editor::Editor;
use crate::app::editor::marks::Mark;
use crate::app::editor::syntax::Syntax;
use crate::app::layout::Rect;
use crate::app::lost::Lost;
use crate::app::mode::{Mode, Search};
use crate::app::scripts::{Areas, Pair, Standing, region};
use crate::app::state::State;

pub(super) fn draw(
    frame: &mut Frame<'_>,
    rect: Rect,
    stage: Stage,
    state: &State,
    paint: Paint<'_>,
) {
    let entry = state.environments.selected();
    let id = entry.map(|entry| &entry.id);
    let pair = id.and_then(|id| state.scripts.pair(id));
    let lost = entry.and_then(|entry| entry.lost.as_ref());
    let title = title(stage, pair, lost, state, paint);
    let inside = pane::titled(frame, rect, region(stage), title, state, paint);
    let environments = &state.environments;
    if stage == Stage::Cached && environments.listed && environments.is_empty() {
        return welcome::draw(frame, inside, state, paint);
    }
    let (Some(pair), Some(areas)) = (pair, Areas::of(state, stage)) else { return };
    let editor = pair.editor(stage);
    let has_keys = state.stage() == Some(stage) && matches!(state.mode, Mode::Panes);
    if is_blank(editor) && !has_keys {
        let words = match stage {
            Stage::Cached => " runs once, when the image is built",
            Stage::Run => " runs at every task start, before the command",
        };
        let line = Line::from(paint.span(fit(words, usize::from(inside.width), "~"), Role::Hint));
        frame.render_widget(line, cells(Rect { height: inside.height.min(1), ..inside }));
    } else {
        let style = |part: Part| paint.style(role(part));
        let look = Look { style: &style, ascii: paint.is_ascii(), focused: has_keys };
        let cursor = editor::draw(frame.buffer_mut(), cells(areas.editor), editor, &look);
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
        let place = if cursor.is_some() { place(frame, rect, editor, paint) } else { 0 };
        let is_unsaved = pair.standing(stage) != Standing::Saved;
        if let Some(id) = id.filter(|_| is_unsaved) {
            let (long, brief) =
                (state.preview.of_unsaved(id), state.preview.of_unsaved_briefly(id));
            forecast(frame, rect, [long, brief], place, paint);
        }
    }
    findings::draw(frame, areas.findings, editor, has_keys.then_some(state), paint);
    if let Mode::Search(search) = &state.mode
        && search.stage == stage
    {
        search_line(frame, areas.search, search, paint);
    }
}

fn is_blank(editor: &Editor) -> bool {
    editor.buffer().text().bytes() == 0
}

fn title<'t>(
    stage: Stage,
    pair: Option<&Pair>,
    lost: Option<&Lost>,
    state: &State,
    paint: Paint<'_>,
) -> Line<'t> {
    let region = region(stage);
    let role = if state.layout.focus == region { Role::Accent } else { Role::Heading };
    let when = match stage {
        Stage::Cached => "build time",
        Stage::Run => "task start",
    };
    let separator = paint.glyph(Glyph::Separator);
    let mut spans = vec![paint.span(format!(" {} ", region.title()), role)];
    if let Some(lost) = lost {
        spans.push(paint.span(format!("* {} ", lost.words()), Role::Error));
        return Line::from(spans);
    }
    match pair.map(|pair| pair.standing(stage)) {
        Some(Standing::Unsaved) if pair.is_some_and(|pair| pair.undrafted().is_some()) => {
            spans.push(paint.span("* unsaved, no draft ", Role::Error));
        }
        Some(Standing::Unsaved) => spans.push(paint.span("* unsaved ", Role::Warning)),
        Some(Standing::Conflict) => {
            spans.push(paint.span("* unsaved, file changed ", Role::Error));
        }
        Some(Standing::Saved) | None => {
            spans.push(paint.span(format!("{separator} {when} "), Role::Muted));
        }
    }
    Line::from(spans)
}

/// What a bake would have to do for what is typed, on the lower border, in as many words as have
/// room beside so many cells.
fn forecast(
    frame: &mut Frame<'_>,
    rect: Rect,
    words: [Option<String>; 2],
    taken: u16,
    paint: Paint<'_>,
) {
    let [Some(long), Some(brief)] = words else { return };
    let room = usize::from(rect.width.saturating_sub(taken + 6));
    if room < 12 || rect.height < 2 {
        return;
    }
    let words = if long.width() <= room { long } else { brief };
    let words = format!(" {} ", fit(&words, room, paint.glyph(Glyph::More)));
    let width = u16::try_from(words.width()).unwrap_or(0);
    let cell = Rect { x: rect.x + 1, y: rect.bottom() - 1, width, height: 1 };
    frame.render_widget(Line::from(paint.span(words, Role::Warning)), cells(cell));
}

/// The line and the column of the cursor, on the lower border; how many cells that takes.
fn place(frame: &mut Frame<'_>, rect: Rect, editor: &Editor, paint: Paint<'_>) -> u16 {
    let at = editor.buffer().cursor();
    let column = editor.buffer().text().line(at.line)[..at.column].chars().count() + 1;
    let words = format!(" {}:{column} ", at.line + 1);
    let width = u16::try_from(words.len()).unwrap_or(0);
    if rect.width <= width + 2 || rect.height < 2 {
        return 0;
    }
    let x = rect.right() - width - 1;
    let cell = Rect { x, y: rect.bottom() - 1, width, height: 1 };
    frame.render_widget(Line::from(paint.span(words, Role::Muted)), cells(cell));
    width
}

/// The role of a part of the editor in the theme.
fn role(part: Part) -> Role {
    match part {
        Part::Text | Part::LineNumberCurrent => Role::Text,
        Part::CursorLine => Role::CursorLine,
        Part::Selection => Role::Selection,
        Part::SearchHit => Role::SearchHit,
        Part::SearchCurrent => Role::SearchCurrent,
        Part::LineNumber => Role::LineNumber,
        Part::Hidden | Part::Time => Role::Muted,
        Part::Scrollbar => Role::Scrollbar,
        Part::Mark(Mark::Failed) => Role::Failed,
        Part::Mark(Mark::Finding(severity)) => severity_role(severity),
        Part::Syntax(syntax) => match syntax {
            Syntax::Comment => Role::SyntaxComment,
            Syntax::String => Role::SyntaxString,
            Syntax::Keyword => Role::SyntaxKeyword,
            Syntax::Variable => Role::SyntaxVariable,
            Syntax::Command => Role::SyntaxCommand,
            Syntax::Number => Role::SyntaxNumber,
            Syntax::Operator => Role::SyntaxOperator,
            Syntax::Function => Role::SyntaxFunction,
            Syntax::Heredoc => Role::SyntaxHeredoc,
        },
    }
}

pub(super) fn severity_role(severity: Severity) -> Role {
    match severity {
        Severity::Error => Role::FindingError,
        Severity::Warning => Role::FindingWarning,
        Severity::Hint => Role::FindingHint,
    }
}

/// What stands between what is searched and what takes its place.
const WITH: &str = "  with ";

fn search_line(frame: &mut Frame<'_>, rect: Rect, search: &Search, paint: Paint<'_>) {
    let kind = if search.is_regex { " regex " } else { " find " };
    let told = format!("  {}", search.told);
    let room = usize::from(rect.width).saturating_sub(kind.width() + told.width());
    let room = if search.with.is_some() { room.saturating_sub(WITH.width()) / 2 } else { room };
    let (query, at) = typed(&search.query, room);
    let mut cursor = kind.width() + usize::from(at);
    let mut spans: Vec<Span<'_>> =
        vec![paint.span(kind, Role::Key), paint.span(query, Role::Input)];
    if let Some(with) = &search.with {
        let before: usize = spans.iter().map(Span::width).sum();
        let (with, at) = typed(with, room);
        spans.push(paint.span(WITH, Role::Key));
        spans.push(paint.span(with, Role::Input));
        if search.in_with {
            cursor = before + WITH.width() + usize::from(at);
        }
    }
    spans.push(paint.span(told, Role::Muted));
    let line = Line::from(spans).style(paint.style(Role::Dialog));
    frame.buffer_mut().set_style(cells(rect), paint.style(Role::Dialog));
    frame.render_widget(line, cells(rect));
    let x = rect.x + u16::try_from(cursor).unwrap_or(u16::MAX).min(rect.width.saturating_sub(1));
    frame.set_cursor_position((x, rect.y));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::environments::EnvironmentsEvent;
    use crate::app::event::Event;
    use crate::app::layout::Region;
    use crate::app::scripts::ScriptsEvent;
    use crate::app::testing::{entry, id, press, type_text};
    use crate::app::update::update;
    use crate::ui::testing::{furnished, overlay, pane, with_findings, with_forecast};

    #[test]
    fn a_script_has_its_findings_its_failed_line_and_its_search() {
        let mut state = furnished();
        press(&mut state, &["down", "enter"]);
        with_findings(&mut state, "docs");
        // The search line has its row of the pane, and the findings theirs.
        press(&mut state, &["down"]);
        assert_snapshot!("findings", pane(&state, Region::Cached));
        press(&mut state, &["ctrl-f"]);
        type_text(&mut state, "e");
        assert_snapshot!("search", pane(&state, Region::Cached));
    }

    #[test]
    fn what_is_unsaved_is_marked_and_compared_with_the_file() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &["enter", "down"]);
        type_text(&mut state, "true && ");
        press(&mut state, &["shift-right", "shift-right"]);
        assert_snapshot!("unsaved", pane(&state, Region::Cached));
        press(&mut state, &["f7"]);
        assert_snapshot!("compare", overlay(&state));
    }

    #[test]
    fn what_became_of_the_file_and_of_the_draft_is_told_as_long_as_it_is_so() {
        let mut state = furnished();
        press(&mut state, &["enter", "x"]);
        let full = Err("the disk is full".to_owned());
        update(&mut state, Event::Scripts(ScriptsEvent::Kept(id("data"), full)));
        press(&mut state, &["y"]);
        let seen = pane(&state, Region::Cached);
        assert!(seen.contains("* unsaved, no draft"), "{seen}");
        let listed = EnvironmentsEvent::Listed { entries: vec![entry("web")], broken: Vec::new() };
        update(&mut state, Event::Environments(listed));
        press(&mut state, &["z"]);
        for (region, words) in [
            (Region::Cached, "* unsaved, file gone"),
            (Region::Run, "* unsaved, file gone"),
            (Region::Environments, "unsaved, file gone"),
            (Region::Details, "the file of `data` is gone"),
        ] {
            let seen = pane(&state, region);
            assert!(seen.contains(words), "no {words:?} in:\n{seen}");
        }
    }

    #[test]
    fn what_an_edit_would_bake_is_told_below_it_and_beside_the_layers() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &["up", "enter", "down"]);
        type_text(&mut state, "true && ");
        press(&mut state, &["shift-right", "shift-right"]);
        with_forecast(&mut state);
        assert_snapshot!("forecast_briefly", pane(&state, Region::Cached));
        state.size = (130, 36);
        let seen = pane(&state, Region::Details);
        assert!(seen.contains("* would bake the environment"), "{seen}");
        state.layout.zoomed = true;
        let seen = pane(&state, Region::Cached);
        let words =
            "would bake the environment layer: cached preflight changed, about 1:40, 410 MB";
        assert!(seen.contains(words), "{seen}");
    }
}
