//! `[[ … ]]`: tests joined by `&&` and `||`. Of what joins them nothing is kept.

use super::words::Place;
use super::{Read, Reader, ends_word};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{CommandKind, Part, PartKind, Word};

impl Reader<'_> {
    /// From `[[` to `]]`.
    pub(super) fn test(&mut self) -> Read<CommandKind> {
        let opener = Span::new(self.at, self.at + 2);
        self.at += 2;
        let mut operands = Vec::new();
        self.either(&mut operands, opener)?;
        self.skip_lines();
        if !self.sees("]]") {
            if self.peek().is_none() {
                return self.broken(opener, "`[[` is never closed by `]]`");
            }
            return self.wrong();
        }
        self.at += 2;
        Ok(CommandKind::Test(operands))
    }

    /// Tests joined by `&&` and `||`.
    fn either(&mut self, operands: &mut Vec<Word>, opener: Span) -> Read<()> {
        loop {
            self.single(operands, opener)?;
            self.skip_lines();
            if !self.take("&&") && !self.take("||") {
                return Ok(());
            }
        }
    }

    fn single(&mut self, operands: &mut Vec<Word>, opener: Span) -> Read<()> {
        self.skip_lines();
        while self.sees("!") {
            self.at += 1;
            self.skip_lines();
        }
        if self.take("(") {
            self.deeper(|reader| reader.either(operands, opener))?;
            self.skip_lines();
            return if self.take(")") { Ok(()) } else { self.wrong() };
        }
        if self.peek().is_none() {
            return self.broken(opener, "`[[` is never closed by `]]`");
        }
        if self.sees("]]") {
            return self.wrong();
        }
        let first = self.word_at(Place::Pattern)?;
        let asks = is_unary(first.span.of(self.text));
        operands.push(first);
        self.skip_blanks();
        if self.take("<") || self.take(">") {
            self.skip_blanks();
            operands.push(self.word_at(Place::Pattern)?);
            return Ok(());
        }
        let ends = |byte: u8| matches!(byte, b'&' | b'|' | b')' | b'\n');
        if self.sees("]]") || self.peek().is_none_or(ends) {
            return Ok(());
        }
        let start = self.at;
        if asks && !self.sees("==") && !self.sees("!=") && !self.sees("=") {
            operands.push(self.word_at(Place::Pattern)?);
            return Ok(());
        }
        while self.peek().is_some_and(|byte| !ends_word(byte)) {
            self.at += 1;
        }
        let operator = self.span_from(start).of(self.text);
        let place = match operator {
            "=~" => Place::Expression,
            "=" | "==" | "!=" | "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-nt" | "-ot"
            | "-ef" => Place::Pattern,
            _ => {
                self.at = start;
                return self.wrong();
            }
        };
        let (span, text) = (self.span_from(start), operator.into());
        let part = Part { span, quoted: false, kind: PartKind::Text(text) };
        operands.push(Word { span, parts: vec![part] });
        self.skip_blanks();
        operands.push(self.word_at(place)?);
        Ok(())
    }

    fn wrong<T>(&mut self) -> Read<T> {
        let cause = format!("{} in `[[ … ]]`", self.unexpected());
        self.broken(Span::new(self.at, self.at + 1), cause)
    }
}

/// Whether a word asks something of the one that follows (`-f`).
fn is_unary(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next() == Some('-')
        && chars.next().is_some_and(|char| "abcdefghkprstuvwxzGLNOSnoR".contains(char))
        && chars.next().is_none()
}
