//! Makes an environment warm and gives the name of its image, as `prebake build ENV` does.

#![expect(clippy::print_stdout, reason = "an example tells what it found")]

use std::error::Error;

use prebake::domain::environment::EnvironmentId;
use prebake::ops::bake::{self, Retry};
use prebake::ops::intent::intents;
use prebake::ops::resolve::resolve;
use prebake::ops::{Context, Environments, Folders, Progress, Watch};

/// Prints the log of a bake.
struct Lines;

impl Watch for Lines {
    fn see(&mut self, progress: Progress<'_>) {
        if let Progress::Line { bytes, .. } = progress {
            println!("{}", String::from_utf8_lossy(bytes));
        }
    }
}

/// The image of an environment, baked if it is not there. `host` is an address, as in `--host`.
pub(crate) async fn warm(
    host: Option<&str>,
    folders: Folders,
    id: &str,
) -> Result<String, Box<dyn Error>> {
    let loaded = Environments::new(folders.clone()).load(&EnvironmentId::parse(id)?)?;
    let context = Context::connect(host, folders).await?;
    let (id, environment) = (&loaded.id, &loaded.environment);
    let resolved = resolve(&context, id, environment, false, &mut Lines).await?;
    // Whoever holds the other side may cancel the bake, or leave it running in the engine.
    let (_teller, mut intents) = intents();
    let ensured =
        bake::ensure(&context, id, &resolved, Retry::Always, &mut intents, &mut Lines).await?;
    match ensured.failure {
        Some(failure) => Err(failure.into()),
        None => Ok(ensured.name),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let id = std::env::args().nth(1).ok_or("which environment?")?;
    println!("{}", warm(None, Folders::from_environment()?, &id).await?);
    Ok(())
}
