//! Where everything stands, computed from the size of the screen and the person's own sizes; the
//! drawing and the mouse both ask here, so that they cannot disagree.
//!
//! ```text
//! header
//! ┌ Environments ┐┌ Cached ───────┐┌ Run ──────────┐
//! │              ││               ││               │
//! ├ Details ─────┤│               ││               │
//! │              │└───────────────┘└───────────────┘
//! │              │┌ Log | Tasks | Images | History ┐
//! └──────────────┘└────────────────────────────────┘
//! footer
//! ```
//!
//! From 120 columns on both scripts stand side by side, below that one at a time; below 80 columns
//! or 22 rows one pane has the screen, and a line of tabs names the others.

mod rect;
mod sizes;

pub use rect::Rect;
pub use sizes::{Border, Sizes};

/// The smallest screen that shows anything but a sentence.
pub const SMALLEST: (u16, u16) = (60, 20);

/// From this size on there is more than one pane.
const SPLIT_FROM: (u16, u16) = (80, 22);

/// From this width on both scripts stand side by side.
const BOTH_SCRIPTS_FROM: u16 = 120;

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Region {
    /// The list of environments.
    Environments,
    /// The toggles and layers of the selected one.
    Details,
    /// Its cached preflight.
    Cached,
    /// Its run preflight.
    Run,
    /// The log of a bake or a task.
    Log,
    /// The tasks in the engine.
    Tasks,
    /// The images that were baked.
    Images,
    /// What was baked and started.
    History,
}

impl Region {
    /// All of them, in the order of the Tab key.
    pub const ALL: [Self; 8] = [
        Self::Environments,
        Self::Details,
        Self::Cached,
        Self::Run,
        Self::Log,
        Self::Tasks,
        Self::Images,
        Self::History,
    ];

    /// Its name in a line of tabs.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Environments => "Environments",
            Self::Details => "Details",
            Self::Cached => "Cached preflight",
            Self::Run => "Run preflight",
            Self::Log => "Log",
            Self::Tasks => "Tasks",
            Self::Images => "Images",
            Self::History => "History",
        }
    }

    /// Its name where there is little room.
    #[must_use]
    pub fn short_title(self) -> &'static str {
        match self {
            Self::Environments => "Envs",
            Self::Details => "State",
            Self::Cached => "Cached",
            Self::Run => "Run",
            Self::History => "Hist",
            other => other.title(),
        }
    }

    /// Whether it is one of the two scripts.
    #[must_use]
    pub fn is_script(self) -> bool {
        matches!(self, Self::Cached | Self::Run)
    }

    /// Whether it is one of those at the bottom, of which one is seen at a time.
    #[must_use]
    pub fn is_bottom(self) -> bool {
        matches!(self, Self::Log | Self::Tasks | Self::Images | Self::History)
    }
}

/// What is seen, as the person left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The pane that has the keys.
    pub focus: Region,
    /// The script that is seen when there is room for one.
    pub script: Region,
    /// The pane that is seen at the bottom.
    pub bottom: Region,
    /// Whether the focused pane has the whole screen.
    pub zoomed: bool,
    /// The person's own sizes.
    pub sizes: Sizes,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            focus: Region::Environments,
            script: Region::Cached,
            bottom: Region::Log,
            zoomed: false,
            sizes: Sizes::default(),
        }
    }
}

impl Layout {
    /// Gives a pane the keys; it is seen from now on.
    pub fn focus(&mut self, region: Region) {
        self.focus = region;
        if region.is_script() {
            self.script = region;
        } else if region.is_bottom() {
            self.bottom = region;
        }
    }
}

/// How the panes share the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// There is no room for anything but a sentence.
    TooSmall,
    /// One pane at a time, with tabs.
    Single,
    /// Several panes.
    Split,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// How the panes share the screen.
    pub shape: Shape,
    /// The first line.
    pub header: Rect,
    /// The line of tabs, when one pane has the screen.
    pub tabs: Option<Rect>,
    /// The panes that are seen, with their borders.
    pub panes: Vec<(Region, Rect)>,
    /// The line of notices and keys.
    pub footer: Rect,
}

impl Arrangement {
    /// Where everything stands on a screen of `size`.
    #[must_use]
    pub fn of(layout: &Layout, size: (u16, u16)) -> Self {
        let (width, height) = size;
        let screen = Rect { x: 0, y: 0, width, height };
        if width < SMALLEST.0 || height < SMALLEST.1 {
            let nothing = Rect::default();
            let (header, footer) = (nothing, nothing);
            return Self { shape: Shape::TooSmall, header, tabs: None, panes: Vec::new(), footer };
        }
        let (header, rest) = screen.cut_top(1);
        let (body, footer) = rest.cut_bottom(1);
        let is_small = width < SPLIT_FROM.0 || height < SPLIT_FROM.1;
        if layout.zoomed || is_small {
            let (tabs, pane) = body.cut_top(1);
            let panes = vec![(layout.focus, pane)];
            return Self { shape: Shape::Single, header, tabs: Some(tabs), panes, footer };
        }
        let sizes = &layout.sizes;
        let (left, right) = body.split_columns(sizes.left, 28, 50);
        let (list, details) = left.split_rows(sizes.details, 5, 9);
        let (scripts, bottom) = right.split_rows(sizes.bottom, 5, 4);
        let mut panes = vec![(Region::Environments, list), (Region::Details, details)];
        if width < BOTH_SCRIPTS_FROM {
            panes.push((layout.script, scripts));
        } else {
            let (cached, run) = scripts.split_columns(sizes.scripts, 20, 20);
            panes.extend([(Region::Cached, cached), (Region::Run, run)]);
        }
        panes.push((layout.bottom, bottom));
        Self { shape: Shape::Split, header, tabs: None, panes, footer }
    }

    /// Whether there is one pane at most.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.shape != Shape::Split
    }

    /// Where a pane stands, with its border; none: it is not seen.
    #[must_use]
    pub fn pane(&self, region: Region) -> Option<Rect> {
        self.panes.iter().find(|(seen, _)| *seen == region).map(|(_, rect)| *rect)
    }

    /// The inside of a pane.
    #[must_use]
    pub fn inside(&self, region: Region) -> Option<Rect> {
        self.pane(region).map(Rect::inside)
    }

    /// The pane at a cell.
    #[must_use]
    pub fn at(&self, x: u16, y: u16) -> Option<Region> {
        self.panes.iter().find(|(_, rect)| rect.contains(x, y)).map(|(region, _)| *region)
    }

    /// The border at a cell, which the mouse can move.
    #[must_use]
    pub fn border_at(&self, x: u16, y: u16) -> Option<Border> {
        if self.is_single() {
            return None;
        }
        let environments = self.pane(Region::Environments)?;
        let details = self.pane(Region::Details)?;
        let bottom = self.panes.last().map(|(_, rect)| *rect)?;
        let beside = |rect: Rect| x + 1 == rect.right() || x == rect.right();
        if beside(environments) {
            return Some(Border::Left);
        }
        if y == details.y && x < environments.right() {
            return Some(Border::Details);
        }
        if y == bottom.y && x >= bottom.x {
            return Some(Border::Bottom);
        }
        let cached = self.pane(Region::Cached).filter(|_| self.pane(Region::Run).is_some())?;
        (beside(cached) && y < cached.bottom()).then_some(Border::Scripts)
    }

    /// The whole screen between header and footer.
    #[must_use]
    pub fn body(&self) -> Rect {
        let height = self.footer.y.saturating_sub(self.header.bottom());
        Rect { x: 0, y: self.header.bottom(), width: self.header.width, height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(size: (u16, u16), layout: &Layout) -> Vec<Region> {
        Arrangement::of(layout, size).panes.into_iter().map(|(region, _)| region).collect()
    }

    #[test]
    fn the_panes_follow_the_size() {
        use Region::{Cached, Details, Environments, Log, Run};
        let layout = Layout::default();
        assert_eq!(seen((59, 40), &layout), []);
        assert_eq!(seen((200, 19), &layout), []);
        assert_eq!(seen((60, 20), &layout), [Environments]);
        assert_eq!(seen((80, 24), &layout), [Environments, Details, Cached, Log]);
        assert_eq!(seen((250, 70), &layout), [Environments, Details, Cached, Run, Log]);
        assert_eq!(seen((250, 70), &Layout { zoomed: true, ..layout }), [Environments]);
    }

    #[test]
    fn on_a_wide_screen_the_list_has_what_its_rows_need_up_to_a_third() {
        // The screen's columns, the cells of the longest name, and the columns of the list.
        for (width, longest, columns) in [
            (80, 40, 28),
            (100, 40, 28),
            (120, 40, 32),
            (150, 40, 40),
            (151, 40, 50),
            (200, 4, 54),
            (200, 30, 61),
            (200, 60, 66),
            (250, 60, 83),
        ] {
            let sizes = Sizes::default().with_names(longest, width);
            let layout = Layout { sizes, ..Layout::default() };
            let list = Arrangement::of(&layout, (width, 50)).pane(Region::Environments).unwrap();
            assert_eq!(list.width, columns, "{longest} on {width}");
        }
        let own = Sizes { left: 300, ..Sizes::default() };
        assert_eq!(own.with_names(60, 250), own);
    }

    #[test]
    fn panes_never_overlap_nor_leave_the_screen() {
        for width in 60..=250 {
            for height in [20, 21, 22, 24, 30, 50, 100] {
                for sizes in [Sizes::default(), Sizes::extreme(0), Sizes::extreme(1000)] {
                    let layout = Layout { sizes, ..Layout::default() };
                    let arrangement = Arrangement::of(&layout, (width, height));
                    let mut cells = vec![0_u8; usize::from(width) * usize::from(height)];
                    let panes = arrangement.panes.iter().map(|(_, rect)| *rect);
                    let lines = [arrangement.header, arrangement.footer];
                    for rect in panes.chain(lines).chain(arrangement.tabs) {
                        assert!(rect.right() <= width && rect.bottom() <= height, "{rect:?}");
                        for y in rect.y..rect.bottom() {
                            for x in rect.x..rect.right() {
                                cells[usize::from(y) * usize::from(width) + usize::from(x)] += 1;
                            }
                        }
                    }
                    assert!(cells.iter().all(|&times| times == 1), "{width}x{height} {sizes:?}");
                    for (region, rect) in &arrangement.panes {
                        assert!(rect.width >= 10 && rect.height >= 4, "{region:?} {rect:?}");
                    }
                }
            }
        }
    }
}
