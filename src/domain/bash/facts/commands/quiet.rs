//! Commands that tell, compute or filter: nothing is different after them.

use super::Shape::{Needs, Quiet, Reads, ReadsBehindFirst, Told};
use super::{Call, Row, row};
use crate::domain::bash::facts::{Access, Facts, NeedKind};

pub(super) const ROWS: &[Row] = &[
    row("true", Quiet, &[]),
    row("false", Quiet, &[]),
    row(":", Quiet, &[]),
    row("echo", Quiet, &[]),
    row("printf", Quiet, &[]),
    row("basename", Quiet, &[]),
    row("dirname", Quiet, &[]),
    row("seq", Quiet, &[]),
    row("expr", Quiet, &[]),
    row("yes", Quiet, &[]),
    row("tr", Quiet, &[]),
    row("whoami", Quiet, &[]),
    row("arch", Quiet, &[]),
    row("locale", Quiet, &[]),
    row("getconf", Quiet, &[]),
    row("clear", Quiet, &[]),
    row("printenv", Told(environment), &[]),
    row("env", Told(environment), &[]),
    row("uname", Told(uname), &[]),
    row("cat", Reads, &[]),
    row("head", Reads, &["-n", "-c"]),
    row("tail", Told(tail), &[]),
    row("wc", Reads, &[]),
    row("sort", Told(sort), &[]),
    row("uniq", Reads, &["-f", "-s", "-w"]),
    row("cut", Reads, &["-d", "-f", "-c", "-b"]),
    row("paste", Reads, &["-d"]),
    row("join", Reads, &["-t", "-1", "-2", "-o"]),
    row("comm", Reads, &[]),
    row("tac", Reads, &[]),
    row("rev", Reads, &[]),
    row("nl", Reads, &[]),
    row("fold", Reads, &["-w"]),
    row("fmt", Reads, &["-w"]),
    row("column", Reads, &["-s", "-t"]),
    row("od", Reads, &["-t", "-N", "-j"]),
    row("hexdump", Reads, &["-n", "-s", "-e"]),
    row("xxd", Reads, &["-l", "-s"]),
    row("base64", Reads, &["-w"]),
    row("md5sum", Reads, &[]),
    row("sha1sum", Reads, &[]),
    row("sha256sum", Reads, &[]),
    row("sha512sum", Reads, &[]),
    row("cksum", Reads, &[]),
    row("cmp", Reads, &[]),
    row("diff", Reads, &["-U", "-C"]),
    row("file", Reads, &[]),
    row("ls", Reads, &[]),
    row("stat", Reads, &["-c", "-f", "--format"]),
    row("readlink", Reads, &[]),
    row("realpath", Reads, &[]),
    row("du", Reads, &["-d", "--max-depth"]),
    row("grep", Told(grep), &[]),
    row("egrep", Told(grep), &[]),
    row("fgrep", Told(grep), &[]),
    row("zcat", Reads, &[]),
    row("zgrep", ReadsBehindFirst, &[]),
    row("jq", Told(filter), &[]),
    row("date", Needs(NeedKind::Clock), &[]),
    row("mktemp", Needs(NeedKind::Chance), &[]),
    row("uuidgen", Needs(NeedKind::Chance), &[]),
    row("shuf", Needs(NeedKind::Chance), &[]),
    row("sleep", Needs(NeedKind::Wait), &[]),
];

/// The names of the machine; its kind is that of the image.
fn uname(call: &Call<'_>, facts: &mut Facts) -> bool {
    let asks_kind_only = |text: &str| {
        matches!(text, "--machine" | "--kernel-name" | "--operating-system")
            || text
                .strip_prefix('-')
                .is_some_and(|flags| flags.chars().all(|flag| "mso".contains(flag)))
    };
    if !call.arguments.iter().all(|value| asks_kind_only(&value.text)) {
        call.need(NeedKind::Host, facts);
    }
    true
}

/// All variables, or the named ones: some belong to the task.
fn environment(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.need(NeedKind::Host, facts);
    true
}

fn tail(call: &Call<'_>, facts: &mut Facts) -> bool {
    if call.has(&["-f", "-F", "--follow"]) {
        call.need(NeedKind::Wait, facts);
    }
    call.each(&call.operands(&["-n", "-c"]), Access::Read, facts);
    true
}

fn sort(call: &Call<'_>, facts: &mut Facts) -> bool {
    if call.has(&["-R", "--random-sort"]) {
        call.need(NeedKind::Chance, facts);
    }
    if let Some(output) = call.value_of(&["-o", "--output"]) {
        call.path(&output, Access::Write, facts);
    }
    call.each(&call.operands(&["-k", "-t", "-o", "-S", "-T"]), Access::Read, facts);
    true
}

fn grep(call: &Call<'_>, facts: &mut Facts) -> bool {
    let operands = call.operands(&["-e", "-f", "-m", "-A", "-B", "-C", "--include", "--exclude"]);
    let has_pattern = call.has(&["-e", "-f", "--regexp", "--file"]);
    let files = operands.get(usize::from(!has_pattern)..).unwrap_or_default();
    call.each_aimed(files, Access::Read, call.depth(), facts);
    if let Some(patterns) = call.value_of(&["-f", "--file"]) {
        call.path(&patterns, Access::Read, facts);
    }
    if files.is_empty() && call.has(&["-r", "-R", "--recursive"]) {
        call.here(Access::Read, facts);
    }
    true
}

fn filter(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    // `--arg NAME VALUE` takes two words, `env` in a filter reads all variables.
    let operands = call.operands(&["--indent", "--tab"]);
    if call.has(&["--arg", "--argjson", "--slurpfile", "--rawfile", "--args", "--jsonargs"])
        || operands.first().is_some_and(|filter| filter.text.contains("env") || !filter.whole)
    {
        return false;
    }
    call.each(operands.get(1..).unwrap_or_default(), Access::Read, facts);
    true
}
