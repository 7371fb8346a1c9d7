//! What begins with `$`, and commands in backticks.

use super::words::push_text;
use super::{Read, Reader, name_length};
use crate::domain::bash::Text;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Block, Operator, Parameter, Part, PartKind, Word};

impl Reader<'_> {
    /// An expansion, or a `$` that is only itself.
    pub(super) fn expansion(&mut self, parts: &mut Vec<Part>, quoted: bool) -> Read<()> {
        let start = self.at;
        if self.peek() == Some(b'`') {
            return self.backticks(parts, quoted);
        }
        self.at += 1;
        let kind = match self.peek() {
            Some(b'(') if self.byte(1) == Some(b'(') => self.arithmetic_or_command(start)?,
            Some(b'(') => PartKind::Command(self.deeper(|reader| reader.substitution(start))?),
            Some(b'{') => PartKind::Parameter(Box::new(self.deeper(Self::braced)?)),
            Some(b'[') => {
                self.at += 1;
                PartKind::Arithmetic(self.deeper(|reader| reader.balanced(b'[', b']', start))?)
            }
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' | b'0'..=b'9') => {
                self.at += 1;
                let name = self.text_from(start + 1).into();
                PartKind::Parameter(Box::new(Parameter { name, ..Parameter::default() }))
            }
            _ => match name_length(self.rest()) {
                0 => {
                    push_text(parts, self.span_from(start), quoted, "$");
                    return Ok(());
                }
                length => {
                    self.at += length;
                    let name = self.text_from(start + 1).into();
                    PartKind::Parameter(Box::new(Parameter { name, ..Parameter::default() }))
                }
            },
        };
        self.push(parts, start, quoted, kind);
        Ok(())
    }

    /// From `(` to `)`: what runs in a substitution that began at `start`.
    pub(super) fn substitution(&mut self, start: usize) -> Read<Block> {
        self.at += 1;
        let opener = self.span_from(start);
        let mut statements = Vec::new();
        self.statements(&mut statements)?;
        self.expect(")", opener)?;
        Ok(Block { statements })
    }

    /// `$((` is arithmetic, unless no `))` ends it.
    fn arithmetic_or_command(&mut self, start: usize) -> Read<PartKind> {
        if !self.sees_arithmetic() {
            return Ok(PartKind::Command(self.deeper(|reader| reader.substitution(start))?));
        }
        self.at += 2;
        Ok(PartKind::Arithmetic(self.arithmetic_until_parens(start)?))
    }

    /// Whether the `((` here is ended by `))`. Looked for before anything is read, since reading
    /// twice would double the time with each level of nesting.
    pub(super) fn sees_arithmetic(&mut self) -> bool {
        if self.at >= self.without_arithmetic {
            return false;
        }
        let mut open = 0_usize;
        let mut bytes = self.rest().iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => drop(bytes.next()),
                b'\'' | b'"' => {
                    while let Some(inside) = bytes.next() {
                        match inside {
                            b'\\' if byte == b'"' => drop(bytes.next()),
                            _ if inside == byte => break,
                            _ => {}
                        }
                    }
                }
                b'(' => open += 1,
                b')' if open == 2 => return bytes.peek() == Some(&b')'),
                b')' => open -= 1,
                _ => {}
            }
        }
        self.without_arithmetic = self.at;
        false
    }

    /// Arithmetic behind `((`, up to the `))` that ends it.
    pub(super) fn arithmetic_until_parens(&mut self, start: usize) -> Read<Vec<Part>> {
        let parts = self.deeper(|reader| reader.balanced(b'(', b')', start))?;
        if self.take(")") {
            return Ok(parts);
        }
        self.broken(Span::new(start, start + 2), "`((` is never closed by `))`")
    }

    /// Behind the name of an array and its `[`.
    pub(super) fn index(&mut self) -> Read<Word> {
        let start = self.at;
        let parts = self.deeper(|reader| reader.balanced(b'[', b']', start))?;
        let span = Span::new(start, self.at.saturating_sub(1).max(start));
        Ok(Word { span, parts })
    }

    /// Text with expansions up to the `close` that matches an `open` before; goes behind it.
    fn balanced(&mut self, open: u8, close: u8, opener: usize) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        let mut depth = 1_usize;
        loop {
            let start = self.at;
            match self.peek() {
                None => {
                    let message =
                        format!("`{}` is never closed by `{}`", open as char, close as char);
                    return self.broken(Span::new(opener, opener + 1), message);
                }
                Some(b'\'' | b'"' | b'$' | b'`' | b'\\') => self.part(&mut parts)?,
                Some(byte) => {
                    if byte == open {
                        depth += 1;
                    } else if byte == close {
                        depth -= 1;
                    }
                    self.skip_char();
                    if depth == 0 {
                        return Ok(parts);
                    }
                    push_text(&mut parts, self.span_from(start), false, self.text_from(start));
                }
            }
        }
    }

    /// From `{` to `}` of a parameter.
    fn braced(&mut self) -> Read<Parameter> {
        let opener = Span::new(self.at - 1, self.at + 1);
        self.at += 1;
        let mut parameter = Parameter::default();
        let is_length = self.peek() == Some(b'#')
            && self.byte(1).is_some_and(|byte| byte != b'}' && !is_operator(byte));
        if is_length {
            self.at += 1;
        } else if self.peek() == Some(b'!')
            && self.byte(1).is_some_and(|byte| byte != b'}' && !is_operator(byte))
        {
            self.at += 1;
            parameter.indirect = true;
        }
        let start = self.at;
        self.at += match (self.peek(), name_length(self.rest())) {
            (Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!'), _) => 1,
            (Some(b'0'..=b'9'), _) => {
                self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count()
            }
            (_, length) => length,
        };
        parameter.name = self.text_from(start).into();
        if self.at == start {
            return self.bad_substitution(opener);
        }
        if self.take("[") {
            parameter.argument = self.balanced(b'[', b']', opener.start)?;
        }
        for (text, operator) in [
            (":-", Operator::Default),
            (":=", Operator::Assign),
            (":?", Operator::Require),
            (":+", Operator::Alternative),
            ("-", Operator::Default),
            ("=", Operator::Assign),
            ("?", Operator::Require),
            ("+", Operator::Alternative),
        ] {
            if self.take(text) {
                parameter.operator = operator;
                break;
            }
        }
        self.braced_argument(&mut parameter.argument, opener)?;
        Ok(parameter)
    }

    /// What stands behind the name and its operator, up to `}`.
    fn braced_argument(&mut self, parts: &mut Vec<Part>, opener: Span) -> Read<()> {
        loop {
            let start = self.at;
            match self.peek() {
                None => return self.broken(opener, "`${` is never closed by `}`"),
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\'' | b'"' | b'$' | b'`' | b'\\') => self.part(parts)?,
                Some(_) => {
                    self.skip_char();
                    push_text(parts, self.span_from(start), false, self.text_from(start));
                }
            }
        }
    }

    /// `${…}` of something that is no parameter: told by bash only when it runs.
    fn bad_substitution(&mut self, opener: Span) -> Read<Parameter> {
        let mut argument = Vec::new();
        self.braced_argument(&mut argument, opener)?;
        Ok(Parameter { name: Text::default(), indirect: true, argument, ..Parameter::default() })
    }

    /// A command in backticks. Escapes hide what it says, so with them it stays unread.
    fn backticks(&mut self, parts: &mut Vec<Part>, quoted: bool) -> Read<()> {
        let start = self.at;
        self.at += 1;
        let mut escapes = false;
        loop {
            match self.peek() {
                None => return self.broken(Span::new(start, start + 1), "`` ` `` is never closed"),
                Some(b'`') => break,
                Some(b'\\') => {
                    escapes |= self.byte(1) != Some(b'\n');
                    self.at += 1;
                    self.skip_char();
                }
                Some(_) => self.at += 1,
            }
        }
        let end = self.at;
        self.at += 1;
        let kind = if escapes { PartKind::Opaque } else { self.in_backticks(start + 1, end)? };
        self.push(parts, start, quoted, kind);
        Ok(())
    }

    fn in_backticks(&mut self, start: usize, end: usize) -> Read<PartKind> {
        self.deeper(|reader| {
            let mut inner = reader.within(start, end);
            inner.heredocs = std::mem::take(&mut reader.heredocs);
            let mut statements = Vec::new();
            let read = inner.statements(&mut statements);
            reader.heredocs = std::mem::take(&mut inner.heredocs);
            reader.comments.append(&mut inner.comments);
            reader.errors.append(&mut inner.errors);
            read?;
            if inner.at < end {
                let cause = inner.unexpected();
                return reader.broken(Span::new(inner.at, inner.at + 1), cause);
            }
            Ok(PartKind::Command(Block { statements }))
        })
    }
}

/// Whether `byte` begins what may stand behind a parameter's name.
fn is_operator(byte: u8) -> bool {
    matches!(byte, b':' | b'-' | b'=' | b'?' | b'+' | b'%' | b'/' | b'^' | b',')
}
