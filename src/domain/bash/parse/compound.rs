//! Commands with words of their own: groups, conditions, loops, functions.

use super::{Broken, Read, Reader, ends_word, name_length};
use crate::domain::bash::Text;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Block, Command, CommandKind, PartKind, Word};

impl Reader<'_> {
    /// A command with its redirections.
    pub(super) fn command(&mut self) -> Read<Command> {
        let start = self.at;
        let Some(kind) = self.compound()? else {
            return self.simple();
        };
        let mut redirects = Vec::new();
        // A function's redirections are those of its body, which took them already.
        if !matches!(kind, CommandKind::Function { .. } | CommandKind::Coprocess { .. }) {
            let mut end = self.at;
            self.skip_blanks();
            while let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                end = self.at;
                self.skip_blanks();
            }
            self.at = end;
        }
        let span = self.span_from(start);
        self.nothing_behind(matches!(kind, CommandKind::Coprocess { .. }))?;
        Ok(Command { span, kind, redirects })
    }

    /// After a compound command only what ends a statement may stand.
    fn nothing_behind(&mut self, is_simple: bool) -> Read<()> {
        let mark = self.mark();
        self.skip_blanks();
        let stands_alone = match self.peek() {
            None => true,
            Some(byte) => ends_word(byte) && byte != b'(' || byte == b'#' || is_simple,
        };
        if stands_alone || self.closes() {
            self.back(&mark);
            return Ok(());
        }
        let cause = self.unexpected();
        self.broken(Span::new(self.at, self.at + 1), cause)
    }

    /// Whether a reserved word stands here that may follow `}` or `fi` at once.
    fn closes(&self) -> bool {
        ["then", "else", "elif", "fi", "do", "done", "esac", "}"].iter().any(|word| self.sees(word))
    }

    /// The compound command that begins here, if one does.
    fn compound(&mut self) -> Read<Option<CommandKind>> {
        let start = self.at;
        let word = |reader: &mut Self, word: &str| {
            let is_here = reader.sees(word);
            if is_here {
                reader.at += word.len();
            }
            is_here.then_some(Span::new(start, start + word.len()))
        };
        let kind = match self.peek() {
            Some(b'(') if self.byte(1) == Some(b'(') => self.arithmetic_or_subshell()?,
            Some(b'(') => self.subshell()?,
            Some(b'{') => match word(self, "{") {
                Some(opener) => {
                    let block = self.block(opener, "}")?;
                    self.expect("}", opener)?;
                    CommandKind::Group(block)
                }
                None => return Ok(None),
            },
            Some(b'[') if self.sees("[[") => self.test()?,
            Some(b'i') => match word(self, "if") {
                Some(opener) => self.condition(opener)?,
                None => return Ok(None),
            },
            Some(b'w' | b'u') => match word(self, "while").or_else(|| word(self, "until")) {
                Some(opener) => {
                    let condition = self.block(opener, "done")?;
                    CommandKind::Loop { condition, body: self.body(opener)? }
                }
                None => return Ok(None),
            },
            Some(b'f' | b's') => {
                if let Some(opener) = word(self, "for") {
                    self.for_loop(opener)?
                } else if let Some(opener) = word(self, "select") {
                    self.named_loop(opener, true)?
                } else if word(self, "function").is_some() {
                    self.function_word()?
                } else {
                    return Ok(None);
                }
            }
            Some(b'c') => {
                if let Some(opener) = word(self, "case") {
                    self.case(opener)?
                } else if word(self, "coproc").is_some() {
                    self.coprocess()?
                } else {
                    return Ok(None);
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    fn subshell(&mut self) -> Read<CommandKind> {
        let opener = Span::new(self.at, self.at + 1);
        self.at += 1;
        let block = self.block(opener, ")")?;
        self.expect(")", opener)?;
        Ok(CommandKind::Subshell(block))
    }

    /// `((` begins arithmetic, unless no `))` ends it: then a subshell in a subshell.
    fn arithmetic_or_subshell(&mut self) -> Read<CommandKind> {
        if !self.sees_arithmetic() {
            return self.subshell();
        }
        let start = self.at;
        self.at += 2;
        let parts = self.arithmetic_until_parens(start)?;
        let span = self.span_from(start);
        Ok(CommandKind::Arithmetic(Word { span, parts }))
    }

    fn condition(&mut self, opener: Span) -> Read<CommandKind> {
        let mut branches = Vec::new();
        loop {
            let condition = self.block(opener, "fi")?;
            self.expect("then", opener)?;
            branches.push((condition, self.block(opener, "fi")?));
            self.skip_lines();
            if self.sees("elif") {
                self.at += 4;
                continue;
            }
            let otherwise = if self.sees("else") {
                self.at += 4;
                Some(self.block(opener, "fi")?)
            } else {
                None
            };
            self.expect("fi", opener)?;
            return Ok(CommandKind::If { branches, otherwise });
        }
    }

    /// `do … done`, or the braces that bash takes for it behind `for`.
    fn body(&mut self, opener: Span) -> Read<Block> {
        self.expect("do", opener)?;
        let body = self.block(opener, "done")?;
        self.expect("done", opener)?;
        Ok(body)
    }

    fn for_body(&mut self, opener: Span) -> Read<Block> {
        self.skip_lines();
        if self.sees("{") {
            let brace = Span::new(self.at, self.at + 1);
            self.at += 1;
            let body = self.block(brace, "}")?;
            self.expect("}", brace)?;
            return Ok(body);
        }
        self.body(opener)
    }

    fn for_loop(&mut self, opener: Span) -> Read<CommandKind> {
        self.skip_blanks();
        if !self.looks_at("((") {
            return self.named_loop(opener, false);
        }
        let start = self.at;
        self.at += 2;
        let parts = self.arithmetic_until_parens(start)?;
        let head = Word { span: self.span_from(start), parts };
        self.skip_blanks();
        self.take(";");
        Ok(CommandKind::CountedFor { head, body: self.for_body(opener)? })
    }

    fn named_loop(&mut self, opener: Span, asks: bool) -> Read<CommandKind> {
        self.skip_blanks();
        let start = self.at;
        while self.peek().is_some_and(|byte| !ends_word(byte)) {
            self.at += 1;
        }
        let name: Text = self.span_from(start).of(self.text).into();
        if name.is_empty() {
            let cause = self.unexpected();
            return self.broken(Span::new(self.at, self.at + 1), cause);
        }
        if name_length(name.as_bytes()) != name.len() {
            // Told when it runs, by bash as well; it is wrong all the same.
            return self.broken(
                Span::new(start, self.at),
                format!("`{}` is no name of a variable", name.escape_debug()),
            );
        }
        self.skip_lines();
        let words = if self.sees("in") {
            self.at += 2;
            let mut words = Vec::new();
            self.skip_blanks();
            while self.peek().is_some_and(|byte| byte != b'#' && !self.stops_word(byte)) {
                words.push(self.word()?);
                self.skip_blanks();
            }
            self.skip_comment();
            if !self.take(";") && self.peek() != Some(b'\n') {
                let cause = self.unexpected();
                return self.broken(Span::new(self.at, self.at + 1), cause);
            }
            Some(words)
        } else {
            self.take(";");
            None
        };
        Ok(CommandKind::For { name, words, body: self.for_body(opener)?, asks })
    }

    fn case(&mut self, opener: Span) -> Read<CommandKind> {
        self.skip_blanks();
        let word = self.word()?;
        self.expect("in", opener)?;
        let mut arms = Vec::new();
        loop {
            self.skip_lines();
            if self.sees("esac") {
                break;
            }
            self.take("(");
            let mut patterns = Vec::new();
            loop {
                self.skip_blanks();
                patterns.push(self.word()?);
                self.skip_blanks();
                if !self.take("|") {
                    break;
                }
            }
            self.expect(")", opener)?;
            let mut statements = Vec::new();
            self.statements(&mut statements)?;
            arms.push((patterns, Block { statements }));
            self.skip_lines();
            if self.take(";;&") || self.take(";;") || self.take(";&") {
                continue;
            }
            if !self.sees("esac") {
                self.expect("esac", opener)?;
                return Err(Broken);
            }
        }
        self.expect("esac", opener)?;
        Ok(CommandKind::Case { word, arms })
    }

    /// Behind `function`.
    fn function_word(&mut self) -> Read<CommandKind> {
        self.skip_blanks();
        let name = self.word()?;
        let name = name.span.of(self.text).into();
        self.skip_blanks();
        if self.take("(") {
            self.skip_blanks();
            self.expect(")", Span::new(self.at - 1, self.at))?;
        }
        self.function_body(name)
    }

    /// What a function does: a compound command.
    pub(super) fn function_body(&mut self, name: Text) -> Read<CommandKind> {
        self.skip_lines();
        let is_compound = match self.peek() {
            Some(b'(') => true,
            _ => ["{", "[[", "if", "while", "until", "for", "select", "case"]
                .iter()
                .any(|word| self.sees(word)),
        };
        if !is_compound {
            let cause = self.unexpected();
            return self.broken(Span::new(self.at, self.at + 1), cause);
        }
        let body = self.deeper(Self::command)?;
        Ok(CommandKind::Function { name, body: Box::new(body) })
    }

    /// Behind `coproc`: a name only if a compound command follows it.
    fn coprocess(&mut self) -> Read<CommandKind> {
        self.skip_blanks();
        let mark = self.mark();
        let length = name_length(self.rest());
        let mut name = None;
        if length > 0 && !self.closes() {
            let word = Span::new(self.at, self.at + length).of(self.text).into();
            self.at += length;
            self.skip_blanks();
            let follows = matches!(self.peek(), Some(b'(' | b'{'))
                || ["if", "while", "until", "for", "case"].iter().any(|word| self.sees(word));
            if follows { name = Some(word) } else { self.back(&mark) }
        }
        let body = self.deeper(Self::command)?;
        Ok(CommandKind::Coprocess { name, body: Box::new(body) })
    }

    /// Whether `byte` ends a word that begins here; `<(` and `>(` are words themselves.
    pub(super) fn stops_word(&self, byte: u8) -> bool {
        ends_word(byte) && !(matches!(byte, b'<' | b'>') && self.byte(1) == Some(b'('))
    }
}

impl Word {
    /// Whether anything in it is text of the script itself, for the name of a function.
    pub(super) fn is_plain(&self) -> bool {
        matches!(&*self.parts, [part] if !part.quoted && matches!(part.kind, PartKind::Text(_)))
    }
}
