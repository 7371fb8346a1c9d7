//! A rectangle of cells.

/// A rectangle of cells; `x` and `y` are its upper left one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Its first column.
    pub x: u16,
    /// Its first row.
    pub y: u16,
    /// Its columns.
    pub width: u16,
    /// Its rows.
    pub height: u16,
}

impl Rect {
    /// The column behind its last one.
    #[must_use]
    pub fn right(self) -> u16 {
        self.x.saturating_add(self.width)
    }

    /// The row behind its last one.
    #[must_use]
    pub fn bottom(self) -> u16 {
        self.y.saturating_add(self.height)
    }

    /// Whether a cell is in it.
    #[must_use]
    pub fn contains(self, x: u16, y: u16) -> bool {
        (self.x..self.right()).contains(&x) && (self.y..self.bottom()).contains(&y)
    }

    /// Without a border of one cell.
    #[must_use]
    pub fn inside(self) -> Self {
        if self.width < 2 || self.height < 2 {
            return Self { width: 0, height: 0, ..self };
        }
        Self { x: self.x + 1, y: self.y + 1, width: self.width - 2, height: self.height - 2 }
    }

    /// Its first rows, and the rest.
    #[must_use]
    pub fn cut_top(self, rows: u16) -> (Self, Self) {
        let rows = rows.min(self.height);
        (
            Self { height: rows, ..self },
            Self { y: self.y + rows, height: self.height - rows, ..self },
        )
    }

    /// The rest, and its last rows.
    #[must_use]
    pub fn cut_bottom(self, rows: u16) -> (Self, Self) {
        self.cut_top(self.height.saturating_sub(rows))
    }

    /// Its first columns, and the rest.
    #[must_use]
    pub fn cut_left(self, columns: u16) -> (Self, Self) {
        let columns = columns.min(self.width);
        (
            Self { width: columns, ..self },
            Self { x: self.x + columns, width: self.width - columns, ..self },
        )
    }

    /// Left and right, the left one with so many thousandths of the columns, none narrower than
    /// its least if there is room.
    pub(super) fn split_columns(self, thousandths: u16, left: u16, right: u16) -> (Self, Self) {
        self.cut_left(share(self.width, thousandths, left, right))
    }

    /// Above and below, the lower one with so many thousandths of the rows.
    pub(super) fn split_rows(self, thousandths: u16, above: u16, below: u16) -> (Self, Self) {
        let lower = share(self.height, thousandths, below, above);
        self.cut_top(self.height - lower)
    }

    /// In the middle of this one, no larger than it.
    #[must_use]
    pub fn centered(self, width: u16, height: u16) -> Self {
        let (width, height) = (width.min(self.width), height.min(self.height));
        Self {
            x: self.x + (self.width - width) / 2,
            y: self.y + (self.height - height) / 2,
            width,
            height,
        }
    }
}

/// A part of `whole`, at least `least`, and leaving at least `rest`.
fn share(whole: u16, thousandths: u16, least: u16, rest: u16) -> u16 {
    let part = u32::from(whole) * u32::from(thousandths.min(1000)) / 1000;
    let part = u16::try_from(part).unwrap_or(whole);
    part.max(least).min(whole.saturating_sub(rest).max(1))
}
