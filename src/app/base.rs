//! The choice of a new environment's base image: a reference is typed, or one of the images is
//! taken that the engine has.

use tui_input::Input;

use crate::domain::environment::{DEFAULT_BASE_IMAGE, EnvironmentId};
use crate::domain::image::reference_fault;

/// The base image of an environment that is being made.
#[derive(Clone, Debug)]
pub struct BaseChoice {
    /// The new environment.
    pub id: EnvironmentId,
    /// What is typed.
    pub input: Input,
    /// Images that the engine has; none: it has not told yet.
    pub images: Option<Vec<String>>,
    /// The offer that Enter takes, from 1; 0 is what is typed.
    pub selected: usize,
    /// What is wrong with what is typed.
    pub fault: Option<String>,
}

impl BaseChoice {
    /// Nothing typed yet.
    #[must_use]
    pub fn new(id: EnvironmentId) -> Self {
        Self { id, input: Input::default(), images: None, selected: 1, fault: None }
    }

    /// What can be taken: the images that have what is typed in their names, and the default.
    #[must_use]
    pub fn offers(&self) -> Vec<&str> {
        let typed = self.input.value().trim().to_lowercase();
        let images = self.images.iter().flatten().map(String::as_str);
        let is_there = self.images.iter().flatten().any(|image| image == DEFAULT_BASE_IMAGE);
        let default = (!is_there).then_some(DEFAULT_BASE_IMAGE);
        images.chain(default).filter(|image| image.to_lowercase().contains(&typed)).collect()
    }

    /// Something was typed: that is what Enter takes, until an offer is chosen.
    pub fn typed(&mut self) {
        self.selected = usize::from(self.input.value().trim().is_empty());
        self.fault = None;
    }

    /// Chooses the offer so many further down.
    pub fn move_by(&mut self, by: isize) {
        let least = usize::from(self.input.value().trim().is_empty());
        let last = self.offers().len();
        self.selected = self.selected.saturating_add_signed(by).min(last).max(least);
    }

    /// The reference that Enter takes; else what is wrong with what is typed.
    pub fn taken(&self) -> Result<String, String> {
        let offer = self.selected.checked_sub(1).and_then(|at| self.offers().get(at).copied());
        let reference = offer.unwrap_or_else(|| self.input.value().trim());
        match reference_fault(reference) {
            None => Ok(reference.to_owned()),
            Some(fault) => Err(format!(
                "`{reference}` is no image reference: {fault}; write it as in `debian:12`"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::id;

    fn choice(typed: &str) -> BaseChoice {
        let mut choice = BaseChoice::new(id("web"));
        choice.images = Some(vec!["debian:12".to_owned(), "own/base:1".to_owned()]);
        choice.input = Input::new(typed.to_owned());
        choice.typed();
        choice
    }

    #[test]
    fn what_is_typed_counts_unless_an_offer_is_chosen() {
        assert_eq!(choice("").taken().unwrap(), "debian:12");
        assert_eq!(choice("debian").taken().unwrap(), "debian");
        let mut moved = choice("DEB");
        moved.move_by(1);
        assert_eq!(moved.taken().unwrap(), "debian:12");
        moved.move_by(-1);
        assert!(moved.taken().is_err(), "capitals are no reference");
        moved.move_by(9);
        assert_eq!(moved.taken().unwrap(), "debian:12");
        let mut last = choice("");
        last.move_by(9);
        assert_eq!(last.taken().unwrap(), DEFAULT_BASE_IMAGE);
        last.move_by(-9);
        assert_eq!(last.taken().unwrap(), "debian:12");
    }

    #[test]
    fn before_the_engine_has_answered_there_is_the_default() {
        assert_eq!(BaseChoice::new(id("web")).offers(), [DEFAULT_BASE_IMAGE]);
    }
}
