//! Commands that pack files and unpack them.

use super::Shape::Told;
use super::{Call, Row, row};
use crate::domain::bash::Text;
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Aim, Facts};

pub(super) const ROWS: &[Row] = &[
    row("tar", Told(tar), &[]),
    row("bsdtar", Told(tar), &[]),
    row("unzip", Told(unzip), &[]),
    row("zip", Told(zip), &[]),
    row("gzip", Told(squeeze), &[]),
    row("gunzip", Told(squeeze), &[]),
    row("bzip2", Told(squeeze), &[]),
    row("bunzip2", Told(squeeze), &[]),
    row("xz", Told(squeeze), &[]),
    row("unxz", Told(squeeze), &[]),
    row("zstd", Told(squeeze), &[]),
    row("unzstd", Told(squeeze), &[]),
];

fn tar(call: &Call<'_>, facts: &mut Facts) -> bool {
    let mut flags = Text::default();
    for (at, word) in call.arguments.iter().enumerate() {
        match word.text.as_str() {
            "--extract" => flags.push('x'),
            "--create" => flags.push('c'),
            "--list" => flags.push('t'),
            text if text.starts_with("--") => {}
            // Behind some letters a value stands.
            text if text.starts_with('-') => {
                let letters =
                    text[1..].find(['f', 'C', 'T', 'X', 'b', 'K', 'N', 'V', 'H', 'L', 'F']);
                flags.push_str(&text[1..letters.map_or(text.len(), |at| at + 2)]);
            }
            // `tar xzf FILE`.
            text if at == 0 => flags.push_str(text),
            _ => {}
        }
    }
    let old_style = call.arguments.first().is_some_and(|word| !word.text.starts_with('-'));
    let archive = if old_style && call.arguments[0].text.contains('f') {
        call.arguments.get(1).cloned()
    } else {
        call.value_of(&["-f", "--file"])
    };
    let folder = call.value_of(&["-C", "--directory"]);
    let others = [
        "--to-command",
        "--checkpoint-action",
        "-I",
        "--use-compress-program",
        "--remove-files",
        "-P",
        "--absolute-names",
        "-g",
        "--listed-incremental",
        "--one-top-level",
    ];
    // Each folder is for what stands behind it.
    if call.has(&others) || call.values_of(&["-C", "--directory"]).nth(1).is_some() {
        return false;
    }
    let (archive_access, tree) = if flags.contains('x') {
        (Access::Read, Access::Write)
    } else if flags.contains('t') {
        (Access::Read, Access::Read)
    } else if flags.contains('c') {
        (Access::Write, Access::Read)
    } else {
        return false;
    };
    if let Some(archive) = archive {
        call.path(&archive, archive_access, facts);
    }
    for list in call.values_of(&["-T", "--files-from", "-X", "--exclude-from"]) {
        call.path(&list, Access::Read, facts);
        // What it lists may lie anywhere.
        if flags.contains('c') {
            call.within("/", Access::Read, facts);
            call.within("~", Access::Read, facts);
        }
    }
    match folder {
        Some(folder) => call.aimed(&folder, tree, Aim::Whole, facts),
        None => call.here(tree, facts),
    }
    if flags.contains('c') {
        let files = call.operands(&["-f", "-C", "--file", "--directory"]);
        call.each_aimed(&files, Access::Read, Aim::Whole, facts);
    }
    true
}

fn unzip(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let operands = call.operands(&["-d", "-x"]);
    call.each(operands.get(..1).unwrap_or_default(), Access::Read, facts);
    if call.arguments.iter().any(lists_archive) {
        return true;
    }
    match call.value_of(&["-d"]) {
        Some(folder) => call.aimed(&folder, Access::Write, Aim::Whole, facts),
        None => call.here(Access::Write, facts),
    }
    if !call.has(&["-o", "-n", "-u"]) {
        // It asks before it overwrites.
        call.need(crate::domain::bash::facts::NeedKind::Person, facts);
    }
    true
}

/// Whether an option of `unzip` makes it tell or print what is in the archive, and unpack nothing.
/// Behind some letters the name of a folder, of files, of a charset or a password may stand in the
/// same word.
fn lists_archive(word: &Value) -> bool {
    let Some(flags) = word.known().and_then(|text| text.strip_prefix('-')) else { return false };
    let flags = flags.split(['d', 'x', 'P', 'O', 'I']).next().unwrap_or_default();
    flags.contains(['l', 'p', 't', 'v', 'z', 'Z'])
}

fn zip(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    // It removes what it has packed.
    if call.has(&["-m", "--move"]) {
        return false;
    }
    if let Some((archive, files)) = call.operands(&["-x", "-i"]).split_first() {
        call.path(archive, Access::Write, facts);
        call.each_aimed(files, Access::Read, Aim::Whole, facts);
    }
    true
}

/// In place, beside the file, unless it writes to its output.
fn squeeze(call: &Call<'_>, facts: &mut Facts) -> bool {
    let operands = call.operands(&["-o", "-T", "-S"]);
    let to_output = call.has(&["-c", "--stdout", "-t", "--test"]);
    if let Some(output) = call.value_of(&["-o"]) {
        call.path(&output, Access::Write, facts);
    }
    for file in operands {
        call.path(file, Access::Read, facts);
        if !to_output {
            // The new name differs by its end.
            let name = file.text.rsplit_once('.').map_or(file.text.as_str(), |(name, _)| name);
            let open = Value { text: name.into(), whole: false, span: file.span };
            call.path(&open, Access::Write, facts);
        }
    }
    true
}
