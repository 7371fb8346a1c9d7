//! What is to be removed: the images that can go out of those that are wanted gone, in an order in
//! which they can.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{CachedImage, Refusal};
use crate::domain::layer::LayerKind;

/// What is to be removed, in this order, and what was asked for and stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// Images that go, those on top first.
    pub images: Vec<CachedImage>,
    /// IDs of images that stay, and why.
    pub refused: Vec<(String, Refusal)>,
}

impl Removal {
    /// Decides about the images with these IDs, out of `all` cached ones.
    #[must_use]
    pub fn plan(all: &[CachedImage], chosen: &[String]) -> Self {
        Self::without(all, chosen, &[])
    }

    /// As [`Removal::plan`], where these containers go before the images.
    #[must_use]
    pub fn without(all: &[CachedImage], chosen: &[String], leaving: &[String]) -> Self {
        let mut removal = Self::default();
        let wanted: HashSet<&str> = chosen.iter().map(String::as_str).collect();
        let mut planner = Planner::new(all, leaving);
        let mut asked: Vec<usize> =
            (0..all.len()).filter(|index| wanted.contains(all[*index].id.as_str())).collect();
        // A layer is decided after all that lies on it.
        asked.sort_by_key(|index| rank(&all[*index]));
        for index in asked {
            match planner.refusal(index) {
                Some(refusal) => removal.refused.push((all[index].id.clone(), refusal)),
                None => removal.take(&mut planner, index),
            }
        }
        let there: HashSet<&str> = all.iter().map(|image| image.id.as_str()).collect();
        let is_gone = |id: &&String| !there.contains(id.as_str());
        let gone = chosen.iter().filter(is_gone).map(|id| (id.clone(), Refusal::Gone));
        removal.refused.extend(gone);
        removal
    }

    pub(super) fn take(&mut self, planner: &mut Planner<'_>, index: usize) {
        planner.gone[index] = true;
        self.images.push(planner.all[index].clone());
    }

    /// What goes with it at most, in bytes: what others share with it stays.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.images.iter().filter(|image| image.other_names.is_empty()).map(|i| i.own_size).sum()
    }
}

/// Layers in the order in which they can go.
pub(super) fn rank(image: &CachedImage) -> bool {
    image.layer == Some(LayerKind::Desktop)
}

/// What keeps images while others are taken out of them, one after the other.
pub(super) struct Planner<'a> {
    pub(super) all: &'a [CachedImage],
    /// Containers that go before any image.
    leaving: HashSet<&'a str>,
    /// The images that lie on a key, and those made of an ID.
    on_key: HashMap<&'a str, Vec<usize>>,
    on_id: HashMap<&'a str, Vec<usize>>,
    gone: Vec<bool>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(all: &'a [CachedImage], leaving: &'a [String]) -> Self {
        let (mut on_key, mut on_id) = (HashMap::new(), HashMap::new());
        for (index, image) in all.iter().enumerate() {
            let note = |map: &mut HashMap<&'a str, Vec<usize>>, below: &'a str| {
                if !below.is_empty() {
                    map.entry(below).or_default().push(index);
                }
            };
            note(&mut on_key, &image.below);
            note(&mut on_id, &image.parent);
        }
        let leaving = leaving.iter().map(String::as_str).collect();
        Self { all, leaving, on_key, on_id, gone: vec![false; all.len()] }
    }

    /// Why this image cannot go now.
    pub(super) fn refusal(&self, index: usize) -> Option<Refusal> {
        let image = &self.all[index];
        if !image.is_baked && !image.is_theirs {
            return Some(Refusal::Foreign);
        }
        if image.is_pinned {
            return Some(Refusal::Pinned);
        }
        let stays = |name: &&String| !self.leaving.contains(name.as_str());
        if let Some(container) = image.bake.iter().find(stays).cloned() {
            return Some(Refusal::Baking { container });
        }
        if let Some(container) = image.containers.iter().find(stays).cloned() {
            return Some(Refusal::InUse { container });
        }
        if let Some(other) = image.others_on_it.first().cloned() {
            return Some(Refusal::Below { image: other });
        }
        // Whose key lies on the key of one without a name lies on the image that has the name now.
        let by_key = if image.name.is_some() { self.on_key.get(image.key.as_str()) } else { None };
        let on_it = by_key.into_iter().chain(self.on_id.get(image.id.as_str())).flatten();
        let child = on_it.copied().find(|child| !self.gone[*child])?;
        Some(Refusal::Below { image: self.all[child].shown().to_owned() })
    }
}

/// The images that lie on `image`.
pub fn children<'a>(
    all: &'a [CachedImage],
    image: &'a CachedImage,
) -> impl Iterator<Item = &'a CachedImage> {
    let is_lower = image.name.is_some() && !image.key.is_empty();
    all.iter().filter(move |child| is_lower && child.below == image.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A desktop with two environments on it, an environment on a base, and what a rebuild left.
    fn engine() -> Vec<CachedImage> {
        let image = |id: &str, layer, below: &str| CachedImage {
            id: id.to_owned(),
            name: Some(format!("x:{id}")),
            is_baked: true,
            own_size: 10,
            layer: Some(layer),
            key: id.to_owned(),
            below: below.to_owned(),
            ..CachedImage::default()
        };
        let left = CachedImage { name: None, ..image("left", LayerKind::Environment, "desk") };
        vec![
            image("desk", LayerKind::Desktop, ""),
            image("one", LayerKind::Environment, "desk"),
            image("two", LayerKind::Environment, "desk"),
            image("flat", LayerKind::Environment, ""),
            left,
        ]
    }

    fn check(edit: impl Fn(&mut [CachedImage]), chosen: &str, goes: &str, stays: &str) {
        let mut all = engine();
        edit(&mut all);
        let chosen: Vec<String> = chosen.split_whitespace().map(str::to_owned).collect();
        let removal = Removal::plan(&all, &chosen);
        let ids: Vec<&str> = removal.images.iter().map(|image| image.id.as_str()).collect();
        assert_eq!(ids.join(" "), goes, "of {chosen:?}");
        let told = removal.refused.iter().map(|(id, why)| format!("{id}: {}", why.words()));
        assert_eq!(told.collect::<Vec<_>>().join(", "), stays, "of {chosen:?}");
    }

    #[test]
    fn what_goes_and_what_stays() {
        check(|_| (), "", "", "");
        check(|_| (), "flat left", "flat left", "");
        check(|_| (), "desk", "", "desk: `x:one` lies on it and stays");
        check(|_| (), "desk one two", "one two", "desk: `left` lies on it and stays");
        check(|_| (), "desk left two one", "one two left desk", "");
        check(|_| (), "lost flat", "flat", "lost: it is not there any more");
        check(
            |all| all[2].containers.push("task".into()),
            "desk one two left",
            "one left",
            "two: container `task` is made of it, desk: `x:two` lies on it and stays",
        );
        check(
            |all| all[3].bake = Some("bake".into()),
            "flat",
            "",
            "flat: `bake` is baking its layer",
        );
        check(|all| all[3].is_baked = false, "flat", "", "flat: no bake of prebake made it");
        check(|all| all[3].is_pinned = true, "flat", "", "flat: it is pinned");
        check(
            |all| all[3].others_on_it.push("mine:1".into()),
            "flat",
            "",
            "flat: `mine:1` lies on it and stays",
        );
        // What a rebuild left has the children of before, by their parent and not by its key.
        check(
            |all| all[1].parent = "left".into(),
            "left two",
            "two",
            "left: `x:one` lies on it and stays",
        );
        let theirs = |all: &mut [CachedImage]| (all[3].is_baked, all[3].is_theirs) = (false, true);
        check(theirs, "flat", "flat", "");
    }

    #[test]
    fn containers_that_go_before_keep_nothing() {
        let mut all = engine();
        all[3].containers = vec!["a".to_owned(), "b".to_owned()];
        let goes = |leaving: &[&str]| {
            let leaving: Vec<String> = leaving.iter().map(|&name| name.to_owned()).collect();
            Removal::without(&all, &["flat".to_owned()], &leaving).images.len()
        };
        assert_eq!((goes(&["a"]), goes(&["a", "b"])), (0, 1));
    }

    #[test]
    fn on_an_image_without_a_key_lies_nothing() {
        let all = engine();
        let foreign = CachedImage { name: Some("x:theirs".into()), ..CachedImage::default() };
        assert_eq!(children(&all, &foreign).count(), 0);
        assert_eq!(children(&all, &all[0]).count(), 3);
    }

    #[test]
    fn an_image_that_keeps_another_name_frees_nothing() {
        let mut all = engine();
        all[1].other_names.push("mine:1".into());
        let chosen = ["one", "two"].map(str::to_owned);
        assert_eq!(Removal::plan(&all, &chosen).size(), 10);
    }
}
