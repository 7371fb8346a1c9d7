//! Export: the layers of an environment as a Dockerfile with their scripts, for builders that
//! are not prebake. It needs `BuildKit`, which alone can show a script to a step without leaving
//! it in the image.

use std::fmt::Write as _;

use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::{Layer, LayerScript, Stack};
use crate::ops::resolve::resolve;
use crate::ops::{Context, OpError, Watch};

/// A Dockerfile and the files beside it.
#[derive(Clone, Debug)]
pub struct DockerfileExport {
    /// The Dockerfile: one stage a layer.
    pub dockerfile: String,
    /// The scripts it names.
    pub scripts: Vec<LayerScript>,
}

/// Exports the layers of an environment.
pub async fn dockerfile(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
    watch: &mut dyn Watch,
) -> Result<DockerfileExport, OpError> {
    let resolved = resolve(context, id, environment, false, watch).await?;
    if resolved.stack.layers.is_empty() {
        return Err(OpError::Unusable(format!(
            "environment `{id}` bakes no layer, so there is no Dockerfile of it; switch on `cache_container_build` and give it a cached preflight"
        )));
    }
    Ok(render(id, &resolved.stack))
}

fn render(id: &EnvironmentId, stack: &Stack) -> DockerfileExport {
    let top = stack.layers.last().map(Layer::image).unwrap_or_default();
    let mut dockerfile = format!(
        "# The layers of environment {id}. Build them with BuildKit (the default since Docker 23):\n\
         #   DOCKER_BUILDKIT=1 docker build --tag {top} .\n\
         # Base image: {} ({})\n",
        stack.base.reference, stack.base.id
    );
    for name in stack.layers.iter().flat_map(|layer| layer.mounts.secrets.keys()) {
        // Where it comes from is this machine's business.
        let _ = writeln!(dockerfile, "# Secret: --secret id={name},env={name} (or src=FILE)");
    }
    let mut below = stack.base.reference.clone();
    for layer in &stack.layers {
        let stage = layer.kind.to_string();
        dockerfile.push('\n');
        dockerfile.push_str(&layer.recipe.dockerfile(&below, &stage));
        below = stage;
    }
    let scripts = stack.layers.iter().flat_map(|layer| layer.scripts.iter().cloned());
    DockerfileExport { dockerfile, scripts: scripts.collect() }
}
