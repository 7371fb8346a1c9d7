//! Something written into the home of somebody else.

use super::subject::{Subject, is_below, place, writes};
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use crate::domain::lint::context::User;

pub(super) const RULE: Rule = Rule {
    code: "PB114",
    title: "something written into another user's home",
    severity: Severity::Warning,
    why: "\
The environment names the user of its scripts and tasks. What is written below `/root`, or below
the home of another name, is not found by programs that look in `$HOME`, and without `sudo` it
cannot be written at all. Use `$HOME`.",
    example: Example {
        environment: "user: dev",
        bad: "set -e\nmkdir -p /home/ana/.config\n",
        good: "set -e\nmkdir -p \"$HOME/.config\" /home/dev/bin\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let User::Other(user) = &subject.context.user else { return Vec::new() };
    // Whose home it is, a number does not say.
    let is_name = user.contains(|char: char| !char.is_ascii_digit());
    let mut found: Vec<Finding> = Vec::new();
    for facts in &subject.facts {
        let first = found.len();
        for it in writes(facts) {
            let path = it.path.text();
            let owner = match path.strip_prefix("/home/") {
                Some(rest) if is_name => rest.split('/').next().unwrap_or_default(),
                None if is_below(&it.path, "/root") => "root",
                _ => continue,
            };
            let bytes = place(facts, it);
            let is_privileged = facts.commands.iter().any(|command| {
                command.privileged
                    && command.span.start <= bytes.start
                    && bytes.end <= command.span.end
            });
            let is_told = found[first..].iter().any(|before| before.bytes == bytes);
            if owner.is_empty() || owner == user || is_privileged || is_told {
                continue;
            }
            let path = it.path.shown();
            let message =
                format!("`{path}` is in the home of `{owner}`, and `{user}` runs this script");
            found.push(Finding::new(bytes, message, "write below `$HOME`"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_a_known_user_has_a_home() {
        check(
            &RULE,
            Stage::Cached,
            "user: dev:users",
            "\
chmod 700 /root
          ^^^^^ PB114 `/root` is in the home of `root`, and `dev` runs this script
touch /home/ana/x /home/dev/x /rootfs ~/x \"$HOME/x\"
      ^^^^^^^^^^^ PB114 `/home/ana/x` is in the home of `ana`, and `dev` runs this script
sudo chmod 700 /root
ls /root
",
        );
        check(&RULE, Stage::Cached, "user: root", "chmod 700 /root /home/dev/x\n");
        check(&RULE, Stage::Cached, "", "chmod 700 /root\n");
    }
}
