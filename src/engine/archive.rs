//! Files into and out of a container by the archive API: it works on remote engines, before the
//! start, and leaves the owner to us.

use bollard::query_parameters::{
    DownloadFromContainerOptionsBuilder, UploadToContainerOptionsBuilder,
};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::{Engine, EngineError};
use crate::domain::owner::Owner;
use crate::domain::script::FOLDER;

/// The largest file that is read out of a container, in bytes; those are lists of users.
const MAX_READ_BYTES: usize = 8 * 1024 * 1024;

/// A file to put into [`FOLDER`].
#[derive(Clone, Copy, Debug)]
pub struct UploadFile<'a> {
    /// Its name, without a folder.
    pub name: &'a str,
    /// Its content.
    pub content: &'a [u8],
}

/// A folder of a container that gets an owner.
#[derive(Clone, Debug)]
pub struct UploadFolder {
    /// Its absolute path.
    pub path: String,
    /// Whom it belongs to.
    pub owner: Owner,
}

impl Engine {
    /// Gives folders of a container an owner, who alone can write into them.
    pub async fn upload_folders(
        &self,
        container: &str,
        folders: &[UploadFolder],
    ) -> Result<(), EngineError> {
        let what = "give the caches to the user of the scripts";
        let mut builder = tar::Builder::new(Vec::new());
        for folder in folders {
            let path = folder.path.trim_start_matches('/');
            append(&mut builder, path, tar::EntryType::Directory, 0o755, folder.owner, &[])
                .map_err(|error| refused(what, &error))?;
        }
        let archive = builder.into_inner().map_err(|error| refused(what, &error))?;
        self.upload_archive(what, container, archive).await
    }

    /// Puts files into [`FOLDER`] of a container, readable by their owner only.
    pub async fn upload(
        &self,
        container: &str,
        files: &[UploadFile<'_>],
        owner: Owner,
    ) -> Result<(), EngineError> {
        let what = "put the scripts into the container";
        let archive = archive(files, owner).map_err(|error| refused(what, &error))?;
        self.upload_archive(what, container, archive).await
    }

    async fn upload_archive(
        &self,
        what: &str,
        container: &str,
        archive: Vec<u8>,
    ) -> Result<(), EngineError> {
        let options = UploadToContainerOptionsBuilder::default().path("/").build();
        let body = bollard::body_full(Bytes::from(archive));
        let sent = self.patient().upload_to_container(container, Some(options), body).await;
        sent.map_err(|error| self.error(what, error))
    }

    /// The content of a file of a container; `None`: it is not there, or no plain file.
    pub async fn read_file(
        &self,
        container: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>, EngineError> {
        let what = format!("read `{path}` of the container");
        let options = DownloadFromContainerOptionsBuilder::default().path(path).build();
        let mut stream =
            std::pin::pin!(self.docker().download_from_container(container, Some(options)));
        let mut archive = Vec::new();
        while let Some(chunk) = stream.next().await {
            match chunk.map_err(|error| self.error(what.clone(), error)) {
                Ok(bytes) if archive.len() < MAX_READ_BYTES => archive.extend_from_slice(&bytes),
                Ok(_) | Err(EngineError::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(first_file(&archive))
    }
}

fn refused(what: &str, error: &std::io::Error) -> EngineError {
    EngineError::Refused { what: what.to_owned(), status: None, cause: error.to_string() }
}

fn append(
    builder: &mut tar::Builder<Vec<u8>>,
    path: &str,
    kind: tar::EntryType,
    mode: u32,
    owner: Owner,
    content: &[u8],
) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(u64::from(owner.uid));
    header.set_gid(u64::from(owner.gid));
    header.set_size(content.len() as u64);
    builder.append_data(&mut header, path, content)
}

fn archive(files: &[UploadFile<'_>], owner: Owner) -> std::io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    let folder = FOLDER.trim_start_matches('/');
    append(&mut builder, folder, tar::EntryType::Directory, 0o700, owner, &[])?;
    for file in files {
        let path = format!("{folder}/{}", file.name);
        append(&mut builder, &path, tar::EntryType::Regular, 0o600, owner, file.content)?;
    }
    builder.into_inner()
}

fn first_file(archive: &[u8]) -> Option<Vec<u8>> {
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        if entry.header().entry_type().is_file() {
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut content).ok()?;
            return Some(content);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archive_holds_owner_and_bytes() {
        let files = [UploadFile { name: "a.sh", content: b"echo \0 a" }];
        let archive = archive(&files, Owner { uid: 7, gid: 8 }).unwrap();
        assert_eq!(first_file(&archive).unwrap(), b"echo \0 a");
        for entry in tar::Archive::new(archive.as_slice()).entries().unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.header().uid().unwrap(), 7);
            assert_eq!(entry.header().gid().unwrap(), 8);
            assert!(entry.path().unwrap().starts_with("tmp/.prebake"));
        }
    }
}
