//! What operations work with: an engine, the user's folders, and who this client is.

use std::path::Path;

use super::OpError;
use super::look::Known;
use crate::domain::digest::Digest;
use crate::engine::{Engine, Surroundings};
use crate::store::Folders;

/// An engine and folders.
#[derive(Clone, Debug)]
pub struct Context {
    /// The engine.
    pub engine: Engine,
    /// The user's folders.
    pub folders: Folders,
    /// This machine and state folder, hashed: processes with the same one share locks.
    pub client: String,
    /// What is known of images.
    pub(super) known: Known,
}

impl Context {
    /// Connects to the engine that `flag` (`--host`) or the surroundings name.
    pub async fn connect(flag: Option<&str>, folders: Folders) -> Result<Self, OpError> {
        let engine = Engine::connect(flag, &Surroundings::from_env()).await?;
        Ok(Self::new(engine, folders))
    }

    /// A context on `engine` with `folders`.
    #[must_use]
    pub fn new(engine: Engine, folders: Folders) -> Self {
        let client = client(folders.state());
        Self { engine, folders, client, known: Known::default() }
    }
}

fn client(state: &Path) -> String {
    let machine = ["/etc/machine-id", "/proc/sys/kernel/hostname"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok().filter(|text| !text.trim().is_empty()))
        .unwrap_or_default();
    let state = state.canonicalize().unwrap_or_else(|_| state.to_owned());
    Digest::of(format!("{machine}\0{}", state.display())).short().to_owned()
}

/// A random text of `digits` lower-case hex digits.
pub(crate) fn random_hex(digits: usize) -> Result<String, super::OpError> {
    let mut bytes = vec![0; digits.div_ceil(2)];
    getrandom::fill(&mut bytes).map_err(|error| {
        super::OpError::Unusable(format!("the system gives no random numbers: {error}"))
    })?;
    let mut text = hex::encode(bytes);
    text.truncate(digits);
    Ok(text)
}
