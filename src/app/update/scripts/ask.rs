//! Questions about unsaved scripts: before leaving, before a build, when somebody else changed the
//! file, and about what an earlier screen left. No answer loses a text.

use super::{changed, drafts, edit, save, search};
use crate::app::action::{Action, CommandAction, EnvironmentAction, JobAction, TaskAction};
use crate::app::effect::Effect;
use crate::app::jobs::JobEffect;
use crate::app::layout::Region;
use crate::app::mode::{Choice, Dialog, Does, Mode};
use crate::app::moment::{Moment, clock};
use crate::app::scripts::{AfterSave, Answer, ScriptsEffect};
use crate::app::state::State;
use crate::app::update::{act_on, act_unguarded, view};
use crate::domain::environment::{EnvironmentId, Stage};

/// Leaves, or asks first.
pub(in crate::app::update) fn quit(state: &mut State) -> Vec<Effect> {
    let unsaved = state.scripts.unsaved();
    if unsaved.is_empty() {
        return leave(state);
    }
    let body = unsaved.iter().map(|id| format!("The scripts of `{id}` are not saved.")).collect();
    let choices = vec![
        edit::choice("Save them and leave", 's', Answer::SaveAndLeave),
        edit::choice("Leave; what I typed is offered next time", 'l', Answer::Leave),
        Choice { label: "Stay".to_owned(), key: 'n', does: Does::Nothing },
    ];
    let title = "Leave with unsaved scripts?".to_owned();
    state.mode = Mode::Ask(Dialog { title, body, first: 0, choices, selected: 2 });
    Vec::new()
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
    state.mode = Mode::Ask(Dialog {
        first: 0,
        title: format!("{verb} with unsaved scripts?"),
        body: vec![format!("The scripts of `{id}` on the screen are not those of its file.")],
        choices,
        selected: 0,
    });
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
    state.mode = Mode::Ask(Dialog {
        first: 0,
        title: format!("Whose scripts of `{id}` stay?"),
        body: vec![
            "Somebody else changed them in the file while you edited them here.".to_owned(),
            "Taking theirs is a step of undo; keeping yours replaces theirs in the file."
                .to_owned(),
        ],
        choices: vec![
            edit::choice("Show the difference", 'd', Answer::Compare(id.clone(), stage)),
            edit::choice("Keep mine and save", 'm', Answer::KeepMine(id.clone())),
            edit::choice("Take theirs", 't', Answer::TakeTheirs(id.clone())),
            Choice { label: "Decide later".to_owned(), key: 'n', does: Does::Nothing },
        ],
        selected: 0,
    });
}

/// Asks about the next draft that an earlier screen left, if nothing else is asked.
pub(super) fn next_draft(state: &mut State) -> Vec<Effect> {
    if !matches!(state.mode, Mode::Panes) || !state.environments.listed {
        return Vec::new();
    }
    while let Some(draft) = state.scripts.drafts.pop() {
        let Some(entry) = state.environments.entry(&draft.id) else { continue };
        let says = |stage: Stage| entry.environment.script(stage);
        if (says(Stage::Cached), says(Stage::Run)) == (draft.cached.as_str(), draft.run.as_str()) {
            return vec![Effect::Scripts(ScriptsEffect::DropDraft(draft.id))];
        }
        ask_draft(state, draft);
        break;
    }
    Vec::new()
}

fn ask_draft(state: &mut State, draft: crate::app::scripts::DraftFound) {
    let id = draft.id.clone();
    let mut body = vec![format!("It was typed {} and never saved.", ago(state.now, draft.written))];
    if draft.is_stale {
        body.push("The file was changed since: compare before you save.".to_owned());
    }
    state.mode = Mode::Ask(Dialog {
        first: 0,
        title: format!("Unsaved text of `{id}` was found"),
        body,
        choices: vec![
            edit::choice("Take it up", 't', Answer::TakeDraft(Box::new(draft))),
            edit::choice("Move it to the trash", 'x', Answer::DropDraft(id)),
            Choice { label: "Ask again next time".to_owned(), key: 'n', does: Does::Nothing },
        ],
        selected: 0,
    });
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
        Answer::KeepMine(id) => {
            if let Some(pair) = state.scripts.pair_mut(&id) {
                pair.keep_mine();
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
            state.environments.select(&draft.id);
            let Some(entry) = state.environments.selected() else { return Vec::new() };
            state.scripts.open(entry, state.settings.tab_width);
            if let Some(pair) = state.scripts.pair_mut(&draft.id) {
                for (stage, text) in [(Stage::Cached, &draft.cached), (Stage::Run, &draft.run)] {
                    let editor = pair.editor_mut(stage);
                    if !editor.buffer().text().is(text) {
                        let cursor = editor.buffer().cursor();
                        editor.take_over(text, cursor);
                    }
                }
            }
            state.layout.focus(Region::Cached);
            // From here on the draft is this screen's.
            let mut effects = drafts(state);
            effects.extend(changed(state));
            effects
        }
        Answer::DropDraft(id) => vec![Effect::Scripts(ScriptsEffect::SetAside(id))],
    }
}
