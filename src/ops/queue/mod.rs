//! Builds of several environments: a few at a time, in their order, and again when they are saved.
//! One that fails does not stop the others.
//!
//! A save counts only if it changes what is baked. Then a bake of what the file said before is
//! cancelled and the new one begun; one that another client began is left to that client. Builds
//! of this queue can share a bake, too: whoever loses it by a save of another one begins again.

mod lane;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use self::lane::{Build, Ended, Fate, Inputs, Lane, Last, Next};
use super::bake::Ensured;
use super::build::{Wish, build};
use super::{Context, Environments, Intent, Intents, Loaded, OpError, Progress, StoreError, Watch};
use crate::domain::environment::EnvironmentId;
use crate::store::changes::Changes;

/// Somebody who watches several builds.
pub trait Board: Send {
    /// Takes note of one thing in the build of an environment.
    fn see(&mut self, id: &EnvironmentId, progress: Progress<'_>);
    /// A build ended.
    fn ended(&mut self, id: &EnvironmentId, ended: &Result<Ensured, OpError>);
    /// A build is not seen through.
    fn stopped(&mut self, id: &EnvironmentId, why: Stopped);
    /// Whether nothing is being built, and only a save makes that change.
    fn idle(&mut self, is_idle: bool);
    /// Something the user should know, as a sentence.
    fn warn(&mut self, sentence: &str);
}

/// Why a build is not seen through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A save made it pointless: it is begun again with what was saved.
    Saved,
    /// The bake that it had joined was stopped for one of the other environments: it is begun
    /// again.
    Bereft,
    /// Its environment was removed, or nothing of it is baked any more.
    Gone,
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
    /// The files that could not be read when they were read last.
    pub unread: Vec<PathBuf>,
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
        order,
        has_looked: false,
        unread: Vec::new(),
        board: &board,
    };
    queue.look()?;
    loop {
        queue.begin();
        let is_idle = queue.going_on.is_empty();
        if is_idle && changes.is_none() {
            break;
        }
        queue.board().idle(is_idle);
        tokio::select! {
            Some((id, ended)) = queue.going_on.next() => queue.end(id, ended, None),
            true = changed(changes.as_mut()) => {
                if let Err(error) = queue.look() {
                    queue.board().warn(&error.to_string());
                }
            }
            intent = intents.ended() => {
                queue.finish(intent).await;
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

struct Queue<'a, 'b> {
    context: &'a Context,
    order: Order,
    /// Of the whole: what is held by a build is asked back by it.
    intents: Intents,
    /// Whether the files were read; what they say from then on is a save.
    has_looked: bool,
    /// The files that could not be read, and why.
    unread: Vec<(PathBuf, String)>,
    lanes: BTreeMap<EnvironmentId, Lane>,
    /// In the order in which they will be built.
    waiting: VecDeque<EnvironmentId>,
    going_on: FuturesUnordered<LocalBoxFuture<'a, (EnvironmentId, Ended)>>,
    board: &'a Mutex<&'b mut dyn Board>,
}

/// What the files say.
#[derive(Default)]
struct Found {
    listed: Vec<Loaded>,
    unread: Vec<Unread>,
}

/// A file that could not be read.
struct Unread {
    id: Option<EnvironmentId>,
    path: PathBuf,
    /// The sentence for it.
    fault: String,
}

impl Unread {
    fn new(id: Option<EnvironmentId>, path: PathBuf, error: &StoreError) -> Self {
        Self { id, path, fault: error.to_string() }
    }
}

impl<'a, 'b> Queue<'a, 'b> {
    fn board(&self) -> std::sync::MutexGuard<'a, &'b mut dyn Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the files, and has everything built that has to be.
    fn look(&mut self) -> Result<(), OpError> {
        let Found { listed, unread } = self.read()?;
        let unread: Vec<_> = unread.into_iter().map(|it| (it.id, (it.path, it.fault))).collect();
        // What was told once is not told again at every save of another file.
        for (_, (_, fault)) in unread.iter().filter(|(_, file)| !self.unread.contains(file)) {
            self.board().warn(fault);
        }
        let read = listed.iter().map(|loaded| &loaded.id);
        let there = read.chain(unread.iter().filter_map(|(id, _)| id.as_ref()));
        let there: BTreeSet<_> = there.cloned().collect();
        let gone: Vec<_> = self.lanes.keys().filter(|id| !there.contains(*id)).cloned().collect();
        for id in gone {
            self.forget(&id);
        }
        for loaded in listed {
            let inputs = Inputs::of(&self.context.folders, &loaded.environment)?;
            self.take(loaded, inputs);
        }
        self.unread = unread.into_iter().map(|(_, file)| file).collect();
        self.has_looked = true;
        Ok(())
    }

    fn read(&self) -> Result<Found, OpError> {
        let store = Environments::new(self.context.folders.clone());
        let mut found = Found::default();
        match &self.order.chosen {
            Chosen::All => {
                let listing = store.list()?;
                let bakes = |loaded: &Loaded| loaded.environment.bakes();
                found.listed = listing.environments.into_iter().filter(bakes).collect();
                let broken = listing.broken.into_iter();
                found.unread = broken.map(|it| Unread::new(it.id, it.path, &it.error)).collect();
            }
            Chosen::These(ids) => {
                for id in ids {
                    match store.load(id) {
                        Ok(loaded) => found.listed.push(loaded),
                        // What is wrong with an order is told before anything is done for it.
                        Err(error) if !self.has_looked => return Err(error.into()),
                        Err(error) => {
                            let path = store.path(id);
                            found.unread.push(Unread::new(Some(id.clone()), path, &error));
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    /// Takes a file; one that says the same of what is baked changes nothing.
    fn take(&mut self, loaded: Loaded, inputs: Inputs) {
        let Loaded { id, environment, .. } = loaded;
        let Some(lane) = self.lanes.get_mut(&id) else {
            let wish = if self.has_looked { Wish::default() } else { self.order.wish };
            let lane = Lane { environment, inputs, wish, build: None, last: None };
            self.lanes.insert(id.clone(), lane);
            self.waiting.push_back(id);
            return;
        };
        let is_same = lane.inputs == inputs;
        lane.environment = environment;
        lane.inputs = inputs;
        match &mut lane.build {
            Some(build) if build.fate == Fate::SeenThrough && !is_same => {
                self.stop(&id, Fate::BegunAgain, Stopped::Saved);
            }
            // It came back before what it was had ended.
            Some(build) if build.fate == Fate::Dropped => build.fate = Fate::BegunAgain,
            Some(_) => {}
            None if is_same || self.waiting.contains(&id) => {}
            None => self.waiting.push_back(id),
        }
    }

    /// Stops what is done for an environment that is not one of those to be built any more.
    fn forget(&mut self, id: &EnvironmentId) {
        self.waiting.retain(|waiting| waiting != id);
        match self.lanes.get_mut(id).and_then(|lane| lane.build.as_mut()) {
            Some(build) if build.fate == Fate::SeenThrough => {
                self.stop(id, Fate::Dropped, Stopped::Gone);
            }
            Some(build) => build.fate = Fate::Dropped,
            None => {
                self.lanes.remove(id);
            }
        }
    }

    /// Stops a build, and remembers who may lose a bake by that.
    fn stop(&mut self, id: &EnvironmentId, fate: Fate, why: Stopped) {
        let Some(mut build) = self.lanes.get_mut(id).and_then(|lane| lane.build.take()) else {
            return;
        };
        build.stop(fate);
        for other in self.lanes.values_mut().filter_map(|lane| lane.build.as_mut()) {
            other.is_bereft |= build.may_bereave(&other.inputs);
        }
        if let Some(lane) = self.lanes.get_mut(id) {
            lane.build = Some(build);
        }
        self.board().stopped(id, why);
    }

    /// Begins as many builds as there may be.
    fn begin(&mut self) {
        while self.going_on.len() < self.order.limit.max(1)
            && let Some(id) = self.waiting.pop_front()
        {
            let mut going_on = self.lanes.values().filter_map(|lane| lane.build.as_ref());
            let Some(lane) = self.lanes.get(&id) else { continue };
            // It may join a bake that is being stopped.
            let is_bereft = going_on.any(|build| build.may_bereave(&lane.inputs));
            let Some(lane) = self.lanes.get_mut(&id) else { continue };
            let (sender, mut intents) = self.intents.part();
            let is_joined = Arc::new(AtomicBool::new(false));
            lane.build = Some(Build {
                sender,
                is_joined: is_joined.clone(),
                inputs: lane.inputs.clone(),
                fate: Fate::SeenThrough,
                is_bereft,
            });
            let (context, environment) = (self.context, lane.environment.clone());
            let (wish, board) = (lane.wish, self.board);
            self.going_on.push(Box::pin(async move {
                let mut watch = LaneWatch { id: &id, board, is_joined };
                let ended = build(context, &id, &environment, wish, &mut intents, &mut watch).await;
                (id, ended)
            }));
        }
    }

    /// Takes note of the end of a build. `last`: what the user wants of all of it, if that is no
    /// more builds.
    fn end(&mut self, id: EnvironmentId, ended: Ended, last: Option<Intent>) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let ended = match ended {
            // One of several builds that shared it was faster.
            Err(OpError::CancelledElsewhere { layer }) if last == Some(Intent::Cancel) => {
                Err(OpError::Cancelled { layer })
            }
            ended => ended,
        };
        match lane.end(&ended, last.is_some()) {
            Next::Again => self.waiting.push_front(id),
            Next::AgainAlone => {
                self.board().stopped(&id, Stopped::Bereft);
                self.waiting.push_front(id);
            }
            Next::Rest => self.board().ended(&id, &ended),
            Next::Forget => {
                self.board().ended(&id, &ended);
                self.lanes.remove(&id);
            }
        }
    }

    /// Ends everything as the user wants it to end.
    async fn finish(&mut self, intent: Intent) {
        for build in self.lanes.values().filter_map(|lane| lane.build.as_ref()) {
            build.sender.tell(intent);
        }
        while let Some((id, ended)) = self.going_on.next().await {
            self.end(id, ended, Some(intent));
        }
        for id in std::mem::take(&mut self.waiting) {
            if let Some(lane) = self.lanes.get_mut(&id) {
                lane.last = Some(Last::EndedEarly);
            }
        }
    }

    fn summary(self) -> Summary {
        let mut summary = Summary {
            unread: self.unread.into_iter().map(|(path, _)| path).collect(),
            ..Summary::default()
        };
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
