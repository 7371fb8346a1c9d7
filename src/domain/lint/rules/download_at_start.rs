//! A download that every start makes anew.

use std::collections::HashSet;

use super::piped::{self, Fate};
use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::Invocation;
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB202",
    title: "a download at every task start",
    severity: Severity::Hint,
    why: "\
Every task start waits for this download and needs the network for it, and the address is the same
every time. In the cached preflight it is made once. It is a hint, because the newest state of what
is downloaded may be what a task wants: then allow it.",
    example: Example {
        environment: "",
        bad: "curl -fsSLo /opt/tool.tar.gz https://example.com/tool.tar.gz\n",
        good: "curl -fsS \"https://example.com/start?task=$TASK_ID\"\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, statement, facts) in subject.statements() {
        if subject.reads_task(facts) {
            continue;
        }
        // What is printed alone may be an answer; what becomes a file is a download.
        let names = |it: &Invocation| matches!(it.name.as_str(), "curl" | "wget");
        let kept: HashSet<Span> = if facts.commands.iter().any(names) {
            let printed = piped::of(subject.script, statement).into_iter();
            printed.filter(|it| it.fate == Fate::Kept).map(|it| it.span).collect()
        } else {
            HashSet::new()
        };
        for command in facts.commands.iter().filter(|it| downloads(it, kept.contains(&it.span))) {
            let message = match subject.cost(statement) {
                Some(cost) => format!("downloads the same at every start: {cost}, could be baked"),
                None => "downloads the same at every start, could be baked".to_owned(),
            };
            let bytes = command.span.start..command.span.end;
            let finding = Finding::new(bytes, message, "download it in the cached preflight");
            found.push(subject.to_move(index, finding));
        }
    }
    found
}

/// Options of `curl` that send something: the answer is no download.
const SENDS: [&str; 7] = ["-d", "--data", "-F", "--form", "-T", "--upload-file", "--unix-socket"];

/// Whether a command downloads a file, or a repository, from an address that is all known.
/// `kept`: files are made of what it prints.
fn downloads(command: &Invocation, kept: bool) -> bool {
    let words: Vec<&str> = command.arguments.iter().filter_map(|it| it.known()).collect();
    let address = words.iter().find(|it| it.contains("://"));
    let Some(address) = address.filter(|_| words.len() == command.arguments.len()) else {
        return false;
    };
    // A request to the machine itself or to a service is no download.
    let host = address.split("://").nth(1).unwrap_or_default();
    let name = host.split(['/', ':', '?']).next().unwrap_or_default();
    let (_, end) = name.rsplit_once('.').unwrap_or_default();
    let is_near = matches!(end, "" | "internal" | "local");
    let own = ["localhost", "127.", "[::1]", "169.254."];
    if is_near && !name.contains('@') || own.iter().any(|own| host.starts_with(own)) {
        return false;
    }
    let is_printed = |word: &&str| {
        let options = word.starts_with('-') && !word.starts_with("--");
        options && word.ends_with("O-") || *word == "--output-document=-"
    };
    match command.name.as_str() {
        "git" => words.first() == Some(&"clone"),
        "curl" => piped::writes_file(&words) || kept && !words.iter().any(|it| SENDS.contains(it)),
        "wget" => kept || !words.iter().any(is_printed) && !words.contains(&"--spider"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_is_the_same_every_time_is_told() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(
            "\
git clone --depth 1 https://example.com/a.git /opt/a
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB202 downloads the same at every start, could be baked
wget https://example.com/x.deb
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB202 downloads the same at every start, could be baked
curl -fsSL https://example.com/a.tgz | tar xz -C /opt
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB202 downloads the same at every start, could be baked
wget -qO- https://example.com/a.tgz | sudo tar -xzf - -C /opt
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB202 downloads the same at every start, could be baked
curl https://example.com/a > /opt/a
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB202 downloads the same at every start, could be baked
curl https://example.com/a | gpg --dearmor | sudo tee /etc/apt/a.gpg > /dev/null
^^^^^^^^^^^^^^^^^^^^^^^^^^ PB202 downloads the same at every start, could be baked
",
        );
    }

    #[test]
    fn what_depends_on_the_task_or_is_a_request_is_not() {
        let check = |text: &str| check(&RULE, Stage::Run, "env_vars: { BRANCH: x }", text);
        check("git clone -b \"$BRANCH\" https://example.com/a.git\n");
        check("curl -fsS https://example.com/ping\ncurl -o /tmp/x http://localhost:80/\n");
        check("curl -o /opt/a \"$ADDRESS\"\ngit fetch https://example.com/a.git\n");
        check("wget -qO- https://example.com/key\n");
        check("curl -o /opt/a http://db:8080/a\ncurl -o /opt/a http://host.docker.internal/a\n");
        check("curl --unix-socket /var/run/a http://x.example.com/a > /opt/a\n");
        check("curl https://example.com/a > /dev/null\ncurl https://example.com/a | tar tz\n");
        check("curl \"https://example.com/$BRANCH\" | tar xz\ncurl -d a https://b.com > /opt/a\n");
        check("curl -XPOST https://example.com/a\ncurl -so /dev/null https://example.com/a\n");
        check("curl https://example.com/a | jq .x\n");
    }
}
