//! Edits of whole lines: those the selection touches, or the cursor's. Each is one step.

use super::buffer::Buffer;
use super::history::{Caret, Run};
use super::motion::indent_of;
use super::place::Place;
use super::viewport::cell_of;

/// Lines looked at to find what a script is indented with.
const LOOKED_AT: usize = 1_000;

impl Buffer {
    /// The first and the last line of the selection; a line it only reaches is not among them.
    fn touched(&self) -> (usize, usize) {
        match self.selection() {
            Some((from, to)) if to.column == 0 && to.line > from.line => (from.line, to.line - 1),
            Some((from, to)) => (from.line, to.line),
            None => (self.caret.cursor.line, self.caret.cursor.line),
        }
    }

    /// What the script is indented with: a tab, or as many spaces as its least indented line, or as
    /// a tab is wide.
    #[must_use]
    pub fn indent_unit(&self) -> String {
        let lines = self.text.lines().iter().take(LOOKED_AT);
        let mut spaces = usize::MAX;
        for line in lines {
            let indent = indent_of(line);
            if indent.starts_with('\t') {
                return "\t".to_owned();
            }
            // One space is how a list or a quotation continues, not how a script is indented.
            if indent.len() > 1 && indent.len() < line.len() {
                spaces = spaces.min(indent.len());
            }
        }
        " ".repeat(if spaces > 8 { self.text.tab_width() } else { spaces })
    }

    /// A tab: indents the selected lines, or inserts what the script is indented with.
    pub fn tab(&mut self) {
        let unit = self.indent_unit();
        if self.selection().is_some_and(|(from, to)| from.line != to.line) {
            self.each_line(|line| (!line.is_empty()).then(|| format!("{unit}{line}")));
        } else {
            let unit = match unit.as_str() {
                "\t" => unit,
                spaces => {
                    let at = self.selection().map_or(self.caret.cursor, |(from, _)| from);
                    let cell = cell_of(self.text.line(at.line), at.column, self.text.tab_width());
                    " ".repeat(spaces.len() - cell % spaces.len())
                }
            };
            let (from, to) = self.selection().unwrap_or((self.caret.cursor, self.caret.cursor));
            self.edit(from, to, &unit, None, Run::Single);
        }
    }

    /// Takes one step of indentation off the lines.
    pub fn dedent(&mut self) {
        let spaces = self.indent_unit().len().max(2);
        self.each_line(|line| {
            if let Some(rest) = line.strip_prefix('\t') {
                return Some(rest.to_owned());
            }
            let own = line.bytes().take_while(|byte| *byte == b' ').count().min(spaces);
            (own > 0).then(|| line[own..].to_owned())
        });
    }

    /// Makes the lines comments, or comments lines again if all of them are.
    pub fn toggle_comment(&mut self) {
        let (first, last) = self.touched();
        let lines = || (first..=last).map(|line| self.text.line(line));
        let filled = || lines().filter(|line| !line.trim().is_empty());
        let column = filled().map(|line| indent_of(line).len()).min();
        let Some(column) = column else { return };
        if filled().all(|line| line.trim_start().starts_with('#')) {
            self.each_line(|line| {
                let (indent, rest) = line.split_at(indent_of(line).len());
                let rest = rest.strip_prefix('#')?;
                Some(format!("{indent}{}", rest.strip_prefix(' ').unwrap_or(rest)))
            });
        } else {
            self.each_line(|line| {
                let filled = !line.trim().is_empty();
                filled.then(|| format!("{}# {}", &line[..column], &line[column..]))
            });
        }
    }

    /// Puts the lines a second time below themselves; the cursor goes with the second.
    pub fn duplicate(&mut self) {
        let (first, last) = self.touched();
        let text = self.text.slice(Place::new(first, 0), self.text.end_of(last));
        let new = format!("{}{text}", self.text.line_break(last));
        let after = self.shifted(isize::try_from(last + 1 - first).unwrap_or(0));
        let end = self.text.end_of(last);
        self.edit(end, end, &new, Some(after), Run::Single);
    }

    /// Removes the lines and gives them.
    pub fn delete_lines(&mut self) -> String {
        let (first, last) = self.touched();
        let taken = self.text.slice(Place::new(first, 0), self.text.end_of(last));
        let taken = format!("{taken}{}", self.text.line_break(last));
        let (from, to) = if last < self.text.last() {
            (Place::new(first, 0), Place::new(last + 1, 0))
        } else if first > 0 {
            (self.text.end_of(first - 1), self.text.end())
        } else {
            (Place::new(0, 0), self.text.end())
        };
        self.edit(from, to, "", None, Run::Single);
        taken
    }

    /// Moves the lines over the one above or below.
    pub fn move_lines(&mut self, down: bool) {
        let (first, last) = self.touched();
        let (from, to) = if down { (first, last + 1) } else { (first.wrapping_sub(1), last) };
        if from > to || to > self.text.last() {
            return;
        }
        let own: Vec<&str> = (first..=last).map(|line| self.text.line(line)).collect();
        let other = self.text.line(if down { to } else { from });
        let ordered =
            if down { [&[other][..], &own].concat() } else { [&own, &[other][..]].concat() };
        let new = ordered.join(self.text.line_break(from));
        let after = self.shifted(if down { 1 } else { -1 });
        self.edit(Place::new(from, 0), self.text.end_of(to), &new, Some(after), Run::Single);
    }

    fn shifted(&self, lines: isize) -> Caret {
        let shift = |place: Place| Place {
            line: place.line.saturating_add_signed(lines),
            column: place.column,
        };
        Caret { cursor: shift(self.caret.cursor), anchor: self.caret.anchor.map(shift) }
    }

    /// Changes the lines one by one, as one edit; what is selected stays it.
    fn each_line(&mut self, change: impl Fn(&str) -> Option<String>) {
        let (first, last) = self.touched();
        let mut lines = Vec::new();
        let mut caret = self.caret;
        for line in first..=last {
            let old = self.text.line(line);
            let new = change(old).unwrap_or_else(|| old.to_owned());
            let kept = |place: Place| {
                if place.line != line {
                    return place;
                }
                // The distance to the line's end is what stays, except at its begin.
                let behind = old.len() - place.column;
                let begins = place.column == 0 && self.selection().is_some();
                let mut column = if begins { 0 } else { new.len().saturating_sub(behind) };
                while !new.is_char_boundary(column) {
                    column -= 1;
                }
                Place { line, column }
            };
            caret = Caret { cursor: kept(caret.cursor), anchor: caret.anchor.map(kept) };
            lines.push(new);
        }
        // Each line keeps what ends it.
        let mut new = String::new();
        for (at, line) in (first..=last).zip(&lines) {
            new.push_str(line);
            if at < last {
                new.push_str(self.text.line_break(at));
            }
        }
        let end = self.text.end_of(last);
        self.edit(Place::new(first, 0), end, &new, Some(caret), Run::Single);
    }
}
