//! Where files live: the configuration folder (what people write) and the state folder (what
//! prebake writes).
//!
//! Apart so that nothing else reads variables of the process, and tests name their folders.

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use etcetera::base_strategy::Xdg;

use super::error::{Action, StoreError};

/// Names the configuration folder itself, without a `prebake` below it.
pub const CONFIG_VARIABLE: &str = "PREBAKE_CONFIG_DIR";
/// Names the state folder itself, without a `prebake` below it.
pub const STATE_VARIABLE: &str = "PREBAKE_STATE_DIR";

/// The two folders. Nothing is created before something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    config: PathBuf,
    state: PathBuf,
}

impl Folders {
    /// Exactly these folders.
    pub fn new(config: impl Into<PathBuf>, state: impl Into<PathBuf>) -> Self {
        Self { config: config.into(), state: state.into() }
    }

    /// The folders of this process: prebake's own variables, else those of XDG.
    pub fn from_environment() -> Result<Self, StoreError> {
        Self::from_variables(
            |name| std::env::var_os(name),
            || {
                let xdg = Xdg::new().ok()?;
                let state = xdg.state_dir()?;
                Some((xdg.config_dir(), state))
            },
        )
    }

    fn from_variables(
        variable: impl Fn(&str) -> Option<OsString>,
        xdg: impl Fn() -> Option<(PathBuf, PathBuf)>,
    ) -> Result<Self, StoreError> {
        // A relative folder would be another one after `cd`, so it is fixed at once.
        let named = |name| {
            variable(name)
                .filter(|value| !value.is_empty())
                .map(|value| {
                    std::path::absolute(&value).map_err(|source| StoreError::NoPlace {
                        variable: name,
                        value: value.into(),
                        source,
                    })
                })
                .transpose()
        };
        match (named(CONFIG_VARIABLE)?, named(STATE_VARIABLE)?) {
            (Some(config), Some(state)) => Ok(Self { config, state }),
            (config, state) => {
                let (xdg_config, xdg_state) = xdg().ok_or(StoreError::NoHome)?;
                Ok(Self {
                    config: config.unwrap_or_else(|| xdg_config.join("prebake")),
                    state: state.unwrap_or_else(|| xdg_state.join("prebake")),
                })
            }
        }
    }

    /// The configuration folder.
    #[must_use]
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// The state folder; it and all below are for their owner only.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Environment files.
    #[must_use]
    pub fn environments(&self) -> PathBuf {
        self.config.join("environments")
    }

    /// What the user prefers in the terminal UI.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The user's own themes.
    #[must_use]
    pub fn themes(&self) -> PathBuf {
        self.config.join("themes")
    }

    /// Environment files that were removed.
    #[must_use]
    pub fn trash(&self) -> PathBuf {
        self.state.join("trash")
    }

    /// Edits that were not accepted.
    #[must_use]
    pub fn drafts(&self) -> PathBuf {
        self.state.join("drafts")
    }

    /// Pages that lead to desktops, and edits of the desktop's scripts.
    #[must_use]
    pub fn desktop(&self) -> PathBuf {
        self.state.join("desktop")
    }

    /// Copies of scripts, by digest.
    #[must_use]
    pub fn scripts(&self) -> PathBuf {
        self.state.join("scripts")
    }

    /// The history of bakes and task starts.
    #[must_use]
    pub fn history(&self) -> PathBuf {
        self.state.join("history")
    }

    /// Logs of bakes.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.state.join("logs")
    }

    /// Locks of running bakes.
    #[must_use]
    pub fn locks(&self) -> PathBuf {
        self.state.join("locks")
    }

    /// Makes a folder of the state, and the state folder, with mode 0700: scripts and logs may
    /// hold secrets.
    pub fn create_private(&self, folder: &Path) -> Result<(), StoreError> {
        create(folder, 0o700)
    }

    /// Makes the configuration folder, with the mode of the process.
    pub fn create_config(&self) -> Result<(), StoreError> {
        create(&self.config, 0o777)
    }

    /// Makes the folder of environment files, with the mode of the process.
    pub fn create_environments(&self) -> Result<PathBuf, StoreError> {
        let folder = self.environments();
        create(&folder, 0o777)?;
        Ok(folder)
    }
}

fn create(folder: &Path, mode: u32) -> Result<(), StoreError> {
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(folder)
        .map_err(StoreError::io(Action::CreateFolder, folder))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn check(variables: &[(&str, &str)], has_home: bool, want: Option<(&str, &str)>) {
        let got = Folders::from_variables(
            |name| {
                let value = variables.iter().find(|(variable, _)| *variable == name)?.1;
                Some(value.into())
            },
            || has_home.then(|| ("/h/.config".into(), "/h/.local/state".into())),
        );
        match want {
            Some((config, state)) => assert_eq!(got.unwrap(), Folders::new(config, state)),
            None => assert!(matches!(got, Err(StoreError::NoHome)), "{got:?}"),
        }
    }

    #[test]
    fn own_variables_win_and_xdg_gets_a_folder_of_its_own() {
        let xdg = ("/h/.config/prebake", "/h/.local/state/prebake");
        check(&[], true, Some(xdg));
        check(&[], false, None);
        check(&[(CONFIG_VARIABLE, ""), (STATE_VARIABLE, "")], true, Some(xdg));
        check(&[(CONFIG_VARIABLE, "/c")], true, Some(("/c", xdg.1)));
        check(&[(STATE_VARIABLE, "/s")], true, Some((xdg.0, "/s")));
        check(&[(STATE_VARIABLE, "/s")], false, None);
        check(&[(CONFIG_VARIABLE, "/c"), (STATE_VARIABLE, "/s")], false, Some(("/c", "/s")));
    }

    #[test]
    fn a_relative_folder_becomes_absolute() {
        let folders = Folders::from_variables(|_| Some("here".into()), || None).unwrap();
        assert!(folders.config().is_absolute() && folders.config().ends_with("here"));
    }

    #[test]
    fn folders_of_the_state_are_for_their_owner_only() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new(place.path().join("c"), place.path().join("s/prebake"));
        folders.create_private(&folders.logs()).unwrap();
        for folder in [folders.state(), &folders.logs()] {
            let mode = folder.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
        }
    }
}
