//! Words: text, quotes and what they hide, expansions.

use super::{Read, Reader, ends_word};
use crate::domain::bash::Text;
use crate::domain::bash::add;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Part, PartKind, Word};

/// Where a word stands, which decides what ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Among the words of a command.
    Command,
    /// A pattern of `[[ … == … ]]`: `@(a|b)` is part of it.
    Pattern,
    /// A regular expression of `[[ … =~ … ]]`: brackets and bars are part of it.
    Expression,
}

impl Reader<'_> {
    /// A word of a command.
    pub(super) fn word(&mut self) -> Read<Word> {
        let place = if self.patterns { Place::Pattern } else { Place::Command };
        self.word_at(place)
    }

    /// The word that stands here.
    pub(super) fn word_at(&mut self, place: Place) -> Read<Word> {
        let start = self.at;
        let mut parts = Vec::new();
        self.bare_parts(&mut parts, place)?;
        if self.at == start {
            let cause = self.unexpected();
            return self.broken(Span::new(self.at, self.at + 1), cause);
        }
        Ok(Word { span: self.span_from(start), parts })
    }

    /// The parts of a word up to what ends it.
    fn bare_parts(&mut self, parts: &mut Vec<Part>, place: Place) -> Read<()> {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            let start = self.at;
            match byte {
                b'\'' | b'"' | b'$' | b'`' | b'\\' => self.part(parts)?,
                b'<' | b'>' if self.byte(1) == Some(b'(') && place == Place::Command => {
                    self.at += 1;
                    let block = self.deeper(|reader| reader.substitution(start))?;
                    self.push(parts, start, false, PartKind::Process(block));
                }
                b'(' if open > 0 || place == Place::Expression => {
                    self.at += 1;
                    open += 1;
                    push_text(parts, self.span_from(start), false, "(");
                }
                b')' if open > 0 => {
                    self.at += 1;
                    open -= 1;
                    push_text(parts, self.span_from(start), false, ")");
                }
                b'?' | b'*' | b'+' | b'@' | b'!'
                    if place == Place::Pattern && self.byte(1) == Some(b'(') =>
                {
                    self.at += 2;
                    open += 1;
                    push_text(parts, self.span_from(start), false, self.text_from(start));
                }
                b'<' | b'>' if place == Place::Pattern && self.byte(1) == Some(b'(') => {
                    self.at += 1;
                    let block = self.deeper(|reader| reader.substitution(start))?;
                    self.push(parts, start, false, PartKind::Process(block));
                }
                b'|' | b' ' | b'<' | b'>' | b';' | b'&' if open > 0 => {
                    self.at += 1;
                    push_text(parts, self.span_from(start), false, self.text_from(start));
                }
                b'|' if place == Place::Expression => {
                    self.at += 1;
                    push_text(parts, self.span_from(start), false, "|");
                }
                _ if ends_word(byte) => break,
                _ => {
                    self.at += 1;
                    while self.peek().is_some_and(|byte| !ends_word(byte) && !is_special(byte)) {
                        self.at += 1;
                    }
                    push_text(parts, self.span_from(start), false, self.text_from(start));
                }
            }
        }
        if open > 0 {
            let cause = "`(` in a pattern is never closed by `)`";
            return self.broken(Span::new(self.at, self.at), cause);
        }
        Ok(())
    }

    /// A quoted text, an escape or an expansion.
    pub(super) fn part(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let start = self.at;
        match (self.peek(), self.byte(1)) {
            (Some(b'\\'), Some(b'\n')) => self.at += 2,
            (Some(b'\\'), None) => {
                self.at += 1;
                push_text(parts, self.span_from(start), true, "\\");
            }
            (Some(b'\\'), Some(_)) => {
                self.at += 1;
                self.skip_char();
                push_text(parts, self.span_from(start), true, self.text_from(start + 1));
            }
            (Some(b'\''), _) => self.single_quoted(parts)?,
            (Some(b'"'), _) => self.double_quoted(parts)?,
            (Some(b'$'), Some(b'\'')) => self.escaped_quoted(parts)?,
            // A text that is translated.
            (Some(b'$'), Some(b'"')) => {
                self.at += 1;
                self.double_quoted(parts)?;
            }
            _ => self.expansion(parts, false)?,
        }
        Ok(())
    }

    fn single_quoted(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let start = self.at;
        self.at += 1;
        let Some(length) = memchr::memchr(b'\'', self.rest()) else {
            self.at = self.text.len();
            return self.broken(Span::new(start, start + 1), "`'` is never closed");
        };
        let text = Span::new(self.at, self.at + length).of(self.text);
        self.at += length + 1;
        push_text(parts, self.span_from(start), true, text);
        Ok(())
    }

    /// `$'…'`, with escapes as in C.
    fn escaped_quoted(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let start = self.at;
        self.at += 2;
        loop {
            match self.peek() {
                None => return self.broken(Span::new(start, start + 2), "`$'` is never closed"),
                Some(b'\'') => break,
                Some(b'\\') => {
                    self.at += 1;
                    self.skip_char();
                }
                Some(_) => self.at += 1,
            }
        }
        let text = unescaped(self.text_from(start + 2));
        self.at += 1;
        push_text(parts, self.span_from(start), true, &text);
        Ok(())
    }

    fn double_quoted(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let start = self.at;
        self.at += 1;
        let before = parts.len();
        self.deeper(|reader| reader.quoted_parts(parts, Some(start)))?;
        self.at += 1;
        if parts.len() == before {
            push_text(parts, self.span_from(start), true, "");
        }
        Ok(())
    }

    /// Parts up to the closing quote of the one at `opener`; without one to the end of the text.
    pub(super) fn quoted_parts(
        &mut self,
        parts: &mut Vec<Part>,
        opener: Option<usize>,
    ) -> Read<()> {
        loop {
            let start = self.at;
            match self.peek() {
                None => {
                    return match opener {
                        Some(opener) => {
                            self.broken(Span::new(opener, opener + 1), "`\"` is never closed")
                        }
                        None => Ok(()),
                    };
                }
                Some(b'"') if opener.is_some() => return Ok(()),
                Some(b'\\') => {
                    let escaped = self.byte(1);
                    let is_escape = matches!(escaped, Some(b'$' | b'`' | b'\\'))
                        || escaped == Some(b'"') && opener.is_some();
                    if escaped == Some(b'\n') {
                        self.at += 2;
                    } else if is_escape {
                        self.at += 2;
                        push_text(parts, self.span_from(start), true, self.text_from(start + 1));
                    } else {
                        self.at += 1;
                        push_text(parts, self.span_from(start), true, "\\");
                    }
                }
                Some(b'$' | b'`') => self.expansion(parts, true)?,
                Some(_) => {
                    let stops = |byte: &u8| matches!(byte, b'"' | b'\\' | b'$' | b'`');
                    let run = self.rest().iter().skip(1).take_while(|byte| !stops(byte)).count();
                    self.at += 1 + run;
                    push_text(parts, self.span_from(start), true, self.text_from(start));
                }
            }
        }
    }

    pub(super) fn push(&self, parts: &mut Vec<Part>, start: usize, quoted: bool, kind: PartKind) {
        add(parts, Part { span: self.span_from(start), quoted, kind });
    }

    /// The text from `start` to here.
    pub(super) fn text_from(&self, start: usize) -> &str {
        self.span_from(start).of(self.text)
    }

    /// One character, however many bytes it has.
    pub(super) fn skip_char(&mut self) {
        self.at += 1;
        while self.at < self.text.len() && !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.at = self.at.min(self.text.len());
    }
}

/// Adds text, to the part before if that is text of the same kind.
pub(super) fn push_text(parts: &mut Vec<Part>, span: Span, quoted: bool, text: &str) {
    if let Some(Part { span: before, quoted: as_before, kind: PartKind::Text(whole) }) =
        parts.last_mut()
        && *as_before == quoted
        && before.end == span.start
    {
        whole.push_str(text);
        before.end = span.end;
        return;
    }
    add(parts, Part { span, quoted, kind: PartKind::Text(text.into()) });
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'$' | b'`' | b'\\' | b'?' | b'*' | b'+' | b'@' | b'!')
}

/// The text of `$'…'`; rare escapes stay as they are written.
fn unescaped(text: &str) -> Text {
    let mut plain = Text::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            plain.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some(escaped @ ('\\' | '\'' | '"' | '?')) => plain.push(escaped),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}
