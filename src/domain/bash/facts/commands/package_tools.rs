//! What belongs to managers of packages: their settings, their databases, files of packages.
//!
//! Apart from the managers, which are asked to install by name.

use super::Shape::Told;
use super::packagers::SYSTEM;
use super::{Call, Row, row};
use crate::domain::bash::facts::InstallAction::{Add, Remove};
use crate::domain::bash::facts::{Access, Facts};

pub(super) const ROWS: &[Row] = &[
    row("dpkg", Told(dpkg), &[]),
    row("rpm", Told(rpm), &[]),
    row("apt-mark", Told(settings), &[]),
    row("apt-key", Told(settings), &[]),
    row("apt-cache", Told(settings), &[]),
    row("add-apt-repository", Told(repository), &[]),
    row("debconf-set-selections", Told(settings), &[]),
    row("update-alternatives", Told(settings), &[]),
    row("corepack", Told(settings), &[]),
];

fn dpkg(call: &Call<'_>, facts: &mut Facts) -> bool {
    if call.has(&["-i", "--install", "-r", "-P", "--remove", "--purge", "--configure", "--unpack"])
    {
        let files = call.operands(&[]);
        let installs = call.has(&["-i", "--install", "--unpack"]);
        if installs {
            call.each(&files, Access::Read, facts);
        }
        for folder in SYSTEM {
            call.within(folder, Access::Write, facts);
        }
        call.install(if installs { Add } else { Remove }, &files, false, facts);
        return true;
    }
    if call.has(&["-x", "-X", "-e", "-b", "--extract", "--vextract", "--control", "--build"]) {
        let mut files = call.operands(&[]).into_iter();
        if let Some(from) = files.next() {
            call.path(from, Access::Read, facts);
        }
        for to in files {
            call.path(to, Access::Write, facts);
        }
        return true;
    }
    let access = if call.has(&["--add-architecture", "--remove-architecture", "--set-selections"]) {
        Access::Write
    } else {
        Access::Read
    };
    call.fixed("/var/lib/dpkg", access, facts);
    true
}

fn rpm(call: &Call<'_>, facts: &mut Facts) -> bool {
    if call.has(&["-q", "--query"]) {
        call.fixed("/var/lib/rpm", Access::Read, facts);
        return true;
    }
    let files = call.operands(&[]);
    call.each(
        &files.iter().filter(|file| !file.text.contains("://")).copied().collect::<Vec<_>>(),
        Access::Read,
        facts,
    );
    if files.iter().any(|file| file.text.contains("://")) {
        call.fetches(facts);
    }
    for folder in SYSTEM {
        call.within(folder, Access::Write, facts);
    }
    call.install(if call.has(&["-e", "--erase"]) { Remove } else { Add }, &files, false, facts);
    true
}

/// What changes only the manager's own settings.
fn settings(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let folders: &[&str] = match call.name {
        "update-alternatives" => {
            if call.has(&["--config"]) {
                call.need(crate::domain::bash::facts::NeedKind::Person, facts);
            }
            &["/usr", "/etc/alternatives", "/var/lib/dpkg"]
        }
        "corepack" => {
            call.fetches(facts);
            // The others are for the project in the folder.
            let is_for_all = match call.verb(&[]) {
                Some(("enable" | "disable", _)) => true,
                Some(("prepare", packages)) => !packages.is_empty(),
                Some(("install", _)) => call.has(&["-g", "--global"]),
                _ => false,
            };
            if !is_for_all {
                call.here(Access::Write, facts);
            }
            &["/usr", "~"]
        }
        "apt-key" => &["/etc/apt"],
        "apt-cache" => {
            call.within("/var", Access::Read, facts);
            call.fixed("/etc/apt", Access::Read, facts);
            return true;
        }
        _ => &["/var/lib", "/var/cache/debconf"],
    };
    for folder in folders {
        call.within(folder, Access::Write, facts);
    }
    // Of an alternative only what begins with `/` is a file.
    let takes_files = matches!(call.name, "apt-key" | "debconf-set-selections");
    let mut files = call.operands(&[]);
    files.retain(|value| value.text.starts_with('/') || takes_files && value.text != "add");
    call.each(&files, Access::Read, facts);
    true
}

fn repository(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.fetches(facts);
    call.fixed("/etc/apt", Access::Write, facts);
    call.fixed("/var/lib/apt", Access::Write, facts);
    if !call.has(&["-y", "--yes"]) && !call.fed {
        call.need(crate::domain::bash::facts::NeedKind::Person, facts);
    }
    true
}
