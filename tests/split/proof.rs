//! The proof of every fixture, in containers of one image: the original at a task start, and the
//! cached part before the run part, leave the same.
//!
//! The programs are those of a bake and of a task, without the engine's part between them, since
//! a bake of each would take minutes; `verify.rs` takes the whole way with some.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use prebake::domain::script::start;
use prebake::domain::split::picture::{IGNORED, PROGRAM, Picture};

use crate::fixtures::{self, Fixture};
use crate::support::{Docker, World, repository, unique};

/// Bakes `CACHED` as a bake would, without the variables of a task; then becomes the task.
const BOTH: &str = r#"
if [ -n "$CACHED" ]; then
  mkdir /tmp/.prebake
  printf '%s' "$CACHED" > /tmp/.prebake/cached_preflight.sh
  ( unset CACHED START PICTURE TASK_ID AGENTS_RUNNER_TASK_ID PREBAKE_RUN_PREFLIGHT
    exec bash /tmp/.prebake/cached_preflight.sh ) >&2 || exit 99
  rm -rf /tmp/.prebake
fi
start=$START picture=$PICTURE
unset CACHED START PICTURE OLDPWD
exec bash -c "$start" prebake N bash -c "$picture" picture "$@"
"#;

/// An image with programs that stand for those of a real system; removed at the end.
pub(crate) struct Image {
    docker: Docker,
    pub(crate) name: String,
}

impl Image {
    pub(crate) fn new(base: &str) -> Self {
        let docker = Docker::default();
        let name = format!("prebake-split-test:{}", unique());
        let container = format!("prebake-split-test-{}", unique());
        let programs = repository().join("tests/split/programs");
        let program = "cd /usr/local/bin; for name in yay apt npm pip pip3 apk dnf; do \
                       ln -s apt-get $name; done; mkdir -p /usr/local/lib; \
                       echo SETTING=given > /usr/local/lib/settings.sh; \
                       echo ID=tiny > /etc/os-release";
        docker.ask(["create", "--name", &container, base, "bash", "-c", program]);
        let from = format!("{}/.", programs.display());
        docker.ask(["cp", &from, &format!("{container}:/usr/local/bin")]);
        docker.ask(["start", "-a", &container]);
        docker.ask(["commit", &container, &name]);
        docker.ask(["rm", "-f", &container]);
        Self { docker, name }
    }

    /// No container was left that runs on it or on a layer above it, and no such layer.
    #[track_caller]
    pub(crate) fn has_no_children(&self) {
        let ancestor = format!("ancestor={}", self.name);
        assert_eq!(self.docker.lines(["ps", "-aq", "--filter", &ancestor]), [""; 0]);
        let id = self.docker.ask(["image", "inspect", &self.name, "--format", "{{.Id}}"]);
        let layers = self.docker.lines([
            "images",
            "-q",
            "--no-trunc",
            "--filter",
            "reference=agent-runner-env",
        ]);
        for layer in layers {
            let format = "{{.Parent}}";
            // Another test may have removed it meanwhile.
            let parent = self.docker.try_ask(["image", "inspect", &layer, "--format", format]);
            let parent = parent.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
            assert_ne!(parent.as_deref(), Some(&*id), "{layer} is left");
        }
    }

    /// What a task finds: its exit status, and its picture.
    fn look(&self, cached: &str, run: &str) -> (i32, Picture) {
        let mut command = std::process::Command::new("docker");
        command.args(["run", "--rm", "-e", "TASK_ID=verify", "-e", "AGENTS_RUNNER_TASK_ID=verify"]);
        let variables = [
            ("CACHED", cached),
            ("PREBAKE_RUN_PREFLIGHT", run),
            ("START", &start("N")),
            ("PICTURE", PROGRAM),
        ];
        for (name, value) in variables {
            command.env(name, value).args(["-e", name]);
        }
        command.args([&self.name, "bash", "-c", BOTH, "both"]).args(IGNORED);
        // Programs lie where no script changes them.
        command.args(["/usr/bin", "/usr/lib", "/lib64"]);
        let output = command.output().unwrap();
        let code = output.status.code().unwrap();
        assert_ne!(code, 99, "the cached part fails:\n{cached}\n{output:?}");
        (code, Picture::parse(&String::from_utf8_lossy(&output.stdout)))
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        self.docker.try_ask(["image", "rm", "-f", &self.name]);
    }
}

#[test]
fn every_fixture_does_the_same_in_two_parts() {
    let world = World::new();
    let image = Image::new(world.base());
    let fixtures = fixtures::all();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(String::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(fixture) = fixtures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(difference) = difference(&image, fixture) {
                        let _ = writeln!(wrong.lock().unwrap(), "{}: {difference}", fixture.name);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn difference(image: &Image, fixture: &Fixture) -> Option<String> {
    let (code, one) = image.look("", &fixture.text);
    let (other_code, other) = image.look(&fixture.split.cached, &fixture.split.run);
    if code != other_code {
        return Some(format!("exit {code}, in two parts {other_code}"));
    }
    // What ends before the command leaves no picture.
    assert_eq!(code == 0, one.is_complete(), "{}: exit {code}", fixture.name);
    let found = one.differences(&other);
    (!found.is_empty()).then(|| format!("{found:?}"))
}
