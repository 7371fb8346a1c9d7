//! Where the engine is and what it is like, for the head line of the screen.

use crate::engine::Surroundings;
use crate::ops::{Context, OpError};

pub use crate::engine::{ApiVersion, Disk, EngineFacts, HostSource};

/// The engine that is worked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Where it is, in a word or two: `local`, the docker context's name, or the address.
    pub label: String,
    /// Its address.
    pub address: String,
    /// Who named that address.
    pub source: HostSource,
    /// What it is like.
    pub facts: EngineFacts,
}

/// Asks the engine what it is like.
pub async fn host(context: &Context) -> Result<Host, OpError> {
    let engine = &context.engine;
    let (address, source) = (engine.host().to_string(), engine.source());
    let docker_context = match source {
        HostSource::DockerContext | HostSource::CurrentContext => {
            Surroundings::from_env().context()
        }
        _ => None,
    };
    let label = label(docker_context, engine.host().is_local(), &address);
    Ok(Host { label, address, source, facts: engine.facts().await? })
}

/// How many bytes are free under its images; none: it is on another machine, or hides its folder.
pub async fn free_bytes(context: &Context) -> Result<Option<u64>, OpError> {
    Ok(context.engine.disk().await?.map(|(_, disk)| disk.free))
}

fn label(docker_context: Option<String>, is_local: bool, address: &str) -> String {
    let place = if is_local { "local" } else { address };
    docker_context.unwrap_or_else(|| place.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_says_most_in_the_fewest_words() {
        let check = |context: Option<&str>, is_local, address, expected: &str| {
            assert_eq!(label(context.map(str::to_owned), is_local, address), expected);
        };
        check(None, true, "unix:///var/run/docker.sock", "local");
        check(None, false, "ssh://me@far", "ssh://me@far");
        check(Some("work"), false, "ssh://me@far", "work");
        check(Some("colima"), true, "unix:///x", "colima");
    }
}
