//! Editing an environment file as text, so that nothing a person typed is ever lost.
//!
//! The editor works on a draft, a private copy in the state folder. The draft goes only when its
//! text is the environment's; whatever ends an edit before that, be it an error, a killed editor
//! or a lost connection, leaves the draft for the next edit to take up.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use jiff::Timestamp;

use crate::domain::digest::Digest;
use crate::domain::environment::EnvironmentId;
use crate::store::bake_lock::BakeLock;
use crate::store::{Drafts, Environments, Folders, Loaded, StoreError};

/// Why an edit ended without a change of the environment.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no editor.
    #[error("there is no editor to open `{}` with; set `EDITOR`", .0.display())]
    NoEditor(PathBuf),
    /// Somebody is at it.
    #[error(
        "environment `{id}` is being edited by another prebake; close that editor first, its text is in `{}`",
        draft.display()
    )]
    Busy {
        /// The environment.
        id: EnvironmentId,
        /// Its draft.
        draft: PathBuf,
    },
    /// The editor did not end well.
    #[error("the editor `{editor}` {how}, so environment `{id}` was not changed; {}", kept(draft.as_deref(), again))]
    Editor {
        /// The environment.
        id: EnvironmentId,
        /// The editor.
        editor: String,
        /// How it ended, as a verb.
        how: String,
        /// The draft, if it says something that the environment does not.
        draft: Option<PathBuf>,
        /// The command that takes it up again.
        again: String,
    },
    /// The editor or somebody else took the draft away.
    #[error("the draft `{}` is gone, so environment `{id}` was not changed; edit it again", draft.display())]
    DraftGone {
        /// The environment.
        id: EnvironmentId,
        /// Where the draft was.
        draft: PathBuf,
    },
    /// The text could not become the environment's.
    #[error("environment `{id}` was not changed: {cause}; {}", kept(Some(draft), again))]
    NotSaved {
        /// The environment.
        id: EnvironmentId,
        /// Why.
        cause: String,
        /// The draft.
        draft: PathBuf,
        /// The command that takes it up again.
        again: String,
    },
    /// The file is another one by now.
    #[error(
        "environment `{id}` was changed by someone else while it was edited, and is left as it is now; your text is kept: compare with `diff {} {}`, then `prebake edit {id}` takes it up again",
        path.display(), draft.display()
    )]
    ChangedMeanwhile {
        /// The environment.
        id: EnvironmentId,
        /// Its file.
        path: PathBuf,
        /// The draft.
        draft: PathBuf,
    },
}

fn kept(draft: Option<&Path>, again: &str) -> String {
    match draft {
        Some(draft) => {
            format!("your text is kept in `{}`, and `{again}` takes it up again", draft.display())
        }
        None => "nothing had been typed yet, so nothing is kept".to_owned(),
    }
}

/// A draft that an earlier edit left.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its file.
    pub path: PathBuf,
    /// When it was written last.
    pub written: Timestamp,
    /// Whether the environment was changed since the draft was begun.
    pub is_stale: bool,
}

/// What came of one round in the editor.
#[derive(Debug)]
pub enum Round {
    /// The text is the environment's now; the draft is gone.
    Saved(Box<Loaded>),
    /// The text is what it was; the draft is gone.
    Unchanged,
    /// The text is no environment; the words name the draft's place.
    Refused(StoreError),
}

/// An edit that is under way. No other process edits the same environment meanwhile.
#[derive(Debug)]
pub struct Edit {
    id: EnvironmentId,
    environments: Environments,
    drafts: Drafts,
    /// What the environment's file holds, or what a new one begins as.
    text: Vec<u8>,
    /// The revision that is edited; none: a new environment.
    revision: Option<Digest>,
    _lock: BakeLock,
}

impl Edit {
    /// The edit of an environment that exists, broken or not.
    pub fn existing(folders: &Folders, id: &EnvironmentId) -> Result<Self, EditError> {
        let found = Environments::new(folders.clone()).bytes(id)?;
        Self::of(folders, id, found.bytes, Some(found.revision))
    }

    /// The edit of an environment that is made when its text is good.
    pub fn new(folders: &Folders, id: &EnvironmentId, text: String) -> Result<Self, EditError> {
        Self::of(folders, id, text.into_bytes(), None)
    }

    fn of(
        folders: &Folders,
        id: &EnvironmentId,
        text: Vec<u8>,
        revision: Option<Digest>,
    ) -> Result<Self, EditError> {
        let drafts = Drafts::new(folders.clone());
        let Some(lock) = drafts.lock(id)? else {
            return Err(EditError::Busy { id: id.clone(), draft: drafts.path(id) });
        };
        Ok(Self {
            id: id.clone(),
            environments: Environments::new(folders.clone()),
            drafts,
            text,
            revision,
            _lock: lock,
        })
    }

    /// The environment.
    #[must_use]
    pub fn id(&self) -> &EnvironmentId {
        &self.id
    }

    /// The file to open in the editor.
    #[must_use]
    pub fn draft(&self) -> PathBuf {
        self.drafts.path(&self.id)
    }

    /// The environment's file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.environments.path(&self.id)
    }

    /// The draft of an earlier edit, if it says something else than the environment.
    pub fn earlier(&self) -> Result<Option<Earlier>, EditError> {
        let Some((bytes, written)) = self.drafts.bytes(&self.id)? else {
            return Ok(None);
        };
        Ok((bytes != self.text).then(|| Earlier {
            path: self.draft(),
            written,
            is_stale: self.drafts.base(&self.id) != self.revision,
        }))
    }

    /// Moves the draft of an earlier edit out of the way and says where to.
    pub fn set_aside(&self) -> Result<PathBuf, EditError> {
        Ok(self.drafts.set_aside(&self.id)?)
    }

    /// Begins with the environment's text.
    pub fn begin(&self) -> Result<(), EditError> {
        self.drafts.begin(&self.id, &self.text, self.revision.as_ref())?;
        Ok(())
    }

    /// Goes on with the draft of an earlier edit, to be saved over the environment as it is now.
    pub fn resume(&self) -> Result<(), EditError> {
        if let Some((bytes, _)) = self.drafts.bytes(&self.id)? {
            self.drafts.begin(&self.id, &bytes, self.revision.as_ref())?;
        }
        Ok(())
    }

    /// The text of the draft as far as it is text, to show a part of it.
    #[must_use]
    pub fn draft_text(&self) -> String {
        let bytes = self.drafts.bytes(&self.id).ok().flatten();
        bytes.map_or_else(String::new, |(bytes, _)| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Judges and saves what the editor left. `ended` is how the `editor` ended.
    pub fn round(
        &self,
        editor: &str,
        ended: std::io::Result<ExitStatus>,
    ) -> Result<Round, EditError> {
        let Some((bytes, _)) = self.drafts.bytes(&self.id)? else {
            return Err(EditError::DraftGone { id: self.id.clone(), draft: self.draft() });
        };
        let is_unchanged = bytes == self.text;
        if let Some(how) = trouble(ended) {
            if is_unchanged {
                self.drafts.discard(&self.id)?;
            }
            return Err(EditError::Editor {
                id: self.id.clone(),
                editor: editor.to_owned(),
                how,
                draft: (!is_unchanged).then(|| self.draft()),
                again: self.again(),
            });
        }
        if is_unchanged && self.revision.is_some() {
            self.drafts.discard(&self.id)?;
            return Ok(Round::Unchanged);
        }
        match self.save() {
            Ok(loaded) => {
                self.drafts.discard(&self.id)?;
                Ok(Round::Saved(Box::new(loaded)))
            }
            Err(StoreError::Manifest { error, .. }) => {
                Ok(Round::Refused(StoreError::Manifest { path: self.draft(), error }))
            }
            Err(error @ (StoreError::NotUtf8 { .. } | StoreError::TooLarge { .. })) => {
                Ok(Round::Refused(error))
            }
            Err(StoreError::ChangedOnDisk { path, .. } | StoreError::Exists { path, .. }) => {
                Err(EditError::ChangedMeanwhile { id: self.id.clone(), path, draft: self.draft() })
            }
            // It may have been removed on purpose, so it does not come back by itself.
            Err(StoreError::Missing { .. }) => Err(EditError::NotSaved {
                id: self.id.clone(),
                cause: "it was removed while it was edited".to_owned(),
                draft: self.draft(),
                again: format!("prebake new {} --edit", self.id),
            }),
            Err(error) => Err(self.declined(&error)),
        }
    }

    fn save(&self) -> Result<Loaded, StoreError> {
        let text = self.drafts.read(&self.id)?.unwrap_or_default();
        match &self.revision {
            Some(revision) => self.environments.save(&self.id, &text, revision),
            None => self.environments.create(&self.id, &text),
        }
    }

    /// The error for a text that was refused and is not edited again.
    #[must_use]
    pub fn declined(&self, error: &StoreError) -> EditError {
        EditError::NotSaved {
            id: self.id.clone(),
            cause: error.to_string(),
            draft: self.draft(),
            again: self.again(),
        }
    }

    /// The command that takes the draft up again.
    fn again(&self) -> String {
        let id = &self.id;
        match self.revision {
            Some(_) => format!("prebake edit {id}"),
            None => format!("prebake new {id} --edit"),
        }
    }
}

/// How an editor ended, if not well.
fn trouble(ended: std::io::Result<ExitStatus>) -> Option<String> {
    use std::os::unix::process::ExitStatusExt as _;

    match ended {
        Ok(status) if status.success() => None,
        Ok(status) => Some(match (status.code(), status.signal()) {
            (Some(127), _) => "was not found (exit 127)".to_owned(),
            (Some(code), _) => format!("ended with exit {code}"),
            (None, Some(signal)) => format!("was killed by signal {signal}"),
            (None, None) => "did not end well".to_owned(),
        }),
        Err(error) => Some(format!("could not be started ({error})")),
    }
}
