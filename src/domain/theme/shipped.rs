//! The themes that are part of the binary.

use super::{ColourLevel, Kind, Role, Sheet, Style, Theme, ThemeError, resolve};

/// The theme for dark terminals, and for those that do not tell.
pub const DARK: &str = "harbour";
/// The theme for light terminals.
pub const LIGHT: &str = "paper";

const SIXTEEN: &str = "sixteen";
const MONOCHROME: &str = "monochrome";

/// Names and texts, in the order in which they are offered.
const TEXTS: [(&str, &str); 8] = [
    (DARK, include_str!("../../../themes/harbour.toml")),
    ("graphite", include_str!("../../../themes/graphite.toml")),
    ("fjord", include_str!("../../../themes/fjord.toml")),
    ("ember", include_str!("../../../themes/ember.toml")),
    (LIGHT, include_str!("../../../themes/paper.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    (SIXTEEN, include_str!("../../../themes/sixteen.toml")),
    (MONOCHROME, include_str!("../../../themes/monochrome.toml")),
];

/// The names of all, in the order in which they are offered.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(name, _)| *name)
}

/// The text of the theme with this name.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| *text)
}

/// The theme with this name.
#[must_use]
pub fn theme(name: &str) -> Option<Theme> {
    load(name).ok().flatten()
}

/// The theme that is used when nobody chose one.
#[must_use]
pub fn default_for(kind: Kind, level: ColourLevel) -> Theme {
    let name = match kind {
        Kind::Dark => DARK,
        Kind::Light => LIGHT,
    };
    certain(name).fitting(level)
}

pub(super) fn sixteen() -> Theme {
    certain(SIXTEEN)
}

pub(super) fn monochrome() -> Theme {
    certain(MONOCHROME)
}

fn load(name: &str) -> Result<Option<Theme>, ThemeError> {
    let sheet = |name: &str| text(name).map(|text| Sheet::parse(name, text)).transpose();
    sheet(name)?.map(|found| resolve(found, sheet)).transpose()
}

/// Tests show that every shipped theme can be loaded, so the other arm is never taken.
fn certain(name: &str) -> Theme {
    theme(name).unwrap_or_else(|| Theme {
        name: name.to_owned(),
        kind: Kind::Dark,
        styles: vec![Style::default(); Role::ALL.len()],
    })
}
