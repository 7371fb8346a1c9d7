//! Adopt: a container that somebody made by hand becomes an environment whose tasks are like it.

use std::path::Path;

use super::import::{ImportPlan, single};
use crate::domain::environment::EnvironmentId;
use crate::domain::import::container::adopt;
use crate::ops::{Context, OpError};

/// What adopting a container would write; it is left as it is.
pub async fn plan(
    context: &Context,
    container: &str,
    id: Option<EnvironmentId>,
) -> Result<ImportPlan, OpError> {
    let Some((found, image)) = context.engine.origin(container).await? else {
        return Err(OpError::Unusable(format!(
            "there is no container `{container}`; `docker ps -a` lists them"
        )));
    };
    if let Some(environment) = found.made_for() {
        let name = &found.name;
        return Err(OpError::Unusable(if environment.is_empty() {
            format!("container `{name}` is prebake's own; name one that somebody made by hand")
        } else {
            format!(
                "container `{name}` is prebake's own, made for environment `{environment}`: that environment says what it is; `prebake show {environment}` shows it"
            )
        }));
    }
    let image = image.map(|image| image.setup()).unwrap_or_default();
    let Some(imported) = adopt(&found, &image, id) else {
        return Err(OpError::Unusable(format!(
            "nothing of the name of container `{container}` can stand in an id; name one with `--id`"
        )));
    };
    Ok(single(&context.folders, Path::new(&found.name), imported))
}
