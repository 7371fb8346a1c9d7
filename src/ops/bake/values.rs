//! The values of a bake's secrets, in the memory of those who follow it.
//!
//! Who begins a bake reads them from their sources. Whoever comes later, on this machine or on
//! another, reads them where they are as long as the scripts run: in the container's memory. So
//! nobody needs the sources to hide them in the log and to look for them in the layer, and what is
//! looked for is what was given, whatever the sources say by now.

use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use indexmap::IndexMap;
use tokio::io::AsyncReadExt as _;

use crate::domain::environment::EnvironmentId;
use crate::domain::layer::labels;
use crate::domain::log;
use crate::domain::secret::{
    COMPLETE, FOLDER, MAX_BYTES, Patterns, Redactor, Source, value_fault, wire,
};
use crate::engine::{ContainerFacts, Engine, EngineError, State};
use crate::ops::OpError;

/// How long a command may take; somebody may have to unlock a store.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long a container may take to have them.
const ARRIVAL: Duration = Duration::from_secs(20);

/// Secrets with their values.
pub(super) struct Values {
    list: Vec<(String, Vec<u8>)>,
    patterns: Arc<Patterns>,
}

/// Names only.
impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.patterns.fmt(f)
    }
}

/// What a client knows of the secrets of a bake.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// It has none.
    None,
    /// These.
    Values(Arc<Values>),
    /// It has some, and they are not known here.
    Unknown,
}

impl Known {
    /// What the labels of a bake's container say: names at most.
    pub(super) fn by_labels(container: &ContainerFacts) -> Self {
        if container.label(labels::SECRETS).is_empty() { Self::None } else { Self::Unknown }
    }

    /// What to hide in the log.
    pub(super) fn redactor(&self) -> Redactor {
        match self {
            Self::None => Redactor::Nothing,
            Self::Values(values) => Redactor::of(values.patterns.clone()),
            Self::Unknown => Redactor::Everything,
        }
    }
}

impl Values {
    /// Reads secrets from their sources.
    pub(super) async fn of_sources(
        environment: &EnvironmentId,
        secrets: &IndexMap<String, Source>,
    ) -> Result<Known, OpError> {
        let mut list = Vec::with_capacity(secrets.len());
        for (name, source) in secrets {
            let read = match source {
                Source::Env(variable) => of_variable(variable),
                Source::File(path) => of_file(path).await,
                Source::Command(words) => of_command(words).await,
            };
            let checked = read.and_then(|value| match value_fault(&value) {
                None => Ok(value),
                Some(fault) => Err(format!("its value {fault}")),
            });
            let value = checked.map_err(|cause| OpError::NoSecret {
                name: name.clone(),
                environment: environment.clone(),
                cause,
                advice: advice(source),
            })?;
            list.push((name.clone(), value));
        }
        Ok(Self::of(list))
    }

    /// Reads them out of the memory of a container whose scripts run.
    pub(super) async fn of_running(engine: &Engine, container: &ContainerFacts) -> Known {
        if container.state != State::Running {
            return Known::Unknown;
        }
        let mut list = Vec::new();
        for name in container.label(labels::SECRETS).split(' ') {
            match tokio::time::timeout(ARRIVAL, read(engine, &container.id, name)).await {
                Ok(Ok(Some(value))) if value_fault(&value).is_none() => {
                    list.push((name.to_owned(), value));
                }
                _ => return Known::Unknown,
            }
        }
        Self::of(list)
    }

    fn of(list: Vec<(String, Vec<u8>)>) -> Known {
        if list.is_empty() {
            return Known::None;
        }
        let pairs = list.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        match Patterns::of(pairs) {
            Some(patterns) => Known::Values(Arc::new(Self { patterns: Arc::new(patterns), list })),
            None => Known::Unknown,
        }
    }

    /// The lines that bring them into the container.
    pub(super) fn wire(&self) -> String {
        wire(self.list.iter().map(|(name, value)| (name.as_str(), value.as_slice())))
    }

    /// What they look like.
    pub(super) fn patterns(&self) -> &Arc<Patterns> {
        &self.patterns
    }
}

fn advice(source: &Source) -> String {
    match source {
        Source::Env(name) => format!("`export {name}=…` before you build"),
        Source::File(path) => format!("put it into `{path}`"),
        Source::Command(words) => format!("see what `{words}` says in a shell"),
    }
}

fn of_variable(name: &str) -> Result<Vec<u8>, String> {
    use std::os::unix::ffi::OsStringExt as _;

    let value = std::env::var_os(name).ok_or_else(|| format!("variable `{name}` is not set"))?;
    Ok(value.into_vec())
}

async fn of_file(path: &str) -> Result<Vec<u8>, String> {
    let place = match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        (Some(_), None) => return Err("nothing says what `~` is".to_owned()),
        (None, _) => path.into(),
    };
    let told = |error: std::io::Error| format!("file `{path}`: {error}");
    let file = tokio::fs::File::open(place).await.map_err(told)?;
    let mut value = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut value).await.map_err(told)?;
    Ok(value)
}

/// What it says beside its answer may hold the secret too, so it goes nowhere.
async fn of_command(words: &str) -> Result<Vec<u8>, String> {
    let told = |error: std::io::Error| format!("command `{words}`: {error}");
    let mut child = tokio::process::Command::new("sh")
        .args(["-c", words])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(told)?;
    let mut value = Vec::new();
    let answer = async {
        if let Some(output) = child.stdout.take() {
            output.take(MAX_BYTES as u64 + 1).read_to_end(&mut value).await?;
        }
        child.wait().await
    };
    let status = match tokio::time::timeout(PATIENCE, answer).await {
        Ok(status) => status.map_err(told)?,
        Err(_) => return Err(format!("command `{words}` did not end within two minutes")),
    };
    if !status.success() {
        return Err(format!("command `{words}` failed ({status})"));
    }
    let end = value.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'));
    value.truncate(end.map_or(0, |last| last + 1));
    Ok(value)
}

/// One secret of a container, as soon as all are there.
async fn read(engine: &Engine, id: &str, name: &str) -> Result<Option<Vec<u8>>, EngineError> {
    const PROGRAM: &str = "until [ -e \"$1/$2\" ]; do sleep 0.05; done; cat \"$1/$3\"";
    let program = ["bash", "-c", PROGRAM, "prebake", FOLDER, COMPLETE, name];
    let (exec, mut attachment) = engine.exec(id, &program, false).await?;
    let mut value = Vec::new();
    while let Some(piece) = attachment.output.next().await {
        let piece = piece?;
        if piece.source == log::Source::Stdout {
            value.extend_from_slice(&piece.bytes);
        }
    }
    Ok((engine.exec_status(&exec).await? == Some(0)).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(source: Source) -> Result<Vec<(String, Vec<u8>)>, String> {
        let id = EnvironmentId::parse("web").unwrap();
        let secrets = IndexMap::from([("TOKEN".to_owned(), source)]);
        match Values::of_sources(&id, &secrets).await {
            Ok(Known::Values(values)) => Ok(values.list.clone()),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn values_are_exact_but_for_the_line_ends_of_a_command() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key").display().to_string();
        std::fs::write(&path, "12345678\n").unwrap();
        for (source, value) in [
            (Source::File(path), "12345678\n"),
            (Source::Command("printf '123\\n45678\\n\\n'".to_owned()), "123\n45678"),
        ] {
            assert_eq!(read(source).await.unwrap(), [("TOKEN".to_owned(), value.into())]);
        }
    }

    #[tokio::test]
    async fn a_source_without_a_value_says_what_to_do() {
        for (source, words) in [
            (
                Source::Env("PREBAKE_NOT_SET".to_owned()),
                "secret `TOKEN` of environment `web` cannot be read: variable `PREBAKE_NOT_SET` is not set; `export PREBAKE_NOT_SET=…` before you build, or change `secrets`",
            ),
            (Source::File("/nonexistent".to_owned()), "file `/nonexistent`: "),
            (Source::Command("echo hunter22; exit 3".to_owned()), "failed (exit status: 3)"),
            (Source::Command("echo short".to_owned()), "its value has less than 8 bytes"),
            (Source::Command("true".to_owned()), "its value is empty"),
        ] {
            let error = read(source).await.unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
