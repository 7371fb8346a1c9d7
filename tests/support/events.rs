//! What the engine tells about one environment's containers, from a moment on.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::Docker;

/// A stream of container events.
pub(crate) struct Events {
    child: Child,
    lines: BufReader<ChildStdout>,
    docker: Docker,
    label: String,
}

impl Events {
    /// Events of containers with this label from now on.
    pub(super) fn of(docker: &Docker, label: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let since = format!("--since={}.{:09}", now.as_secs(), now.subsec_nanos());
        let filter = format!("--filter=label={label}");
        let format = "--format={{json .}}";
        let mut child =
            docker.start(["events", &since, "--filter=type=container", &filter, format]);
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines, docker: docker.clone(), label: label.to_owned() }
    }

    /// The labels of all containers created until now. The end is marked by one of our own, so
    /// that nothing is missed and nothing is waited for in vain.
    pub(crate) fn created(mut self, image: &str) -> Vec<Value> {
        let label = format!("--label={}", self.label);
        let last = self.docker.ask(["create", &label, "--label=prebake.test=end", image, "true"]);
        let mut created = Vec::new();
        for line in self.lines.by_ref().lines() {
            let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
            if event["Action"] != "create" {
                continue;
            }
            if event["Actor"]["ID"] == last.as_str() {
                break;
            }
            created.push(event["Actor"]["Attributes"].clone());
        }
        self.docker.ask(["rm", &last]);
        created
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
