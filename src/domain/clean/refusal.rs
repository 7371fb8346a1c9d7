//! Why an image stays, and the words for it.

use serde::Serialize;

use crate::domain::amount;

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
    /// Somebody pinned it.
    Pinned,
    /// It has the name of a layer, but no bake made it, neither one of ours nor another program's.
    Foreign,
    /// It is not there any more.
    Gone,
    /// It is of an environment that was not named.
    NotAsked,
    /// An environment starts or bakes on it as it is now.
    Needed {
        /// That environment.
        environment: String,
    },
    /// Whether its environment needs it cannot be told.
    Unsure {
        /// That environment.
        environment: String,
    },
    /// Its environment is not here, so that nobody here can say whether it is needed.
    Elsewhere,
    /// It was used not long ago.
    Recent {
        /// How long ago it must have been used to go, in seconds.
        older_than_s: i64,
    },
    /// It is among the newest of its environment and layer.
    Newest {
        /// How many of these are kept.
        keep: usize,
    },
    /// All images together are small enough without it going.
    WithinBudget {
        /// How many bytes they may have.
        budget: u64,
    },
}

impl Refusal {
    /// The reason as a sentence part.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::InUse { container } => format!("container `{container}` is made of it"),
            Self::Baking { container } => format!("`{container}` is baking its layer"),
            Self::Below { image } => format!("`{image}` lies on it and stays"),
            Self::Pinned => "it is pinned".to_owned(),
            Self::Foreign => "no bake of prebake made it".to_owned(),
            Self::Gone => "it is not there any more".to_owned(),
            Self::NotAsked => "its environment was not named".to_owned(),
            Self::Needed { environment } => format!("`{environment}` needs it"),
            Self::Unsure { environment } => {
                format!("what `{environment}` needs cannot be told now")
            }
            Self::Elsewhere => "its environment is not here".to_owned(),
            Self::Recent { older_than_s } => {
                format!("it was used less than {} ago", amount::age(*older_than_s))
            }
            Self::Newest { keep } => {
                format!("it is among the {keep} newest of its environment")
            }
            Self::WithinBudget { budget } => {
                format!("all together fit in {} without it going", amount::bytes(*budget))
            }
        }
    }

    /// Whether it was spared by what was asked, and not kept by something in the engine.
    #[must_use]
    pub fn is_of_request(&self) -> bool {
        !matches!(
            self,
            Self::InUse { .. }
                | Self::Baking { .. }
                | Self::Below { .. }
                | Self::Pinned
                | Self::Foreign
                | Self::Gone
        )
    }
}
