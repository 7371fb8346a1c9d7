//! Findings that a person allows, by a comment: `# prebake: allow PB103`.
//!
//! The comment stands at the end of the line it is about, or on a line of its own before it.
//! Several codes may follow, and behind them a reason. One that allows nothing is a finding
//! itself, so that none outlives its reason.

use std::ops::Range;

use super::places::Places;
use super::rules::{UNKNOWN_ALLOW, UNUSED_ALLOW, own};
use super::{Diagnostic, RuleCode};

/// What a comment says first.
const SAYS: &str = "prebake: allow";

/// How many lines may lie between a comment and what it is about.
const FARTHEST: usize = 30;

/// A code that a comment allows.
struct Allowed<'t> {
    code: &'t str,
    bytes: Range<usize>,
    /// The line it is about.
    line: usize,
    is_used: bool,
}

/// The findings that no comment allows, and those about the comments. `comments` are the bytes of
/// comments, each from its `#` on.
pub(super) fn allow(
    text: &str,
    comments: impl IntoIterator<Item = Range<usize>>,
    places: &Places<'_>,
    mut findings: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut allowed: Vec<Allowed<'_>> = Vec::new();
    for bytes in comments {
        let Some(comment) = text.get(bytes.clone()).filter(|it| it.contains(SAYS)) else {
            continue;
        };
        let line = line_of(text, bytes.start, places);
        for code in codes(comment) {
            let start = bytes.start + code.start;
            let code = &comment[code];
            let bytes = start..start + code.len();
            allowed.push(Allowed { code, bytes, line, is_used: false });
        }
    }
    if allowed.is_empty() {
        return findings;
    }
    allowed.sort_by_key(|it| (it.line, it.bytes.start));
    findings.retain(|finding| {
        let first = allowed.partition_point(|it| it.line < finding.start.line);
        let here = allowed[first..].iter_mut().take_while(|it| it.line == finding.start.line);
        let mut is_allowed = false;
        for it in here.filter(|it| it.code == finding.code.0) {
            (it.is_used, is_allowed) = (true, true);
        }
        !is_allowed
    });
    findings.extend(allowed.iter().filter_map(|it| judged(it, places)));
    findings
}

/// What is wrong with an allowance. Codes of `ShellCheck` are not known here by heart, and whether
/// one is used depends on who is installed.
fn judged(allowed: &Allowed<'_>, places: &Places<'_>) -> Option<Diagnostic> {
    let code = allowed.code;
    let (rule, message, advice) = match own(code) {
        Some(_) if !allowed.is_used => {
            (&UNUSED_ALLOW, format!("allows {code}, which finds nothing here"), "remove it")
        }
        None if code.starts_with("PB") => {
            let advice = "`prebake lint --explain` lists the codes";
            (&UNKNOWN_ALLOW, format!("allows {code}, and there is no such rule"), advice)
        }
        _ => return None,
    };
    Some(Diagnostic {
        code: RuleCode(rule.code.to_owned()),
        severity: rule.severity,
        message,
        advice: advice.to_owned(),
        start: places.spot(allowed.bytes.start),
        end: places.spot(allowed.bytes.end),
        fix: None,
    })
}

/// The line a comment is about, from 0: its own, or if there is nothing else in it the next one
/// that is neither empty nor a comment.
fn line_of(text: &str, at: usize, places: &Places<'_>) -> usize {
    let own = places.spot(at).line;
    let start = places.line_start(at);
    if !text[start..at].trim().is_empty() {
        return own;
    }
    let below = text[at..].lines().skip(1).take(FARTHEST);
    let between = below.take_while(|line| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with('#')
    });
    own + 1 + between.count()
}

/// The codes a comment allows, as bytes of it.
fn codes(comment: &str) -> Vec<Range<usize>> {
    let words = comment.trim_start_matches('#').trim_start();
    let Some(rest) = words.strip_prefix(SAYS).filter(|it| it.starts_with([' ', '\t'])) else {
        return Vec::new();
    };
    let mut codes = Vec::new();
    let mut at = comment.len() - rest.len();
    for word in rest.split([' ', '\t', ',']) {
        if is_code(word) {
            codes.push(at..at + word.len());
        } else if !word.is_empty() {
            // The reason begins.
            break;
        }
        at += word.len() + 1;
    }
    codes
}

fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|char: char| char.is_ascii_uppercase());
    let letters = word.len() - digits.len();
    (1..=3).contains(&letters)
        && (3..=4).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lint::Severity;

    /// The codes that are left of findings `(line, code)`, after the comments of a text.
    #[track_caller]
    fn check(text: &str, found: &[(usize, &str)], left: &[(usize, &str)]) {
        let places = Places::new(text);
        let finding = |(line, code): &(usize, &str)| Diagnostic {
            code: RuleCode((*code).to_owned()),
            severity: Severity::Warning,
            message: String::new(),
            advice: String::new(),
            start: places.at(*line, 0),
            end: places.at(*line, 0),
            fix: None,
        };
        let comments = text
            .match_indices('#')
            .map(|(at, _)| at..text[at..].find('\n').map_or(text.len(), |end| at + end));
        let findings = found.iter().map(finding).collect();
        let findings = allow(text, comments, &places, findings);
        let told: Vec<_> = findings.iter().map(|it| (it.start.line, it.code.0.as_str())).collect();
        assert_eq!(told, left, "{text:?}");
    }

    #[test]
    fn a_comment_allows_in_its_line_or_in_the_next_one() {
        let two = [(0, "PB101"), (1, "PB101")];
        check("a # prebake: allow PB101\nb\n", &two, &[(1, "PB101")]);
        check("# prebake: allow PB101\nb\n", &[(1, "PB101")], &[]);
        check("# prebake: allow PB101\n\n# why\nb\n", &[(3, "PB101")], &[]);
        check("#prebake: allow PB101,SC2086 SC1 x\nb\n", &[(1, "PB101"), (1, "SC2086")], &[]);
        check(
            "# prebake: allow PB101 for the SC2086\nb\n",
            &[(1, "PB101"), (1, "SC2086")],
            &[(1, "SC2086")],
        );
        check("b # prebake: allow SC2086\n", &[], &[]);
        check("b # prebake: allowed PB101\nb # says prebake: allow PB101\n", &two, &two);
    }

    #[test]
    fn one_that_allows_nothing_is_told() {
        check("b # prebake: allow PB101 PB103\n", &[(0, "PB101")], &[(0, "PB307")]);
        check("b # prebake: allow PB999\n", &[], &[(0, "PB308")]);
        check("# prebake: allow PB101", &[(0, "SC2086")], &[(0, "SC2086"), (0, "PB307")]);
    }
}
