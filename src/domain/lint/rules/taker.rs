//! What a command does with what it is handed: whether it runs it, keeps it, or hands it on.
//!
//! Apart from [`piped`](super::piped), which finds who is handed what. Only the words that are
//! known count, and what may be something else is taken for nothing.

use crate::domain::bash::Text;
use crate::domain::bash::facts::wrappers;
use crate::domain::bash::tree::{Argument, PartKind, Simple, Word};

/// A command without what wraps it.
pub(super) struct Program<'s> {
    /// Its name without folders.
    pub(super) name: Text,
    /// Its words behind the name.
    pub(super) words: Vec<&'s Word>,
}

/// What runs the script it is handed, beside shells.
const OTHERS: [&str; 5] = ["python", "python3", "perl", "node", "ruby"];

/// What hands on what it is handed, if in another form.
const FILTERS: [&str; 13] = [
    "gunzip", "gzip", "zcat", "xz", "unxz", "xzcat", "bunzip2", "zstd", "base64", "sed", "tr",
    "cat", "tee",
];

impl<'s> Program<'s> {
    pub(super) fn of(simple: &'s Simple) -> Option<Self> {
        let words = simple.words.iter().filter_map(|argument| match argument {
            Argument::Word(word) => Some(word),
            Argument::Assignment(_) => None,
        });
        let mut words = words.peekable();
        loop {
            let word = words.next()?;
            let Some(text) = word.known() else {
                // `$SUDO bash`.
                let is_variable =
                    matches!(&*word.parts, [part] if matches!(part.kind, PartKind::Parameter(_)));
                words.peek().filter(|_| is_variable)?;
                continue;
            };
            let name = text.rsplit('/').next().unwrap_or_default();
            let of_shell = (name == "exec").then_some((&["-a"][..], 0));
            let Some((valued, operands)) = wrappers::words_of(name).or(of_shell) else {
                return Some(Self { name: name.into(), words: words.collect() });
            };
            let mut left = operands;
            while let Some(text) = words.peek().map(|word| word.known().unwrap_or_default()) {
                let is_option = text.starts_with('-');
                if !is_option && !text.contains('=') {
                    if left == 0 {
                        break;
                    }
                    left -= 1;
                }
                words.next();
                if is_option && valued.contains(&text.as_str()) {
                    words.next();
                }
            }
        }
    }

    /// What its words say, as far as that is known.
    pub(super) fn texts(&self) -> impl Iterator<Item = Text> {
        self.words.iter().map(|word| word.known().unwrap_or_default())
    }

    fn is_shell(&self) -> bool {
        wrappers::is_shell(&self.name)
    }

    fn is_source(&self) -> bool {
        matches!(&*self.name, "." | "source")
    }

    /// Where the script stands among its words that it runs as a text (`bash -c`, `eval`).
    pub(super) fn script(&self) -> Option<usize> {
        if self.name == "eval" {
            return (!self.words.is_empty()).then_some(0);
        }
        if self.name == "su" {
            return self.texts().position(|it| it == "-c" || it == "--command").map(|at| at + 1);
        }
        let options = self.options();
        let at = options.at.filter(|_| self.is_shell() && options.script && !options.nothing)?;
        Some(at)
    }

    /// Where the file stands among its words whose script it runs.
    pub(super) fn file(&self) -> Option<usize> {
        if self.is_source() {
            return (!self.words.is_empty()).then_some(0);
        }
        let options = self.options();
        let runs = self.is_shell() || OTHERS.contains(&&*self.name);
        options.at.filter(|_| runs && !options.script && !options.input && !options.nothing)
    }

    /// Whether it runs what it is handed.
    pub(super) fn runs_input(&self) -> bool {
        let is_input = |at: usize| {
            let text = self.words[at].known().unwrap_or_default();
            matches!(&*text, "-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
        };
        if self.is_source() {
            return self.file().is_some_and(is_input);
        }
        let options = self.options();
        (self.is_shell() || OTHERS.contains(&&*self.name))
            && !options.script
            && !options.nothing
            && (options.input || options.at.is_none_or(is_input))
    }

    /// Whether it hands on what it is handed.
    pub(super) fn hands_on(&self) -> bool {
        FILTERS.contains(&&*self.name) || self.name == "gpg"
    }

    /// Whether it keeps what it is handed, whole or in parts.
    pub(super) fn keeps(&self) -> bool {
        match &*self.name {
            "tar" | "bsdtar" => self.texts().enumerate().any(|(at, it)| {
                let flags = !it.starts_with("--") && (at == 0 || it.starts_with('-'));
                flags && it.contains('x') || matches!(&*it, "--extract" | "--get")
            }),
            "cpio" => self.texts().any(|it| it.starts_with("-i") || it == "--extract"),
            "tee" => self.texts().any(|it| !it.starts_with(['-']) && it != "/dev/null"),
            "dd" => self.texts().any(|it| it.starts_with("of=")),
            "gpg" => self.texts().any(|it| it.starts_with("-o") || it.starts_with("--output")),
            _ => false,
        }
    }

    /// What the options of a shell, or of what else runs scripts, say.
    fn options(&self) -> Options {
        let is_shell = self.is_shell();
        let mut options = Options::default();
        let mut at = 0;
        while let Some(word) = self.words.get(at) {
            let text = word.known().unwrap_or_default();
            if !text.starts_with(['-', '+']) || text == "-" && !is_shell {
                break;
            }
            at += 1;
            if text == "--" || text == "-" {
                break;
            }
            if text.starts_with("--") {
                options.nothing |= matches!(&*text, "--version" | "--help" | "--eval" | "--print");
                continue;
            }
            let flags = &text[1..];
            if is_shell {
                options.script |= flags.contains('c');
                options.input |= flags.contains('s');
                options.nothing |= text.starts_with('-') && flags.contains('n');
                at += usize::from(flags.ends_with(['o', 'O']));
            } else {
                // A program of its own: `-c`, `-m`, `-e`, `-p`.
                options.script |= flags.contains(['c', 'm', 'e', 'p', 'n']);
                at += usize::from(matches!(flags, "W" | "X" | "I" | "r"));
            }
        }
        options.at = (at < self.words.len()).then_some(at);
        options
    }
}

/// What options say of where a script comes from.
#[derive(Default)]
struct Options {
    /// From a word.
    script: bool,
    /// From what is handed over.
    input: bool,
    /// Nothing is run.
    nothing: bool,
    /// The first word behind them.
    at: Option<usize>,
}
