//! The bytes by which a secret is known: its value, and its value in base64.
//!
//! What is hidden in a log and what a layer must not hold differ a little. A log may hide too
//! much, so that each line of a value is hidden by itself. A layer is refused for what is found in
//! it, so that of a value of several lines only the whole and its most telling line count: the
//! first lines of keys are the same for everybody.

use std::collections::BTreeSet;
use std::fmt;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::MIN_BYTES;

/// A line of a longer value that counts by itself has this many bytes at least.
const MIN_LINE_BYTES: usize = 32;

/// What the secrets of a bake look like.
pub struct Patterns {
    names: Vec<String>,
    /// In order.
    hidden: Vec<Vec<u8>>,
    hiding: AhoCorasick,
    refused: Refused,
    /// Of these the ones in base64, which programs break into lines.
    refused_in_lines: Refused,
}

/// What a layer must not hold.
struct Refused {
    patterns: AhoCorasick,
    /// Of each pattern the secret.
    owners: Vec<usize>,
    longest: usize,
}

impl Refused {
    fn of(patterns: &[(usize, Vec<u8>)]) -> Option<Self> {
        let (owners, bytes): (Vec<usize>, Vec<&[u8]>) =
            patterns.iter().map(|(owner, bytes)| (*owner, bytes.as_slice())).unzip();
        let longest = bytes.iter().map(|bytes| bytes.len()).max().unwrap_or_default();
        Some(Self { patterns: AhoCorasick::new(&bytes).ok()?, owners, longest })
    }

    /// The place of the secret that stands in these bytes.
    fn find(&self, bytes: &[u8]) -> Option<usize> {
        let found = self.patterns.find(bytes)?;
        self.owners.get(found.pattern().as_usize()).copied()
    }
}

/// Names only.
impl fmt::Debug for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Patterns").field(&self.names).finish()
    }
}

impl Patterns {
    /// The patterns of secrets by name and value; none: they are too many to look for.
    #[must_use]
    pub fn of<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Option<Self> {
        let (mut names, mut hidden) = (Vec::new(), BTreeSet::new());
        let (mut refused, mut encoded) = (Vec::new(), Vec::new());
        for (owner, (name, value)) in secrets.into_iter().enumerate() {
            names.push(name.to_owned());
            let value = value.trim_ascii();
            let lines: Vec<&[u8]> = value.split(|&byte| byte == b'\n').collect();
            let mut wanted = in_base64(value);
            encoded.extend(wanted.iter().map(|form| (owner, form.clone())));
            wanted.insert(value.to_vec());
            hidden.extend(wanted.iter().cloned());
            let lines = lines.iter().map(|line| line.trim_ascii());
            let telling =
                lines.filter(|line| line.len() >= MIN_BYTES && !line.starts_with(b"-----"));
            let telling: Vec<&[u8]> = telling.collect();
            hidden.extend(telling.iter().map(|line| line.to_vec()));
            wanted.extend(most_telling(&telling));
            refused.extend(wanted.into_iter().map(|form| (owner, form)));
        }
        let hidden: Vec<Vec<u8>> = hidden.into_iter().collect();
        let longest = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&hidden);
        let (refused, refused_in_lines) = (Refused::of(&refused)?, Refused::of(&encoded)?);
        Some(Self { names, hidden, hiding: longest.ok()?, refused, refused_in_lines })
    }

    /// Finds what a log hides.
    pub(super) fn hiding(&self) -> &AhoCorasick {
        &self.hiding
    }

    /// The place from which the end of `bytes` may be the beginning of something hidden.
    pub(super) fn unfinished_from(&self, bytes: &[u8]) -> usize {
        let longest = self.hidden.iter().map(Vec::len).max().unwrap_or_default();
        let begins = |at: &usize| {
            let rest = &bytes[*at..];
            // In their order those that go on after these bytes follow them at once.
            let behind = self.hidden.partition_point(|it| it.as_slice() <= rest);
            self.hidden.get(behind).is_some_and(|it| it.starts_with(rest))
        };
        let first = bytes.len().saturating_sub(longest);
        (first..bytes.len()).find(begins).unwrap_or(bytes.len())
    }

    /// The name of a secret that stands in these bytes.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> Option<&str> {
        self.refused.find(bytes).map(|owner| self.names[owner].as_str())
    }

    /// The text with `***` for what is hidden.
    #[must_use]
    pub fn without(&self, bytes: &[u8]) -> Vec<u8> {
        self.hiding.replace_all_bytes(bytes, &vec![super::HIDDEN; self.hidden.len()])
    }
}

/// A search through bytes that come in pieces. Without their line ends they are searched for
/// base64 alone: a value as it is would be found where short lines happen to make it up.
#[derive(Debug)]
pub struct Search<'p> {
    patterns: &'p Patterns,
    seen: Vec<u8>,
    joined: Vec<u8>,
}

impl<'p> Search<'p> {
    /// For the secrets of these patterns.
    #[must_use]
    pub fn new(patterns: &'p Patterns) -> Self {
        Self { patterns, seen: Vec::new(), joined: Vec::new() }
    }

    /// The name of a secret that ends in the next piece.
    pub fn push(&mut self, piece: &[u8]) -> Option<&'p str> {
        self.seen.extend_from_slice(piece);
        self.joined.extend(piece.iter().filter(|byte| !matches!(byte, b'\n' | b'\r')));
        let Patterns { names, refused, refused_in_lines, .. } = self.patterns;
        let found = refused.find(&self.seen).or_else(|| refused_in_lines.find(&self.joined));
        for (seen, refused) in [(&mut self.seen, refused), (&mut self.joined, refused_in_lines)] {
            let kept = refused.longest.saturating_sub(1);
            seen.drain(..seen.len().saturating_sub(kept));
        }
        found.map(|owner| names[owner].as_str())
    }
}

/// A value in base64 wherever it stands in what is encoded: of each of the three positions the
/// characters that no neighbour changes. Short values give too little to tell.
fn in_base64(value: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    for before in 0..3 {
        let bytes = [&vec![0; before], value].concat();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&bytes);
            let first = (before * 8).div_ceil(6);
            let last = bytes.len() * 8 / 6;
            forms.extend(text.get(first..last).map(|form| form.as_bytes().to_vec()));
        }
    }
    forms
}

/// Of a value of several lines a line that stands in no other: the middle one of the longest.
fn most_telling(lines: &[&[u8]]) -> Option<Vec<u8>> {
    let length = lines.iter().map(|line| line.len()).max()?;
    if lines.len() < 2 || length < MIN_LINE_BYTES {
        return None;
    }
    let longest: Vec<&&[u8]> = lines.iter().filter(|line| line.len() == length).collect();
    longest.get(longest.len() / 2).map(|line| line.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "s3cr3t/+-token?~~";

    fn patterns(value: &str) -> Patterns {
        Patterns::of([("OTHER", b"12345678".as_slice()), ("TOKEN", value.as_bytes())]).unwrap()
    }

    #[test]
    fn a_value_is_found_as_it_is_and_in_base64_at_any_place() {
        let patterns = patterns(TOKEN);
        for around in ["", "a", "user:", "ab"] {
            let text = format!("{around}{TOKEN}{around}");
            for form in [text.clone(), STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)]
            {
                let form = format!("x {form} y");
                assert_eq!(patterns.find(form.as_bytes()), Some("TOKEN"), "{form}");
                let hidden = String::from_utf8(patterns.without(form.as_bytes())).unwrap();
                assert!(hidden.contains("***"), "{hidden}");
            }
        }
        assert_eq!(patterns.find(b"x 12345678"), Some("OTHER"));
        assert_eq!(patterns.find(&TOKEN.as_bytes()[1..]), None);
        assert!(!format!("{patterns:?}").contains(TOKEN));
    }

    #[test]
    fn what_is_read_in_pieces_is_searched_as_a_whole() {
        let text = format!("xxx{TOKEN}{}", "y".repeat(99));
        let patterns = patterns(TOKEN);
        let find = |text: &str, step| {
            let mut search = Search::new(&patterns);
            text.as_bytes().chunks(step).find_map(|piece| search.push(piece))
        };
        for step in 1..text.len() {
            assert_eq!(find(&text, step), Some("TOKEN"), "{step}");
            assert_eq!(find(&text[4..], step), None, "{step}");
        }
    }

    #[test]
    fn base64_that_is_broken_into_lines_is_found() {
        let token: String =
            (0..101_u32).map(|n| char::from(b'!' + u8::try_from(n * 37 % 90).unwrap())).collect();
        let patterns = patterns(&token);
        for (around, end) in [("", "\n"), ("user:", "\r\n"), ("ab", "\n")] {
            let text = STANDARD_NO_PAD.encode(format!("{around}{token}"));
            let lines = text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line));
            let broken = lines.collect::<Vec<_>>().join(end);
            for step in [1, 7, 80, 4096] {
                let mut search = Search::new(&patterns);
                let found = broken.as_bytes().chunks(step).find_map(|piece| search.push(piece));
                assert_eq!(found, Some("TOKEN"), "{around:?} {end:?} {step}");
            }
        }
    }

    #[test]
    fn short_lines_that_make_up_a_value_are_not_it() {
        let patterns = Patterns::of([("PIN", b"19261927".as_slice())]).unwrap();
        let numbers: Vec<String> = (1..2000).map(|number| number.to_string()).collect();
        let numbers = numbers.join("\n") + "\n";
        let mut search = Search::new(&patterns);
        assert!(numbers.as_bytes().chunks(64).all(|piece| search.push(piece).is_none()));
        assert_eq!(search.push(b"19261927"), Some("PIN"));
    }

    #[test]
    fn of_a_private_key_the_head_that_all_have_is_not_refused() {
        let head = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE";
        let body = "QyNTUxOQAAACDq8YmZ2h9f3mPqkq0pUu5oN1";
        let last = "AAAECq8YmZ2h9f3mPqkq0pUu5oN1b3BlbnNz";
        let begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
        let patterns = patterns(&format!("{begin}\n{head}\n{body}\n{last}\n-----END-----\n"));
        assert_eq!(patterns.find(format!("{begin}\n{head}\n").as_bytes()), None);
        assert_eq!(patterns.find(format!("  {body}").as_bytes()), Some("TOKEN"));
        let log = patterns.without(format!("{begin} {head} {last}").as_bytes());
        assert_eq!(log, format!("{begin} *** ***").as_bytes());
    }
}
