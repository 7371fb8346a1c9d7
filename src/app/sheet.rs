//! A text to read that lies over the panes: why layers are warm or cold, what was told, what
//! differs. Closing it goes back to where one was; a key that does something there does it.

use unicode_width::UnicodeWidthStr as _;

/// A text to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What it is about.
    pub title: String,
    /// The lines, as long as they are.
    pub lines: Vec<SheetLine>,
    /// The row that is the first one seen.
    pub first: usize,
    /// What it is for.
    pub purpose: SheetPurpose,
}

/// What a sheet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetPurpose {
    /// Only to be read.
    Reading,
    /// A look at what differs, before a question that is still to be answered.
    Deciding,
}

/// A line of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLine {
    /// How it looks.
    pub look: Look,
    /// Its text.
    pub text: String,
}

/// How a line looks, by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Plain.
    Text,
    /// What the lines below are about.
    Heading,
    /// Beside the point.
    Muted,
    /// Something is as it should be.
    Warm,
    /// Something is missing.
    Cold,
    /// Something is older than it should be.
    Stale,
    /// Something went wrong.
    Failed,
    /// A line of a program's text, the same on both sides. It is cut, not wrapped.
    Code,
    /// A line that only the first side has.
    Removed,
    /// A line that only the second side has.
    Added,
}

impl SheetLine {
    /// A line.
    #[must_use]
    pub fn new(look: Look, text: impl Into<String>) -> Self {
        Self { look, text: text.into() }
    }

    /// A line of a unified diff.
    #[must_use]
    pub fn of_diff(line: &str) -> Self {
        let look = match line.as_bytes().first() {
            Some(b'+') => Look::Added,
            Some(b'-') => Look::Removed,
            Some(b'@') => Look::Muted,
            _ => Look::Code,
        };
        Self::new(look, line)
    }

    fn is_cut(&self) -> bool {
        matches!(self.look, Look::Code | Look::Added | Look::Removed)
    }
}

impl Sheet {
    /// A text to read.
    #[must_use]
    pub fn new(title: impl Into<String>, lines: Vec<SheetLine>) -> Self {
        Self { title: title.into(), lines, first: 0, purpose: SheetPurpose::Reading }
    }

    /// The rows it takes when it is `width` cells wide. Words are not broken, and what a line is
    /// indented by the rest of it is, too.
    #[must_use]
    pub fn rows(&self, width: usize) -> Vec<SheetLine> {
        let mut rows = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let text = shown(&line.text);
            if line.is_cut() || text.width() <= width {
                rows.push(SheetLine::new(line.look, text));
                continue;
            }
            let indent = &text[..text.len() - text.trim_start().len()];
            let options = textwrap::Options::new(width.max(8)).subsequent_indent(indent);
            let wrapped = textwrap::wrap(&text, options);
            rows.extend(wrapped.into_iter().map(|row| SheetLine::new(line.look, row)));
        }
        rows
    }

    /// Scrolls by so many rows, no further than to the last page of `height` rows.
    pub fn scroll(&mut self, by: isize, width: usize, height: usize) {
        let last = self.rows(width).len().saturating_sub(height.max(1));
        self.first = self.first.saturating_add_signed(by).min(last);
    }
}

/// A line without what would steer the terminal.
fn shown(text: &str) -> String {
    text.replace('\t', "    ").chars().filter(|char| !char.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_at_its_indent_and_code_is_not() {
        let long = "  one two three four";
        let lines = vec![
            SheetLine::new(Look::Text, long),
            SheetLine::new(Look::Code, long),
            SheetLine::new(Look::Text, "tab\there\u{1b}[2J"),
            SheetLine::new(Look::Muted, ""),
        ];
        let sheet = Sheet::new("a", lines);
        let rows: Vec<String> = sheet.rows(12).into_iter().map(|row| row.text).collect();
        assert_eq!(rows, ["  one two", "  three four", long, "tab", "here[2J", ""]);
    }

    #[test]
    fn it_scrolls_no_further_than_its_last_page() {
        let lines = (0..30).map(|n| SheetLine::new(Look::Text, n.to_string())).collect();
        let mut sheet = Sheet::new("a", lines);
        sheet.scroll(100, 40, 10);
        assert_eq!(sheet.first, 20);
        sheet.scroll(-5, 40, 10);
        assert_eq!(sheet.first, 15);
        sheet.scroll(isize::MIN, 40, 10);
        assert_eq!(sheet.first, 0);
    }

    #[test]
    fn lines_of_a_diff_look_as_what_they_are() {
        let looks = ["+a", "-a", "@@ -1 +1 @@", " a", ""].map(|line| SheetLine::of_diff(line).look);
        assert_eq!(looks, [Look::Added, Look::Removed, Look::Muted, Look::Code, Look::Code]);
    }
}
