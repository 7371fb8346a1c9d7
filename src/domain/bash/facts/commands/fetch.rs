//! Commands that fetch from servers of the world: the same for every task, unlike what answers on
//! the task's own network.

use super::Shape::{Quiet, Told};
use super::{Call, Row, row};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Facts, NeedKind};

pub(super) const ROWS: &[Row] = &[
    row("curl", Told(curl), &[]),
    row("wget", Told(wget), &[]),
    row("git", Told(git), &[]),
    row("ssh-keyscan", Quiet, &[]),
];

const CURL_VALUED: &[&str] = &[
    "-o",
    "--output",
    "-H",
    "--header",
    "-A",
    "--user-agent",
    "-u",
    "--user",
    "-x",
    "--proxy",
    "-m",
    "--max-time",
    "--retry",
    "--retry-delay",
    "--connect-timeout",
    "-X",
    "--request",
    "-d",
    "--data",
    "--cacert",
    "-w",
    "--write-out",
    "--output-dir",
    "-e",
    "-b",
    "-c",
    "-F",
    "-T",
    "--retry-max-time",
    "--url",
    "--proto",
    "-C",
    "-r",
];

/// Options of `curl` that send something, and so do more than fetch.
const CURL_SENDS: &[&str] = &[
    "-X",
    "--request",
    "-d",
    "--data",
    "--data-raw",
    "--data-binary",
    "--data-urlencode",
    "--json",
    "-F",
    "--form",
    "-T",
    "--upload-file",
];

fn curl(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let mut urls = call.operands(CURL_VALUED);
    if call.has(CURL_SENDS)
        && call.value_of(&["-X", "--request"]).is_none_or(|verb| verb.text != "GET")
    {
        call.need(NeedKind::Network, facts);
    }
    if call.has(&["-K", "--config"]) {
        return false;
    }
    let folder = call.value_of(&["--output-dir"]);
    if let Some(output) = call.value_of(&["-o", "--output"]) {
        call.path(&output, Access::Write, facts);
    }
    for option in ["-c", "--cookie-jar", "-D", "--dump-header", "--trace"] {
        if let Some(file) = call.value_of(&[option]) {
            call.path(&file, Access::Write, facts);
        }
    }
    for option in ["-b", "--cookie", "--cacert", "-n", "--netrc-file"] {
        if let Some(file) = call.value_of(&[option]) {
            call.path(&file, Access::Read, facts);
        }
    }
    let named_by_server = call.has(&["-O", "--remote-name", "--remote-name-all", "-J"]);
    if named_by_server {
        // A path among the addresses was meant to be the file.
        for path in urls.iter().filter(|url| url.text.starts_with(['/', '~'])) {
            call.path(path, Access::Write, facts);
        }
        urls.retain(|url| !url.text.starts_with(['/', '~']));
        for url in &urls {
            into(call, folder.as_ref(), url, facts);
        }
    }
    addresses(call, &urls, facts);
    true
}

fn wget(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let urls = call.operands(&[
        "-O",
        "--output-document",
        "-P",
        "--directory-prefix",
        "-t",
        "-T",
        "--tries",
        "--timeout",
        "--header",
        "-o",
        "-U",
        "-e",
        "-i",
        "-qO",
        "-nvO",
        "-cO",
        "-NP",
        "-qP",
    ]);
    if call.has(&["--post-data", "--post-file", "--method"]) {
        call.need(NeedKind::Network, facts);
    }
    if call.has(&["-i", "--input-file"]) {
        return false;
    }
    let mut output = call.value_of(&["--output-document"]);
    for (at, word) in call.arguments.iter().enumerate() {
        // `-qO-`, `-qO FILE`.
        if word.is_option()
            && !word.text.starts_with("--")
            && let Some((_, rest)) = word.text.split_once('O')
        {
            output = match rest {
                "" => call.arguments.get(at + 1).cloned(),
                rest => Some(Value { text: rest.to_owned(), ..word.clone() }),
            };
        }
    }
    match output {
        Some(output) => call.path(&output, Access::Write, facts),
        None => {
            let folder = call.value_of(&["-P", "--directory-prefix"]);
            for url in &urls {
                into(call, folder.as_ref(), url, facts);
            }
        }
    }
    addresses(call, &urls, facts);
    true
}

/// What an address names last is written into `folder`, or where the command runs.
fn into(call: &Call<'_>, folder: Option<&Value>, url: &Value, facts: &mut Facts) {
    let path = url.text.split(['?', '#']).next().unwrap_or_default();
    let name = match path.trim_end_matches('/').rsplit_once('/') {
        Some((_, name)) if url.whole => name.to_owned(),
        _ => String::new(),
    };
    let whole = url.whole && !name.is_empty();
    let target = match folder {
        Some(folder) if folder.whole => {
            Value { text: format!("{}/{name}", folder.text), whole, span: url.span }
        }
        Some(folder) => Value { whole: false, ..folder.clone() },
        None => Value { text: format!("./{name}"), whole, span: url.span },
    };
    call.path(&target, Access::Write, facts);
}

/// Addresses of this machine or its network belong to the task.
fn addresses(call: &Call<'_>, urls: &[&Value], facts: &mut Facts) {
    for url in urls {
        if url.text.starts_with("file:") {
            let path = url.text.trim_start_matches("file:").trim_start_matches("//");
            let file = Value { text: path.to_owned(), ..(*url).clone() };
            call.path(&file, Access::Read, facts);
        } else if is_near(url) {
            call.need_of(NeedKind::Network, &url.text, facts);
        }
    }
}

fn is_near(url: &Value) -> bool {
    let address = url.text.split_once("://").map_or(url.text.as_str(), |(_, rest)| rest);
    let host = address.split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name =
        if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    let complete = url.whole || address.contains('/');
    let is_number =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // An address that only a variable knows is that variable's affair.
    complete
        && !name.is_empty()
        && (is_number
            || name.starts_with('[')
            || !name.contains('.')
            || [".local", ".internal", ".lan", ".localhost", ".test"]
                .iter()
                .any(|end| name.ends_with(end)))
}

fn git(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let valued = [
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
        "-j",
        "--jobs",
        "--filter",
        "-m",
        "--message",
    ];
    let Some((verb, rest)) = call.verb(&valued) else { return call.has(&["--version"]) };
    let place = call.value_of(&["-C"]);
    let there = |access, facts: &mut Facts| match &place {
        Some(folder) => call.path(folder, access, facts),
        None => call.here(access, facts),
    };
    match verb {
        "clone" => {
            let Some((url, folder)) = rest.split_first() else { return false };
            if is_near(url) && url.text.contains("://") {
                call.need_of(NeedKind::Network, &url.text, facts);
            }
            let local = url.text.starts_with(['/', '.', '~']);
            if local {
                call.path(url, Access::Read, facts);
            }
            match folder.first() {
                Some(folder) => call.path(folder, Access::Make, facts),
                None => {
                    let text = url.text.trim_end_matches('/').trim_end_matches(".git").to_owned();
                    let url = Value { text, ..(*url).clone() };
                    into(call, place.as_ref(), &url, facts);
                }
            }
            call.fixed("~/.gitconfig", Access::Read, facts);
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
        }
        "pull" | "fetch" => {
            there(Access::Write, facts);
            call.need_of(NeedKind::Newest, &format!("git {verb}"), facts);
        }
        "commit" | "tag" | "merge" | "rebase" | "cherry-pick" | "am" | "stash" => {
            there(Access::Write, facts);
            call.need_of(NeedKind::Clock, &format!("git {verb}"), facts);
        }
        "push" => call.need_of(NeedKind::Network, "git push", facts),
        "ls-remote" => call.need_of(NeedKind::Newest, "git ls-remote", facts),
        "status" | "log" | "rev-parse" | "describe" | "diff" | "show" | "ls-files" => {
            there(Access::Read, facts);
        }
        _ => return false,
    }
    true
}
