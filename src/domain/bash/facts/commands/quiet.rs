//! Commands that tell, compute or filter: nothing is different after them.

use super::Shape::{Needs, Quiet, Reads, ReadsBehindFirst, Told};
use super::{Call, Row, row, users};
use crate::domain::bash::facts::values::Value;
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
    row("whoami", Told(who), &[]),
    row("arch", Quiet, &[]),
    row("locale", Quiet, &[]),
    row("getconf", Told(configuration), &[]),
    row("clear", Quiet, &[]),
    row("printenv", Told(environment), &[]),
    row("env", Told(environment), &[]),
    row("uname", Told(uname), &[]),
    row("cat", Reads, &[]),
    row("head", Reads, &["-n", "-c"]),
    row("tail", Told(tail), &[]),
    row("wc", Told(count), &[]),
    row("sort", Told(sort), &[]),
    row("uniq", Told(unique), &[]),
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
    row("xxd", Told(dump), &[]),
    row("base64", Reads, &["-w"]),
    row("md5sum", Told(sums), &[]),
    row("sha1sum", Told(sums), &[]),
    row("sha256sum", Told(sums), &[]),
    row("sha512sum", Told(sums), &[]),
    row("cksum", Told(sums), &[]),
    row("cmp", Reads, &[]),
    row("diff", Reads, &["-U", "-C"]),
    row("file", Reads, &[]),
    row("ls", Told(list), &[]),
    row("stat", Reads, &["-c", "-f", "--format"]),
    row("readlink", Reads, &[]),
    row("realpath", Reads, &[]),
    row("du", Told(list), &["-d", "--max-depth"]),
    row("grep", Told(grep), &[]),
    row("egrep", Told(grep), &[]),
    row("fgrep", Told(grep), &[]),
    row("zcat", Reads, &[]),
    row("zgrep", ReadsBehindFirst, &[]),
    row("jq", Told(filter), &[]),
    row("java", Told(version), &[]),
    row("ruby", Told(version), &[]),
    row("php", Told(version), &[]),
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

/// A program of which only the version is asked; what else it does is not known.
fn version(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let asks = ["-version", "--version", "-v", "-V"];
    matches!(call.arguments, [one] if one.known().is_some_and(|text| asks.contains(&text)))
}

/// The name of who runs it.
fn who(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.heeds(&users::TABLES, facts);
    true
}

fn count(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.each(&call.operands(&[]), Access::Read, facts);
    listed(call, facts);
    true
}

/// The files may stand in a list.
fn listed(call: &Call<'_>, facts: &mut Facts) {
    for list in call.values_of(&["--files0-from"]) {
        call.path(&list, Access::Read, facts);
        call.reads_folder(facts);
        call.within("/", Access::Read, facts);
        call.within("~", Access::Read, facts);
    }
}

/// From the first file to the second.
fn dump(call: &Call<'_>, facts: &mut Facts) -> bool {
    let mut files = call.operands(&["-l", "-s", "-c", "-g", "-o"]).into_iter();
    if let Some(from) = files.next() {
        call.path(from, Access::Read, facts);
    }
    for to in files {
        call.path(to, Access::Write, facts);
    }
    true
}

/// Limits of the system; a few are those of the machine.
fn configuration(call: &Call<'_>, facts: &mut Facts) -> bool {
    let is_of_machine = |name: &Value| {
        !name.whole || ["_NPROCESSORS", "_PHYS", "_AVPHYS"].iter().any(|it| name.text.contains(it))
    };
    let names = call.operands(&["-v"]);
    if names.is_empty() || names.into_iter().any(is_of_machine) {
        call.need(NeedKind::Host, facts);
    }
    true
}

/// From the first file to the second.
fn unique(call: &Call<'_>, facts: &mut Facts) -> bool {
    let mut files = call.operands(&["-f", "-s", "-w"]).into_iter();
    if let Some(from) = files.next() {
        call.path(from, Access::Read, facts);
    }
    for to in files {
        call.path(to, Access::Write, facts);
    }
    true
}

/// With `-c` the files to look at stand in a list.
fn sums(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.each(&call.operands(&["-a", "-l"]), Access::Read, facts);
    if call.has(&["-c", "--check"]) {
        call.reads_folder(facts);
        call.within("/", Access::Read, facts);
        call.within("~", Access::Read, facts);
    }
    true
}

fn tail(call: &Call<'_>, facts: &mut Facts) -> bool {
    if call.has(&["-f", "-F", "--follow"]) {
        call.need(NeedKind::Wait, facts);
    }
    call.each(&call.operands(&["-n", "-c"]), Access::Read, facts);
    true
}

/// What lies in the named folders, or in the working directory.
fn list(call: &Call<'_>, facts: &mut Facts) -> bool {
    let valued: &[&str] = if call.name == "du" { &["-d", "--max-depth"] } else { &[] };
    let operands = call.operands(valued);
    if operands.is_empty() {
        call.here(Access::Read, facts);
    }
    call.each_aimed(&operands, Access::Read, call.depth(), facts);
    listed(call, facts);
    true
}

fn sort(call: &Call<'_>, facts: &mut Facts) -> bool {
    let by_chance = |word: &Value| word.text.starts_with("--sort=r");
    listed(call, facts);
    if call.has(&["-R", "--random-sort"]) || call.arguments.iter().any(by_chance) {
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
    for patterns in call.values_of(&["-f", "--file", "--exclude-from"]) {
        call.path(&patterns, Access::Read, facts);
    }
    if files.is_empty() && call.has(&["-r", "-R", "--recursive"]) {
        call.here(Access::Read, facts);
    }
    true
}

/// The filter with its files, and the files that options name: `--arg NAME VALUE` takes two words.
fn filter_words<'c>(call: &Call<'c>) -> (Vec<&'c Value>, Vec<&'c Value>) {
    let (mut operands, mut files) = (Vec::new(), Vec::new());
    let mut words = call.arguments.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "--arg" | "--argjson" => drop(words.nth(1)),
            "--slurpfile" | "--rawfile" => files.extend(words.nth(1)),
            "--indent" | "-L" | "-f" | "--from-file" => drop(words.next()),
            _ if word.is_option() => {}
            _ => operands.push(word),
        }
    }
    (operands, files)
}

fn filter(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.heeds(&["~/.jq"], facts);
    let (operands, files) = filter_words(call);
    for file in files {
        call.path(file, Access::Read, facts);
    }
    if let Some(file) = call.value_of(&["-f", "--from-file"]) {
        call.path(&file, Access::Read, facts);
        return false;
    }
    if call.has(&["--args", "--jsonargs"]) || operands.first().is_some_and(|filter| !filter.whole) {
        return false;
    }
    let filter = operands.first().map_or("", |filter| filter.text.as_str());
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    for word in filter.split(|char| !is_name(char)) {
        match word {
            "env" | "ENV" => call.need_of(NeedKind::Host, "jq env", facts),
            "now" => call.need_of(NeedKind::Clock, "jq now", facts),
            // Filters from files.
            "include" | "import" | "get_search_list" => return false,
            _ => {}
        }
    }
    call.each(operands.get(1..).unwrap_or_default(), Access::Read, facts);
    true
}
