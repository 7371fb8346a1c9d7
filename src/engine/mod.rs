//! The container engine. The only folder that names the engine's client library.
//!
//! [`Engine::connect`] finds an engine and proves that it answers; every other file asks it
//! something. What goes wrong becomes an [`EngineError`], which keeps the fields and makes the
//! words in one place.

mod archive;
mod changes;
mod commit;
mod connect;
mod containers;
mod error;
mod events;
mod facts;
mod images;
mod listed;
mod origin;
mod ports;
mod pull;
mod streams;
mod volumes;

pub use archive::{UploadFile, UploadFolder};
pub use changes::Content;
pub use connect::{
    ApiVersion, Attempt, Engine, HostSource, Limits, Outcome, Probe, Surroundings, Versions,
};
pub use containers::{ContainerFacts, ContainerMount, ContainerSpec, State};
pub use error::EngineError;
pub use events::{EngineEvent, EngineEvents};
pub use facts::{Disk, EngineFacts};
pub use images::{ImageFacts, ListedImage};
pub use listed::ListedContainer;
pub use streams::{Attachment, Output, Outputs};
pub use volumes::ListedVolume;
