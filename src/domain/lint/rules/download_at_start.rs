//! A download that every start makes anew.

use super::subject::Subject;
use super::{Example, Finding, Rule};
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
        for command in facts.commands.iter().filter(|it| downloads(it)) {
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

/// Whether a command downloads a file, or a repository, from an address that is all known.
fn downloads(command: &Invocation) -> bool {
    let words: Vec<&str> = command.arguments.iter().filter_map(|it| it.known()).collect();
    let address = words.iter().find(|it| it.contains("://"));
    let Some(address) = address.filter(|_| words.len() == command.arguments.len()) else {
        return false;
    };
    let is_flag = |long: &str, short: char| {
        let has_short =
            |it: &str| it.starts_with('-') && !it.starts_with("--") && it.contains(short);
        words.iter().any(|it| it.starts_with(long) || has_short(it))
    };
    // A request to the machine itself or to a service is no download.
    let host = address.split("://").nth(1).unwrap_or_default();
    if ["localhost", "127.", "[::1]", "169.254."].iter().any(|own| host.starts_with(own)) {
        return false;
    }
    match command.name.as_str() {
        "git" => words.first() == Some(&"clone"),
        "curl" => is_flag("--output", 'o') || is_flag("--remote-name", 'O'),
        "wget" => {
            !words.contains(&"-O-") && !words.contains(&"-qO-") && !words.contains(&"--spider")
        }
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
    }
}
