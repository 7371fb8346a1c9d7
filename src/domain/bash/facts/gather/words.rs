//! What expansions read, run and set.

use compact_str::format_compact;

use super::{Context, Walk};
use crate::domain::bash::arithmetic;
use crate::domain::bash::facts::path::START;
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Exit, NeedKind, Unknown};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Operator, Parameter, Part, PartKind, Word};

/// Whether an expansion gives its value in another form: `${name@Q}`.
fn transformed(expansion: &str) -> bool {
    let mut letters = expansion.strip_suffix('}').unwrap_or_default().chars().rev();
    letters.next().is_some_and(|letter| "QEPAKaUuLk".contains(letter))
        && letters.next() == Some('@')
}

impl<'s> Walk<'s> {
    pub(super) fn word(&mut self, word: &'s Word) {
        let names_home = word.parts.iter().enumerate().any(|(at, part)| match &part.kind {
            PartKind::Text(text) if !part.quoted => {
                let is_home = |rest: &str| rest.is_empty() || rest.starts_with(['/', ':']);
                at == 0 && text.strip_prefix('~').is_some_and(is_home) || text.contains(":~")
            }
            _ => false,
        });
        if names_home {
            self.reads("HOME", word.span);
        }
        self.parts(&word.parts);
    }

    pub(super) fn parts(&mut self, parts: &'s [Part]) {
        for part in parts {
            match &part.kind {
                PartKind::Text(_) => {}
                PartKind::Parameter(parameter) => self.parameter(parameter, part.span),
                PartKind::Command(block) | PartKind::Process(block) => {
                    self.aside(|walk| walk.block(block));
                }
                PartKind::Opaque => self.unknown("`…`", part.span, false),
                PartKind::Arithmetic(parts) => self.arithmetic(parts, part.span),
            }
        }
    }

    fn parameter(&mut self, parameter: &'s Parameter, span: Span) {
        self.parts(&parameter.argument);
        let name = parameter.name.as_str();
        if parameter.indirect {
            // The value names what is meant; `${!prefix@}` asks what there is.
            if !name.is_empty() {
                self.variable(name, span);
            }
            let what = span.of(self.text).into();
            let span = self.place(span);
            self.facts.unknown.push(Unknown { what, span, in_shell: false });
            return;
        }
        let transforms = parameter.operator == Operator::Plain && transformed(span.of(self.text));
        if transforms && span.of(self.text).ends_with("@P}") {
            // Its value is expanded as a prompt is, and may run anything.
            self.unknown(span.of(self.text), span, false);
        }
        // The index of an array, and the offset of a part of text, are arithmetic.
        let has_index = span.of(self.text).contains('[');
        if parameter.operator == Operator::Plain && (!transforms || has_index) {
            self.names(&parameter.argument, span, false);
        }
        if matches!(name, "@" | "*") && !parameter.argument.is_empty() {
            // `${@:0}` begins with the name of the script.
            self.need(NeedKind::Arguments, "$@", span);
        }
        self.variable(name, span);
        // `"$*"`, `"${names[*]}"`: what stands between them is the first letter of it.
        let joins = parameter
            .argument
            .iter()
            .any(|part| matches!(&part.kind, PartKind::Text(text) if text.contains('*')));
        if name == "*" || joins {
            self.heeds_separators(span);
        }
        match parameter.operator {
            Operator::Assign => self.sets(name, None, false, span),
            Operator::Require if self.context.lasting => {
                let span = self.place(span);
                self.facts.exits.push(Exit {
                    span,
                    status: Some(1),
                    surely: false,
                    replaces: false,
                });
            }
            _ => {}
        }
    }

    /// A variable is read.
    fn variable(&mut self, name: &str, span: Span) {
        let kind = match name {
            "?" | "PIPESTATUS" if self.ran => return,
            "?" | "PIPESTATUS" => NeedKind::Status,
            "!" | "$" | "BASHPID" | "PPID" => NeedKind::Processes,
            "_" => NeedKind::History,
            "-" | "FUNCNAME" => return,
            "0" | "BASH_SOURCE" | "BASH_ARGV0" | "LINENO" | "BASH_COMMAND" => NeedKind::Arguments,
            // In a function they are its own.
            "@" | "*" | "#" if self.scope.positional().is_some() => return,
            "@" | "*" | "#" => NeedKind::Arguments,
            "RANDOM" | "SRANDOM" => NeedKind::Chance,
            "SECONDS" | "EPOCHSECONDS" | "EPOCHREALTIME" => NeedKind::Clock,
            "HOSTNAME" | "HOST" if !self.scope.is_set(name) => NeedKind::Host,
            _ if name.bytes().all(|byte| byte.is_ascii_digit()) => {
                if self.scope.positional().is_some() {
                    return;
                }
                NeedKind::Arguments
            }
            _ => {
                if matches!(name, "PWD" | "OLDPWD") {
                    self.names_folder(&format_compact!("${name}"), span);
                }
                return self.reads(name, span);
            }
        };
        if !self.own.names.contains(name) {
            self.need(kind, format_compact!("${name}"), span);
        }
    }

    /// The working directory is asked by its name, which is no secret of the script once that has
    /// chosen one.
    pub(super) fn names_folder(&mut self, what: &str, span: Span) {
        let is_chosen = self.scope.folder.as_ref().is_some_and(|it| !it.text().starts_with(START));
        if !is_chosen {
            self.need(NeedKind::Start, what, span);
        }
    }

    /// `((…))`: names in it are variables, some of which it sets.
    pub(super) fn arithmetic(&mut self, parts: &'s [Part], span: Span) {
        self.parts(parts);
        self.names(parts, span, true);
    }

    /// The names in text that is a number once it is worked out.
    pub(super) fn names(&mut self, parts: &[Part], span: Span, sets: bool) {
        for named in arithmetic::names(parts) {
            if named.is_read || !sets {
                self.variable(named.name, span);
            }
            if sets && named.is_set {
                self.sets(named.name, None, false, span);
            }
        }
    }

    /// `[[ … ]]`, `[ … ]`: operands behind an operator about files are paths.
    pub(super) fn test(&mut self, operands: &'s [Word]) {
        for operand in operands {
            self.word(operand);
        }
        let values: Vec<_> = operands
            .iter()
            .map(|operand| crate::domain::bash::facts::values::one(operand, &self.scope))
            .collect();
        self.tested(&values);
        for (at, value) in values.iter().enumerate() {
            let around =
                at.checked_sub(1).and_then(|at| operands.get(at)).zip(operands.get(at + 1));
            let Some((one, other)) = around else { continue };
            match value.known() {
                Some("=~") => {
                    // What stands behind `&&` may not be asked.
                    let surely = self.context.surely && at == 1;
                    self.with(Context { surely, ..self.context }, |walk| {
                        walk.sets("BASH_REMATCH", None, false, one.span);
                    });
                }
                Some("-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") => {
                    for word in [one, other] {
                        self.names(&word.parts, word.span, false);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn tested(&mut self, values: &[Value]) {
        for pair in values.windows(2) {
            let asks = pair[0].known().is_some_and(|operator| {
                let mut chars = operator.chars();
                chars.next() == Some('-')
                    && chars.next().is_some_and(|char| "abcdefghkprsuwxGLNOS".contains(char))
                    && chars.next().is_none()
            });
            if asks {
                self.path(&pair[1], Access::Read);
            }
            if pair[0].known() == Some("-v") {
                match pair[1].known() {
                    Some(name) => {
                        let name = name.split('[').next().unwrap_or_default();
                        self.variable(name, pair[1].span);
                    }
                    None => self.unknown("-v", pair[1].span, false),
                }
            }
        }
        for compared in values.windows(3) {
            if matches!(compared[1].known(), Some("-nt" | "-ot" | "-ef")) {
                self.path(&compared[0], Access::Read);
                self.path(&compared[2], Access::Read);
            }
        }
        if values.iter().any(|value| value.known() == Some("-t")) {
            self.facts.needs.push(crate::domain::bash::facts::Need {
                kind: NeedKind::Person,
                what: "-t".into(),
                span: self.place(values.first().map_or(Span::default(), |value| value.span)),
            });
        }
    }
}
