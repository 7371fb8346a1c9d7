//! What is on this machine: the two folders, the files in them, and the programs that may be
//! needed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::{Check, State, Tried, room, some};
use crate::engine::{Disk, Surroundings};
use crate::ops::editor::{Editor, Source, program};
use crate::store::{Drafts, Environments, Folders, desktop};

/// Looks at folders, files and the editor.
pub(super) async fn check(folders: &Folders, checks: &mut Vec<Check>) {
    // Without the state folder no bake can be locked and no log written; the configuration only
    // has to be read.
    checks.push(folder("state folder", folders.state(), 0o077, State::Failed));
    checks.push(folder("config folder", folders.config(), 0o022, State::Warning));
    if let Some(disk) = Disk::of(existing(folders.state())).await {
        let of = format!("`{}`", folders.state().display());
        checks.push(room(
            "our disk",
            &of,
            disk,
            "free some space; logs of bakes are written there",
        ));
    }
    environments(folders, checks);
    if let Err(error) = desktop::scripts(folders) {
        checks.push(Check::of_error("desktop scripts", State::Failed, &error));
    }
    drafts(folders, checks);
    checks.push(match Editor::find() {
        Some(editor) => {
            let by = match editor.source() {
                Source::Variable(name) => format!("by {name}"),
                Source::Found => "found in PATH".to_owned(),
            };
            Check::ok("editor", format!("`{}`, {by}", editor.shown()))
        }
        None => Check::warning("editor", "there is none for `prebake edit`", "set `EDITOR`"),
    });
}

/// A folder: there or makeable, writable, and with none of the mode bits in `closed`.
fn folder(name: &'static str, path: &Path, closed: u32, unwritable: State) -> Check {
    let shown = path.display();
    let there = existing(path);
    // A file without a name proves it, and nothing stays of it.
    if let Err(error) = tempfile::tempfile_in(there) {
        return Check {
            name,
            state: unwritable,
            text: format!("`{shown}` cannot be written: {error} (in `{}`)", there.display()),
            fix: Some(format!(
                "look at `ls -ld {}`, or name another folder with {}",
                there.display(),
                if unwritable == State::Failed {
                    "PREBAKE_STATE_DIR"
                } else {
                    "PREBAKE_CONFIG_DIR"
                }
            )),
        };
    }
    if there != path {
        return Check::ok(name, format!("`{shown}` is made when it is needed"));
    }
    match fs::metadata(path).map(|found| found.permissions().mode()) {
        Ok(mode) if mode & closed != 0 => Check::warning(
            name,
            format!("`{shown}` is open to others (mode {:03o})", mode & 0o777),
            format!("run `chmod {} {shown}`", if closed == 0o077 { "go=" } else { "go-w" }),
        ),
        _ => Check::ok(name, format!("`{shown}` can be written")),
    }
}

/// The path, or the nearest folder above it that exists.
fn existing(path: &Path) -> &Path {
    path.ancestors().find(|path| path.exists()).unwrap_or(path)
}

fn environments(folders: &Folders, checks: &mut Vec<Check>) {
    const SHOWN: usize = 5;
    let listing = match Environments::new(folders.clone()).list() {
        Ok(listing) => listing,
        Err(error) => {
            checks.push(Check::of_error("environments", State::Failed, &error));
            return;
        }
    };
    let (good, broken) = (listing.environments.len(), listing.broken.len());
    checks.push(match (good, broken) {
        (0, 0) => Check::warning("environments", "there are none yet", "run `prebake new ENV`"),
        (_, 0) => Check::ok("environments", format!("{good} can be read")),
        _ => Check::warning(
            "environments",
            format!("{good} can be read, {broken} cannot"),
            "mend them with `prebake edit ENV`",
        ),
    });
    let told = listing.broken.iter().take(SHOWN);
    checks.extend(told.map(|broken| Check::of_error("environment", State::Warning, &broken.error)));
}

fn drafts(folders: &Folders, checks: &mut Vec<Check>) {
    let drafts = Drafts::new(folders.clone());
    let all: Result<Vec<_>, _> = drafts.places().map(|drafts| drafts.list()).collect();
    match all.map(|drafts| drafts.concat()) {
        Ok(drafts) if drafts.is_empty() => {}
        Ok(drafts) => checks.push(Check::warning(
            "drafts",
            format!("{} unfinished, of {}", drafts.len(), some(&drafts)),
            format!("`prebake` offers them, and `prebake edit {}` the first one", drafts[0]),
        )),
        Err(error) => checks.push(Check::of_error("drafts", State::Warning, &error)),
    }
}

/// The ssh program, where an address needs it.
pub(super) fn ssh(attempts: &[Tried], around: &Surroundings) -> Option<Check> {
    if !attempts.iter().any(|tried| tried.host.starts_with("ssh://")) {
        return None;
    }
    let name = around.ssh.clone().unwrap_or_else(|| "ssh".into());
    let file = if Path::new(&name).components().count() > 1 {
        Some(Path::new(&name).to_owned()).filter(|file| file.is_file())
    } else {
        program(&std::env::var_os("PATH").unwrap_or_default(), &name.to_string_lossy())
    };
    Some(match file {
        Some(file) => Check::ok("ssh", format!("`{}`", file.display())),
        None => Check::failed(
            "ssh",
            format!("there is no program `{}`", Path::new(&name).display()),
            "install the OpenSSH client, or name a program with PREBAKE_SSH",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folders: &Folders) -> Vec<Check> {
        let mut checks = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(folders, &mut checks));
        checks
    }

    fn state(checks: &[Check], name: &str) -> Option<State> {
        checks.iter().find(|check| check.name == name).map(|check| check.state)
    }

    #[test]
    fn folders_that_do_not_exist_yet_are_no_trouble() {
        let place = tempfile::tempdir().unwrap();
        let checks = found(&Folders::new(place.path().join("a/b"), place.path().join("c/d")));
        assert_eq!(state(&checks, "state folder"), Some(State::Ok), "{checks:?}");
        assert_eq!(state(&checks, "config folder"), Some(State::Ok));
        assert_eq!(state(&checks, "environments"), Some(State::Warning));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn open_folders_broken_files_and_drafts_are_warned_about() {
        let place = tempfile::tempdir().unwrap();
        let (config, state_folder) = (place.path().join("config"), place.path().join("state"));
        fs::create_dir_all(config.join("environments")).unwrap();
        fs::create_dir_all(state_folder.join("drafts")).unwrap();
        fs::set_permissions(&state_folder, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(config.join("environments/a.yaml"), "x: [").unwrap();
        fs::write(state_folder.join("drafts/a.yaml"), "").unwrap();
        fs::create_dir(config.join("desktop_setup.sh")).unwrap();
        let checks = found(&Folders::new(&config, &state_folder));
        for name in ["state folder", "environments", "environment", "drafts"] {
            assert_eq!(state(&checks, name), Some(State::Warning), "{name}: {checks:?}");
        }
        assert_eq!(state(&checks, "desktop scripts"), Some(State::Failed));
    }

    #[test]
    fn a_file_in_place_of_the_state_folder_fails() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("state"), "").unwrap();
        let checks = found(&Folders::new(place.path(), place.path().join("state/prebake")));
        assert_eq!(state(&checks, "state folder"), Some(State::Failed), "{checks:?}");
    }

    #[test]
    fn ssh_is_looked_for_only_where_it_is_needed() {
        let tried = |host: &str| Tried {
            host: host.to_owned(),
            source: crate::engine::HostSource::Flag,
            outcome: "failed",
            error: None,
        };
        let around = |ssh: &str| Surroundings { ssh: Some(ssh.into()), ..Surroundings::default() };
        assert_eq!(ssh(&[tried("unix:///x")], &around("/nowhere/ssh")), None);
        let check = ssh(&[tried("ssh://x")], &around("/nowhere/ssh")).unwrap();
        assert_eq!(check.state, State::Failed);
        assert_eq!(ssh(&[tried("ssh://x")], &around("sh")).unwrap().state, State::Ok);
    }
}
