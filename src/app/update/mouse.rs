//! The mouse: it focuses panes, moves borders, turns lists.

use super::{keys, scripts, sheet};
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
        let by = match kind {
            MouseKind::WheelUp => -3,
            MouseKind::WheelDown => 3,
            _ => return Vec::new(),
        };
        sheet::wheeled(state, by);
        keys::wheeled(state, by);
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
                Some(Region::History) => state.history.move_by(by),
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
    // The images and the history have a line of their own above the list.
    let has_head = matches!(region, Region::Images | Region::History);
    let (_, list) = inside.cut_top(u16::from(has_head));
    if !list.contains(list.x, y) {
        return;
    }
    let (rows, at) = (usize::from(list.height), usize::from(y - list.y));
    // The row that was clicked, less the one that is selected.
    let moved = |place: Option<usize>| {
        let place = place.unwrap_or(0);
        let first = (place + 1).saturating_sub(rows);
        (first + at).cast_signed() - place.cast_signed()
    };
    match region {
        Region::Environments => {
            let row = state.environments.first_seen(rows) + at;
            state.environments.select_row(row);
        }
        Region::Tasks => state.tasks.move_by(moved(state.tasks.place())),
        Region::History => state.history.move_by(moved(state.history.place())),
        Region::Images => state.images.move_by(moved(state.images.place())),
        Region::Log => state.logs.click(y - list.y, list.width),
        Region::Details | Region::Cached | Region::Run => {}
    }
}
