//! The binary as a process: started, watched, killed; and what became of it.

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a process may take, unless a test says otherwise.
const LIMIT: Duration = Duration::from_mins(2);

/// A command line that is not started yet.
pub(crate) struct Call {
    command: Command,
    input: Vec<u8>,
    limit: Duration,
}

impl Call {
    pub(super) fn new(command: Command) -> Self {
        Self { command, input: Vec::new(), limit: LIMIT }
    }

    /// What it reads from standard input; nothing otherwise.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// One more argument.
    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// A variable of its own process.
    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts it and waits for its end.
    #[track_caller]
    pub(crate) fn run(self) -> Outcome {
        self.start().wait()
    }

    /// Starts it.
    #[track_caller]
    pub(crate) fn start(mut self) -> Running {
        let stdin = if self.input.is_empty() { Stdio::null() } else { Stdio::piped() };
        let what = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        if let Some(mut stdin) = child.stdin.take() {
            let input = self.input;
            // Whoever does not read it all has closed it, which is theirs to do.
            std::thread::spawn(move || drop(stdin.write_all(&input)));
        }
        let stdout = Pipe::of(child.stdout.take().unwrap());
        let stderr = Pipe::of(child.stderr.take().unwrap());
        Running { child, stdout, stderr, what, limit: self.limit }
    }
}

/// A stream that is read as it comes.
struct Pipe {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Pipe {
    fn of(mut stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let gathered = bytes.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                gathered.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self { bytes, reader: Some(reader) }
    }

    fn has_ended(&self) -> bool {
        self.reader.as_ref().is_none_or(JoinHandle::is_finished)
    }

    fn so_far(&self) -> Vec<u8> {
        self.bytes.lock().unwrap().clone()
    }

    fn whole(&mut self) -> Vec<u8> {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.so_far()
    }
}

/// A started process; killed when dropped.
pub(crate) struct Running {
    child: Child,
    stdout: Pipe,
    stderr: Pipe,
    what: String,
    limit: Duration,
}

impl Running {
    /// What it wrote to standard error so far.
    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr.so_far()).into_owned()
    }

    /// What it wrote to standard output so far.
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout.so_far()).into_owned()
    }

    /// Waits until it has written `text` to standard error.
    #[track_caller]
    pub(crate) fn until_err(&self, text: &str) -> &Self {
        self.until(text, Self::err)
    }

    /// Waits until it has written `text` to standard output.
    #[track_caller]
    pub(crate) fn until_out(&self, text: &str) -> &Self {
        self.until(text, Self::out)
    }

    #[track_caller]
    fn until(&self, text: &str, written: fn(&Self) -> String) -> &Self {
        let begun = Instant::now();
        loop {
            // In this order: what it wrote before its end is then there.
            let ended = self.stdout.has_ended() && self.stderr.has_ended();
            if written(self).contains(text) {
                return self;
            }
            assert!(
                !ended && begun.elapsed() < Duration::from_secs(30),
                "{} did not write {text:?}:\n{}{}",
                self.what,
                self.out(),
                self.err()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Its number.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(status.success(), "no process {pid} for signal {name}: {}", self.what);
    }

    /// Kills it with no chance to tidy up.
    pub(crate) fn kill(mut self) -> Outcome {
        self.child.kill().unwrap();
        self.wait()
    }

    /// Waits for its end; fails the test when that takes too long.
    #[track_caller]
    pub(crate) fn wait(mut self) -> Outcome {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > self.limit {
                let _ = self.child.kill();
                panic!("{} still ran after {:?}:\n{}", self.what, self.limit, self.err());
            }
            std::thread::sleep(Duration::from_millis(3));
        };
        let (stdout, stderr) = (self.stdout.whole(), self.stderr.whole());
        Outcome { status, stdout, stderr, took: begun.elapsed(), what: self.what.clone() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What became of a process.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// How long it was waited for.
    pub(crate) took: Duration,
    what: String,
}

impl Outcome {
    /// It exited with 0.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.exits(0)
    }

    /// It exited with `code`.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.status.code(),
            Some(code),
            "{}: {}\nstdout: {}\nstderr: {}",
            self.what,
            self.status,
            tail(&self.out()),
            tail(&self.err())
        );
        self
    }

    /// It wrote `text` to standard error, among other things.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        let err = self.err();
        assert!(err.contains(text), "{} did not say {text:?} but:\n{}", self.what, tail(&err));
        self
    }

    /// It did not write `text` to standard error.
    #[track_caller]
    pub(crate) fn does_not_say(self, text: &str) -> Self {
        let err = self.err();
        assert!(!err.contains(text), "{} said {text:?}:\n{}", self.what, tail(&err));
        self
    }

    /// It wrote exactly `text` to standard output.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert_eq!(self.out(), text, "{}\nstderr: {}", self.what, tail(&self.err()));
        self
    }

    /// Standard output.
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error.
    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output, which is one line.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        let out = self.out();
        let line = out.strip_suffix('\n').unwrap_or(&out);
        assert!(!line.is_empty() && !line.contains('\n'), "{}: {out:?}", self.what);
        line.to_owned()
    }

    /// Standard output, which is one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, tail(&self.out())))
    }

    /// The error: one sentence, the last line of standard error, without `error: `.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        let err = self.err();
        let last = err.lines().last().unwrap_or_default();
        let sentence = last.strip_prefix("error: ");
        sentence
            .unwrap_or_else(|| panic!("{}: no error at the end of:\n{}", self.what, tail(&err)))
            .to_owned()
    }
}

/// The end of a long text.
fn tail(text: &str) -> &str {
    let start = text.len().saturating_sub(4000);
    let start = (start..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[start..]
}
