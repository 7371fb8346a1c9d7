//! The world that the pictures show: a small workshop with its environments, its base image with a
//! program that unpacks packages, and an engine of its own.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::{EnvironmentBuilder, Screen, SecondEngine, World, within};
use crate::svg::Picture;

/// The base image of all environments.
const BASE: &str = "workshop/base:12";

/// What the base image has for installing: a package is three files. The mirror of the large one
/// answers when the gate is opened. The pauses keep apart what bash and it write to two streams,
/// which an engine does not put in order.
const FETCH: &str = r#"#!/bin/bash
# fetch NAME VERSION: unpacks a package to /opt.
set -euo pipefail
trap 'sleep 0.3' EXIT
sleep 0.3
printf '\033[1;34m==>\033[0m \033[1m%s %s\033[0m\n' "$1" "$2"
if [ "$1" = corpus ]; then
  until [ -e /tmp/gate ]; do sleep 0.02; done
  rm /tmp/gate
fi
mkdir -p "/opt/$1"
for part in bin lib share; do
  seq -f "$1-$2 $part %05g" $((${#1} * ${#part} * 900)) > "/opt/$1/$part"
  printf '    %-6s %8d kB\n' "$part" $(($(wc -c < "/opt/$1/$part") / 1024))
done
printf '    \033[32munpacked\033[0m to /opt/%s\n' "$1"
"#;

/// The cached preflight whose bake is seen.
pub(crate) const DATA: &str = r#"#!/bin/bash
set -euo pipefail

# Tools first: they change least.
fetch duckdb 1.4.1
fetch sqlite 3.50.4
fetch jq 1.8.1

# Large, from a slow mirror.
fetch corpus 2026.10

sort -u /opt/corpus/* > /opt/words
echo "$(wc -l < /opt/words) words"
"#;

/// What tasks in it do first.
const DATA_RUN: &str = r#"#!/bin/bash
set -euo pipefail

export WORK="/tmp/work-$TASK_ID"
export PATH="/opt/duckdb/bin:$PATH"
mkdir -p "$WORK"
cd "$WORK"
"#;

const API: &str = r"#!/bin/bash
set -euo pipefail

fetch node 22.20.0
fetch pnpm 10.18.0

cat > /etc/api.conf <<EOF
port = 8080
workers = $(nproc)
EOF
";

const API_RUN: &str = r#"#!/bin/bash
set -euo pipefail

export PORT=8080
export API_LOG="/tmp/api-$TASK_ID.log"
for step in migrate seed; do
  echo "$step: done" >> "$API_LOG"
done
"#;

/// Fails in line 6: there is no such program.
const DOCS: &str = r"#!/bin/bash
set -euo pipefail

fetch pandoc 3.8
mkdir -p /srv/docs
mkdocs build --strict --site-dir /srv/docs
fetch fonts 2.37
";

const DOCS_RUN: &str = r#"#!/bin/bash
export SITE=/srv/docs
cd "$SITE"
"#;

/// With findings.
const ML: &str = r#"#!/bin/bash
set -eu

apt-get update -q
apt-get install -y -q python3-venv git-lfs
python3 -m venv /opt/venv
for wheel in $WHEELS; do
  /opt/venv/bin/pip install $wheel
done
cd /opt/models
git clone --depth 1 $MODEL_REPO current
if [ $? -ne 0 ]; then
  echo "no models" >&2
fi
version=`cat current/VERSION`
"#;

const ML_RUN: &str = r"#!/bin/bash
export HF_HOME=/tmp/hf-$TASK_ID
mkdir -p $HF_HOME
source /opt/venv/bin/activate
";

const WEB: &str = r"#!/bin/bash
set -euo pipefail

fetch node 22.20.0
fetch chromium 141
";

/// The workshop, and where its pictures go.
pub(crate) struct Workshop {
    pub(crate) world: World,
    _engine: SecondEngine,
    folder: PathBuf,
    /// What is random, and what is shown in its place.
    masks: RefCell<Vec<(String, String)>>,
}

impl Workshop {
    /// Opens it, with nothing baked.
    pub(crate) fn open(folder: &Path) -> Self {
        // What a file system and the images leave free of it is far from the next tenth of a GiB.
        let engine = SecondEngine::start(Some("24G"));
        let mut world = World::alone_on(engine.docker());
        world.base_with_program(BASE, "usr/local/bin/fetch", FETCH);
        let folder = folder.to_owned();
        let workshop = Self { world, _engine: engine, folder, masks: RefCell::default() };
        // `/tmp/prebake-test-…`, as it is told where the log of a bake is.
        let config = workshop.world.config();
        let random = config.parent().and_then(Path::file_name).unwrap().to_string_lossy();
        workshop.mask(&random, "prebake-of-workshop");
        workshop
    }

    /// All environments of the pictures.
    pub(crate) fn furnish(&mut self) {
        let on_base = |e: EnvironmentBuilder| e.base(BASE);
        self.world.write("api", |e| {
            let e = on_base(e).cached_exactly(API).run(API_RUN).workdir("/srv");
            e.variable("LOG_LEVEL", "info")
                .variable("REGION", "eu-north")
                .command(&["bash", "-l"])
                .mounts(&["api-cache:/srv/cache"])
        });
        self.world.write("data", |e| on_base(e).cached_exactly(DATA).run(DATA_RUN));
        self.world.write("docs", |e| on_base(e).cached_exactly(DOCS).run(DOCS_RUN));
        self.world.write("legacy", |e| on_base(e).caching(false).run("#!/bin/bash\nmake deps\n"));
        self.world.write("ml", |e| on_base(e).cached_exactly(ML).run(ML_RUN));
        self.world.write("web", |e| on_base(e).cached_exactly(WEB).run("#!/bin/bash\n"));
    }

    /// One environment without scripts, for whoever writes them.
    pub(crate) fn furnish_bare(&mut self, name: &str) {
        self.world.write(name, |e| e.base(BASE));
    }

    /// A bake of `data` that takes so long, for the estimate of the next one. A busy machine needs
    /// longer than it was given; then it is baked again.
    pub(crate) fn bake_data_in(&self, time: Duration) {
        let slack = Duration::from_millis(400);
        let mut wait = time.saturating_sub(slack);
        for _ in 0..5 {
            let bake = self.world.prebake(["build", "data", "--no-cache"]).start();
            self.world.baking("data");
            let begun = Instant::now();
            within(time * 2, "the time of the bake", || (begun.elapsed() >= wait).then_some(()));
            self.world.open_gate("data");
            bake.wait().succeeds();
            let took = self.bake_took("data");
            if took.abs_diff(time) < slack {
                return;
            }
            wait = (wait + time).saturating_sub(took);
        }
        panic!("the machine is too busy for a bake of {time:?}");
    }

    /// How long the last bake of an environment took.
    pub(crate) fn bake_took(&self, name: &str) -> Duration {
        let known = self.world.prebake(["explain", name, "--json"]).run().succeeds().json();
        Duration::from_millis(known["newest"][0]["duration_ms"].as_u64().unwrap())
    }

    /// The settings of the screens that are opened from now on.
    pub(crate) fn settings(&self, text: &str) {
        fs::write(self.world.config().join("settings.toml"), text).unwrap();
    }

    /// A screen in a terminal with all colours.
    pub(crate) fn screen(&self, size: (u16, u16)) -> Screen {
        self.screen_as("TERM=xterm-256color COLORTERM=truecolor LC_ALL=C.UTF-8", size)
    }

    /// A screen in a terminal that the variables describe.
    pub(crate) fn screen_as(&self, variables: &str, size: (u16, u16)) -> Screen {
        Screen::run(&self.world, &format!("exec {} \"$PREBAKE\"", surroundings(variables)), size)
    }

    /// Shows `shown`, which is as long, in the place of `random` from now on.
    pub(crate) fn mask(&self, random: &str, shown: &str) {
        assert_eq!(random.len(), shown.len());
        self.masks.borrow_mut().push((random.to_owned(), shown.to_owned()));
    }

    /// Takes a picture of what is seen.
    pub(crate) fn take(&self, screen: &Screen, name: &str) {
        let picture = Picture::of(&screen.seen(), &self.masks.borrow());
        fs::write(self.folder.join(format!("{name}.svg")), picture.svg()).unwrap();
        eprintln!("screenshots: {name}");
    }

    /// Where its pictures go.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// What runs a program with these variables and nothing of the person's own terminal.
pub(crate) fn surroundings(variables: &str) -> String {
    let others =
        ["NO_COLOR", "TMUX", "STY", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "COLORFGBG"];
    let away = others.map(|name| format!("-u {name}")).join(" ");
    format!("env {away} -u COLORTERM -u LANG -u LC_CTYPE TZ=UTC {variables}")
}
