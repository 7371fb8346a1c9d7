//! What answers the questions of commands before they ask.
//!
//! Apart from the rule that tells of questions, because an answer may stand in another statement,
//! among the words of the command, or in what the command is handed.

use super::subject::Subject;
use crate::domain::bash::Span;
use crate::domain::bash::facts::{Facts, Install, InstallAction, Invocation, Need};

/// What the script said before that answers questions.
#[derive(Default)]
pub(super) struct Answers {
    /// Debian's packages take what is the default.
    debian: bool,
    /// `conda` takes yes.
    conda: bool,
}

impl Answers {
    /// What a statement says for those behind it.
    pub(super) fn heed(&mut self, subject: &Subject<'_>, facts: &Facts) {
        for set in &facts.sets {
            let value = set.value.as_deref();
            match set.name.as_str() {
                "DEBIAN_FRONTEND" => self.debian = value == Some("noninteractive"),
                "CONDA_ALWAYS_YES" | "MAMBA_ALWAYS_YES" => self.conda = value.is_some_and(is_yes),
                _ => {}
            }
        }
        let sets_it = |it: &Install| {
            let text = subject.of(it.span);
            it.action == InstallAction::Configure && text.contains("always_yes")
        };
        self.conda |= facts.installs.iter().any(sets_it);
    }

    /// Whether a manager that asks is answered, or may be: a word that is not known may say yes.
    pub(super) fn are_for_install(
        &self,
        subject: &Subject<'_>,
        facts: &Facts,
        install: &Install,
    ) -> bool {
        let is_conda = matches!(install.manager.as_str(), "conda" | "mamba" | "micromamba");
        let text = subject.of(install.span);
        is_conda && (self.conda || text.contains("_ALWAYS_YES="))
            || of(facts, install.span, &install.manager).flat_map(|it| &it.arguments).any(|it| {
                let is_open = !it.whole && (it.text.is_empty() || it.is_option());
                is_open || says_yes(&it.text)
            })
    }

    /// Whether what waits for a person waits for none, or for no longer than it says.
    pub(super) fn are_for_need(&self, subject: &Subject<'_>, facts: &Facts, need: &Need) -> bool {
        let text = subject.of(need.span);
        let mut words = of(facts, need.span, &need.what).flat_map(|it| &it.arguments);
        match need.what.as_str() {
            // It asks only where a file is there already, which is not known.
            "unzip" => true,
            "read" => text.contains("<&") || words.any(|it| hands_over(&it.text)),
            "passwd" => words.any(|it| matches!(it.text.as_str(), "-S" | "--status")),
            "dpkg-reconfigure" => {
                self.debian || text.contains("DEBIAN_FRONTEND=") && text.contains("noninteractive")
            }
            what => facts.installs.iter().any(|it| {
                let is_it = it.asks && it.span == need.span && it.manager == what;
                is_it && self.are_for_install(subject, facts, it)
            }),
        }
    }
}

/// The commands of a name that stand at a place.
fn of<'f>(facts: &'f Facts, span: Span, name: &str) -> impl Iterator<Item = &'f Invocation> {
    facts.commands.iter().filter(move |it| it.span == span && it.name == name)
}

fn is_yes(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on" | "y")
}

/// A setting of `apt-get` on its command line.
fn says_yes(word: &str) -> bool {
    let setting = word.trim_start_matches("--option=").trim_start_matches("-o");
    setting.split_once('=').is_some_and(|(name, value)| {
        name.eq_ignore_ascii_case("APT::Get::Assume-Yes") && is_yes(value)
    })
}

/// An option of `read` with which it reads no terminal, or not for long.
fn hands_over(word: &str) -> bool {
    let short = word.strip_prefix('-').filter(|_| !word.starts_with("--"));
    // Behind some letters a value may stand.
    short.is_some_and(|flags| {
        let flags = flags.split(['a', 'd', 'i', 'n', 'N', 'p']).next().unwrap_or_default();
        flags.contains(['t', 'u'])
    })
}
