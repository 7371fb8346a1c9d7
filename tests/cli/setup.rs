//! A user with folders of their own: environments, an editor, and a terminal where one is needed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

/// No answer takes that long, however busy the machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A valid environment, with a comment that must survive.
pub(crate) const WEB: &str = "# mine\nversion: 1\nname: Web   # and this\nbase_image: debian:12\n";

/// What a command left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    /// Standard error; empty at a terminal, where both are in `stdout`.
    pub(crate) stderr: String,
}

impl Ended {
    /// The one document of `--json`.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks the exit status and that standard error says all of `words`.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:#?}");
        for word in words {
            assert!(self.stderr.contains(word), "{word}: {self:#?}");
        }
    }
}

/// A user.
pub(crate) struct User {
    place: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl User {
    pub(crate) fn new() -> Self {
        Self { place: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// Gives the user an environment.
    pub(crate) fn with(self, id: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.file(id);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Gives the user an editor: a shell script that finds the file in `$1`, the environment's
    /// own file in `$FILE`, and how often it was opened in `$ROUND`.
    pub(crate) fn editor(self, script: &str) -> Self {
        let path = self.place.path().join("editor");
        let file = self.place.path().join("config/environments/web.yaml");
        let text = format!(
            "#!/bin/sh\nFILE='{}'\necho >>\"$0.rounds\"\nROUND=$(wc -l <\"$0.rounds\")\n{script}\n",
            file.display()
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let editor = path.display().to_string();
        self.variable("EDITOR", editor)
    }

    pub(crate) fn file(&self, id: &str) -> PathBuf {
        self.place.path().join(format!("config/environments/{id}.yaml"))
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.place.path().join("state")
    }

    pub(crate) fn draft(&self, id: &str) -> PathBuf {
        self.state().join(format!("drafts/{id}.yaml"))
    }

    /// The text of an environment's file.
    pub(crate) fn text(&self, id: &str) -> String {
        fs::read_to_string(self.file(id)).unwrap()
    }

    pub(crate) fn place(&self) -> &Path {
        self.place.path()
    }

    fn all_variables(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("PREBAKE_CONFIG_DIR", self.place.path().join("config").display().to_string()),
            ("PREBAKE_STATE_DIR", self.state().display().to_string()),
            ("HOME", self.place.path().display().to_string()),
            ("PATH", std::env::var("PATH").unwrap()),
            ("TERM", "xterm".to_owned()),
        ];
        all.extend(self.variables.iter().cloned());
        all
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prebake"));
        command.args(arguments).env_clear().envs(self.all_variables());
        command.current_dir(self.place.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs prebake away from any terminal.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, b"")
    }

    /// As [`User::run`], with standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &[u8]) -> Ended {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // Whoever reads nothing closes it early.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs prebake at a terminal and answers each question when its words are there.
    pub(crate) fn at_terminal(&self, arguments: &[&str], answers: &[(&str, &str)]) -> Ended {
        let pty = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_prebake"));
        command.args(arguments);
        command.env_clear();
        command.cwd(self.place.path());
        for (name, value) in self.all_variables() {
            command.env(name, value);
        }
        let mut child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let mut writer = pty.master.take_writer().unwrap();
        let (sender, pieces) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let (mut seen, mut answered) = (Vec::new(), 0);
        let mut answers = answers.iter();
        let mut next = answers.next();
        loop {
            if let Some((words, answer)) = next {
                let unanswered = String::from_utf8_lossy(&seen[answered..]).into_owned();
                if unanswered.contains(words) {
                    writer.write_all(answer.as_bytes()).unwrap();
                    answered = seen.len();
                    next = answers.next();
                }
            }
            match pieces.recv_timeout(PATIENCE) {
                Ok(piece) => seen.extend(piece),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    child.kill().unwrap();
                    panic!("it hangs after: {}", String::from_utf8_lossy(&seen));
                }
            }
        }
        let stdout = String::from_utf8_lossy(&seen).into_owned();
        assert!(next.is_none(), "never asked {next:?}: {stdout}");
        let code = i32::try_from(child.wait().unwrap().exit_code()).unwrap();
        Ended { code, stdout, stderr: String::new() }
    }
}

/// The names in a folder, sorted; none if it does not exist.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
