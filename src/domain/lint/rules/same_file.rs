//! A file of the system that every start writes the same.

use super::subject::{Subject, is_below, place};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Access, Aim, Facts};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB204",
    title: "a file of the system that never changes",
    severity: Severity::Hint,
    why: "\
What is written below `/etc`, `/usr` or `/opt` without a variable in it is the same in every task.
Write it in the cached preflight, once, where it is in the image and a task start has less to do.
`/etc/hosts`, `/etc/resolv.conf` and `/etc/hostname`, which the engine makes anew for every
container, are not told.",
    example: Example {
        environment: "",
        bad: "echo 'set number' > /etc/vimrc\n",
        good: "echo \"$TASK_ID\" > /etc/task\n",
    },
    check,
};

const FOLDERS: [&str; 3] = ["/etc", "/usr", "/opt"];

/// Files that the engine makes for each container: those of the image are not seen.
const OF_CONTAINER: [&str; 4] = ["/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/etc/mtab"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, _, facts) in subject.statements().filter(|(_, _, facts)| is_same_always(facts)) {
        let written = facts.paths.iter().find(|it| {
            let is_system = FOLDERS.iter().any(|folder| is_below(&it.path, folder));
            let is_mounted = subject.context.mounts.iter().any(|mount| is_below(&it.path, mount));
            it.access == Access::Write && it.path.is_whole() && is_system && !is_mounted
        });
        let Some(it) = written else { continue };
        let message = format!("writes `{}`, the same at every start", it.path.shown());
        let bytes = place(facts, it);
        let finding = Finding::new(bytes, message, "write it in the cached preflight");
        found.push(subject.to_move(index, finding));
    }
    found
}

/// Whether nothing that a statement does depends on when and where it runs. Of installs others
/// tell.
fn is_same_always(facts: &Facts) -> bool {
    facts.reads.is_empty()
        && facts.needs.is_empty()
        && facts.unknown.is_empty()
        && facts.installs.is_empty()
        && facts.calls.is_empty()
        && !facts.paths.iter().any(|it| OF_CONTAINER.contains(&it.path.text()))
        && !facts.paths.iter().any(|it| it.access == Access::Read && it.aim != Aim::Heeded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_what_is_the_same_is_told() {
        check(
            &RULE,
            Stage::Run,
            "mounts: [\"~/a:/opt/data\"]",
            "\
echo 'a = 1' > /etc/a.conf
               ^^^^^^^^^^^ PB204 writes `/etc/a.conf`, the same at every start
echo \"$TASK_ID\" > /etc/task
echo a > /opt/data/a
echo a > /tmp/a
date > /etc/date
cp /data/a /etc/a
mkdir -p /opt/b
own-program > /etc/b
echo '10.0.0.1 db' >> /etc/hosts
echo 'nameserver 1.1.1.1' | tee /etc/resolv.conf
echo a > /etc/hostname; echo a > /etc/hosts.allow
                                 ^^^^^^^^^^^^^^^^ PB204 writes `/etc/hosts.allow`, the same at every start
",
        );
    }
}
