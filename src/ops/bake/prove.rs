//! The proof that a finished bake holds none of its secrets, without which it becomes no image.
//!
//! Every file of the container is read through the engine and searched, which works on remote
//! engines and needs no program in the image. A bake without secrets needs no proof and costs
//! nothing. One whose secrets nobody knows any more cannot be proven: it is removed, and baked
//! again by somebody who has them.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::failed::set_aside;
use super::finish::Finished;
use super::values::Known;
use super::{Baked, Driver, Job, commit_lock, tail};
use crate::domain::layer::labels;
use crate::domain::secret::{Patterns, Search};
use crate::engine::{ContainerFacts, Engine, EngineError};
use crate::ops::error::BakeFailure;
use crate::ops::{Intents, OpError, Watch};

/// How many pieces of the archive wait for the search.
const QUEUE: usize = 16;

/// How much of a file is searched at once, in bytes.
const BLOCK: usize = 128 * 1024;

/// The zero bytes at the end of every archive that came whole.
const END_OF_ARCHIVE: usize = 1024;

/// How many places are told.
const TOLD: usize = 3;

/// After this time a bake of another machine that ended is nobody's.
const ABANDONED: SignedDuration = SignedDuration::from_mins(15);

/// A finished bake that holds none of its secrets. Nothing else can be tagged.
pub(super) struct Clean(pub(super) Finished);

/// What came of a search.
pub(super) enum Proof {
    /// It holds none.
    Clean(Box<Clean>),
    /// It holds some.
    Holds(Vec<Place>),
    /// Nobody knows what to look for.
    Unknown,
}

/// Where a secret was found.
pub(super) struct Place {
    /// The name of the secret.
    secret: String,
    /// The absolute path, itself without secrets.
    path: String,
}

/// Searches what a finished bake would leave.
pub(super) async fn prove(
    engine: &Engine,
    finished: Finished,
    known: &Known,
) -> Result<Proof, OpError> {
    let values = match known {
        Known::None => return Ok(Proof::Clean(Box::new(Clean(finished)))),
        Known::Unknown => return Ok(Proof::Unknown),
        Known::Values(values) => values,
    };
    let patterns = values.patterns();
    let mut found = search(engine, &finished.facts.id, patterns).await?;
    if !found.is_empty() {
        // What the image below has there is no news.
        let (added, changed) = engine.changed_paths(&finished.facts.id).await?;
        let new: BTreeSet<String> = added.into_iter().chain(changed).collect();
        // A name that is no UTF-8 comes from the engine in another form, so it cannot be compared.
        let is_unsure = |path: &str| path.contains(char::REPLACEMENT_CHARACTER);
        found.retain(|(path, _)| is_unsure(path) || new.contains(path));
    }
    if found.is_empty() {
        return Ok(Proof::Clean(Box::new(Clean(finished))));
    }
    let place = |(path, secret): (String, String)| Place {
        secret,
        path: String::from_utf8_lossy(&patterns.without(path.as_bytes())).into_owned(),
    };
    Ok(Proof::Holds(found.into_iter().map(place).collect()))
}

/// The paths of a container where secrets are, with their names.
async fn search(
    engine: &Engine,
    id: &str,
    patterns: &Arc<Patterns>,
) -> Result<Vec<(String, String)>, OpError> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let patterns = patterns.clone();
    let reading = tokio::task::spawn_blocking(move || {
        places(Pieces { receiver, rest: Bytes::new() }, &patterns)
    });
    let mut content = engine.content(id);
    let mut zeros = 0;
    while let Some(piece) = content.next().await {
        let piece = piece?;
        let at_end = piece.iter().rev().take_while(|byte| **byte == 0).count();
        zeros = if at_end == piece.len() { zeros + at_end } else { at_end };
        if sender.send(piece).await.is_err() {
            break;
        }
    }
    drop(sender);
    let failed = |cause: String| EngineError::Refused {
        what: "search the baked container for secrets".to_owned(),
        status: None,
        cause,
    };
    let found = match reading.await {
        Ok(found) => found.map_err(|error| failed(error.to_string()))?,
        Err(error) => return Err(failed(error.to_string()).into()),
    };
    if zeros < END_OF_ARCHIVE {
        return Err(failed("its content did not come whole".to_owned()).into());
    }
    Ok(found)
}

/// The paths of an archive where secrets are: in the content of a file, in its name, in where it
/// leads, in what is noted beside it.
fn places(archive: impl Read, patterns: &Patterns) -> std::io::Result<Vec<(String, String)>> {
    let mut places = Vec::new();
    let mut block = vec![0; BLOCK];
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path_bytes().into_owned();
        let mut found = patterns.find(&path);
        if let Some(target) = entry.link_name_bytes() {
            found = found.or(patterns.find(&target));
        }
        if let Some(notes) = entry.pax_extensions()? {
            for note in notes {
                found = found.or(patterns.find(note?.value_bytes()));
            }
        }
        let mut search = Search::new(patterns);
        while found.is_none() {
            match entry.read(&mut block)? {
                0 => break,
                length => found = search.push(&block[..length]),
            }
        }
        if let Some(secret) = found {
            let path = String::from_utf8_lossy(&path);
            places.push((format!("/{}", path.trim_matches('/')), secret.to_owned()));
        }
    }
    // The end marks of the archive are behind its last entry.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink())?;
    Ok(places)
}

/// Pieces of a stream as one that a thread reads.
struct Pieces {
    receiver: mpsc::Receiver<Bytes>,
    rest: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.rest.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.rest = piece,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.rest.len());
        self.rest.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

/// The failure of a bake that would put secrets into its image. Its container is kept like that of
/// any failed bake.
pub(super) async fn refused(
    job: &Job<'_>,
    facts: &ContainerFacts,
    places: &[Place],
    script: Option<&str>,
    log: Option<PathBuf>,
) -> Result<OpError, OpError> {
    let container = match set_aside(job.context, facts).await {
        Err(OpError::Engine(EngineError::Full { .. })) => facts.name.clone(),
        name => name?,
    };
    let told: Vec<String> = places
        .iter()
        .take(TOLD)
        .map(|place| format!("secret `{}` in `{}`", place.secret, place.path))
        .collect();
    let more = match places.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and in {more} more"),
    };
    let layer = job.goal.kind;
    Ok(OpError::BakeFailed(Box::new(BakeFailure {
        environment: job.environment.clone(),
        layer,
        script: script.map_or_else(|| format!("{layer} layer"), tail::title),
        line: None,
        code: 0,
        out_of_memory: false,
        cause: format!(
            "it leaves {}{more}, so no image was made; let the script remove it or never write it",
            told.join(" and ")
        ),
        container,
        log,
    })))
}

/// What becomes of a finished bake whose secrets are not known here: whoever knows them makes the
/// image. If nobody is left who does, it is removed, and the error says so.
pub(super) async fn leave(
    job: &Job<'_>,
    facts: &ContainerFacts,
    mut lock: Option<Driver>,
    before: Option<&str>,
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Baked, OpError> {
    let engine = &job.context.engine;
    loop {
        if let Some(image) = job.ready(before).await? {
            return Ok(Baked::elsewhere(image));
        }
        let now = engine.container(&facts.id).await?;
        let Some(now) = now.filter(|now| now.name == facts.name) else {
            // Made just now, found to hold secrets, or cancelled.
            return match job.ready(before).await? {
                Some(image) => Ok(Baked::elsewhere(image)),
                None => Err(OpError::CancelledElsewhere { layer: job.goal.kind }),
            };
        };
        if lock.is_none() {
            lock = job.drive(watch);
        }
        let age = now.finished.map(|finished| Timestamp::now().duration_since(finished));
        let is_left = now.label(labels::CLIENT) == job.context.client
            || age.is_some_and(|age| age > ABANDONED);
        if lock.is_some()
            && is_left
            && let Some(held) = commit_lock::of(job).await?
        {
            let image = job.ready(before).await?;
            engine.remove_container(&now.id).await?;
            held.free(engine).await?;
            return match image {
                Some(image) => Ok(Baked::elsewhere(image)),
                None => Err(OpError::Unproven {
                    layer: job.goal.kind,
                    environment: job.environment.clone(),
                }),
            };
        }
        job.pause(intents).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_in_contents_names_and_targets() {
        let patterns = Patterns::of([("TOKEN", b"s3cr3t-token".as_slice())]).unwrap();
        let mut builder = tar::Builder::new(Vec::new());
        let mut add = |path: &str, content: &[u8]| {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, content).unwrap();
        };
        let mut large = vec![b'x'; 2 * BLOCK + 7];
        large[BLOCK - 5..BLOCK + 7].copy_from_slice(b"s3cr3t-token");
        add("opt/plain", b"nothing");
        add("opt/large", &large);
        add("opt/s3cr3t-token.txt", b"");
        let deep = format!("opt/{}/s3cr3t-token", "d".repeat(120));
        add(&deep, b"");
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        builder.append_link(&mut link, "opt/link", "/x/s3cr3t-token").unwrap();
        let notes = [("SCHILY.xattr.user.note", b"s3cr3t-token".as_slice())];
        builder.append_pax_extensions(notes).unwrap();
        let mut noted = tar::Header::new_ustar();
        noted.set_size(0);
        builder.append_data(&mut noted, "opt/noted", b"".as_slice()).unwrap();
        let archive = builder.into_inner().unwrap();

        let found = places(archive.as_slice(), &patterns).unwrap();
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        let deep = format!("/{deep}");
        assert_eq!(
            paths,
            ["/opt/large", "/opt/s3cr3t-token.txt", &deep, "/opt/link", "/opt/noted"]
        );
    }
}
