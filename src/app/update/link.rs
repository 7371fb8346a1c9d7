//! The link to the engine comes and goes; what was last known stays on the screen.

use crate::app::effect::Effect;
use crate::app::link::{LinkEvent, LinkState};
use crate::app::moment::Moment;
use crate::app::notice::Tone;
use crate::app::state::State;
use crate::app::tasks::TaskEffect;

pub(super) fn link(state: &mut State, event: LinkEvent) -> Vec<Effect> {
    match event {
        LinkEvent::Up(facts) => {
            if matches!(state.link.state, LinkState::Down { .. }) {
                state.tell(Tone::Done, "the engine answers again");
            }
            state.link.state = LinkState::Up;
            state.images.asked = false;
            state.link.facts = Some(facts);
            vec![
                Effect::AskStatuses,
                Effect::Job(state.jobs.look()),
                Effect::Task(TaskEffect::List),
            ]
        }
        LinkEvent::Room(free_bytes) => {
            if let Some(facts) = &mut state.link.facts {
                facts.free_bytes = free_bytes;
            }
            Vec::new()
        }
        LinkEvent::Down { cause, again_ms } => {
            let since = match state.link.state {
                LinkState::Down { since, .. } => since,
                LinkState::Connecting | LinkState::Up => state.now,
            };
            let again = Moment(state.now.0 + again_ms);
            state.link.state = LinkState::Down { cause, since, again };
            Vec::new()
        }
    }
}
