//! A disposable engine next to the machine's own, which a test may kill and fill.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Docker, base, repository, unique, within};

/// An engine of its own in a folder of its own; all of it is removed when dropped.
pub(crate) struct SecondEngine {
    folder: PathBuf,
    size: Option<&'static str>,
    daemon: Option<Child>,
}

impl SecondEngine {
    /// Starts an engine that has the base image. With `size` its disk has only so much room.
    #[track_caller]
    pub(crate) fn start(size: Option<&'static str>) -> Self {
        assert_root();
        // Not in the folder for temporary files of the process: the path of a socket is short.
        let folder = PathBuf::from(format!("/tmp/pb-{}", &unique()[..8]));
        let mut engine = Self { folder, size, daemon: None };
        engine.restart();
        let base = Docker::default().try_ask(["save", base::name()]).unwrap();
        engine.docker().feed(["load", "-q"], &base);
        engine
    }

    /// The engine, asked by docker.
    pub(crate) fn docker(&self) -> Docker {
        Docker::at(format!("unix://{}", self.folder.join("docker.sock").display()))
    }

    /// Kills it with no chance to tidy up. Its containers lose it, too.
    pub(crate) fn kill(&mut self) {
        let mut daemon = self.daemon.take().unwrap();
        daemon.kill().unwrap();
        daemon.wait().unwrap();
    }

    /// Starts it again, on what it had.
    #[track_caller]
    pub(crate) fn restart(&mut self) {
        let mut command = Command::new(repository().join("scripts/second-engine"));
        command.arg(&self.folder);
        if let Some(size) = self.size {
            command.args(["--tmpfs", size]);
        }
        fs::create_dir_all(&self.folder).unwrap();
        let log = fs::File::create(self.folder.join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut daemon = command.spawn().unwrap();
        let docker = self.docker();
        within(Duration::from_mins(1), "the second engine", || {
            if let Some(status) = daemon.try_wait().unwrap() {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                panic!("the second engine ended with {status}:\n{log}");
            }
            docker.try_ask(["version"])
        });
        self.daemon = Some(daemon);
    }
}

impl Drop for SecondEngine {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
        let script = repository().join("scripts/second-engine");
        let _ = Command::new(script).arg(&self.folder).arg("--clean").status();
    }
}

/// Engines and mounts need root, in CI as here.
#[track_caller]
pub(crate) fn assert_root() {
    let id = Command::new("id").arg("-u").output().unwrap().stdout;
    assert_eq!(id, b"0\n", "this test starts engines and mounts disks: run it as root");
}
