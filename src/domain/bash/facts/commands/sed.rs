//! `sed`: the files it edits, and those that its script reads and writes.

use super::Call;
use crate::domain::bash::Text;
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Facts};

/// What its words ask for.
#[derive(Default)]
struct Asked {
    scripts: Vec<Value>,
    files: Vec<Value>,
    /// Whether it changes the files themselves; the end of the names of copies.
    in_place: Option<Text>,
    /// Whether a part of the script lies in a file.
    from_file: bool,
}

pub(super) fn sed(call: &Call<'_>, facts: &mut Facts) -> bool {
    let asked = asked(call.arguments);
    if asked.from_file {
        return false;
    }
    // Several are lines of one.
    let whole = asked.scripts.iter().all(|script| script.whole);
    let texts: Vec<_> = asked.scripts.iter().map(|script| script.text.as_str()).collect();
    let Some(first) = asked.scripts.first() else { return false };
    let Some(used) = Scan::of(&texts.join("\n")) else { return false };
    for (access, file) in used {
        call.path(&Value { text: file, whole, span: first.span }, access, facts);
    }
    for file in &asked.files {
        call.path(file, Access::Read, facts);
        if let Some(end) = &asked.in_place {
            call.path(file, Access::Write, facts);
            if !end.is_empty() {
                let copy = Value { text: file.text.clone(), whole: false, span: file.span };
                call.path(&copy, Access::Write, facts);
            }
        }
    }
    true
}

fn asked(arguments: &[Value]) -> Asked {
    let mut asked = Asked::default();
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    let mut all = false;
    while let Some(word) = rest.next() {
        if all || !word.is_option() {
            words.push(word.clone());
            continue;
        }
        let behind = |text: &str| Value { text: text.into(), ..word.clone() };
        if let Some(long) = word.text.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(behind(value))),
                None => (long, None),
            };
            match name {
                "" => all = true,
                "expression" => asked.scripts.extend(value.or_else(|| rest.next().cloned())),
                "file" => asked.from_file = true,
                "in-place" => asked.in_place = Some(value.unwrap_or_default().text),
                "line-length" if value.is_none() => drop(rest.next()),
                _ => {}
            }
            continue;
        }
        for (at, letter) in word.text.char_indices().skip(1) {
            let value = Some(&word.text[at + 1..]).filter(|text| !text.is_empty());
            match letter {
                'e' => asked.scripts.extend(value.map(behind).or_else(|| rest.next().cloned())),
                'f' => asked.from_file = true,
                'l' if value.is_none() => drop(rest.next()),
                'i' => asked.in_place = Some(value.unwrap_or_default().into()),
                _ => continue,
            }
            break;
        }
    }
    let is_named = !asked.scripts.is_empty() || asked.from_file;
    let mut words = words.into_iter();
    if !is_named {
        asked.scripts.extend(words.next());
    }
    asked.files = words.collect();
    asked
}

/// The name of a class of characters is no longer, with what ends it.
const LONGEST_CLASS: usize = 16;

/// A walk over a script, which may end anywhere: of some only the beginning is known.
struct Scan<'t> {
    rest: &'t str,
    /// How much was left at the end of a line in which no set ends any more.
    unclosed: usize,
    files: Vec<(Access, Text)>,
}

impl<'t> Scan<'t> {
    /// The files that a script uses; `None` if it runs commands, or cannot be read.
    fn of(text: &'t str) -> Option<Vec<(Access, Text)>> {
        let mut scan = Self { rest: text, unclosed: usize::MAX, files: Vec::new() };
        loop {
            scan.rest = scan.rest.trim_start_matches([' ', '\t', '\n', ';', '{', '}']);
            if scan.rest.is_empty() {
                return Some(scan.files);
            }
            scan.address();
            scan.command()?;
        }
    }

    fn address(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t']);
            let Some(first) = self.rest.chars().next() else { return };
            match first {
                '0'..='9' | '$' | ',' | '!' | '+' | '~' => self.rest = &self.rest[1..],
                '/' => {
                    self.rest = &self.rest[1..];
                    self.pattern('/');
                    self.rest = self.rest.trim_start_matches(['I', 'M']);
                }
                '\\' => {
                    self.rest = &self.rest[1..];
                    let Some(limit) = self.next() else { return };
                    self.pattern(limit);
                    self.rest = self.rest.trim_start_matches(['I', 'M']);
                }
                _ => return,
            }
        }
    }

    fn command(&mut self) -> Option<()> {
        // The script is known only so far.
        let Some(command) = self.next() else { return Some(()) };
        match command {
            's' => {
                let Some(limit) = self.next() else { return Some(()) };
                self.pattern(limit);
                self.until(limit);
                self.flags()?;
            }
            'y' => {
                let Some(limit) = self.next() else { return Some(()) };
                self.until(limit);
                self.until(limit);
            }
            'r' | 'R' => self.file(Access::Read),
            'w' | 'W' => self.file(Access::Write),
            'a' | 'i' | 'c' => {
                // The text goes on behind a line that ends with `\`.
                while self.line().ends_with('\\') && !self.rest.is_empty() {}
            }
            '#' => drop(self.line()),
            ':' | 'b' | 't' | 'T' | 'v' => {
                let end = self.rest.find(['\n', ';', '}']).unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
            }
            'q' | 'Q' | 'l' | 'L' => {
                self.rest = self.rest.trim_start_matches([' ', '\t']);
                self.rest = self.rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
            }
            '{' | '}' | '=' | 'd' | 'D' | 'F' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P'
            | 'x' | 'z' => {}
            _ => return None,
        }
        Some(())
    }

    fn flags(&mut self) -> Option<()> {
        loop {
            match self.rest.chars().next() {
                Some('e') => return None,
                Some('w') => {
                    self.rest = &self.rest[1..];
                    self.file(Access::Write);
                    return Some(());
                }
                Some('g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9') => self.rest = &self.rest[1..],
                Some(' ' | '\t' | '\n' | ';' | '}' | '#') | None => return Some(()),
                Some(_) => return None,
            }
        }
    }

    fn file(&mut self, access: Access) {
        let name: Text = self.line().trim_start_matches([' ', '\t']).into();
        if !name.is_empty() {
            self.files.push((access, name));
        }
    }

    fn next(&mut self) -> Option<char> {
        let first = self.rest.chars().next()?;
        self.rest = &self.rest[first.len_utf8()..];
        Some(first)
    }

    /// Goes behind the next `limit` that no `\` stands before.
    fn until(&mut self, limit: char) {
        while let Some(next) = self.next() {
            if next == limit {
                return;
            }
            if next == '\\' {
                self.next();
            }
        }
    }

    /// The same in a pattern, where a set of characters may have the limit in it.
    fn pattern(&mut self, limit: char) {
        while let Some(next) = self.next() {
            if next == limit {
                return;
            }
            match next {
                '\\' => drop(self.next()),
                '[' => self.set(),
                _ => {}
            }
        }
    }

    /// Goes to the end of the set that begins here; one that never ends is none.
    fn set(&mut self) {
        // What stands first belongs to it, whatever it is.
        let inside = self.rest.strip_prefix('^').unwrap_or(self.rest);
        let mut at = usize::from(inside.starts_with(']'));
        if self.rest.len() > self.unclosed {
            return;
        }
        while let Some(next) = inside[at..].chars().next().filter(|next| *next != '\n') {
            if next == ']' {
                self.rest = &inside[at..];
                return;
            }
            // `[:space:]` within it.
            let class = inside[at..].strip_prefix("[:");
            let class = class.map(|it| &it[..it.floor_char_boundary(LONGEST_CLASS)]);
            let class = class.and_then(|it| it.find(":]"));
            at += class.map_or(next.len_utf8(), |end| end + 4);
        }
        self.unclosed = inside[at..].len();
    }

    fn line(&mut self) -> &'t str {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        let line = &self.rest[..end];
        self.rest = self.rest[end..].trim_start_matches('\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_tells_its_files() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let found = Scan::of(text).map(|files| {
                let told = files.iter().map(|(access, file)| format!("{access:?} {file}"));
                told.collect::<Vec<_>>()
            });
            let expected = expected.map(|files| files.iter().map(ToString::to_string).collect());
            assert_eq!(found, expected, "{text}");
        };
        check("s/a/b/", Some(&[]));
        check("s/a/b/g; s|e|w|2p", Some(&[]));
        check("1,$ s,e,w,;/r x/d", Some(&[]));
        check("$!N;P;D", Some(&[]));
        check("/^#/!{s/a\\/w/b/;n}", Some(&[]));
        check("\\%e%Id", Some(&[]));
        check("/a/,+2d", Some(&[]));
        check("/a/i\\\nw b\\\nr c\nd", Some(&[]));
        check("1i w b", Some(&[]));
        check(":e;N;$!be;s/\\n/,/g", Some(&[]));
        check("y/ew/we/", Some(&[]));
        check("# e\n2q", Some(&[]));
        check("s/a/", Some(&[]));
        check("/a/r /srv/part", Some(&["Read /srv/part"]));
        check("s/a/b/gw /opt/out", Some(&["Write /opt/out"]));
        check("/x/w /opt/a\n$R /opt/b", Some(&["Write /opt/a", "Read /opt/b"]));
        check("s/x/date/e", None);
        check("1e date", None);
        check("/x/e", None);
        check("s/a/b/k", None);
        check("u", None);
        // A set has the limit in it.
        check("s/[/]/p/w /opt/out", Some(&["Write /opt/out"]));
        check("s/[]/]/g;/e", None);
        check("s/[[:space:]/]/g;/e", None);
        check("s/[a/w /opt/out", None);
        check("s/[^/]*/g;/;/[/]/r /opt/a", Some(&["Read /opt/a"]));
        check("s/\\[/x/w /opt/out", Some(&["Write /opt/out"]));
    }
}
