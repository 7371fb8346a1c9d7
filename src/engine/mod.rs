//! The container engine. The only folder that names the engine's client library.
//!
//! [`Engine::connect`] finds an engine and proves that it answers; every other file asks it
//! something. What goes wrong becomes an [`EngineError`], which keeps the fields and makes the
//! words in one place.

mod connect;
mod error;
mod facts;

pub use connect::{
    ApiVersion, Attempt, Engine, HostSource, Limits, Outcome, Probe, Surroundings, Versions,
};
pub use error::EngineError;
pub use facts::{Disk, EngineFacts};
