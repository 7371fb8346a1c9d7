//! The screen of `prebake` in a terminal that understands what is written to it, so that a test
//! sees what a person would.

use std::cell::{Cell, RefCell};
use std::num::NonZero;
use std::time::{Duration, Instant};

use vt100::Parser;

use super::{Terminal, World, until, within};

/// What stands around the bytes of a picture.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The screen of a running `prebake`.
pub(crate) struct Screen {
    terminal: RefCell<Terminal>,
    parser: RefCell<Parser>,
    read: Cell<usize>,
}

impl Screen {
    /// `prebake` without arguments in so many columns and rows.
    pub(crate) fn open(world: &World, size: (u16, u16)) -> Self {
        Self::run(world, "exec \"$PREBAKE\"", size)
    }

    /// A script that ends in `prebake`.
    pub(crate) fn run(world: &World, script: &str, size: (u16, u16)) -> Self {
        Self {
            terminal: RefCell::new(Terminal::sized(world, script, size)),
            parser: RefCell::new(parser(size)),
            read: Cell::new(0),
        }
    }

    /// Takes in what was written since the last look.
    fn look(&self) {
        let bytes = self.terminal.borrow().bytes(self.read.get());
        self.read.set(self.read.get() + bytes.len());
        self.parser.borrow_mut().process(&bytes);
    }

    /// All that is seen, a line each.
    pub(crate) fn text(&self) -> String {
        self.look();
        self.parser.borrow().screen().contents()
    }

    /// What was seen when somebody looked last, cell by cell. A picture that was read in part then
    /// is read to its end, and nothing of the next one.
    pub(crate) fn seen(&self) -> vt100::Screen {
        let count = |bytes: &[u8], part: &[u8]| {
            bytes.windows(part.len()).filter(|window| *window == part).count()
        };
        until("the end of a picture", || {
            let bytes = self.terminal.borrow().bytes(0);
            let (known, news) = bytes.split_at(self.read.get());
            if count(known, BEGIN) == count(known, END) {
                return Some(());
            }
            let end = news.windows(END.len()).position(|window| window == END)? + END.len();
            self.parser.borrow_mut().process(&news[..end]);
            self.read.set(known.len() + end);
            None
        });
        self.parser.borrow().screen().clone()
    }

    /// What was written to the terminal, and when after its start.
    pub(crate) fn written_when(&self) -> Vec<(Duration, Vec<u8>)> {
        self.terminal.borrow().bytes_when()
    }

    /// How many bytes were written to the terminal.
    pub(crate) fn written(&self) -> usize {
        self.look();
        self.read.get()
    }

    /// Whether the terminal is as the shell left it: its own screen, the cursor to be seen, keys
    /// and mouse its own.
    pub(crate) fn is_given_back(&self) -> bool {
        self.look();
        let parser = self.parser.borrow();
        let screen = parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// Waits until this is seen.
    #[track_caller]
    pub(crate) fn until(&self, text: &str) -> &Self {
        self.until_seen(text, |seen| seen.contains(text))
    }

    /// The same for a question that opens by itself, until a person can have read it: before that
    /// no key is an answer.
    #[track_caller]
    pub(crate) fn until_read(&self, text: &str) -> &Self {
        self.until(text);
        std::thread::sleep(Duration::from_millis(500));
        self
    }

    /// Waits until this is not seen any more.
    #[track_caller]
    pub(crate) fn until_gone(&self, text: &str) -> &Self {
        self.until_seen(text, |seen| !seen.contains(text))
    }

    /// Waits until what is seen is so.
    #[track_caller]
    pub(crate) fn until_seen(&self, what: &str, mut is_so: impl FnMut(&str) -> bool) -> &Self {
        let limit = Duration::from_secs(30);
        let begun = Instant::now();
        while !is_so(&self.text()) {
            assert!(begun.elapsed() < limit, "waited in vain for {what:?} on:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
        self
    }

    /// Waits until nothing was written for `quiet`.
    #[track_caller]
    pub(crate) fn settles(&self, quiet: Duration) -> &Self {
        let mut last = (self.written(), Instant::now());
        until("a quiet screen", || {
            let written = self.written();
            if written != last.0 {
                last = (written, Instant::now());
            }
            (last.1.elapsed() >= quiet).then_some(())
        });
        self
    }

    /// Presses keys, as the terminal sends them.
    pub(crate) fn press(&self, keys: &str) -> &Self {
        self.terminal.borrow_mut().press(keys);
        self
    }

    /// Pastes a text.
    pub(crate) fn paste(&self, text: &str) -> &Self {
        self.press(&format!("\u{1b}[200~{text}\u{1b}[201~"))
    }

    /// Gives the window another size.
    pub(crate) fn resize(&self, width: u16, height: u16) {
        self.look();
        self.parser.borrow_mut().screen_mut().set_size(cells(height), cells(width));
        self.terminal.borrow().resize(width, height);
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.terminal.borrow().pid()
    }

    /// Sends its process a signal.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end and gives the exit status; what it wrote last is still to be seen.
    #[track_caller]
    pub(crate) fn ends(&self) -> u32 {
        let code = self.terminal.borrow_mut().ends();
        // The last bytes arrive after the end.
        within(Duration::from_secs(5), "the last bytes", || {
            let before = self.written();
            std::thread::sleep(Duration::from_millis(20));
            (self.written() == before).then_some(())
        });
        code
    }
}

fn parser((width, height): (u16, u16)) -> Parser {
    Parser::new(cells(height), cells(width), 0)
}

/// A screen without cells is one the parser does not know.
fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap_or(NonZero::<u16>::MIN)
}
