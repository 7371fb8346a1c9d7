//! The plan: for each layer, reuse its image or bake it, and why.
//!
//! A [`Miss`] is made here only, and it is the only value a bake accepts, so nothing can be baked
//! that was not found missing.

use jiff::Timestamp;
use serde::Serialize;

use super::explain::{Change, shown};
use super::stack::{Layer, Stack};

/// What the engine knows of the image a layer's key names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The image's ID.
    pub id: String,
    /// The key in its labels; an image that carries the tag but not the key is not ours to trust.
    pub key: Option<String>,
    /// When it was made, if the engine tells.
    pub made: Option<Timestamp>,
}

impl Found {
    /// Whether it is the image of this layer.
    fn is_of(&self, layer: &Layer) -> bool {
        self.key.as_deref() == Some(layer.key.as_str())
    }
}

/// Which images are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// None: the user asked for all of it anew.
    Nothing,
    /// Whatever is there.
    All,
    /// What was made at this moment or later.
    Since(Timestamp),
}

/// Why a layer has to be baked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// No image of this layer was ever baked for the environment, as far as the engine knows.
    NeverBaked,
    /// Inputs differ from those of the newest image.
    Changed {
        /// Each input that differs.
        changes: Vec<Change>,
    },
    /// Nothing but the base differs from the newest image: its reference names another one now.
    BaseMoved {
        /// The ID of the base that the image lies on.
        from: String,
        /// The ID that the reference names now.
        to: String,
    },
    /// It is older than the environment wants it, or was baked on an older layer than the one below
    /// it is now.
    TooOld {
        /// When its image was made.
        made: Option<Timestamp>,
    },
    /// The layer below is baked anew.
    BelowChanges,
    /// The tag exists, but its image does not carry this key in its labels.
    ForeignImage,
    /// All inputs are those of an image that is no longer there.
    Gone,
    /// The user asked for it.
    Asked,
    /// It is not there, and the layer above has its own image, so nothing is baked.
    NotNeeded,
}

impl Reason {
    /// The reason in a few words, for where there is little room: "stale: …".
    #[must_use]
    pub fn brief(&self) -> String {
        match self {
            Self::NeverBaked => "never baked".to_owned(),
            Self::Changed { changes } => {
                let inputs: Vec<_> = changes.iter().map(|change| change.input.as_str()).collect();
                format!("{} changed", inputs.join(", "))
            }
            Self::Gone => "its image is gone".to_owned(),
            Self::BaseMoved { .. } => "base moved".to_owned(),
            Self::TooOld { .. } => "too old".to_owned(),
            other => other.words(),
        }
    }

    /// The reason as a sentence part: "cold: …".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NeverBaked => "never baked for this environment".to_owned(),
            Self::Changed { changes } => {
                let words: Vec<String> = changes.iter().map(Change::words).collect();
                words.join("; ")
            }
            Self::BaseMoved { from, to } => {
                format!("the base moved from `{}` to `{}`", shown(from), shown(to))
            }
            Self::TooOld { made } => {
                let made = made.map_or_else(String::new, |made| format!(": made {made:.0}"));
                format!("it is older than `freshness` says{made}")
            }
            Self::BelowChanges => "the layer below is baked anew".to_owned(),
            Self::ForeignImage => {
                "the tag points at an image that does not carry this key in its labels".to_owned()
            }
            Self::Gone => "its image is no longer in the engine".to_owned(),
            Self::Asked => "a rebuild was asked for".to_owned(),
            Self::NotNeeded => {
                "not there, and not needed: the layer above has its image".to_owned()
            }
        }
    }
}

/// A layer that has to be baked. Only [`Plan::decide`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    layer: Layer,
    reason: Reason,
    replaces: Option<String>,
}

impl Miss {
    /// The layer to bake.
    #[must_use]
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The ID of the image that is too old, if that is why; until the new one is complete, it keeps
    /// the name.
    #[must_use]
    pub fn replaces(&self) -> Option<&str> {
        self.replaces.as_deref()
    }
}

/// A layer whose image exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The layer.
    pub layer: Layer,
    /// The ID of its image; a tag could move before it is used.
    pub image_id: String,
}

/// What is to be done for one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its image exists.
    Reuse(Ready),
    /// Its image is not there, and nothing needs it: the layer above has its own.
    Covered(Layer),
    /// Its image has to be baked.
    Bake(Miss),
}

impl Step {
    /// The layer, whatever is to be done for it.
    #[must_use]
    pub fn layer(&self) -> &Layer {
        match self {
            Self::Reuse(ready) => &ready.layer,
            Self::Covered(layer) => layer,
            Self::Bake(miss) => &miss.layer,
        }
    }

    /// Whether there is something to do.
    #[must_use]
    pub fn needs_bake(&self) -> bool {
        matches!(self, Self::Bake(_))
    }

    /// Whether the layer's image exists.
    #[must_use]
    pub fn is_reuse(&self) -> bool {
        matches!(self, Self::Reuse(_))
    }
}

/// The steps of an environment, bottom layer first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One step a layer.
    pub steps: Vec<Step>,
}

/// What is known about one layer before the decision.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The image of the layer's key, if there is one.
    pub found: Option<Found>,
    /// How the layer differs from the newest image of its kind; none: there is no such image,
    /// or nobody asked.
    pub changes: Option<Vec<Change>>,
    /// The ID of the base of an image that differs in nothing else; none: there is no such image.
    pub moved_from: Option<String>,
}

impl Plan {
    /// Decides each layer of `stack` by the evidence of the same position.
    #[must_use]
    pub fn decide(stack: &Stack, evidence: Vec<Evidence>, reuse: Reuse) -> Self {
        let old: Vec<bool> = (0..stack.layers.len())
            .map(|index| is_too_old(&stack.layers[index], &evidence, index, reuse))
            .collect();
        let usable = |index: &usize| {
            let found = evidence.get(*index).and_then(|evidence| evidence.found.as_ref());
            reuse != Reuse::Nothing
                && !old[*index]
                && found.is_some_and(|found| found.is_of(&stack.layers[*index]))
        };
        let top = (0..stack.layers.len()).rev().find(usable);
        let mut below_changes = false;
        let steps =
            stack.layers.iter().zip(evidence).enumerate().map(|(index, (layer, evidence))| {
                let layer = layer.clone();
                let replaces = evidence.found.as_ref().map(|found| found.id.clone());
                match decide(&layer, evidence, reuse, old[index], below_changes) {
                    Ok(image_id) => Step::Reuse(Ready { layer, image_id }),
                    Err(_) if top.is_some_and(|top| index < top) => Step::Covered(layer),
                    Err(reason) => {
                        below_changes = true;
                        let replaces = replaces.filter(|_| old[index]);
                        Step::Bake(Miss { layer, reason, replaces })
                    }
                }
            });
        Self { steps: steps.collect() }
    }

    /// What has to be baked, bottom first.
    pub fn misses(&self) -> impl Iterator<Item = &Miss> {
        self.steps.iter().filter_map(|step| match step {
            Step::Bake(miss) => Some(miss),
            Step::Reuse(_) | Step::Covered(_) => None,
        })
    }

    /// Whether nothing has to be baked.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        !self.steps.iter().any(Step::needs_bake)
    }
}

/// Whether the image of a layer is there and too old. One that was made before what lies below it
/// now holds something older than that.
fn is_too_old(layer: &Layer, evidence: &[Evidence], index: usize, reuse: Reuse) -> bool {
    let Reuse::Since(oldest) = reuse else { return false };
    let found = |index: usize| evidence.get(index).and_then(|evidence| evidence.found.as_ref());
    let Some(own) = found(index).filter(|found| found.is_of(layer)).and_then(|found| found.made)
    else {
        return false;
    };
    let below = index.checked_sub(1).and_then(found).and_then(|found| found.made);
    own < oldest || below.is_some_and(|below| below < oldest || own < below)
}

/// The ID of the image to reuse, or why there is none.
fn decide(
    layer: &Layer,
    evidence: Evidence,
    reuse: Reuse,
    is_too_old: bool,
    below_changes: bool,
) -> Result<String, Reason> {
    if reuse == Reuse::Nothing {
        return Err(Reason::Asked);
    }
    match evidence.found {
        Some(found) if is_too_old => Err(Reason::TooOld { made: found.made }),
        Some(found) if found.is_of(layer) => Ok(found.id),
        Some(_) => Err(Reason::ForeignImage),
        None => Err(match (evidence.moved_from, evidence.changes) {
            (Some(from), _) => Reason::BaseMoved { from, to: layer.base.id.clone() },
            (None, Some(changes)) if changes.is_empty() => Reason::Gone,
            (None, Some(changes)) => Reason::Changed { changes },
            (None, None) if below_changes => Reason::BelowChanges,
            (None, None) => Reason::NeverBaked,
        }),
    }
}

#[cfg(test)]
mod tests {
    //! One environment, one input changed at a time: which layers miss, and what is said of it.

    use super::*;
    use crate::domain::environment::Environment;
    use crate::domain::image::BaseImage;
    use crate::domain::layer::stack::DesktopScripts;
    use crate::domain::layer::{explain, labels};
    use crate::domain::secret::Source;

    fn base() -> BaseImage {
        BaseImage {
            reference: "debian:12".into(),
            id: "sha256:aa".into(),
            platform: "linux/amd64".into(),
            user: String::new(),
        }
    }

    fn environment() -> Environment {
        Environment {
            headless_desktop_enabled: true,
            cache_desktop_build: true,
            cache_container_build: true,
            cached_preflight_script: "echo 1".into(),
            ..Environment::default()
        }
    }

    fn found(id: &str, key: Option<&str>) -> Found {
        Found { id: id.into(), key: key.map(str::to_owned), made: None }
    }

    fn only(found: Option<Found>) -> Evidence {
        Evidence { found, changes: None, moved_from: None }
    }

    fn desktop() -> DesktopScripts {
        DesktopScripts { install: "install".into(), setup: "setup".into() }
    }

    /// Which layers of the changed stack miss, and the inputs named, after `old` was baked.
    fn misses(old: &Stack, new: &Stack) -> Vec<Option<Vec<String>>> {
        let evidence = new.layers.iter().map(|layer| {
            let same = old.layers.iter().find(|baked| baked.key == layer.key);
            let newest = old.layers.iter().find(|baked| baked.kind == layer.kind);
            Evidence {
                found: same.map(|baked| found("sha256:1", Some(baked.key.as_str()))),
                moved_from: None,
                changes: newest.map(|baked| {
                    explain::changes(layer, &labels::of_layer(baked, "web", "b", "layer"))
                }),
            }
        });
        let plan = Plan::decide(new, evidence.collect(), Reuse::All);
        plan.steps
            .iter()
            .map(|step| match step {
                Step::Reuse(_) | Step::Covered(_) => None,
                Step::Bake(miss) => Some(match miss.reason() {
                    Reason::Changed { changes } => {
                        changes.iter().map(|change| change.input.clone()).collect()
                    }
                    other => vec![format!("{other:?}")],
                }),
            })
            .collect()
    }

    #[test]
    fn what_invalidates_what() {
        type Edit = fn(&mut Environment, &mut BaseImage, &mut DesktopScripts);
        type Case = (&'static str, Edit, [Option<Vec<String>>; 2]);
        let named = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
        let cases: [Case; 13] = [
            ("nothing", |_, _, _| (), [None, None]),
            (
                "cached script",
                |e, _, _| e.cached_preflight_script.push('\n'),
                [None, named(&["cached preflight"])],
            ),
            (
                "install script",
                |_, _, d| d.install.push('#'),
                [named(&["desktop install"]), named(&["desktop layer"])],
            ),
            (
                "setup script",
                |_, _, d| d.setup.push('#'),
                [named(&["desktop setup"]), named(&["desktop layer"])],
            ),
            (
                "base moved",
                |_, b, _| b.id = "sha256:bb".into(),
                [named(&["base image"]), named(&["base image"])],
            ),
            (
                "platform",
                |_, b, _| b.platform = "linux/arm64".into(),
                [named(&["platform"]), named(&["platform", "desktop layer"])],
            ),
            (
                "user",
                |e, _, _| e.user = "dev".into(),
                [named(&["user"]), named(&["user", "desktop layer"])],
            ),
            ("a cache", |e, _, _| e.cache_mounts.push("pip".into()), [None, named(&["caches"])]),
            (
                "a secret",
                |e, _, _| drop(e.secrets.insert("T".into(), Source::Env("A".into()))),
                [None, named(&["secrets"])],
            ),
            ("run script", |e, _, _| e.run_preflight_script.push('x'), [None, None]),
            ("name", |e, _, _| e.name.push('x'), [None, None]),
            ("variables", |e, _, _| drop(e.env_vars.insert("A".into(), "1".into())), [None, None]),
            ("command and mounts", |e, _, _| e.command.push("sh".into()), [None, None]),
        ];
        let old = Stack::lay_out(&environment(), &base(), &desktop());
        assert_eq!(old.layers.len(), 2);
        for (name, edit, expected) in cases {
            let (mut env, mut base, mut desktop) = (environment(), base(), desktop());
            edit(&mut env, &mut base, &mut desktop);
            let new = Stack::lay_out(&env, &base, &desktop);
            assert_eq!(misses(&old, &new), expected, "{name}");
        }
    }

    #[test]
    fn where_a_secret_comes_from_is_no_input() {
        let stack = |source: Source| {
            let mut environment = environment();
            environment.secrets.insert("TOKEN".to_owned(), source);
            Stack::lay_out(&environment, &base(), &desktop())
        };
        let old = stack(Source::Env("TOKEN".to_owned()));
        let new = stack(Source::Command("pass show token".to_owned()));
        assert_eq!(misses(&old, &new), [None, None]);
        assert!(!format!("{:?}", new.layers[1].recipe).contains("pass show"));
    }

    #[test]
    fn a_lower_layer_that_nothing_needs_is_not_baked() {
        let stack = Stack::lay_out(&environment(), &base(), &desktop());
        let top = found("sha256:9", Some(stack.layers[1].key.as_str()));
        let evidence = [None, Some(top)].map(only);
        let plan = Plan::decide(&stack, evidence.to_vec(), Reuse::All);
        assert!(plan.is_warm());
        assert!(matches!(plan.steps[0], Step::Covered(_)));
        assert!(Plan::decide(&stack, evidence.to_vec(), Reuse::Nothing).steps[0].needs_bake());
    }

    #[test]
    fn a_tag_without_the_key_is_not_trusted() {
        let stack = Stack::lay_out(&environment(), &base(), &desktop());
        let foreign = found("sha256:9", None);
        let plan = Plan::decide(&stack, vec![only(Some(foreign)); 2], Reuse::All);
        assert!(plan.steps.iter().all(
            |step| matches!(step, Step::Bake(miss) if *miss.reason() == Reason::ForeignImage)
        ));
    }

    #[test]
    fn an_age_makes_layers_stale_and_what_lies_on_them() {
        let stack = Stack::lay_out(&environment(), &base(), &desktop());
        let moment = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let baked = |at: usize, day: Option<i64>| {
            only(day.map(|day| Found {
                made: Some(moment(day)),
                ..found(&format!("sha256:{at}"), Some(stack.layers[at].key.as_str()))
            }))
        };
        // The days of both layers, and which of them day 10 makes too old.
        for (desktop, environment, expected) in [
            (Some(10), Some(10), [false, false]),
            (Some(10), Some(11), [false, false]),
            (Some(9), Some(11), [true, true]),
            (Some(9), Some(9), [true, true]),
            (Some(12), Some(9), [false, true]),
            // It holds an older desktop than the one that is there.
            (Some(12), Some(11), [false, true]),
            (None, Some(11), [false, false]),
        ] {
            let evidence = vec![baked(0, desktop), baked(1, environment)];
            let plan = Plan::decide(&stack, evidence.clone(), Reuse::Since(moment(10)));
            let old: Vec<bool> = plan.steps.iter().map(Step::needs_bake).collect();
            assert_eq!(old, expected, "{desktop:?} {environment:?}");
            for (at, step) in plan.steps.iter().enumerate() {
                let Step::Bake(miss) = step else { continue };
                assert!(matches!(miss.reason(), Reason::TooOld { made: Some(_) }));
                assert_eq!(miss.replaces(), Some(format!("sha256:{at}").as_str()));
            }
            // Whoever has no limit uses all of it.
            assert!(Plan::decide(&stack, evidence, Reuse::All).is_warm());
        }
    }

    #[test]
    fn a_layer_on_the_base_that_was_is_found_by_its_key() {
        let old = Stack::lay_out(&environment(), &base(), &desktop());
        let moved = BaseImage { id: "sha256:bb".into(), ..base() };
        let new = Stack::lay_out(&environment(), &moved, &desktop());
        assert_ne!(old.layers[1].key, new.layers[1].key);
        assert_eq!(new.top_on("sha256:aa"), Some(old.layers[1].key.clone()));
        assert_eq!(new.on("sha256:aa"), old);
        let evidence = Evidence { moved_from: Some("sha256:aa".into()), ..only(None) };
        let plan = Plan::decide(&new, vec![evidence; 2], Reuse::All);
        let Step::Bake(miss) = &plan.steps[1] else { panic!("{plan:?}") };
        assert_eq!(miss.reason().brief(), "base moved");
        let words = miss.reason().words();
        assert_eq!(words, "the base moved from `sha256:aa` to `sha256:bb`");
    }

    #[test]
    fn the_four_combinations() {
        let cases =
            [(true, true, 2, 0), (true, false, 1, 1), (false, true, 1, 2), (false, false, 0, 3)];
        for (cache_desktop, cache_container, layers, at_start) in cases {
            let environment = Environment {
                cache_desktop_build: cache_desktop,
                cache_container_build: cache_container,
                ..environment()
            };
            let stack = Stack::lay_out(&environment, &base(), &desktop());
            let counts = (stack.layers.len(), stack.at_start.len());
            assert_eq!(counts, (layers, at_start), "{cache_desktop} {cache_container}");
        }
        let off = Environment { headless_desktop_enabled: false, ..environment() };
        let stack = Stack::lay_out(&off, &base(), &desktop());
        assert_eq!((stack.layers.len(), stack.at_start.len()), (1, 0));
        assert!(stack.layers[0].key.as_str().starts_with("12-"));
    }
}
