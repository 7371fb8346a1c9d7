//! Commands that run another command: `sudo`, `env`, `xargs`, `bash -c`, `find -exec`.

mod each;

use super::commands::takes_next;
use super::commands::users::TABLES;
use super::values::Value;
use crate::domain::bash::Text;

use each::{find, xargs};
pub(super) use each::{named, roots};

/// What a wrapper runs.
pub(super) enum Wrapped {
    /// Nothing; it only tells something.
    Nothing,
    /// It only asks where programs are.
    Asks(Vec<Value>),
    /// A command.
    Command {
        /// Its words.
        words: Vec<Value>,
        /// Whether with another user's rights.
        privileged: bool,
        /// Whether words follow that are not known.
        open: bool,
        /// Variables that it is given, each as `NAME=value`.
        given: Vec<Value>,
    },
    /// A command for each of what it finds, beside its own work.
    Each {
        /// The words.
        words: Vec<Value>,
    },
    /// A script, in a shell of its own.
    Script {
        /// Its text.
        text: Text,
        /// Its arguments, from `$1` on.
        arguments: Vec<Value>,
    },
    /// Something that is not known.
    Unknown,
}

/// How a wrapper's words begin.
struct Form {
    name: &'static str,
    /// Options that are followed by a value.
    valued: &'static [&'static str],
    /// How many words stand between the options and the command.
    operands: usize,
    privileged: bool,
    /// Whether `NAME=value` may stand before the command.
    assigns: bool,
}

const fn form(name: &'static str, valued: &'static [&'static str], operands: usize) -> Form {
    Form { name, valued, operands, privileged: false, assigns: false }
}

const FORMS: [Form; 23] = [
    Form {
        privileged: true,
        assigns: true,
        ..form(
            "sudo",
            &[
                "-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T", "--user",
                "--group", "--chdir",
            ],
            0,
        )
    },
    Form { privileged: true, ..form("doas", &["-u", "-C"], 0) },
    Form { assigns: true, ..form("env", &["-u", "-C", "--unset", "--chdir"], 0) },
    form("command", &[], 0),
    form("builtin", &[], 0),
    form("time", &["-f", "-o"], 0),
    form("nice", &["-n", "--adjustment"], 0),
    form("ionice", &["-c", "-n", "-t"], 0),
    form("nohup", &[], 0),
    form("setsid", &[], 0),
    form("stdbuf", &["-i", "-o", "-e"], 0),
    form("timeout", &["-k", "-s", "--kill-after", "--signal"], 1),
    form("chronic", &[], 0),
    form("eatmydata", &[], 0),
    form("unbuffer", &[], 0),
    form("fakeroot", &[], 0),
    form("busybox", &[], 0),
    form("catchsegv", &[], 0),
    form("flock", &["-w", "-E", "--timeout"], 1),
    Form { privileged: true, ..form("runuser", &["-u", "-g", "-G"], 0) },
    Form { privileged: true, ..form("gosu", &[], 1) },
    Form { privileged: true, ..form("su-exec", &[], 1) },
    Form { privileged: true, ..form("setpriv", &["--reuid", "--regid"], 0) },
];

const SHELLS: [&str; 5] = ["bash", "sh", "dash", "ash", "zsh"];

/// How the words of a wrapper begin: its options that are followed by a value, and how many words
/// stand between those and the command. `None`: it is none.
pub(in crate::domain) fn words_of(name: &str) -> Option<(&'static [&'static str], usize)> {
    let form = FORMS.iter().find(|form| form.name == name)?;
    Some((form.valued, form.operands))
}

/// Whether `name` is a shell.
pub(in crate::domain) fn is_shell(name: &str) -> bool {
    SHELLS.contains(&name)
}

/// What `name` runs, if it is a wrapper. `fed`: something is handed to it.
pub(super) fn unwrap(name: &str, arguments: &[Value], fed: bool) -> Option<Wrapped> {
    match name {
        "command" if asks(arguments) => {
            let programs = arguments.iter().filter(|value| !value.is_option());
            return Some(Wrapped::Asks(programs.cloned().collect()));
        }
        "which" => {
            let programs = arguments.iter().filter(|value| !value.is_option());
            return Some(Wrapped::Asks(programs.cloned().collect()));
        }
        "su" => return Some(su(arguments)),
        "xargs" => return Some(xargs(arguments)),
        "find" => return find(arguments),
        _ if SHELLS.contains(&name) => return Some(shell(arguments)),
        _ if name.starts_with("python") || name == "pypy3" => return python(arguments),
        _ => {}
    }
    let form = FORMS.iter().find(|form| form.name == name)?;
    // Another folder than this one.
    let enters = |value: &Value| {
        ["-C", "-D", "--chdir", "-R", "--chroot"].iter().any(|it| value.text.starts_with(it))
    };
    let mut rest = behind_options(arguments, form.valued);
    let options = &arguments[..arguments.len() - rest.len()];
    if matches!(name, "env" | "sudo") && options.iter().any(enters) {
        return Some(Wrapped::Unknown);
    }
    let mut given = Vec::new();
    while form.assigns
        && let [first, behind @ ..] = rest
        && first.text.contains('=')
        && !first.text.starts_with('=')
    {
        given.push(first.clone());
        rest = behind;
    }
    let Some(rest) = rest.get(form.operands..) else { return Some(Wrapped::Unknown) };
    if rest.is_empty() {
        // `sudo -i` is a shell.
        let opens_shell = |value: &Value| matches!(value.text.as_str(), "-i" | "-s" | "--login");
        let is_shell = form.privileged && (fed || arguments.iter().any(opens_shell));
        // `env` alone tells all variables.
        if name == "env" {
            return None;
        }
        return Some(if is_shell { Wrapped::Unknown } else { Wrapped::Nothing });
    }
    let privileged = form.privileged;
    Some(Wrapped::Command { words: rest.to_vec(), privileged, open: false, given })
}

/// Files that a wrapper reads itself, without being told to: who a user is, and what a login shell
/// begins with.
pub(super) fn heeded(name: &str, arguments: &[Value]) -> Vec<&'static str> {
    let form = FORMS.iter().find(|form| form.name == name);
    let behind = form.map_or(0, |form| behind_options(arguments, form.valued).len());
    let options = &arguments[..arguments.len() - behind];
    let has = |letter: char, long: &[&str]| {
        options.iter().filter(|value| value.is_option()).any(|option| {
            let text = option.text.as_str();
            let name = text.split('=').next().unwrap_or_default();
            long.contains(&name) || !text.starts_with("--") && text.contains(letter)
        })
    };
    let looks_up = match name {
        "su" | "runuser" | "gosu" | "su-exec" | "setpriv" => true,
        "sudo" | "doas" => {
            let is_root = options.iter().any(|value| value.known() == Some("root"));
            (has('u', &["--user"]) || has('g', &["--group"])) && !is_root
        }
        _ => false,
    };
    let logs_in = goes_home(name, arguments) || SHELLS.contains(&name) && has('l', &["--login"]);
    let mut files = Vec::new();
    if looks_up {
        files.extend(TABLES);
    }
    if logs_in {
        files.extend(LOGIN);
    }
    files
}

/// Whether what it runs begins in somebody's home.
pub(super) fn goes_home(name: &str, arguments: &[Value]) -> bool {
    let is_login = |value: &Value| matches!(value.text.as_str(), "-" | "-l" | "--login");
    match name {
        "su" | "runuser" => arguments.iter().any(is_login),
        "sudo" => {
            let valued =
                FORMS.iter().find(|form| form.name == name).map_or(&[][..], |it| it.valued);
            let behind = behind_options(arguments, valued).len();
            arguments[..arguments.len() - behind].iter().any(|value| {
                let is_short = value.is_option() && !value.text.starts_with("--");
                value.text == "--login" || is_short && value.text.contains('i')
            })
        }
        _ => false,
    }
}

/// What a login shell reads.
const LOGIN: [&str; 9] = [
    "/etc/profile",
    "/etc/profile.d",
    "/etc/environment",
    "/etc/bash.bashrc",
    "~/.profile",
    "~/.bash_profile",
    "~/.bash_login",
    "~/.bashrc",
    "/etc/login.defs",
];

fn asks(arguments: &[Value]) -> bool {
    arguments
        .iter()
        .take_while(|value| value.is_option())
        .any(|value| value.text.contains(['v', 'V']))
}

/// The words behind options and their values.
fn behind_options<'v>(arguments: &'v [Value], valued: &[&str]) -> &'v [Value] {
    let mut rest = arguments;
    while let [first, behind @ ..] = rest
        && first.is_option()
    {
        rest = behind;
        if first.text == "--" {
            break;
        }
        if takes_next(&first.text, valued) {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    rest
}

fn su(arguments: &[Value]) -> Wrapped {
    let at = arguments.iter().position(|value| matches!(value.text.as_str(), "-c" | "--command"));
    let text = at.and_then(|at| arguments.get(at + 1)).and_then(Value::known);
    match text {
        Some(text) => Wrapped::Script { text: text.into(), arguments: Vec::new() },
        None => Wrapped::Unknown,
    }
}

/// The file that a wrapper makes.
pub(super) fn made<'v>(name: &str, arguments: &'v [Value]) -> Option<&'v Value> {
    let form = FORMS.iter().find(|form| form.name == name && name == "flock")?;
    behind_options(arguments, form.valued).first()
}

fn shell(arguments: &[Value]) -> Wrapped {
    let mut rest = arguments;
    while let [first, behind @ ..] = rest
        && first.text.starts_with(['-', '+'])
    {
        let flags = first.text.trim_start_matches(['-', '+']);
        rest = behind;
        if first.text.starts_with("--") {
            if matches!(first.text.as_str(), "--version" | "--help") {
                return Wrapped::Nothing;
            }
            continue;
        }
        if flags.contains('o') {
            rest = rest.get(1..).unwrap_or_default();
        }
        if flags.contains('c') {
            return match rest.split_first() {
                Some((text, own)) => match text.known() {
                    // The first word behind it is `$0`.
                    Some(text) => Wrapped::Script {
                        text: text.into(),
                        arguments: own.get(1..).unwrap_or_default().to_vec(),
                    },
                    None => Wrapped::Unknown,
                },
                None => Wrapped::Unknown,
            };
        }
    }
    Wrapped::Unknown
}

/// `python -m pip` is `pip`.
fn python(arguments: &[Value]) -> Option<Wrapped> {
    let [option, module, ..] = arguments else { return None };
    let runs_pip = option.known() == Some("-m") && module.known() == Some("pip");
    let words = arguments.get(1..)?.to_vec();
    let given = Vec::new();
    runs_pip.then_some(Wrapped::Command { words, privileged: false, open: false, given })
}
