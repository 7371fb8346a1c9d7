//! The shell scripts of this machine: each is read as `bash -n` reads it, and none makes the split
//! or the lint panic.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use prebake::domain::bash::{Facts, parse};
use prebake::domain::environment::Stage;
use prebake::domain::lint::{Context, lint_own};
use prebake::domain::split::{Boldness, Split, TaskStart};

/// Where scripts lie: maintainer scripts, services, programs.
const FOLDERS: [&str; 8] = [
    "/etc",
    "/usr/bin",
    "/usr/sbin",
    "/usr/share",
    "/usr/lib/git-core",
    "/usr/local",
    "/lib/init",
    "/var/lib/dpkg/info",
];

/// Larger ones are no scripts that people wrote.
const LARGEST: u64 = 100_000;

/// Bash scripts, and those of a shell that bash understands.
fn scripts() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = FOLDERS.map(PathBuf::from).into();
    while let Some(path) = open.pop() {
        let Ok(about) = fs::symlink_metadata(&path) else { continue };
        if about.is_dir() {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            open.extend(entries.map(|entry| entry.path()));
        } else if about.is_file()
            && about.len() <= LARGEST
            && let Ok(text) = fs::read_to_string(&path)
            && is_shell(&text)
        {
            found.push((path, text));
        }
    }
    found
}

fn is_shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let program = first.strip_prefix("#!").map(str::trim).unwrap_or_default();
    ["/bin/sh", "/bin/bash", "/usr/bin/bash", "/bin/dash", "/usr/bin/env bash"]
        .iter()
        .any(|shell| program == *shell || program.starts_with(&format!("{shell} ")))
}

#[test]
fn the_scripts_of_the_machine_are_read_as_bash_reads_them() {
    let scripts = scripts();
    assert!(scripts.len() > 50, "only {} scripts", scripts.len());
    let mut wrong = Vec::new();
    for (path, text) in &scripts {
        let script = parse(text);
        let status = Command::new("bash").arg("-n").arg(path).stderr(Stdio::null()).status();
        let is_read = status.unwrap().success();
        // Patterns that `shopt -s extglob` allows, only a running bash knows.
        if is_read != script.errors.is_empty() && !text.contains("extglob") {
            wrong.push(format!("{}: bash {is_read}, {:?}", path.display(), script.errors.first()));
        }
        assert_eq!(Facts::of(&script, text).len(), script.statements.len());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_scripts_of_the_machine_are_split_whole_and_damaged() {
    for (number, (path, text)) in scripts().iter().enumerate() {
        let split = |text: &str| Split::of(text, &TaskStart::default(), Boldness::Bold);
        let whole = split(text);
        for part in [&whole.cached, &whole.run] {
            assert_eq!(parse(part).errors, [], "{}", path.display());
        }
        if number % 3 > 0 {
            continue;
        }
        // A piece is cut out, another one is said twice: each time elsewhere.
        let chars: Vec<char> = text.chars().collect();
        let at = |share: usize| (number * 7919 + share * chars.len() / 5) % chars.len().max(1);
        let (from, to) = (at(1).min(at(3)), at(1).max(at(3)));
        let cut: String = chars[..from].iter().chain(&chars[to..]).collect();
        let twice: String = chars[..to].iter().chain(&chars[from..]).collect();
        for damaged in [cut, twice] {
            let _ = split(&damaged);
        }
    }
}

#[test]
fn the_scripts_of_the_machine_are_linted_as_either_stage() {
    // All of them take a minute without optimisation; every tenth is from everywhere.
    for (path, text) in scripts().iter().step_by(10) {
        let context = Context { other: text.clone(), ..Context::default() };
        for stage in [Stage::Cached, Stage::Run] {
            for found in lint_own(stage, text, &context) {
                assert!(found.start <= found.end, "{}: {found:?}", path.display());
                assert!(!found.message.is_empty() && !found.message.ends_with('.'), "{found:?}");
                if let Some(fix) = found.fix {
                    assert!(fix.apply(text).is_some(), "{}: {fix:?}", path.display());
                }
            }
        }
    }
}
