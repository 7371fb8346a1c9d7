//! What a person wants gone: which images, and which of these are spared all the same.
//!
//! A choice names images, a policy spares some of them; a policy never adds one, so that each
//! option a person adds makes a clean smaller and none can take what was not chosen.

use std::collections::HashMap;

use super::removal::{Planner, rank};
use super::{CachedImage, Refusal, Removal, Standing};
use crate::domain::layer::LayerKind;

/// What a person wants gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Which images.
    pub choice: Choice,
    /// Of these environments only, here or not; empty: of all that are here.
    pub environments: Vec<String>,
    /// Whether images of environments that are not here are meant, too.
    pub with_orphans: bool,
    /// Which of them are spared.
    pub policy: Policy,
}

/// Which images are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Those that no environment needs as it is now.
    #[default]
    Unneeded,
    /// Those that are needed, too.
    All,
}

/// Which images are spared. What is not set spares none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Those that were used in these last seconds.
    pub older_than_s: Option<i64>,
    /// The newest so many of each environment and layer.
    pub keep: Option<usize>,
    /// Those without which all together fit in so many bytes, the ones used last.
    pub budget: Option<u64>,
}

impl Policy {
    /// This one, and where it sets nothing the other.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            older_than_s: self.older_than_s.or(other.older_than_s),
            keep: self.keep.or(other.keep),
            budget: self.budget.or(other.budget),
        }
    }
}

impl Request {
    /// Decides about all images: each goes, or stays for a reason. `now` is in seconds since 1970,
    /// `leaving` are containers that go before the images.
    #[must_use]
    pub fn plan(&self, all: &[CachedImage], now: i64, leaving: &[String]) -> Removal {
        let mut removal = Removal::default();
        let newest = self.policy.keep.map(|keep| (keep, newest(all)));
        let mut wanted = Vec::new();
        for (index, image) in all.iter().enumerate() {
            match self.spares(image, newest.as_ref().map(|(keep, rank)| (*keep, rank[index])), now)
            {
                Some(refusal) => removal.refused.push((image.id.clone(), refusal)),
                None => wanted.push(index),
            }
        }
        let planner = Planner::new(all, leaving);
        match self.policy.budget {
            None => plan_all(&mut removal, planner, wanted),
            Some(budget) => {
                let scope = all.iter().filter(|image| self.means(image));
                let total = scope.map(|image| image.own_size).sum();
                plan_within(&mut removal, planner, wanted, total, budget);
            }
        }
        // In the order of the images, whatever was found out first.
        let place: HashMap<&str, usize> =
            all.iter().enumerate().map(|(index, image)| (image.id.as_str(), index)).collect();
        removal.refused.sort_by_key(|(id, _)| place.get(id.as_str()).copied());
        removal
    }

    /// Whether an image is of the environments that are meant.
    #[must_use]
    pub fn means(&self, image: &CachedImage) -> bool {
        if self.environments.is_empty() {
            self.with_orphans || image.standing != Standing::Elsewhere
        } else {
            self.environments.contains(&image.environment)
        }
    }

    /// Why an image that could go is spared.
    fn spares(
        &self,
        image: &CachedImage,
        rank: Option<(usize, usize)>,
        now: i64,
    ) -> Option<Refusal> {
        let environment = || image.environment.clone();
        if !self.means(image) {
            let is_named = self.environments.is_empty();
            return Some(if is_named { Refusal::Elsewhere } else { Refusal::NotAsked });
        }
        // Naming an environment asks for its images, and not for what others need of them.
        let mut needed = image.needed_by.iter();
        let needed = match self.choice {
            Choice::Unneeded => needed.next(),
            Choice::All if self.environments.is_empty() => None,
            Choice::All => needed.find(|by| !self.environments.contains(by)),
        };
        if let Some(environment) = needed.cloned() {
            return Some(Refusal::Needed { environment });
        }
        if self.choice == Choice::Unneeded && image.standing == Standing::Unsure {
            return Some(Refusal::Unsure { environment: environment() });
        }
        if let Some(older_than_s) = self.policy.older_than_s
            && now.saturating_sub(image.used()) < older_than_s
        {
            return Some(Refusal::Recent { older_than_s });
        }
        let (keep, rank) = rank?;
        (rank < keep).then_some(Refusal::Newest { keep })
    }
}

/// All that can go.
fn plan_all(removal: &mut Removal, mut planner: Planner<'_>, mut wanted: Vec<usize>) {
    wanted.sort_by_key(|index| rank(&planner.all[*index]));
    for index in wanted {
        match planner.refusal(index) {
            Some(refusal) => removal.refused.push((planner.all[index].id.clone(), refusal)),
            None => removal.take(&mut planner, index),
        }
    }
}

/// Those used longest ago, until the others fit. What lies on a layer uses it, so that a layer
/// never comes before the one on it.
fn plan_within(
    removal: &mut Removal,
    mut planner: Planner<'_>,
    mut wanted: Vec<usize>,
    mut total: u64,
    budget: u64,
) {
    wanted.sort_by_key(|index| {
        let image = &planner.all[*index];
        (image.used(), rank(image), image.id.clone())
    });
    for index in wanted {
        let image = &planner.all[index];
        let refusal = planner.refusal(index);
        let fits = (total <= budget).then_some(Refusal::WithinBudget { budget });
        if let Some(refusal) = refusal.or(fits) {
            removal.refused.push((image.id.clone(), refusal));
        } else {
            total = total.saturating_sub(image.own_size);
            removal.take(&mut planner, index);
        }
    }
    removal.images.sort_by_key(rank);
}

/// Of each image, how many named ones of its environment and layer are newer. One without a name
/// is what a newer one replaced, so it is never among the newest.
fn newest(all: &[CachedImage]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..all.len()).filter(|index| all[*index].name.is_some()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(all[*index].created), &all[*index].id));
    let mut ranks = vec![usize::MAX; all.len()];
    let mut counts: HashMap<(&str, Option<LayerKind>), usize> = HashMap::new();
    for index in order {
        let image = &all[index];
        let count = counts.entry((&image.environment, image.layer)).or_default();
        ranks[index] = *count;
        *count += 1;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const NOW: i64 = 100 * DAY;

    /// Images of two environments that are here, of one whose file is broken and of one that is
    /// not here; the first of `web` is needed, and `desk` lies below an old one.
    fn engine() -> Vec<CachedImage> {
        let image = |id: &str, environment: &str, days: i64| CachedImage {
            id: id.to_owned(),
            name: Some(format!("x:{id}")),
            is_baked: true,
            own_size: 10,
            created: NOW - days * DAY,
            environment: environment.to_owned(),
            standing: Standing::Here,
            layer: Some(LayerKind::Environment),
            key: id.to_owned(),
            ..CachedImage::default()
        };
        let needed = |by: &str, image| CachedImage { needed_by: vec![by.to_owned()], ..image };
        vec![
            needed("web", image("web1", "web", 1)),
            CachedImage { below: "desk".to_owned(), ..image("web2", "web", 20) },
            CachedImage { last_used: Some(NOW - DAY), ..image("web3", "web", 40) },
            CachedImage {
                layer: Some(LayerKind::Desktop),
                last_used: Some(NOW - 20 * DAY),
                ..image("desk", "web", 50)
            },
            needed("web", image("api1", "api", 5)),
            image("api2", "api", 6),
            CachedImage { standing: Standing::Unsure, ..image("odd", "odd", 60) },
            CachedImage { standing: Standing::Elsewhere, ..image("far", "far", 70) },
        ]
    }

    fn request(text: &str) -> Request {
        let mut request = Request::default();
        for word in text.split_whitespace() {
            let number = || word.split_once('=').unwrap().1.parse::<i64>().unwrap();
            match word {
                "all" => request.choice = Choice::All,
                "orphans" => request.with_orphans = true,
                _ if word.starts_with("days=") => {
                    request.policy.older_than_s = Some(number() * DAY);
                }
                _ if word.starts_with("keep=") => {
                    request.policy.keep = usize::try_from(number()).ok();
                }
                _ if word.starts_with("budget=") => {
                    request.policy.budget = u64::try_from(number()).ok();
                }
                environment => request.environments.push(environment.to_owned()),
            }
        }
        request
    }

    #[test]
    fn what_is_chosen_and_what_is_spared() {
        for (text, goes) in [
            ("", "web2 web3 api2 desk"),
            ("orphans", "web2 web3 api2 far desk"),
            ("all", "web1 web2 web3 api1 api2 odd desk"),
            ("all orphans", "web1 web2 web3 api1 api2 odd far desk"),
            ("web", "web2 web3 desk"),
            ("all web", "web1 web2 web3 desk"),
            // Another environment needs the first of these.
            ("all api", "api2"),
            ("far", "far"),
            ("nobody all", ""),
            ("days=15", "web2 desk"),
            ("days=0", "web2 web3 api2 desk"),
            ("days=30", ""),
            ("keep=0", "web2 web3 api2 desk"),
            ("keep=1", "web2 web3 api2"),
            ("keep=2", "web3"),
            ("all keep=2 web", "web3"),
            // The total is that of what is meant: 70, and 80 with what is not here.
            ("budget=70", ""),
            ("budget=60", "web2"),
            ("budget=55", "web2 desk"),
            ("budget=0", "web2 api2 web3 desk"),
            ("orphans budget=70", "far"),
            ("all budget=45", "odd web2 desk"),
            ("budget=55 days=15 keep=1", "web2"),
        ] {
            let removal = request(text).plan(&engine(), NOW, &[]);
            let ids: Vec<&str> = removal.images.iter().map(|image| image.id.as_str()).collect();
            assert_eq!(ids.join(" "), goes, "{text}");
            assert_eq!(removal.images.len() + removal.refused.len(), engine().len(), "{text}");
        }
    }

    #[test]
    fn every_image_that_stays_has_its_reason() {
        let told = |text: &str| {
            let removal = request(text).plan(&engine(), NOW, &[]);
            let told = removal.refused.iter().map(|(id, why)| format!("{id}: {}", why.words()));
            told.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            told("days=15"),
            "web1: `web` needs it, web3: it was used less than 15 d ago, api1: `web` needs it, \
             api2: it was used less than 15 d ago, odd: what `odd` needs cannot be told now, \
             far: its environment is not here"
        );
        assert_eq!(
            told("all keep=1 api"),
            "web1: its environment was not named, web2: its environment was not named, \
             web3: its environment was not named, desk: its environment was not named, \
             api1: `web` needs it, odd: its environment was not named, \
             far: its environment was not named"
        );
        assert!(told("budget=60").contains("desk: all together fit in 60 B without it going"));
    }

    #[test]
    fn what_is_pinned_or_in_use_counts_for_the_budget_and_does_not_go() {
        let mut all = engine();
        all[1].is_pinned = true;
        all[3].containers.push("task".to_owned());
        let removal = request("budget=0").plan(&all, NOW, &[]);
        let ids: Vec<&str> = removal.images.iter().map(|image| image.id.as_str()).collect();
        assert_eq!(ids, ["api2", "web3"]);
        let with = request("budget=0").plan(&all, NOW, &["task".to_owned()]);
        // The pinned one lies on it.
        assert_eq!(with.images.len(), 2);
    }

    #[test]
    fn a_policy_of_the_person_comes_before_that_of_the_settings() {
        let one = Policy { keep: Some(0), ..Policy::default() };
        let other = Policy { keep: Some(3), budget: Some(1), older_than_s: None };
        assert_eq!(one.or(other), Policy { keep: Some(0), budget: Some(1), older_than_s: None });
    }

    #[test]
    fn a_plan_of_2000_images_decides_each() {
        let image = |number: i64| CachedImage {
            id: format!("id{number}"),
            name: Some(format!("x:{number}")),
            is_baked: true,
            own_size: 1,
            created: number,
            environment: format!("e{}", number % 50),
            standing: Standing::Here,
            layer: Some(LayerKind::Environment),
            ..CachedImage::default()
        };
        let all: Vec<CachedImage> = (0..2_000).map(image).collect();
        let policy = Policy { keep: Some(2), budget: Some(500), older_than_s: Some(0) };
        let request = Request { choice: Choice::All, policy, ..Request::default() };
        let removal = request.plan(&all, 10_000, &[]);
        assert_eq!(removal.images.len(), 1_500);
        assert_eq!(removal.images.iter().map(CachedImage::used).max(), Some(1_499));
    }
}
