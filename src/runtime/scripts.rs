//! Drafts of unsaved scripts.
//!
//! Drafts are written one after the other by one thread, so that none overtakes another. Whoever
//! keeps one holds its lock: another prebake, be it a screen or `prebake edit`, keeps off it.

use std::collections::HashMap;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Outbox;
use super::lint::Linter;
use crate::app::domain::digest::Digest;
use crate::app::domain::environment::{Environment, EnvironmentId, Stage};
use crate::app::domain::manifest;
use crate::app::event::Event;
use crate::app::moment::Moment;
use crate::app::scripts::{DraftFound, ScriptsEffect, ScriptsEvent};
use crate::ops::{DraftLock, Drafts, Environments, Folders};

/// What is done about drafts, one after the other.
pub(super) struct Keeper {
    linter: Linter,
    work: mpsc::UnboundedSender<ScriptsEffect>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Begins to wait for work.
    pub(super) fn start(folders: &Folders, outbox: Outbox) -> Self {
        let (work, mut asked) = mpsc::unbounded_channel();
        let mut desk = Desk {
            drafts: Drafts::new(folders.clone()),
            environments: Environments::new(folders.clone()),
            held: HashMap::new(),
        };
        let told = outbox.clone();
        let thread = tokio::task::spawn_blocking(move || {
            while let Some(effect) = asked.blocking_recv() {
                if let Some(event) = desk.perform(effect) {
                    told.tell_blocking(event);
                }
            }
        });
        Self { linter: Linter::new(folders.clone(), outbox), work, thread }
    }

    /// Does what the scripts ask for.
    pub(super) fn perform(&mut self, effect: ScriptsEffect) {
        match effect {
            ScriptsEffect::Lint { .. } | ScriptsEffect::Count(_) => self.linter.perform(effect),
            // The thread ends only with this keeper.
            effect => drop(self.work.send(effect)),
        }
    }

    /// Waits until everything that was asked for is done.
    pub(super) async fn finish(self) {
        drop(self.work);
        let _ = self.thread.await;
    }
}

/// Where drafts are worked on.
struct Desk {
    drafts: Drafts,
    environments: Environments,
    /// The drafts of this screen; none: another prebake has the environment's draft.
    held: HashMap<EnvironmentId, Option<DraftLock>>,
}

impl Desk {
    fn perform(&mut self, effect: ScriptsEffect) -> Option<Event> {
        match effect {
            ScriptsEffect::KeepDraft { id, file, base, cached, run } => {
                let kept = self.keep(&id, &file, &base, &cached, &run);
                kept.err().map(|cause| {
                    Event::Failed(format!("unsaved text of `{id}` is only on the screen: {cause}"))
                })
            }
            ScriptsEffect::DropDraft(id) => {
                if let Some(Some(_lock)) = self.held.remove(&id) {
                    // One that cannot be removed is offered again, which does no harm.
                    let _ = self.drafts.discard(&id);
                } else if !self.held.contains_key(&id) {
                    self.discard_found(&id);
                }
                None
            }
            ScriptsEffect::SetAside(id) => match self.drafts.set_aside(&id) {
                Ok(_) => None,
                Err(error) => Some(Event::Failed(error.to_string())),
            },
            ScriptsEffect::FindDrafts => {
                Some(Event::Scripts(ScriptsEvent::Drafts(self.find().unwrap_or_default())))
            }
            // Not for this thread.
            ScriptsEffect::Lint { .. } | ScriptsEffect::Count(_) => None,
        }
    }

    /// A draft that says what the file does, found when the screen was opened.
    fn discard_found(&self, id: &EnvironmentId) {
        if let Ok(Some(_lock)) = self.drafts.lock(id) {
            let _ = self.drafts.discard(id);
        }
    }

    fn keep(
        &mut self,
        id: &EnvironmentId,
        file: &str,
        base: &Digest,
        cached: &str,
        run: &str,
    ) -> Result<(), String> {
        let is_first = !self.held.contains_key(id);
        if is_first {
            let lock = self.drafts.lock(id).map_err(|error| error.to_string())?;
            let is_free = lock.is_some();
            self.held.insert(id.clone(), lock);
            if !is_free {
                return Err("another prebake edits it; save soon, or close that one".to_owned());
            }
        }
        if !matches!(self.held.get(id), Some(Some(_))) {
            // That was told.
            return Ok(());
        }
        let mut environment = manifest::parse(file).map_err(|error| error.to_string())?;
        environment.set_scripts(cached, run);
        let text = manifest::update(file, &environment).map_err(|error| error.to_string())?;
        // What an earlier screen left and nobody took up is not written over.
        if is_first && self.drafts.read(id).is_ok_and(|it| it.is_some_and(|left| left != text)) {
            self.drafts.set_aside(id).map_err(|error| error.to_string())?;
        }
        let kept = self.drafts.begin(id, text.as_bytes(), Some(base));
        kept.map(drop).map_err(|error| error.to_string())
    }

    /// The drafts that nobody edits and that differ from their files in nothing but scripts;
    /// others are for `prebake edit`.
    fn find(&self) -> Option<Vec<DraftFound>> {
        let mut found = Vec::new();
        for id in self.drafts.list().ok()? {
            let Ok(Some(_lock)) = self.drafts.lock(&id) else { continue };
            let Ok(loaded) = self.environments.load(&id) else { continue };
            let Ok(Some((bytes, written))) = self.drafts.bytes(&id) else { continue };
            let Some(draft) =
                String::from_utf8(bytes).ok().and_then(|it| manifest::parse(&it).ok())
            else {
                continue;
            };
            if !differ_in_scripts_only(&draft, &loaded.environment) {
                continue;
            }
            found.push(DraftFound {
                written: Moment(u64::try_from(written.as_millisecond()).unwrap_or(0)),
                cached: draft.script(Stage::Cached).to_owned(),
                run: draft.script(Stage::Run).to_owned(),
                is_stale: self.drafts.base(&id).is_some_and(|base| base != loaded.revision),
                id,
            });
        }
        Some(found)
    }
}

fn differ_in_scripts_only(one: &Environment, other: &Environment) -> bool {
    let mut one = one.clone();
    one.cached_preflight_script.clone_from(&other.cached_preflight_script);
    one.run_preflight_script.clone_from(&other.run_preflight_script);
    // Emptied, a single preflight of older files was switched off.
    one.preflight_enabled = other.preflight_enabled;
    one == *other
}
