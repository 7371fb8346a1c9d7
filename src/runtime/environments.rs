//! The files of environments: read, written, moved; and what the engine knows of their layers.

use super::convert;
use crate::app::domain::digest::Digest;
use crate::app::domain::environment::{Environment, EnvironmentId};
use crate::app::environments::{EnvironmentsEvent, StatusFound};
use crate::app::event::Event;
use crate::ops::explain as ops;
use crate::ops::status::status;
use crate::ops::statuses::statuses as find;
use crate::ops::{Context, Environments, Folders, Removed, StoreError};

pub(super) fn list(folders: &Folders) -> Event {
    Event::Environments(match Environments::new(folders.clone()).list() {
        Ok(listing) => EnvironmentsEvent::Listed {
            broken: listing.broken.iter().map(convert::broken).collect(),
            entries: listing.environments.into_iter().map(convert::entry).collect(),
        },
        Err(error) => EnvironmentsEvent::NotListed(error.to_string()),
    })
}

/// The statuses of all environments as their files are now.
pub(super) async fn statuses(context: Context) -> Option<Event> {
    let environments = Environments::new(context.folders.clone());
    let listing = tokio::task::spawn_blocking(move || environments.list()).await.ok()?.ok()?;
    let loaded = listing.environments;
    // An engine that is gone is told by the link.
    let found = find(&context, &loaded).await.ok()?;
    let found = found.into_iter().zip(&loaded).map(|((id, status), loaded)| StatusFound {
        id,
        revision: loaded.revision.clone(),
        status: status.map(convert::status).map_err(|error| error.to_string()),
    });
    Some(Event::Environments(EnvironmentsEvent::Statuses(found.collect())))
}

/// Why the layers of an environment are warm or cold.
pub(super) async fn explain(
    context: Context,
    id: EnvironmentId,
    environment: Box<Environment>,
    is_unsaved: bool,
) -> Option<Event> {
    let explained = ops::explain(&context, &id, &environment).await;
    let explained = explained
        .map(|found| Box::new(convert::explanation(id.clone(), is_unsaved, found)))
        .map_err(|error| error.to_string());
    Some(Event::Environments(EnvironmentsEvent::Explained(id, explained)))
}

/// What a bake of an environment would have to do.
pub(super) async fn preview(
    context: Context,
    asked: u64,
    id: EnvironmentId,
    environment: Box<Environment>,
) -> Option<Event> {
    // What cannot be found out is told when it is asked for in earnest.
    let found = status(&context, &id, &environment).await.ok();
    let forecast = found.map(|found| convert::forecast(&found));
    Some(Event::Environments(EnvironmentsEvent::Previewed(asked, forecast)))
}

pub(super) fn save(folders: &Folders, id: &EnvironmentId, text: &str, expected: &Digest) -> Event {
    Event::Environments(match Environments::new(folders.clone()).save(id, text, expected) {
        Ok(loaded) => EnvironmentsEvent::Saved(Box::new(convert::entry(loaded))),
        Err(error) => EnvironmentsEvent::NotSaved { id: id.clone(), cause: error.to_string() },
    })
}

pub(super) fn create(folders: &Folders, id: &EnvironmentId, text: &str) -> Event {
    let made = Environments::new(folders.clone()).create(id, text);
    arrived(made.map(drop), id, format!("environment `{id}` was made"))
}

pub(super) fn duplicate(folders: &Folders, from: &EnvironmentId, to: &EnvironmentId) -> Event {
    let copied = Environments::new(folders.clone()).duplicate(from, to);
    arrived(copied.map(drop), to, format!("`{from}` was copied to `{to}`"))
}

pub(super) fn rename(folders: &Folders, from: &EnvironmentId, to: &EnvironmentId) -> Event {
    let renamed = Environments::new(folders.clone()).rename(from, to);
    arrived(renamed.map(drop), to, format!("`{from}` is `{to}` now"))
}

pub(super) fn restore(folders: &Folders, id: &EnvironmentId, kept_at: &str) -> Event {
    let environments = Environments::new(folders.clone());
    let removed = Removed { path: environments.path(id), kept_at: kept_at.into() };
    arrived(environments.restore(&removed), id, format!("`{id}` is back"))
}

pub(super) fn remove(folders: &Folders, id: &EnvironmentId) -> Event {
    Event::Environments(match Environments::new(folders.clone()).remove(id) {
        Ok(removed) => EnvironmentsEvent::Removed {
            id: id.clone(),
            kept_at: removed.kept_at.display().to_string(),
        },
        Err(error) => EnvironmentsEvent::Refused(error.to_string()),
    })
}

fn arrived(outcome: Result<(), StoreError>, id: &EnvironmentId, told: String) -> Event {
    Event::Environments(match outcome {
        Ok(()) => EnvironmentsEvent::Arrived { id: id.clone(), told },
        Err(error) => EnvironmentsEvent::Refused(error.to_string()),
    })
}
