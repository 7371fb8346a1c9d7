//! Text to tree, by descent: one function for each form of bash, one file for each family.
//!
//! [`lists`] are statements and pipelines, [`compound`] is what has words of its own (`if`,
//! `for`), [`simple`] is the rest with its assignments and redirections, [`words`] and
//! [`expansions`] are what those are made of, [`conditions`] is `[[ … ]]`, [`heredocs`] what
//! stands below. The one [`Reader`] walks over the bytes once and goes back only a bounded way,
//! so that the time grows with the text alone.

mod compound;
mod conditions;
mod expansions;
mod heredocs;
mod lists;
mod simple;
mod words;

use super::span::Span;
use super::tree::{Heredoc, Script, SyntaxError};

/// How deep commands and expansions may stand in each other. No person nests so deep, and each
/// level takes room on the stack.
const MAX_DEPTH: usize = 100;

/// After so many errors the rest is not looked at: each may have been looked for to the end.
const MAX_ERRORS: usize = 20;

/// The script that `text` is.
#[must_use]
pub fn parse(text: &str) -> Script {
    let mut reader = Reader::new(text);
    let mut statements = Vec::new();
    while reader.errors.len() < MAX_ERRORS {
        match reader.statements(&mut statements) {
            Ok(()) if reader.at >= text.len() => break,
            Ok(()) => {
                let cause = reader.unexpected();
                let _: Read<()> = reader.broken(Span::new(reader.at, reader.at + 1), cause);
                reader.recover();
            }
            Err(Broken) => reader.recover(),
        }
    }
    let Reader { comments, heredocs, errors, .. } = reader;
    Script { statements, comments, heredocs, errors }
}

/// That the statement at hand cannot be read; why is among the errors.
struct Broken;

type Read<T> = Result<T, Broken>;

/// A place in the text, and what was found before it.
struct Reader<'t> {
    text: &'t str,
    /// The next byte.
    at: usize,
    depth: usize,
    comments: Vec<Span>,
    heredocs: Vec<Heredoc>,
    /// Here-documents whose bodies begin behind the line.
    pending: Vec<heredocs::Pending>,
    errors: Vec<SyntaxError>,
    /// Where an arithmetic command was looked for in vain, to the end of the text.
    without_arithmetic: usize,
    /// Whether `@(a|b)` is a pattern, as it is after `shopt -s extglob`.
    patterns: bool,
}

/// A place to come back to.
struct Mark {
    at: usize,
    comments: usize,
    errors: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self::of(text, text.contains("extglob"))
    }

    /// A reader of the text up to `end`, which begins at `start` and as deep as this one.
    fn within(&self, start: usize, end: usize) -> Self {
        let mut reader = Self::of(self.text.get(..end).unwrap_or_default(), self.patterns);
        reader.at = start;
        reader.depth = self.depth;
        reader
    }

    fn of(text: &'t str, patterns: bool) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            comments: Vec::new(),
            heredocs: Vec::new(),
            pending: Vec::new(),
            errors: Vec::new(),
            without_arithmetic: usize::MAX,
            patterns,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn looks_at(&self, text: &str) -> bool {
        self.rest().starts_with(text.as_bytes())
    }

    /// Goes over `text` if it stands here.
    fn take(&mut self, text: &str) -> bool {
        let is_here = self.looks_at(text);
        if is_here {
            self.at += text.len();
        }
        is_here
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }

    fn mark(&self) -> Mark {
        Mark { at: self.at, comments: self.comments.len(), errors: self.errors.len() }
    }

    /// Goes back; nothing behind the mark was read.
    fn back(&mut self, mark: &Mark) {
        self.at = mark.at;
        self.comments.truncate(mark.comments);
        self.errors.truncate(mark.errors);
    }

    /// Blanks, and line ends that a backslash takes away.
    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.byte(1) == Some(b'\n') => self.at += 2,
                _ => break,
            }
        }
    }

    /// The comment that begins here, if one does.
    fn skip_comment(&mut self) {
        if self.peek() == Some(b'#') {
            let length = memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
            let span = Span::new(self.at, self.at + length);
            self.comments.push(span);
            self.at = span.end;
        }
    }

    /// Blanks, comments and lines.
    fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            self.skip_comment();
            if self.peek() != Some(b'\n') {
                return;
            }
            self.line_end();
        }
    }

    /// The end of a line, and the here-documents that stand below it.
    fn line_end(&mut self) {
        self.at += 1;
        if !self.pending.is_empty() {
            self.read_heredocs();
        }
    }

    /// Runs `read` one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == MAX_DEPTH {
            let span = Span::new(self.at, self.at);
            return self.broken(span, format!("it is nested more than {MAX_DEPTH} levels deep"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn broken<T>(&mut self, span: Span, message: impl Into<String>) -> Read<T> {
        let mut span = Span::new(span.start.min(self.text.len()), span.end.min(self.text.len()));
        while !self.text.is_char_boundary(span.end) {
            span.end += 1;
        }
        self.errors.push(SyntaxError { span, message: message.into() });
        Err(Broken)
    }

    /// Says what stands here and cannot.
    fn unexpected(&self) -> String {
        match self.peek() {
            None => "the script ends in the middle of a command".to_owned(),
            Some(b'\n') => "the line ends in the middle of a command".to_owned(),
            Some(_) => format!("`{}` cannot stand here", self.token()),
        }
    }

    /// What stands here, for a sentence.
    fn token(&self) -> String {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_operator = |char: char| matches!(char, ';' | '&' | '|' | '<' | '>' | '(' | ')');
        let operator: String = rest.chars().take_while(|char| is_operator(*char)).take(2).collect();
        if !operator.is_empty() {
            return operator;
        }
        let ends = |char: char| char.is_whitespace() || is_operator(char);
        rest.chars().take_while(|char| !ends(*char)).take(30).flat_map(char::escape_debug).collect()
    }

    /// Goes on with the line behind an error.
    fn recover(&mut self) {
        let from = self.at.max(self.errors.last().map_or(0, |error| error.span.start));
        let from = from.min(self.text.len());
        let length = memchr::memchr(b'\n', &self.text.as_bytes()[from..]);
        self.at = length.map_or(self.text.len(), |length| from + length + 1);
        self.pending.clear();
        self.depth = 0;
    }
}

/// Whether a byte ends a word where nothing quotes it.
fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// The length of the name at the beginning of `bytes`; 0: there is none.
fn name_length(bytes: &[u8]) -> usize {
    if bytes.first().is_some_and(u8::is_ascii_digit) {
        return 0;
    }
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}
