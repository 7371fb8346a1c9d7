//! Commands that make, change, move and remove files.

use compact_str::format_compact;

use super::Shape::{Makes, Removes, Told, Writes, WritesBehindFirst};
use super::{Call, Row, row, sed, users};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::wrappers;
use crate::domain::bash::facts::{Access, Aim, Facts};

pub(super) const ROWS: &[Row] = &[
    row("touch", Told(touch), &[]),
    row("mkdir", Makes, &["-m", "--mode"]),
    row("mkfifo", Writes, &["-m"]),
    row("rm", Removes, &[]),
    row("rmdir", Removes, &[]),
    row("unlink", Removes, &[]),
    row("shred", Removes, &["-n", "-s"]),
    row("truncate", Told(touch), &[]),
    row("tee", Writes, &[]),
    row("chmod", Told(chmod), &[]),
    row("chown", Told(chmod), &[]),
    row("chgrp", Told(chmod), &[]),
    row("setcap", WritesBehindFirst, &[]),
    row("cp", Told(copy), &[]),
    row("mv", Told(copy), &[]),
    row("ln", Told(link), &[]),
    row("install", Told(install), &[]),
    row("rsync", Told(rsync), &[]),
    row("sed", Told(sed::sed), &[]),
    row("awk", Told(awk), &[]),
    row("gawk", Told(awk), &[]),
    row("mawk", Told(awk), &[]),
    row("find", Told(find), &[]),
    row("dd", Told(dd), &[]),
    row("patch", Told(patch), &[]),
    row("gpg", Told(gpg), &[]),
];

/// As another file is, if one is named.
fn touch(call: &Call<'_>, facts: &mut Facts) -> bool {
    for example in call.values_of(&["-r", "--reference"]) {
        call.path(&example, Access::Read, facts);
    }
    let valued = ["-t", "-d", "-r", "-s", "--date", "--reference", "--size"];
    call.each(&call.operands(&valued), Access::Write, facts);
    true
}

/// Mode or owner first, unless another file gives it.
fn chmod(call: &Call<'_>, facts: &mut Facts) -> bool {
    let operands: Vec<_> = call
        .arguments
        .iter()
        // `-x` takes a right away, and is no option.
        .filter(|value| !value.is_option() || is_mode(&value.text))
        .collect();
    let skipped = usize::from(!call.has(&["--reference"]));
    for example in call.values_of(&["--reference"]) {
        call.path(&example, Access::Read, facts);
    }
    let files = operands.get(skipped..).unwrap_or_default();
    call.each_aimed(files, Access::Write, call.depth(), facts);
    if call.name != "chmod"
        && skipped > 0
        && let Some(owner) = operands.first()
    {
        users::owner(call, owner, facts);
    }
    true
}

fn is_mode(text: &str) -> bool {
    text.len() > 1 && text[1..].chars().all(|char| "rwxXst".contains(char))
}

/// From the others to the last, or to the folder of `-t`.
fn copy(call: &Call<'_>, facts: &mut Facts) -> bool {
    let operands = call.operands(&["-t", "--target-directory", "-S", "--suffix"]);
    let from = if call.name == "mv" { Access::Remove } else { Access::Read };
    let (sources, target) = match call.value_of(&["-t", "--target-directory"]) {
        Some(target) => (operands.as_slice(), target),
        None => match operands.split_last() {
            Some((target, sources)) => (sources, (*target).clone()),
            None => return true,
        },
    };
    let depth = if from == Access::Remove { Aim::Whole } else { call.depth() };
    for source in sources {
        call.aimed(source, Access::Read, depth, facts);
        if from == Access::Remove {
            call.path(source, from, facts);
        }
    }
    let copied = if call.has(&["-r", "-R", "-a", "--recursive", "--archive"]) {
        // What lies in there may be any of the folders of the target.
        Aim::Whole
    } else {
        Aim::Named
    };
    call.aimed(&target, Access::Write, copied, facts);
    backup(call, &target, facts);
    true
}

/// What was there before is kept under a longer name.
fn backup(call: &Call<'_>, target: &Value, facts: &mut Facts) {
    if call.has(&["-b", "--backup"]) {
        call.path(&Value { whole: false, ..target.clone() }, Access::Write, facts);
    }
}

fn link(call: &Call<'_>, facts: &mut Facts) -> bool {
    let operands = call.operands(&["-t", "-S"]);
    match operands.as_slice() {
        [] => {}
        [only] => {
            call.path(only, Access::Read, facts);
            call.here(Access::Write, facts);
        }
        [sources @ .., target] => {
            call.each(sources, Access::Read, facts);
            call.path(target, Access::Write, facts);
            backup(call, target, facts);
        }
    }
    if let Some(target) = call.value_of(&["-t", "--target-directory"]) {
        call.path(&target, Access::Write, facts);
    }
    true
}

fn install(call: &Call<'_>, facts: &mut Facts) -> bool {
    let valued = ["-m", "-o", "-g", "-t", "-S", "--mode", "--owner", "--group"];
    let operands = call.operands(&valued);
    let owners = ["-o", "-g", "--owner", "--group"];
    for owner in owners.into_iter().filter_map(|option| call.value_of(&[option])) {
        users::owner(call, &owner, facts);
    }
    if call.has(&["-d", "--directory"]) {
        call.each(&operands, Access::Make, facts);
        return true;
    }
    if let Some(target) = call.value_of(&["-t", "--target-directory"]) {
        call.each(&operands, Access::Read, facts);
        call.path(&target, Access::Make, facts);
    } else if let Some((target, sources)) = operands.split_last() {
        call.each(sources, Access::Read, facts);
        call.path(target, Access::Make, facts);
        backup(call, target, facts);
    }
    true
}

/// Only between folders of this machine.
fn rsync(call: &Call<'_>, facts: &mut Facts) -> bool {
    let operands = call.operands(&["--exclude", "--include", "--chown", "--chmod"]);
    let others = ["-e", "--rsh", "--remove-source-files", "--files-from"];
    if operands.iter().any(|value| value.text.contains(':')) || call.has(&others) {
        return false;
    }
    call.program(facts);
    copy(call, facts)
}

fn awk(call: &Call<'_>, facts: &mut Facts) -> bool {
    let operands = call.operands(&["-F", "-v", "-f"]);
    let Some((program, files)) = operands.split_first() else { return false };
    // Programs in files, and libraries: `-i inplace` changes the files.
    let others = ["-f", "--file", "-i", "--include", "-e", "--source", "-E", "--exec", "-l"];
    if call.has(&others) || !program.whole {
        return false;
    }
    let acts = ["system", "getline", ">", "|", "ENVIRON", "rand", "srand", "systime", "strftime"];
    let text = program.text.replace("||", "").replace(">=", "");
    // A `>` may compare, which is not looked into.
    if acts.iter().any(|word| text.contains(word)) {
        return false;
    }
    call.each(files, Access::Read, facts);
    true
}

fn find(call: &Call<'_>, facts: &mut Facts) -> bool {
    let roots = wrappers::roots(call.arguments);
    let by_time = ["-mtime", "-mmin", "-atime", "-amin", "-ctime", "-cmin", "-newermt"];
    if call.arguments.iter().any(|value| by_time.contains(&value.text.as_str())) {
        call.need_of(crate::domain::bash::facts::NeedKind::Clock, "find -mtime", facts);
    }
    for pair in call.arguments.windows(2) {
        let test = pair[0].text.as_str();
        // `-newermt` is followed by a time.
        let is_file = test.starts_with("-newer") && !test.ends_with('t')
            || matches!(test, "-anewer" | "-cnewer" | "-samefile" | "-files0-from");
        if is_file {
            call.path(&pair[1], Access::Read, facts);
        }
    }
    if call.has(&["-user", "-group", "-nouser", "-nogroup"]) {
        call.heeds(&users::TABLES, facts);
    }
    let access = if call.has(&["-delete"]) { Access::Remove } else { Access::Read };
    if roots.is_empty() {
        call.here(access, facts);
    }
    call.each_aimed(&roots.iter().collect::<Vec<_>>(), access, Aim::Whole, facts);
    for file in ["-fprint", "-fprint0", "-fprintf", "-fls"] {
        if let Some(file) = call.value_of(&[file]) {
            call.path(&file, Access::Write, facts);
        }
    }
    true
}

fn dd(call: &Call<'_>, facts: &mut Facts) -> bool {
    for word in call.arguments {
        let (access, file) = match word.text.split_once('=') {
            Some(("if", file)) => (Access::Read, file),
            Some(("of", file)) => (Access::Write, file),
            _ => continue,
        };
        let value = Value { text: file.into(), ..word.clone() };
        if file.ends_with("random") {
            call.need_of(crate::domain::bash::facts::NeedKind::Chance, file, facts);
        }
        call.path(&value, access, facts);
    }
    true
}

fn patch(call: &Call<'_>, facts: &mut Facts) -> bool {
    if let Some(file) = call.value_of(&["-i", "--input"]) {
        call.path(&file, Access::Read, facts);
    }
    match call.value_of(&["-d", "--directory"]) {
        Some(folder) => call.path(&folder, Access::Write, facts),
        None => call.here(Access::Write, facts),
    }
    call.each(&call.operands(&["-i", "-d", "-p"]), Access::Write, facts);
    true
}

/// Only what turns the form of keys; others use a ring of keys.
fn gpg(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let output = call.value_of(&["-o", "--output"]);
    let dearmors = call.has(&["--dearmor", "--dearmour"]);
    if !dearmors {
        return false;
    }
    let files = call.operands(&["-o", "--output"]);
    call.each(&files, Access::Read, facts);
    match output {
        Some(output) => {
            call.path(&output, Access::Write, facts);
            if !call.has(&["--yes", "--batch"]) {
                // It asks before it overwrites, which fails without a person.
                call.path(&output, Access::Read, facts);
            }
        }
        None => {
            for file in files {
                let name = Value { text: format_compact!("{}.gpg", file.text), ..file.clone() };
                call.path(&name, Access::Write, facts);
            }
        }
    }
    true
}
