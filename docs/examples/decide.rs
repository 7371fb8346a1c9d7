//! Everything that prebake decides, without an engine or a file: a script is split and linted, and
//! the layers of an environment get their keys.

#![expect(clippy::print_stdout, reason = "an example tells what it found")]

use prebake::domain::environment::{Environment, Stage};
use prebake::domain::image::BaseImage;
use prebake::domain::layer::{DesktopScripts, Stack};
use prebake::domain::lint::{self, lint};
use prebake::domain::manifest;
use prebake::domain::split::{Boldness, Split, TaskStart};

const FILE: &str = r#"
version: 1
base_image: debian:12
run_preflight_script: |
  #!/bin/bash
  apt-get update -q
  apt-get install -y -q jq
  mkdir -p "/tmp/work-$TASK_ID"
"#;

pub(crate) fn main() -> Result<(), manifest::ManifestError> {
    let mut environment: Environment = manifest::parse(FILE)?;

    // What is doubtful: an install at every start.
    let around = lint::Context::of(&environment, Stage::Run);
    for finding in lint(Stage::Run, &environment.run_preflight_script, &around) {
        println!("line {}: {} {}", finding.start.line + 1, finding.code, finding.message);
    }

    // What of it can be baked.
    let start = TaskStart::of(&environment);
    let split = Split::of(&environment.run_preflight_script, &start, Boldness::Careful);
    for decision in &split.statements {
        println!("line {}: {}, {}", decision.start_line, decision.part.name(), decision.reason);
    }
    environment.cached_preflight_script = split.cached;
    environment.run_preflight_script = split.run;

    // Which images that makes. The engine knows the ID of a base image; here it is made up.
    let base = BaseImage {
        reference: environment.base_image.clone(),
        id: "sha256:0123".to_owned(),
        platform: "linux/amd64".to_owned(),
        user: String::new(),
    };
    let desktop = DesktopScripts { install: String::new(), setup: String::new() };
    for layer in Stack::lay_out(&environment, &base, &desktop).layers {
        println!("{}\n{}", layer.image(), layer.recipe.template());
    }
    Ok(())
}
