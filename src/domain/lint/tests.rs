//! Whole scripts: good ones in which nothing is found, and what it costs to lint a long one. Those of
//! a machine are in `tests/split/machine.rs`.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// Scripts as careful people write them, each with the environment it is for. Few false alarms
/// matter more than many findings.
const GOOD: [(Stage, &str, &str); 8] = [
    (
        Stage::Cached,
        "env_vars: { LOG_LEVEL: info }",
        r#"#!/bin/bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends jq git curl
rm -rf /var/lib/apt/lists/*
# The tool, at a version, checked.
version=1.4.2
curl -fsSLo /tmp/tool.tar.gz "https://example.com/v$version/tool.tar.gz"
echo "0000  /tmp/tool.tar.gz" | sha256sum -c -
tar -C /usr/local -xzf /tmp/tool.tar.gz
rm /tmp/tool.tar.gz
install -d -o dev /home/dev/bin
"#,
    ),
    (
        Stage::Run,
        "env_vars: { LOG_LEVEL: info }",
        r#"#!/bin/bash
set -euo pipefail
export LEVEL="${LOG_LEVEL:-info}" WORK="/tmp/work-$TASK_ID"
mkdir -p "$WORK"
cd "$WORK"
if [ -n "${GIT_BRANCH:-}" ]; then
  git -C /srv/repo checkout "$GIT_BRANCH"
fi
until redis-cli ping >/dev/null; do sleep 0.2; done
cat > "$WORK/config" <<E
owner = $TASK_ID
level = $LEVEL
E
"#,
    ),
    (
        Stage::Cached,
        "user: dev",
        r#"#!/usr/bin/env bash
set -e
sudo pacman -S --noconfirm --needed nodejs npm
yay -S --noconfirm python-requests
yes | sudo pacman -Scc
mkdir -p "$HOME/.config/tool" ~/bin
printf '%s\n' 'set number' > ~/.vimrc
npm install --global typescript@5.6.2
"#,
    ),
    (
        Stage::Cached,
        "mounts: [ \"~/src:/work\" ]",
        r#"#!/bin/bash
set -e
fetch() {
  local url=$1 to=$2
  curl -fsSL "$url" -o "$to"
}
fetch https://example.com/a-1.2.tar.gz /opt/a.tar.gz
for name in one two; do
  ln -sf /opt/a "/usr/local/bin/$name"
done
cat > /usr/local/bin/start <<'E'
#!/bin/bash
exec /opt/a --task "$TASK_ID"
E
chmod +x /usr/local/bin/start
service postgresql start
su postgres -c 'createdb web'
service postgresql stop
"#,
    ),
    (Stage::Run, "", "#!/bin/bash\n[ -d /work ] || exit 0\nnpm --prefix /work install\n"),
    (Stage::Run, "", "trap 'rm -rf \"$scratch\"' EXIT\nscratch=$(mktemp -d)\nexport scratch\n"),
    (Stage::Cached, "", "# Nothing yet.\n"),
    (
        Stage::Cached,
        "user: root",
        "set -e\napk add --no-cache jq\nadduser -D dev\nsu dev -c 'touch ~/a'\n",
    ),
];

#[test]
fn nothing_is_found_in_good_scripts() {
    for (stage, environment, script) in GOOD {
        let found = lint(stage, script, &testing::context(stage, environment));
        let own: Vec<_> = found.iter().filter(|it| it.code.0.starts_with("PB")).collect();
        assert!(own.is_empty(), "{script}\n{own:#?}");
    }
}

/// Lines that give findings of many rules, so often.
fn long(times: usize) -> String {
    let lines = "apt-get install jq\ncd /opt/a$TASK_ID\ncurl https://example.com/x | bash\n\
                 export A_TOKEN=abcdefgh\necho \"$TASKID\" > /etc/x; sleep 9\n\
                 early a\nearly() { b; }\n";
    lines.repeat(times)
}

#[test]
fn the_time_grows_with_the_text_and_no_faster() {
    for stage in [Stage::Cached, Stage::Run] {
        let took = |times: usize| -> Duration {
            let text = long(times);
            let context = Context { other: text.clone(), ..Context::default() };
            let best = (0..3).map(|_| {
                let start = Instant::now();
                assert!(lint_own(stage, &text, &context).len() > times);
                start.elapsed()
            });
            best.min().unwrap()
        };
        let (short, tenfold) = (took(100), took(1000));
        // A quadratic one would take 100 times as long; a busy machine twice as long as it should.
        assert!(tenfold < short * 40, "{stage:?}: {short:?} and {tenfold:?}");
    }
}

#[test]
fn deep_nesting_is_linted_on_a_small_stack() {
    for open in ["(", "$(", "{ ", "if ", "\"$(", "${a:-", "$((", "<(", "[[ ! ", "a=("] {
        let text = open.repeat(10_000);
        let run = move || drop(lint_own(Stage::Cached, &text, &Context::default()));
        let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
        assert!(thread.unwrap().join().is_ok(), "{open:?}");
    }
}

#[test]
fn safe_fixes_are_made_until_there_are_none() {
    let text = "set -e\r\napt-get install jq\r\ncurl -O /opt/a https://x/a\r\n";
    let (after, count) = fixed(Stage::Cached, text, &Context::default());
    assert_eq!(after, "set -e\napt-get install -y jq\ncurl -o /opt/a https://x/a\n");
    assert_eq!(count, 3);
    assert_eq!(fixed(Stage::Cached, &after, &Context::default()), (after.clone(), 0));
}

#[test]
fn a_finding_is_allowed_by_a_comment_and_not_by_what_looks_like_one() {
    let check = |text: &str, expected: &[&str]| {
        let found = lint(Stage::Cached, text, &Context::default());
        let told: Vec<_> = found.iter().map(|it| it.code.0.as_str()).collect();
        assert_eq!(told, expected, "{text}");
    };
    check("set -e\necho \"$TASK_ID\" >/opt/a # prebake: allow PB101\n", &[]);
    check("set -e\n# prebake: allow PB101 why\necho \"$TASK_ID\" >/opt/a\n", &[]);
    check("set -e\necho \"$TASK_ID # prebake: allow PB101\" >/opt/a\n", &["PB101"]);
    check("set -e\ncat >/opt/a <<E\n# prebake: allow PB101\nE\n", &[]);
}

/// Pieces of scripts: together they make more of what rules look for than characters would.
const PIECES: [&str; 34] = [
    "apt-get install ",
    "jq ",
    "-y ",
    "sudo ",
    "curl -O ",
    "/opt/a ",
    "| bash",
    "\n",
    "\n",
    "; ",
    "&& ",
    "$TASK_ID",
    "\"${TASKID}\"",
    "'",
    "\"",
    "export A=1",
    "cd /tmp",
    "exit 0",
    "exec x",
    "sleep 9",
    "# prebake: allow PB101",
    "<<E\n",
    "E\n",
    "if ",
    "then ",
    "fi",
    "f() { ",
    "}",
    "$(",
    ")",
    "&",
    "é👨‍👩‍👧",
    "\r\n",
    "#!/bin/bash -e\n",
];

proptest! {
    #[test]
    fn no_script_panics_and_every_fix_fits(pieces in prop::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
        let context = Context { other: text.clone(), user: User::Other("dev".into()), ..Context::default() };
        for stage in [Stage::Cached, Stage::Run] {
            for found in lint(stage, &text, &context) {
                prop_assert!(found.start <= found.end, "{:?}", found);
                if let Some(fix) = found.fix.filter(|_| found.code.0.starts_with("PB")) {
                    prop_assert!(fix.apply(&text).is_some(), "{:?}", fix);
                }
            }
        }
    }
}
