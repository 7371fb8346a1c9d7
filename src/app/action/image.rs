//! Actions of cached images.

use super::{Action, Row, Scope};
use crate::app::state::State;
use crate::domain::clean::{CachedImage, Standing};

/// An action of cached images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageAction {
    /// Selects the next one.
    Down,
    /// Selects the one before.
    Up,
    /// Removes it, after a question.
    Remove,
    /// Removes those that no environment needs, after a question.
    Clean,
    /// Keeps it from being removed, or does not any more.
    Pin,
}

use ImageAction as I;

const fn row(
    action: ImageAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    Row { action: Action::Image(action), name, title, short, scope: Scope::Images, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    row(I::Down, "next-image", "Select the next image", "", &["down", "j"]),
    row(I::Up, "previous-image", "Select the image before", "", &["up", "k"]),
    row(I::Remove, "remove-image", "Remove the image", "remove", &["delete", "x"]),
    row(I::Clean, "clean", "Remove the images that no environment needs", "clean", &["c"]),
    row(I::Pin, "pin", "Keep the image from being removed, or let it go again", "pin", &["p"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: ImageAction) -> Result<(), String> {
    if state.images.entries.is_empty() {
        if !state.images.listed {
            state.link.require()?;
        }
        let words = if state.images.listed {
            "no image is cached"
        } else {
            "the images are not listed yet"
        };
        return Err(words.to_owned());
    }
    match action {
        I::Down | I::Up => Ok(()),
        I::Clean if state.unneeded().images.is_empty() => {
            let is_elsewhere = |image: &CachedImage| image.standing == Standing::Elsewhere;
            let (orphans, which) = if state.images.entries.iter().any(is_elsewhere) {
                (
                    "`prebake clean --orphans` removes those not of here, after asking; ",
                    "other image",
                )
            } else {
                ("", "image of these environments")
            };
            Err(format!(
                "{orphans}every {which} is needed, in use, pinned or spared by the settings"
            ))
        }
        I::Remove | I::Clean | I::Pin => state.link.require(),
    }
}
