//! Pulling an image, and asking its registry about it, with the credentials of docker's configuration.

use std::collections::HashMap;

use bollard::auth::DockerCredentials;
use bollard::query_parameters::CreateImageOptionsBuilder;
use docker_credential::{CredentialRetrievalError, DockerCredential};
use futures_util::StreamExt as _;

use super::{Engine, EngineError};

impl Engine {
    /// Pulls `reference` (without a tag: `latest`, never all tags). `step` is told the engine's
    /// words and the bytes so far and in all.
    pub async fn pull(
        &self,
        reference: &str,
        mut step: impl FnMut(&str, Option<(u64, u64)>),
    ) -> Result<(), EngineError> {
        let what = format!("pull the image `{reference}`");
        let credentials = credentials(registry(reference)).await;
        let named =
            if has_tag(reference) { reference.to_owned() } else { format!("{reference}:latest") };
        let options = CreateImageOptionsBuilder::default().from_image(&named).build();
        let client = self.patient();
        let mut stream = std::pin::pin!(client.create_image(Some(options), None, credentials));
        let mut layers: HashMap<String, (u64, u64)> = HashMap::new();
        while let Some(answer) = stream.next().await {
            let answer = answer.map_err(|error| self.error(what.clone(), error))?;
            if let Some(error) = answer.error_detail {
                return Err(EngineError::Refused {
                    what,
                    status: None,
                    cause: super::error::one_line(&error.message.unwrap_or_default()),
                });
            }
            let status = answer.status.unwrap_or_default();
            if let (Some(id), Some(detail)) = (answer.id, answer.progress_detail)
                && let (Some(done), Some(total)) = (detail.current, detail.total)
                && status == "Downloading"
            {
                let bytes = |count: i64| u64::try_from(count).unwrap_or(0);
                layers.insert(id, (bytes(done), bytes(total)));
            }
            let sum = layers.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            step(&status, (sum.1 > 0).then_some(sum));
        }
        Ok(())
    }
}

impl Engine {
    /// The digest that `reference` names at its registry now, asked by the engine's machine.
    pub async fn digest_at_registry(&self, reference: &str) -> Result<String, EngineError> {
        let what = format!("ask the registry about the image `{reference}`");
        let credentials = credentials(registry(reference)).await;
        let asked = self.docker().inspect_registry_image(reference, credentials);
        let told = self.call(what.clone(), asked).await?;
        told.descriptor.digest.ok_or_else(|| EngineError::Refused {
            what,
            status: None,
            cause: "it told no digest".to_owned(),
        })
    }
}

fn has_tag(reference: &str) -> bool {
    let name = reference.rsplit('/').next().unwrap_or(reference);
    name.contains([':', '@'])
}

/// The registry of a reference as docker's configuration names it.
fn registry(reference: &str) -> &str {
    match reference.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "https://index.docker.io/v1/",
    }
}

/// Credential helpers are programs and block, so they run on a thread of their own. Without
/// credentials, or with a helper that fails, the pull is tried as anybody: the registry's own
/// answer then says more than ours could.
async fn credentials(registry: &str) -> Option<DockerCredentials> {
    let registry = registry.to_owned();
    let found = tokio::task::spawn_blocking(move || docker_credential::get_credential(&registry));
    let found: Result<DockerCredential, CredentialRetrievalError> = found.await.ok()?;
    Some(match found.ok()? {
        DockerCredential::UsernamePassword(username, password) => DockerCredentials {
            username: Some(username),
            password: Some(password),
            ..DockerCredentials::default()
        },
        DockerCredential::IdentityToken(token) => {
            DockerCredentials { identitytoken: Some(token), ..DockerCredentials::default() }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_and_tags() {
        let hub = "https://index.docker.io/v1/";
        let cases = [
            ("debian", hub, false),
            ("debian:12", hub, true),
            ("owner/name", hub, false),
            ("localhost/name:1", "localhost", true),
            ("host:5000/name", "host:5000", false),
            ("ghcr.example/a/b@sha256:1", "ghcr.example", true),
        ];
        for (reference, expected, tagged) in cases {
            assert_eq!(
                (registry(reference), has_tag(reference)),
                (expected, tagged),
                "{reference}"
            );
        }
    }
}
