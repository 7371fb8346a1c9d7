//! Where the parts of a script's pane stand: the drawing and the mouse both ask here.

use crate::app::layout::{Rect, Region};
use crate::app::mode::Mode;
use crate::app::state::State;
use crate::domain::environment::Stage;

/// Rows of findings at least, if there are any, and at most; the list turns with the cursor and
/// must not grow with it.
const FINDINGS: (usize, usize) = (3, 4);

/// The parts of a script's pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// The editor, gutter and all.
    pub editor: Rect,
    /// The findings, a line each, below a line of their own; no rows: there are none.
    pub findings: Rect,
    /// The line of the search; no rows: nothing is searched.
    pub search: Rect,
}

impl Areas {
    /// The parts of a script's pane; none: it is not seen.
    #[must_use]
    pub fn of(state: &State, stage: Stage) -> Option<Self> {
        let inside = state.arrangement().inside(region(stage))?;
        let searched = matches!(&state.mode, Mode::Search(search) if search.stage == stage);
        let (rest, search) = inside.cut_bottom(u16::from(searched && inside.height > 2));
        let pair = state.environments.selected().and_then(|it| state.scripts.pair(&it.id));
        let found = pair.map_or(0, |pair| pair.editor(stage).marks.findings().len());
        // A small pane is for the script.
        let room = usize::from(rest.height / 4).min(FINDINGS.1);
        let rows = if found == 0 || room == 0 { 0 } else { found.max(FINDINGS.0).min(room) + 1 };
        let (editor, findings) = rest.cut_bottom(u16::try_from(rows).unwrap_or(0));
        Some(Self { editor, findings, search })
    }
}

/// The pane of a script.
#[must_use]
pub fn region(stage: Stage) -> Region {
    match stage {
        Stage::Cached => Region::Cached,
        Stage::Run => Region::Run,
    }
}
