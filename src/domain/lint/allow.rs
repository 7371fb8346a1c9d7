//! Findings that a person allows, by a comment: `# prebake: allow PB103`.
//!
//! The comment stands at the end of the line it is about, or on a line of its own before it. A
//! command that goes on over several lines, or has a here-document, is one with all of them: there
//! is no place for a comment in its middle. Several codes may follow, and behind them a reason. One
//! that allows nothing is a finding itself, so that none outlives its reason.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use super::places::Places;
use super::rules::{UNKNOWN_ALLOW, UNUSED_ALLOW, own};
use super::{Diagnostic, RuleCode};
use crate::domain::bash::Script;
use crate::domain::bash::tree::{CommandKind, Statement};

/// What stands between codes.
const PARTS: [char; 4] = [' ', '\t', ',', ':'];

/// How many lines may lie between a comment and what it is about.
const FARTHEST: usize = 30;

/// A code that a comment allows.
struct Allowed<'t> {
    code: &'t str,
    bytes: Range<usize>,
    is_used: bool,
}

/// The findings that no comment allows, and those about the comments.
pub(super) fn allow(
    text: &str,
    script: &Script,
    places: &Places<'_>,
    mut findings: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let comments: Vec<_> = script
        .comments
        .iter()
        .filter_map(|span| Some((span.start, codes(span.of(text))?)))
        .collect();
    if comments.is_empty() {
        return findings;
    }
    let long = long_statements(script, places);
    let mut allowed: Vec<Allowed<'_>> = Vec::new();
    let mut by_line: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, codes) in comments {
        let line = line_of(text, at, places);
        // The last that begins there or before.
        let before = long.partition_point(|it| *it.start() <= line).checked_sub(1);
        let around = before.map(|at| long[at].clone()).filter(|it| it.contains(&line));
        let lines = around.unwrap_or(line..=line);
        if codes.is_empty() {
            findings.push(nameless(at, places));
        }
        for code in codes {
            let bytes = at + code.start..at + code.end;
            for line in lines.clone() {
                by_line.entry(line).or_default().push(allowed.len());
            }
            allowed.push(Allowed { code: &text[bytes.clone()], bytes, is_used: false });
        }
    }
    findings.retain(|finding| {
        let mut is_allowed = false;
        for at in by_line.get(&finding.start.line).into_iter().flatten() {
            if allowed[*at].code.eq_ignore_ascii_case(&finding.code.0) {
                (allowed[*at].is_used, is_allowed) = (true, true);
            }
        }
        !is_allowed
    });
    findings.extend(allowed.iter().filter_map(|it| judged(it, places)));
    findings
}

/// The lines of commands that have several, in their order.
fn long_statements(script: &Script, places: &Places<'_>) -> Vec<RangeInclusive<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<&Statement> = script.statements.iter().rev().collect();
    while let Some(statement) = open.pop() {
        let commands = || statement.pipelines.iter().flat_map(|it| &it.commands);
        if commands().all(|it| matches!(it.kind, CommandKind::Simple(_))) {
            let extent = script.extent(statement);
            let last = extent.end.saturating_sub(1).max(extent.start);
            let lines = places.spot(extent.start).line..=places.spot(last).line;
            if lines.start() < lines.end() {
                found.push(lines);
            }
        } else {
            let bodies = commands().flat_map(|it| it.kind.bodies());
            let inner: Vec<_> = bodies.flat_map(|it| &it.statements).collect();
            open.extend(inner.into_iter().rev());
        }
    }
    found.sort_by_key(|it| *it.start());
    found
}

/// A comment that names no code.
fn nameless(at: usize, places: &Places<'_>) -> Diagnostic {
    Diagnostic {
        code: RuleCode(UNKNOWN_ALLOW.code.to_owned()),
        severity: UNKNOWN_ALLOW.severity,
        message: "allows nothing, since it names no rule".to_owned(),
        advice: "write the codes behind `allow`".to_owned(),
        start: places.spot(at),
        end: places.spot(at + 1),
        fix: None,
    }
}

/// What is wrong with an allowance. Codes of `ShellCheck` are not known here by heart, and whether
/// one is used depends on who is installed.
fn judged(allowed: &Allowed<'_>, places: &Places<'_>) -> Option<Diagnostic> {
    let code = &*allowed.code.to_ascii_uppercase();
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

/// The codes a comment allows, as bytes of it; none: it is no allowance.
fn codes(comment: &str) -> Option<Vec<Range<usize>>> {
    // It may stand behind another comment in the same line.
    let rest = comment.match_indices('#').find_map(|(at, _)| allowance(&comment[at + 1..]))?;
    let mut codes = Vec::new();
    let mut at = comment.len() - rest.len();
    for word in rest.split(PARTS) {
        if is_code(word) {
            codes.push(at..at + word.len());
        } else if !word.is_empty() {
            // The reason begins.
            break;
        }
        at += word.len() + 1;
    }
    Some(codes)
}

/// What stands behind `prebake: allow`.
fn allowance(says: &str) -> Option<&str> {
    let (name, rest) = says.split_once(':')?;
    let rest = rest.trim_start().strip_prefix("allow")?;
    let is_ours = name.trim().eq_ignore_ascii_case("prebake");
    (is_ours && (rest.is_empty() || rest.starts_with(PARTS))).then_some(rest)
}

fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|char: char| char.is_ascii_alphabetic());
    let letters = word.len() - digits.len();
    (1..=3).contains(&letters)
        && (3..=4).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bash::parse;
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
        let findings = found.iter().map(finding).collect();
        let findings = allow(text, &parse(text), &places, findings);
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
    fn a_command_of_several_lines_is_one() {
        let all = [(1, "PB101"), (2, "PB101"), (3, "PB101")];
        let left = &all[2..];
        check("# prebake: allow PB101\na \\\n  b\nc\n", &all, left);
        check("a\nb \\\n  c # prebake: allow PB101\nd\n", &all, left);
        check("# prebake: allow PB101\ncat <<E\nb\nE\n", &all, &[]);
        check("a\ncat <<E # prebake: allow PB101\nb\nE\nc\n", &all, &[]);
        check("# prebake: allow PB101\nif a; then\n  b\nfi\n", &all, &all[1..]);
        check("if a; then\n  # prebake: allow PB101\n  b |\n    c\nfi\n", &all[1..], &[]);
    }

    #[test]
    fn what_people_write_is_understood() {
        let found = [(0, "PB101")];
        for said in [
            "prebake: allow PB101: because",
            "prebake:allow PB101",
            "Prebake: allow pb101",
            "later # prebake: allow PB101 see #7",
            "prebake: allow: PB101",
        ] {
            check(&format!("b # {said}\n"), &found, &[]);
        }
        check("b # prebake: allow\n", &found, &[(0, "PB101"), (0, "PB308")]);
        check("b # prebake: allow the others\n", &found, &[(0, "PB101"), (0, "PB308")]);
    }

    #[test]
    fn one_that_allows_nothing_is_told() {
        check("b # prebake: allow PB101 PB103\n", &[(0, "PB101")], &[(0, "PB307")]);
        check("b # prebake: allow PB999\n", &[], &[(0, "PB308")]);
        check("# prebake: allow PB101", &[(0, "SC2086")], &[(0, "SC2086"), (0, "PB307")]);
    }
}
