//! Characters that a person does not see and bash does.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB304",
    title: "invisible or broken characters",
    severity: Severity::Warning,
    why: "\
A byte order mark before the first line makes bash look for a command of that name. A zero-width
character becomes a part of the word it stands in. Marks that turn the direction of a text show a
line in another order than bash reads it. And where a replacement character stands, another
character was lost when the script was saved.",
    example: Example {
        environment: "",
        bad: "\u{feff}#!/bin/bash\nset -e\nmkdir -p /opt/a\n",
        good: "#!/bin/bash\nset -e\nmkdir -p /opt/ä\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // All of them begin with one of two bytes, which nearly no script has.
    for at in memchr::memchr2_iter(0xe2, 0xef, subject.text.as_bytes()) {
        let Some(char) = subject.text[at..].chars().next() else { continue };
        let (what, can_go) = match char {
            '\u{feff}' if at == 0 => {
                ("begins with a byte order mark, which bash takes for a command", true)
            }
            '\u{feff}' | '\u{200b}' | '\u{2060}' => ("a character without width stands here", true),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => (
                "a mark turns the direction of the text, and bash reads it as it is written",
                false,
            ),
            '\u{fffd}' => ("a character was lost here when the script was saved", false),
            _ => continue,
        };
        let bytes = at..at + char.len_utf8();
        let advice = if char == '\u{fffd}' { "write it anew" } else { "remove it" };
        let finding = Finding::new(bytes.clone(), what, advice);
        found.push(if can_go {
            // Only the first one can be no part of a word that is wanted so.
            let kind = if at == 0 { FixKind::Safe } else { FixKind::Suggested };
            finding.with(Fix::one("remove it", kind, bytes, ""))
        } else {
            finding
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn what_is_not_seen_is_told() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check("mkdir a\u{200b}b\n       ^ PB304 a character without width stands here\n");
        check(
            "# \u{202e}\n  ^ PB304 a mark turns the direction of the text, and bash reads it as it is written\n",
        );
        check("# caf\u{fffd}\n     ^ PB304 a character was lost here when the script was saved\n");
        check("# äöü 👨‍👩‍👧 …\ntrue\n");
        fixed(&RULE, Stage::Run, FixKind::Safe, "\u{feff}true\n", "true\n");
        fixed(&RULE, Stage::Run, FixKind::Suggested, "mkdir a\u{200b}b\n", "mkdir ab\n");
    }
}
