//! The two editors of one environment, and how they stand to its file.

use crate::app::editor::Editor;
use crate::app::editor::place::Place;
use crate::app::environments::Entry;
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;

/// How the editors stand to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They say the same.
    Saved,
    /// Something was typed that is not in the file.
    Unsaved,
    /// That, and somebody else changed the scripts in the file.
    Conflict,
}

/// What findings are of: the edits of the script, those of the other one, and the file, whose
/// other fields matter for them, too.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Linted {
    own: u64,
    other: u64,
    file: Digest,
}

/// The two editors of an environment.
#[derive(Clone, Debug)]
pub struct Pair {
    cached: Editor,
    run: Editor,
    /// The file's text that they began as.
    file: String,
    base: Digest,
    /// What the file says by now, when somebody else changed its scripts meanwhile.
    theirs: Option<Entry>,
    /// Whether what was typed began as a file that nobody knows any more.
    contested: bool,
    /// The scripts on their way to the file.
    saving: Option<[String; 2]>,
    /// Whether the file was another one when they got there: they go again once it is known.
    refused: bool,
    /// The edits that the draft is of, and the file below them.
    drafted: Option<(u64, u64, Digest)>,
    /// Why there is no draft of it, if one could not be written.
    undrafted: Option<String>,
    /// What the findings are asked for or known of, by stage.
    linted: [Option<Linted>; 2],
}

impl Pair {
    /// The editors of a file, with so many cells from one stop of tabs to the next.
    #[must_use]
    pub fn new(entry: &Entry, tab_width: u8) -> Self {
        let editor = |stage| Editor::new(entry.environment.script(stage)).with_tabs(tab_width);
        Self {
            cached: editor(Stage::Cached),
            run: editor(Stage::Run),
            file: entry.text.clone(),
            base: entry.revision.clone(),
            theirs: None,
            contested: false,
            saving: None,
            refused: false,
            drafted: None,
            undrafted: None,
            linted: [None, None],
        }
    }

    /// The editor of a script.
    #[must_use]
    pub fn editor(&self, stage: Stage) -> &Editor {
        match stage {
            Stage::Cached => &self.cached,
            Stage::Run => &self.run,
        }
    }

    /// The same, to be changed.
    pub fn editor_mut(&mut self, stage: Stage) -> &mut Editor {
        match stage {
            Stage::Cached => &mut self.cached,
            Stage::Run => &mut self.run,
        }
    }

    /// Takes the marks of a failed bake away.
    pub fn clear_failed(&mut self) {
        self.cached.marks.set_failed(None);
        self.run.marks.set_failed(None);
    }

    /// The text of a script as it stands.
    #[must_use]
    pub fn text(&self, stage: Stage) -> String {
        self.editor(stage).buffer().contents()
    }

    /// Whether something was typed that is not in the file.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.cached.buffer().is_dirty() || self.run.buffer().is_dirty()
    }

    /// Whether the file says all that was typed.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        [Stage::Cached, Stage::Run].iter().all(|stage| self.standing(*stage) == Standing::Saved)
    }

    /// How a script stands to the file.
    #[must_use]
    pub fn standing(&self, stage: Stage) -> Standing {
        match (self.editor(stage).buffer().is_dirty(), &self.theirs) {
            (false, _) => Standing::Saved,
            (true, None) => Standing::Unsaved,
            (true, Some(_)) => Standing::Conflict,
        }
    }

    /// The file's text that they began as, and its revision.
    #[must_use]
    pub fn base(&self) -> (&str, &Digest) {
        (&self.file, &self.base)
    }

    /// What the file says by now, when somebody else changed its scripts meanwhile.
    #[must_use]
    pub fn theirs(&self) -> Option<&Entry> {
        self.theirs.as_ref()
    }

    /// Takes note of what the file says. Unsaved text stays; what is not touched here follows the
    /// file. Whether somebody else's change and an unsaved text now stand against each other, and
    /// did not before.
    pub fn follow(&mut self, entry: &Entry) -> bool {
        if self.contested && self.saving.is_none() {
            self.theirs = Some(entry.clone());
            return false;
        }
        if entry.revision == self.base {
            // What was changed was changed back.
            self.theirs = None;
            return false;
        }
        if self.theirs.as_ref().is_some_and(|theirs| theirs.revision == entry.revision) {
            return false;
        }
        let says = |stage: Stage| entry.environment.script(stage);
        let stages = [Stage::Cached, Stage::Run];
        if let Some(saved) =
            self.saving.take_if(|saved| stages.map(says) == saved.each_ref().map(String::as_str))
        {
            // What was typed while it was written stays unsaved.
            for (stage, text) in stages.into_iter().zip(saved) {
                self.editor_mut(stage).saved(text);
            }
            self.rebase(entry);
            return false;
        }
        let changed = |it: &Self, stage| !it.editor(stage).buffer().was_saved_as(says(stage));
        let in_the_way = stages.into_iter().any(|stage| {
            let buffer = self.editor(stage).buffer();
            changed(self, stage) && buffer.is_dirty() && !buffer.text().is(says(stage))
        });
        if in_the_way {
            self.theirs = Some(entry.clone());
            return true;
        }
        for stage in stages {
            if changed(self, stage) {
                self.take(stage, says(stage));
            }
        }
        self.rebase(entry);
        false
    }

    /// Takes note that what was typed began as another file than `entry`, of which only the revision
    /// is known: whose scripts stay is asked, whatever they are.
    pub fn contest(&mut self, entry: Entry, base: Digest) {
        self.theirs = Some(entry);
        self.base = base;
        self.contested = true;
    }

    /// Makes the editors say what the file does; what they said is a step of undo away.
    pub fn take_theirs(&mut self) {
        if let Some(theirs) = self.theirs.take() {
            for stage in [Stage::Cached, Stage::Run] {
                self.take(stage, theirs.environment.script(stage));
            }
            self.rebase(&theirs);
        }
    }

    /// Keeps what was typed as the change of what the file says now.
    pub fn keep_mine(&mut self) {
        if let Some(theirs) = self.theirs.take() {
            for stage in [Stage::Cached, Stage::Run] {
                let text = theirs.environment.script(stage);
                if self.editor(stage).buffer().is_dirty() {
                    self.editor_mut(stage).saved(text.to_owned());
                } else {
                    self.take(stage, text);
                }
            }
            self.rebase(&theirs);
        }
    }

    /// Takes note of the scripts that are on their way to the file; none: they did not get there.
    pub fn saves(&mut self, texts: Option<[String; 2]>) -> bool {
        std::mem::replace(&mut self.saving, texts).is_some()
    }

    /// Takes note that they did not get to the file, and were to.
    pub fn refused(&mut self) {
        self.refused = true;
    }

    /// Whether that is so; not from now on.
    pub fn take_refused(&mut self) -> bool {
        std::mem::take(&mut self.refused)
    }

    fn rebase(&mut self, entry: &Entry) {
        self.theirs = None;
        self.contested = false;
        self.file.clone_from(&entry.text);
        self.base = entry.revision.clone();
    }

    fn take(&mut self, stage: Stage, text: &str) {
        let editor = self.editor_mut(stage);
        if !editor.buffer().text().is(text) {
            let cursor: Place = editor.buffer().cursor();
            editor.take_over(text, cursor);
        }
        editor.saved(text.to_owned());
    }

    /// Whether there is unsaved text that no draft has; it has from now on. A draft of the same
    /// text over another file is another one: it would look stale.
    pub fn needs_draft(&mut self) -> bool {
        let edits = |editor: &Editor| editor.buffer().revision();
        let present = Some((edits(&self.cached), edits(&self.run), self.base.clone()));
        let is_kept = self.drafted == present && self.undrafted.is_none();
        let needed = self.is_dirty() && !is_kept;
        if needed {
            self.drafted = present;
        }
        needed
    }

    /// Takes note whether the draft was written; one that was not is tried again. Whether the
    /// reason is a new one.
    pub fn kept(&mut self, outcome: Result<(), String>) -> bool {
        let cause = outcome.err();
        let is_new = cause.is_some() && cause != self.undrafted;
        self.undrafted = cause;
        is_new
    }

    /// Why what is unsaved is in no draft.
    #[must_use]
    pub fn undrafted(&self) -> Option<&str> {
        self.undrafted.as_deref().filter(|_| self.is_dirty())
    }

    /// Whether there is a draft of what is saved by now; there is none from now on.
    pub fn drops_draft(&mut self) -> bool {
        !self.is_dirty() && self.drafted.take().is_some()
    }

    fn lintable(&self, stage: Stage) -> Linted {
        let revision = |stage| self.editor(stage).buffer().revision();
        let file = self.base.clone();
        Linted { own: revision(stage), other: revision(stage.other()), file }
    }

    /// The edit of a script whose findings are to be asked for, if they were not.
    pub fn needs_lint(&mut self, stage: Stage) -> Option<u64> {
        let wanted = self.lintable(stage);
        let revision = wanted.own;
        let asked = &mut self.linted[usize::from(stage == Stage::Run)];
        (asked.replace(wanted.clone()) != Some(wanted)).then_some(revision)
    }

    /// Findings and times are to be asked for again: something ran that was measured.
    pub fn forget_findings(&mut self) {
        self.linted = [None, None];
    }

    /// Whether findings are to be asked for.
    #[must_use]
    pub fn wants_lint(&self) -> bool {
        let asked = |stage| &self.linted[usize::from(stage == Stage::Run)];
        [Stage::Cached, Stage::Run].into_iter().any(|it| *asked(it) != Some(self.lintable(it)))
    }
}
