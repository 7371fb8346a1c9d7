//! A comment that allows a rule there is not. [`crate::domain::lint::allow`] finds it.

use super::{Example, Rule};
use crate::domain::lint::Severity;

pub(in crate::domain::lint) const RULE: Rule = Rule {
    code: "PB308",
    title: "an allowance of an unknown rule",
    severity: Severity::Hint,
    why: "\
`# prebake: allow CODE` names a rule that there is not, so it allows nothing.
`prebake lint --explain` lists the codes.",
    example: Example {
        environment: "",
        bad: "set -e\nmkdir -p /opt/a # prebake: allow PB999\n",
        good: "set -e\nmkdir -p /opt/a\n",
    },
    check: |_| Vec::new(),
};
