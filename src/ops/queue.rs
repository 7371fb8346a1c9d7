//! Builds of several environments: a few at a time, in their order, and again when they are saved.
//! One that fails does not stop the others.
//!
//! A save counts only if it changes what is baked. Then a bake of what the file said before is
//! cancelled and the new one begun; one that another client began is left to that client.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use super::bake::Ensured;
use super::build::{Wish, build};
use super::intent::IntentSender;
use super::{Context, Environments, Intent, Intents, OpError, Progress, Watch};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::image::BaseImage;
use crate::domain::layer::Stack;
use crate::store::changes::Changes;
use crate::store::{Folders, Loaded, desktop};

/// Somebody who watches several builds.
pub trait Board: Send {
    /// Takes note of one thing in the build of an environment.
    fn see(&mut self, id: &EnvironmentId, progress: Progress<'_>);
    /// A build ended.
    fn ended(&mut self, id: &EnvironmentId, ended: &Result<Ensured, OpError>);
    /// A save made a build pointless: it is stopped, and begun again with what was saved.
    fn superseded(&mut self, id: &EnvironmentId);
    /// Whether nothing is being built, and only a save makes that change.
    fn idle(&mut self, is_idle: bool);
    /// Something the user should know, as a sentence.
    fn warn(&mut self, sentence: &str);
}

/// Which environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// All for which a layer is baked, those that are made later included.
    All,
    /// These.
    These(Vec<EnvironmentId>),
}

/// What is to be built, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which environments.
    pub chosen: Chosen,
    /// What each build is to be; a save asks for no more than what is missing.
    pub wish: Wish,
    /// How many builds go on at the same time.
    pub limit: usize,
    /// Whether it goes on with every save.
    pub watches: bool,
}

/// How it ended.
#[derive(Debug, Default)]
pub struct Summary {
    /// The environments whose last build succeeded.
    pub built: Vec<EnvironmentId>,
    /// Those whose last build failed.
    pub failed: Vec<EnvironmentId>,
    /// Those that were not built to their end, because the user wanted no more of it.
    pub ended_early: Vec<EnvironmentId>,
}

/// Builds all that was ordered; only what concerns all of it is an error.
pub async fn build_all(
    context: &Context,
    order: Order,
    intents: &mut Intents,
    board: &mut dyn Board,
) -> Result<Summary, OpError> {
    let mut changes = order.watches.then(|| Changes::watch(&context.folders)).transpose()?;
    let board = Mutex::new(board);
    let mut queue = Queue {
        context,
        lanes: BTreeMap::new(),
        waiting: VecDeque::new(),
        going_on: FuturesUnordered::new(),
        intents: intents.clone(),
        wish: order.wish,
        order,
        board: &board,
    };
    queue.look()?;
    queue.wish = Wish::default();
    loop {
        queue.begin();
        let is_idle = queue.going_on.is_empty();
        if is_idle && changes.is_none() {
            break;
        }
        queue.board().idle(is_idle);
        tokio::select! {
            Some((id, ended)) = queue.going_on.next() => queue.end(id, &ended),
            true = changed(changes.as_mut()) => {
                if let Err(error) = queue.look() {
                    queue.board().warn(&error.to_string());
                }
            }
            intent = intents.ended() => {
                queue.stop(intent).await;
                break;
            }
        }
    }
    Ok(queue.summary())
}

/// Waits for the next save; for ever, if nobody wants to know.
async fn changed(changes: Option<&mut Changes>) -> bool {
    match changes {
        Some(changes) => changes.next().await,
        None => std::future::pending().await,
    }
}

type Ended = Result<Ensured, OpError>;

struct Queue<'a, 'b> {
    context: &'a Context,
    order: Order,
    /// Of the whole: what is held by a build is asked back by it.
    intents: Intents,
    /// What the next builds are to be.
    wish: Wish,
    lanes: BTreeMap<EnvironmentId, Lane>,
    /// In the order in which they will be built.
    waiting: VecDeque<EnvironmentId>,
    going_on: FuturesUnordered<LocalBoxFuture<'a, (EnvironmentId, Ended)>>,
    board: &'a Mutex<&'b mut dyn Board>,
}

/// One environment.
struct Lane {
    environment: Environment,
    /// All of it that decides what is baked.
    inputs: Vec<String>,
    wish: Wish,
    /// Of the build that goes on.
    build: Option<Build>,
    last: Option<Last>,
}

struct Build {
    sender: IntentSender,
    /// Whether another client began its bake.
    is_joined: Arc<AtomicBool>,
    is_superseded: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Built,
    Failed,
    EndedEarly,
}

impl<'a, 'b> Queue<'a, 'b> {
    fn board(&self) -> std::sync::MutexGuard<'a, &'b mut dyn Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the files, and has everything built that has to be.
    fn look(&mut self) -> Result<(), OpError> {
        let store = Environments::new(self.context.folders.clone());
        let chosen = match &self.order.chosen {
            Chosen::All => {
                let listing = store.list()?;
                for broken in &listing.broken {
                    self.board().warn(&broken.error.to_string());
                }
                let bakes = |loaded: &Loaded| loaded.environment.bakes();
                listing.environments.into_iter().filter(bakes).collect()
            }
            Chosen::These(ids) => {
                ids.iter().map(|id| store.load(id)).collect::<Result<Vec<_>, _>>()?
            }
        };
        for loaded in chosen {
            let inputs = inputs(&self.context.folders, &loaded.environment)?;
            self.take(loaded, inputs);
        }
        Ok(())
    }

    /// Takes a file; one that says the same of what is baked changes nothing.
    fn take(&mut self, loaded: Loaded, inputs: Vec<String>) {
        let Loaded { id, environment, .. } = loaded;
        let wish = self.wish;
        let known = self.lanes.get(&id).map(|lane| lane.inputs == inputs);
        let lane = self.lanes.entry(id.clone()).or_insert_with(|| Lane {
            environment: environment.clone(),
            inputs: inputs.clone(),
            wish,
            build: None,
            last: None,
        });
        lane.environment = environment;
        lane.inputs = inputs;
        match (known, &mut lane.build) {
            (Some(true), _) => {}
            (_, Some(build)) if !build.is_superseded => {
                build.is_superseded = true;
                build.sender.tell(if build.is_joined.load(Ordering::Relaxed) {
                    Intent::Leave
                } else {
                    Intent::Cancel
                });
                self.board().superseded(&id);
            }
            (_, Some(_)) => {}
            (_, None) if self.waiting.contains(&id) => {}
            (_, None) => self.waiting.push_back(id),
        }
    }

    /// Begins as many builds as there may be.
    fn begin(&mut self) {
        while self.going_on.len() < self.order.limit.max(1)
            && let Some(id) = self.waiting.pop_front()
        {
            let Some(lane) = self.lanes.get_mut(&id) else { continue };
            let (sender, mut intents) = self.intents.part();
            let is_joined = Arc::new(AtomicBool::new(false));
            lane.build = Some(Build { sender, is_joined: is_joined.clone(), is_superseded: false });
            let (context, environment) = (self.context, lane.environment.clone());
            let wish = std::mem::take(&mut lane.wish);
            let board = self.board;
            self.going_on.push(Box::pin(async move {
                let mut watch = LaneWatch { id: &id, board, is_joined };
                let ended = build(context, &id, &environment, wish, &mut intents, &mut watch).await;
                (id, ended)
            }));
        }
    }

    fn end(&mut self, id: EnvironmentId, ended: &Ended) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let is_superseded = lane.build.take().is_some_and(|build| build.is_superseded);
        lane.last = Some(match ended {
            Ok(Ensured { failure: None, .. }) => Last::Built,
            Ok(_) => Last::Failed,
            Err(error) if error.is_ended_early() => Last::EndedEarly,
            Err(_) => Last::Failed,
        });
        if is_superseded {
            self.waiting.push_front(id);
        } else {
            self.board().ended(&id, ended);
        }
    }

    /// Ends everything as the user wants it to end.
    async fn stop(&mut self, intent: Intent) {
        for build in self.lanes.values().filter_map(|lane| lane.build.as_ref()) {
            build.sender.tell(intent);
        }
        while let Some((id, ended)) = self.going_on.next().await {
            if let Some(build) = self.lanes.get_mut(&id).and_then(|lane| lane.build.as_mut()) {
                build.is_superseded = false;
            }
            self.end(id, &ended);
        }
        for id in std::mem::take(&mut self.waiting) {
            if let Some(lane) = self.lanes.get_mut(&id) {
                lane.last = Some(Last::EndedEarly);
            }
        }
    }

    fn summary(self) -> Summary {
        let mut summary = Summary::default();
        for (id, lane) in self.lanes {
            match lane.last {
                Some(Last::Built) => summary.built.push(id),
                Some(Last::Failed) => summary.failed.push(id),
                Some(Last::EndedEarly) => summary.ended_early.push(id),
                None => {}
            }
        }
        summary
    }
}

/// All in an environment that decides what is baked for it: its base, and its keys on one that is
/// always the same.
fn inputs(folders: &Folders, environment: &Environment) -> Result<Vec<String>, OpError> {
    let base = BaseImage {
        reference: environment.base_image.clone(),
        id: String::new(),
        platform: String::new(),
        user: String::new(),
    };
    let stack = Stack::lay_out(environment, &base, &desktop::scripts(folders)?);
    let keys = stack.layers.iter().map(|layer| layer.key.to_string());
    Ok([base.reference].into_iter().chain(keys).collect())
}

/// Watches the build of one environment for the board.
struct LaneWatch<'a, 'b> {
    id: &'a EnvironmentId,
    board: &'a Mutex<&'b mut dyn Board>,
    is_joined: Arc<AtomicBool>,
}

impl Watch for LaneWatch<'_, '_> {
    fn see(&mut self, progress: Progress<'_>) {
        if let Progress::BakeBegan { joined, .. } = &progress {
            self.is_joined.store(*joined, Ordering::Relaxed);
        }
        self.board.lock().unwrap_or_else(PoisonError::into_inner).see(self.id, progress);
    }
}
