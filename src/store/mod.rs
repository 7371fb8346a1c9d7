//! Files: environments, script copies, bake logs and the history. Nothing here decides.
//!
//! What a person wrote lives in the configuration folder and is never overwritten silently nor
//! deleted: [`environments`] compares revisions under a lock, and what is removed or refused goes
//! to the trash or to [`drafts`]. What prebake wrote lives in the state folder, for its owner only.

pub mod atomic;
pub mod bake_lock;
pub mod bake_log;
pub mod changes;
pub mod desktop;
pub mod drafts;
pub mod environments;
pub mod error;
pub mod given;
pub mod handed;
pub mod history;
pub mod kept_log;
pub mod lock;
pub mod paths;
pub mod preflight;
pub mod retention;
pub mod scripts;
pub mod settings;
pub mod spool;
pub mod themes;
pub mod ui_state;

mod names;
mod read;

pub use drafts::Drafts;
pub use environments::{Environments, Loaded};
pub use error::StoreError;
pub use history::History;
pub use paths::Folders;
