//! Tasks: started, watched, attached to, ended.

use tui_input::Input;

use super::log;
use crate::app::action::TaskAction;
use crate::app::chord::{Chord, Code};
use crate::app::effect::{Aside, Effect};
use crate::app::jobs::JobEffect;
use crate::app::layout::Region;
use crate::app::log::LogId;
use crate::app::mode::{Dialog, Line, Mode, Purpose};
use crate::app::notice::Tone;
use crate::app::state::State;
use crate::app::tasks::{Request, TaskEffect, TaskEvent};

pub(super) fn heard(state: &mut State, event: TaskEvent) -> Vec<Effect> {
    match event {
        TaskEvent::Listed(tasks) => state.tasks.list(tasks),
        TaskEvent::Ending { id, seconds } => {
            let words = format!("ending task {id}: it has {seconds} s to end by itself");
            state.tell(Tone::Note, words);
        }
        TaskEvent::Done(sentence) => {
            state.tell(Tone::Done, sentence);
            return vec![Effect::Task(TaskEffect::List)];
        }
    }
    Vec::new()
}

pub(super) fn act(state: &mut State, action: TaskAction) -> Vec<Effect> {
    if action == TaskAction::Run {
        let Some(id) = state.environments.selected().map(|entry| entry.id.clone()) else {
            return Vec::new();
        };
        let typed = state.tasks.typed.get(&id).cloned().unwrap_or_default();
        state.mode = Mode::Line(Line {
            title: format!("Run in {id}: [NAME=value ...] command; nothing for its own"),
            is_offered: !typed.is_empty(),
            input: Input::new(typed),
            purpose: Purpose::Run(id),
            fault: None,
        });
        return Vec::new();
    }
    let Some(task) = state.tasks.selected().cloned() else { return Vec::new() };
    match action {
        TaskAction::Down => state.tasks.move_by(1),
        TaskAction::Up => state.tasks.move_by(-1),
        TaskAction::Log => return show_log(state, task.id, &task.environment),
        TaskAction::Attach => {
            let arguments = vec!["attach".to_owned(), task.id];
            return vec![Effect::Aside(Aside::Prebake { arguments, pauses: false })];
        }
        TaskAction::Stop => {
            let body = vec![format!("`{}` in {}", task.command, task.environment)];
            let effects = vec![Effect::Task(TaskEffect::Stop(task.id.clone()))];
            let title = format!("End task {}?", task.id);
            state.mode = Mode::Ask(Dialog::confirm(title, body, "End it", effects));
        }
        TaskAction::Remove => {
            let body = vec![
                format!("`{}` in {}", task.command, task.environment),
                "Its container and its log go; a running task is ended.".to_owned(),
            ];
            let effects = vec![Effect::Task(TaskEffect::Remove(task.id.clone()))];
            let title = format!("Remove task {}?", task.id);
            state.mode = Mode::Ask(Dialog::confirm(title, body, "Remove it", effects));
        }
        TaskAction::Copy => {
            state.tell(Tone::Done, format!("copied {}", task.id));
            return vec![Effect::Copy(task.id)];
        }
        TaskAction::CopyDesktop => {
            let Some(desktop) = task.desktop else { return Vec::new() };
            let words = match desktop.tunnel {
                Some(_) => {
                    "copied the URL of the desktop; the ssh command comes first, `t` copies it"
                }
                None => "copied the URL of the desktop; who has it gets in",
            };
            state.tell(Tone::Done, words.to_owned());
            return vec![Effect::Copy(desktop.url)];
        }
        TaskAction::CopyTunnel => {
            let Some(command) = task.desktop.and_then(|desktop| desktop.tunnel) else {
                return Vec::new();
            };
            state.tell(Tone::Done, "copied the ssh command; it is for your own machine".to_owned());
            return vec![Effect::Copy(command)];
        }
        TaskAction::OpenDesktop => return vec![Effect::Task(TaskEffect::OpenDesktop(task.id))],
        TaskAction::Run => {}
    }
    Vec::new()
}

/// Goes to the log of a task.
pub(super) fn show_log(state: &mut State, task: String, environment: &str) -> Vec<Effect> {
    let mut effects = follow(state, &task, environment);
    state.layout.focus(Region::Log);
    effects.push(Effect::Task(TaskEffect::Follow(task)));
    effects
}

/// Shows the log of a task.
fn follow(state: &mut State, task: &str, environment: &str) -> Vec<Effect> {
    log::show(state, LogId::Task(task.to_owned()), format!("{environment} {task}"))
}

/// A task was started from here: it is selected, and its log is shown.
pub(super) fn started(state: &mut State, task: String, environment: &str) -> Vec<Effect> {
    let mut effects = follow(state, &task, environment);
    state.tasks.wanted = Some(task.clone());
    effects.push(Effect::Task(TaskEffect::Follow(task)));
    effects.push(Effect::Task(TaskEffect::List));
    effects
}

/// The line of the command.
pub(super) fn run_line(state: &mut State, mut line: Line, chord: Chord) -> Vec<Effect> {
    if chord.code == Code::Esc {
        return Vec::new();
    }
    let request = Request::parse(line.input.value());
    let may_run = if chord.code == Code::Enter { state.link.require() } else { Ok(()) };
    if let (Code::Enter, Ok(()), Ok(request), Purpose::Run(id)) =
        (chord.code, &may_run, request, &line.purpose)
    {
        let id = id.clone();
        state.tasks.typed.insert(id.clone(), line.input.value().to_owned());
        let job = state.jobs.begin(id.clone(), state.now);
        let is_cold = state
            .environments
            .entry(&id)
            .is_some_and(|entry| !state.environments.warmth(entry).is_warm());
        let mut effects = vec![Effect::Job(JobEffect::Run { job, id: id.clone(), request })];
        // What is baked first is worth watching; a warm start shows the task itself.
        if is_cold && let Some(job) = state.jobs.of(&id) {
            effects.extend(log::show(state, job.log(), id.to_string()));
        }
        return effects;
    }
    if chord.code != Code::Enter {
        line.edit(chord);
    }
    line.fault = Request::parse(line.input.value()).err().or(may_run.err());
    state.mode = Mode::Line(line);
    Vec::new()
}
