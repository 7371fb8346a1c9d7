//! Commands of prebake that get the terminal.

use crate::app::action::CommandAction;
use crate::app::effect::{Aside, Effect};
use crate::app::environments::BrokenFile;
use crate::app::state::State;

pub(super) fn act(state: &mut State, action: CommandAction) -> Vec<Effect> {
    // A file that is no environment can still be edited until it is one.
    let environments = &state.environments;
    let broken = || environments.selected_broken().and_then(BrokenFile::id);
    let id = environments.selected().map(|entry| entry.id.clone()).or_else(broken);
    let Some(id) = id else { return Vec::new() };
    let (command, rest) = action.arguments();
    let mut arguments = vec![command.to_owned(), id.to_string()];
    arguments.extend(rest.iter().map(|&word| word.to_owned()));
    vec![Effect::Aside(Aside::Prebake { arguments, pauses: action.pauses() })]
}
