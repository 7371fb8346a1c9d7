//! What has to follow a statement of the run part, and so cannot be baked.
//!
//! Everything baked runs before everything that is not, so a statement may be baked only if it
//! could as well stand before each earlier statement of the run part.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashSet};

use super::heeded::{forms_of, heeded_forms};
use super::judge::{is_temporary, may_succeed, missing_variable};
use super::order::{Draft, Place};
use super::path_set::PathSet;
use super::rule::{Reason, Rule};
use super::{Boldness, Broken, Part};
use crate::domain::bash::Facts;
use crate::domain::bash::facts::path::Path;
use crate::domain::bash::facts::{Access, Aim, NeedKind, State};

/// Moves what cannot be baked to the run part; whether anything moved.
pub(super) fn hold_back(draft: &mut Draft<'_>) -> bool {
    let mut before = Before::default();
    let mut moved = false;
    for unit in 0..draft.units.len() {
        if draft.places[unit] != Place::Run
            && let Some(reason) = before.forbids(draft, unit)
        {
            draft.places[unit] = Place::Run;
            draft.reasons[unit] = reason;
            moved = true;
        } else if matches!(draft.reasons[unit].rule, Rule::UnknownPath | Rule::UnknownCommand)
            && draft.places[unit] == Place::Run
            && let Some(reason) = before.names(draft, unit)
        {
            draft.reasons[unit] = reason;
        } else if draft.places[unit] != Place::Run
            && let Some(reason) = before.missing(draft, unit)
        {
            // It is presumed to be what the image has, and that is told.
            draft.reasons[unit] = Reason::new(Rule::ProbablyStatic, reason.subject);
        }
        before.add(draft, unit);
    }
    moved
}

/// What stands where it must not, with the parts that somebody chose.
pub(super) fn conflicts(draft: &Draft<'_>) -> Vec<Broken> {
    let mut before = Before::default();
    let mut broken = Vec::new();
    for unit in 0..draft.units.len() {
        let is_cached = match draft.wanted.get(&unit) {
            Some(part) => *part != Part::Run,
            None => draft.places[unit] != Place::Run,
        };
        if is_cached && let Some(reason) = before.forbids(draft, unit) {
            broken.push(Broken { statement: unit, reason });
        }
        before.add(draft, unit);
    }
    broken
}

/// What the statements before one do, as far as that matters for it.
#[derive(Default)]
struct Before<'p> {
    /// Variables by who set them last, if that runs at task start.
    run_variables: HashMap<&'p str, usize>,
    /// Those of them that commands heed without naming them, by their forms.
    run_heeded: HashMap<usize, BTreeSet<&'p str>>,
    run_functions: HashMap<&'p str, usize>,
    run_states: HashMap<State, usize>,
    run_writes: PathSet<'p>,
    run_reads: PathSet<'p>,
    /// What programs read without being told to.
    run_heeds: PathSet<'p>,
    /// Folders that may be made along with a path.
    run_folders: HashMap<&'p str, usize>,
    exit: Option<usize>,
    unknown: Option<usize>,
    unknown_in_shell: Option<usize>,
    /// What is surely set, wherever.
    set: HashSet<&'p str>,
    /// What is baked before.
    writes: PathSet<'p>,
}

impl<'p> Before<'p> {
    fn add(&mut self, draft: &Draft<'p>, unit: usize) {
        let facts = &draft.units[unit].facts;
        let runs = draft.places[unit] == Place::Run;
        for setting in &facts.sets {
            let name = setting.name.as_str();
            if setting.surely {
                self.set.insert(name);
            }
            if runs {
                self.run_variables.insert(name, unit);
                for form in forms_of(name) {
                    self.run_heeded.entry(form).or_default().insert(name);
                }
            } else if setting.surely && self.run_variables.remove(name).is_some() {
                for form in forms_of(name) {
                    if let Some(names) = self.run_heeded.get_mut(&form) {
                        names.remove(name);
                    }
                }
            }
        }
        for define in &facts.defines {
            if runs {
                self.run_functions.insert(&define.name, unit);
            } else if define.surely {
                self.run_functions.remove(define.name.as_str());
            }
        }
        for change in &facts.changes {
            if runs {
                self.run_states.insert(change.what, unit);
            } else if change.surely {
                self.run_states.remove(&change.what);
            }
        }
        for used in &facts.paths {
            match (runs, used.access) {
                // That a program is newer than it was is no other program.
                (true, Access::Read) if runs_it(facts, &used.path) => {}
                (true, Access::Read) if used.aim == Aim::Heeded => {
                    self.run_heeds.add(&used.path, unit);
                }
                (true, Access::Read) => self.run_reads.add(&used.path, unit),
                (true, _) => {
                    self.run_writes.add(&used.path, unit);
                    if used.access == Access::Make {
                        for folder in used.path.folders() {
                            self.run_folders.entry(folder).or_insert(unit);
                        }
                    }
                }
                (false, Access::Write | Access::Make) => self.writes.add(&used.path, unit),
                (false, _) => {}
            }
        }
        if runs {
            if facts.exits.iter().any(|exit| exit.replaces || may_succeed(exit)) {
                self.exit.get_or_insert(unit);
            }
            if facts.unknown.iter().any(|unknown| unknown.in_shell) {
                self.unknown_in_shell.get_or_insert(unit);
            }
            if may_change_anything(facts) {
                self.unknown.get_or_insert(unit);
            }
        }
    }

    /// Why a unit cannot be baked behind all this, if it cannot.
    fn forbids(&self, draft: &Draft<'_>, unit: usize) -> Option<Reason> {
        let facts = &draft.units[unit].facts;
        let line = |unit: usize| draft.lines[unit].0;
        if let Some(exit) = self.exit {
            return Some(Reason::after(Rule::FollowsExit, "", line(exit)));
        }
        if let Some(unknown) = self.unknown_in_shell {
            return Some(Reason::after(Rule::FollowsUnknown, "", line(unknown)));
        }
        status(draft, unit)
            .or_else(|| self.variables(draft, facts))
            .or_else(|| self.shell(draft, facts))
            .or_else(|| self.missing(draft, unit).filter(|it| !is_presumed(draft, it)))
            .or_else(|| self.world(draft, facts))
    }

    /// The variable of before that a unit may not read in a bake.
    fn missing(&self, draft: &Draft<'_>, unit: usize) -> Option<Reason> {
        let facts = &draft.units[unit].facts;
        missing_variable(facts, draft.start, |name| self.set.contains(name))
    }

    /// The variable because of which something in a unit is not known.
    fn names(&self, draft: &Draft<'_>, unit: usize) -> Option<Reason> {
        let facts = &draft.units[unit].facts;
        self.missing(draft, unit)
            .filter(|reason| reason.rule == Rule::TaskVariable)
            .or_else(|| self.variables(draft, facts))
    }

    fn variables(&self, draft: &Draft<'_>, facts: &Facts) -> Option<Reason> {
        let line = |unit: &usize| draft.lines[*unit].0;
        for read in &facts.reads {
            if let Some(unit) = self.run_variables.get(read.name.as_str()) {
                let subject = format!("${}", read.name);
                return Some(Reason::after(Rule::FollowsVariable, subject, line(unit)));
            }
        }
        for call in &facts.calls {
            if let Some(unit) = self.run_functions.get(call.name.as_str()) {
                return Some(Reason::after(Rule::FollowsFunction, call.name.as_str(), line(unit)));
            }
        }
        if self.run_heeded.is_empty() {
            return None;
        }
        let names = heeded_forms(facts).filter_map(|form| self.run_heeded.get(&form)?.first());
        let name = names.min()?;
        let unit = self.run_variables.get(name)?;
        Some(Reason::after(Rule::FollowsVariable, format!("${name}"), line(unit)))
    }

    fn shell(&self, draft: &Draft<'_>, facts: &Facts) -> Option<Reason> {
        let makes = || {
            !facts.installs.is_empty() || facts.paths.iter().any(|used| used.access != Access::Read)
        };
        let in_folder = || facts.reads.iter().any(|read| read.name == "PWD");
        let states = [
            (State::Options, "the options of the shell", true),
            (State::Aliases, "aliases", true),
            (State::Limits, "limits", true),
            (State::Traps, "traps", true),
            (State::Descriptors, "where all output goes", true),
            (State::Umask, "the mode of new files", makes()),
            (State::Folder, "the working directory", in_folder()),
        ];
        let (unit, what) = states.into_iter().find_map(|(state, what, matters)| {
            let unit = self.run_states.get(&state).filter(|_| matters)?;
            Some((*unit, what))
        })?;
        Some(Reason::after(Rule::FollowsState, what, draft.lines[unit].0))
    }

    /// Files: what was changed before it, and what it changes.
    fn world(&self, draft: &Draft<'_>, facts: &Facts) -> Option<Reason> {
        let after = |rule, path: &Path, unit: usize| {
            Some(Reason::after(rule, path.shown(), draft.lines[unit].0))
        };
        if let Some(unknown) = self.unknown
            && draft.boldness == Boldness::Careful
            && !(facts.paths.is_empty() && facts.installs.is_empty() && facts.unknown.is_empty())
        {
            return Some(Reason::after(Rule::FollowsUnknown, "", draft.lines[unknown].0));
        }
        let mut own = PathSet::default();
        for used in &facts.paths {
            let path = &used.path;
            if let Some((unit, met)) = self.run_writes.meets(path) {
                return after(Rule::FollowsWrite, met, *unit);
            }
            for folder in path.folders() {
                if let Some(unit) = self.run_folders.get(folder) {
                    let folder = Path::of(folder, true, Some(&Path::start()));
                    return after(Rule::FollowsWrite, &folder, *unit);
                }
            }
            if used.access != Access::Read {
                // Packages bring programs and their settings, but not what others were set to.
                let heeds = || self.run_heeds.meets(path).filter(|_| used.aim != Aim::Within);
                if let Some((unit, met)) = self.run_reads.meets(path).or_else(heeds) {
                    return after(Rule::FollowsRead, met, *unit);
                }
                own.add(path, 0);
            } else if is_temporary(path)
                && self.writes.meets(path).is_none()
                && own.meets(path).is_none()
                && !facts.paths.iter().any(|made| made.access != Access::Read && made.path == *path)
            {
                return Some(Reason::new(Rule::TemporaryFile, path.shown()));
            }
        }
        None
    }
}

/// Whether a variable that nobody sets is taken for what the image has, which a task can only
/// change by what is given at its start.
fn is_presumed(draft: &Draft<'_>, reason: &Reason) -> bool {
    draft.boldness == Boldness::Bold && reason.rule == Rule::UnknownVariable
}

/// A statement about the status of the one before stays with it.
fn status(draft: &Draft<'_>, unit: usize) -> Option<Reason> {
    let facts = &draft.units[unit].facts;
    let asks =
        draft.units[unit].is_status || facts.needs.iter().any(|need| need.kind == NeedKind::Status);
    let before = unit.checked_sub(1)?;
    let runs = asks && draft.places[before] == Place::Run;
    runs.then(|| Reason::after(Rule::FollowsStatus, "", draft.lines[before].0))
}

/// Whether what a statement changes is not known.
fn may_change_anything(facts: &Facts) -> bool {
    let is_wide = |kind| matches!(kind, NeedKind::Service | NeedKind::Network);
    let mounts = |what: &str| matches!(what, "mount" | "umount");
    !facts.unknown.is_empty()
        || facts.needs.iter().any(|need| is_wide(need.kind) || mounts(&need.what))
}

/// Whether a path is a program that the statement runs.
fn runs_it(facts: &Facts, path: &Path) -> bool {
    let name = path.text().rsplit_once('/').filter(|(folder, _)| folder.ends_with("/bin"));
    name.is_some_and(|(_, name)| facts.commands.iter().any(|command| command.name == name))
}
