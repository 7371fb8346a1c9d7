//! What an operation tells, as JSON lines (`--events`). The fields are described in
//! `docs/json.md`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::Telling;
use super::output::Output;
use crate::domain::environment::EnvironmentId;
use crate::ops::Progress;

/// Writes events to a file or to standard output.
pub(super) struct Events {
    writer: BufWriter<Box<dyn Write + Send>>,
    /// The file; none: it is standard output.
    file: Option<PathBuf>,
    /// Why something could not be written, until it is told.
    fault: Option<io::Error>,
    is_fault_told: bool,
}

impl Events {
    /// Events to `path`; `-` is standard output. A file is new, and for its owner only, since
    /// logs may hold what scripts print.
    fn open(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt as _;

        let (writer, file): (Box<dyn Write + Send>, _) = if path == Path::new("-") {
            (Box::new(io::stdout()), None)
        } else {
            let mut options = File::options();
            let file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
            (Box::new(file), Some(path.to_owned()))
        };
        Ok(Self { writer: BufWriter::new(writer), file, fault: None, is_fault_told: false })
    }

    /// Events as they were asked for; the error is a sentence.
    pub(super) fn of(telling: &Telling) -> Result<Option<Self>, String> {
        let open = |path: &Path| {
            Self::open(path).map_err(|error| {
                format!("cannot write events to `{}`: {error}; name another file", path.display())
            })
        };
        telling.events.as_deref().map(open).transpose()
    }

    /// Writes one event; whoever stopped reading misses the rest.
    pub(super) fn write(&mut self, progress: &Progress<'_>) {
        self.write_of(None, progress);
    }

    /// Writes one event of the build of an environment, which is named if there are several.
    pub(super) fn write_of(&mut self, id: Option<&EnvironmentId>, progress: &Progress<'_>) {
        match event(progress) {
            Some(mut event) => {
                if let (Some(id), Value::Object(fields)) = (id, &mut event) {
                    fields.insert("environment".to_owned(), id.as_str().into());
                }
                self.put(event);
            }
            None => self.flush(),
        }
    }

    /// Writes the last event.
    pub(super) fn end(&mut self, fields: Value) {
        self.put(fields);
        self.flush();
    }

    /// What a person should know of events that could not be written, once. That standard output
    /// takes none is told the printer, who tells it at the end.
    pub(super) fn fault(&mut self, output: &mut Output) -> Option<String> {
        let error = self.fault.take()?;
        let Some(file) = &self.file else {
            output.judge(Err(error));
            return None;
        };
        if self.is_fault_told || error.kind() == io::ErrorKind::BrokenPipe {
            return None;
        }
        self.is_fault_told = true;
        Some(format!(
            "cannot write events to `{}`: {error}; some of them are lost, and what they tell of goes on",
            file.display()
        ))
    }

    fn put(&mut self, mut event: Value) {
        if let Value::Object(fields) = &mut event {
            fields.insert("time".to_owned(), Timestamp::now().to_string().into());
        }
        let written = writeln!(self.writer, "{event}");
        self.judge(written);
    }

    fn flush(&mut self) {
        let written = self.writer.flush();
        self.judge(written);
    }

    fn judge(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.fault = Some(error);
        }
    }
}

/// The event of a piece of progress; `None`: a pause.
fn event(progress: &Progress<'_>) -> Option<Value> {
    Some(match progress {
        Progress::Idle => return None,
        Progress::Pulling { reference, status, bytes } => json!({
            "event": "pulling", "reference": reference, "status": status,
            "bytes": bytes.map(|bytes| bytes.0), "bytes_total": bytes.map(|bytes| bytes.1),
        }),
        Progress::Estimated(estimate) => json!({ "event": "estimated", "estimate": estimate }),
        Progress::BakeBegan { layer, position, image, reason, joined, log } => json!({
            "event": "bake_began", "layer": layer, "position": position.0, "layers": position.1,
            "image": image, "reason": reason, "joined": joined, "log": log,
        }),
        Progress::Script { name } => json!({ "event": "script_began", "script": name }),
        Progress::Statement { line, .. } => json!({ "event": "statement_began", "line": line }),
        Progress::Line { source, bytes } => json!({
            "event": "line", "source": source, "text": String::from_utf8_lossy(bytes),
        }),
        Progress::Committing => json!({ "event": "committing" }),
        Progress::Baked { layer, image, how, duration_ms, log } => json!({
            "event": "baked", "layer": layer, "image": image, "how": how,
            "duration_ms": duration_ms, "log": log,
        }),
        Progress::Stale { environment, image, why, behind } => json!({
            "event": "stale", "environment": environment, "image": image, "why": why,
            "behind": behind.word(),
        }),
        Progress::Warning(text) => json!({ "event": "warning", "text": text }),
        Progress::TaskStarted { id, image, degraded } => json!({
            "event": "task_started", "task": id, "image": image, "degraded": degraded,
        }),
        Progress::DesktopReady { url, tunnel } => json!({
            "event": "desktop_ready", "url": url, "tunnel": tunnel,
        }),
        Progress::DesktopPending { id } => json!({ "event": "desktop_pending", "task": id }),
        Progress::Output { source, bytes } => json!({
            "event": "output", "source": source, "text": String::from_utf8_lossy(bytes),
        }),
        Progress::CommandBegan => json!({ "event": "command_began" }),
    })
}
