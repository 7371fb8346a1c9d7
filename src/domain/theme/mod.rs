//! Themes: styles by meaning, so that what draws never names a colour.
//!
//! A file is parsed into a [`Sheet`], which may inherit from another; together they give a
//! [`Theme`] with a style for each [`Role`]. Those that ship with the binary are in [`shipped`],
//! among them one for terminals with 16 colours and one for terminals with none.

pub mod shipped;

mod colour;
mod parse;
mod resolve;
mod role;

pub use colour::{Ansi, Colour, ColourLevel};
pub use parse::{Sheet, ThemeError, UnknownRole};
pub use resolve::resolve;
pub use role::Role;

/// Which background a theme is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A dark one.
    Dark,
    /// A light one.
    Light,
}

/// How something is shown. What is not set is as it is below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each modifier is on or off on its own")]
pub struct Style {
    /// The colour of the text.
    pub fg: Option<Colour>,
    /// The colour behind it.
    pub bg: Option<Colour>,
    /// Bold.
    pub bold: bool,
    /// Dim.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Text and background exchanged.
    pub reverse: bool,
}

/// A style for each role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    name: String,
    kind: Kind,
    /// In the order of [`Role::ALL`].
    styles: Vec<Style>,
}

impl Theme {
    /// The name users choose it by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The background it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How `role` is shown.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// What a terminal with so many colours can show of this theme: other themes where colours
    /// lack, since a state must stay visible.
    #[must_use]
    pub fn fitting(&self, level: ColourLevel) -> Self {
        let colours = || self.styles.iter().flat_map(|style| [style.fg, style.bg]).flatten();
        let has_named_only =
            colours().all(|colour| matches!(colour, Colour::Default | Colour::Ansi(_)));
        match level {
            ColourLevel::True => self.clone(),
            ColourLevel::Sixteen if has_named_only => self.clone(),
            ColourLevel::None if colours().next().is_none() => self.clone(),
            ColourLevel::None => shipped::monochrome(),
            ColourLevel::Sixteen => shipped::sixteen(),
            ColourLevel::TwoHundred => {
                let mut theme = self.clone();
                for style in &mut theme.styles {
                    style.fg = style.fg.map(Colour::nearest_of_256);
                    style.bg = style.bg.map(Colour::nearest_of_256);
                }
                theme
            }
        }
    }
}

#[cfg(test)]
mod tests;
