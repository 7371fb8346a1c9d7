//! A download that is run unseen.

use std::collections::{HashMap, HashSet};

use super::piped::{self, Fate};
use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::tree::{Operator, Part, PartKind, Word};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB109",
    title: "a download that is run unseen",
    severity: Severity::Warning,
    why: "\
What `curl … | bash` does is decided by the server on the day of the bake: two bakes of one script
give two images, and a download that breaks off runs half. Download a version by its number, check
it (`sha256sum -c`), then run it. An address with a version in it, or with a variable that is named
as one, is not told.",
    example: Example {
        environment: "",
        bad: "set -e\ncurl -fsSL https://example.com/install.sh | bash\n",
        good: "set -e\ncurl -fsSL https://example.com/v1.4.2/install.sh | bash\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let downloads = piped::downloads(subject.script, subject.text);
    let mut downloads = downloads.iter().filter(|it| it.fate == Fate::Run).peekable();
    if downloads.peek().is_none() {
        return found;
    }
    let calls = subject.facts.iter().flat_map(|facts| &facts.calls);
    let called: HashSet<&str> = calls.map(|it| &*it.name).collect();
    let values = values(subject);
    for download in downloads {
        let is_run = download.function.as_deref().is_none_or(|name| called.contains(name));
        if is_run && !is_pinned(&address(&download.words, &values)) {
            let message =
                format!("runs what `{}` downloads, whatever that is today", download.name);
            let advice = "download a version by its number and check it before it runs";
            found.push(Finding::new(download.span.start..download.span.end, message, advice));
        }
    }
    // Several may stand in one script in the script.
    found.dedup_by(|one, other| one.bytes == other.bytes);
    found
}

/// The values of variables, as far as each has one and no other.
fn values<'s>(subject: &'s Subject<'_>) -> HashMap<&'s str, Option<&'s str>> {
    let mut values = HashMap::new();
    for set in subject.facts.iter().flat_map(|facts| &facts.sets) {
        let value = set.value.as_deref();
        let known = values.entry(&*set.name).or_insert(value);
        *known = known.filter(|it| Some(*it) == value);
    }
    values
}

/// The address among the words of a download, as far as it is known.
fn address(words: &[Word], values: &HashMap<&str, Option<&str>>) -> String {
    let texts = words.iter().map(|word| {
        let mut text = String::new();
        fill(&mut text, &word.parts, values);
        text
    });
    let mut last = String::new();
    for text in texts {
        if text.contains("://") {
            return text;
        }
        if !text.starts_with('-') {
            last = text;
        }
    }
    last
}

/// A version in the place of one that is not known.
const SOME_VERSION: &str = "0.0";

fn fill(text: &mut String, parts: &[Part], values: &HashMap<&str, Option<&str>>) {
    for part in parts {
        match &part.kind {
            PartKind::Text(own) => text.push_str(own),
            PartKind::Parameter(parameter) => {
                match values.get(&*parameter.name).copied().flatten() {
                    Some(value) => text.push_str(value),
                    None if parameter.operator == Operator::Default => {
                        fill(text, &parameter.argument, values);
                    }
                    None if names_version(&parameter.name) => text.push_str(SOME_VERSION),
                    None => {}
                }
            }
            _ => {}
        }
    }
}

/// Whether a variable is there to hold a version, by its name.
fn names_version(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["version", "tag", "commit", "sha", "revision"].iter().any(|part| name.contains(part))
}

/// Whether an address names a version: digits with a dot between, behind its host.
fn is_pinned(address: &str) -> bool {
    let behind = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = behind.split_once('/');
    let path = path.map_or("", |(_, path)| path).as_bytes();
    path.windows(3).any(|it| it[0].is_ascii_digit() && it[1] == b'.' && it[2].is_ascii_digit())
        // The name of a commit.
        || path.split(|byte| *byte == b'/').any(|part| part.len() == 40 && part.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::context::Context;
    use crate::domain::lint::lint;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_runs_unseen_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
curl -fsSL https://example.com/install | sudo -E bash -
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB109 runs what `curl` downloads, whatever that is today
sh -c \"$(wget -qO- https://example.com/install)\"
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB109 runs what `wget` downloads, whatever that is today
bash <(curl https://1.2.3.4/x)
       ^^^^^^^^^^^^^^^^^^^^^^ PB109 runs what `curl` downloads, whatever that is today
",
        );
    }

    #[test]
    fn what_is_pinned_or_not_run_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("curl https://example.com/v1.2/install | bash\n");
        check("curl https://example.com/a.gz | tar xz\n");
        check("curl -o /opt/a https://example.com/a || bash fallback.sh\n");
        check("x=$(curl https://example.com/version)\n");
        check("echo 'curl https://example.com/a | bash'\n");
        check("UV_VERSION=0.4.18\ncurl -LsSf https://astral.sh/uv/$UV_VERSION/install.sh | sh\n");
        check("curl https://astral.sh/uv/${UV_VERSION:-0.4.18}/install.sh | sh\n");
        check("URL=https://example.com/v1.2/install\ncurl \"$URL\" | bash\n");
        check("curl \"https://example.com/$TOOL_VERSION/install\" | bash\n");
    }

    #[test]
    fn what_no_shell_reads_as_a_script_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        for taker in [
            "sudo sh -c 'cat > /etc/apt/a.asc'",
            "sudo bash -c 'gpg --dearmor > /etc/apt/a.gpg'",
            "bash -n",
            "bash script.sh",
            "python3 -m json.tool",
            "python3 -c 'import json'",
            "node -e 'x'",
            "grep bash",
            "tee bash",
        ] {
            check(&format!("curl https://example.com/a | {taker}\n"));
        }
        check("curl -o /opt/a https://example.com/a | bash\nwget https://example.com/a | bash\n");
        check("bash -c \"cat /a $(curl https://example.com/a)\"\n");
        check("f() { curl https://example.com/a | bash; }\n");
        check("curl https://example.com/a > /opt/a && bash /opt/b\n");
        check("diff <(curl https://example.com/a) /opt/a\n");
    }

    #[test]
    fn whatever_runs_it_is_found() {
        for text in [
            "curl @ | \\\n  bash",
            "curl @ \\\n  | bash -s",
            "curl @ |\nbash",
            "curl @ | sudo -u dev bash",
            "curl @ | sudo bash -s -- --yes",
            "curl @ | $SUDO bash -",
            "curl @ | FOO=bar env -u X A=b /bin/sh -ex",
            "curl @ | gunzip | tee /opt/a | sh",
            "(curl @ || exit 1) | bash",
            "if ! curl @ | timeout 60 bash; then exit 1; fi",
            "bash -c \"$(curl @)\"",
            "sudo -E bash -c \"$(curl @)\" -- --yes",
            "eval \"$(curl @)\"",
            "source <(curl @)",
            ". <(curl @ | sed 's/a/b/')",
            "bash -s -- a < <(curl @)",
            "bash <<< \"$(curl @)\"",
            "curl @ | python3 -",
            "f() { curl @ | bash; }; f",
            "f() { curl @ | bash; }\ng() { f; }\ng",
            "VERSION=latest; curl @/$VERSION | bash",
        ] {
            let text = text.replace('@', "-fsSL https://example.com/install") + "\n";
            let found = lint(Stage::Cached, &text, &Context::default());
            let told: Vec<_> = found.iter().filter(|it| it.code.0 == RULE.code).collect();
            assert_eq!(told.len(), 1, "{text}");
            assert_eq!(told[0].start.line, 0, "{text}");
        }
        let text = "sudo bash -c 'curl -fsSL https://example.com/a | sh; wget -qO- b.c/d | sh'\n";
        let found = lint(Stage::Cached, text, &Context::default());
        let told = found.iter().filter(|it| it.code.0 == RULE.code).map(|it| it.start.column);
        assert_eq!(told.collect::<Vec<_>>(), [0]);
    }
}
