//! A process that would have to go on after the bake.

use std::collections::HashSet;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::{Facts, Invocation, NeedKind, State};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB105",
    title: "a process or service that ends with the bake",
    severity: Severity::Warning,
    why: "\
An image holds files, no processes: what the cached preflight starts in the background or as a
service is gone when a task starts. Start it in the run preflight. A job that the script waits for
(`wait`, `kill`), and a service that it stops again, are not told.",
    example: Example {
        environment: "",
        bad: "set -e\nservice postgresql start\n",
        good: "set -e\nservice postgresql start\nsu postgres -c 'createdb web'\nservice postgresql stop\n",
    },
    check,
};

/// What programs are called that belong to one service.
const FAMILIES: [(&str, &str); 9] = [
    ("postgres", "postgresql"),
    ("pg_", "postgresql"),
    ("mysql", "mysql"),
    ("mariadb", "mysql"),
    ("redis", "redis"),
    ("apache", "apache"),
    ("httpd", "apache"),
    ("supervisor", "supervisor"),
    ("docker", "docker"),
];

/// What ends later in the script.
#[derive(Default)]
struct Ended {
    /// All jobs: `wait`.
    jobs: bool,
    /// Everything: `kill`, and a service whose name is not known.
    all: bool,
    /// Services, by what their programs have in common.
    services: HashSet<String>,
}

impl Ended {
    fn take(&mut self, facts: &Facts) {
        for command in &facts.commands {
            match command.name.as_str() {
                "wait" => self.jobs = true,
                "kill" | "pkill" | "killall" => self.all = true,
                _ if stops(command) => match service(command) {
                    Some(service) => drop(self.services.insert(service)),
                    None => self.all = true,
                },
                _ => {}
            }
        }
    }

    fn has(&self, command: &Invocation) -> bool {
        self.all || service(command).is_some_and(|service| self.services.contains(&service))
    }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut ended = Ended::default();
    // What a trap ends, it ends when the script does, wherever it stands.
    let is_trap = |facts: &&Facts| facts.changes.iter().any(|it| it.what == State::Traps);
    subject.facts.iter().filter(is_trap).for_each(|facts| ended.take(facts));
    let mut found = Vec::new();
    let statements: Vec<_> = subject.statements().collect();
    for (index, _, facts) in statements.into_iter().rev() {
        ended.take(facts);
        let mut tell = |span: Span, message: &str| {
            let bytes = span.start..span.end;
            let finding = Finding::new(bytes, message, "start it in the run preflight");
            found.push(subject.to_move(index, finding));
        };
        let is_ended = ended.jobs || facts.commands.iter().any(|it| ended.has(it));
        for need in facts.needs.iter().filter(|it| it.kind == NeedKind::Background) {
            // Of these their words decide.
            let is_terminal = matches!(need.what.as_str(), "tmux" | "screen");
            if !is_terminal && !is_ended {
                tell(need.span, "starts a process that ends with the bake");
            }
        }
        for command in facts.commands.iter().filter(|it| !ended.has(it)) {
            match starts(command) {
                Some(Kind::Process) => {
                    tell(command.span, "starts a process that ends with the bake");
                }
                Some(Kind::Service) => {
                    tell(command.span, "starts a service, which does not run in a task");
                }
                None => {}
            }
        }
    }
    found.reverse();
    found
}

enum Kind {
    Process,
    Service,
}

/// The name of a program without its folders.
fn base(command: &Invocation) -> &str {
    command.name.rsplit('/').next().unwrap_or_default()
}

/// Whether a command starts what goes on behind it; `enable` is for a machine that boots.
fn starts(command: &Invocation) -> Option<Kind> {
    let words = || command.arguments.iter().filter_map(|it| it.known());
    let has = |of: &[&str]| words().any(|word| of.contains(&word));
    let is_started = || has(&["start", "restart", "reload", "--now"]);
    if command.name.starts_with("/etc/init.d/") {
        return is_started().then_some(Kind::Service);
    }
    let begins = match base(command) {
        "tmux" => {
            let news = has(&["new", "new-session", "start", "start-server"]);
            return (news || command.arguments.is_empty()).then_some(Kind::Process);
        }
        "screen" => {
            let is_new =
                |word: &str| word.starts_with('-') && !word.starts_with("--") && word.contains('m');
            return (words().any(is_new) || command.arguments.is_empty()).then_some(Kind::Process);
        }
        "systemctl" | "service" | "rc-service" | "invoke-rc.d" | "snap" | "pg_ctl"
        | "pg_ctlcluster" | "apachectl" | "apache2ctl" | "nginx" | "podman" => is_started(),
        "docker" | "docker-compose" => is_started() || has(&["up"]) && has(&["-d", "--detach"]),
        "redis-server" => has(&["--daemonize=yes"]) || has(&["--daemonize"]) && has(&["yes"]),
        "mysqld" | "mariadbd" => has(&["--daemonize", "-D"]),
        "mongod" => has(&["--fork"]),
        "supervisord" => !has(&["-n", "--nodaemon", "-v", "--version", "-h", "--help"]),
        _ => false,
    };
    begins.then_some(Kind::Service)
}

/// Whether a command ends a service, or a program that was started before.
fn stops(command: &Invocation) -> bool {
    let has = |of: &[&str]| {
        command.arguments.iter().filter_map(|it| it.known()).any(|it| of.contains(&it))
    };
    match base(command) {
        "mysqladmin" | "mariadb-admin" | "redis-cli" | "supervisorctl" => has(&["shutdown"]),
        "tmux" => has(&["kill-server", "kill-session"]),
        "screen" | "nginx" => has(&["quit", "stop"]),
        "docker" | "docker-compose" => has(&["down", "stop", "kill"]),
        _ => has(&["stop"]),
    }
}

/// What a command is about: the service that it names, else the one that its program belongs to.
fn service(command: &Invocation) -> Option<String> {
    let mut operands = command.arguments.iter().filter(|it| !it.is_option());
    let name = match base(command) {
        "service" | "rc-service" | "invoke-rc.d" => operands.next()?.known()?,
        "systemctl" | "snap" => operands.nth(1)?.known()?,
        name => name,
    };
    let name = name.trim_end_matches(".service");
    let family = FAMILIES.iter().find(|(start, _)| name.starts_with(start));
    Some(family.map_or(name, |(_, family)| family).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_would_have_to_go_on_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
redis-server &
^^^^^^^^^^^^ PB105 starts a process that ends with the bake
sudo systemctl restart nginx
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
",
        );
    }

    #[test]
    fn what_is_waited_for_stopped_or_only_enabled_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("make -C a &\nmake -C b &\nwait\n");
        check("mysqld &\nmysql -e 'create database x'\nkill %1\n");
        check("systemctl enable nginx\n");
        check("service x start\nmake\nservice x stop\n");
        check("trap 'kill 0' EXIT\nx &\n");
        check("mysqld &\nservice mysql start\nmysqladmin -u root shutdown\n");
        check("redis-server --daemonize yes\nredis-cli shutdown\n");
        check("pg_ctlcluster 16 main start\nservice postgresql stop\n");
        check("for a in b c; do service $a start; done\nfor a in b c; do service $a stop; done\n");
        check("./server &\nmake\n./server stop\n");
    }

    #[test]
    fn what_starts_nothing_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("tmux kill-server\ntmux -V\ntmux source-file ~/.tmux.conf\nscreen -v\n");
        check("redis-server --version\npg_ctl status\n/etc/init.d/nginx status\n");
        check("supervisord -v\ndocker compose build\napachectl -t\n");
    }

    #[test]
    fn whatever_starts_it() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
redis-server --daemonize yes
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
pg_ctlcluster 16 main start
^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
/usr/lib/postgresql/16/bin/pg_ctl -D /a start
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
/etc/init.d/nginx start
^^^^^^^^^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
apachectl start
^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
supervisord
^^^^^^^^^^^ PB105 starts a service, which does not run in a task
docker compose up -d
^^^^^^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
tmux new -d -s a
^^^^^^^^^^^^^^^^ PB105 starts a process that ends with the bake
screen -dmS a b
^^^^^^^^^^^^^^^ PB105 starts a process that ends with the bake
x &
^ PB105 starts a process that ends with the bake
y stop
",
        );
    }
}
