//! A script as the linter for any bash can read it in a time that grows with its length.
//!
//! For each statement of a sequence it looks for the next test (`[ … ]`), and where none follows it
//! looks to the end: of 4,000 commands in a row it looks at eight million. So it is given the text
//! with tests of nothing put between the lines of long sequences, and what it finds is put back.

use std::ops::Range;

use crate::domain::bash::Script;
use crate::domain::bash::tree::Statement;

/// What is put in.
const STOP: &str = "[ -e / ]\n";

/// After so many statements of a sequence.
const EVERY: usize = 50;

/// A text with stops in it.
pub(super) struct Stopped {
    /// The text.
    pub text: String,
    /// Where stops are put, in the text without them.
    places: Vec<usize>,
}

impl Stopped {
    /// The text with stops; none: it has no sequence that is long enough.
    pub(super) fn of(text: &str, script: &Script) -> Option<Self> {
        if !script.errors.is_empty() || text.lines().nth(EVERY).is_none() {
            return None;
        }
        let mut finder = Finder { text, script, places: Vec::new() };
        finder.sequence(&script.statements);
        let mut places = finder.places;
        if places.is_empty() {
            return None;
        }
        places.sort_unstable();
        places.dedup();
        let mut stopped = String::with_capacity(text.len() + places.len() * STOP.len());
        let mut done = 0;
        for place in &places {
            stopped.push_str(text.get(done..*place)?);
            stopped.push_str(STOP);
            done = *place;
        }
        stopped.push_str(text.get(done..)?);
        Some(Self { text: stopped, places })
    }

    /// The byte of the text without stops that a byte of this one is.
    pub(super) fn back(&self, byte: usize) -> usize {
        match self.before(byte) {
            0 => byte,
            count => byte.saturating_sub(count * STOP.len()).max(self.places[count - 1]),
        }
    }

    /// The bytes of the text without stops that some of this one are; none: a stop lies in them.
    pub(super) fn back_range(&self, bytes: Range<usize>) -> Option<Range<usize>> {
        let last = bytes.end.saturating_sub(1).max(bytes.start);
        let is_one = self.before(bytes.start) == self.before(last);
        let is_free = bytes.is_empty() || !self.is_stop(bytes.start);
        (is_one && is_free).then(|| self.back(bytes.start)..self.back(bytes.end))
    }

    /// Whether a byte lies in a stop.
    pub(super) fn is_stop(&self, byte: usize) -> bool {
        let count = self.before(byte);
        count > 0 && byte - (count - 1) * STOP.len() < self.places[count - 1] + STOP.len()
    }

    /// How many stops begin at a byte or before it.
    fn before(&self, byte: usize) -> usize {
        let (mut low, mut high) = (0, self.places.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.places[middle] + middle * STOP.len() <= byte {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

struct Finder<'s> {
    text: &'s str,
    script: &'s Script,
    places: Vec<usize>,
}

impl Finder<'_> {
    fn sequence(&mut self, statements: &[Statement]) {
        let (mut since, mut end) = (0, 0);
        for (index, statement) in statements.iter().enumerate() {
            for command in statement.pipelines.iter().flat_map(|it| &it.commands) {
                for block in command.kind.bodies() {
                    self.sequence(&block.statements);
                }
            }
            since += 1;
            end = end.max(self.script.extent(statement).end);
            if since >= EVERY
                && let Some(next) = statements.get(index + 1)
                && let Some(place) = self.place(end, next)
            {
                self.places.push(place);
                since = 0;
            }
        }
    }

    /// The beginning of the line behind `end`, if it lies before the next statement and that does
    /// not ask for the status of the one before.
    fn place(&self, end: usize, next: &Statement) -> Option<usize> {
        let behind = self.text.get(end..next.span.start)?;
        let starts_line = end > 0 && self.text.as_bytes().get(end - 1) == Some(&b'\n');
        let place = if starts_line { end } else { end + behind.find('\n')? + 1 };
        (!next.span.of(self.text).contains("$?")).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bash::parse;

    #[test]
    fn stops_stand_between_lines_and_nothing_else_changes() {
        let line = "echo a; echo b # c\n";
        let scripts = [
            line.repeat(200),
            format!("f() {{\n{}}}\n", line.repeat(100)),
            format!("if a; then\n{}\nfi\n", line.repeat(100)),
            format!("{}\n", "cat <<A; echo x\nbody\nA\n".repeat(60)),
            "# shellcheck disable=SC1\necho a && \\\n  b\n".repeat(60),
        ];
        for text in scripts {
            let script = parse(&text);
            let stopped = Stopped::of(&text, &script).unwrap();
            assert_eq!(stopped.text.replace(STOP, ""), text);
            assert!(parse(&stopped.text).errors.is_empty(), "{}", stopped.text);
            let stops = stopped.text.matches(STOP).count();
            assert!((1..10).contains(&stops), "{stops} in {text}");
            let mut at = 0;
            for (byte, char) in stopped.text.char_indices() {
                assert_eq!(stopped.back(byte), at, "{byte}");
                if !stopped.is_stop(byte) {
                    at += char.len_utf8();
                }
            }
            assert_eq!(at, text.len());
        }
    }

    #[test]
    fn what_is_short_or_asks_for_a_status_has_no_stops() {
        for text in ["echo a\n".repeat(EVERY), "a; ".repeat(300), "[ $? = 0 ]\n".repeat(100)] {
            assert!(Stopped::of(&text, &parse(&text)).is_none(), "{text}");
        }
    }
}
