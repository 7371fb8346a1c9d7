//! The mouse: it focuses panes, moves borders, turns lists.

use super::scripts;
use crate::app::effect::Effect;
use crate::app::event::{Mouse, MouseKind};
use crate::app::layout::Region;
use crate::app::mode::Mode;
use crate::app::state::State;
use crate::domain::environment::Stage;

pub(super) fn mouse(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let Mouse { kind, x, y, .. } = mouse;
    let arrangement = state.arrangement();
    if !matches!(state.mode, Mode::Panes) {
        return Vec::new();
    }
    match kind {
        MouseKind::Down => {
            state.dragged = arrangement.border_at(x, y);
            if state.dragged.is_none()
                && let Some(region) = arrangement.at(x, y)
            {
                state.layout.focus(region);
                if region.is_script() {
                    return scripts::clicked(state, mouse);
                }
                clicked(state, region, y);
            }
        }
        MouseKind::Drag => {
            let Some(border) = state.dragged else { return scripts::dragged(state, mouse) };
            state.layout.sizes.drag(border, x, y, &arrangement);
        }
        MouseKind::Up => {
            state.dragged = None;
            state.scripts.held = None;
        }
        MouseKind::WheelUp | MouseKind::WheelDown => {
            let by = if kind == MouseKind::WheelUp { -1 } else { 1 };
            match arrangement.at(x, y) {
                Some(Region::Environments) => state.environments.move_by(by),
                Some(Region::Images) => state.images.move_by(by),
                Some(Region::Tasks) => state.tasks.move_by(by),
                Some(Region::Log) => {
                    if let Some(view) = state.logs.view_mut() {
                        view.step(3 * if by < 0 { -1 } else { 1 });
                    }
                }
                Some(Region::Cached) => return scripts::wheeled(state, Stage::Cached, by),
                Some(Region::Run) => return scripts::wheeled(state, Stage::Run, by),
                _ => {}
            }
        }
    }
    Vec::new()
}

fn clicked(state: &mut State, region: Region, y: u16) {
    let Some(inside) = state.arrangement().inside(region) else { return };
    if region == Region::Environments && inside.contains(inside.x, y) {
        let first = state.environments.first_seen(usize::from(inside.height));
        let row = first + usize::from(y - inside.y);
        let id = state.environments.seen().nth(row).map(|entry| entry.id.clone());
        if let Some(id) = id {
            state.environments.select(&id);
        }
    }
}
