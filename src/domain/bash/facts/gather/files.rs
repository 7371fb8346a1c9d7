//! What bash makes of a word behind its expansions: it parts what variables gave, and looks for
//! files that a pattern means.
//!
//! Apart from the words themselves because neither happens in `[[ … ]]`, in `case`, in a
//! here-document and behind the `=` of one value.

use super::Walk;
use crate::domain::bash::facts::Access;
use crate::domain::bash::facts::values::{self, Value};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Argument, PartKind, Simple, Word};

/// Variables and options of which it matters only whether a script names them at all.
#[derive(Clone, Copy, Default)]
pub(super) struct Named {
    /// `IFS`, by which words are parted.
    parts_words: bool,
    /// `GLOBIGNORE`, the files that no pattern means.
    ignores_files: bool,
    /// `expand_aliases`, with which an alias is another command.
    pub(super) aliases: bool,
}

impl Named {
    pub(super) fn of(text: &str) -> Self {
        Self {
            parts_words: text.contains("IFS"),
            ignores_files: text.contains("GLOBIGNORE"),
            aliases: text.contains("expand_aliases"),
        }
    }

    /// In a text that this shell runs as well.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            parts_words: self.parts_words || other.parts_words,
            ignores_files: self.ignores_files || other.ignores_files,
            aliases: self.aliases || other.aliases,
        }
    }
}

/// Commands whose `name[extra]` no file is meant by.
const WITH_EXTRAS: [&str; 8] = ["pip", "pip2", "pip3", "pipx", "uv", "python", "python3", "poetry"];

/// Whether a command takes `name[extra]` for a package. Bash takes it for a pattern first, but
/// files that are named like a package and one letter more are not what anybody means by it.
pub(super) fn takes_extras(simple: &Simple) -> bool {
    simple.words.iter().take(8).any(|argument| match argument {
        Argument::Word(word) => {
            word.known().is_some_and(|text| WITH_EXTRAS.contains(&text.as_str()))
        }
        Argument::Assignment(_) => false,
    })
}

/// `name[extra]`, without a folder and without any other pattern.
pub(super) fn has_extras(word: &Word) -> bool {
    word.known().is_some_and(|text| text.contains('[') && !text.contains(['/', '*', '?']))
}

impl<'s> Walk<'s> {
    /// A word of which several may become, and files.
    pub(super) fn expanded(&mut self, word: &'s Word) {
        self.word(word);
        let is_parted = |kind: &PartKind| !matches!(kind, PartKind::Text(_) | PartKind::Process(_));
        if word.parts.iter().any(|part| !part.quoted && is_parted(&part.kind)) {
            self.heeds_separators(word.span);
        }
        self.matched(word);
    }

    /// Where words are parted `IFS` decides. It is the same for all while nobody sets it.
    pub(super) fn heeds_separators(&mut self, span: Span) {
        if self.named.parts_words {
            self.reads("IFS", span);
        }
    }

    /// The files that a pattern may mean are asked for.
    fn matched(&mut self, word: &'s Word) {
        if !values::is_pattern(word, &self.scope) {
            return;
        }
        if self.named.ignores_files {
            self.reads("GLOBIGNORE", word.span);
        }
        let begins_with_it = word.parts.first().is_some_and(|part| {
            let is_sign = |text: &str| text.starts_with(['*', '?', '[', '@', '+', '!']);
            !part.quoted && matches!(&part.kind, PartKind::Text(text) if is_sign(text))
        });
        for value in values::several(word, &self.scope) {
            // Nobody has a folder named `https:`, or one that begins with `-`.
            if value.whole || value.text.contains("://") || value.text.starts_with('-') {
                continue;
            }
            let is_here = begins_with_it && value.text.is_empty() && !values::climbs(&word.parts);
            let text = if is_here { "./".into() } else { value.text.clone() };
            self.path(&Value { text, ..value }, Access::Read);
        }
    }
}
