//! The only printer: results to standard output, everything else to standard error. A reader
//! that went away (`| head`) is no error.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde::Serialize;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{SignalKind, signal};

use super::args::ColorChoice;
use crate::ops::Outlet;

/// A colour that carries state; never alone, always beside a word.
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    Good,
    Warn,
    Bad,
    Faint,
    Strong,
}

/// Standard output and standard error.
#[derive(Debug)]
pub(super) struct Output {
    stdout_colours: bool,
    stderr_colours: bool,
    /// Why the result is not whole, other than that its reader went away.
    fault: Option<io::Error>,
    /// Whether the result's reader went away.
    is_closed: bool,
}

#[expect(clippy::unused_self, reason = "only who holds the printer prints")]
impl Output {
    pub(super) fn new(choice: ColorChoice) -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let forced = variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let off = variable("NO_COLOR").is_some()
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colours = |is_terminal: bool| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => (forced || is_terminal) && !off,
        };
        Self {
            stdout_colours: colours(io::stdout().is_terminal()),
            stderr_colours: colours(io::stderr().is_terminal()),
            fault: None,
            is_closed: false,
        }
    }

    /// Prints a line of the result.
    pub(super) fn line(&mut self, line: impl Display) {
        let written = writeln!(io::stdout().lock(), "{line}");
        self.judge(written);
    }

    /// Prints text of the result as it is.
    pub(super) fn text(&mut self, text: impl AsRef<[u8]>) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_ref()).and_then(|()| stdout.flush());
        self.judge(written);
    }

    /// Prints a piece of a task's output, which is not flushed.
    pub(super) fn piece(&mut self, bytes: &[u8]) {
        let written = io::stdout().lock().write_all(bytes);
        self.judge(written);
    }

    /// Writes out what is held back of the result.
    pub(super) fn flush(&mut self) {
        let written = io::stdout().lock().flush();
        self.judge(written);
    }

    /// Takes note of what became of writing to standard output.
    pub(super) fn judge(&mut self, written: io::Result<()>) {
        match written {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.is_closed = true,
            Err(error) => {
                self.fault.get_or_insert(error);
            }
        }
    }

    /// What became of standard output.
    pub(super) fn outlet(&self) -> Outlet {
        match &self.fault {
            _ if self.is_closed => Outlet::Closed,
            Some(_) => Outlet::Faulty,
            None => Outlet::Open,
        }
    }

    /// Returns when nobody reads standard output any more, even if nothing is printed. A file has
    /// no reader that could go away.
    pub(super) async fn unread() {
        #[expect(
            deprecated,
            reason = "its danger is a descriptor that is closed, which this is not"
        )]
        let stdout = AsyncFd::with_interest(io::stdout(), Interest::ERROR);
        if let Ok(stdout) = stdout
            && stdout.ready(Interest::ERROR).await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }

    /// Prints the one document of `--json`.
    pub(super) fn json(&mut self, document: &impl Serialize) {
        match serde_json::to_string_pretty(document) {
            Ok(text) => self.line(text),
            Err(error) => self.error(format!("the document could not be written: {error}")),
        }
    }

    /// Prints a sentence that is not the result.
    pub(super) fn note(&mut self, sentence: impl Display) {
        let _ = writeln!(io::stderr().lock(), "{sentence}");
    }

    /// Prints a warning.
    pub(super) fn warning(&mut self, sentence: impl Display) {
        let word = self.err_paint(Paint::Warn, "warning");
        self.note(format!("{word}: {sentence}"));
    }

    /// Prints an error.
    pub(super) fn error(&mut self, sentence: impl Display) {
        let word = self.err_paint(Paint::Bad, "error");
        self.note(format!("{word}: {sentence}"));
    }

    /// A word for standard output in a colour, if there are colours.
    pub(super) fn paint(&self, paint: Paint, word: &str) -> String {
        painted(self.stdout_colours, paint, word)
    }

    /// A word for standard error in a colour, if there are colours.
    pub(super) fn err_paint(&self, paint: Paint, word: &str) -> String {
        painted(self.stderr_colours, paint, word)
    }

    /// Whether somebody is there to be asked.
    pub(super) fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether somebody reads standard output as it is printed.
    pub(super) fn is_shown() -> bool {
        io::stdout().is_terminal()
    }

    /// Asks a question that is answered by yes or no; `default` is what Enter alone means. No is
    /// the answer of anybody who is not at a terminal, or leaves.
    pub(super) fn ask(&mut self, question: &str, default: bool) -> bool {
        Self::can_ask() && Self::answer(question, default)
    }

    /// As [`Output::ask`], after an editor: its Ctrl-C no longer ends this process by itself, and
    /// means no here.
    pub(super) async fn ask_on(&mut self, question: &'static str, default: bool) -> bool {
        let Ok(mut interrupt) = signal(SignalKind::interrupt()) else {
            return self.ask(question, default);
        };
        let (sender, answer) = tokio::sync::oneshot::channel();
        // Reading cannot be given up, so the thread ends with the process.
        std::thread::spawn(move || sender.send(Self::answer(question, default)));
        tokio::select! {
            answer = answer => answer.unwrap_or(false),
            _ = interrupt.recv() => {
                self.note("");
                false
            }
        }
    }

    fn answer(question: &str, default: bool) -> bool {
        let choice = if default { "[Y/n]" } else { "[y/N]" };
        let mut answer = String::new();
        loop {
            let _ = write!(io::stderr().lock(), "{question} {choice} ");
            answer.clear();
            if !matches!(io::stdin().read_line(&mut answer), Ok(1..)) {
                let _ = writeln!(io::stderr().lock());
                return false;
            }
            match answer.trim().to_ascii_lowercase().as_str() {
                "" => return default,
                "y" | "yes" => return true,
                "n" | "no" => return false,
                _ => {}
            }
        }
    }

    /// Prints a sentence while somebody else holds the printer.
    pub(super) fn interject(sentence: &str) {
        let _ = writeln!(io::stderr().lock(), "\r{sentence}");
    }

    /// Writes out what is held back; nothing is printed after it.
    pub(super) fn finish(&mut self, code: u8) -> ExitCode {
        self.flush();
        match self.fault.take() {
            Some(error) => {
                self.error(format!(
                    "cannot write the result: {error}; free some space or write it elsewhere"
                ));
                ExitCode::from(code.max(super::status::FAILED))
            }
            None => ExitCode::from(code),
        }
    }
}

fn painted(colours: bool, paint: Paint, word: &str) -> String {
    if !colours {
        return word.to_owned();
    }
    let code = match paint {
        Paint::Good => "32",
        Paint::Warn => "33",
        Paint::Bad => "31",
        Paint::Faint => "2",
        Paint::Strong => "1",
    };
    format!("\x1b[{code}m{word}\x1b[0m")
}
