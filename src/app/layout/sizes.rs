//! The sizes a person gave the panes, in thousandths, so that they keep their sense on another
//! screen.

use super::{Arrangement, Region, Shape};

/// Shares of the screen, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The left column's share of the width.
    pub left: u16,
    /// The share of the details in the left column's height.
    pub details: u16,
    /// The share of the pane at the bottom in the right side's height.
    pub bottom: u16,
    /// The cached script's share of the scripts' width.
    pub scripts: u16,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { left: 270, details: 560, bottom: 400, scripts: 500 }
    }
}

/// A border that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Between the left column and the rest.
    Left,
    /// Above the details.
    Details,
    /// Above the pane at the bottom.
    Bottom,
    /// Between the scripts.
    Scripts,
}

/// Screens of more columns than this have some to spare for the list of environments.
const WIDE_FROM: u16 = 150;

/// Cells of a row of that list beside the name: its border, marks, and a state such as
/// `cold: never baked` with a reason of a few words.
const BESIDE_NAME: u16 = 31;

/// How far a key moves a border.
const STEP: i32 = 40;

impl Sizes {
    /// The same, where nobody gave the left column a size of its own and the screen is wide, with
    /// room in it for names of so many cells and the states beside them; at most a third.
    #[must_use]
    pub fn with_names(mut self, longest: usize, width: u16) -> Self {
        let is_own = self.left != Self::default().left;
        if !is_own && width > WIDE_FROM {
            let needed = u16::try_from(longest).unwrap_or(u16::MAX).saturating_add(BESIDE_NAME);
            self.left = self.left.max(part(needed.min(width / 3), width));
        }
        self
    }

    /// Makes a pane wider or narrower.
    pub fn widen(&mut self, focus: Region, wider: bool) {
        let step = if wider { STEP } else { -STEP };
        match focus {
            Region::Environments | Region::Details => self.widen_left(step),
            Region::Cached => change(&mut self.scripts, step),
            Region::Run => change(&mut self.scripts, -step),
            Region::Log | Region::Tasks | Region::Images | Region::History => {
                self.widen_left(-step);
            }
        }
    }

    /// What comes out is the person's own, so it is never the very share that nobody gave.
    fn widen_left(&mut self, step: i32) {
        change(&mut self.left, step);
        self.left += u16::from(self.left == Self::default().left);
    }

    /// Makes a pane taller or shorter.
    pub fn heighten(&mut self, focus: Region, taller: bool) {
        let step = if taller { STEP } else { -STEP };
        match focus {
            Region::Environments => change(&mut self.details, -step),
            Region::Details => change(&mut self.details, step),
            Region::Cached | Region::Run => change(&mut self.bottom, -step),
            Region::Log | Region::Tasks | Region::Images | Region::History => {
                change(&mut self.bottom, step);
            }
        }
    }

    /// Moves a border to a cell.
    pub fn drag(&mut self, border: Border, x: u16, y: u16, arrangement: &Arrangement) {
        if arrangement.shape != Shape::Split {
            return;
        }
        let body = arrangement.body();
        let left = arrangement.pane(Region::Environments).map_or(0, super::Rect::right);
        match border {
            Border::Left => self.left = part(x + 1, body.width),
            Border::Details => self.details = part(body.bottom().saturating_sub(y), body.height),
            Border::Bottom => self.bottom = part(body.bottom().saturating_sub(y), body.height),
            Border::Scripts => {
                self.scripts =
                    part((x + 1).saturating_sub(left), body.width - left.min(body.width));
            }
        }
    }

    #[cfg(test)]
    pub(super) fn extreme(share: u16) -> Self {
        Self { left: share, details: share, bottom: share, scripts: share }
    }
}

fn change(share: &mut u16, step: i32) {
    let changed = (i32::from(*share) + step).clamp(50, 950);
    *share = u16::try_from(changed).unwrap_or(*share);
}

fn part(cells: u16, whole: u16) -> u16 {
    // Rounded up, so that the border lands on the cell it was dragged to.
    let thousandths = (u32::from(cells) * 1000).div_ceil(u32::from(whole.max(1)));
    u16::try_from(thousandths).unwrap_or(1000).clamp(50, 950)
}
