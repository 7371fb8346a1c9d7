//! What a user can ask for, one file per verb; the command line and the terminal UI both call these.
//!
//! An operation tells what it does through [`progress`], can be ended by an [`intent`], and
//! fails with an [`OpError`], whose words a user can act on.

pub mod adopt;
pub mod bake;
pub mod behind;
pub mod build;
pub mod changes;
pub mod clean;
pub mod context;
pub mod desktop;
pub mod doctor;
pub mod edit;
pub mod editor;

pub mod error;
pub mod explain;
pub mod export;
pub mod history;
pub mod host;
pub mod images;
pub mod import;
pub mod intent;
pub mod lint;
pub mod progress;
pub mod pull;
pub mod queue;
pub mod registry;
pub mod resolve;
pub mod run;
pub mod shell;
pub mod shellcheck;
pub mod split;
pub mod status;
pub mod statuses;
pub mod tasks;

mod look;

pub use crate::store::bake_lock::BakeLock as DraftLock;
pub use crate::store::changes::Changes as FolderChanges;
pub use crate::store::environments::{Broken, Removed};
pub use crate::store::retention::tidy_daily;
pub use crate::store::{
    Drafts, Environments, Folders, Loaded, StoreError, given, handed, settings, spool, themes,
    ui_state,
};
pub use behind::{Behind, Detached};
pub use changes::{Change, changes};
pub use context::Context;
pub use error::OpError;
pub use host::{Host, host};
pub use intent::{Intent, IntentSender, Intents};
pub use progress::{Outlet, Progress, Watch};
pub use statuses::statuses;
