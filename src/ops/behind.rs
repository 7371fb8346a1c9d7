//! Bakes that go on behind whoever asked for them, in a process of their own: no terminal's end
//! reaches it. The bake itself is the engine's; what comes after its scripts needs somebody.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::bake;
use super::resolve::Resolved;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::ops::{Context, OpError, Progress, Watch};
use crate::store::bake_lock::BakeLock;

/// The program that is started, and on which engine.
#[derive(Clone, Debug)]
pub struct Detached {
    program: PathBuf,
    host: Option<String>,
}

impl Detached {
    /// This program, on the engine that `--host` named.
    pub fn own(host: Option<&str>) -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, host: host.map(str::to_owned) })
    }

    /// Starts `prebake build --quiet` with these arguments.
    pub fn build(&self, arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> io::Result<()> {
        use std::os::unix::process::CommandExt as _;

        let mut command = Command::new(&self.program);
        if let Some(host) = &self.host {
            command.args(["--host", host]);
        }
        command.args(["build", "--quiet"]).args(arguments).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        // Whoever goes on for hours leaves no zombie.
        std::thread::spawn(move || child.wait());
        Ok(())
    }
}

/// What becomes of stale layers on which a task starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behind {
    /// They are baked anew from now on.
    Begun,
    /// They are being baked anew by a client of this machine.
    Running,
    /// Nothing: the environment's `freshness` is `never`, or nobody can be left with it.
    Nothing,
    /// Nothing: the last try failed a moment ago, or none could be begun; why.
    Failed(String),
}

impl Behind {
    /// The word for it in events.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Running => "running",
            Self::Nothing => "nothing",
            Self::Failed(_) => "failed",
        }
    }
}

/// Has what is `wanted` baked behind a task that starts on stale layers, tells so, and returns why
/// they are stale.
pub(super) async fn bake(
    context: &Context,
    (id, environment): (&EnvironmentId, &Environment),
    wanted: &Resolved,
    served: &str,
    detached: Option<&Detached>,
    watch: &mut dyn Watch,
) -> Result<String, OpError> {
    let mut misses = wanted.plan.misses();
    let Some(first) = misses.next() else { return Ok(String::new()) };
    let why = first.reason().words();
    let behind = match detached {
        Some(detached) if environment.freshness.bakes_behind() => {
            let name = first.layer().key.bake_container();
            if let Some(error) = bake::failed_before(context, id, first, &wanted.base).await? {
                Behind::Failed(error.to_string())
            } else if matches!(BakeLock::try_take(&context.folders.locks(), &name), Ok(None)) {
                Behind::Running
            } else {
                match detached.build([id.as_str()]) {
                    Ok(()) => Behind::Begun,
                    Err(error) => Behind::Failed(format!(
                        "cannot leave the bake to itself: {error}; run `prebake build {id}`"
                    )),
                }
            }
        }
        _ => Behind::Nothing,
    };
    watch.see(Progress::Stale {
        environment: id.as_str(),
        image: served,
        why: &why,
        behind: &behind,
    });
    Ok(why)
}
