//! A comment that allows what is not found. [`crate::domain::lint::allow`] finds it, since it is
//! about the findings of all other rules.

use super::{Example, Rule};
use crate::domain::lint::Severity;

pub(in crate::domain::lint) const RULE: Rule = Rule {
    code: "PB307",
    title: "an allowance that allows nothing",
    severity: Severity::Hint,
    why: "\
`# prebake: allow CODE` allows a finding in its own line, or standing alone in the next line that
says something, and in all lines of the command that is there. This one has nothing to allow: the script was mended, the comment stands in another
line, or the rule is one of the other stage. Remove it, so that it does not hide a later finding.
Codes of ShellCheck are not judged, because what it finds depends on whether it is installed.",
    example: Example {
        environment: "",
        bad: "set -e\nmkdir -p /opt/a # prebake: allow PB101\n",
        good: "set -e\nOUTPUT=/opt/a\nmkdir -p \"$OUTPTU\" # prebake: allow PB305 the image sets it\n",
    },
    check: |_| Vec::new(),
};
