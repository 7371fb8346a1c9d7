//! Something written where a task has a mount.

use super::subject::{Subject, is_below, place};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::path::{Path, START};
use crate::domain::bash::facts::{Access, PathUse};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB104",
    title: "something written below a mount",
    severity: Severity::Warning,
    why: "\
Mounts of the environment are there in tasks, not while a layer is baked. What the cached preflight
writes below the target of one gets into the image, and the mount hides it in every task. Write it
elsewhere, or do it in the run preflight.",
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
            let Some(path) = absolute(it, &subject.context.workdir) else { continue };
            let Some(mount) = mounts.iter().find(|mount| is_below(&path, mount)) else { continue };
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

/// The path, if it is known from the root on. A script begins in the `workdir` of the environment.
fn absolute(it: &PathUse, workdir: &str) -> Option<Path> {
    let text = it.path.text();
    if text.starts_with('/') {
        return Some(it.path.clone());
    }
    let rest = text.strip_prefix(START)?;
    if workdir.is_empty() {
        return None;
    }
    Some(Path::of(&format!("{workdir}{rest}"), it.path.is_whole(), None))
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
    fn what_lies_elsewhere_or_is_read_is_not() {
        check(
            &RULE,
            Stage::Cached,
            "mounts: [\"~/a:/data\"]",
            "cat /data/a > /opt/b\ntouch /database x\nmkdir -p \"$HOME/data\"\n",
        );
        check(&RULE, Stage::Run, "mounts: [\"~/a:/data\"]", "touch /data/a\n");
    }
}
