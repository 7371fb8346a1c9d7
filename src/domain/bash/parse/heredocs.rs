//! Here-documents: their bodies stand below the line that asks for them.

use super::Reader;
use crate::domain::bash::Text;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Part, PartKind, Word};

/// A here-document whose body was not reached yet.
pub(super) struct Pending {
    /// Its place among the here-documents.
    pub(super) index: usize,
    /// The line that ends it, quotes resolved.
    pub(super) delimiter: Text,
    /// Whether expansions in it are left alone.
    pub(super) literal: bool,
    /// Whether tabs at the begin of lines do not count (`<<-`).
    pub(super) indented: bool,
}

impl Reader<'_> {
    /// Reads the bodies that begin here.
    pub(super) fn read_heredocs(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let (end, closed) = self.find_end(&pending);
            let body = Span::new(start, end);
            let word = if pending.literal { self.literal(body) } else { self.expanded(body) };
            if let Some(heredoc) = self.heredocs.get_mut(pending.index) {
                heredoc.span = Span::new(start, self.at);
                heredoc.body = word;
                heredoc.closed = closed;
            }
        }
    }

    /// Goes behind the delimiter's line and returns where the body ends, and whether the
    /// delimiter was there.
    fn find_end(&mut self, pending: &Pending) -> (usize, bool) {
        while self.at < self.text.len() {
            let start = self.at;
            let rest = self.rest();
            let length = memchr::memchr(b'\n', rest);
            let mut line = &rest[..length.unwrap_or(rest.len())];
            self.at += length.map_or(rest.len(), |length| length + 1);
            while pending.indented && line.first() == Some(&b'\t') {
                line = &line[1..];
            }
            if line == pending.delimiter.as_bytes() {
                return (start, true);
            }
        }
        (self.text.len(), false)
    }

    fn literal(&self, body: Span) -> Word {
        let kind = PartKind::Text(body.of(self.text).into());
        Word { span: body, parts: vec![Part { span: body, quoted: true, kind }] }
    }

    /// The body as if in double quotes, which stand for themselves here. One that cannot be read
    /// is told only when it is expanded, by bash as well; it counts as an unknown command.
    fn expanded(&mut self, body: Span) -> Word {
        let mut inner = self.within(body.start, body.end);
        // The documents of commands inside are told apart by their places among these.
        inner.heredocs = std::mem::take(&mut self.heredocs);
        let mut parts = Vec::new();
        if inner.quoted_parts(&mut parts, None).is_err() {
            parts = vec![Part { span: body, quoted: true, kind: PartKind::Opaque }];
        }
        self.heredocs = std::mem::take(&mut inner.heredocs);
        Word { span: body, parts }
    }
}
