//! Commands that fetch from servers of the world: the same for every task, unlike what answers on
//! the task's own network.

use compact_str::format_compact;

use super::Shape::Told;
use super::{Call, Row, git, row};
use crate::domain::bash::Text;
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Aim, Facts, NeedKind};

pub(super) const ROWS: &[Row] = &[
    row("curl", Told(curl), &[]),
    row("wget", Told(wget), &[]),
    row("git", Told(git::git), &[]),
    row("ssh-keyscan", Told(scan), &[]),
];

/// Options of `curl` that are followed by a file to read.
const CURL_READS: &[&str] =
    &["--cacert", "--capath", "--cert", "-E", "--key", "--netrc-file", "--crlfile", "--pubkey"];

/// Options of `curl` that are followed by a file to write.
const CURL_WRITES: &[&str] = &[
    "-o",
    "--output",
    "-c",
    "--cookie-jar",
    "-D",
    "--dump-header",
    "--trace",
    "--trace-ascii",
    "--stderr",
    "--hsts",
    "--etag-save",
    "--libcurl",
];

/// More options of `curl` that are followed by a value.
const CURL_VALUED: &[&str] = &[
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
    "-e",
    "--referer",
    "-w",
    "--write-out",
    "--output-dir",
    "-b",
    "--cookie",
    "-F",
    "-T",
    "--retry-max-time",
    "--url",
    "--proto",
    "--proto-redir",
    "-C",
    "-r",
    "-K",
    "--config",
    "--data-raw",
    "--data-binary",
    "--data-urlencode",
    "--json",
    "--form",
    "--upload-file",
    "--resolve",
    "--connect-to",
    "--interface",
    "--ciphers",
    "--limit-rate",
    "--max-redirs",
    "--cert-type",
    "--key-type",
    "--pass",
    "--etag-compare",
    "--unix-socket",
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
    call.fetches(facts);
    let mut urls = call.operands(&[CURL_READS, CURL_WRITES, CURL_VALUED].concat());
    let named = call.value_of(&["--url"]);
    urls.extend(&named);
    if call.has(CURL_SENDS)
        && call.value_of(&["-X", "--request"]).is_none_or(|verb| verb.text != "GET")
    {
        call.need(NeedKind::Network, facts);
    }
    for file in call.values_of(&["-K", "--config"]) {
        call.path(&file, Access::Read, facts);
    }
    if call.has(&["-K", "--config"]) {
        return false;
    }
    let folder = call.value_of(&["--output-dir"]);
    for option in CURL_WRITES {
        for file in call.values_of(&[option]) {
            call.path(&file, Access::Write, facts);
        }
    }
    for option in CURL_READS {
        for file in call.values_of(&[option]) {
            // A password may stand behind the name of the file.
            let name = file.text.split(':').next().unwrap_or_default().into();
            call.aimed(&Value { text: name, ..file }, Access::Read, Aim::Whole, facts);
        }
    }
    for cookie in call.values_of(&["-b", "--cookie"]) {
        // Cookies themselves have a `=`.
        if !cookie.text.contains('=') {
            call.path(&cookie, Access::Read, facts);
        }
    }
    if call.has(&["-n", "--netrc", "--netrc-optional"]) {
        call.heeds(&["~/.netrc"], facts);
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

/// Options of `wget` that are followed by a file to read.
const WGET_READS: &[&str] = &[
    "--ca-certificate",
    "--ca-directory",
    "--certificate",
    "--private-key",
    "--load-cookies",
    "--config",
];

/// Options of `wget` that are followed by a file to write, beside what it fetches.
const WGET_WRITES: &[&str] = &["-o", "--output-file", "-a", "--append-output", "--save-cookies"];

/// More options of `wget` that are followed by a value.
const WGET_VALUED: &[&str] = &[
    "-O",
    "--output-document",
    "-P",
    "--directory-prefix",
    "-t",
    "-T",
    "--tries",
    "--timeout",
    "--header",
    "-U",
    "-e",
    "-i",
    "-qO",
    "-nvO",
    "-cO",
    "-NP",
    "-qP",
];

fn wget(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.fetches(facts);
    let urls = call.operands(&[WGET_READS, WGET_WRITES, WGET_VALUED].concat());
    if call.has(&["--post-data", "--post-file", "--method"]) {
        call.need(NeedKind::Network, facts);
    }
    if call.has(&["-i", "--input-file"]) {
        return false;
    }
    for file in call.values_of(WGET_READS) {
        call.aimed(&file, Access::Read, Aim::Whole, facts);
    }
    for file in call.values_of(WGET_WRITES) {
        call.path(&file, Access::Write, facts);
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
                rest => Some(Value { text: rest.into(), ..word.clone() }),
            };
        }
    }
    if let Some(output) = output {
        call.path(&output, Access::Write, facts);
    } else {
        let folder = call.value_of(&["-P", "--directory-prefix"]);
        for url in &urls {
            into(call, folder.as_ref(), url, facts);
        }
    }
    addresses(call, &urls, facts);
    true
}

/// The keys of other machines.
fn scan(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.fetches(facts);
    let hosts = call.operands(&["-f", "-O", "-p", "-T", "-t"]);
    if let Some(list) = call.value_of(&["-f"]) {
        call.path(&list, Access::Read, facts);
    }
    addresses(call, &hosts, facts);
    true
}

/// What an address names last is written into `folder`, or where the command runs.
pub(super) fn into(call: &Call<'_>, folder: Option<&Value>, url: &Value, facts: &mut Facts) {
    let path = url.text.split(['?', '#']).next().unwrap_or_default();
    let name = match path.trim_end_matches('/').rsplit_once('/') {
        Some((_, name)) if url.whole => name.into(),
        _ => Text::default(),
    };
    let whole = url.whole && !name.is_empty();
    let target = match folder {
        Some(folder) if folder.whole => {
            Value { text: format_compact!("{}/{name}", folder.text), whole, span: url.span }
        }
        Some(folder) => Value { whole: false, ..folder.clone() },
        None => Value { text: format_compact!("./{name}"), whole, span: url.span },
    };
    call.path(&target, Access::Write, facts);
}

/// Addresses of this machine or its network belong to the task.
fn addresses(call: &Call<'_>, urls: &[&Value], facts: &mut Facts) {
    for url in urls {
        if url.text.starts_with("file:") {
            let path = url.text.trim_start_matches("file:").trim_start_matches("//");
            let file = Value { text: path.into(), ..(*url).clone() };
            call.path(&file, Access::Read, facts);
        } else if is_near(url) {
            call.need_of(NeedKind::Network, &url.text, facts);
        }
    }
}

pub(super) fn is_near(url: &Value) -> bool {
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
