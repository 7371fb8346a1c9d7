//! Colours of bash, and which statement a line belongs to.
//!
//! The tree follows each edit and is read again only where it changed; spans are made only for the
//! lines that are shown. The grammar is wrong about a few things that bash accepts, so nothing
//! here ever says whether a script is valid.

use std::ops::Range;

use tree_sitter::{InputEdit, Node, ParseOptions, Parser, Point, Tree};

use super::place::{Change, Place};
use super::text::Text;

/// Texts beyond this many bytes have no colours: each key would wait for them.
pub const MAX_BYTES: usize = 2 << 20;

/// Bytes of a line that have colours.
const MAX_COLUMN: usize = 4_096;

/// How often the parser may ask whether to go on; beyond it the text has no colours until the
/// next edit. A count and no clock, so that the same text has the same colours everywhere.
const PATIENCE: usize = 400_000;

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// From `#` on.
    Comment,
    /// In quotes.
    String,
    /// A word of the language.
    Keyword,
    /// A variable's name, with its `$`.
    Variable,
    /// A command's name.
    Command,
    /// A number.
    Number,
    /// What joins commands or redirects them.
    Operator,
    /// A function's name where it is defined.
    Function,
    /// The text given to a command below it.
    Heredoc,
}

/// A longer text is read again when nothing was typed for a while: even where little changed that
/// takes longer than a key may.
const AT_ONCE: usize = 32 * 1024;

/// The tree of a text.
#[derive(Clone, Debug, Default)]
pub struct Tints {
    tree: Option<Tree>,
    /// Whether the tree knows where everything is, and not yet what was typed since.
    is_behind: bool,
}

impl Tints {
    /// Reads a text.
    #[must_use]
    pub fn new(text: &Text) -> Self {
        let mut tints = Self::default();
        tints.read(text);
        tints
    }

    /// Follows what changed, and reads the text again where it did, unless it is long.
    pub fn follow(&mut self, text: &Text, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        if let Some(tree) = &mut self.tree {
            for change in changes {
                tree.edit(&InputEdit {
                    start_byte: change.start_byte,
                    old_end_byte: change.start_byte + change.old_len,
                    new_end_byte: change.start_byte + change.new_len,
                    start_position: point(change.start),
                    old_end_position: point(change.old_end),
                    new_end_position: point(change.new_end),
                });
            }
        }
        if text.bytes() > AT_ONCE {
            self.is_behind = true;
        } else {
            self.read(text);
        }
    }

    /// Reads the text again if that was put off.
    pub fn catch_up(&mut self, text: &Text) {
        if self.is_behind {
            self.read(text);
        }
    }

    fn read(&mut self, text: &Text) {
        let old = self.tree.take();
        self.is_behind = false;
        let mut parser = Parser::new();
        if text.bytes() > MAX_BYTES
            || parser.set_language(&tree_sitter_bash::LANGUAGE.into()).is_err()
        {
            return;
        }
        let lines = text.lines();
        let mut read = |_: usize, at: Point| -> &[u8] {
            let Some(line) = lines.get(at.row) else { return b"" };
            match line.as_bytes().get(at.column..) {
                Some(rest) if !rest.is_empty() => rest,
                Some(_) if at.row + 1 < lines.len() => b"\n",
                _ => b"",
            }
        };
        let mut asked = 0;
        let mut stop = |_: &tree_sitter::ParseState| {
            asked += 1;
            asked > PATIENCE
        };
        let options = ParseOptions::new().progress_callback(&mut stop);
        self.tree = parser.parse_with_options(&mut read, old.as_ref(), Some(options));
    }

    /// The colours of some lines: for each the bytes and what they are, in order, apart.
    #[must_use]
    pub fn spans(&self, text: &Text, lines: Range<usize>) -> Vec<Vec<(Range<usize>, Syntax)>> {
        let lines = lines.start..lines.end.min(text.lines().len());
        let width = |line: usize| text.lines()[line].len().min(MAX_COLUMN);
        let mut cells: Vec<Vec<Option<Syntax>>> =
            lines.clone().map(|line| vec![None; width(line)]).collect();
        if let Some(tree) = &self.tree {
            visit(tree, &lines, |node, syntax| {
                let (start, end) = (node.start_position(), node.end_position());
                for line in start.row.max(lines.start)..lines.end.min(end.row + 1) {
                    let cells = &mut cells[line - lines.start];
                    let from = if line == start.row { start.column } else { 0 };
                    let to = if line == end.row { end.column } else { cells.len() };
                    let to = to.min(cells.len());
                    if from < to {
                        cells[from..to].fill(Some(syntax));
                    }
                }
            });
        }
        cells.iter().map(|cells| runs(cells)).collect()
    }

    /// The lines of the statement that a line belongs to, the text given to it below included.
    #[must_use]
    pub fn statement_at(&self, line: usize) -> Option<Range<usize>> {
        let root = self.tree.as_ref()?.root_node();
        let mut cursor = root.walk();
        if !cursor.goto_first_child() {
            return None;
        }
        // Straight to the first child that ends in the line or behind it.
        let mut found: Option<Range<usize>> = None;
        cursor.goto_parent();
        cursor.goto_first_child_for_point(Point::new(line, 0))?;
        loop {
            let node = cursor.node();
            let (start, end) = (node.start_position(), node.end_position());
            if start.row > line {
                break;
            }
            // What ends at a line's begin ended with the line before it.
            let last = if end.column == 0 { end.row.saturating_sub(1) } else { end.row };
            let last = last.max(start.row);
            if node.is_named() && node.kind() != "comment" && last >= line {
                let so_far = found.unwrap_or(start.row..last + 1);
                found = Some(so_far.start.min(start.row)..so_far.end.max(last + 1));
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        found
    }
}

fn point(place: Place) -> Point {
    Point::new(place.line, place.column)
}

/// Visits what has a colour in some lines, outer nodes first. Without recursion, since a script
/// can be nested deeper than a stack.
fn visit<'t>(tree: &'t Tree, lines: &Range<usize>, mut paint: impl FnMut(Node<'t>, Syntax)) {
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let inside =
            node.end_position().row >= lines.start && node.start_position().row < lines.end;
        if inside && let Some(syntax) = syntax_of(node, cursor.field_name()) {
            paint(node, syntax);
        }
        // Down to the first child that is not above the lines.
        let from = Point::new(lines.start, 0);
        let down = inside
            && if node.start_position().row < lines.start {
                cursor.goto_first_child_for_point(from).is_some()
            } else {
                cursor.goto_first_child()
            };
        if down {
            continue;
        }
        let mut past = node.start_position().row >= lines.end;
        loop {
            if !past && cursor.goto_next_sibling() {
                break;
            }
            past = false;
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// What a node is; what is inside of it may be something else.
fn syntax_of(node: Node<'_>, field: Option<&str>) -> Option<Syntax> {
    let kind = node.kind();
    if !node.is_named() {
        return match kind {
            "case" | "do" | "done" | "elif" | "else" | "esac" | "for" | "function" | "if"
            | "in" | "select" | "then" | "until" | "while" | "fi" | "declare" | "export"
            | "local" | "readonly" | "typeset" | "unset" | "unsetenv" => Some(Syntax::Keyword),
            "&&" | "||" | "|" | "|&" | "&" | ";" | ";;" | ";&" | ";;&" | ">" | ">>" | "<"
            | "<<" | "<<-" | "<<<" | "&>" | "&>>" | "<&" | ">&" | ">|" | "=" | "+=" | "=="
            | "!=" | "=~" | "!" | "[[" | "]]" | "[" | "]" => {
                // A quotation and a variable hold signs of their own.
                let parent = node.parent().map_or("", |parent| parent.kind());
                (!matches!(parent, "expansion" | "string")).then_some(Syntax::Operator)
            }
            _ => None,
        };
    }
    match kind {
        "comment" => Some(Syntax::Comment),
        "string" | "raw_string" | "ansi_c_string" | "translated_string" => Some(Syntax::String),
        "heredoc_start" | "heredoc_body" | "heredoc_end" => Some(Syntax::Heredoc),
        "variable_name" | "special_variable_name" | "simple_expansion" | "expansion" => {
            Some(Syntax::Variable)
        }
        "command_name" => Some(Syntax::Command),
        "number" | "file_descriptor" => Some(Syntax::Number),
        "test_operator" => Some(Syntax::Operator),
        "word" if field == Some("name") => Some(Syntax::Function),
        // In a quotation's command everything is a command again.
        _ => None,
    }
}

/// Equal neighbours as one.
fn runs(cells: &[Option<Syntax>]) -> Vec<(Range<usize>, Syntax)> {
    let mut spans: Vec<(Range<usize>, Syntax)> = Vec::new();
    for (at, syntax) in cells.iter().enumerate() {
        let Some(syntax) = *syntax else { continue };
        match spans.last_mut() {
            Some((range, last)) if *last == syntax && range.end == at => range.end = at + 1,
            _ => spans.push((at..at + 1, syntax)),
        }
    }
    spans
}

#[cfg(test)]
#[path = "syntax_tests.rs"]
mod tests;
