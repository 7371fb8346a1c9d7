//! A program that every start compiles anew.

use std::collections::HashSet;

use super::builders::builds;
use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::path::{HOME, Path, START};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Facts, InstallAction, Invocation, State};
use crate::domain::bash::tree::Statement;
use crate::domain::lint::Severity;
use crate::domain::lint::context::Context;

pub(super) const RULE: Rule = Rule {
    code: "PB203",
    title: "a build at every task start",
    severity: Severity::Warning,
    why: "\
Every task start waits for this build, and its result is the same every time. Build in the cached
preflight. It is told of what surely lies in the image: what is built from a mount, in the folder
that the task begins in, or in one that is not known cannot be baked.",
    example: Example {
        environment: "",
        bad: "make -C /opt/src install\n",
        good: "make -C \"/data/$TASK_ID\"\nmake\n",
    },
    check,
};

/// Options whose value is the folder of what is built.
const FOLDERS: [&str; 5] = ["-C", "--directory", "--build", "-S", "--manifest-path"];

/// What else `make` and its like are asked for: nothing that an image could keep.
const TASKS: [&str; 24] = [
    "-n",
    "--dry-run",
    "--just-print",
    "up",
    "down",
    "start",
    "stop",
    "run",
    "serve",
    "dev",
    "watch",
    "test",
    "check",
    "lint",
    "fmt",
    "format",
    "clean",
    "distclean",
    "migrate",
    "deploy",
    "logs",
    "shell",
    "help",
    "info",
];

/// Options whose value is something else than what is built.
const VALUED: [&str; 9] = ["-o", "-I", "-L", "-B", "-j", "-ldflags", "-tags", "-include", "-MF"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // Where the script is; nothing: that is not known.
    let mut folder = Some(Path::start());
    for (index, statement, facts) in subject.statements() {
        let first = first_in_image(facts, folder.clone(), subject.context);
        if let Some(build) = first.filter(|_| !subject.reads_task(facts)) {
            let message = match subject.cost(statement) {
                Some(cost) => format!("builds the same at every start: {cost}, could be baked"),
                None => "builds the same at every start, could be baked".to_owned(),
            };
            let bytes = build.start..build.end;
            let finding = Finding::new(bytes, message, "build it in the cached preflight");
            found.push(subject.to_move(index, finding));
        }
        folder = behind(statement, facts, folder);
    }
    found
}

/// Where the script is behind a statement.
fn behind(statement: &Statement, facts: &Facts, folder: Option<Path>) -> Option<Path> {
    let mut changes = facts.changes.iter().filter(|it| it.what == State::Folder).peekable();
    if changes.peek().is_none() {
        return folder;
    }
    // `mkdir -p a && cd a` means that it is there; behind an `if` it may be elsewhere.
    let is_one = statement.pipelines.len() > 1 && changes.clone().count() == 1;
    let is_known = is_one || changes.all(|it| it.surely);
    is_known.then(|| facts.commands.iter().fold(folder, entered)).flatten()
}

/// Where a command is run, and all that follow it.
fn entered(folder: Option<Path>, command: &Invocation) -> Option<Path> {
    match command.name.as_str() {
        "cd" | "pushd" => {
            let mut words = command.arguments.iter().filter(|it| !it.is_option());
            match words.next() {
                Some(to) if to.known() == Some("-") => None,
                Some(to) => below(to, folder.as_ref()),
                None if command.name == "cd" => Some(Path::of(HOME, true, None)),
                None => None,
            }
        }
        "popd" => None,
        _ => folder,
    }
}

fn below(word: &Value, folder: Option<&Path>) -> Option<Path> {
    Some(Path::of(&word.text, word.whole, folder)).filter(Path::is_whole)
}

/// The first build of what surely lies in the image.
fn first_in_image(facts: &Facts, folder: Option<Path>, context: &Context) -> Option<Span> {
    let compiled = facts.installs.iter().filter(|it| it.action == InstallAction::Compile);
    let is_task = |it: &&Invocation| it.arguments.iter().any(|word| TASKS.contains(&&*word.text));
    let tasks: HashSet<_> = facts.commands.iter().filter(is_task).map(|it| it.span.start).collect();
    let compiled = compiled.filter(|it| !tasks.contains(&it.span.start));
    let compiled = compiled.map(|it| (it.span.start, it.manager.as_str()));
    let others = facts.commands.iter().filter(|it| builds(it));
    let found: HashSet<_> =
        compiled.chain(others.map(|it| (it.span.start, it.name.as_str()))).collect();
    if found.is_empty() {
        return None;
    }
    let mut here = folder;
    for command in &facts.commands {
        here = entered(here, command);
        if found.contains(&(command.span.start, command.name.as_str())) {
            let source = source(command, here.as_ref());
            if source.is_some_and(|source| is_in_image(&source, context)) {
                return Some(command.span);
            }
        }
    }
    None
}

/// Where what is built lies: what its command names, else the folder that it runs in.
fn source(command: &Invocation, here: Option<&Path>) -> Option<Path> {
    let (mut words, mut first) = (command.arguments.iter(), None);
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        match FOLDERS.iter().find_map(|option| value_of(text, option)) {
            Some("") => return below(words.next()?, here),
            Some(rest) => return below(&Value { text: rest.into(), ..word.clone() }, here),
            None => {}
        }
        if VALUED.contains(&text) {
            words.next();
        } else if first.is_none() && !word.is_option() && text.contains('/') {
            first = Some(word);
        }
    }
    let named = first.filter(|it| !it.text.contains('='));
    named.map_or(here.cloned(), |word| below(word, here))
}

/// What stands behind an option in its word; empty: it is the next word.
fn value_of<'t>(text: &'t str, option: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(option)?;
    if option.starts_with("--") && !rest.is_empty() { rest.strip_prefix('=') } else { Some(rest) }
}

/// Whether a place surely is in the image. Where tasks begin is the same, be it named or not.
fn is_in_image(path: &Path, context: &Context) -> bool {
    let text = path.text().trim_end_matches('/');
    let is_work = |folder: &str| !folder.is_empty() && path.is_below(folder);
    !text.starts_with(START)
        && !path.is_anywhere()
        && !is_work(context.workdir.trim_end_matches('/'))
        && !context.mounts.iter().any(|mount| {
            path.is_below(mount) || mount.strip_prefix(text).is_some_and(|it| it.starts_with('/'))
        })
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
make -C /opt/src install
^^^^^^^^^^^^^^^^^^^^^^^^ PB203 builds the same at every start, could be baked
make --version
(cd /opt/b && make)
              ^^^^ PB203 builds the same at every start, could be baked
cmake --build=/opt/src
^^^^^^^^^^^^^^^^^^^^^^ PB203 builds the same at every start, could be baked
gcc -o /tmp/a /opt/a.c
^^^^^^^^^^^^^^^^^^^^^^ PB203 builds the same at every start, could be baked
make
cd /opt/src || exit 1
cargo build
^^^^^^^^^^^ PB203 builds the same at every start, could be baked
make -C sub
^^^^^^^^^^^ PB203 builds the same at every start, could be baked
mkdir -p /opt/c && cd /opt/c
make
^^^^ PB203 builds the same at every start, could be baked
cd ~/src
make
^^^^ PB203 builds the same at every start, could be baked
",
        );
        check("make -C \"/data/$TASK_ID\"\necho make\n");
        check("make -C /opt/a up\nmake -C /opt/a -n\nmake -C /opt/a test\n");
    }

    #[test]
    fn what_cannot_be_baked_is_not() {
        let builds =
            "make\ncargo build\nmake -C sub\ngcc a.c -o /opt/a\ngo build -o /usr/bin/a ./a\n";
        for environment in ["", "workdir: /data", "mounts: [\"~/a:/data\"]\nworkdir: /data"] {
            check(&RULE, Stage::Run, environment, builds);
        }
        check(&RULE, Stage::Run, "workdir: /app/", "cd /app\nmake\nmake -C /app/sub\n");
        let check = |text: &str| check(&RULE, Stage::Run, "mounts: [\"~/a:/data\"]", text);
        for before in [
            "cd /data",
            "cd /data/sub || exit 1",
            "mkdir -p /data && cd /data",
            "cd \"$SOURCE\"",
            "cd \"/opt/a-$TASK_ID\"",
            "if a; then cd /data; else cd /opt; fi",
            "cd -",
            "pushd /data",
        ] {
            check(&format!("{before}\n{builds}"));
        }
        check("make -C /data\nmake --directory=/data/a\nmake \"-C$A\"\nmake -C \"/data/$A\"\n");
        check("(cd /data/x && go build)\nbash -c 'cd /data && make'\ncmake -S /data -B /opt/a\n");
        check("gcc /data/a.c -o /opt/a\ncmake /data\n");
    }
}
