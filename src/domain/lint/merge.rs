//! One list of the findings of two linters that know the same rules.

use std::collections::HashMap;

use super::{Diagnostic, Severity};

/// The findings of `own` and those of `others` that are not among them. Two are the same if they
/// are of one rule and about places of one line that touch: linters differ in how much of a
/// command they mark.
pub(super) fn merge(own: Vec<Diagnostic>, others: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if others.is_empty() {
        return own;
    }
    let is_unreadable = own.iter().any(is_syntax);
    let mut known: HashMap<(String, usize), Vec<(usize, usize)>> = HashMap::new();
    for finding in &own {
        let place = known.entry((finding.code.0.clone(), finding.start.line)).or_default();
        place.push(columns(finding));
    }
    let mut merged = own;
    for finding in others {
        // Where bash cannot be read, one reason is enough.
        if is_unreadable && is_syntax(&finding) {
            continue;
        }
        let (start, end) = columns(&finding);
        let here = known.entry((finding.code.0.clone(), finding.start.line)).or_default();
        if !here.iter().any(|(from, to)| start <= *to && *from <= end) {
            merged.push(finding);
        }
    }
    merged
}

/// The columns of a finding in its first line.
fn columns(finding: &Diagnostic) -> (usize, usize) {
    let ends_here = finding.end.line == finding.start.line;
    (finding.start.column, if ends_here { finding.end.column } else { usize::MAX })
}

/// Whether a finding is that bash cannot be read. `ShellCheck`'s codes below 2000 are about that.
fn is_syntax(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error && finding.code.0.starts_with("SC1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lint::{RuleCode, Spot};

    fn finding(code: &str, line: usize, from: usize, to: usize, severity: Severity) -> Diagnostic {
        Diagnostic {
            code: RuleCode(code.to_owned()),
            severity,
            message: String::new(),
            advice: String::new(),
            start: Spot { line, column: from },
            end: Spot { line, column: to },
            fix: None,
        }
    }

    #[test]
    fn what_both_find_is_told_once() {
        let warning = |code, line, from, to| finding(code, line, from, to, Severity::Warning);
        let own = [warning("SC2086", 1, 5, 7), warning("SC2086", 1, 9, 11)];
        let check = |other: Diagnostic, is_new: bool| {
            let merged = merge(own.to_vec(), vec![other.clone()]);
            assert_eq!(merged.len(), 2 + usize::from(is_new), "{other:?}");
        };
        check(warning("SC2086", 1, 5, 7), false);
        check(warning("SC2086", 1, 0, 6), false);
        check(warning("SC2086", 1, 12, 14), true);
        check(warning("SC2086", 2, 5, 7), true);
        check(warning("SC2046", 1, 5, 7), true);
        check(finding("SC1072", 1, 5, 7, Severity::Error), true);
    }

    #[test]
    fn an_unreadable_script_has_one_reason() {
        let error = |code| finding(code, 3, 0, 1, Severity::Error);
        let merged = merge(vec![error("SC1073")], vec![error("SC1009"), error("SC2086")]);
        let codes: Vec<_> = merged.iter().map(|it| it.code.0.as_str()).collect();
        assert_eq!(codes, ["SC1073", "SC2086"]);
    }
}
