//! Making an image of a container, with the configuration of the image below restored.
//!
//! Apart from the other calls on images because engines put the container's own settings in place
//! of what is empty, each in its own way; so every image is looked at before it is trusted.

use std::collections::BTreeSet;

use bollard::models::{ContainerConfig, ImageConfig};
use bollard::query_parameters::CommitContainerOptionsBuilder;

use super::{Engine, EngineError, ImageFacts};
use crate::domain::layer::labels::Labels;

/// What prebake writes beside each image it bakes. Labels are inherited by whatever is made of
/// an image; this is not.
pub(super) const BAKED: &str = "baked by prebake";

/// Variables that podman gives every container and keeps in what is committed.
const PODMANS_OWN: [&str; 4] = ["HOME=", "HOSTNAME=", "TERM=", "container="];

impl Engine {
    /// Makes an image of a container, without a tag. The image's configuration is that of
    /// `below`, whatever the container was started with, plus `labels`.
    pub async fn commit(
        &self,
        container: &str,
        below: &ImageFacts,
        labels: &Labels,
    ) -> Result<ImageFacts, EngineError> {
        let body = restored(&below.config, labels);
        let made = self.commit_with(container, "", body).await?;
        if differs(&made.config, &below.config, labels, &[]).is_none() {
            return Ok(made);
        }
        self.remove_image(&made.id).await?;
        // Podman does not read the body; it reads instructions.
        let changes = instructions(&below.config, labels);
        let made = self.commit_with(container, &changes, ContainerConfig::default()).await?;
        match differs(&made.config, &below.config, labels, &PODMANS_OWN) {
            None => Ok(made),
            Some(field) => {
                self.remove_image(&made.id).await?;
                Err(EngineError::Refused {
                    what: "commit the baked container".to_owned(),
                    status: None,
                    cause: format!("it did not restore the `{field}` of the image below"),
                })
            }
        }
    }

    async fn commit_with(
        &self,
        container: &str,
        changes: &str,
        body: ContainerConfig,
    ) -> Result<ImageFacts, EngineError> {
        let mut options = CommitContainerOptionsBuilder::default()
            .container(container)
            .comment(BAKED)
            .pause(false);
        if !changes.is_empty() {
            options = options.changes(changes);
        }
        let committed = self.patient().commit_container(options.build(), body).await;
        let id = committed.map_err(|error| self.error("commit the baked container", error))?.id;
        self.image(&id).await?.ok_or_else(|| EngineError::NotFound {
            what: "inspect the committed image".to_owned(),
            cause: format!("the engine does not have `{id}`"),
        })
    }
}

/// The configuration of `below`, spelled so that Docker does not put the container's in place of
/// what is empty: it does so for the user, for an entry point that is not there, and for a
/// command when the entry point is empty too (the bake container has none, so that stays empty).
fn restored(below: &ImageConfig, labels: &Labels) -> ContainerConfig {
    ContainerConfig {
        user: Some(user(below).to_owned()),
        exposed_ports: below.exposed_ports.clone(),
        env: below.env.clone(),
        cmd: Some(below.cmd.clone().unwrap_or_default()),
        entrypoint: Some(below.entrypoint.clone().unwrap_or_default()),
        healthcheck: below.healthcheck.clone(),
        volumes: below.volumes.clone(),
        working_dir: below.working_dir.clone(),
        on_build: below.on_build.clone(),
        stop_signal: below.stop_signal.clone(),
        shell: below.shell.clone(),
        labels: Some(labels.clone().into_iter().collect()),
        ..ContainerConfig::default()
    }
}

fn user(below: &ImageConfig) -> &str {
    below.user.as_deref().filter(|user| !user.is_empty()).unwrap_or("0")
}

/// The same as instructions of a Dockerfile: what differs from the bake container, whose own
/// labels and other settings are kept anyway. Labels of more than one line are among the latter.
fn instructions(below: &ImageConfig, labels: &Labels) -> String {
    let list = |list: &Option<Vec<String>>| {
        serde_json::Value::from(list.clone().unwrap_or_default()).to_string()
    };
    let mut lines = vec![
        format!("ENTRYPOINT {}", list(&below.entrypoint)),
        format!("CMD {}", list(&below.cmd)),
        format!("USER {}", user(below)),
    ];
    lines.extend(below.on_build.iter().flatten().map(|trigger| format!("ONBUILD {trigger}")));
    let short = labels.iter().filter(|(_, value)| !value.contains(['\n', '"', '\\', '$']));
    lines.extend(short.map(|(name, value)| format!("LABEL {name}=\"{value}\"")));
    lines.join("\n")
}

/// The first field in which `made` would start other containers than `below`, or tell other
/// inputs than `labels`. Variables that begin with one of `own` may come on top.
fn differs(
    made: &ImageConfig,
    below: &ImageConfig,
    labels: &Labels,
    own: &[&str],
) -> Option<&'static str> {
    let set = |list: &Option<Vec<String>>| -> BTreeSet<String> {
        list.iter().flatten().cloned().collect()
    };
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let user = |user: &Option<String>| match user.as_deref() {
        None | Some("" | "0" | "root") => "root".to_owned(),
        Some(other) => other.to_owned(),
    };
    let folder = |folder: &Option<String>| match folder.as_deref() {
        None | Some("") => "/".to_owned(),
        Some(other) => other.to_owned(),
    };
    let (made_env, below_env) = (set(&made.env), set(&below.env));
    let mut added = made_env.difference(&below_env);
    let told = made.labels.clone().unwrap_or_default();
    let checks = [
        ("User", user(&made.user) == user(&below.user)),
        ("Env", below_env.is_subset(&made_env)),
        ("Env", added.all(|variable| own.iter().any(|name| variable.starts_with(name)))),
        ("Cmd", list(&made.cmd) == list(&below.cmd)),
        ("Entrypoint", list(&made.entrypoint) == list(&below.entrypoint)),
        ("WorkingDir", folder(&made.working_dir) == folder(&below.working_dir)),
        ("ExposedPorts", set(&made.exposed_ports) == set(&below.exposed_ports)),
        ("Volumes", set(&made.volumes) == set(&below.volumes)),
        ("StopSignal", text(&made.stop_signal) == text(&below.stop_signal)),
        ("Shell", list(&made.shell) == list(&below.shell)),
        ("OnBuild", list(&made.on_build) == list(&below.on_build)),
        (
            "Healthcheck",
            made.healthcheck.clone().unwrap_or_default()
                == below.healthcheck.clone().unwrap_or_default(),
        ),
        ("Labels", labels.iter().all(|(name, value)| told.get(name) == Some(value))),
    ];
    checks.into_iter().find(|(_, same)| !same).map(|(field, _)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_as_restored() {
        let list = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
        let below = ImageConfig { env: list(&["A=1", "B=2"]), ..ImageConfig::default() };
        let like = |edit: fn(&mut ImageConfig)| {
            let mut made = below.clone();
            edit(&mut made);
            differs(&made, &below, &Labels::new(), &PODMANS_OWN)
        };
        assert_eq!(like(|_| ()), None);
        assert_eq!(like(|made| made.user = Some("0".into())), None);
        assert_eq!(like(|made| made.working_dir = Some("/".into())), None);
        assert_eq!(like(|made| made.entrypoint = Some(Vec::new())), None);
        assert_eq!(like(|made| made.env.as_mut().unwrap().push("TERM=x".into())), None);
        assert_eq!(like(|made| made.user = Some("dev".into())), Some("User"));
        assert_eq!(like(|made| made.env.as_mut().unwrap().push("C=3".into())), Some("Env"));
        assert_eq!(like(|made| drop(made.env.as_mut().unwrap().pop())), Some("Env"));
        assert_eq!(like(|made| made.cmd = Some(vec!["sh".into()])), Some("Cmd"));
        let labels = Labels::from([("a".to_owned(), "b".to_owned())]);
        assert_eq!(differs(&below, &below, &labels, &[]), Some("Labels"));
    }

    #[test]
    fn instructions_leave_out_what_they_cannot_say() {
        let labels = Labels::from([
            ("one".to_owned(), "a b".to_owned()),
            ("many".to_owned(), "a\nb".to_owned()),
        ]);
        let below = ImageConfig { cmd: Some(vec!["a \"b\"".into()]), ..ImageConfig::default() };
        let expected = "ENTRYPOINT []\nCMD [\"a \\\"b\\\"\"]\nUSER 0\nLABEL one=\"a b\"";
        assert_eq!(instructions(&below, &labels), expected);
    }
}
