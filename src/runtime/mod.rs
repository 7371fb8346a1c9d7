//! Does what the screen asks for: each [`Effect`] becomes work on tokio, whose outcome comes back
//! as an [`Event`]. Nothing is decided here.
//!
//! [`link`] keeps the connection to the engine, [`environments`] reads and writes their files,
//! [`watch`] hears of changes to them; [`convert`] turns what operations tell into what the
//! screen knows.

mod aside;
mod convert;
mod drafts;
mod environments;
mod forecast;
mod history;
mod images;
mod jobs;
mod link;
mod lint;
mod logs;
mod opening;
mod remembered;
mod scripts;
mod tasks;
mod watch;

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use self::jobs::Jobs;
use self::link::Link;
use self::logs::Logs;
use self::tasks::Tasks;
use crate::app::domain::settings::Change;
use crate::app::domain::theme::ColourLevel;
use crate::app::effect::{Aside, Effect};
use crate::app::event::{Event, Returned};
use crate::app::state::State;
use crate::ops::{Folders, settings};

pub use opening::Seen;

/// How many events wait before whoever has more to tell waits, too.
const INBOX: usize = 1024;

/// How long the last writes may take.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// Where events come from.
pub type Inbox = mpsc::Receiver<Event>;

/// The way events go. It fails only when the screen is gone: then there is nothing left to do.
#[derive(Clone)]
struct Outbox(mpsc::Sender<Event>);

impl Outbox {
    /// Tells an event; `false`: nobody is there any more.
    async fn tell(&self, event: Event) -> bool {
        self.0.send(event).await.is_ok()
    }

    /// Tells an event of which the next one says more, unless nobody listens for the moment.
    fn tell_if_room(&self, event: Event) {
        let _ = self.0.try_send(event);
    }

    /// Tells an event from where nothing can wait.
    fn tell_blocking(&self, event: Event) -> bool {
        self.0.blocking_send(event).is_ok()
    }
}

/// What does the work.
pub struct Runtime {
    host: Option<String>,
    folders: Folders,
    /// What themes are made to fit.
    colours: ColourLevel,
    outbox: Outbox,
    link: Link,
    scripts: scripts::Keeper,
    /// Files being written; they are awaited before the process ends.
    writes: JoinSet<()>,
    logs: Logs,
    jobs: Jobs,
    tasks: Tasks,
    _watch: Option<watch::Watch>,
}

impl Runtime {
    /// Begins to watch the folder of environments, and gives the state to begin with. An error is
    /// a sentence.
    pub fn start(host: Option<String>, seen: Seen) -> Result<(Self, State, Inbox), String> {
        let folders = Folders::from_environment().map_err(|error| error.to_string())?;
        let (sender, inbox) = mpsc::channel(INBOX);
        let outbox = Outbox(sender);
        let link = Link::new(host.clone(), folders.clone(), outbox.clone());
        let logs = Logs::new(folders.clone(), outbox.clone());
        let jobs = Jobs::new(host.clone(), logs.clone(), outbox.clone());
        let tasks = Tasks::new(logs.clone(), outbox.clone());
        let watch = watch::Watch::start(&folders, outbox.clone());
        let state = opening::open(&folders, seen);
        let scripts = scripts::Keeper::start(&folders, outbox.clone());
        let writes = JoinSet::new();
        let kept = Self {
            host,
            folders,
            colours: seen.colours,
            outbox,
            link,
            scripts,
            writes,
            logs,
            jobs,
            tasks,
            _watch: watch,
        };
        Ok((kept, state, inbox))
    }

    /// What is in the folder of environments, at once: the first picture shows it.
    #[must_use]
    pub fn list(&self) -> Event {
        environments::list(&self.folders)
    }

    /// Runs a program that gets the terminal, which must be free.
    pub async fn aside(&self, aside: Aside) -> Returned {
        aside::run(&self.folders, self.host.as_deref(), &self.logs, aside).await
    }

    /// Before this process is stopped for a while: no bake waits for it.
    pub async fn let_go(&self) {
        self.jobs.let_go().await;
    }

    /// Does what is asked for. What only the terminal can do is not for here.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Quit
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Mouse(_)
            | Effect::Copy(_)
            | Effect::Aside(_) => {}
            Effect::Wake { timer, after_ms } => self.spawn(async move {
                tokio::time::sleep(Duration::from_millis(after_ms)).await;
                Some(Event::Woke(timer))
            }),
            Effect::Connect => self.link.again(),
            Effect::List => self.blocking(|folders| Some(environments::list(folders))),
            Effect::ListThemes => {
                let colours = self.colours;
                self.blocking(move |folders| {
                    Some(Event::Themes(opening::choice(folders, colours)))
                });
            }
            Effect::AskStatuses => {
                if let Some(context) = self.link.context() {
                    self.spawn(environments::statuses(context.clone()));
                    self.spawn(link::room(context));
                }
            }
            Effect::Explain { id, environment, is_unsaved } => {
                if let Some(context) = self.link.context() {
                    self.spawn(environments::explain(context, id, environment, is_unsaved));
                }
            }
            Effect::Preview { asked, id, environment } => {
                if let Some(context) = self.link.context() {
                    self.spawn(environments::preview(context, asked, id, environment));
                }
            }
            Effect::Save { id, text, expected } => {
                self.blocking(move |folders| {
                    Some(environments::save(folders, &id, &text, &expected))
                });
            }
            Effect::Create { id, text } => {
                self.blocking(move |folders| Some(environments::create(folders, &id, &text)));
            }
            Effect::Duplicate { from, to } => {
                self.blocking(move |folders| Some(environments::duplicate(folders, &from, &to)));
            }
            Effect::Rename { from, to } => {
                self.blocking(move |folders| Some(environments::rename(folders, &from, &to)));
            }
            Effect::Remove(id) => {
                self.blocking(move |folders| Some(environments::remove(folders, &id)));
            }
            Effect::Restore { id, kept_at } => {
                self.blocking(move |folders| Some(environments::restore(folders, &id, &kept_at)));
            }
            Effect::Scripts(effect) => self.scripts.perform(effect),
            Effect::Image(effect) => {
                images::perform(effect, self.link.context(), self.outbox.clone());
            }
            Effect::History(effect) => {
                let (folders, outbox) = (self.folders.clone(), self.outbox.clone());
                history::perform(effect, folders, self.logs.clone(), outbox);
            }
            Effect::Task(effect) => self.tasks.perform(effect, self.link.context()),
            Effect::Job(effect) => self.jobs.perform(effect, &self.link, &self.folders),
            Effect::Log(effect) => self.logs.perform(effect),
            Effect::RememberTheme(name) => self.blocking(move |folders| {
                let saved = settings::save(folders, &Change::Theme(name));
                saved.err().map(|error| Event::Failed(error.to_string()))
            }),
            Effect::RememberLayout { layout, selected } => {
                // What cannot be remembered is no loss worth a word.
                self.blocking(move |folders| {
                    remembered::save(folders, &layout, selected.as_ref());
                    None
                });
            }
        }
    }

    /// Waits until what was to be written is; not for ever, since a disk may hang. Who hears what
    /// came of it has to go on being read.
    pub async fn finish(self, mut inbox: Inbox) {
        let Self { mut writes, scripts, .. } = self;
        let written = async move {
            while writes.join_next().await.is_some() {}
            scripts.finish().await;
        };
        let unheard = async move { while inbox.recv().await.is_some() {} };
        let _ = tokio::time::timeout(LAST_WRITES, async {
            tokio::select! { () = written => {}, () = unheard => {} }
        })
        .await;
    }

    /// Does work that waits; what it gives is told.
    fn spawn(&self, work: impl Future<Output = Option<Event>> + Send + 'static) {
        let outbox = self.outbox.clone();
        tokio::spawn(async move {
            if let Some(event) = work.await {
                outbox.tell(event).await;
            }
        });
    }

    /// Does work on files; what it gives is told.
    fn blocking(&mut self, work: impl FnOnce(&Folders) -> Option<Event> + Send + 'static) {
        let (outbox, folders) = (self.outbox.clone(), self.folders.clone());
        while self.writes.try_join_next().is_some() {}
        self.writes.spawn_blocking(move || {
            if let Some(event) = work(&folders) {
                outbox.tell_blocking(event);
            }
        });
    }
}
