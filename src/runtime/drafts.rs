//! Drafts of unsaved scripts: written, found again, taken up, put aside.
//!
//! Whoever keeps one holds its lock: another prebake, be it a screen or `prebake edit`, keeps off it
//! and has a draft of its own beside it.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::time::SystemTime;

use jiff::Timestamp;

use crate::app::domain::digest::Digest;
use crate::app::domain::environment::{Environment, EnvironmentId, Stage};
use crate::app::domain::manifest;
use crate::app::event::Event;
use crate::app::moment::Moment;
use crate::app::scripts::{DraftFound, DraftPlace, ScriptsEffect, ScriptsEvent};
use crate::ops::handed::{self, Left};
use crate::ops::{DraftLock, Drafts, Environments, Folders, StoreError};

/// Where drafts are worked on.
pub(super) struct Desk {
    folders: Folders,
    drafts: Drafts,
    environments: Environments,
    /// The drafts of this screen.
    held: HashMap<EnvironmentId, Held>,
    /// What is to be told beside the answer.
    pub(super) news: Vec<Event>,
}

/// A draft of this screen.
struct Held {
    /// Where it lies.
    drafts: Drafts,
    /// Whether it was found there and nothing was written since.
    is_found: bool,
    _lock: DraftLock,
}

impl Desk {
    /// Nothing is on it yet.
    pub(super) fn new(folders: &Folders) -> Self {
        Self {
            folders: folders.clone(),
            drafts: Drafts::new(folders.clone()),
            environments: Environments::new(folders.clone()),
            held: HashMap::new(),
            news: Vec::new(),
        }
    }

    /// Does what is asked of drafts, and gives the answer, if there is one.
    pub(super) fn perform(&mut self, effect: ScriptsEffect) -> Option<Event> {
        let event = match effect {
            ScriptsEffect::KeepDraft { id, file, base, cached, run } => {
                match self.keep(&id, &file, &base, &cached, &run) {
                    Ok(None) => ScriptsEvent::Kept(id, Ok(())),
                    Ok(Some(kept_at)) => ScriptsEvent::SetAside(id, kept_at),
                    Err(cause) => ScriptsEvent::Kept(id, Err(cause)),
                }
            }
            ScriptsEffect::DropDraft(id) => {
                // One that cannot be removed is offered again, which does no harm.
                let _ = self.held.remove(&id)?.drafts.discard(&id);
                return None;
            }
            ScriptsEffect::TakeUp(id, place) => {
                let drafts = self.at(place)?;
                // If somebody else took it up meanwhile, there is another place.
                let lock = drafts.lock(&id).ok()??;
                self.held.insert(id, Held { drafts, is_found: true, _lock: lock });
                return None;
            }
            ScriptsEffect::DropFound(id, place) => {
                let drafts = self.at(place)?;
                let _lock = drafts.lock(&id).ok()??;
                let _ = drafts.discard(&id);
                return None;
            }
            ScriptsEffect::SetAside(id, place) => {
                let error = self.at(place)?.set_aside(&id).err()?;
                return Some(Event::Failed(error.to_string()));
            }
            ScriptsEffect::FindDrafts => {
                self.take_in();
                ScriptsEvent::Drafts(self.find())
            }
            // Not for this thread.
            ScriptsEffect::Lint { .. } | ScriptsEffect::Count(_) => return None,
        };
        Some(Event::Scripts(event))
    }

    fn at(&self, place: DraftPlace) -> Option<Drafts> {
        self.drafts.places().nth(place.0)
    }

    /// Writes a draft. If it was taken up and said more than its scripts, it is kept as it was; then
    /// the answer is where.
    fn keep(
        &mut self,
        id: &EnvironmentId,
        file: &str,
        base: &Digest,
        cached: &str,
        run: &str,
    ) -> Result<Option<String>, String> {
        let told = |error: StoreError| error.to_string();
        let mut environment = manifest::parse(file).map_err(|error| error.to_string())?;
        environment.set_scripts(cached, run);
        let text = manifest::update(file, &environment).map_err(|error| error.to_string())?;
        let held = match self.held.entry(id.clone()) {
            Occupied(held) => held.into_mut(),
            Vacant(place) => {
                let free = self.drafts.free(id).map_err(told)?;
                let (drafts, lock) =
                    free.ok_or("too many drafts of it are kept; save soon, or take them up")?;
                place.insert(Held { drafts, is_found: false, _lock: lock })
            }
        };
        let mut kept_at = None;
        if std::mem::take(&mut held.is_found)
            && let Ok(Some(left)) = held.drafts.read(id)
            && !manifest::parse(&left).is_ok_and(|left| differ_in_scripts_only(&left, &environment))
        {
            kept_at = Some(held.drafts.set_aside(id).map_err(told)?.display().to_string());
        }
        held.drafts.begin(id, text.as_bytes(), Some(base)).map_err(told)?;
        Ok(kept_at)
    }

    /// Scripts that were handed to an editor and never came back become drafts. What fails is tried
    /// again by the next screen.
    fn take_in(&mut self) {
        for left in handed::left(&self.folders) {
            if self.take_in_one(&left).is_none() {
                continue;
            }
            let id = left.id.clone();
            if let Ok(Some(kept_at)) = left.end(&self.folders) {
                let words = format!(
                    "an editor of a script of `{id}` was killed; what it kept is in `{}`",
                    kept_at.display()
                );
                self.news.push(Event::Failed(words));
            }
        }
    }

    /// The same of one; none: that could not be done.
    fn take_in_one(&self, left: &Left) -> Option<()> {
        let file = self.environments.load(&left.id).ok();
        let says = |it: &Environment| it.script(left.stage) == left.text;
        let places = self.drafts.places();
        let mut earlier: Vec<_> = places.filter_map(|drafts| waiting(drafts, &left.id)).collect();
        if file.as_ref().is_some_and(|file| says(&file.environment))
            || earlier.iter().any(|earlier| says(&earlier.environment))
        {
            return Some(());
        }
        // It was handed over with what a draft had of the other script; a draft that was written
        // later is of something else.
        earlier.retain(|earlier| SystemTime::from(earlier.written) <= left.written);
        let earlier = earlier.into_iter().max_by_key(|earlier| earlier.written);
        let (text, mut environment) = match (&earlier, file.as_ref()) {
            (Some(earlier), _) => (earlier.text.clone(), earlier.environment.clone()),
            (None, Some(file)) => (file.text.clone(), file.environment.clone()),
            (None, None) => (manifest::render(&Environment::default()), Environment::default()),
        };
        let script =
            |stage| if stage == left.stage { &*left.text } else { environment.script(stage) };
        let (cached, run) = (script(Stage::Cached).to_owned(), script(Stage::Run).to_owned());
        environment.set_scripts(&cached, &run);
        let text = manifest::update(&text, &environment).ok()?;
        let base = match &earlier {
            Some(earlier) => earlier.drafts.base(&left.id),
            None => file.map(|file| file.revision),
        };
        let (drafts, _lock) = match earlier {
            Some(earlier) => {
                earlier.drafts.set_aside(&left.id).ok()?;
                (earlier.drafts, earlier.lock)
            }
            None => self.drafts.free(&left.id).ok()??,
        };
        drafts.begin(&left.id, text.as_bytes(), base.as_ref()).ok()?;
        drafts.date(&left.id, left.written);
        Some(())
    }

    /// The drafts that nobody edits, the newest last: that one is asked about first.
    fn find(&self) -> Vec<DraftFound> {
        let places = self.drafts.places().enumerate();
        let mut found: Vec<_> = places
            .flat_map(|(place, drafts)| {
                let ids = drafts.list().unwrap_or_default();
                ids.into_iter().filter_map(move |id| self.look(&drafts, DraftPlace(place), id))
            })
            .collect();
        found.sort_by_key(|draft| draft.written);
        found
    }

    /// A draft, unless somebody edits it, it is no environment, or it was begun by `prebake edit`
    /// and says something new of other fields: that is for `prebake edit`, too.
    fn look(&self, drafts: &Drafts, place: DraftPlace, id: EnvironmentId) -> Option<DraftFound> {
        let Waiting { written, text, environment: draft, .. } = waiting(drafts.clone(), &id)?;
        // A file that is gone or broken is one more reason to offer what was typed.
        let file = self.environments.load(&id).ok();
        let is_stale = match (&file, drafts.base(&id)) {
            (None, _) => false,
            (Some(file), base) if base.as_ref() == Some(&file.revision) => {
                if !differ_in_scripts_only(&draft, &file.environment) {
                    return None;
                }
                false
            }
            (Some(_), Some(_)) => true,
            (Some(file), None) => !differ_in_scripts_only(&draft, &file.environment),
        };
        Some(DraftFound {
            written: Moment(u64::try_from(written.as_millisecond()).unwrap_or(0)),
            cached: draft.script(Stage::Cached).to_owned(),
            run: draft.script(Stage::Run).to_owned(),
            place,
            text,
            is_stale,
            id,
        })
    }
}

/// A draft that nobody edits, and nobody can as long as this is there.
struct Waiting {
    drafts: Drafts,
    text: String,
    environment: Environment,
    written: Timestamp,
    lock: DraftLock,
}

/// The draft of an environment at a place; none: there is none that is an environment, or somebody
/// edits it.
fn waiting(drafts: Drafts, id: &EnvironmentId) -> Option<Waiting> {
    let lock = drafts.lock(id).ok()??;
    let (bytes, written) = drafts.bytes(id).ok()??;
    let text = String::from_utf8(bytes).ok()?;
    let environment = manifest::parse(&text).ok()?;
    Some(Waiting { drafts, text, environment, written, lock })
}

fn differ_in_scripts_only(one: &Environment, other: &Environment) -> bool {
    let mut one = one.clone();
    one.cached_preflight_script.clone_from(&other.cached_preflight_script);
    one.run_preflight_script.clone_from(&other.run_preflight_script);
    // Emptied, a single preflight of older files was switched off.
    one.preflight_enabled = other.preflight_enabled;
    one == *other
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::app::domain::manifest::render;
    use crate::ops::handed::Handed;

    struct Place {
        folder: tempfile::TempDir,
    }

    fn id() -> EnvironmentId {
        EnvironmentId::parse("web").unwrap()
    }

    fn environment(run: &str) -> Environment {
        Environment { run_preflight_script: run.to_owned(), ..Environment::default() }
    }

    impl Place {
        fn new() -> Self {
            let place = Self { folder: tempfile::tempdir().unwrap() };
            place.write(&environment("saved\n"));
            place
        }

        fn folders(&self) -> Folders {
            Folders::new(self.folder.path().join("config"), self.folder.path().join("state"))
        }

        fn file(&self) -> std::path::PathBuf {
            Environments::new(self.folders()).path(&id())
        }

        fn write(&self, environment: &Environment) {
            self.folders().create_environments().unwrap();
            fs::write(self.file(), render(environment)).unwrap();
        }

        fn desk(&self) -> Desk {
            Desk::new(&self.folders())
        }

        /// Lets a screen keep this as its unsaved run preflight, begun as what the file says.
        fn keep(&self, desk: &mut Desk, run: &str) -> ScriptsEvent {
            let file = fs::read_to_string(self.file()).unwrap();
            let base = Digest::of(&file);
            let cached = String::new();
            let keep =
                ScriptsEffect::KeepDraft { id: id(), file, base, cached, run: run.to_owned() };
            let Some(Event::Scripts(event)) = desk.perform(keep) else { panic!("nothing is told") };
            event
        }

        /// What the next screen would offer: each run preflight, and whether it is stale.
        fn offered(&self) -> Vec<(String, bool)> {
            let found = self.desk().find();
            found.into_iter().map(|draft| (draft.run, draft.is_stale)).collect()
        }
    }

    #[test]
    fn a_draft_is_offered_whatever_became_of_its_file() {
        let place = Place::new();
        let mut desk = place.desk();
        assert_eq!(place.keep(&mut desk, "typed\n"), ScriptsEvent::Kept(id(), Ok(())));
        assert_eq!(place.offered(), [], "a screen is at it");
        drop(desk);
        let offered = |is_stale| [("typed\n".to_owned(), is_stale)];
        assert_eq!(place.offered(), offered(false));
        // A toggle, or somebody else, changed another field.
        let toggled = Environment { cache_container_build: false, ..environment("saved\n") };
        place.write(&toggled);
        assert_eq!(place.offered(), offered(true));
        fs::write(place.file(), "name: [ broken").unwrap();
        assert_eq!(place.offered(), offered(false));
        fs::remove_file(place.file()).unwrap();
        assert_eq!(place.offered(), offered(false));
    }

    #[test]
    fn screens_that_edit_the_same_environment_have_a_draft_each() {
        let place = Place::new();
        let (mut one, mut other) = (place.desk(), place.desk());
        for (desk, run) in [(&mut one, "one\n"), (&mut other, "other\n")] {
            assert_eq!(place.keep(desk, run), ScriptsEvent::Kept(id(), Ok(())));
        }
        drop(one);
        place.keep(&mut other, "more of the other\n");
        drop(other);
        let mut texts = place.offered();
        texts.sort();
        assert_eq!(texts, [("more of the other\n".to_owned(), false), ("one\n".to_owned(), false)]);
    }

    #[test]
    fn a_draft_that_is_not_taken_up_stays_and_one_that_is_goes_on() {
        let place = Place::new();
        place.keep(&mut place.desk(), "first\n");
        // "Ask again next time", and then something else was typed.
        place.keep(&mut place.desk(), "second\n");
        assert_eq!(place.offered().len(), 2);
        let mut desk = place.desk();
        let first = desk.find().into_iter().find(|draft| draft.run == "first\n").unwrap();
        assert_eq!(desk.perform(ScriptsEffect::TakeUp(id(), first.place)), None);
        place.keep(&mut desk, "first and more\n");
        desk.perform(ScriptsEffect::DropDraft(id()));
        assert_eq!(place.offered(), [("second\n".to_owned(), false)]);
        let second = desk.find().remove(0);
        desk.perform(ScriptsEffect::DropFound(id(), second.place));
        assert_eq!(place.offered(), []);
    }

    #[test]
    fn a_script_that_did_not_come_back_from_an_editor_is_offered() {
        let place = Place::new();
        let hand = |text: &str| {
            let folders = place.folders();
            let handed = Handed::begin(&folders, &id(), Stage::Run, "typed\n").unwrap();
            fs::write(handed.file(), text).unwrap();
        };
        let found = || {
            let mut desk = place.desk();
            let Some(Event::Scripts(ScriptsEvent::Drafts(found))) =
                desk.perform(ScriptsEffect::FindDrafts)
            else {
                panic!("nothing is told")
            };
            found.into_iter().map(|it| (it.cached, it.run)).collect::<Vec<_>>()
        };
        hand("saved\n");
        assert_eq!(found(), [], "that is nothing new");
        hand("from the editor\n");
        let offered = |cached: &str| [(cached.to_owned(), "from the editor\n".to_owned())];
        assert_eq!(found(), offered(""));
        assert_eq!(found(), offered(""), "it is taken in once");
        Drafts::new(place.folders()).discard(&id()).unwrap();
        // What was typed in the other script before stays with it.
        let mut desk = place.desk();
        let file = fs::read_to_string(place.file()).unwrap();
        desk.perform(ScriptsEffect::KeepDraft {
            id: id(),
            base: Digest::of(&file),
            file,
            cached: "other\n".to_owned(),
            run: "typed\n".to_owned(),
        });
        drop(desk);
        hand("from the editor\n");
        assert_eq!(found(), offered("other\n"));
        // The file is gone, and the draft, too.
        Drafts::new(place.folders()).discard(&id()).unwrap();
        fs::remove_file(place.file()).unwrap();
        hand("from the editor\n");
        assert_eq!(found(), offered(""));
    }

    #[test]
    fn what_a_draft_says_of_other_fields_is_never_lost() {
        let place = Place::new();
        let drafts = Drafts::new(place.folders());
        let typed = Environment { workdir: "/typed".to_owned(), ..environment("typed\n") };
        let begin = || {
            let base = Digest::of(fs::read(place.file()).unwrap());
            drafts.begin(&id(), render(&typed).as_bytes(), Some(&base)).unwrap();
        };
        begin();
        assert_eq!(place.offered(), [], "that is for `prebake edit`");
        // Nobody knows any more who changed the field.
        place.write(&environment("changed\n"));
        let mut desk = place.desk();
        let found = desk.find().remove(0);
        assert!(found.is_stale);
        desk.perform(ScriptsEffect::TakeUp(id(), found.place));
        let ScriptsEvent::SetAside(_, kept_at) = place.keep(&mut desk, "typed\n") else {
            panic!("nothing was kept")
        };
        assert_eq!(fs::read_to_string(kept_at).unwrap(), render(&typed));
        assert_eq!(place.keep(&mut desk, "typed more\n"), ScriptsEvent::Kept(id(), Ok(())));
    }
}
