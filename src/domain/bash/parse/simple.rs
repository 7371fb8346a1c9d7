//! Commands without a structure of their own: assignments, words, redirections.

use super::heredocs::Pending;
use super::{Read, Reader, ends_word, name_length};
use crate::domain::bash::add;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{
    Argument, Assignment, Command, CommandKind, Heredoc, Redirect, RedirectKind, Simple,
};

/// Commands among whose words assignments may stand, arrays too.
const DECLARING: [&str; 7] =
    ["export", "declare", "typeset", "local", "readonly", "eval", "builtin"];

/// The longest index that is looked for, in bytes.
const LONGEST_INDEX: usize = 4096;

/// Operators of redirections, longer ones before those that begin them.
const OPERATORS: [(&str, RedirectKind); 12] = [
    ("&>>", RedirectKind::Append),
    ("&>", RedirectKind::Write),
    ("<<<", RedirectKind::Text),
    ("<<-", RedirectKind::Heredoc(0)),
    ("<<", RedirectKind::Heredoc(0)),
    ("<&", RedirectKind::Duplicate),
    ("<>", RedirectKind::ReadWrite),
    ("<", RedirectKind::Read),
    (">>", RedirectKind::Append),
    (">&", RedirectKind::Duplicate),
    (">|", RedirectKind::Write),
    (">", RedirectKind::Write),
];

impl Reader<'_> {
    /// A simple command, or a function's definition, which begins like one.
    pub(super) fn simple(&mut self) -> Read<Command> {
        let start = self.at;
        let mut end = start;
        let mut simple = Simple::default();
        let mut redirects = Vec::new();
        let mut declares = false;
        loop {
            if let Some(redirect) = self.redirect()? {
                add(&mut redirects, redirect);
            } else {
                match self.peek() {
                    Some(b'#') => break,
                    Some(byte) if self.stops_word(byte) => break,
                    None => break,
                    Some(_) => {}
                }
                let is_first = simple.words.is_empty();
                let assignment = if is_first || declares { self.assignment()? } else { None };
                match assignment {
                    Some(assignment) if is_first => add(&mut simple.assignments, assignment),
                    Some(assignment) => {
                        simple.words.push(Argument::Assignment(Box::new(assignment)));
                    }
                    None => {
                        let word = self.word()?;
                        if is_first {
                            let text = word.span.of(self.text);
                            declares = DECLARING.contains(&text);
                            if (word.is_plain() || !text.contains(['$', '"', '\'', '`']))
                                && let Some(kind) = self.function(text)?
                            {
                                let span = self.span_from(start);
                                return Ok(Command { span, kind, redirects });
                            }
                        }
                        simple.words.push(Argument::Word(word));
                    }
                }
            }
            end = self.at;
            self.skip_blanks();
        }
        if end == start {
            let cause = self.unexpected();
            return self.broken(Span::new(self.at, self.at + 1), cause);
        }
        // A bracket behind a word is no operator of bash.
        if self.peek() == Some(b'(') {
            let cause = self.unexpected();
            return self.broken(Span::new(self.at, self.at + 1), cause);
        }
        self.at = end;
        let span = Span::new(start, end);
        Ok(Command { span, kind: CommandKind::Simple(simple), redirects })
    }

    /// `name() …`, behind the name.
    fn function(&mut self, name: &str) -> Read<Option<CommandKind>> {
        let mark = self.mark();
        self.skip_blanks();
        if self.take("(") {
            self.skip_blanks();
            if self.take(")") {
                return self.function_body(name.into()).map(Some);
            }
        }
        self.back(&mark);
        Ok(None)
    }

    /// The assignment that begins here, if one does.
    fn assignment(&mut self) -> Read<Option<Assignment>> {
        let start = self.at;
        let length = name_length(self.rest());
        if length == 0 {
            return Ok(None);
        }
        let mark = self.mark();
        let name = Span::new(start, start + length).of(self.text);
        self.at += length;
        let mut index = None;
        if self.peek() == Some(b'[') && self.sees_index() {
            self.at += 1;
            index = Some(self.index()?);
        }
        let append = self.looks_at("+=");
        if !append && self.peek() != Some(b'=') {
            self.back(&mark);
            return Ok(None);
        }
        let name = name.into();
        self.at += if append { 2 } else { 1 };
        let array = self.peek() == Some(b'(');
        let value = if array { self.array()? } else { vec![self.value()?] };
        let span = self.span_from(start);
        Ok(Some(Assignment { span, name, index, append, value, array }))
    }

    /// Whether the `[` here is closed and assigned to. Looked for before anything is read, since
    /// reading twice would double the time with each level of nesting.
    fn sees_index(&self) -> bool {
        let mut open = 0_usize;
        for (at, byte) in self.rest().iter().take(LONGEST_INDEX).enumerate() {
            match byte {
                b'[' => open += 1,
                b']' if open == 1 => {
                    let behind = self.rest().get(at + 1..).unwrap_or_default();
                    return behind.starts_with(b"=") || behind.starts_with(b"+=");
                }
                b']' => open -= 1,
                b'\n' => return false,
                _ => {}
            }
        }
        false
    }

    /// The values of an array.
    fn array(&mut self) -> Read<Vec<crate::domain::bash::tree::Word>> {
        let opener = Span::new(self.at, self.at + 1);
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip_lines();
            match self.peek() {
                Some(b')') => {
                    self.at += 1;
                    return Ok(values);
                }
                None => return self.broken(opener, "`(` is never closed by `)`"),
                Some(byte) if self.stops_word(byte) => {
                    let cause = self.unexpected();
                    return self.broken(Span::new(self.at, self.at + 1), cause);
                }
                Some(_) => values.push(self.deeper(Self::word)?),
            }
        }
    }

    /// The redirection that begins here, if one does.
    pub(super) fn redirect(&mut self) -> Read<Option<Redirect>> {
        let start = self.at;
        let length = self.descriptor_length();
        // It is asked before each word, and nearly always there is none.
        if !matches!(self.byte(length), Some(b'<' | b'>' | b'&')) {
            return Ok(None);
        }
        let descriptor =
            (length > 0).then(|| Span::new(start, start + length).of(self.text).into());
        self.at += length;
        let found = OPERATORS.iter().find(|(operator, _)| self.looks_at(operator));
        let is_word = |kind| matches!(kind, RedirectKind::Read | RedirectKind::Write);
        let Some((operator, mut kind)) = found.copied() else {
            self.at = start;
            return Ok(None);
        };
        // `<(` is a word.
        if operator.len() == 1 && is_word(kind) && self.byte(1) == Some(b'(') {
            self.at = start;
            return Ok(None);
        }
        self.at += operator.len();
        self.skip_blanks();
        if self.peek().is_none_or(|byte| self.stops_word(byte)) {
            let cause = self.unexpected();
            return self.broken(Span::new(self.at, self.at + 1), cause);
        }
        let target = self.word()?;
        let span = self.span_from(start);
        if matches!(kind, RedirectKind::Heredoc(_)) {
            kind = RedirectKind::Heredoc(self.heredocs.len());
            let text = target.span.of(self.text);
            self.pending.push(Pending {
                index: self.heredocs.len(),
                delimiter: target.known().unwrap_or_else(|| text.into()),
                literal: text.contains(['\'', '"', '\\']),
                indented: operator == "<<-",
            });
            self.heredocs.push(Heredoc::default());
        }
        // `>&file` is `&>file`; digits and `-` are descriptors.
        if operator == ">&" && descriptor.is_none() {
            let known = target.known();
            let is_descriptor = known.as_deref().is_none_or(|text| {
                text == "-" || text.trim_end_matches('-').bytes().all(|byte| byte.is_ascii_digit())
            });
            if !is_descriptor {
                kind = RedirectKind::Write;
            }
        }
        Ok(Some(Redirect { span, descriptor, kind, target }))
    }

    /// The length of the digits or `{name}` directly before an operator; 0: there are none.
    fn descriptor_length(&self) -> usize {
        let rest = self.rest();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let length = if rest.first() == Some(&b'{') {
            match name_length(rest.get(1..).unwrap_or_default()) {
                0 => 0,
                name if rest.get(name + 1) == Some(&b'}') => name + 2,
                _ => 0,
            }
        } else {
            digits
        };
        let is_operator = matches!(rest.get(length), Some(b'<' | b'>'));
        if is_operator { length } else { 0 }
    }
}

impl Reader<'_> {
    /// The value of an assignment: a word that may be empty.
    fn value(&mut self) -> Read<crate::domain::bash::tree::Word> {
        match self.peek() {
            Some(byte) if !ends_word(byte) || !self.stops_word(byte) => self.word(),
            _ => Ok(crate::domain::bash::tree::Word {
                span: Span::new(self.at, self.at),
                parts: Vec::new(),
            }),
        }
    }
}
