//! A terminal with a program in it, as a person sits in front of it.

use std::io::{Read as _, Write};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::{World, within};

/// A terminal with a program in it; killed when dropped.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    screen: Arc<Mutex<Vec<u8>>>,
    /// When, after the start, how many bytes had been shown.
    reads: Arc<Mutex<Vec<(Duration, usize)>>>,
    reader: JoinHandle<()>,
}

/// How long the last words of a program that has ended are waited for: another one may hold its
/// terminal.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Terminal {
    /// Runs `script` by the machine's bash in the world's surroundings; `$PREBAKE` is the binary.
    pub(crate) fn open(world: &World, script: &str) -> Self {
        Self::sized(world, script, (80, 24))
    }

    /// The same in so many columns and rows.
    pub(crate) fn sized(world: &World, script: &str, (width, height): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(width, height)).unwrap();
        let mut command = CommandBuilder::new("bash");
        command.args(["--norc", "-c", script]);
        for (name, value) in world.surroundings() {
            command.env(name, value);
        }
        command.env("PREBAKE", env!("CARGO_BIN_EXE_prebake"));
        command.env("TERM", "xterm");
        command.cwd(world.cwd());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let reads = Arc::new(Mutex::new(Vec::new()));
        let (seen, when, begun) = (screen.clone(), reads.clone(), Instant::now());
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let mut seen = seen.lock().unwrap();
                seen.extend_from_slice(&buffer[..count]);
                when.lock().unwrap().push((begun.elapsed(), seen.len()));
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { child, master: pair.master, keys, screen, reads, reader }
    }

    /// All that was shown so far.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    /// What was shown after the first `from` bytes.
    pub(crate) fn bytes(&self, from: usize) -> Vec<u8> {
        self.screen.lock().unwrap()[from..].to_vec()
    }

    /// What was shown, and when after the start.
    pub(crate) fn bytes_when(&self) -> Vec<(Duration, Vec<u8>)> {
        let screen = self.screen.lock().unwrap();
        let reads = self.reads.lock().unwrap();
        let starts = std::iter::once(0).chain(reads.iter().map(|(_, end)| *end));
        starts
            .zip(reads.iter())
            .map(|(start, (at, end))| (*at, screen[start..*end].to_vec()))
            .collect()
    }

    /// The number of the process in it.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits until `text` was shown.
    #[track_caller]
    pub(crate) fn until(&self, text: &str) -> &Self {
        let waited = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            within(Duration::from_secs(20), text, || self.shown().contains(text).then_some(()));
        }));
        assert!(waited.is_ok(), "{text:?} was not shown, but:\n{}", self.shown());
        self
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// Makes it so many cells wide and high.
    pub(crate) fn resize(&self, width: u16, height: u16) {
        self.master.resize(size(width, height)).unwrap();
    }

    /// Waits for the end of the program and returns its exit status.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> u32 {
        let shown = self.screen.clone();
        let child = &mut self.child;
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            within(Duration::from_secs(20), "the end", || child.try_wait().unwrap())
        }));
        let text = || String::from_utf8_lossy(&shown.lock().unwrap()).into_owned();
        let ended = ended.unwrap_or_else(|_| panic!("it did not end:\n{}", text()));
        let begun = Instant::now();
        while !self.reader.is_finished() && begun.elapsed() < LAST_WORDS {
            std::thread::sleep(Duration::from_millis(5));
        }
        ended.exit_code()
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
