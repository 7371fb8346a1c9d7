//! A variable that nobody sets, and one that is spelled nearly like it.

use std::collections::{HashMap, HashSet};

use super::secret::is_secret;
use super::subject::Subject;
use super::task_variable::{has_default, operator};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Invocation, Named, Unknown};
use crate::domain::environment::Stage;
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB305",
    title: "a variable that nobody sets, spelled nearly like another",
    severity: Severity::Warning,
    why: "\
Nobody sets this variable, and there is one with nearly its name: `TASKID` where `TASK_ID` is
meant. Bash takes it for empty and goes on, unless `set -u` is in effect. One with a default
(`${TASKID:-}`) or an error of its own (`${TASKID:?}`), one that shells, systems and images have,
such as `SHELL` and `PYTHONPATH`, and what stands behind a file that is sourced are not told.",
    example: Example {
        environment: "",
        bad: "set -e\nOUTPUT=/opt/out\nmkdir -p \"$OUTPTU\"\n",
        good: "set -e\nOUTPUT=/opt/out\nmkdir -p \"$OUTPUT\" \"$HOME/outputs\"\n",
    },
    check,
};

/// Shorter names are nearly like anything.
const SHORTEST: usize = 5;

/// Names that are compared at most: a text with more of them was written by no person.
const MOST: usize = 500;

/// As many of one statement.
const MOST_IN_ONE: usize = 20;

/// How names begin that shells and systems set, which no text here does.
const OTHERS: [&str; 6] = ["BASH", "COMP_", "LC_", "XDG_", "SSH_", "PREBAKE"];

/// Names that are there, or may well be: of shells, of systems, and of what images bring along.
const GIVEN: &str = "\
ALL_PROXY ANDROID_HOME ANDROID_SDK_ROOT BROWSER CARGO_HOME CDPATH CFLAGS CLASSPATH \
CMAKE_PREFIX_PATH COLORTERM COLUMNS CONDA_DEFAULT_ENV CONDA_PREFIX CPPFLAGS CUDA_HOME CUDA_PATH \
CXXFLAGS DBUS_SESSION_BUS_ADDRESS DEBIAN_FRONTEND DISPLAY DOCKER_HOST EDITOR EPOCHSECONDS \
FIGNORE FTP_PROXY FUNCNAME GITHUB_ACTIONS GITHUB_TOKEN GITHUB_WORKSPACE GITLAB_TOKEN GOPATH \
GOROOT GRADLE_HOME GROUPS HISTFILE HISTSIZE HOSTNAME HOSTTYPE HTTPS_PROXY HTTP_PROXY INPUTRC \
JAVA_HOME KUBECONFIG LANGUAGE LDFLAGS LD_LIBRARY_PATH LD_PRELOAD LIBRARY_PATH LINENO LINES \
LOGNAME MACHTYPE MAILPATH MAKEFLAGS MANPATH MAPFILE MAVEN_HOME NODE_ENV NODE_OPTIONS NODE_PATH \
NO_PROXY NVM_DIR OLDPWD OPTARG OPTERR OPTIND OSTYPE PAGER PIPESTATUS PKG_CONFIG_PATH \
PROMPT_COMMAND PYTHONHOME PYTHONPATH RANDOM REPLY RUSTUP_HOME SECONDS SHELL SHELLOPTS SHLVL \
SUDO_UID SUDO_USER TIMEFORMAT TMPDIR TMOUT USERNAME VIRTUAL_ENV VISUAL WAYLAND_DISPLAY \
XAUTHORITY all_proxy ftp_proxy http_proxy https_proxy no_proxy histchars";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut known: Vec<&str> =
        subject.facts.iter().flat_map(|facts| &facts.sets).map(|it| it.name.as_str()).collect();
    if subject.stage == Stage::Run {
        known.extend(["TASK_ID", "AGENTS_RUNNER_TASK_ID"]);
        known.extend(subject.context.variables.iter().map(String::as_str));
    }
    known.sort_unstable();
    known.dedup();
    let copied = copied(subject);
    let mut meant: HashMap<&str, Option<&str>> = HashMap::new();
    let mut found = Vec::new();
    for facts in &subject.facts {
        // What is read or put together elsewhere may set anything; `$SUDO make` does not.
        let is_program = |it: &Unknown| {
            it.what.starts_with(['$', '"'])
                && !facts.commands.iter().any(|command| command.span == it.span)
        };
        if facts.unknown.iter().any(|it| it.in_shell && !is_program(it)) {
            break;
        }
        let is_source = |it: &Invocation| matches!(it.name.as_str(), "source" | "." | "eval");
        if facts.commands.iter().any(is_source) {
            continue;
        }
        for read in &facts.reads {
            let name = read.name.as_str();
            let is_known = known.binary_search(&name).is_ok();
            let expansion = subject.of(read.span);
            let is_guarded = has_default(expansion) || operator(expansion).starts_with('?');
            if is_known || name.len() < SHORTEST || is_guarded {
                continue;
            }
            let near = || {
                let meant = known.iter().copied().take(MOST).find(|it| is_near(name, it))?;
                let is_secret = is_secret(name) && is_same(name, meant);
                let is_given = is_given(subject, name) || copied.contains(name) || is_secret;
                (!is_given).then_some(meant)
            };
            let Some(meant) = *meant.entry(name).or_insert_with(near) else { continue };
            let message = format!("nobody sets `{name}`; `{meant}` is probably meant");
            let bytes = read.span.start..read.span.end;
            let mut finding = Finding::new(bytes.clone(), message, format!("write `{meant}`"));
            if let Some(at) = subject.text[bytes.clone()].find(name) {
                let bytes = bytes.start + at..bytes.start + at + name.len();
                let title = format!("write `{meant}`");
                finding = finding.with(Fix::one(title, FixKind::Suggested, bytes, meant));
            }
            found.push(finding);
        }
    }
    found
}

/// Whether a variable is there though no text here sets it.
fn is_given(subject: &Subject<'_>, name: &str) -> bool {
    OTHERS.iter().any(|prefix| name.starts_with(prefix))
        || GIVEN.split(' ').any(|given| given == name)
        || subject.context.variables.iter().any(|it| it == name)
}

/// Names that a script takes over into its own: `output=$OUTPUT` means that there is one.
fn copied<'s>(subject: &'s Subject<'_>) -> HashSet<&'s str> {
    let each = subject.facts.iter().flat_map(|facts| {
        let sets = facts.sets.iter().take(MOST_IN_ONE);
        let is_taken = move |read: &&Named| {
            sets.clone().any(|set| set.name != read.name && is_same(&set.name, &read.name))
        };
        facts.reads.iter().take(MOST_IN_ONE).filter(is_taken)
    });
    each.map(|read| read.name.as_str()).collect()
}

/// Whether two names differ at most in case and underscores.
fn is_same(name: &str, other: &str) -> bool {
    let letters = |text: &'_ str| -> Vec<u8> {
        text.bytes().filter(|it| *it != b'_').map(|it| it.to_ascii_uppercase()).collect()
    };
    letters(name) == letters(other)
}

/// Whether two names differ in case, in underscores, or in one character that is wrong, missing,
/// too many, or swapped with its neighbour. A number at the end makes another name.
fn is_near(name: &str, other: &str) -> bool {
    if other.len() < SHORTEST || name.len().abs_diff(other.len()) > 2 {
        return false;
    }
    if is_same(name, other) {
        return true;
    }
    let (one, two) = (name.as_bytes(), other.as_bytes());
    let start = one.iter().zip(two).take_while(|(a, b)| a == b).count();
    let (one, two) = (&one[start..], &two[start..]);
    let end = one.iter().rev().zip(two.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, two) = (&one[..one.len() - end], &two[..two.len() - end]);
    let is_swap = one.len() == 2 && two.len() == 2 && one[0] == two[1] && one[1] == two[0];
    let is_one = one.len() <= 1 && two.len() <= 1;
    // `FILE1` and `FILE2`, `HOST` and `HOSTS`: names that are meant.
    let is_letter = one.iter().chain(two).all(u8::is_ascii_alphabetic);
    let is_plural = end == 0 && one.len() + two.len() == 1;
    (is_swap || is_one && is_letter && !is_plural) && start > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn nearly_the_name_of_another_is_told() {
        check(
            &RULE,
            Stage::Run,
            "env_vars: { LOG_LEVEL: x }",
            "\
mkdir \"/tmp/$TASKID\"
            ^^^^^^^ PB305 nobody sets `TASKID`; `TASK_ID` is probably meant
echo ${LOG_LEVL}
     ^^^^^^^^^^^ PB305 nobody sets `LOG_LEVL`; `LOG_LEVEL` is probably meant
",
        );
        let (bad, good) = ("echo \"${TASKID}\"\n", "echo \"${TASK_ID}\"\n");
        fixed(&RULE, Stage::Run, FixKind::Suggested, bad, good);
    }

    #[test]
    fn names_that_are_meant_are_not() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check("FILE_1=a\nFILES=b\nHOST=c\necho \"$FILE_2 $FILE_1 $FILES $HOSTS\"\n");
        check("echo \"${TASKID:-}\" \"$TASK_IDS\" \"$HOSTNAME\" \"$TASK_ID\"\n");
        check("TASKID=1\necho \"$TASKID\"\n");
        check("echo '$TASKID' \\$TASKID\n# $TASKID\n");
        check("echo \"${TASKID:?}\" \"${TASKID?no task}\"\n");
    }

    #[test]
    fn what_shells_systems_and_images_have_is_not() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        for name in
            ["shell", "ostype", "columns", "oldpwd", "logname", "editor", "pager", "display"]
        {
            check(&format!("{name}=a\necho \"${}\"\n", name.to_ascii_uppercase()));
        }
        check("tmpdir=/a\nmkdir \"$TMPDIR/a\"\npython_path=b\necho \"$PYTHONPATH\"\n");
        check("HTTP_PROXY=a\nexport HTTPS_PROXY=$https_proxy\necho \"$http_proxy\"\n");
        check("github_token=$(cat /a)\napi_token=$(cat /b)\necho \"$GITHUB_TOKEN $API_TOKEN\"\n");
        check("output=$OUTPUT\necho \"$OUTPUT\"\n");
    }

    #[test]
    fn what_may_be_set_elsewhere_is_not() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(". ./vars\necho \"$TASKID\"\n");
        check("[ -e vars ] && source vars\necho \"$TASKID\"\n");
        check("eval \"$(ssh-agent)\"\necho \"$TASKID\"\n");
        check("export $(xargs < .env)\necho \"$TASKID\"\n");
        check("read -r \"$name\" < a\necho \"$TASKID\"\n");
        check("( . ./vars; echo \"$TASKID\" )\n");
        check(
            "\
echo \"$TASKID\"
      ^^^^^^^ PB305 nobody sets `TASKID`; `TASK_ID` is probably meant
. ./vars
",
        );
        check(
            "\
. /etc/os-release
$SUDO make
output=/opt/out
mkdir \"$OUTPUT\"
       ^^^^^^^ PB305 nobody sets `OUTPUT`; `output` is probably meant
",
        );
    }
}
