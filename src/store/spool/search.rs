//! Finding lines: whole blocks are passed over fast, and a hit is looked at line by line, without
//! the colours in it.

use std::borrow::Cow;
use std::io;

use regex::bytes::{Regex, RegexBuilder};

use super::{STRIDE, Spool, without_return};

/// Lines that are searched before it is asked whether to go on.
const PORTION: u64 = 64 * STRIDE;

/// Somebody wanted no more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// What a line must have.
#[derive(Clone, Debug)]
pub struct Matcher(Regex);

impl Matcher {
    /// Reads what was typed. Case counts only if something of it is in upper case.
    ///
    /// # Errors
    /// What is wrong with a regular expression, in a sentence.
    pub fn new(text: &str, is_regex: bool) -> Result<Self, String> {
        let pattern = if is_regex { text.to_owned() } else { regex::escape(text) };
        let mut escaped = false;
        let has_capital = text.chars().any(|char| {
            let counts = char.is_uppercase() && !(is_regex && escaped);
            escaped = char == '\\' && !escaped;
            counts
        });
        let built =
            RegexBuilder::new(&pattern).case_insensitive(!has_capital).multi_line(true).build();
        built.map(Self).map_err(|error| {
            let words = error.to_string();
            let reason = words.lines().last().unwrap_or_default().trim();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            format!("`{text}` is no regular expression: {reason}")
        })
    }

    /// Whether a line has it; its colours do not count.
    #[must_use]
    pub fn is_in(&self, line: &[u8]) -> bool {
        self.0.is_match(&plain(line))
    }
}

/// The text that a terminal would show.
struct Text(Vec<u8>);

impl vte::Perform for Text {
    fn print(&mut self, char: char) {
        self.0.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
    fn execute(&mut self, byte: u8) {
        if byte == b'\t' {
            self.0.push(byte);
        }
    }
}

/// A line without its escape sequences.
#[must_use]
pub fn plain(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(0x1b, line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut text = Text(Vec::with_capacity(line.len()));
    vte::Parser::new().advance(&mut text, line);
    Cow::Owned(text.0)
}

impl Spool {
    /// Whether each line of `from..` has something, until the end of what is written or a portion
    /// of lines is done.
    pub fn matches(
        &self,
        matcher: &Matcher,
        from: u64,
        see: &mut dyn FnMut(bool),
    ) -> io::Result<()> {
        let end = self.lines().min(from + PORTION);
        if from >= end {
            return Ok(());
        }
        self.each_line(from, &mut |number, line| {
            see(matcher.is_in(line));
            number + 1 < end
        })
    }

    /// The nearest line with something: at or behind `from`, or at or before it. `stop` is asked
    /// now and then.
    pub fn find(
        &self,
        matcher: &Matcher,
        from: u64,
        backwards: bool,
        stop: &mut dyn FnMut() -> bool,
    ) -> Result<io::Result<Option<u64>>, Stopped> {
        let lines = self.lines();
        if lines == 0 {
            return Ok(Ok(None));
        }
        let from = from.min(lines - 1);
        if !backwards {
            return self.find_ahead(matcher, from, lines, stop);
        }
        let mut end = from + 1;
        while end > 0 {
            if stop() {
                return Err(Stopped);
            }
            let begin = (end - 1) / PORTION * PORTION;
            let mut last = None;
            let read = self.each_line(begin, &mut |number, line| {
                if number < end && matcher.is_in(line) {
                    last = Some(number);
                }
                number + 1 < end
            });
            match read {
                Ok(()) if last.is_none() => end = begin,
                read => return Ok(read.map(|()| last)),
            }
        }
        Ok(Ok(None))
    }

    /// Looks through whole blocks, and through lines only where a block has a hit or colours.
    fn find_ahead(
        &self,
        matcher: &Matcher,
        from: u64,
        lines: u64,
        stop: &mut dyn FnMut() -> bool,
    ) -> Result<io::Result<Option<u64>>, Stopped> {
        let mut at = from;
        let mut block = Vec::new();
        while at < lines {
            if stop() {
                return Err(Stopped);
            }
            let next = (at / PORTION + 1) * PORTION;
            let (begin, first, all) = self.near(at);
            let end = if next < lines { self.near(next).0 } else { all };
            let size = usize::try_from(end.saturating_sub(begin)).unwrap_or(usize::MAX);
            block.resize(size, 0);
            if let Err(error) =
                std::os::unix::fs::FileExt::read_exact_at(&*self.file, &mut block, begin)
            {
                return Ok(Err(error));
            }
            let has_colours = memchr::memchr(0x1b, &block).is_some();
            if has_colours || matcher.0.is_match(&block) {
                for (number, line) in (first..).zip(block.split(|byte| *byte == b'\n')) {
                    if number >= at && number < lines && matcher.is_in(without_return(line)) {
                        return Ok(Ok(Some(number)));
                    }
                }
            }
            at = next;
        }
        Ok(Ok(None))
    }
}
