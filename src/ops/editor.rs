//! The user's editor: which one it is, and running it on a file.
//!
//! Apart from [`super::edit`] because the terminal UI hands over to it, too, and the doctor asks
//! whether there is one.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// Editors that are looked for when no variable names one.
const USUAL: [&str; 4] = ["vi", "vim", "nano", "editor"];

/// An editor as a shell command, which may have arguments: `code --wait`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    command: OsString,
    source: Source,
}

/// Who named the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// This variable.
    Variable(&'static str),
    /// Nobody; it was found in `PATH`.
    Found,
}

impl Editor {
    /// The editor of this process: `$VISUAL`, `$EDITOR`, or a usual one in `PATH`.
    #[must_use]
    pub fn find() -> Option<Self> {
        Self::find_by(|name| std::env::var_os(name))
    }

    fn find_by(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let named = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
            let command = variable(name)?;
            let says_something = !command.to_string_lossy().trim().is_empty();
            says_something.then_some(Self { command, source: Source::Variable(name) })
        });
        named.or_else(|| {
            let path = variable("PATH")?;
            USUAL.into_iter().find_map(|name| {
                program(&path, name)?;
                Some(Self { command: name.into(), source: Source::Found })
            })
        })
    }

    /// Who named it.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// The command, safe to show.
    #[must_use]
    pub fn shown(&self) -> String {
        let text = self.command.to_string_lossy();
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
    }

    /// Runs the editor on a file and waits for its end. Ctrl-C is the editor's meanwhile.
    pub async fn open(&self, file: &Path) -> std::io::Result<ExitStatus> {
        self.open_at(file, None, |_| {}).await
    }

    /// The same, with the cursor in a line and column, from 1, if it is an editor that is known
    /// to take them. The number of its process is told.
    pub async fn open_at(
        &self,
        file: &Path,
        place: Option<(usize, usize)>,
        started: impl FnOnce(u32),
    ) -> std::io::Result<ExitStatus> {
        // Having asked for a signal is enough to survive it; the editor gets its own.
        let _interrupt = signal(SignalKind::interrupt())?;
        let _quit = signal(SignalKind::quit())?;
        let mut command = if is_program(Path::new(&self.command)) {
            // A path with blanks needs no quotes.
            Command::new(&self.command)
        } else {
            // As git does it: the value is the user's own, and the file is an argument, so that
            // nothing in its name is read by the shell.
            let mut script = self.command.clone();
            script.push(" \"$@\"");
            let mut command = Command::new("sh");
            command.arg("-c").arg(script).arg("prebake-editor");
            command
        };
        let place = place.and_then(|place| at_place(&self.shown(), place));
        let mut editor = command.args(place).arg(file).spawn()?;
        if let Some(process) = editor.id() {
            started(process);
        }
        editor.wait().await
    }
}

/// The argument that puts an editor's cursor into a line and column.
fn at_place(command: &str, (line, column): (usize, usize)) -> Option<String> {
    let program = command.split_whitespace().next()?;
    let name = Path::new(program).file_name()?.to_str()?;
    match name {
        "vim" | "nvim" | "gvim" | "view" => Some(format!("+call cursor({line},{column})")),
        "vi" | "ex" | "joe" | "mcedit" => Some(format!("+{line}")),
        "nano" | "pico" => Some(format!("+{line},{column}")),
        "emacs" | "emacsclient" | "mg" | "micro" | "kak" => Some(format!("+{line}:{column}")),
        _ => None,
    }
}

/// The file of a program in `path`, a list of folders as in the variable `PATH`.
#[must_use]
pub fn program(path: &OsStr, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    file.components().count() > 1
        && std::fs::metadata(file)
            .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn visual_wins_over_editor_and_both_over_what_is_found() {
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<(&'a str, Source)>);
        let place = tempfile::tempdir().unwrap();
        let nano = place.path().join("nano");
        fs::write(&nano, "").unwrap();
        fs::write(place.path().join("vi"), "no program").unwrap();
        fs::set_permissions(&nano, fs::Permissions::from_mode(0o755)).unwrap();
        let path = place.path().to_str().unwrap();
        let cases: [Case<'_>; 5] = [
            (
                &[("VISUAL", "code --wait"), ("EDITOR", "vi")],
                Some(("code --wait", Source::Variable("VISUAL"))),
            ),
            (
                &[("VISUAL", " "), ("EDITOR", "ed"), ("PATH", path)],
                Some(("ed", Source::Variable("EDITOR"))),
            ),
            (&[("PATH", path)], Some(("nano", Source::Found))),
            (&[("PATH", "/nowhere")], None),
            (&[], None),
        ];
        for (variables, expected) in cases {
            let found = Editor::find_by(|name| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| value.into())
            });
            let found = found.as_ref().map(|editor| (editor.shown(), editor.source()));
            let expected = expected.map(|(command, source)| (command.to_owned(), source));
            assert_eq!(found, expected, "{variables:?}");
        }
    }

    #[test]
    fn an_editor_that_is_known_is_told_the_place() {
        for (command, argument) in [
            ("/usr/bin/vim -n", Some("+call cursor(4,7)")),
            ("vi", Some("+4")),
            ("nano", Some("+4,7")),
            ("emacsclient -t", Some("+4:7")),
            ("code --wait", None),
            ("", None),
        ] {
            assert_eq!(at_place(command, (4, 7)).as_deref(), argument, "{command}");
        }
    }

    #[tokio::test]
    async fn a_command_may_have_arguments_and_a_path_may_have_blanks() {
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("my editor");
        fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$@\" >\"$1.seen\"\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let file = place.path().join("a $(b) 'c'.yaml");
        let quoted = format!("'{}' ", program.display());
        for command in [program.as_os_str(), OsStr::new(&quoted)] {
            let editor = Editor { command: command.to_owned(), source: Source::Found };
            assert!(editor.open(&file).await.unwrap().success());
            let seen = file.with_file_name("a $(b) 'c'.yaml.seen");
            assert_eq!(fs::read_to_string(&seen).unwrap(), format!("{}|", file.display()));
            fs::remove_file(seen).unwrap();
        }
    }
}
