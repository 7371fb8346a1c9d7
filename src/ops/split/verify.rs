//! The proof of a split: the original at a task start, and the two parts where they belong, give
//! the same files, exports, working directory and status.
//!
//! Both are ordinary tasks of environments that exist only here. They see no mounts, so nothing
//! outside of their containers is touched, and what they leave is removed: the image of the baked
//! part, whose key is nobody else's by a comment in its script, and all records.

use super::Split;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::LayerKind;
use crate::domain::split::joined;
use crate::domain::split::picture::{Difference, IGNORED, PROGRAM, Picture};
use crate::ops::bake::kept;
use crate::ops::context::random_hex;
use crate::ops::run::relay::Ending;
use crate::ops::run::{Channels, Fallback, RunRequest, Staleness, TaskCommand, run};
use crate::ops::{Context, Intents, OpError, Progress, Watch};
use crate::store::Folders;

/// The id of both tasks, so that nothing differs by it.
const TASK: &str = "verify";

/// What came of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both gave the same.
    Equal,
    /// They did not.
    Differs(Vec<Difference>),
    /// The baked part failed.
    BakeFailed(String),
}

/// The two scripts of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scripts {
    /// What is baked.
    pub cached: String,
    /// What runs at task start.
    pub run: String,
}

impl Scripts {
    /// Those of an environment before its script `original` was split.
    #[must_use]
    pub fn before(environment: &Environment, original: &str) -> Self {
        Self { cached: environment.cached_preflight_script.clone(), run: original.to_owned() }
    }

    /// Those of an environment whose script was split.
    #[must_use]
    pub fn after(environment: &Environment, split: &Split) -> Self {
        let cached = joined(&environment.cached_preflight_script, &split.cached);
        Self { cached, run: split.run.clone() }
    }

    /// Those of an environment whose single script was split before, and that single script; if
    /// it keeps one.
    #[must_use]
    pub fn kept(environment: &Environment) -> Option<[Self; 2]> {
        let single = &environment.preflight_script;
        if single.is_empty() || environment.cached_preflight_script.is_empty() {
            return None;
        }
        let one = Self { cached: String::new(), run: single.clone() };
        let run = environment.run_preflight_script.clone();
        Some([one, Self { cached: environment.cached_preflight_script.clone(), run }])
    }
}

/// Runs two pairs of scripts in tasks as `environment` has them, and compares what they leave.
pub async fn verify(
    context: &Context,
    environment: &Environment,
    [before, after]: &[Scripts; 2],
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Verdict, OpError> {
    let place = tempfile::tempdir().map_err(|error| {
        OpError::Unusable(format!(
            "cannot make a temporary folder: {error}; set `TMPDIR` to one that can be written"
        ))
    })?;
    // Records and logs of these tasks are nobody's business.
    let folders = Folders::new(place.path().join("config"), place.path().join("state"));
    let context = Context::new(context.engine.clone(), folders);
    let first = look(&context, environment, before, intents, watch).await?;
    match look(&context, environment, after, intents, watch).await {
        Err(OpError::NoFallback { cause }) => Ok(Verdict::BakeFailed(cause)),
        second => Ok(verdict(&first, &second?)),
    }
}

/// An environment with these scripts, and without what would reach out of its containers.
fn plain(environment: &Environment, scripts: &Scripts, nonce: &str) -> Environment {
    let mut cached = scripts.cached.clone();
    // A key of its own, so that the image is nobody else's.
    if !cached.is_empty() {
        cached = format!("{}\n# {nonce}\n", cached.trim_end_matches('\n'));
    }
    Environment {
        cached_preflight_script: cached,
        run_preflight_script: scripts.run.clone(),
        headless_desktop_enabled: false,
        cache_container_build: true,
        mounts: Vec::new(),
        cache_mounts: Vec::new(),
        preflight_enabled: false,
        preflight_script: String::new(),
        ..environment.clone()
    }
}

/// A status that kept the command from starting, or what the command found.
type Found = Result<Picture, i64>;

/// What a task with these scripts finds. An image that was baked for it is removed.
async fn look(
    context: &Context,
    environment: &Environment,
    scripts: &Scripts,
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Found, OpError> {
    // A name and a key of their own: other proofs may run at the same time.
    let nonce = random_hex(16)?;
    let id = EnvironmentId::parse(&format!("split-verify-{nonce}"))
        .map_err(|error| OpError::Unusable(error.to_string()))?;
    let environment = plain(environment, scripts, &nonce);
    let mut look = Look::new(watch);
    let found = look.at(context, &id, &environment, intents).await;
    if let Some(image) = &look.baked {
        context.engine.remove_image(image).await?;
    }
    // The state of a failed bake is kept for a look into it, which nobody asked for here.
    if found.is_err()
        && let Some(failed) = kept(context, &id, LayerKind::Environment).await?
    {
        context.engine.remove_container(&failed.id).await?;
    }
    found
}

fn verdict(first: &Found, second: &Found) -> Verdict {
    let differences = match (first, second) {
        (Ok(first), Ok(second)) => first.differences(second),
        (Err(first), Err(second)) if first == second => Vec::new(),
        _ => vec![Difference { what: "the exit status".to_owned(), how: "is not the same" }],
    };
    if differences.is_empty() { Verdict::Equal } else { Verdict::Differs(differences) }
}

/// Watches a task that draws a picture, and passes on what somebody may want to see of it.
struct Look<'w> {
    watch: &'w mut dyn Watch,
    output: Vec<u8>,
    baked: Option<String>,
    in_command: bool,
}

impl<'w> Look<'w> {
    fn new(watch: &'w mut dyn Watch) -> Self {
        Self { watch, output: Vec::new(), baked: None, in_command: false }
    }

    /// Runs the task.
    async fn at(
        &mut self,
        context: &Context,
        id: &EnvironmentId,
        environment: &Environment,
        intents: &mut Intents,
    ) -> Result<Found, OpError> {
        let mut command = ["bash", "-c", PROGRAM, "picture"].map(str::to_owned).to_vec();
        command.extend(IGNORED.map(str::to_owned));
        let task = |name: &str| (name.to_owned(), TASK.to_owned());
        let request = RunRequest {
            command: TaskCommand::Given(command),
            variables: vec![task("TASK_ID"), task("AGENTS_RUNNER_TASK_ID")],
            fallback: Fallback::Refused,
            staleness: Staleness::Refused,
            ..RunRequest::default()
        };
        let (_sender, mut signals) = tokio::sync::mpsc::channel(1);
        let channels = Channels { intents, signals: &mut signals, input: None, size: None };
        let end = run(context, id, environment, &request, channels, self).await?;
        match end.ending {
            Ending::Exited(0) => {
                let picture = Picture::parse(&String::from_utf8_lossy(&self.output));
                if picture.is_complete() {
                    return Ok(Ok(picture));
                }
                Err(OpError::Unusable(format!(
                    "cannot compare files in image `{}`: it needs `find`, `stat` and `sha256sum`; use a base image that has them",
                    environment.base_image
                )))
            }
            Ending::Exited(code) | Ending::StageFailed { code, .. } => Ok(Err(code)),
            Ending::Left(_) => Err(OpError::Interrupted),
        }
    }
}

impl Watch for Look<'_> {
    fn see(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::CommandBegan => self.in_command = true,
            Progress::Output { source: crate::domain::log::Source::Stdout, bytes }
                if self.in_command =>
            {
                self.output.extend_from_slice(bytes);
                return;
            }
            Progress::Baked { image, how: "baked", .. } => self.baked = Some(image.to_owned()),
            _ => {}
        }
        self.watch.see(progress);
    }
}
