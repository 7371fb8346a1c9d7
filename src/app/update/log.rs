//! Logs: which one is shown, and what is told of it.

use crate::app::effect::Effect;
use crate::app::log::{LogEvent, LogId};
use crate::app::notice::Tone;
use crate::app::state::State;

/// Takes note of what happened to a log.
pub(super) fn heard(state: &mut State, event: LogEvent) -> Vec<Effect> {
    if let LogEvent::Told { is_done, sentence } = event {
        state.tell(if is_done { Tone::Done } else { Tone::Failure }, sentence);
    }
    Vec::new()
}

/// Shows a log, from now on.
#[expect(dead_code, unused_variables, reason = "written with the pane")]
pub(super) fn show(state: &mut State, log: LogId, title: String) -> Vec<Effect> {
    Vec::new()
}
