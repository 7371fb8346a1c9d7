//! Cleaning up: which cached images can go, and what keeps the others.
//!
//! Pure, because what is removed must be exactly what a person was shown, and is decided once for
//! the question and once more right before the deed.

use serde::Serialize;

use super::layer::LayerKind;

/// A cached image, and what there is in the engine that has to do with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CachedImage {
    /// Its ID.
    pub id: String,
    /// Its name, `repository:key`; none: a bake that was not finished, or was repeated, left it.
    pub name: Option<String>,
    /// Names that others gave it; with one, it stays when ours goes.
    pub other_names: Vec<String>,
    /// Whether it is the work of a bake; another image can have the name of one.
    pub is_baked: bool,
    /// Whether another program baked it, by the form of its key.
    pub is_theirs: bool,
    /// Its size in bytes, shared layers included.
    pub size: u64,
    /// What it adds to the image below it, in bytes; all of it if that one is not there.
    pub own_size: u64,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// The id of the environment it was baked for; of another program's image, the one whose
    /// cached script it was baked from. Empty: it is not known.
    pub environment: String,
    /// The layer.
    pub layer: Option<LayerKind>,
    /// The layer's key.
    pub key: String,
    /// The key of the layer below; empty on a base image.
    pub below: String,
    /// Containers of it, running or not, by name.
    pub containers: Vec<String>,
    /// The container of a bake that is about to replace it.
    pub bake: Option<String>,
    /// Environments that start or bake on it as they are now.
    pub needed_by: Vec<String>,
}

/// Why an image stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Refusal {
    /// There are containers of it.
    InUse {
        /// One of them.
        container: String,
    },
    /// Its layer is being baked.
    Baking {
        /// The bake's container.
        container: String,
    },
    /// Another image that stays lies on it, so nothing would be freed.
    Below {
        /// That image's name, or ID.
        image: String,
    },
    /// It has the name of a layer, but no bake made it, neither one of ours nor another program's.
    Foreign,
    /// It is not there any more.
    Gone,
}

impl Refusal {
    /// The reason as a sentence part.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::InUse { container } => format!("container `{container}` is made of it"),
            Self::Baking { container } => format!("`{container}` is baking its layer"),
            Self::Below { image } => format!("`{image}` lies on it and stays"),
            Self::Foreign => "no bake of prebake made it".to_owned(),
            Self::Gone => "it is not there any more".to_owned(),
        }
    }
}

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
        let mut removal = Self::default();
        let mut asked: Vec<&CachedImage> =
            all.iter().filter(|image| chosen.contains(&image.id)).collect();
        // A layer is decided after all that lies on it.
        asked.sort_by_key(|image| image.layer == Some(LayerKind::Desktop));
        for image in asked {
            match removal.refusal(all, image) {
                Some(refusal) => removal.refused.push((image.id.clone(), refusal)),
                None => removal.images.push(image.clone()),
            }
        }
        let is_gone = |id: &&String| !all.iter().any(|image| image.id == **id);
        let gone = chosen.iter().filter(is_gone).map(|id| (id.clone(), Refusal::Gone));
        removal.refused.extend(gone);
        removal
    }

    fn refusal(&self, all: &[CachedImage], image: &CachedImage) -> Option<Refusal> {
        if !image.is_baked && !image.is_theirs {
            return Some(Refusal::Foreign);
        }
        if let Some(container) = image.bake.clone() {
            return Some(Refusal::Baking { container });
        }
        if let Some(container) = image.containers.first().cloned() {
            return Some(Refusal::InUse { container });
        }
        let stays = |child: &&CachedImage| !self.images.iter().any(|gone| gone.id == child.id);
        let child = children(all, image).find(stays)?;
        Some(Refusal::Below { image: child.shown().to_owned() })
    }

    /// What goes with it at most, in bytes: what others share with it stays.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.images.iter().filter(|image| image.other_names.is_empty()).map(|i| i.own_size).sum()
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

impl CachedImage {
    /// Its name, or else its ID.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
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
        let theirs = |all: &mut [CachedImage]| (all[3].is_baked, all[3].is_theirs) = (false, true);
        check(theirs, "flat", "flat", "");
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
