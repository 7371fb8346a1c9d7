//! What baking and running leave in the engine besides images: containers that nobody needs any
//! more.

use serde::Serialize;

/// What a container that nobody needs any more is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Leftover {
    /// A bake whose image was made.
    FinishedBake,
    /// A failed bake that was kept for a look into it, and whose layer was baked since.
    FailedBake,
    /// A task that has ended.
    EndedTask,
}

/// A container as an engine lists it, and the image of the layer it was to bake.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen<'a> {
    /// Its name.
    pub name: &'a str,
    /// The role in its labels.
    pub role: &'a str,
    /// The id of the bake in its labels.
    pub bake: &'a str,
    /// Whether it has ended.
    pub has_ended: bool,
    /// When it was created, in seconds since 1970.
    pub created: i64,
    /// Of the image that has the name of its layer: the id of the bake that made it, and when it
    /// was made.
    pub image: Option<(&'a str, i64)>,
}

impl Leftover {
    /// What a container is; none: it is of use, or none of ours.
    #[must_use]
    pub fn of(seen: Seen<'_>) -> Option<Self> {
        if !seen.has_ended {
            return None;
        }
        match (seen.role, seen.image) {
            ("task", _) => Some(Self::EndedTask),
            // An image of another bake may be about to be replaced by this one's.
            ("bake", Some((bake, _)))
                if seen.name.starts_with("prebake-bake-") && bake == seen.bake =>
            {
                Some(Self::FinishedBake)
            }
            // A rebuild that failed left the image of before, and is the newest there is to see.
            ("bake", Some((_, made)))
                if seen.name.starts_with("prebake-failed-") && made > seen.created =>
            {
                Some(Self::FailedBake)
            }
            _ => None,
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::FinishedBake => "finished bake",
            Self::FailedBake => "failed bake, baked since",
            Self::EndedTask => "ended task",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_ended_and_is_of_no_use_is_left_over() {
        let bake = Seen {
            name: "prebake-bake-0",
            role: "bake",
            bake: "b",
            has_ended: true,
            created: 100,
            image: Some(("b", 200)),
        };
        let failed = Seen { name: "prebake-failed-web-environment", bake: "a", ..bake };
        let task = Seen { name: "prebake-task-0", role: "task", image: None, ..bake };
        for (seen, expected) in [
            (bake, Some(Leftover::FinishedBake)),
            (Seen { has_ended: false, ..bake }, None),
            (Seen { image: None, ..bake }, None),
            (Seen { image: Some(("c", 200)), ..bake }, None),
            (failed, Some(Leftover::FailedBake)),
            (Seen { image: Some(("c", 100)), ..failed }, None),
            (Seen { image: None, ..failed }, None),
            (Seen { name: "mine", ..bake }, None),
            (task, Some(Leftover::EndedTask)),
            (Seen { has_ended: false, ..task }, None),
            (Seen { role: "commit", ..bake }, None),
            (Seen { role: "", ..task }, None),
        ] {
            assert_eq!(Leftover::of(seen), expected, "{seen:?}");
        }
    }
}
