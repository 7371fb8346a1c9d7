//! A download that is run unseen.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB109",
    title: "a download that is run unseen",
    severity: Severity::Warning,
    why: "\
What `curl … | bash` does is decided by the server on the day of the bake: two bakes of one script
give two images, and a download that breaks off runs half. Download a version by its number, check
it (`sha256sum -c`), then run it. An address with a version in it is not told.",
    example: Example {
        environment: "",
        bad: "set -e\ncurl -fsSL https://example.com/install.sh | bash\n",
        good: "set -e\ncurl -fsSL https://example.com/v1.4.2/install.sh | bash\n",
    },
    check,
};

/// What runs what it is fed.
const SHELLS: [&str; 8] = ["bash", "sh", "zsh", "dash", "python", "python3", "perl", "node"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (_, statement, facts) in subject.statements() {
        for download in &facts.commands {
            if !matches!(download.name.as_str(), "curl" | "wget") {
                continue;
            }
            let address = download.arguments.iter().find(|it| it.text.contains("://"));
            let text = address.map_or("", |it| subject.of(it.span));
            let behind =
                &subject.text[download.span.end..statement.span.end.max(download.span.end)];
            let before = &subject.text[statement.span.start..download.span.start];
            if (feeds_shell(behind) || is_substituted(before)) && !is_pinned(text) {
                let message =
                    format!("runs what `{}` downloads, whatever that is today", download.name);
                let advice = "download a version by its number and check it before it runs";
                found.push(Finding::new(download.span.start..download.span.end, message, advice));
            }
        }
    }
    found
}

/// Whether what follows a download begins with a pipe into a shell.
fn feeds_shell(behind: &str) -> bool {
    let Some(rest) = behind.trim_start().strip_prefix('|') else { return false };
    if rest.starts_with('|') {
        return false;
    }
    let mut words = rest.trim_start_matches('&').split_whitespace();
    let wraps = |word: &&str| {
        matches!(*word, "sudo" | "env" | "command") || word.starts_with('-') || word.contains('=')
    };
    words.find(|word| !wraps(word)).is_some_and(|word| {
        let name = word.rsplit('/').next().unwrap_or_default();
        SHELLS.contains(&name.trim_end_matches([';', ')']))
    })
}

/// Whether what comes before gives the download to a shell: `bash -c "$(`, `sh <(`, `eval "$(`.
fn is_substituted(before: &str) -> bool {
    let before = before.trim_end();
    let Some(rest) = before.strip_suffix("$(").or_else(|| before.strip_suffix("<(")) else {
        return false;
    };
    let rest = rest.trim_end_matches(['"', ' ', '<']);
    let words: Vec<&str> = rest
        .split([';', '|', '&', '\n'])
        .next_back()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let runs = |word: &&str| {
        let name = word.rsplit('/').next().unwrap_or_default();
        SHELLS.contains(&name) || matches!(name, "source" | "." | "eval")
    };
    match words.last() {
        Some(&"-c") => words.iter().any(runs),
        Some(last) => runs(last),
        None => false,
    }
}

/// Whether an address names a version: digits with a dot between, behind its host.
fn is_pinned(address: &str) -> bool {
    let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let path = path.map_or("", |(_, path)| path).as_bytes();
    path.windows(3).any(|it| it[0].is_ascii_digit() && it[1] == b'.' && it[2].is_ascii_digit())
        // The name of a commit.
        || path.split(|byte| *byte == b'/').any(|part| part.len() == 40 && part.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
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
    }
}
