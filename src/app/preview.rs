//! What a bake would have to do, told before it is asked for: of what is typed and not saved which
//! layers it would bake anew, why, and what that costs; of what is saved what is cold costs.
//!
//! It is asked for some time after the last key, and the answer to an older question is dropped.

use super::moment::Moment;
use crate::domain::digest::Digest;
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::LayerKind;

/// What a preview is of. Another one of it is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The environment.
    pub id: EnvironmentId,
    /// The revision of its file.
    pub file: Digest,
    /// Which of its layers there are, as far as that is known: bakes change it.
    pub cached: Vec<bool>,
    /// What of it is not saved.
    pub unsaved: Unsaved,
}

/// What of an environment is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsaved {
    /// Nothing.
    Nothing,
    /// The scripts, as they are after so many edits.
    Scripts {
        /// Of the cached preflight.
        cached: u64,
        /// Of the run preflight.
        run: u64,
    },
    /// The fields in the form.
    Fields(Vec<String>),
}

/// What a bake would have to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Whether the engine has the base image; without it nothing more is known.
    pub has_base: bool,
    /// Whether there is a layer at all.
    pub has_layers: bool,
    /// The layers that would be baked, bottom first, and why, in a few words.
    pub bakes: Vec<(LayerKind, String)>,
    /// What that takes, in words; none: nothing of it was ever measured here.
    pub cost: Option<String>,
}

/// What is known of what a bake would have to do.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    subject: Option<Subject>,
    /// When it is asked for.
    due: Option<Moment>,
    /// The number of the last question.
    asked: u64,
    told: Option<Forecast>,
}

impl Preview {
    /// Whether it is of this already.
    #[must_use]
    pub fn is_of(&self, subject: Option<&Subject>) -> bool {
        self.subject.as_ref() == subject
    }

    /// It is of this from now on, to be asked for at a moment. What was told of the same
    /// environment stays until then, so that nothing flickers while somebody types.
    pub fn turn(&mut self, subject: Option<Subject>, due: Moment) {
        let same = |old: &Subject, new: &Subject| {
            let kind = |it: &Subject| std::mem::discriminant(&it.unsaved);
            old.id == new.id && kind(old) == kind(new)
        };
        if !self.subject.as_ref().zip(subject.as_ref()).is_some_and(|(old, new)| same(old, new)) {
            self.told = None;
        }
        self.due = subject.is_some().then_some(due);
        self.subject = subject;
        // What is under way is of something else.
        self.asked += 1;
    }

    /// When it is to be asked for.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        self.due
    }

    /// What is to be asked for now, and the number of the question.
    pub fn ask(&mut self) -> Option<(u64, &Subject)> {
        self.due.take()?;
        Some((self.asked, self.subject.as_ref()?))
    }

    /// Takes the answer to a question; none: it could not be found out.
    pub fn answer(&mut self, asked: u64, forecast: Option<Forecast>) {
        if asked == self.asked {
            self.told = forecast;
        }
    }

    /// In a sentence, what would have to be done for what is not saved of an environment.
    #[must_use]
    pub fn of_unsaved(&self, id: &EnvironmentId) -> Option<String> {
        let subject = self.subject.as_ref().filter(|subject| subject.id == *id)?;
        (subject.unsaved != Unsaved::Nothing).then(|| self.told.as_ref().map(Forecast::words))?
    }

    /// The same where there is little room: `bakes environment, about 1:40`.
    #[must_use]
    pub fn of_unsaved_briefly(&self, id: &EnvironmentId) -> Option<String> {
        self.of_unsaved(id)?;
        self.told.as_ref().map(Forecast::brief)
    }

    /// In a sentence, what a bake of the saved environment takes, if there is one to be done.
    #[must_use]
    pub fn of_saved(&self, id: &EnvironmentId) -> Option<String> {
        let subject = self.subject.as_ref().filter(|subject| subject.id == *id)?;
        let told = self.told.as_ref().filter(|_| subject.unsaved == Unsaved::Nothing)?;
        told.cost.as_ref().map(|cost| format!("a build takes {cost}"))
    }
}

impl Forecast {
    /// In a sentence: `would bake the environment layer: cached preflight changed, about 1:40`.
    #[must_use]
    pub fn words(&self) -> String {
        if !self.has_base {
            return "would pull the base image first".to_owned();
        }
        let bakes: Vec<String> =
            self.bakes.iter().map(|(layer, why)| format!("the {layer} layer: {why}")).collect();
        match (bakes.is_empty(), self.has_layers) {
            (true, true) => return "would bake nothing: every layer is there".to_owned(),
            (true, false) => return "would bake nothing: its scripts run at each start".to_owned(),
            (false, _) => {}
        }
        let cost = self.cost.as_deref().unwrap_or("how long is not known yet");
        format!("would bake {}, {cost}", bakes.join("; and "))
    }

    /// The same in few words, without the causes.
    #[must_use]
    pub fn brief(&self) -> String {
        let layers: Vec<String> = self.bakes.iter().map(|(layer, _)| layer.to_string()).collect();
        match (self.has_base, layers.is_empty(), &self.cost) {
            (false, ..) => "pulls the base image".to_owned(),
            (true, true, _) => "bakes nothing".to_owned(),
            (true, false, None) => format!("bakes {}", layers.join(" and ")),
            (true, false, Some(cost)) => format!("bakes {}, {cost}", layers.join(" and ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::id;

    fn forecast(bakes: &[(LayerKind, &str)], cost: Option<&str>) -> Forecast {
        let bakes = bakes.iter().map(|(layer, why)| (*layer, (*why).to_owned())).collect();
        Forecast { has_base: true, has_layers: true, bakes, cost: cost.map(str::to_owned) }
    }

    #[test]
    fn a_sentence_names_layers_causes_and_cost() {
        let (desktop, own) = (LayerKind::Desktop, LayerKind::Environment);
        for (told, words) in [
            (forecast(&[], None), "would bake nothing: every layer is there"),
            (
                Forecast { has_layers: false, ..forecast(&[], None) },
                "would bake nothing: its scripts run at each start",
            ),
            (
                forecast(&[(own, "cached preflight changed")], Some("about 1:40")),
                "would bake the environment layer: cached preflight changed, about 1:40",
            ),
            (
                forecast(&[(desktop, "never baked"), (own, "the layer below is baked anew")], None),
                "would bake the desktop layer: never baked; and the environment layer: the layer below is baked anew, how long is not known yet",
            ),
            (
                Forecast { has_base: false, ..forecast(&[], None) },
                "would pull the base image first",
            ),
        ] {
            assert_eq!(told.words(), words);
        }
    }

    #[test]
    fn few_words_name_layers_and_cost() {
        let own = (LayerKind::Environment, "cached preflight changed");
        for (told, words) in [
            (forecast(&[own], Some("about 1:40")), "bakes environment, about 1:40"),
            (
                forecast(&[(LayerKind::Desktop, "never baked"), own], None),
                "bakes desktop and environment",
            ),
            (forecast(&[], None), "bakes nothing"),
            (Forecast { has_base: false, ..forecast(&[], None) }, "pulls the base image"),
        ] {
            assert_eq!(told.brief(), words);
        }
    }

    #[test]
    fn an_answer_to_an_older_question_is_dropped_and_one_of_the_same_kind_stays_meanwhile() {
        let subject =
            |unsaved| Subject { id: id("web"), file: Digest::of("a"), cached: vec![true], unsaved };
        let typed = |cached| Some(subject(Unsaved::Scripts { cached, run: 0 }));
        let mut preview = Preview::default();
        assert!(preview.ask().is_none());
        preview.turn(typed(1), Moment(5));
        let (first, _) = preview.ask().unwrap();
        assert!(preview.ask().is_none(), "it is asked for once");
        preview.answer(first, Some(forecast(&[], None)));
        assert!(preview.of_unsaved(&id("web")).is_some() && preview.of_saved(&id("web")).is_none());
        assert_eq!(preview.of_unsaved(&id("api")), None);

        preview.turn(typed(2), Moment(6));
        preview.answer(first, None);
        assert!(preview.of_unsaved(&id("web")).is_some());
        preview.turn(Some(subject(Unsaved::Nothing)), Moment(7));
        assert_eq!(preview.of_unsaved(&id("web")), None);
        let (second, _) = preview.ask().unwrap();
        preview.answer(second, Some(forecast(&[], Some("about 1:40"))));
        assert_eq!(preview.of_saved(&id("web")).as_deref(), Some("a build takes about 1:40"));
        preview.turn(None, Moment(8));
        assert_eq!((preview.due(), preview.of_saved(&id("web"))), (None, None));
    }
}
