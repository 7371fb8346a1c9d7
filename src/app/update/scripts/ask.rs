//! Questions about unsaved scripts: before leaving, before a build, when somebody else changed the
//! file, and about what an earlier screen left. No answer loses a text.

use super::{changed, drafts, edit, save, search};
use crate::app::action::{Action, CommandAction, EnvironmentAction, JobAction, TaskAction};
use crate::app::effect::Effect;
use crate::app::environments::Entry;
use crate::app::jobs::JobEffect;
use crate::app::layout::Region;
use crate::app::lost::Lost;
use crate::app::mode::{Choice, Dialog, Does, Mode};
use crate::app::moment::{Moment, clock};
use crate::app::notice::Tone;
use crate::app::scripts::{AfterSave, Answer, DraftFound, ScriptsEffect};
use crate::app::state::State;
use crate::app::update::{act_on, act_unguarded, view};
use crate::domain::digest::Digest;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::manifest;

/// Leaves, or asks first.
pub(in crate::app::update) fn quit(state: &mut State) -> Vec<Effect> {
    let unsaved = state.scripts.unsaved();
    if unsaved.is_empty() {
        return leave(state);
    }
    let undrafted = |id: &EnvironmentId| state.scripts.pair(id)?.undrafted().map(str::to_owned);
    let mut body = Vec::new();
    let mut choices = vec![edit::choice("Save them and leave", 's', Answer::SaveAndLeave)];
    for id in &unsaved {
        body.push(format!("The scripts of `{id}` are not saved."));
        body.extend(undrafted(id).map(|cause| format!("They are in no draft, either: {cause}")));
    }
    // What cannot be offered is not promised.
    if body.len() == unsaved.len() {
        let label = "Leave; what I typed is offered next time";
        choices.push(edit::choice(label, 'l', Answer::Leave));
    }
    choices.push(Choice { label: "Stay".to_owned(), key: 'n', does: Does::Nothing });
    let title = "Leave with unsaved scripts?".to_owned();
    let selected = choices.len() - 1;
    state.mode = Mode::Ask(Dialog { selected, ..Dialog::new(title, body, choices) });
    // It is asked again before they are given up.
    drafts(state)
}

/// Leaves; what is unsaved waits as drafts.
pub(in crate::app::update) fn leave(state: &mut State) -> Vec<Effect> {
    state.leaving = true;
    let mut effects = drafts(state);
    let baking: Vec<_> = state.jobs.running().iter().map(|job| job.environment.clone()).collect();
    if !baking.is_empty() {
        effects.push(Effect::Job(JobEffect::Leave(baking)));
    }
    effects.extend([view::remember(state), Effect::Quit]);
    effects
}

/// Whether an action must wait for an answer: it works with the file, and the scripts on the
/// screen are not in it.
pub(in crate::app::update) fn guard(state: &mut State, action: Action) -> bool {
    let verb = match action {
        Action::Job(JobAction::Build | JobAction::Rebuild) => "Build",
        Action::Task(TaskAction::Run)
        | Action::Command(CommandAction::Interactive | CommandAction::Preflight) => "Start",
        Action::Command(CommandAction::Edit)
        | Action::Environment(
            EnvironmentAction::Rename | EnvironmentAction::Remove | EnvironmentAction::Duplicate,
        ) => "Go on",
        _ => return false,
    };
    let Some(id) = state.environments.selected().map(|entry| entry.id.clone()) else {
        return false;
    };
    if !state.scripts.pair(&id).is_some_and(crate::app::scripts::Pair::is_dirty) {
        return false;
    }
    let mut choices =
        vec![edit::choice("Save them first", 's', Answer::SaveAndAct(id.clone(), action))];
    if matches!(action, Action::Job(_) | Action::Task(_) | Action::Command(_))
        && action != Action::Command(CommandAction::Edit)
    {
        let label = format!("{verb} with what the file says");
        choices.push(edit::choice(&label, 'f', Answer::ActUnsaved(id.clone(), action)));
    }
    choices.push(Choice { label: "Do nothing".to_owned(), key: 'n', does: Does::Nothing });
    state.mode = Mode::Ask(Dialog::new(
        format!("{verb} with unsaved scripts?"),
        vec![format!("The scripts of `{id}` on the screen are not those of its file.")],
        choices,
    ));
    true
}

/// Asks whose scripts stay.
pub(in crate::app::update) fn conflict(state: &mut State, id: &EnvironmentId) {
    let Some(pair) = state.scripts.pair(id) else { return };
    let Some(theirs) = pair.theirs() else { return };
    let differs =
        |stage: &Stage| !pair.editor(*stage).buffer().text().is(theirs.environment.script(*stage));
    let stage = state.stage().filter(differs).or(super::STAGES.into_iter().find(differs));
    let stage = stage.unwrap_or(Stage::Cached);
    let seen = theirs.revision.clone();
    state.mode = Mode::Ask(Dialog::new(
        format!("Whose scripts of `{id}` stay?"),
        vec![
            "Somebody else changed them in the file while you edited them here.".to_owned(),
            "Taking theirs is a step of undo; keeping yours replaces theirs in the file."
                .to_owned(),
        ],
        vec![
            edit::choice("Show the difference", 'd', Answer::Compare(id.clone(), stage)),
            edit::choice("Keep mine and save", 'm', Answer::KeepMine(id.clone(), seen)),
            edit::choice("Take theirs", 't', Answer::TakeTheirs(id.clone())),
            Choice { label: "Decide later".to_owned(), key: 'n', does: Does::Nothing },
        ],
    ));
}

/// Asks about the next draft that an earlier screen left, if nothing else is asked.
pub(super) fn next_draft(state: &mut State) -> Vec<Effect> {
    if !matches!(state.mode, Mode::Panes) || !state.environments.listed {
        return Vec::new();
    }
    let Some(draft) = state.scripts.drafts.pop() else { return Vec::new() };
    if let Some(entry) = state.environments.entry(&draft.id) {
        let says = |stage: Stage| entry.environment.script(stage);
        if (says(Stage::Cached), says(Stage::Run)) == (draft.cached.as_str(), draft.run.as_str()) {
            return vec![Effect::Scripts(ScriptsEffect::DropFound(draft.id, draft.place))];
        }
    }
    ask_draft(state, draft);
    Vec::new()
}

fn ask_draft(state: &mut State, draft: DraftFound) {
    let (id, place) = (draft.id.clone(), draft.place);
    let mut body = vec![format!("It was typed {} and never saved.", ago(state.now, draft.written))];
    match state.environments.entry(&id).is_none().then(|| state.environments.lost(&id)) {
        None if draft.is_stale => {
            body.push("The file was changed since; saving it asks whose scripts stay.".to_owned());
        }
        None => {}
        Some(Lost::Gone) => body.push("It has no file: saving it makes one.".to_owned()),
        Some(Lost::Broken(_)) => {
            body.push("Its file cannot be read: it can be saved once that is mended.".to_owned());
        }
    }
    let title = format!("Unsaved text of `{id}` was found");
    let choices = vec![
        edit::choice("Take it up", 't', Answer::TakeDraft(Box::new(draft))),
        edit::choice("Move it to the trash", 'x', Answer::DropDraft(id, place)),
        Choice { label: "Ask again next time".to_owned(), key: 'n', does: Does::Nothing },
    ];
    let mut dialog = Dialog::new(title, body, choices);
    dialog.unasked(state.now);
    state.mode = Mode::Ask(dialog);
}

fn ago(now: Moment, then: Moment) -> String {
    match now.since(then) / 60_000 {
        0 => "less than a minute ago".to_owned(),
        1 => "a minute ago".to_owned(),
        minutes @ 2..60 => format!("{minutes} minutes ago"),
        minutes @ 60..2880 => format!("{} hours ago", clock(minutes * 1000)),
        minutes => format!("{} days ago", minutes / 1440),
    }
}

pub(in crate::app::update) fn answer(state: &mut State, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Leave => leave(state),
        Answer::SaveAndLeave => save::save_and_leave(state),
        Answer::SaveAndAct(id, action) => act_on(state, &id, |state| {
            let then = AfterSave::Act(id.clone(), action);
            state.scripts.after_save = Some((vec![id.clone()], then));
            save::save(state, &id)
        }),
        Answer::ActUnsaved(id, action) => act_on(state, &id, |state| act_unguarded(state, action)),
        Answer::KeepMine(id, seen) => {
            match state.scripts.pair_mut(&id) {
                Some(pair) if pair.theirs().is_some_and(|theirs| theirs.revision == seen) => {
                    pair.keep_mine();
                }
                // Of what was written while this was asked nobody knows: it is asked again.
                Some(_) => state.tell(Tone::Note, format!("`{id}` was changed once more")),
                None => {}
            }
            save::save(state, &id)
        }
        Answer::TakeTheirs(id) => {
            if let Some(pair) = state.scripts.pair_mut(&id) {
                pair.take_theirs();
            }
            changed(state)
        }
        Answer::Compare(id, stage) => {
            search::compare(state, &id, stage);
            Vec::new()
        }
        Answer::Revert(id, stage) => {
            let Some(entry) = state.environments.entry(&id) else { return Vec::new() };
            let text = entry.environment.script(stage).to_owned();
            edit::returned(state, &id, stage, &text)
        }
        Answer::TakeDraft(draft) => {
            if state.environments.entry(&draft.id).is_none()
                && let Some(entry) = without_file(state, &draft)
            {
                state.environments.take(entry);
            }
            state.environments.select(&draft.id);
            let Some(entry) = state.environments.entry(&draft.id) else { return Vec::new() };
            let file = draft.is_stale.then(|| entry.clone());
            state.scripts.open(entry, state.settings.tab_width);
            if let Some(pair) = state.scripts.pair_mut(&draft.id) {
                for (stage, text) in [(Stage::Cached, &draft.cached), (Stage::Run, &draft.run)] {
                    let editor = pair.editor_mut(stage);
                    if !editor.buffer().text().is(text) {
                        let cursor = editor.buffer().cursor();
                        editor.take_over(text, cursor);
                    }
                }
                if let Some(file) = file {
                    pair.contest(file, Digest::of(&draft.text));
                }
            }
            state.layout.focus(Region::Cached);
            // From here on the draft is this screen's.
            let take_up = ScriptsEffect::TakeUp(draft.id.clone(), draft.place);
            let mut effects = vec![Effect::Scripts(take_up)];
            effects.extend(drafts(state));
            effects.extend(changed(state));
            effects
        }
        Answer::DropDraft(id, place) => {
            vec![Effect::Scripts(ScriptsEffect::SetAside(id, place))]
        }
    }
}

/// What stands for the file of a draft that has none: all that the draft says but its scripts,
/// which are what was typed.
fn without_file(state: &State, draft: &DraftFound) -> Option<Entry> {
    let mut environment = manifest::parse(&draft.text).ok()?;
    environment.set_scripts("", "");
    let text = manifest::update(&draft.text, &environment).ok()?;
    Some(Entry {
        id: draft.id.clone(),
        environment,
        revision: Digest::of(&text),
        text,
        path: String::new(),
        lost: Some(state.environments.lost(&draft.id)),
    })
}
