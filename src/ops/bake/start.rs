//! The beginning of a bake: the container is created under the key's name, gets its scripts,
//! and is started.

use jiff::Timestamp;
use tokio::io::AsyncWriteExt as _;

use super::Job;
use super::caches::Caches;
use super::values::Known;
use crate::domain::cache_mount::APT;
use crate::domain::layer::recipe::BAKE_HOSTNAME;
use crate::domain::layer::{Layer, labels};
use crate::domain::owner::Owner;
use crate::domain::{script, secret};
use crate::engine::{
    Attachment, ContainerFacts, ContainerSpec, Engine, EngineError, ImageFacts, State, UploadFile,
};
use crate::ops::context::random_hex;
use crate::ops::{Context, OpError};
use crate::store::scripts::Scripts;

/// How many hex digits a bake's id has; it is the nonce of its markers too.
const BAKE_ID_DIGITS: usize = 24;

/// A bake that was started, with its output from the first byte.
pub(super) struct Started {
    pub(super) container: ContainerFacts,
    pub(super) attachment: Attachment,
}

/// Starts the bake of a job, of this layer; `None`: another client was faster.
pub(super) async fn start(
    job: &Job<'_>,
    layer: &Layer,
    secrets: &Known,
) -> Result<Option<Started>, OpError> {
    let context = job.context;
    let engine = &context.engine;
    let bake = random_hex(BAKE_ID_DIGITS)?;
    let mut all = labels::of_layer(layer, job.environment.as_str(), &bake, "bake");
    all.insert(labels::CLIENT.to_owned(), context.client.clone());

    let has_secrets = matches!(secrets, Known::Values(_));
    let mut spec = ContainerSpec {
        name: layer.key.bake_container(),
        image: job.below.id.clone(),
        // They come by the standard input and stay in memory: no file of this machine is mounted,
        // and nothing that the engine tells of a container shows them.
        memory: if has_secrets { secret::FOLDER.to_owned() } else { String::new() },
        stdin: has_secrets,
        user: layer.user.clone(),
        hostname: BAKE_HOSTNAME.to_owned(),
        // A check would run in the middle of the script. Only one that is there is switched
        // off: the commit restores the image's own, and could not restore that there is none.
        without_health_check: job.below.has_health_check(),
        labels: all.clone(),
        ..ContainerSpec::default()
    };
    let name = spec.name.clone();
    let mut attempt = 0;
    let (id, caches) = loop {
        let caches = Caches::choose(job, layer, attempt).await?;
        spec.program = program(layer, &bake, has_secrets, &caches);
        spec.mounts = caches.mounts();
        let id = match engine.create_container(spec.clone()).await {
            Ok(id) => id,
            Err(error) if error.is_conflict() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if caches.are_ours(engine, &id).await? {
            break (id, caches);
        }
        engine.remove_container(&id).await?;
        attempt += 1;
    };
    let filled = fill_and_start(job, layer, &id, &bake, secrets, &caches).await;
    let attachment = match filled {
        Ok(attachment) => attachment,
        Err(error) => {
            // No script ran, so there is nothing in it to look at. What kept it from starting
            // says more than a removal that fails too.
            let _ = engine.remove_container(&id).await;
            return Err(error);
        }
    };
    remember(context, layer);
    let container = ContainerFacts {
        id,
        name,
        labels: all,
        state: State::Running,
        out_of_memory: false,
        error: String::new(),
        image: job.below.id.clone(),
        arguments: Vec::new(),
        tty: false,
        stdin: has_secrets,
        created: Some(Timestamp::now()),
        started: None,
        finished: None,
        execs: 0,
        ports: Vec::new(),
    };
    Ok(Some(Started { container, attachment }))
}

/// What the container runs. All of it is entry point: a commit would put a command in place of an
/// empty one.
fn program(layer: &Layer, bake: &str, has_secrets: bool, caches: &Caches<'_>) -> Vec<String> {
    let mut program = vec!["bash", "-c", script::BAKE, "prebake", bake];
    if has_secrets {
        program.push(script::SECRETS_OPTION);
    }
    if caches.has(APT) {
        program.extend([script::APT_OPTION, APT]);
    }
    program.extend(layer.scripts.iter().map(|script| script.name));
    program.into_iter().map(str::to_owned).collect()
}

async fn fill_and_start(
    job: &Job<'_>,
    layer: &Layer,
    id: &str,
    bake: &str,
    secrets: &Known,
    caches: &Caches<'_>,
) -> Result<Attachment, OpError> {
    let engine = &job.context.engine;
    let user = if layer.user.is_empty() { job.below.user() } else { &layer.user };
    let owner = owner(engine, id, user, &layer.base.reference).await?;
    // In the file that is gone before the commit, since a commit keeps a container's variables.
    let trace = script::exports(engine.proxies()) + &script::trace(bake);
    let mut files: Vec<UploadFile<'_>> = layer
        .scripts
        .iter()
        .map(|script| UploadFile { name: script.name, content: script.text.as_bytes() })
        .collect();
    files.push(UploadFile { name: script::TRACE, content: trace.as_bytes() });
    engine.upload(id, &files, owner).await?;
    caches.own(engine, id, owner).await?;
    let Known::Values(values) = secrets else {
        let attachment = engine.attach(id, false).await?;
        start_container(engine, id, job.below, &layer.base.reference).await?;
        return Ok(attachment);
    };
    let mut attachment = engine.attach(id, true).await?;
    start_container(engine, id, job.below, &layer.base.reference).await?;
    let sent = async {
        attachment.input.write_all(values.wire().as_bytes()).await?;
        attachment.input.flush().await
    };
    sent.await.map_err(|error| EngineError::Refused {
        what: "give the container its secrets".to_owned(),
        status: None,
        cause: error.to_string(),
    })?;
    Ok(attachment)
}

/// Starts a container whose program is bash, and says so when the image has none.
pub(in crate::ops) async fn start_container(
    engine: &Engine,
    id: &str,
    image: &ImageFacts,
    name: &str,
) -> Result<(), OpError> {
    match engine.start_container(id).await {
        Ok(()) => Ok(()),
        Err(EngineError::Refused { cause, .. } | EngineError::NotFound { cause, .. })
            if cause.contains("\"bash\"") || cause.contains("`bash`") =>
        {
            Err(OpError::NoBash {
                image: image.tags.first().cloned().unwrap_or_else(|| name.into()),
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// The owner of files that `user` of a container must be able to read.
pub(in crate::ops) async fn owner(
    engine: &Engine,
    container: &str,
    user: &str,
    image: &str,
) -> Result<Owner, OpError> {
    if let Some(owner) = Owner::without_list(user) {
        return Ok(owner);
    }
    let read = async |path| -> Result<String, OpError> {
        let bytes = engine.read_file(container, path).await?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let passwd = read("/etc/passwd").await?;
    let group = if user.contains(':') { read("/etc/group").await? } else { String::new() };
    Owner::find(user, &passwd, &group)
        .ok_or_else(|| OpError::NoUser { user: user.to_owned(), image: image.to_owned() })
}

/// Keeps copies of the scripts on this machine, so that a later miss can show what changed. A
/// bake is worth more than its explanation, so a full disk does not stop it.
fn remember(context: &Context, layer: &Layer) {
    let scripts = Scripts::new(context.folders.clone());
    for script in &layer.scripts {
        let _ = scripts.remember(script.text.as_bytes());
    }
}
