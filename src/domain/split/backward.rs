//! Who needs what a statement leaves in the shell: a variable, a function, the working directory.
//!
//! A bake's shell is gone when a task starts. What only sets up the shell is repeated for whoever
//! needs it; anything else that a statement of the run part needs has to run there, too. The last
//! to need something is the task's command, which gets exports and the working directory.

use foldhash::{HashMap, HashSet};

use super::Broken;
use super::judge::runs_programs;
use super::order::{Draft, Place};
use super::path_set::PathSet;
use super::rule::{Reason, Rule};
use super::start::TaskStart;
use super::units::Unit;
use crate::domain::bash::Facts;
use crate::domain::bash::facts::path::Path;
use crate::domain::bash::facts::{Access, NeedKind, State, Unknown};

/// Which parts need a statement that only sets up the shell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) cached: bool,
    pub(super) run: bool,
}

/// Moves what the run part needs there; what needs what, and whether anything moved.
pub(super) fn pull(draft: &mut Draft<'_>) -> bool {
    let mut walk = Walk::new(draft.units, draft.start, keeps(draft));
    let mut moved = false;
    for unit in (0..draft.units.len()).rev() {
        let (_, reason) = walk.step(draft, unit);
        if let Some(reason) = reason {
            draft.places[unit] = Place::Run;
            draft.reasons[unit] = reason;
            moved = true;
            walk.run.add(&draft.units[unit].facts, unit);
        }
    }
    moved
}

/// Which parts need each statement; and what is missing in the run part.
pub(super) fn look(draft: &Draft<'_>) -> (Vec<Need>, Vec<Broken>) {
    look_with(draft, keeps(draft))
}

/// Whether the run part has anything to do but what nobody needs.
fn keeps(draft: &Draft<'_>) -> bool {
    let is_kept = |(place, need): (&Place, &Need)| *place == Place::Setting && need.run;
    draft.places.contains(&Place::Run)
        || draft.places.iter().zip(&look_with(draft, false).0).any(is_kept)
}

fn look_with(draft: &Draft<'_>, keeps: bool) -> (Vec<Need>, Vec<Broken>) {
    let mut walk = Walk::new(draft.units, draft.start, keeps);
    let mut needs = vec![Need::default(); draft.units.len()];
    let mut broken = Vec::new();
    for statement in (0..draft.units.len()).rev() {
        let (need, reason) = walk.step(draft, statement);
        needs[statement] = need;
        if let Some(reason) = reason {
            broken.push(Broken { statement, reason });
        }
    }
    (needs, broken)
}

/// What is needed by all that stands behind a statement.
struct Walk<'p> {
    run: Needed<'p>,
    cached: Needed<'p>,
    /// What is exported at some time, and whether that is everything.
    exported: HashSet<&'p str>,
    exports_all: bool,
    /// What is baked behind it.
    writes: PathSet<'p>,
    /// What of that may be a folder that was not there before, or is gone.
    folders: PathSet<'p>,
    /// What is written by who works in the folder that is entered next: it was there.
    inside: Vec<(&'p Path, usize)>,
    /// Whether there is a run part anyway, for what nobody needs.
    keeps: bool,
}

/// The task's command, which stands behind all statements.
const COMMAND: usize = usize::MAX;

/// Variables that images export.
const EXPORTED: [&str; 6] = ["PATH", "HOME", "USER", "SHELL", "LANG", "TZ"];

/// Variables that images of languages export. Not every image is one, so they are only repeated
/// where that costs nothing: nothing moves for them.
const OF_LANGUAGES: [&str; 19] = [
    "NODE_VERSION",
    "YARN_VERSION",
    "PYTHON_VERSION",
    "PYTHON_PIP_VERSION",
    "GOLANG_VERSION",
    "GOPATH",
    "GOTOOLCHAIN",
    "JAVA_HOME",
    "JAVA_VERSION",
    "MAVEN_HOME",
    "GRADLE_HOME",
    "RUBY_VERSION",
    "GEM_HOME",
    "RUST_VERSION",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "PHP_VERSION",
    "DOTNET_VERSION",
    "GPG_KEY",
];

/// What is needed, and by whom.
#[derive(Default)]
struct Needed<'p> {
    variables: HashMap<&'p str, usize>,
    functions: HashMap<&'p str, usize>,
    states: HashMap<State, usize>,
    /// Who may read any variable and call any function: what is sourced, or runs in a trap.
    anything: Option<usize>,
    /// Who goes back to a folder from before.
    folders: Option<usize>,
    /// Who runs programs, which get all that is exported.
    exports: Option<usize>,
    /// Whose status the next one asks for.
    status: Option<usize>,
}

impl<'p> Walk<'p> {
    fn new(units: &'p [Unit], start: &'p TaskStart, keeps: bool) -> Self {
        let settings = units.iter().flat_map(|unit| &unit.facts.sets);
        let exported = settings.filter(|setting| setting.exported);
        let commands = units.iter().flat_map(|unit| &unit.facts.commands);
        let exports_all = commands.filter(|command| command.name == "set").any(|command| {
            command.arguments.iter().any(|word| {
                word.text == "allexport" || word.text.starts_with('-') && word.text.contains('a')
            })
        });
        let mut run = Needed { exports: Some(COMMAND), ..Needed::default() };
        for state in [State::Folder, State::Umask, State::Limits] {
            run.states.insert(state, COMMAND);
        }
        // What is switched on and off again would export what is not meant to be.
        if exports_all {
            run.states.insert(State::Options, COMMAND);
        }
        Self {
            run,
            cached: Needed::default(),
            exported: exported
                .map(|setting| setting.name.as_str())
                // Those are exported before the script begins.
                .chain(start.variables.iter().map(String::as_str))
                .collect(),
            exports_all,
            writes: PathSet::default(),
            folders: PathSet::default(),
            inside: Vec::new(),
            keeps,
        }
    }

    /// Goes over a statement: which parts need it, and why it has to be in the run part, if it is
    /// not.
    fn step(&mut self, draft: &Draft<'p>, unit: usize) -> (Need, Option<Reason>) {
        let facts = &draft.units[unit].facts;
        let is_repeated = draft.places[unit] == Place::Setting;
        let by_run = self.gives(&self.run, facts, is_repeated);
        let by_cached = self.gives(&self.cached, facts, is_repeated);
        let mut need = Need { cached: by_cached.is_some(), run: by_run.is_some() };
        let mut reason = None;
        match draft.places[unit] {
            Place::Run => self.run.add(facts, unit),
            Place::Static => {
                reason = by_run.map(|(subject, by)| needed(draft, subject, by));
                if reason.is_none() {
                    self.cached.add(facts, unit);
                    for used in facts.paths.iter().filter(|used| used.access != Access::Read) {
                        self.writes.add(&used.path, unit);
                        if used.access == Access::Write && works_in_its_folder(facts) {
                            self.inside.push((&used.path, unit));
                        } else {
                            self.folders.add(&used.path, unit);
                        }
                    }
                }
            }
            Place::Setting => {
                // What nobody needs must be in one of them all the same, and find there what it
                // needs itself. The image may export what it sets.
                if self.keeps && need == Need::default() {
                    need.run = facts.reads.is_empty() && self.changed(draft, facts).is_none();
                    need.cached = !need.run;
                }
                if need.run {
                    reason = self.changed(draft, facts);
                    self.run.add(facts, unit);
                }
                if need.cached && reason.is_none() {
                    self.cached.add(facts, unit);
                }
            }
        }
        if facts.changes.iter().any(|change| change.what == State::Folder) {
            for (path, unit) in self.inside.drain(..) {
                self.folders.add(path, unit);
            }
        }
        (need, reason)
    }

    /// What of the needed things a statement gives, and who needs it.
    fn gives(
        &self,
        needed: &Needed<'_>,
        facts: &Facts,
        is_repeated: bool,
    ) -> Option<(String, usize)> {
        for setting in &facts.sets {
            let name = setting.name.as_str();
            let by = needed.variables.get(name).copied().or(needed.anything).or_else(|| {
                let exported = setting.exported
                    || self.exports_all
                    || self.exported.contains(name)
                    || EXPORTED.contains(&name)
                    || is_repeated && OF_LANGUAGES.contains(&name);
                needed.exports.filter(|_| exported)
            });
            if let Some(by) = by {
                return Some((format!("`${name}`"), by));
            }
        }
        for define in &facts.defines {
            let by = needed.functions.get(define.name.as_str()).copied().or(needed.anything);
            if let Some(by) = by {
                return Some((format!("`{}`", define.name), by));
            }
        }
        for change in &facts.changes {
            if let Some(by) = needed.states.get(&change.what) {
                return Some((words(change.what).to_owned(), *by));
            }
        }
        needed.status.map(|by| ("its status".to_owned(), by))
    }

    /// Why a setting cannot be repeated: what it reads is not the same any more.
    fn changed(&self, draft: &Draft<'_>, facts: &Facts) -> Option<Reason> {
        // What lies in a folder does not matter for going there.
        let enters = |name: &str| matches!(name, "cd" | "pushd");
        let only_enters = facts.commands.iter().all(|command| enters(&command.name))
            && facts.changes.iter().any(|change| change.what == State::Folder);
        facts.paths.iter().find_map(|used| {
            let (unit, met) = if only_enters {
                self.folders.covers(&used.path)?
            } else {
                self.writes.meets(&used.path)?
            };
            Some(Reason::after(Rule::ChangedLater, met.shown(), draft.lines[*unit].0))
        })
    }
}

impl<'p> Needed<'p> {
    /// What a statement that runs here needs itself, beside what is needed behind it. What it
    /// surely sets, nobody needs from before.
    fn add(&mut self, facts: &'p Facts, unit: usize) {
        for setting in facts.sets.iter().filter(|setting| setting.surely) {
            self.variables.remove(setting.name.as_str());
        }
        let in_folder = |name: &str| matches!(name, "PWD" | "OLDPWD");
        let enters_absolutely =
            self.folders.is_none() && !facts.reads.iter().any(|read| in_folder(&read.name));
        for change in facts.changes.iter().filter(|change| change.surely) {
            match change.what {
                State::Folder if enters_absolutely => drop(self.states.remove(&State::Folder)),
                State::Umask | State::Limits => drop(self.states.remove(&change.what)),
                _ => {}
            }
        }
        for define in facts.defines.iter().filter(|define| define.surely) {
            self.functions.remove(define.name.as_str());
        }
        for read in &facts.reads {
            if in_folder(&read.name) {
                self.states.insert(State::Folder, unit);
            } else {
                self.variables.insert(&read.name, unit);
            }
        }
        for call in &facts.calls {
            self.functions.insert(&call.name, unit);
        }
        for state in [State::Options, State::Aliases, State::Arguments, State::Limits] {
            self.states.insert(state, unit);
        }
        let is_unknown = !facts.unknown.is_empty();
        if is_unknown || facts.paths.iter().any(|used| used.access != Access::Read) {
            self.states.insert(State::Umask, unit);
        }
        if is_unknown {
            self.states.insert(State::Folder, unit);
        }
        if may_ask_for_anything(facts) {
            self.anything = Some(unit);
        }
        if facts.reads.iter().any(|read| read.name == "OLDPWD")
            || facts.commands.iter().any(|it| matches!(it.name.as_str(), "pushd" | "popd" | "dirs"))
        {
            self.folders = Some(unit);
        }
        if runs_programs(facts) {
            self.exports = Some(unit);
        }
        let asks = facts.needs.iter().any(|need| need.kind == NeedKind::Status);
        self.status = asks.then_some(unit);
    }
}

/// Whether a statement works in the folder it is in, which is the same one behind it.
fn works_in_its_folder(facts: &Facts) -> bool {
    let replaces = |name: &str| matches!(name, "ln" | "mv");
    facts.reads.iter().any(|read| read.name == "PWD")
        && !facts.commands.iter().any(|it| replaces(&it.name))
}

/// Whether a statement may read variables and call functions that it does not name.
fn may_ask_for_anything(facts: &Facts) -> bool {
    let is_open = |unknown: &Unknown| unknown.in_shell || unknown.what.starts_with("${!");
    facts.unknown.iter().any(is_open)
        || facts.changes.iter().any(|change| change.what == State::Traps)
}

fn needed(draft: &Draft<'_>, subject: String, by: usize) -> Reason {
    let line = draft.lines.get(by).map(|lines| lines.0);
    Reason { rule: Rule::NeededLater, subject, line }
}

fn words(state: State) -> &'static str {
    match state {
        State::Folder => "the working directory",
        State::Options => "the options of the shell",
        State::Umask => "the mode of new files",
        State::Traps => "traps",
        State::Aliases => "aliases",
        State::Limits => "limits",
        State::Arguments => "arguments",
        State::Descriptors => "where output goes",
        State::Jobs => "jobs",
    }
}
