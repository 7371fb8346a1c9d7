//! An install of what is baked.

use std::cell::OnceCell;

use super::install_at_start::{is_same_always, what};
use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};
use crate::domain::lint::statements::move_statement;

pub(super) const RULE: Rule = Rule {
    code: "PB208",
    title: "an install that both scripts make",
    severity: Severity::Warning,
    why: "\
The cached preflight installs these packages, so they are in the image; the run preflight asks for
them again at every task start, and waits for the answer. Remove it from the run preflight. It is
told there only. A version that the run preflight asks for has to be the one that is baked.",
    example: Example {
        environment: "cached_preflight_script: |\n  set -e\n  apk add --no-cache jq git\n",
        bad: "apk add --no-cache jq\n",
        good: "npm install\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let outside = OnceCell::new();
    for (index, _, facts) in subject.statements() {
        if subject.reads_task(facts) {
            continue;
        }
        let is_same = |it: &&_| is_same_always(subject, &outside, index, facts, it);
        for install in facts.installs.iter().filter(is_same) {
            if !subject.other().installs(facts, install) {
                continue;
            }
            let message = format!("the cached preflight installs {} already", what(install));
            let bytes = install.span.start..install.span.end;
            let mut finding = Finding::new(bytes, message, "remove it here");
            // What the statement does beside that must stay.
            if facts.commands.len() == 1
                && let Some(whole) =
                    move_statement(subject.stage, subject.text, subject.script, index)
            {
                let title = "remove it here".to_owned();
                finding = finding.with(Fix { title, kind: FixKind::Suggested, ..whole });
            }
            found.push(finding);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    const BAKED: &str = "cached_preflight_script: |\n  apt-get install -y jq git\n";

    #[test]
    fn what_is_baked_is_told_at_the_start_only() {
        check(
            &RULE,
            Stage::Run,
            BAKED,
            "\
apt install -y git
^^^^^^^^^^^^^^^^^^ PB208 the cached preflight installs `git` already
apt install -y git curl
pip install jq
",
        );
        let baked = "\
cached_preflight_script: |
  apt-get install -y jq=1.6
  pip install requests==2.1 \"uvicorn[standard]\" -r /opt/req.txt
  pip install git+https://a.org/b@v1
  npm i -g typescript@5 @a/b@1 @c/d
";
        check(
            &RULE,
            Stage::Run,
            baked,
            "\
apt-get install -y jq
^^^^^^^^^^^^^^^^^^^^^ PB208 the cached preflight installs `jq` already
pip install Requests uvicorn
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB208 the cached preflight installs `Requests` and `uvicorn` already
pip install -r /opt/req.txt
^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB208 the cached preflight installs what `/opt/req.txt` lists already
npm i -g typescript @a/b @c/d
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB208 the cached preflight installs `typescript`, `@a/b` and `@c/d` already
npm i -g typescript@5
^^^^^^^^^^^^^^^^^^^^^ PB208 the cached preflight installs `typescript@5` already
npm i -g typescript@4
pip install 'requests[socks]' requests==2.2
pip install git+https://a.org/b
apt-get install -y jq \"$X\"
npm i -g @c/d@2
npm i typescript
.venv/bin/pip install requests
/opt/venv/bin/pip install requests
pip install -U requests
apt-get install -y --only-upgrade jq
",
        );
        let run = "run_preflight_script: |\n  apt-get install -y jq\n";
        check(&RULE, Stage::Cached, run, "apt-get install -y jq\n");
    }
}
