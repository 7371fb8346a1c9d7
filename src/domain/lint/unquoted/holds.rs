//! What is known of a value: only whether it comes out of an expansion without quotes as it is.

use crate::domain::bash::tree::{Parameter, Part, PartKind, Word};

/// What a variable holds. The greater of two is what may be if either is, and also what both are
/// one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    /// Nothing: without quotes no word comes of it.
    Nothing,
    /// Characters that are neither blanks nor patterns.
    Word,
    /// Anything.
    Anything,
}

/// Whether a variable is one of bash that holds a number, or letters, whatever a script does.
fn is_number(name: &str) -> bool {
    matches!(
        name,
        "$" | "?"
            | "!"
            | "#"
            | "-"
            | "BASHPID"
            | "BASH_SUBSHELL"
            | "COLUMNS"
            | "EPOCHREALTIME"
            | "EPOCHSECONDS"
            | "EUID"
            | "HISTFILESIZE"
            | "HISTSIZE"
            | "LINENO"
            | "LINES"
            | "OPTIND"
            | "PPID"
            | "RANDOM"
            | "READLINE_ARGUMENT"
            | "READLINE_MARK"
            | "READLINE_POINT"
            | "SECONDS"
            | "SHELLOPTS"
            | "SHLVL"
            | "SRANDOM"
            | "UID"
    )
}

impl Holds {
    /// What a variable holds that no script sets.
    pub(super) fn by_itself(name: &str) -> Self {
        if is_number(name) { Self::Word } else { Self::Anything }
    }

    /// What a text holds.
    fn of_text(text: &str, quoted: bool) -> Self {
        // Quotes keep a pattern from being one here, and not where the variable is read.
        if text.contains([' ', '\t', '\n', '*', '?', '['])
            || !quoted && text.contains('{') && text.contains(',')
        {
            Self::Anything
        } else if text.is_empty() {
            Self::Nothing
        } else {
            Self::Word
        }
    }

    /// What a word makes, by what the variables in it hold.
    pub(super) fn of(word: &Word, text: &str, of_variable: &mut dyn FnMut(&str) -> Self) -> Self {
        let parts = word.parts.iter().map(|part| Self::of_part(part, text, of_variable));
        parts.max().unwrap_or(Self::Nothing)
    }

    fn of_part(part: &Part, text: &str, of_variable: &mut dyn FnMut(&str) -> Self) -> Self {
        match &part.kind {
            PartKind::Text(text) => Self::of_text(text, part.quoted),
            PartKind::Arithmetic(_) => Self::Word,
            PartKind::Parameter(it) => match plain(it, part, text) {
                Plain::Length => Self::Word,
                Plain::Variable => of_variable(&it.name),
                Plain::Changed => Self::Anything,
            },
            PartKind::Command(_) | PartKind::Opaque | PartKind::Process(_) => Self::Anything,
        }
    }

    /// What a loop's variable holds while it goes over a word. One without quotes may be several.
    pub(super) fn of_each(
        word: &Word,
        text: &str,
        of_variable: &mut dyn FnMut(&str) -> Self,
    ) -> Self {
        let is_text = |part: &Part| matches!(part.kind, PartKind::Text(_));
        if word.parts.iter().all(|part| part.quoted || is_text(part)) {
            Self::of(word, text, of_variable)
        } else {
            Self::Anything
        }
    }
}

/// How an expansion takes its variable.
enum Plain {
    /// How long it is.
    Length,
    /// As it is.
    Variable,
    /// Otherwise.
    Changed,
}

fn plain(parameter: &Parameter, part: &Part, text: &str) -> Plain {
    let written = part.span.of(text);
    let name = parameter.name.len();
    if written.starts_with("${#") {
        Plain::Length
    } else if !parameter.indirect && (written.len() == name + 1 || written.len() == name + 3) {
        Plain::Variable
    } else {
        Plain::Changed
    }
}
