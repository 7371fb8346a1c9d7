//! What a screen shows of a real engine: all statuses, bakes, images, and that they changed.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod bakes;
mod changes;
mod clean;
mod host;
mod images;
mod statuses;

use prebake::ops::{Context, Environments, Folders, Loaded, Progress, Watch};

use crate::support::World;

/// A context in this world.
async fn context(world: &World) -> Context {
    Context::connect(None, Folders::new(world.config(), world.state())).await.unwrap()
}

/// The environments of a world.
fn environments(context: &Context) -> Vec<Loaded> {
    Environments::new(context.folders.clone()).list().unwrap().environments
}

/// The lines of a bake.
#[derive(Default)]
struct Lines(String);

impl Watch for Lines {
    fn see(&mut self, progress: Progress<'_>) {
        if let Progress::Line { bytes, .. } = progress {
            self.0.push_str(&String::from_utf8_lossy(bytes));
            self.0.push('\n');
        }
    }
}
