//! One script editor: the gutter, the lines, and where the cursor is.
//!
//! ```text
//! ! 12 apt-get install -y $packages
//! mark, number, then the text with its colours; at the right edge how long the statement took
//! ```
//!
//! The lines are drawn here and not by the library of the text, since cells, tabs and hidden
//! characters must be the ones that `app` counts: the mouse asks the same count.

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::app::domain::history::words::duration;
use crate::app::domain::lint::Severity;
use crate::app::editor::Editor;
use crate::app::editor::marks::Mark;
use crate::app::editor::place::Place;
use crate::app::editor::syntax::Syntax;
use crate::app::editor::viewport::{cell_of, is_hidden, width_at};

/// What a cell of an editor is, for whoever knows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Plain text.
    Text,
    /// The background of the line with the cursor.
    CursorLine,
    /// What is selected.
    Selection,
    /// A hit of the search.
    SearchHit,
    /// The hit that is selected.
    SearchCurrent,
    /// The number of a line.
    LineNumber,
    /// The number of the line with the cursor.
    LineNumberCurrent,
    /// A placeholder of a character that shows nothing.
    Hidden,
    /// How long a statement took.
    Time,
    /// The bar that tells where in the text the window is.
    Scrollbar,
    /// What a part of the script is.
    Syntax(Syntax),
    /// A mark beside a line, and what it stands for in the text.
    Mark(Mark),
}

/// How an editor is drawn.
pub struct Look<'l> {
    /// The style of a role; laid over the ones before it.
    pub style: &'l dyn Fn(Role) -> Style,
    /// Only ASCII.
    pub ascii: bool,
    /// Whether the keys go to this editor.
    pub focused: bool,
}

/// Draws an editor. The cell of the cursor, if it is in sight and the keys go here.
pub fn draw(cells: &mut Cells, area: Rect, editor: &Editor, look: &Look<'_>) -> Option<Position> {
    let area = area.intersection(cells.area);
    let (text, viewport) = (editor.buffer().text(), editor.viewport());
    let cursor = editor.buffer().cursor();
    let lines = viewport.top..viewport.top + usize::from(area.height);
    let tints = editor.tints().spans(text, lines.clone());
    cells.set_style(area, (look.style)(Role::Text));
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        if line > text.last() {
            break;
        }
        let row = Rect { y, height: 1, ..area };
        if line == cursor.line && look.focused {
            cells.set_style(row, (look.style)(Role::CursorLine));
        }
        let gutter = viewport.gutter(text.lines().len()).min(area.width);
        if gutter > 0 {
            draw_gutter(cells, Rect { width: gutter, ..row }, editor, line, look);
        }
        let row = Rect { x: row.x + gutter, width: row.width - gutter, ..row };
        let spans = tints.get(line - viewport.top).map_or(&[][..], Vec::as_slice);
        draw_line(cells, row, editor, line, spans, look);
        draw_time(cells, row, editor, line, look);
    }
    draw_scrollbar(cells, area, editor, look);
    let (column, row) = viewport.cell_at(text, cursor).filter(|_| look.focused)?;
    let at = Position::new(area.x + column, area.y + row);
    area.contains(at).then_some(at)
}

/// The mark of a line and its number.
fn draw_gutter(cells: &mut Cells, area: Rect, editor: &Editor, line: usize, look: &Look<'_>) {
    let current = line == editor.buffer().cursor().line && look.focused;
    let role = if current { Role::LineNumberCurrent } else { Role::LineNumber };
    let width = usize::from(area.width).saturating_sub(3);
    let number = format!("{:>width$} ", line + 1);
    cells.set_string(area.x + 2, area.y, number, (look.style)(role));
    if let Some(mark) = editor.marks.of(line) {
        // The line under a text is not for its sign.
        let style = (look.style)(Role::Mark(mark)).remove_modifier(Modifier::UNDERLINED);
        cells.set_string(area.x, area.y, glyph(mark, look.ascii), style);
    }
}

/// The sign of a mark: each another one, so that colour is not needed to tell them.
#[must_use]
pub fn glyph(mark: Mark, ascii: bool) -> &'static str {
    match (mark, ascii) {
        (Mark::Failed, false) => "✗",
        (Mark::Failed, true) => "x",
        (Mark::Finding(Severity::Error), false) => "●",
        (Mark::Finding(Severity::Error), true) => "E",
        (Mark::Finding(Severity::Warning), false) => "▲",
        (Mark::Finding(Severity::Warning), true) => "!",
        (Mark::Finding(Severity::Hint), false) => "·",
        (Mark::Finding(Severity::Hint), true) => "i",
    }
}

/// The part of a line that is in sight.
fn draw_line(
    cells: &mut Cells,
    area: Rect,
    editor: &Editor,
    line: usize,
    spans: &[(std::ops::Range<usize>, Syntax)],
    look: &Look<'_>,
) {
    let buffer = editor.buffer();
    let text = buffer.text().line(line);
    let layers = Layers::new(editor, line, spans, look);
    let left = editor.viewport().left;
    let right = left + usize::from(area.width);
    let mut cell = 0;
    for (column, grapheme) in text.grapheme_indices(true) {
        if cell >= right {
            break;
        }
        let width = width_at(grapheme, cell, buffer.text().tab_width());
        if cell + width > left {
            let shown = shown(grapheme, look.ascii);
            let whole = cell >= left && cell + width <= right;
            let style = layers.style(column, is_hidden(grapheme));
            for at in cell.max(left)..(cell + width).min(right) {
                let x = area.x + u16::try_from(at - left).unwrap_or(0);
                if let Some(target) = cells.cell_mut((x, area.y)) {
                    // Half a wide character and a tab are spaces; so is what a whole one covers.
                    let symbol = match shown {
                        Some(symbol) if whole && at == cell => symbol,
                        _ => " ",
                    };
                    target.set_symbol(symbol).set_style(style);
                }
            }
        }
        cell += width;
    }
    // A selection that goes on in the next line shows the line's end, too.
    if let Some((from, to)) = buffer.selection()
        && (from.line..to.line).contains(&line)
        && let Some(x) = (cell >= left && cell < right).then(|| cell - left)
        && let Some(target) = cells.cell_mut((area.x + u16::try_from(x).unwrap_or(0), area.y))
    {
        target.set_style((look.style)(Role::Selection));
    }
}

/// At the right edge, how long the statement that begins in the line took when it ran last; nothing
/// where that would touch the text.
fn draw_time(cells: &mut Cells, area: Rect, editor: &Editor, line: usize, look: &Look<'_>) {
    /// Free cells before it, and behind it for the bar of the window.
    const FREE: (usize, usize) = (2, 1);
    let Some(words) = editor.times.at(line).map(duration) else { return };
    let text = editor.buffer().text();
    let (text, tab) = (text.line(line), text.tab_width());
    let used = cell_of(text, text.len(), tab).saturating_sub(editor.viewport().left);
    let end = usize::from(area.width).saturating_sub(FREE.1);
    let Some(start) = end.checked_sub(words.len()).filter(|start| used + FREE.0 <= *start) else {
        return;
    };
    let x = area.x + u16::try_from(start).unwrap_or(0);
    cells.set_string(x, area.y, words, (look.style)(Role::Time));
}

/// What is shown for a visible character; nothing for a tab.
fn shown(grapheme: &str, ascii: bool) -> Option<&str> {
    /// The pictures of the control characters, in their order.
    const PICTURES: &str = "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟";
    if grapheme == "\t" {
        return None;
    }
    if is_hidden(grapheme) {
        let first = grapheme.chars().next().map_or(0, u32::from);
        let picture = usize::try_from(first).ok().and_then(|at| PICTURES.get(at * 3..at * 3 + 3));
        return Some(if ascii { "?" } else { picture.unwrap_or("�") });
    }
    Some(if ascii && !grapheme.is_ascii() { "?" } else { grapheme })
}

/// The styles of a line, one laid over the other.
struct Layers<'l> {
    spans: &'l [(std::ops::Range<usize>, Syntax)],
    hits: Vec<(usize, usize)>,
    findings: Vec<(std::ops::Range<usize>, Mark)>,
    selected: std::ops::Range<usize>,
    look: &'l Look<'l>,
}

impl<'l> Layers<'l> {
    fn new(
        editor: &Editor,
        line: usize,
        spans: &'l [(std::ops::Range<usize>, Syntax)],
        look: &'l Look<'l>,
    ) -> Self {
        let text = editor.buffer().text().line(line);
        let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
        let findings = editor.marks.at(line).map(|finding| {
            let start = byte(finding.start.column);
            let end = if finding.end.line > line { text.len() } else { byte(finding.end.column) };
            (start..end.max(start + 1), Mark::Finding(finding.severity))
        });
        let selected = editor.buffer().selection().map_or(0..0, |(from, to)| {
            let start = if from < Place::new(line, 0) { 0 } else { from.column };
            let end = if to.line > line { text.len() } else { to.column };
            if (from.line..=to.line).contains(&line) { start..end } else { 0..0 }
        });
        let hits = editor.search().map_or(Vec::new(), |search| search.hits(text).collect());
        Self { spans, hits, findings: findings.collect(), selected, look }
    }

    fn style(&self, column: usize, hidden: bool) -> Style {
        let at = self.spans.partition_point(|(range, _)| range.end <= column);
        let span = self.spans.get(at).filter(|(range, _)| range.contains(&column));
        let mut roles = vec![];
        roles.extend(span.map(|(_, syntax)| Role::Syntax(*syntax)));
        roles.extend(hidden.then_some(Role::Hidden));
        let finding = self.findings.iter().find(|(range, _)| range.contains(&column));
        roles.extend(finding.map(|(_, mark)| Role::Mark(*mark)));
        let hit = self.hits.iter().find(|(start, end)| (*start..*end).contains(&column));
        let selected = self.selected.contains(&column);
        match hit {
            Some((start, end)) if self.selected == (*start..*end) => {
                roles.push(Role::SearchCurrent);
            }
            _ if selected => roles.push(Role::Selection),
            Some(_) => roles.push(Role::SearchHit),
            None => {}
        }
        let lay = |style: Style, role| style.patch((self.look.style)(role));
        roles.into_iter().fold(Style::default(), lay)
    }
}

/// At the right edge, which part of the text the window shows; nothing if it shows all of it.
fn draw_scrollbar(cells: &mut Cells, area: Rect, editor: &Editor, look: &Look<'_>) {
    let (lines, height) = (editor.buffer().text().lines().len(), usize::from(area.height));
    if lines <= height || area.width < 2 || height == 0 {
        return;
    }
    let length = (height * height / lines).max(1);
    let top = editor.viewport().top * (height - length) / (lines - height).max(1);
    let top = top.min(height - length);
    for y in top..top + length {
        let at = (area.right() - 1, area.y + u16::try_from(y).unwrap_or(0));
        if let Some(cell) = cells.cell_mut(at) {
            cell.set_symbol(if look.ascii { "|" } else { "▐" });
            cell.set_style((look.style)(Role::Scrollbar));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::domain::history::statement::StatementTime;
    use crate::app::domain::lint::{Diagnostic, RuleCode, Spot};
    use crate::app::editor::EditorCommand;
    use crate::app::editor::motion::Motion;
    use ratatui::style::Color;

    fn style(role: Role) -> Style {
        match role {
            Role::Text => Style::new().fg(Color::White),
            Role::CursorLine => Style::new().bg(Color::Indexed(236)),
            Role::Selection => Style::new().bg(Color::Blue),
            Role::SearchHit => Style::new().bg(Color::Yellow),
            Role::SearchCurrent => Style::new().bg(Color::Red),
            Role::LineNumber | Role::LineNumberCurrent => Style::new().fg(Color::DarkGray),
            Role::Hidden => Style::new().add_modifier(Modifier::REVERSED),
            Role::Time => Style::new().add_modifier(Modifier::DIM),
            Role::Scrollbar => Style::new().fg(Color::Gray),
            Role::Syntax(Syntax::Command) => Style::new().fg(Color::Green),
            Role::Syntax(_) => Style::new().fg(Color::Cyan),
            Role::Mark(_) => Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    fn drawn(editor: &Editor, ascii: bool) -> (Cells, Option<Position>) {
        let view = editor.viewport();
        let area = Rect::new(0, 0, view.width, view.height);
        let mut cells = Cells::empty(area);
        let look = Look { style: &style, ascii, focused: true };
        let cursor = draw(&mut cells, area, editor, &look);
        (cells, cursor)
    }

    fn rows(cells: &Cells) -> Vec<String> {
        let row = |y| (0..cells.area.width).map(|x| cells[(x, y)].symbol()).collect::<String>();
        (0..cells.area.height).map(|y| row(y).trim_end().to_owned()).collect()
    }

    fn editor(text: &str, width: u16, height: u16) -> Editor {
        let mut editor = Editor::new(text);
        editor.resize(width, height);
        editor
    }

    #[test]
    fn numbers_marks_tabs_and_hidden_characters_are_shown() {
        let mut editor = editor("a\tb\n語x\u{1b}[0m\ne\u{301}y\u{200b}z\r\n", 20, 5);
        let code = RuleCode("SC2086".into());
        let (start, end) = (Spot { line: 0, column: 2 }, Spot { line: 0, column: 3 });
        let severity = Severity::Warning;
        let finding = Diagnostic {
            code,
            severity,
            message: String::new(),
            advice: String::new(),
            start,
            end,
            fix: None,
        };
        editor.marks.answer(vec![finding], 0, 0);
        editor.marks.set_failed(Some(1));
        let (cells, cursor) = drawn(&editor, false);
        assert_eq!(rows(&cells), ["▲  1 a   b", "✗  2 語 x␛[0m", "   3 e\u{301}y�z", "   4", ""]);
        assert_eq!(cursor, Some(Position::new(5, 0)));
        assert!(cells[(9, 0)].modifier.contains(Modifier::UNDERLINED));
        assert!(cells[(8, 1)].modifier.contains(Modifier::REVERSED));
        let (cells, _) = drawn(&editor, true);
        assert_eq!(
            rows(&cells),
            ["!  1 a   b", "x  2 ?  x?[0m", "   3 ?y?z", "   4", ""]
                .map(|r| r.replace("?  x", "? x"))
        );
    }

    #[test]
    fn colours_selection_and_hits_lie_one_over_the_other() {
        let mut editor = editor("apt x\napt y\n", 20, 3);
        editor.apply(EditorCommand::Search { query: "apt".into(), regex: false }, 3);
        let (cells, _) = drawn(&editor, false);
        assert_eq!((cells[(5, 0)].bg, cells[(5, 0)].fg), (Color::Red, Color::Green));
        assert_eq!((cells[(5, 1)].bg, cells[(5, 1)].fg), (Color::Yellow, Color::Green));
        assert_eq!(cells[(9, 0)].bg, Color::Indexed(236), "the line with the cursor");
        editor.apply(EditorCommand::EndSearch, 3);
        editor.apply(EditorCommand::Move { motion: Motion::Down, select: true }, 3);
        let (cells, _) = drawn(&editor, false);
        assert_eq!((cells[(10, 0)].bg, cells[(11, 0)].bg), (Color::Blue, Color::Reset));
        assert_eq!((cells[(5, 0)].bg, cells[(7, 1)].bg), (Color::Blue, Color::Blue));
    }

    #[test]
    fn a_time_stands_at_the_right_edge_and_never_on_the_text() {
        let mut editor = editor("sleep 1\nsleep 22222\nb\n", 24, 4);
        let time = |line, ms| StatementTime { line, last: line, ms: Some(ms) };
        let times = [time(1, 1000.0), time(2, 41_200.0), time(3, 2.0)];
        editor.times.answer(&times, 0, 0);
        let (cells, _) = drawn(&editor, false);
        // A cell is left for the bar; the second line has no room.
        let expected = ["   1 sleep 1     1.00 s", "   2 sleep 22222", "   3 b", "   4"];
        assert_eq!(rows(&cells), expected);
        assert!(cells[(20, 0)].modifier.contains(Modifier::DIM));
        editor.apply(EditorCommand::Type('x'), 3);
        assert_eq!(rows(&drawn(&editor, false).0)[0], "   1 xsleep 1");
    }

    #[test]
    fn a_line_wider_than_the_window_is_cut_between_cells() {
        let mut editor = editor(&"語".repeat(20), 12, 1);
        editor.apply(EditorCommand::Move { motion: Motion::Right, select: false }, 1);
        assert_eq!(rows(&drawn(&editor, false).0), ["   1 語 語 語"]);
        editor.apply(EditorCommand::Move { motion: Motion::End, select: false }, 1);
        let (cells, cursor) = drawn(&editor, false);
        assert!(cursor.is_some());
        assert!(rows(&cells)[0].contains('語'));
    }

    #[test]
    fn any_window_is_drawn() {
        let text = "if x; then\n\techo \"語 $y\" # é\nfi\n".repeat(40);
        for (width, height) in [(0, 0), (1, 1), (3, 2), (8, 4), (300, 100)] {
            let mut editor = editor(&text, width, height);
            editor.apply(EditorCommand::Move { motion: Motion::Bottom, select: true }, height);
            let (cells, _) = drawn(&editor, false);
            assert_eq!(cells.area, Rect::new(0, 0, width, height));
        }
    }
}
