//! Bakes as the engine has them, found by their labels: listed, followed and cancelled by any
//! client, also when no environment asks for their key any more.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::cancel::{self, is_cancelled};
use super::finish::kind;
use super::follow::Run;
use super::job::{Goal, Job, Verdict};
use super::tail::Tail;
use super::{Baked, How};
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::{LayerKind, labels};
use crate::domain::script::marker::Marker;
use crate::engine::{ContainerFacts, ImageFacts, State};
use crate::ops::{Context, Intents, OpError, Watch};
use crate::store::bake_lock::BakeLock;
use crate::store::kept_log;

/// How the names of containers begin whose bake is not finished.
const PREFIX: &str = "prebake-bake-";

/// A bake in the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bake {
    /// Its id.
    pub id: String,
    /// Its container's id.
    pub container_id: String,
    /// Its container's name.
    pub container: String,
    /// The id of the environment it was begun for.
    pub environment: String,
    /// The layer.
    pub layer: LayerKind,
    /// The layer's key.
    pub key: String,
    /// The image it makes.
    pub image: String,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Where it is in its life.
    pub stage: Stage,
    /// The log on this machine, as far as it is written.
    pub log: Option<PathBuf>,
}

/// Where a bake is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    /// Its scripts are about to begin.
    Starting {
        /// By whom it is driven.
        by: Driven,
    },
    /// Its scripts run.
    Running {
        /// By whom it is driven.
        by: Driven,
    },
    /// Its scripts have ended, and nothing was made of it yet.
    Ended {
        /// By whom it is driven.
        by: Driven,
        /// The exit status.
        code: i64,
    },
    /// It failed; its container is kept for a look into it.
    Kept {
        /// The script that failed, as a person says it, if its log tells.
        script: Option<String>,
        /// The line that ran last.
        line: Option<u32>,
        /// The exit status.
        code: i64,
    },
}

/// Who drives a bake to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Driven {
    /// A client of this machine, this one or another.
    Here,
    /// Nobody: the client of this machine that began it is gone. Whoever follows it finishes it.
    Nobody,
    /// A client of another machine, or of another state folder.
    Elsewhere,
}

/// Lists the bakes that run, wait for their commit, or have failed and are kept; newest first.
pub async fn list(context: &Context) -> Result<Vec<Bake>, OpError> {
    let mut bakes = Vec::new();
    for facts in context.engine.containers(&[format!("{}=bake", labels::ROLE)]).await? {
        if let Some(stage) = stage(context, &facts).await {
            bakes.push(describe(context, facts, stage));
        }
    }
    bakes.sort_by_key(|bake| std::cmp::Reverse(bake.started));
    Ok(bakes)
}

/// `None`: it is cancelled, is about to go, or is no bake but inherited the labels of one.
async fn stage(context: &Context, facts: &ContainerFacts) -> Option<Stage> {
    if facts.name.starts_with(PREFIX) {
        let by = driven(context, facts);
        return match facts.state {
            State::Created => Some(Stage::Starting { by }),
            State::Running => Some(Stage::Running { by }),
            State::Exited(code) => Some(Stage::Ended { by, code }),
            State::Removing => None,
        };
    }
    // One that runs again is looked into: what it failed with is in its log all the same.
    let code = match facts.state {
        _ if is_cancelled(facts) || !facts.name.starts_with(super::failed::PREFIX) => return None,
        State::Exited(code) => code,
        State::Created | State::Running | State::Removing => -1,
    };
    let tail = Tail::of_last_lines(&context.engine, facts).await;
    let code = match tail.end {
        Some(Marker::Failed(_, code)) => code,
        _ => code,
    };
    Some(Stage::Kept { script: tail.script_title(), line: tail.failing_line(), code })
}

fn driven(context: &Context, facts: &ContainerFacts) -> Driven {
    if facts.label(labels::CLIENT) != context.client {
        return Driven::Elsewhere;
    }
    // Taken for a moment only; whoever wants it just then tries again.
    match BakeLock::try_take(&context.folders.locks(), &facts.name) {
        Ok(Some(_free)) => Driven::Nobody,
        Ok(None) | Err(_) => Driven::Here,
    }
}

fn describe(context: &Context, facts: ContainerFacts, stage: Stage) -> Bake {
    let label = |name| facts.label(name).to_owned();
    let goal = goal(&facts);
    let log = kept_log::find(&context.folders, Tail::nonce(&facts)).ok().flatten();
    Bake {
        id: label(labels::BAKE),
        environment: label(labels::ENVIRONMENT),
        layer: goal.kind,
        image: goal.image(),
        key: goal.key,
        started: facts.started.or(facts.created),
        finished: facts.finished,
        stage,
        log,
        container_id: facts.id,
        container: facts.name,
    }
}

fn goal(facts: &ContainerFacts) -> Goal {
    Goal {
        has_secrets: !facts.label(labels::SECRETS).is_empty(),
        kind: kind(facts.label(labels::LAYER)),
        key: facts.label(labels::KEY).to_owned(),
        container: facts.name.clone(),
        reason: "found in the engine".to_owned(),
        is_rebuild: false,
        replaces: None,
    }
}

/// Follows a bake that [`list`] found, by the name or id of its container: tells its whole log
/// from the start, and finishes it if the client that drives it is gone. As joining it does, but
/// whatever its environment says by now.
pub async fn follow(
    context: &Context,
    container: &str,
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Baked, OpError> {
    let asked = Timestamp::now();
    let facts = unfinished(context, container).await?;
    let below = below(context, &facts).await?;
    let environment = environment(&facts)?;
    let job = Job::new(context, &environment, goal(&facts), &below, (1, 1));
    // An image of the same key that another bake made is what this one replaces.
    let before = job.image_now().await?.filter(|image| {
        image.labels.get(labels::BAKE).is_none_or(|bake| bake != Tail::nonce(&facts))
    });
    let before = before.as_ref().map(|image| image.id.as_str());
    loop {
        let now = context.engine.container(&facts.id).await?;
        let Some(now) = now.filter(|now| now.name == facts.name) else {
            return match job.ready(before).await? {
                Some(image) => Ok(Baked::elsewhere(image)),
                None => Err(OpError::CancelledElsewhere { layer: job.goal.kind }),
            };
        };
        let lock = job.drive(watch);
        if matches!(now.state, State::Running | State::Exited(_)) {
            let is_left = lock.is_some() && now.label(labels::CLIENT) == context.client;
            let how = if is_left { How::Adopted } else { How::Joined };
            return Run::new(&job, now, lock, how).follow(before, intents, watch).await;
        }
        match job.judge(&now, lock.is_some(), asked)? {
            Verdict::Remove => context.engine.remove_container(&now.id).await?,
            _ => job.pause(intents).await?,
        }
    }
}

/// Cancels a bake that [`list`] found, by the name or id of its container: when this returns, its
/// container has been seen to have ended and is removed.
pub async fn cancel(context: &Context, container: &str) -> Result<(), OpError> {
    cancel::cancel(context, &unfinished(context, container).await?).await
}

async fn unfinished(context: &Context, container: &str) -> Result<ContainerFacts, OpError> {
    let found = context.engine.container(container).await?;
    found
        .filter(|facts| facts.label(labels::ROLE) == "bake" && facts.name.starts_with(PREFIX))
        .ok_or_else(|| OpError::BakeGone { container: container.to_owned() })
}

/// The image a bake began on, which the container is named by.
async fn below(context: &Context, facts: &ContainerFacts) -> Result<ImageFacts, OpError> {
    context.engine.image(&facts.image).await?.ok_or_else(|| {
        OpError::Unusable(format!(
            "the image below bake `{}` is no longer in the engine; cancel the bake and build again",
            facts.name
        ))
    })
}

fn environment(facts: &ContainerFacts) -> Result<EnvironmentId, OpError> {
    EnvironmentId::parse(facts.label(labels::ENVIRONMENT)).map_err(|error| {
        OpError::Unusable(format!("the label of container `{}` is wrong: {error}", facts.name))
    })
}
