//! The engine, asked by docker's own command line.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::until;

/// One engine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Docker {
    /// Its address; none: the one that docker finds.
    pub(crate) host: Option<String>,
}

impl Docker {
    /// The engine at this socket.
    pub(crate) fn at(host: impl Into<String>) -> Self {
        Self { host: Some(host.into()) }
    }

    fn command(&self) -> Command {
        let mut command = Command::new("docker");
        if let Some(host) = &self.host {
            command.env("DOCKER_HOST", host);
        }
        command
    }

    /// What the command prints; none: it failed.
    pub(crate) fn try_ask<const N: usize>(&self, arguments: [&str; N]) -> Option<Vec<u8>> {
        let output = self.command().args(arguments).stdin(Stdio::null()).output().unwrap();
        output.status.success().then_some(output.stdout)
    }

    /// What the command prints, without the last line end.
    #[track_caller]
    pub(crate) fn ask<const N: usize>(&self, arguments: [&str; N]) -> String {
        let output = self.command().args(arguments).stdin(Stdio::null()).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "docker {arguments:?}: {error}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Lets a container go on that waits at the [`super::GATE`]. On a busy machine an engine may
    /// fail to begin an `exec`, with no word about it, so that it is asked again. A container that
    /// ends behind its gate may be gone before the `exec` is told to have succeeded.
    #[track_caller]
    pub(crate) fn open_gate(&self, container: &str) {
        until("an open gate", || {
            let touched = self.try_ask(["exec", container, "touch", "/tmp/gate"]).is_some();
            let running = ["inspect", "--format", "{{.State.Running}}", container];
            let is_over = || self.try_ask(running).is_none_or(|told| !told.starts_with(b"true"));
            (touched || is_over()).then_some(())
        });
    }

    /// The lines that the command prints.
    #[track_caller]
    pub(crate) fn lines<const N: usize>(&self, arguments: [&str; N]) -> Vec<String> {
        self.ask(arguments).lines().map(str::to_owned).collect()
    }

    /// Runs the command with `input`.
    #[track_caller]
    pub(crate) fn feed<const N: usize>(&self, arguments: [&str; N], input: &[u8]) -> String {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "docker {arguments:?}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Starts the command and leaves it running.
    pub(crate) fn start<const N: usize>(&self, arguments: [&str; N]) -> std::process::Child {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// What the engine knows of an image; none: it does not have it.
    pub(crate) fn image(&self, reference: &str) -> Option<Value> {
        let text = self.try_ask(["image", "inspect", reference])?;
        let mut all: Vec<Value> = serde_json::from_slice(&text).unwrap();
        all.pop()
    }

    /// What the engine knows of a container; none: it does not have it.
    pub(crate) fn container(&self, name: &str) -> Option<Value> {
        let text = self.try_ask(["container", "inspect", name])?;
        let mut all: Vec<Value> = serde_json::from_slice(&text).unwrap();
        all.pop()
    }

    /// A file of an image, read by `cat` in a container of it.
    pub(crate) fn file(&self, image: &str, path: &str) -> Option<String> {
        let arguments =
            ["run", "--rm", "--network=none", "--user=0", "--entrypoint=cat", image, path];
        Some(String::from_utf8_lossy(&self.try_ask(arguments)?).into_owned())
    }

    /// The names of containers with a label, running or not.
    pub(crate) fn containers(&self, label: &str) -> Vec<String> {
        let filter = format!("label={label}");
        self.lines(["ps", "-a", "--filter", &filter, "--format", "{{.Names}}"])
    }

    /// The IDs of images with a label, tagged or not.
    pub(crate) fn images(&self, label: &str) -> Vec<String> {
        let filter = format!("label={label}");
        self.lines(["images", "-aq", "--no-trunc", "--filter", &filter])
    }
}
