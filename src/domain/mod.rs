//! What prebake knows and decides, without any IO: no files, no clock, no engine.
//!
//! An [`environment`] and its base [`image`] give a stack of [`layer`]s with keys, recipes and a
//! plan; [`script`] is the bash that runs in their containers.

pub mod amount;
pub mod bash;
pub mod cache_mount;
pub mod clean;
pub mod desktop;
pub mod difference;
pub mod digest;
pub mod environment;
pub mod freshness;
pub mod history;
pub mod host;
pub mod image;
pub mod import;
pub mod layer;
pub mod lint;
pub mod log;
pub mod manifest;
pub mod migrate;
pub mod mount;
pub mod owner;
pub mod place;
pub mod port;
pub mod script;
pub mod secret;
pub mod settings;
pub mod split;
pub mod task;
pub mod theme;
pub mod unknown;
