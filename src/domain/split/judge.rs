//! A statement by itself: could it be baked, if nothing stood before it?

use super::heeded::{forms_of, heeded_forms};
use super::rule::{Reason, Rule};
use super::start::TaskStart;
use super::units::Unit;
use super::{Boldness, Confidence};
use crate::domain::bash::Facts;
use crate::domain::bash::facts::path::Path;
use crate::domain::bash::facts::{
    Access, Aim, Install, InstallAction, Invocation, NeedKind, PathUse, State,
};

/// What a statement is by itself.
#[derive(Clone, Debug)]
pub(super) struct Judgement {
    pub(super) kind: Kind,
    pub(super) reason: Reason,
    pub(super) confidence: Confidence,
}

/// Kinds of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has to run at task start.
    Run,
    /// It may be baked.
    Static,
    /// It only sets up the shell, so it can be repeated.
    Setting,
    /// It only is a success, for the statement before it.
    Status,
}

/// Variables that every image gives its containers, at build time and at task start.
const OF_IMAGE: [&str; 23] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "PWD",
    "OLDPWD",
    "IFS",
    "UID",
    "EUID",
    "BASH",
    "BASH_VERSION",
    "BASH_VERSINFO",
    "OSTYPE",
    "MACHTYPE",
    "HOSTTYPE",
    "SHELLOPTS",
    "BASHOPTS",
    "OPTIND",
    "OPTARG",
    "TZ",
];

/// Files that the engine gives to each container.
const OF_CONTAINER: [&str; 3] = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];

/// Folders that are no part of an image.
const VOLATILE: [&str; 4] = ["/proc", "/sys", "/run", "/dev"];

/// Folders whose files nobody may count on, unless the script made them.
const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];

/// Commands of the shell itself, which heed no variables of a program.
pub(super) const OF_SHELL: [&str; 34] = [
    "cd",
    "pushd",
    "popd",
    "export",
    "declare",
    "typeset",
    "local",
    "readonly",
    "unset",
    "set",
    "shopt",
    "umask",
    "ulimit",
    "alias",
    "unalias",
    "trap",
    "shift",
    "exit",
    "return",
    "read",
    "mapfile",
    "readarray",
    "let",
    "printf",
    "[",
    "test",
    "pwd",
    "true",
    ":",
    "false",
    "echo",
    "break",
    "continue",
    "type",
];

pub(super) fn judge(unit: &Unit, start: &TaskStart, boldness: Boldness) -> Judgement {
    let facts = &unit.facts;
    let certain = |kind, reason| Judgement { kind, reason, confidence: Confidence::Certain };
    if unit.is_status {
        return certain(Kind::Status, Reason::new(Rule::FollowsStatus, ""));
    }
    let own = shell(facts)
        .or_else(|| variables(facts, start))
        .or_else(|| needs(facts, start))
        .or_else(|| paths(facts, start, boldness));
    if let Some(reason) = own {
        let doubt = reason.rule.is_doubt();
        let confidence = if doubt { Confidence::Unknown } else { Confidence::Certain };
        return Judgement { kind: Kind::Run, reason, confidence };
    }
    if let Some(unknown) = facts.unknown.first() {
        let subject = one_line(&unknown.what);
        return match boldness {
            Boldness::Careful => Judgement {
                kind: Kind::Run,
                reason: Reason::new(Rule::UnknownCommand, subject),
                confidence: Confidence::Unknown,
            },
            Boldness::Bold => Judgement {
                kind: Kind::Static,
                reason: Reason::new(Rule::ProbablyStatic, subject),
                confidence: Confidence::Probable,
            },
        };
    }
    if is_setting(facts) {
        return certain(Kind::Setting, Reason::new(Rule::ForRun, ""));
    }
    let adds = |install: &&Install| {
        matches!(
            install.action,
            InstallAction::Refresh
                | InstallAction::Add
                | InstallAction::Upgrade
                | InstallAction::Compile
        )
    };
    let reason = if let Some(install) = facts.installs.iter().find(adds) {
        Reason::new(Rule::Installs, install.manager.as_str())
    } else if let Some(command) = facts.commands.iter().find(|command| fetches(command)) {
        Reason::new(Rule::Fetches, command.name.as_str())
    } else {
        Reason::new(Rule::Static, "")
    };
    certain(Kind::Static, reason)
}

/// Whether a command fetches something.
fn fetches(command: &Invocation) -> bool {
    const VERBS: [&str; 5] = ["clone", "fetch", "pull", "submodule", "lfs"];
    let verb = || command.arguments.iter().any(|word| VERBS.contains(&&*word.text));
    matches!(&*command.name, "curl" | "wget") || command.name == "git" && verb()
}

/// What it does to the shell that cannot be done elsewhere.
fn shell(facts: &Facts) -> Option<Reason> {
    if let Some(exit) = facts.exits.iter().find(|exit| exit.replaces || may_succeed(exit)) {
        let rule = if exit.replaces { Rule::Replaces } else { Rule::EndsScript };
        return Some(Reason::new(rule, ""));
    }
    if let Some(unknown) = facts.unknown.iter().find(|unknown| unknown.in_shell) {
        return Some(Reason::new(Rule::UnknownSource, one_line(&unknown.what)));
    }
    facts.changes.iter().find_map(|change| match change.what {
        State::Traps => Some(Reason::new(Rule::Trap, "")),
        State::Descriptors => Some(Reason::new(Rule::Redirects, "")),
        _ => None,
    })
}

/// A failure keeps the task from starting in either form; anything else only ends the script.
pub(super) fn may_succeed(exit: &crate::domain::bash::facts::Exit) -> bool {
    exit.surely || exit.status.is_none_or(|status| status == 0)
}

fn variables(facts: &Facts, start: &TaskStart) -> Option<Reason> {
    let forms: Vec<_> =
        if start.variables.is_empty() { Vec::new() } else { heeded_forms(facts).collect() };
    let heeded =
        start.variables.iter().find(|name| forms_of(name).any(|form| forms.contains(&form)));
    heeded.map(|name| Reason::new(Rule::HeededVariable, format!("${name}")))
}

/// The variable of before that a statement may not read in a bake, given those that are set.
pub(super) fn missing_variable(
    facts: &Facts,
    start: &TaskStart,
    is_set: impl Fn(&str) -> bool,
) -> Option<Reason> {
    let reads = || facts.reads.iter().filter(|read| !is_set(&read.name));
    if let Some(read) = reads().find(|read| start.has(&read.name)) {
        return Some(Reason::new(Rule::TaskVariable, format!("${}", read.name)));
    }
    let read = reads().find(|read| !is_of_image(&read.name))?;
    Some(Reason::new(Rule::UnknownVariable, format!("${}", read.name)))
}

fn is_of_image(name: &str) -> bool {
    OF_IMAGE.contains(&name) || name.starts_with("LC_")
}

/// Whether programs get what is exported to them.
pub(super) fn runs_programs(facts: &Facts) -> bool {
    facts.commands.iter().any(|command| !OF_SHELL.contains(&command.name.as_str()))
}

fn needs(facts: &Facts, start: &TaskStart) -> Option<Reason> {
    facts.needs.iter().find_map(|need| {
        let rule = match need.kind {
            NeedKind::Clock => Rule::Clock,
            NeedKind::Chance => Rule::Chance,
            NeedKind::Host => Rule::Host,
            NeedKind::Network => Rule::Network,
            NeedKind::Processes => Rule::Processes,
            NeedKind::Background => Rule::Background,
            NeedKind::Service => Rule::Service,
            NeedKind::Person => Rule::Asks,
            NeedKind::Arguments => Rule::Arguments,
            NeedKind::History => Rule::History,
            NeedKind::Wait => Rule::Waits,
            NeedKind::Newest => Rule::Newest,
            NeedKind::Start if start.own_folder => Rule::StartFolder,
            NeedKind::Start => return None,
            // Found with the statement before.
            NeedKind::Status => return None,
        };
        Some(Reason::new(rule, one_line(&need.what)))
    })
}

fn paths(facts: &Facts, start: &TaskStart, boldness: Boldness) -> Option<Reason> {
    let mounts: Vec<_> =
        start.mounts.iter().map(|mount| Path::of(mount, true, None).mark()).collect();
    facts.paths.iter().find_map(|used| {
        let path = &used.path;
        let about = |rule| Some(Reason::new(rule, path.shown()));
        if path.is_anywhere() {
            return if boldness == Boldness::Bold { None } else { about(Rule::UnknownPath) };
        }
        if mounts.iter().any(|mount| is_mounted(used, mount)) {
            return about(Rule::Mount);
        }
        // Who only reaches servers by them gets there in a bake as well.
        if used.aim != Aim::Heeded && OF_CONTAINER.iter().any(|file| path.is_below(file)) {
            return about(Rule::ContainerFile);
        }
        if VOLATILE.iter().any(|folder| path.is_below(folder)) {
            return about(Rule::VolatilePath);
        }
        if start.own_folder && path.text().starts_with('.') {
            return about(Rule::StartFolder);
        }
        None
    })
}

/// Whether a path may lie in what the mark `mount` covers, or that is part of what is done to it.
fn is_mounted(used: &PathUse, mount: &str) -> bool {
    let mark = used.path.mark();
    // All homes have one mark, which says nothing of the folder above them.
    let is_home = mount.starts_with('~') && matches!(used.path.text(), "/" | "/home");
    // What packages change in a folder is not what somebody mounts there.
    let goes_down = matches!(used.aim, Aim::Whole | Aim::Heeded) || used.access == Access::Remove;
    mark.starts_with(mount)
        || mount.starts_with(mark.as_str()) && (goes_down || !used.path.is_whole())
        || is_home && goes_down
}

/// Whether a path lies where nobody may count on files.
pub(super) fn is_temporary(path: &Path) -> bool {
    TEMPORARY.iter().any(|folder| path.is_below(folder) && path.text() != *folder)
}

/// Whether a statement leaves nothing but a shell that is set up otherwise.
fn is_setting(facts: &Facts) -> bool {
    let sets = !(facts.sets.is_empty() && facts.defines.is_empty() && facts.changes.is_empty());
    let is_quiet = facts.installs.is_empty()
        && facts.exits.is_empty()
        && facts.needs.iter().all(|need| need.kind == NeedKind::Start)
        && facts.paths.iter().all(|used| used.access == Access::Read)
        && facts.changes.iter().all(|change| change.what != State::Jobs);
    sets && is_quiet
        && facts.commands.iter().all(|command| !matches!(&*command.name, "curl" | "wget" | "git"))
}

/// The first line of a text, shortened.
fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(60).collect();
    if short.len() < text.trim_end().len() {
        short.push('…');
    }
    short
}
