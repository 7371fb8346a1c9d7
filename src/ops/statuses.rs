//! The status of all environments at once, in a few calls of the engine however many there are.

use futures_util::{StreamExt as _, stream};

use super::look::{AT_ONCE, Listing, Look};
use super::resolve::resolve_in;
use super::status::{self, Status};
use crate::domain::environment::EnvironmentId;
use crate::ops::{Context, OpError};
use crate::store::Loaded;

/// The status of an environment, or why it has none.
pub type Told = (EnvironmentId, Result<Status, OpError>);

/// Finds the status of each environment, in their order: what [`status::status`] says of it. One
/// that has none does not hide the others.
pub async fn statuses(context: &Context, environments: &[Loaded]) -> Result<Vec<Told>, OpError> {
    Ok(in_listing(context, &listing(context, environments).await?, environments).await)
}

/// The listing in which these environments are found.
pub(super) async fn listing<'a>(
    context: &'a Context,
    environments: &[Loaded],
) -> Result<Listing<'a>, OpError> {
    let bases = environments.iter().map(|loaded| loaded.environment.base_image.as_str());
    Ok(Listing::take(context, bases).await?)
}

/// The status of each environment in `listing`.
pub(super) async fn in_listing(
    context: &Context,
    listing: &Listing<'_>,
    environments: &[Loaded],
) -> Vec<Told> {
    let look = Look::Listing(listing);
    let one = async |loaded: &Loaded| {
        let (id, environment) = (&loaded.id, &loaded.environment);
        let status = match resolve_in(context, look, id, environment).await {
            Ok(resolved) => status::of(context, look, id, environment, resolved.as_ref()).await,
            Err(error) => Err(error),
        };
        (id.clone(), status)
    };
    stream::iter(environments).map(one).buffered(AT_ONCE).collect().await
}
