//! Something written where a task has a mount.

use super::subject::{Subject, is_below, place};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::path::{HOME, Path, START};
use crate::domain::bash::facts::{Access, Facts, Invocation, PathUse};
use crate::domain::lint::Severity;
use crate::domain::lint::context::{Context, User};

pub(super) const RULE: Rule = Rule {
    code: "PB104",
    title: "something written below a mount",
    severity: Severity::Warning,
    why: "\
Mounts of the environment are there in tasks, not while a layer is baked. What the cached preflight
writes below the target of one gets into the image, and the mount hides it in every task. Write it
elsewhere, or do it in the run preflight. Where `~` is, it knows if the environment names a user.",
    example: Example {
        environment: "mounts: [ \"~/src/web:/data\" ]",
        bad: "set -e\ntouch /data/cache\n",
        good: "set -e\ntouch /database\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mounts = &subject.context.mounts;
    if mounts.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Finding> = Vec::new();
    for (index, _, facts) in subject.statements() {
        let first = found.len();
        for it in facts.paths.iter().filter(|it| it.access != Access::Read) {
            let Some(path) = absolute(it, subject.context) else { continue };
            let Some(mount) = mounts.iter().find(|mount| is_below(&path, mount)) else { continue };
            if is_setting(facts, it) {
                continue;
            }
            let bytes = place(facts, it);
            // `mkdir -p a && touch a/b` are two places, `>a` and its folder are one.
            if found[first..].iter().any(|before| before.bytes == bytes) {
                continue;
            }
            let path = path.shown();
            let message =
                format!("changes `{path}`, which the mount of `{mount}` hides in every task");
            let finding = Finding::new(bytes, message, "do it in the run preflight");
            found.push(subject.to_move(index, finding));
        }
    }
    found
}

/// The path, if it is known from the root on. A script begins in the `workdir` of the environment,
/// and a user that it names has a home.
fn absolute(it: &PathUse, context: &Context) -> Option<Path> {
    let text = it.path.text();
    if text.starts_with('/') {
        return Some(it.path.clone());
    }
    let (base, rest) = if let Some(rest) = text.strip_prefix(HOME) {
        let home = match &context.user {
            User::Root => "/root".to_owned(),
            User::Other(name) if name.contains(|it: char| !it.is_ascii_digit()) => {
                format!("/home/{name}")
            }
            _ => return None,
        };
        (home, rest)
    } else {
        (context.workdir.clone(), text.strip_prefix(START)?)
    };
    // `~ana` is somebody else's.
    let is_below = rest.is_empty() || rest.starts_with('/');
    let is_known = !base.is_empty() && is_below;
    is_known.then(|| Path::of(&format!("{base}{rest}"), it.path.is_whole(), None))
}

/// Whether a path is only written down: `npm config set cache /data/npm` changes a file in the
/// home.
fn is_setting(facts: &Facts, it: &PathUse) -> bool {
    let sets = |command: &Invocation| {
        let mut operands = command.arguments.iter().filter(|word| !word.is_option());
        matches!(command.name.as_str(), "npm" | "pnpm" | "yarn" | "pip" | "pip3" | "conda")
            && operands.next().is_some_and(|word| word.known() == Some("config"))
    };
    facts.commands.iter().any(|command| command.span == it.span && sets(command))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_a_mount_hides_is_told() {
        check(
            &RULE,
            Stage::Cached,
            "mounts: [\"~/a:/data\"]\nworkdir: /data/web",
            "\
mkdir -p /data/a/b
         ^^^^^^^^^ PB104 changes `/data/a/b`, which the mount of `/data` hides in every task
touch x
      ^ PB104 changes `/data/web/x`, which the mount of `/data` hides in every task
",
        );
    }

    #[test]
    fn the_home_of_a_known_user_is_a_place() {
        for (user, home) in [("root", "/root"), ("0:0", "/root"), ("dev", "/home/dev")] {
            let message = |path: &str| {
                format!(
                    "PB104 changes `{home}{path}`, which the mount of `{home}/.ssh` hides in every task"
                )
            };
            check(
                &RULE,
                Stage::Cached,
                &format!("mounts: [\"~/.ssh:{home}/.ssh\"]\nuser: \"{user}\""),
                &format!(
                    "\
mkdir -p ~/.ssh
         ^^^^^^ {}
echo a > \"$HOME/.ssh/config\"
         ^^^^^^^^^^^^^^^^^^^ {}
touch ~/.sshrc ~ana/.ssh
",
                    message("/.ssh"),
                    message("/.ssh/config"),
                ),
            );
        }
        for user in ["", "1000"] {
            let environment = format!("mounts: [\"~/b:/home/dev/b\"]\nuser: \"{user}\"");
            check(&RULE, Stage::Cached, &environment, "touch ~/b\n");
        }
    }

    #[test]
    fn what_lies_elsewhere_or_is_read_is_not() {
        check(
            &RULE,
            Stage::Cached,
            "mounts: [\"~/a:/data\"]",
            "cat /data/a > /opt/b\ntouch /database x\nmkdir -p \"$HOME/data\"\n",
        );
        check(&RULE, Stage::Run, "mounts: [\"~/a:/data\"]", "touch /data/a\n");
        let setting = "npm config set cache /data/npm\nyarn config set cache-folder /data/yarn\n";
        check(&RULE, Stage::Cached, "mounts: [\"~/a:/data\"]", setting);
    }
}
