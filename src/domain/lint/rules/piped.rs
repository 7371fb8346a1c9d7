//! What becomes of what downloads print: a way down through a script, from each command to whoever
//! is handed what it prints.
//!
//! Apart because two rules ask: one about what is run, one about what is kept.

use super::taker::Program;
use crate::domain::bash::tree::{
    Block, Command, CommandKind, Part, PartKind, Pipeline, Redirect, RedirectKind, Simple,
    Statement, Word,
};
use crate::domain::bash::{Script, Span, Text, parse};

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Something runs it.
    Run,
    /// Files are made of it.
    Kept,
}

/// A download that prints what it downloads.
pub(super) struct Download {
    /// Where it stands; inside of a script in the script: where that does.
    pub(super) span: Span,
    /// `curl` or `wget`.
    pub(super) name: Text,
    /// Its words behind the name.
    pub(super) words: Vec<Word>,
    /// The function of the script that it is in.
    pub(super) function: Option<Text>,
    /// What becomes of it.
    pub(super) fate: Fate,
}

/// Scripts in scripts are followed so deep.
const MOST: usize = 4;

/// The downloads of a script of which something becomes, in order.
pub(super) fn downloads(script: &Script, text: &str) -> Vec<Download> {
    if !names_one(text) {
        return Vec::new();
    }
    let mut walk = Walk { script, found: Vec::new(), function: None, at: None, depth: 0 };
    for statement in &script.statements {
        if names_one(script.extent(statement).of(text)) {
            walk.statement(statement, None);
        }
    }
    walk.found
}

/// Those of one statement.
pub(super) fn of(script: &Script, statement: &Statement) -> Vec<Download> {
    let mut walk = Walk { script, found: Vec::new(), function: None, at: None, depth: 0 };
    walk.statement(statement, None);
    walk.found
}

fn names_one(text: &str) -> bool {
    text.contains("curl") || text.contains("wget")
}

struct Walk<'s> {
    script: &'s Script,
    found: Vec<Download>,
    function: Option<Text>,
    /// The script in the script that it is in.
    at: Option<Span>,
    depth: usize,
}

impl Walk<'_> {
    fn block(&mut self, block: &Block, fate: Option<Fate>) {
        for statement in &block.statements {
            self.statement(statement, fate);
        }
    }

    fn statement(&mut self, statement: &Statement, fate: Option<Fate>) {
        for pipeline in &statement.pipelines {
            self.pipeline(pipeline, fate);
        }
    }

    /// `fate`: what becomes of what is printed at its end.
    fn pipeline(&mut self, pipeline: &Pipeline, mut fate: Option<Fate>) {
        for command in pipeline.commands.iter().rev() {
            self.command(command, fate);
            fate = of_input(command, fate);
        }
    }

    fn command(&mut self, command: &Command, fate: Option<Fate>) {
        let fate = of_output(command, fate);
        let program = program(command);
        let runs = program.as_ref().is_some_and(Program::runs_input).then_some(Fate::Run);
        for redirect in &command.redirects {
            match redirect.kind {
                RedirectKind::Read | RedirectKind::Text => self.word(&redirect.target, runs),
                RedirectKind::Heredoc(index) => {
                    let script = self.script;
                    if let Some(heredoc) = script.heredocs.get(index) {
                        self.word(&heredoc.body, None);
                    }
                }
                _ => self.word(&redirect.target, None),
            }
        }
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, command, program.as_ref(), fate),
            CommandKind::Group(block) | CommandKind::Subshell(block) => self.block(block, fate),
            CommandKind::If { branches, otherwise } => {
                for (condition, branch) in branches {
                    self.block(condition, fate);
                    self.block(branch, fate);
                }
                if let Some(block) = otherwise {
                    self.block(block, fate);
                }
            }
            CommandKind::Loop { condition, body } => {
                self.block(condition, fate);
                self.block(body, fate);
            }
            CommandKind::For { words, body, .. } => {
                for word in words.iter().flatten() {
                    self.word(word, None);
                }
                self.block(body, fate);
            }
            CommandKind::CountedFor { body, .. } => self.block(body, fate),
            CommandKind::Case { word, arms } => {
                self.word(word, None);
                for (_, block) in arms {
                    self.block(block, fate);
                }
            }
            CommandKind::Function { name, body } => {
                let before = self.function.replace(name.clone());
                self.command(body, None);
                self.function = before;
            }
            CommandKind::Test(words) => words.iter().for_each(|word| self.word(word, None)),
            CommandKind::Arithmetic(word) => self.word(word, None),
            CommandKind::Coprocess { body, .. } => self.command(body, None),
        }
    }

    fn simple(
        &mut self,
        simple: &Simple,
        command: &Command,
        program: Option<&Program<'_>>,
        fate: Option<Fate>,
    ) {
        let values = simple.assignments.iter().flat_map(|it| &it.value);
        values.for_each(|word| self.word(word, None));
        let Some(program) = program else {
            let words = simple.words.iter();
            return words.for_each(|it| match it {
                crate::domain::bash::tree::Argument::Word(word) => self.word(word, None),
                crate::domain::bash::tree::Argument::Assignment(it) => {
                    it.value.iter().for_each(|word| self.word(word, None));
                }
            });
        };
        if let Some(fate) = fate.filter(|_| prints(program)) {
            self.found.push(Download {
                span: self.at.unwrap_or(command.span),
                name: program.name.clone(),
                words: program.words.iter().map(|word| (*word).clone()).collect(),
                function: self.function.clone(),
                fate,
            });
        }
        let (script, file) = (program.script(), program.file());
        for (at, word) in program.words.iter().enumerate() {
            let is_run = script == Some(at) || file == Some(at);
            self.word(word, is_run.then_some(Fate::Run));
        }
        let text = script.and_then(|at| program.words.get(at)).and_then(|word| word.known());
        if let Some(text) = text.filter(|text| names_one(text) && self.depth < MOST) {
            self.inner(&text, command.span);
        }
    }

    /// A script in the script.
    fn inner(&mut self, text: &str, span: Span) {
        let script = parse(text);
        let mut walk = Walk {
            script: &script,
            found: Vec::new(),
            function: None,
            at: Some(self.at.unwrap_or(span)),
            depth: self.depth + 1,
        };
        for statement in &script.statements {
            walk.statement(statement, None);
        }
        let function = &self.function;
        let own = walk.found.into_iter().filter(|it| it.function.is_none());
        self.found.extend(own.map(|it| Download { function: function.clone(), ..it }));
    }

    /// `fate`: what becomes of a word that begins with what a command prints.
    fn word(&mut self, word: &Word, fate: Option<Fate>) {
        self.parts(&word.parts, fate);
    }

    fn parts(&mut self, parts: &[Part], fate: Option<Fate>) {
        for (at, part) in parts.iter().enumerate() {
            match &part.kind {
                PartKind::Command(block) | PartKind::Process(block) => {
                    self.block(block, fate.filter(|_| at == 0));
                }
                PartKind::Parameter(parameter) => self.parts(&parameter.argument, None),
                PartKind::Arithmetic(parts) => self.parts(parts, None),
                PartKind::Text(_) | PartKind::Opaque => {}
            }
        }
    }
}

fn program(command: &Command) -> Option<Program<'_>> {
    match &command.kind {
        CommandKind::Simple(simple) => Program::of(simple),
        _ => None,
    }
}

/// What becomes of what a command is handed. `fate`: of what it prints.
fn of_input(command: &Command, fate: Option<Fate>) -> Option<Fate> {
    let program = program(command)?;
    if program.runs_input() {
        return Some(Fate::Run);
    }
    let kept = program.keeps().then_some(Fate::Kept);
    let handed_on = of_output(command, fate).filter(|_| program.hands_on());
    handed_on.or(kept)
}

/// What becomes of what a command prints, if its redirections say something else than `fate`.
fn of_output(command: &Command, fate: Option<Fate>) -> Option<Fate> {
    let is_output = |it: &&Redirect| it.descriptor.as_deref().is_none_or(|it| it == "1");
    command.redirects.iter().filter(is_output).fold(fate, |fate, it| match it.kind {
        RedirectKind::Write | RedirectKind::Append => {
            let target = it.target.known();
            let is_device = target.is_some_and(|it| it.starts_with("/dev/"));
            let is_process =
                it.target.parts.iter().any(|it| matches!(it.kind, PartKind::Process(_)));
            (!is_device && !is_process).then_some(Fate::Kept)
        }
        _ => fate,
    })
}

/// Whether a command prints what it downloads.
fn prints(program: &Program<'_>) -> bool {
    let words: Vec<Text> = program.texts().collect();
    let words: Vec<&str> = words.iter().map(Text::as_str).collect();
    match &*program.name {
        "curl" => !writes_file(&words),
        "wget" => words.iter().enumerate().any(|(at, word)| {
            let file = match word.strip_prefix("--output-document") {
                Some(rest) => rest.strip_prefix('=').or(words.get(at + 1).copied()),
                None if word.starts_with('-') => match word.split_once('O') {
                    Some((_, "")) => words.get(at + 1).copied(),
                    Some((_, rest)) => Some(rest),
                    None => None,
                },
                None => None,
            };
            matches!(file, Some("-" | "/dev/stdout"))
        }),
        _ => false,
    }
}

/// Options of `curl` behind which a value may stand in the same word.
const VALUED: [char; 20] = [
    'A', 'b', 'c', 'C', 'd', 'D', 'e', 'E', 'F', 'H', 'K', 'm', 'Q', 'r', 'T', 'u', 'w', 'x', 'X',
    'z',
];

/// Whether words of `curl` say that it writes a file.
pub(super) fn writes_file(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        if word.starts_with("--") {
            let is_output = *word == "--output" || word.starts_with("--output=");
            let file = word.strip_prefix("--output=").or(words.get(at + 1).copied());
            return word.starts_with("--remote-name") || is_output && !is_no_file(file);
        }
        let Some(flags) = word.strip_prefix('-') else { return false };
        let flags = flags.split(VALUED).next().unwrap_or_default();
        match flags.split_once('o') {
            Some((before, _)) if before.contains('O') => true,
            Some((_, "")) => !is_no_file(words.get(at + 1).copied()),
            Some((_, file)) => !is_no_file(Some(file)),
            None => flags.contains('O'),
        }
    })
}

fn is_no_file(file: Option<&str>) -> bool {
    file.is_some_and(|it| it == "-" || it.starts_with("/dev/"))
}
