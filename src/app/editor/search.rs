//! Search and replace: line by line, smart about case, bounded in what it counts.

use regex::{Captures, Regex, RegexBuilder};

use super::buffer::Buffer;
use super::place::Place;
use super::text::Text;

/// Hits counted at most; beyond it the count says so.
pub const MAX_COUNTED: usize = 10_000;

/// What is searched.
#[derive(Clone, Debug)]
pub struct Search {
    /// As typed.
    pub query: String,
    /// Whether it is a regular expression.
    pub regex: bool,
    pattern: Regex,
}

impl PartialEq for Search {
    fn eq(&self, other: &Self) -> bool {
        self.query == other.query && self.regex == other.regex
    }
}

/// A hit: its ends, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its begin.
    pub from: Place,
    /// Its end, in the same line.
    pub to: Place,
    /// Whether the search went over the end of the text, or over its begin, to find it.
    pub wrapped: bool,
}

/// How many hits there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Which of them the cursor is at, from 1.
    pub current: Option<usize>,
    /// All of them, up to [`MAX_COUNTED`].
    pub total: usize,
    /// Whether there are more.
    pub more: bool,
}

impl Search {
    /// Reads a query. Case counts only if something of it is in upper case.
    ///
    /// # Errors
    /// What is wrong with a regular expression, in a sentence.
    pub fn new(query: &str, regex: bool) -> Result<Self, String> {
        let text = if regex { query.to_owned() } else { regex::escape(query) };
        let letters = |text: &str| {
            let mut escaped = false;
            text.chars().any(|char| {
                let counts = char.is_uppercase() && !(regex && escaped);
                escaped = char == '\\' && !escaped;
                counts
            })
        };
        let pattern = RegexBuilder::new(&text).case_insensitive(!letters(query)).build();
        let pattern = pattern.map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            format!("`{query}` is no regular expression: {reason}")
        })?;
        Ok(Self { query: query.to_owned(), regex, pattern })
    }

    /// The hits of one line, in bytes: what is highlighted of a visible line.
    pub fn hits<'t>(&'t self, line: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        let hits = self.pattern.find_iter(line).map(|hit| (hit.start(), hit.end()));
        // An expression that matches nothing at all matches everywhere; nothing is no hit.
        hits.filter(|(start, end)| start < end)
    }

    /// The first hit that begins at or behind a place, over the end of the text if need be.
    #[must_use]
    pub fn next(&self, text: &Text, from: Place) -> Option<Hit> {
        let count = text.lines().len();
        (0..=count).find_map(|step| {
            let line = (from.line + step) % count;
            let wrapped = from.line + step >= count;
            let mut hits = self.hits(text.line(line));
            let hit = hits.find(|(start, _)| step > 0 || *start >= from.column)?;
            Some(hit_at(line, hit, wrapped))
        })
    }

    /// The last hit that ends at or before a place, over the begin of the text if need be.
    #[must_use]
    pub fn previous(&self, text: &Text, from: Place) -> Option<Hit> {
        let count = text.lines().len();
        (0..=count).find_map(|step| {
            let line = (from.line + count - step) % count;
            let hits = self.hits(text.line(line));
            let hit = hits.take_while(|(_, end)| step > 0 || *end <= from.column).last()?;
            Some(hit_at(line, hit, step > from.line))
        })
    }

    /// Counts the hits, and which of them is selected or begins at the cursor.
    #[must_use]
    pub fn count(&self, buffer: &Buffer) -> Count {
        let at = buffer.selection().map_or(buffer.cursor(), |(from, _)| from);
        let mut count = Count { current: None, total: 0, more: false };
        for line in 0..buffer.text().lines().len() {
            for (start, _) in self.hits(buffer.text().line(line)) {
                if count.total == MAX_COUNTED {
                    count.more = true;
                    return count;
                }
                count.total += 1;
                if Place::new(line, start) == at {
                    count.current = Some(count.total);
                }
            }
        }
        count
    }

    /// Replaces the selected hit, if one is, and selects the next.
    pub fn replace(&self, buffer: &mut Buffer, with: &str) -> Option<Hit> {
        if let Some((from, to)) = buffer.selection()
            && from.line == to.line
        {
            let line = buffer.text().line(from.line);
            if self.hits(line).any(|hit| hit == (from.column, to.column)) {
                let new = self.replaced(line, Some((from.column, to.column)), with);
                let end = new.len() + to.column - line.len();
                let new = new[from.column..end].to_owned();
                buffer.replace(from, to, &new);
            }
        }
        let hit = self.next(buffer.text(), buffer.cursor())?;
        buffer.select(hit.from, hit.to);
        Some(hit)
    }

    /// Replaces all hits as one step. How many there were.
    pub fn replace_all(&self, buffer: &mut Buffer, with: &str) -> usize {
        let text = buffer.text();
        let hits = |line: &usize| self.hits(text.line(*line)).count();
        let all = 0..text.lines().len();
        let count = all.clone().map(|line| hits(&line)).sum();
        let first = all.clone().find(|line| hits(line) > 0);
        let last = all.rev().find(|line| hits(line) > 0);
        let (Some(first), Some(last)) = (first, last) else { return 0 };
        let mut new = String::new();
        for line in first..=last {
            new.push_str(&self.replaced(text.line(line), None, with));
            if line < last {
                new.push_str(text.line_break(line));
            }
        }
        let (end, cursor) = (text.end_of(last), buffer.cursor());
        buffer.replace(Place::new(first, 0), end, &new);
        buffer.place(cursor, false);
        count
    }

    /// A line with its hits, or only one of them, replaced.
    fn replaced(&self, line: &str, only: Option<(usize, usize)>, with: &str) -> String {
        let mut new = String::new();
        let mut kept = 0;
        for found in self.pattern.captures_iter(line) {
            let Some(hit) = found.get(0) else { continue };
            if hit.is_empty() || only.is_some_and(|only| only != (hit.start(), hit.end())) {
                continue;
            }
            new.push_str(&line[kept..hit.start()]);
            if self.regex {
                self.fill(&found, with, &mut new);
            } else {
                new.push_str(with);
            }
            kept = hit.end();
        }
        new.push_str(&line[kept..]);
        new
    }

    /// Adds what a hit is replaced by: `$0` is the hit, `$1`, `${1}` and `${name}` are groups that
    /// the expression has. A script is full of other signs of this kind, which stay as they are;
    /// the library's own way would make variables nothing.
    fn fill(&self, found: &Captures<'_>, with: &str, new: &mut String) {
        let mut rest = with;
        while let Some(at) = rest.find('$') {
            new.push_str(&rest[..at]);
            rest = &rest[at..];
            let group = named(rest).and_then(|(name, after)| Some((self.group(name)?, after)));
            if let Some((group, after)) = group {
                new.push_str(found.get(group).map_or("", |part| part.as_str()));
                rest = after;
            } else {
                new.push('$');
                rest = &rest[1..];
            }
        }
        new.push_str(rest);
    }

    /// The number of a group of the expression, given by that or by its name.
    fn group(&self, name: &str) -> Option<usize> {
        match name.parse::<usize>() {
            Ok(number) => (number < self.pattern.captures_len()).then_some(number),
            Err(_) => self.pattern.capture_names().position(|known| known == Some(name)),
        }
    }
}

/// The name in `$1` or `${name}`, with which a text begins, and what follows it.
fn named(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('$')?;
    if let Some(text) = text.strip_prefix('{') {
        return text.split_once('}');
    }
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn hit_at(line: usize, (start, end): (usize, usize), wrapped: bool) -> Hit {
    Hit { from: Place::new(line, start), to: Place::new(line, end), wrapped }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "apt update\nApt\nx apt apt\n";

    #[test]
    fn the_next_and_the_previous_hit_wrap_and_say_so() {
        // Query, from, next, previous; each as line, begin and whether it wrapped.
        for (query, from, next, previous) in [
            ("apt", (0, 0), (0, 0, false), (2, 6, true)),
            ("apt", (0, 1), (1, 0, false), (2, 6, true)),
            ("apt", (2, 6), (2, 6, false), (2, 2, false)),
            ("apt", (2, 7), (0, 0, true), (2, 2, false)),
            ("Apt", (2, 0), (1, 0, true), (1, 0, false)),
            ("UPDATE|apt", (0, 0), (0, 0, false), (0, 0, false)),
        ] {
            let text = Text::new(TEXT);
            let search = Search::new(query, false).unwrap();
            let from = Place::new(from.0, from.1);
            let told = |hit: Option<Hit>| hit.map(|h| (h.from.line, h.from.column, h.wrapped));
            if query.contains('|') {
                assert_eq!(told(search.next(&text, from)), None, "a plain query has no signs");
                continue;
            }
            assert_eq!(told(search.next(&text, from)), Some(next), "{query} from {from:?}");
            assert_eq!(told(search.previous(&text, from)), Some(previous), "{query} to {from:?}");
        }
    }

    #[test]
    fn hits_are_counted_up_to_a_bound() {
        let mut buffer = Buffer::new(TEXT);
        buffer.place(Place::new(2, 2), false);
        let search = Search::new("apt", false).unwrap();
        let expected = Count { current: Some(3), total: 4, more: false };
        assert_eq!(search.count(&buffer), expected);
        let many = Buffer::new(&"a".repeat(MAX_COUNTED + 1));
        let count = Search::new("a", false).unwrap().count(&many);
        assert_eq!((count.total, count.more), (MAX_COUNTED, true));
        let empty = Search::new("x*", true).unwrap();
        assert_eq!(empty.count(&buffer).total, 1, "nothing is no hit");
    }

    #[test]
    fn all_hits_are_replaced_as_one_step() {
        // Query, whether it is an expression, what with, the result, how many.
        for (query, regex, with, expected, count) in [
            ("apt", false, "$1", "$1 update\n$1\nx $1 $1\n", 4),
            ("(a)pt", true, "${1}a", "aa update\nAa\nx aa aa\n", 4),
            ("Apt", false, "a\nb", "apt update\na\nb\nx apt apt\n", 1),
            ("none", false, "x", TEXT, 0),
        ] {
            let mut buffer = Buffer::new(TEXT);
            let search = Search::new(query, regex).unwrap();
            assert_eq!(search.replace_all(&mut buffer, with), count);
            assert_eq!(buffer.contents(), expected);
            assert_eq!(buffer.undo(), count > 0);
            assert_eq!(buffer.contents(), TEXT);
        }
    }

    #[test]
    fn only_groups_of_the_expression_are_filled_in() {
        let text = "cp -r foo1 /opt/x";
        for (query, with, expected) in [
            ("foo[0-9]", "$HOME/bar", "cp -r $HOME/bar /opt/x"),
            ("foo[0-9]", "$0$0", "cp -r foo1foo1 /opt/x"),
            ("foo[0-9]", "$1 ${1} ${HOME} $$ $", "cp -r $1 ${1} ${HOME} $$ $ /opt/x"),
            ("foo([0-9])", "$1a${1}b$2 ${1:-x} ${", "cp -r 1a1b$2 ${1:-x} ${ /opt/x"),
            ("foo(?<n>[0-9])", "$n ${n} ${m} $1", "cp -r $n 1 ${m} 1 /opt/x"),
            ("foo(x)?1", "[$1]", "cp -r [] /opt/x"),
        ] {
            let mut buffer = Buffer::new(text);
            assert_eq!(Search::new(query, true).unwrap().replace_all(&mut buffer, with), 1);
            assert_eq!(buffer.contents(), expected, "{query} by {with}");
        }
    }

    #[test]
    fn a_hit_is_replaced_only_when_it_is_selected() {
        let mut buffer = Buffer::new(TEXT);
        let search = Search::new("apt", false).unwrap();
        search.replace(&mut buffer, "dnf");
        assert_eq!(buffer.contents(), TEXT);
        search.replace(&mut buffer, "dnf");
        assert_eq!(buffer.contents(), TEXT.replacen("apt", "dnf", 1));
        assert_eq!(buffer.selection(), Some((Place::new(1, 0), Place::new(1, 3))));
    }

    #[test]
    fn what_is_no_expression_is_told() {
        let error = Search::new("a(", true).unwrap_err();
        assert_eq!(error, "`a(` is no regular expression: unclosed group");
        assert!(Search::new("a(", false).is_ok());
    }
}
