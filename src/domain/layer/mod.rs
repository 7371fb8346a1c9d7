//! Layers: what is baked, under which key, and whether it has to be.
//!
//! ```text
//! container caching only:            base -> agent-runner-env:<env_key>
//! desktop cached, caching:           base -> agent-runner-desktop:<desktop_key> -> agent-runner-env:<env_key>
//! desktop cached only:               base -> agent-runner-desktop:<desktop_key>
//! nothing cached:                    base, and all stages run at task start
//! ```
//!
//! [`stack`] lists the layers of an environment, [`key`] names them, [`recipe`] holds everything
//! besides scripts and base that can change the result, caches and secrets as [`mounts`] among it,
//! [`labels`] lets an image tell its inputs,
//! [`plan`] decides, [`explain`] says why. [`theirs`] reads the keys of other programs.

pub mod explain;
pub mod key;
pub mod labels;
pub mod mounts;
pub mod plan;
pub mod recipe;
pub mod stack;
pub mod theirs;

pub use key::LayerKey;
pub use mounts::BakeMounts;
pub use plan::{Miss, Plan, Reuse, Step};
pub use recipe::Recipe;
pub use stack::{DesktopScripts, Layer, LayerKind, LayerScript, Stack};
