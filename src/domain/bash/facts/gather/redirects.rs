//! What redirections read and write, and what they hand to a command.

use super::Walk;
use crate::domain::bash::Text;
use crate::domain::bash::facts::values::{self, Value};
use crate::domain::bash::facts::{Access, NeedKind};
use crate::domain::bash::tree::{PartKind, Redirect, RedirectKind};

/// Files that take and give, but keep nothing.
const NO_FILES: [&str; 6] =
    ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/zero", "/dev/full"];

/// Whether a redirection hands something to a command.
pub(super) fn feeds(redirect: &Redirect) -> bool {
    matches!(
        redirect.kind,
        RedirectKind::Read
            | RedirectKind::ReadWrite
            | RedirectKind::Heredoc(_)
            | RedirectKind::Text
    )
}

impl<'s> Walk<'s> {
    pub(super) fn redirect(&mut self, redirect: &'s Redirect) {
        match redirect.kind {
            RedirectKind::Text | RedirectKind::Heredoc(_) => self.word(&redirect.target),
            _ => self.expanded(&redirect.target),
        }
        if let Some(name) = redirect.descriptor.as_deref().and_then(|text| text.strip_prefix('{')) {
            self.sets(name.trim_end_matches('}'), None, false, redirect.span);
        }
        let accesses: &[Access] = match redirect.kind {
            RedirectKind::Read => &[Access::Read],
            RedirectKind::Write | RedirectKind::Append => &[Access::Write],
            RedirectKind::ReadWrite => &[Access::Read, Access::Write],
            RedirectKind::Heredoc(index) => {
                let script = self.script;
                if let Some(heredoc) = script.heredocs.get(index) {
                    self.word(&heredoc.body);
                }
                return;
            }
            RedirectKind::Duplicate | RedirectKind::Text => return,
        };
        let mut targets = values::several(&redirect.target, &self.scope);
        let value = match targets.pop() {
            Some(value) if targets.is_empty() => value,
            // Bash wants one.
            _ => Value { text: Text::default(), whole: false, span: redirect.target.span },
        };
        if value.whole && NO_FILES.contains(&value.text.as_str()) {
            return;
        }
        if value.text.starts_with("/dev/tcp/") || value.text.starts_with("/dev/udp/") {
            return self.need(NeedKind::Network, value.text, redirect.span);
        }
        if value.text.starts_with("/dev/fd/")
            || !value.whole && value.text.is_empty() && is_process(redirect)
        {
            return;
        }
        for access in accesses {
            self.path(&value, *access);
        }
    }
}

fn is_process(redirect: &Redirect) -> bool {
    matches!(&*redirect.target.parts, [part] if matches!(part.kind, PartKind::Process(_)))
}
