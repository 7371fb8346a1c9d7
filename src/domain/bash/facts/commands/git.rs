//! `git`: repositories it fetches, and those it works in.

use compact_str::format_compact;

use super::Call;
use super::fetch::{into, is_near};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Aim, Facts, NeedKind};

/// Options that are followed by a value.
const VALUED: &[&str] = &[
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "-b",
    "--branch",
    "--depth",
    "-o",
    "--origin",
    "--config",
    "--reference",
    "--reference-if-able",
    "--separate-git-dir",
    "-j",
    "--jobs",
    "--filter",
    "-m",
    "--message",
];

pub(super) fn git(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let Some((verb, rest)) = call.verb(VALUED) else { return call.has(&["--version"]) };
    // Where the repository is, if its files lie elsewhere.
    for folder in call.values_of(&["--git-dir", "--separate-git-dir"]) {
        call.aimed(&folder, Access::Write, Aim::Whole, facts);
    }
    for folder in call.values_of(&["--reference", "--reference-if-able"]) {
        call.aimed(&folder, Access::Read, Aim::Whole, facts);
    }
    let place = call.value_of(&["--work-tree"]).or_else(|| call.value_of(&["-C"]));
    let there = |access, facts: &mut Facts| match &place {
        Some(folder) => call.aimed(folder, access, Aim::Whole, facts),
        None => call.here(access, facts),
    };
    if verb != "config" {
        call.heeds_git(facts);
    }
    match verb {
        "clone" => {
            let Some((url, folder)) = rest.split_first() else { return false };
            if is_local(url) {
                call.aimed(url, Access::Read, Aim::Whole, facts);
            } else if let Some(path) = url.text.strip_prefix("file://") {
                let folder = Value { text: path.into(), ..(*url).clone() };
                call.aimed(&folder, Access::Read, Aim::Whole, facts);
            } else {
                reaches(call, url, facts);
            }
            if let Some(folder) = folder.first() {
                call.aimed(folder, Access::Make, Aim::Whole, facts);
            } else {
                let text = url.text.trim_end_matches('/').trim_end_matches(".git").into();
                let url = Value { text, ..(*url).clone() };
                into(call, place.as_ref(), &url, facts);
            }
        }
        "config" => {
            let reads = call.has(&["--get", "--list", "-l", "--get-all"]);
            let access = if reads { Access::Read } else { Access::Write };
            if call.has(&["--global"]) {
                call.fixed("~/.gitconfig", access, facts);
                call.fixed("~/.config/git", access, facts);
            } else if call.has(&["--system"]) {
                call.fixed("/etc/gitconfig", access, facts);
            } else if let Some(file) = call.value_of(&["-f", "--file"]) {
                call.path(&file, access, facts);
            } else {
                there(access, facts);
            }
        }
        "checkout" | "switch" | "reset" | "apply" | "submodule" | "init" | "add" | "clean"
        | "sparse-checkout" | "remote" | "branch" | "restore" | "lfs" => {
            there(Access::Write, facts);
            if verb == "lfs" {
                call.fixed("~/.gitconfig", Access::Write, facts);
            }
            let asked = rest.first().map(|word| word.text.as_str());
            let fetches = match verb {
                "lfs" => asked != Some("install"),
                "remote" => asked == Some("update"),
                _ => verb == "submodule",
            };
            if fetches {
                // The repository knows from where.
                call.fetches(facts);
                call.heeds_ssh(facts);
            }
        }
        "pull" | "fetch" => {
            there(Access::Write, facts);
            call.fetches(facts);
            call.heeds_ssh(facts);
            call.need_of(NeedKind::Newest, &format_compact!("git {verb}"), facts);
        }
        "commit" | "tag" | "merge" | "rebase" | "cherry-pick" | "am" | "stash" => {
            there(Access::Write, facts);
            call.need_of(NeedKind::Clock, &format_compact!("git {verb}"), facts);
        }
        "push" => call.need_of(NeedKind::Network, "git push", facts),
        "ls-remote" => {
            match rest.first() {
                Some(url) => reaches(call, url, facts),
                None => there(Access::Read, facts),
            }
            call.need_of(NeedKind::Newest, "git ls-remote", facts);
        }
        "status" | "log" | "rev-parse" | "describe" | "diff" | "show" | "ls-files" => {
            there(Access::Read, facts);
        }
        _ => return false,
    }
    true
}

/// Whether a repository lies in a folder of this machine: its address has neither a scheme nor a
/// host.
fn is_local(url: &Value) -> bool {
    let begin = url.text.split('/').next().unwrap_or_default();
    !url.text.is_empty() && !begin.contains(':') && (url.whole || begin != url.text)
}

/// A repository is fetched, with the keys of the user if it is by `ssh`.
fn reaches(call: &Call<'_>, url: &Value, facts: &mut Facts) {
    if is_near(url) {
        call.need_of(NeedKind::Network, &url.text, facts);
    }
    call.fetches(facts);
    let has_other_scheme = url
        .text
        .split_once("://")
        .is_some_and(|(scheme, _)| matches!(scheme, "https" | "http" | "git"));
    if !has_other_scheme {
        call.heeds_ssh(facts);
    }
}
