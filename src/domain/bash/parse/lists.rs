//! Statements, the pipelines in them, and the commands of those.

use super::{Read, Reader, ends_word};
use crate::domain::bash::add;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Block, Command, CommandKind, Link, Pipeline, Statement};

/// Words that end a block and so begin no command.
const CLOSING: [&str; 10] = ["then", "else", "elif", "fi", "do", "done", "esac", "}", "in", "]]"];

impl Reader<'_> {
    /// Statements up to something that is none, or the end. Those before an error are kept.
    pub(super) fn statements(&mut self, found: &mut Vec<Statement>) -> Read<()> {
        loop {
            self.skip_lines();
            if !self.begins_command() {
                return Ok(());
            }
            let statement = self.statement()?;
            found.push(statement);
            self.skip_blanks();
            self.skip_comment();
            match self.peek() {
                Some(b';') if self.byte(1) != Some(b';') && self.byte(1) != Some(b'&') => {
                    self.at += 1;
                }
                // `;` after `&` is not bash, which `begins_command` finds out.
                Some(b'&') if self.byte(1) != Some(b'&') => {
                    self.at += 1;
                    if let Some(last) = found.last_mut() {
                        last.background = true;
                    }
                }
                Some(b'\n') => {}
                _ => return Ok(()),
            }
        }
    }

    /// Statements of which at least one is asked for by bash, in what `opener` begins and
    /// `closer` ends.
    pub(super) fn block(&mut self, opener: Span, closer: &str) -> Read<Block> {
        let mut statements = Vec::new();
        self.statements(&mut statements)?;
        if statements.is_empty() && self.peek().is_none() {
            return self.unclosed(opener, closer);
        }
        if statements.is_empty() {
            let cause = self.unexpected();
            return self.broken(Span::new(self.at, self.at + 1), cause);
        }
        Ok(Block { statements })
    }

    /// Whether what stands here can begin a command.
    fn begins_command(&self) -> bool {
        match self.peek() {
            None | Some(b';' | b'&' | b'|' | b')' | b'\n') => false,
            Some(b't' | b'e' | b'f' | b'd' | b'}') => {
                !CLOSING.iter().any(|word| !matches!(*word, "in" | "]]") && self.sees(word))
            }
            Some(_) => true,
        }
    }

    /// Whether the reserved word `word` stands here, as a word of its own.
    pub(super) fn sees(&self, word: &str) -> bool {
        // Before each statement it is asked about some ten words.
        self.peek() == word.bytes().next()
            && self.looks_at(word)
            && self.byte(word.len()).is_none_or(ends_word)
    }

    /// Goes over the reserved word that has to stand here.
    pub(super) fn expect(&mut self, word: &str, opener: Span) -> Read<()> {
        self.skip_lines();
        if self.sees(word) || (word == ")" && self.looks_at(word)) {
            self.at += word.len();
            return Ok(());
        }
        if self.peek().is_none() {
            return self.unclosed(opener, word);
        }
        let cause = self.unexpected();
        self.broken(Span::new(self.at, self.at + 1), cause)
    }

    fn unclosed<T>(&mut self, opener: Span, closer: &str) -> Read<T> {
        let opened = opener.of(self.text);
        let cause = format!("`{opened}` is never closed by `{closer}`");
        self.broken(opener, cause)
    }

    fn statement(&mut self) -> Read<Statement> {
        let start = self.at;
        let first = self.heredocs.len();
        let mut pipelines = Vec::new();
        let mut link = Link::First;
        let end = loop {
            add(&mut pipelines, self.pipeline(link)?);
            let end = self.at;
            self.skip_blanks();
            link = match (self.peek(), self.byte(1)) {
                (Some(b'&'), Some(b'&')) => Link::And,
                (Some(b'|'), Some(b'|')) => Link::Or,
                _ => break end,
            };
            self.at += 2;
            self.skip_lines();
        };
        let heredocs = (first, self.heredocs.len());
        Ok(Statement { span: Span::new(start, end), pipelines, background: false, heredocs })
    }

    fn pipeline(&mut self, link: Link) -> Read<Pipeline> {
        let mut negated = false;
        let mut timed = false;
        loop {
            if self.sees("!") {
                self.at += 1;
                negated = !negated;
            } else if self.sees("time") {
                self.at += 4;
                timed = true;
                self.skip_blanks();
                for option in ["-p", "--"] {
                    if self.sees(option) {
                        self.at += option.len();
                        self.skip_blanks();
                    }
                }
            } else {
                break;
            }
            self.skip_blanks();
        }
        // `time` alone tells the time of nothing, and `!` alone is a failure.
        if (timed || negated) && self.peek().is_none_or(|byte| matches!(byte, b'\n' | b';' | b'#'))
        {
            let command = Command {
                span: Span::new(self.at, self.at),
                kind: CommandKind::Simple(crate::domain::bash::tree::Simple::default()),
                redirects: Vec::new(),
            };
            return Ok(Pipeline { link, negated, commands: vec![command] });
        }
        let mut commands = Vec::new();
        loop {
            let command = self.deeper(Self::command)?;
            add(&mut commands, command);
            let before = self.at;
            self.skip_blanks();
            if self.peek() != Some(b'|') || self.byte(1) == Some(b'|') {
                self.at = before;
                return Ok(Pipeline { link, negated, commands });
            }
            self.at += 1;
            // `|&` takes the errors along.
            self.take("&");
            self.skip_lines();
        }
    }
}
