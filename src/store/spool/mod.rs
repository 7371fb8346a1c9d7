//! The lines of a log that is shown while it is written: on disk, in a file without a name, so
//! that millions of them take no memory and nothing is left when the process ends.
//!
//! A sparse index has the offset of every [`STRIDE`]th line; the time is kept when it changes.
//! One thread writes, others read what is written: they share an index under a lock, and read the
//! file without one.

mod bitmap;
mod search;

pub use bitmap::Bitmap;
pub use search::{Matcher, Stopped, plain};

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::paths::Folders;

/// Lines from one known offset to the next.
const STRIDE: u64 = 256;

/// How much is gathered before it is written.
const BUFFER: usize = 64 * 1024;

/// How much is read at once.
const BLOCK: usize = 1024 * 1024;

/// A longer line is clipped when it is shown; it is searched whole as far as a block goes.
const LONGEST: usize = 16 * 1024;

/// What is known of the lines that are in the file.
#[derive(Debug, Default)]
struct Index {
    /// The offset of every [`STRIDE`]th line.
    offsets: Vec<u64>,
    lines: u64,
    bytes: u64,
    /// The first line that was written at each time, in milliseconds since the epoch.
    times: Vec<(u64, u64)>,
    ended: bool,
}

/// The lines of a log, to be read. Clones share them.
#[derive(Clone, Debug)]
pub struct Spool {
    file: Arc<File>,
    index: Arc<Mutex<Index>>,
}

/// A line that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 0.
    pub number: u64,
    /// When it was written, in milliseconds since the epoch.
    pub at: Option<u64>,
    /// Its bytes without its end; a very long one is clipped.
    pub bytes: Vec<u8>,
}

/// Writes the lines of a log.
#[derive(Debug)]
pub struct SpoolWriter {
    spool: Spool,
    buffer: Vec<u8>,
    /// As in the index, for what is gathered.
    gathered: Index,
    last: Option<u64>,
}

impl Spool {
    /// An empty log in a private file of the state folder.
    pub fn create(folders: &Folders) -> io::Result<SpoolWriter> {
        folders.create_private(folders.state()).map_err(io::Error::other)?;
        let file = tempfile::tempfile_in(folders.state())?;
        let spool = Self { file: Arc::new(file), index: Arc::default() };
        let (buffer, gathered) = (Vec::with_capacity(BUFFER), Index::default());
        Ok(SpoolWriter { spool, buffer, gathered, last: None })
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        // A thread that panicked left numbers that are right as far as they go.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lines that can be read.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.index().lines
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.index().ended
    }

    /// The offset of the nearest known line at or before one, its number, and the end of all.
    fn near(&self, line: u64) -> (u64, u64, u64) {
        let index = self.index();
        let known = usize::try_from(line / STRIDE).unwrap_or(usize::MAX);
        match known.min(index.offsets.len().saturating_sub(1)) {
            known if known < index.offsets.len() => {
                (index.offsets[known], known as u64 * STRIDE, index.bytes)
            }
            _ => (0, 0, index.bytes),
        }
    }

    /// Lines from `first` on, at most so many.
    pub fn window(&self, first: u64, count: usize) -> io::Result<Vec<Line>> {
        let mut lines = Vec::new();
        if count == 0 || first >= self.lines() {
            return Ok(lines);
        }
        self.each_line(first, &mut |number, bytes| {
            lines.push(Line {
                number,
                at: None,
                bytes: bytes[..bytes.len().min(LONGEST)].to_vec(),
            });
            lines.len() < count
        })?;
        let index = self.index();
        for line in &mut lines {
            let at = index.times.partition_point(|(first, _)| *first <= line.number);
            line.at = at.checked_sub(1).map(|at| index.times[at].1);
        }
        Ok(lines)
    }

    /// These lines, in order.
    pub fn lines_at(&self, numbers: &[u64]) -> io::Result<Vec<Line>> {
        let mut lines = Vec::with_capacity(numbers.len());
        for number in numbers {
            lines.extend(self.window(*number, 1)?);
        }
        Ok(lines)
    }

    /// Calls `see` for each line from `first` on until it says no. What a line has beyond a block
    /// is passed over.
    pub fn each_line(&self, first: u64, see: &mut dyn FnMut(u64, &[u8]) -> bool) -> io::Result<()> {
        let (mut offset, mut number, end) = self.near(first);
        let mut block = Vec::new();
        // Whether the line at the offset was cut by the block before.
        let mut cut = false;
        while offset < end {
            let size = usize::try_from(end - offset).unwrap_or(BLOCK).min(BLOCK);
            block.resize(size, 0);
            self.file.read_exact_at(&mut block, offset)?;
            let whole = memchr::memrchr(b'\n', &block).map_or(0, |at| at + 1);
            if whole == 0 {
                // One line fills the block: its begin is all that is seen of it.
                if !cut && number >= first && !see(number, &block) {
                    return Ok(());
                }
                cut = true;
                offset += size as u64;
                continue;
            }
            let mut rest = &block[..whole];
            while let Some(at) = memchr::memchr(b'\n', rest) {
                if !cut && number >= first && !see(number, without_return(&rest[..at])) {
                    return Ok(());
                }
                cut = false;
                number += 1;
                rest = &rest[at + 1..];
            }
            offset += whole as u64;
        }
        Ok(())
    }

    /// Writes the whole log to a file that is not there yet.
    pub fn save(&self, to: &std::path::Path) -> io::Result<u64> {
        use std::os::unix::fs::OpenOptionsExt as _;

        let options = File::options().write(true).create_new(true).mode(0o600).clone();
        let mut file = options.open(to)?;
        let end = self.index().bytes;
        let (mut offset, mut block) = (0, vec![0; BLOCK]);
        while offset < end {
            let size = usize::try_from(end - offset).unwrap_or(BLOCK).min(BLOCK);
            self.file.read_exact_at(&mut block[..size], offset)?;
            io::Write::write_all(&mut file, &block[..size])?;
            offset += size as u64;
        }
        Ok(end)
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

impl SpoolWriter {
    /// The way to read it.
    #[must_use]
    pub fn spool(&self) -> Spool {
        self.spool.clone()
    }

    /// Adds a line, given without its end, and when it was written, in milliseconds since the
    /// epoch. It can be read after the next flush.
    pub fn line(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        // To the second: one that is shown no finer is kept no finer.
        let second = at / 1000 * 1000;
        if self.last != Some(second) {
            self.gathered.times.push((self.lines(), second));
            self.last = Some(second);
        }
        self.untimed(bytes)
    }

    /// How many lines were added, whether they can be read yet or not.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.spool.index().lines + self.gathered.lines
    }

    /// Adds a line of which nobody knows when it was written.
    pub fn untimed(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (lines, offset) = {
            let index = self.spool.index();
            (index.lines + self.gathered.lines, index.bytes + self.buffer.len() as u64)
        };
        if lines % STRIDE == 0 {
            self.gathered.offsets.push(offset);
        }
        self.buffer.extend_from_slice(bytes);
        self.buffer.push(b'\n');
        self.gathered.lines += 1;
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// Makes what was added readable.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let offset = self.spool.index().bytes;
        let written = self.spool.file.write_all_at(&self.buffer, offset);
        let gathered = std::mem::take(&mut self.gathered);
        let size = self.buffer.len() as u64;
        self.buffer.clear();
        written?;
        let mut index = self.spool.index();
        index.offsets.extend(gathered.offsets);
        index.times.extend(gathered.times);
        index.lines += gathered.lines;
        index.bytes += size;
        Ok(())
    }

    /// Nothing more will come.
    pub fn end(&mut self) -> io::Result<()> {
        let flushed = self.flush();
        self.spool.index().ended = true;
        flushed
    }
}

#[cfg(test)]
mod tests;
