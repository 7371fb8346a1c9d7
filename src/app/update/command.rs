//! Commands of prebake that get the terminal.

use crate::app::action::CommandAction;
use crate::app::effect::{Aside, Effect};
use crate::app::state::State;

pub(super) fn act(state: &mut State, action: CommandAction) -> Vec<Effect> {
    let Some(entry) = state.environments.selected() else { return Vec::new() };
    let (command, rest) = action.arguments();
    let mut arguments = vec![command.to_owned(), entry.id.to_string()];
    arguments.extend(rest.iter().map(|&word| word.to_owned()));
    vec![Effect::Aside(Aside::Prebake { arguments, pauses: action.pauses() })]
}
