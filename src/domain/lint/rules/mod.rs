//! The rules that know what a stage is, one file each, and the table of them.
//!
//! `PB1…` are about the cached preflight, `PB2…` about the run preflight, `PB3…` about both. A rule
//! is data and one function, which reads a [`Subject`]; what it says of its examples is proven by
//! one test over the whole table, so that no page promises what the rule does not find.

mod answers;
mod background;
mod builders;
mod compile_at_start;
mod curl_path;
mod download_at_start;
mod early_exit;
mod errexit;
mod hidden_write;
mod install_at_start;
mod installed_twice;
mod invisible;
mod long_wait;
mod lost_export;
mod lost_folder;
mod misspelled;
mod needless_sudo;
mod newest;
mod nul;
mod only_tmp;
mod other;
mod other_home;
mod outside;
mod package_cache;
mod piped;
mod piped_download;
mod prompt;
mod rights;
mod same_file;
mod secret;
mod shebang;
mod skipped_command;
mod subject;
mod taker;
mod task_variable;
mod unknown_allow;
mod unused_allow;
mod windows_line_ends;

use std::ops::Range;

use super::fix::Fix;
use super::places::Places;
use super::{Diagnostic, RuleCode, Severity};
use crate::domain::environment::Stage;

pub(super) use subject::Subject;
pub(super) use unknown_allow::RULE as UNKNOWN_ALLOW;
pub(super) use unused_allow::RULE as UNUSED_ALLOW;

/// A rule of this program's own.
#[derive(Debug)]
pub struct Rule {
    /// Its code.
    pub code: &'static str,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// How bad that is.
    pub severity: Severity,
    /// Why it is bad and what to do, in Markdown.
    pub why: &'static str,
    /// What it finds and what it does not.
    pub example: Example,
    /// Finds.
    pub(super) check: fn(&Subject<'_>) -> Vec<Finding>,
}

/// Two scripts that tell a rule.
#[derive(Debug)]
pub struct Example {
    /// Fields of the environment that matter, as YAML; may be empty.
    pub environment: &'static str,
    /// A script with the finding.
    pub bad: &'static str,
    /// One without.
    pub good: &'static str,
}

/// What a rule finds.
pub(super) struct Finding {
    /// Where, in bytes.
    pub bytes: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub advice: String,
    /// What resolves it.
    pub fix: Option<Fix>,
}

impl Finding {
    fn new(bytes: Range<usize>, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { bytes, message: message.into(), advice: advice.into(), fix: None }
    }

    fn with(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// All rules, by their codes.
pub static RULES: [&Rule; 31] = [
    &task_variable::RULE,
    &lost_export::RULE,
    &lost_folder::RULE,
    &hidden_write::RULE,
    &background::RULE,
    &secret::RULE,
    &prompt::RULE,
    &errexit::RULE,
    &piped_download::RULE,
    &newest::RULE,
    &package_cache::RULE,
    &needless_sudo::RULE,
    &rights::RULE,
    &other_home::RULE,
    &only_tmp::RULE,
    &install_at_start::RULE,
    &download_at_start::RULE,
    &compile_at_start::RULE,
    &same_file::RULE,
    &early_exit::RULE,
    &skipped_command::RULE,
    &long_wait::RULE,
    &installed_twice::RULE,
    &windows_line_ends::RULE,
    &nul::RULE,
    &shebang::RULE,
    &invisible::RULE,
    &misspelled::RULE,
    &curl_path::RULE,
    &unused_allow::RULE,
    &unknown_allow::RULE,
];

impl Rule {
    /// Whether it is about the script of a stage.
    #[must_use]
    pub fn is_about(&self, stage: Stage) -> bool {
        match self.code.as_bytes().get(2) {
            Some(b'1') => stage == Stage::Cached,
            Some(b'2') => stage == Stage::Run,
            _ => true,
        }
    }
}

/// The rule with a code, if it is one of this program's own.
#[must_use]
pub fn own(code: &str) -> Option<&'static Rule> {
    RULES.into_iter().find(|rule| rule.code == code)
}

/// What the rules of a stage find, in no order.
pub(super) fn find(subject: &Subject<'_>, places: &Places<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in RULES.into_iter().filter(|rule| rule.is_about(subject.stage)) {
        found.extend((rule.check)(subject).into_iter().map(|finding| Diagnostic {
            code: RuleCode(rule.code.to_owned()),
            severity: rule.severity,
            message: finding.message,
            advice: finding.advice,
            start: places.spot(finding.bytes.start),
            end: places.spot(finding.bytes.end),
            fix: finding.fix,
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lint::lint;
    use crate::domain::lint::testing::context;

    /// The stages a rule is about.
    fn stages(rule: &Rule) -> impl Iterator<Item = Stage> {
        [Stage::Cached, Stage::Run].into_iter().filter(|stage| rule.is_about(*stage))
    }

    #[test]
    fn codes_are_in_order_and_each_is_there_once() {
        assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code), "{RULES:?}");
        for rule in RULES {
            assert!(std::ptr::eq(own(rule.code).unwrap(), rule));
        }
    }

    #[test]
    fn every_rule_finds_what_its_page_says_and_nothing_in_what_is_good() {
        for rule in RULES {
            for stage in stages(rule) {
                let context = context(stage, rule.example.environment);
                let finds = |text: &str| {
                    let found = lint(stage, text, &context);
                    (found.iter().any(|it| it.code.0 == rule.code), found)
                };
                let (bad, found) = finds(rule.example.bad);
                assert!(bad, "{} {stage:?}: {found:?}", rule.code);
                let (_, found) = finds(rule.example.good);
                let own = found.iter().filter(|it| it.code.0.starts_with("PB")).count();
                assert_eq!(own, 0, "{} {stage:?}: {found:?}", rule.code);
            }
        }
    }
}
