//! The reading end of a bake's log: markers out, lines out, and what they say about where the
//! bake is.

use std::path::PathBuf;

use futures_util::StreamExt as _;
use jiff::Timestamp;

use crate::domain::history::{LineClock, ScriptTimes};
use crate::domain::layer::labels;
use crate::domain::log::{LineSplitter, Source};
use crate::domain::script::complaint::syntax_error;
use crate::domain::script::marker::{Marker, MarkerFilter, Piece};
use crate::domain::secret::Redactor;
use crate::engine::{ContainerFacts, Engine, EngineError, Output, Outputs};
use crate::ops::{Progress, Watch};
use crate::store::bake_log::BakeLog;

/// How many lines at the end of a log hold its last markers, in all likelihood.
const LAST_LINES: u32 = 500;

/// Nobody.
pub(in crate::ops) struct Unwatched;

impl Watch for Unwatched {
    fn see(&mut self, _progress: Progress<'_>) {}
}

/// What a log said so far.
#[derive(Debug)]
pub(in crate::ops) struct Tail {
    nonce: String,
    streams: [Stream; 2],
    log: Option<BakeLog>,
    /// The file name of the script that runs or ran last.
    pub(in crate::ops) script: Option<String>,
    line: Option<u32>,
    syntax_error: Option<u32>,
    clock: LineClock,
    /// The last marker of an end: the scripts' success, or a failure with its status.
    pub(in crate::ops) end: Option<Marker>,
    /// Whether the marker of the end was seen, by stream.
    ended: [bool; 2],
}

#[derive(Debug)]
struct Stream {
    source: Source,
    filter: MarkerFilter,
    /// What hides secrets: everything behind it is without them.
    redactor: Redactor,
    lines: LineSplitter,
    /// Lines told so far: where to go on when the log is read again.
    told: u64,
    /// Lines to pass over, because they were told before.
    skip: u64,
}

impl Tail {
    /// The tail of the bake or task with this nonce; lines are also written to `log`.
    pub(in crate::ops) fn new(nonce: &str, log: Option<BakeLog>) -> Self {
        let nonce = nonce.to_owned();
        let stream = |source| Stream {
            source,
            filter: MarkerFilter::new(&nonce),
            redactor: Redactor::Nothing,
            lines: LineSplitter::default(),
            told: 0,
            skip: 0,
        };
        Self {
            streams: [stream(Source::Stdout), stream(Source::Stderr)],
            nonce,
            log,
            script: None,
            line: None,
            syntax_error: None,
            clock: LineClock::default(),
            end: None,
            ended: [false; 2],
        }
    }

    /// The same, without secrets in its lines.
    pub(in crate::ops) fn hiding(mut self, redactor: &Redactor) -> Self {
        for stream in &mut self.streams {
            stream.redactor = redactor.anew();
        }
        self
    }

    /// The nonce of a bake container.
    pub(in crate::ops) fn nonce(container: &ContainerFacts) -> &str {
        container.label(labels::BAKE)
    }

    /// What the end of a kept container's log says. Without a log nothing is known, which is no
    /// reason to fail.
    pub(in crate::ops) async fn of_last_lines(engine: &Engine, container: &ContainerFacts) -> Self {
        let mut tail = Self::new(Self::nonce(container), None);
        let last = engine.last_logs(&container.id, LAST_LINES);
        let _ = tail.take_all(last, &mut Unwatched).await;
        tail
    }

    /// Takes a whole log.
    pub(in crate::ops) async fn take_all(
        &mut self,
        mut pieces: Outputs,
        watch: &mut dyn Watch,
    ) -> Result<(), EngineError> {
        while let Some(piece) = pieces.next().await {
            self.take(&piece?, watch);
        }
        Ok(())
    }

    /// The script that ran last, as a person says it.
    pub(in crate::ops) fn script_title(&self) -> Option<String> {
        match &self.end {
            Some(Marker::Failed(script, _)) => Some(title(script)),
            _ => self.script.as_deref().map(title),
        }
    }

    /// The line at which the script ended: bash's own word for a syntax error, else the last
    /// statement that began.
    pub(in crate::ops) fn failing_line(&self) -> Option<u32> {
        if self.is_done() { None } else { self.syntax_error.or(self.line) }
    }

    /// Whether the log told that all is done.
    pub(in crate::ops) fn is_done(&self) -> bool {
        self.end == Some(Marker::Done)
    }

    /// The container ended at this time, and with it the last statement.
    pub(in crate::ops) fn ended_at(&mut self, time: Option<Timestamp>) {
        if let Some(time) = time.and_then(|time| u64::try_from(time.as_microsecond()).ok()) {
            self.clock.end(time);
        }
    }

    /// How long the lines of the scripts took; `is_whole`: all of them ended well.
    pub(in crate::ops) fn times(&self, is_whole: bool) -> Vec<ScriptTimes> {
        self.clock.times(is_whole)
    }

    /// Whether nothing of the log is missing: both streams told their end.
    pub(in crate::ops) fn is_whole(&self) -> bool {
        self.ended == [true; 2]
    }

    /// The log is read again from its beginning: lines that were told are passed over. Lines and
    /// not bytes are counted, because the engine's log is not byte for byte what was written.
    pub(in crate::ops) fn rewind(&mut self) {
        self.clock = LineClock::default();
        for stream in &mut self.streams {
            stream.filter = MarkerFilter::new(&self.nonce);
            stream.redactor = stream.redactor.anew();
            stream.lines = LineSplitter::default();
            stream.skip = stream.told;
        }
    }

    /// Takes a piece of the log.
    pub(in crate::ops) fn take(&mut self, output: &Output, watch: &mut dyn Watch) {
        let index = usize::from(output.source == Source::Stderr);
        for piece in self.streams[index].filter.push(&output.bytes) {
            match piece {
                Piece::Bytes(bytes) => {
                    let bytes = self.streams[index].redactor.push(bytes);
                    self.lines(index, &bytes, watch);
                }
                Piece::Marker(marker) => self.mark(index, marker, watch),
            }
        }
    }

    fn lines(&mut self, index: usize, bytes: &[u8], watch: &mut dyn Watch) {
        let Stream { source, lines, told, skip, .. } = &mut self.streams[index];
        let (log, script, found) = (&mut self.log, &self.script, &mut self.syntax_error);
        lines.push(bytes, |line| {
            if *skip > 0 {
                *skip -= 1;
                return;
            }
            *told += 1;
            if *source == Source::Stderr {
                *found = syntax_error(line, script.as_deref()).or(*found);
            }
            write(log, line, watch);
            watch.see(Progress::Line { source: *source, bytes: line });
        });
    }

    fn mark(&mut self, index: usize, marker: Marker, watch: &mut dyn Watch) {
        match marker {
            Marker::Stage(script) => {
                watch.see(Progress::Script { name: &title(&script) });
                self.clock.script(&script);
                self.script = Some(script);
                self.line = None;
            }
            Marker::Line(line, time) => {
                self.line = Some(line);
                // What was passed over was written before.
                self.clock.written(self.streams.iter().map(|it| it.told - it.skip).sum());
                self.clock.line(line, time);
                watch.see(Progress::Statement { line, time });
            }
            Marker::Failed(..) | Marker::Done | Marker::Kept(_) => {
                self.end = Some(marker);
                self.ended[index] = true;
            }
            Marker::Begin(_) | Marker::Command(_) | Marker::Desktop | Marker::Forgiven(..) => {}
        }
    }

    /// Writes out what was held back, for a moment when nothing more is at hand.
    pub(in crate::ops) fn flush(&mut self, watch: &mut dyn Watch) {
        if let Some(Err(error)) = self.log.as_mut().map(BakeLog::flush) {
            watch.see(Progress::Warning(&error.to_string()));
        }
    }

    /// The end of the log: last lines without a line end. Returns the log file.
    pub(in crate::ops) fn finish(&mut self, watch: &mut dyn Watch) -> Option<PathBuf> {
        for index in 0..self.streams.len() {
            let Stream { filter, redactor, .. } = &mut self.streams[index];
            let mut held = redactor.push(filter.finish());
            held.extend(redactor.finish());
            if !held.is_empty() {
                self.lines(index, &held, watch);
            }
            let Stream { source, lines, skip, .. } = &mut self.streams[index];
            let log = &mut self.log;
            lines.finish(|line| {
                if *skip > 0 {
                    return;
                }
                write(log, line, watch);
                watch.see(Progress::Line { source: *source, bytes: line });
            });
        }
        let (written, result) = self.log.take()?.finish();
        if let Err(error) = result {
            watch.see(Progress::Warning(&error.to_string()));
        }
        if written.lost > 0 {
            let lost = format!(
                "{} lines of the log are not in `{}`; the engine's own log had them all",
                written.lost,
                written.path.display()
            );
            watch.see(Progress::Warning(&lost));
        }
        Some(written.path)
    }
}

/// A log that cannot be written is told once and does not stop the bake.
fn write(log: &mut Option<BakeLog>, line: &[u8], watch: &mut dyn Watch) {
    if let Some(Err(error)) = log.as_mut().map(|log| log.line(line)) {
        watch.see(Progress::Warning(&error.to_string()));
    }
}

/// A script's file name as a person says it.
pub(in crate::ops) fn title(script: &str) -> String {
    script.trim_end_matches(".sh").replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Patterns;
    use bytes::Bytes;

    struct Lines(Vec<String>);

    impl Watch for Lines {
        fn see(&mut self, progress: Progress<'_>) {
            if let Progress::Line { bytes, .. } = progress {
                self.0.push(String::from_utf8_lossy(bytes).into_owned());
            }
        }
    }

    fn piece(text: &str) -> Output {
        Output { source: Source::Stderr, bytes: Bytes::from(text.to_owned()) }
    }

    #[test]
    fn a_secret_is_hidden_in_any_piece_and_also_when_the_log_is_read_again() {
        let secrets = [("T", b"hunter2-hunter2".as_slice())];
        let redactor = Redactor::of(std::sync::Arc::new(Patterns::of(secrets).unwrap()));
        let text = "\u{1e}n stage a.sh\none hunter2-hun\u{1e}n line 2 1\nter2\ntwo hunter2-";
        for step in 1..text.len() {
            let mut tail = Tail::new("n", None).hiding(&redactor);
            let mut seen = Lines(Vec::new());
            for at in [text.len() / 2, text.len()] {
                tail.rewind();
                for part in text.as_bytes()[..at].chunks(step) {
                    let bytes = Bytes::copy_from_slice(part);
                    tail.take(&Output { source: Source::Stderr, bytes }, &mut seen);
                }
            }
            tail.finish(&mut seen);
            assert_eq!(seen.0, ["one ***", "two hunter2-"], "{step}");
            assert_eq!(tail.failing_line(), Some(2));
        }
    }

    #[test]
    fn a_log_read_again_goes_on_where_it_was() {
        let (mut tail, mut seen) = (Tail::new("n", None), Lines(Vec::new()));
        tail.take(&piece("\u{1e}n stage cached_preflight.sh\none\ntw"), &mut seen);
        tail.rewind();
        for part in ["\u{1e}n stage cached_pre", "flight.sh\none\nt", "wo\n\u{1e}n done\n"] {
            tail.take(&piece(part), &mut seen);
        }
        assert_eq!(seen.0, ["one", "two"]);
        assert!(tail.is_done());
    }
}
