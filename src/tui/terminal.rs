//! The guard of the terminal: taken over when the UI begins, given back as it was however the UI
//! ends: by its own end, an error, a panic, a signal, or for a while.
//!
//! Apart from the loop, so that no way out of the loop can forget a mode.

use std::io::{self, Write};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{LocalModes, tcgetattr};

use crate::app::domain::lint::is_expected;

/// The other screen, pasted text as one piece, no cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?2004h\x1b[?25l";
/// The same backwards, with no colours left behind.
const LEAVE: &str = "\x1b[0m\x1b[?25h\x1b[?2004l\x1b[?1049l";
/// Clicks, drags and the wheel, at any distance; not every move, which would flood a slow line.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// The terminal, taken over; given back when dropped.
///
/// After [`Terminal::suspend`], [`Terminal::aside`] and [`Terminal::again`] nothing of what was
/// drawn is left, so all must be drawn again; the size may have changed, too.
#[derive(Debug)]
pub(super) struct Terminal {
    held: Arc<Held>,
}

/// What was taken, known to the hook that runs on panic, too.
#[derive(Debug)]
struct Held {
    is_held: AtomicBool,
    /// Whether the mouse is wanted while the terminal is held.
    mouse: AtomicBool,
}

impl Terminal {
    /// Takes the terminal over, with the mouse if that is wanted. A panic gives it back
    /// before the hooks that were there report it.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        let held = Held { is_held: AtomicBool::new(false), mouse: AtomicBool::new(mouse) };
        let terminal = Self { held: Arc::new(held) };
        let held = terminal.held.clone();
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if is_expected() {
                return;
            }
            let _ = held.leave();
            report(panic);
        }));
        terminal.held.enter()?;
        Ok(terminal)
    }

    /// Whether the terminal is still held. It is not after a panic of any thread, whose report is
    /// on the screen: the UI must end.
    #[must_use]
    pub(super) fn is_held(&self) -> bool {
        self.held.is_held.load(Ordering::SeqCst)
    }

    /// Gives the terminal back now, to tell of what went wrong in doing so.
    pub(super) fn leave(self) -> io::Result<()> {
        self.held.leave()
    }

    /// Takes the mouse or leaves it to the terminal.
    pub(super) fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        let was_on = self.held.mouse.swap(on, Ordering::SeqCst);
        if was_on == on || !self.is_held() {
            return Ok(());
        }
        send(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())
    }

    /// Sends bytes that draw nothing, such as a text for the clipboard; not while the terminal is
    /// another program's.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_held() { send(bytes) } else { Ok(()) }
    }

    /// Stops this process and its group as Ctrl-Z does elsewhere, and comes back when it is
    /// continued. Nothing else may read the terminal meanwhile.
    ///
    /// To be called on the main thread: the kernel gives the signal to that one, so that it stops
    /// before the next line. In a group that no shell looks after the kernel drops the signal, and
    /// this comes back at once.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        self.held.leave()?;
        let stopped = kill_current_process_group(Signal::TSTP);
        self.held.enter()?;
        Ok(stopped?)
    }

    /// Steps aside for `work`, such as an editor or a shell, and comes back. Nothing else may read
    /// the terminal meanwhile. What was done is told even if the terminal is gone then.
    pub(super) async fn aside<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> io::Result<(T, io::Result<()>)> {
        self.held.leave()?;
        let done = work.await;
        Ok((done, self.held.enter()))
    }

    /// Takes the terminal over again if the shell has changed its modes, as it does when someone
    /// else stopped this process.
    pub(super) fn again(&mut self) -> io::Result<()> {
        let modes = tcgetattr(io::stdin())?;
        if self.is_held() && modes.local_modes.contains(LocalModes::ICANON) {
            self.held.leave()?;
            self.held.enter()?;
        }
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.held.leave();
    }
}

impl Held {
    fn enter(&self) -> io::Result<()> {
        enable_raw_mode()?;
        // From here on there is something to give back, even if the next line fails.
        self.is_held.store(true, Ordering::SeqCst);
        send(&entering(self.mouse.load(Ordering::SeqCst)))
    }

    /// Gives back what is held; a second call does nothing.
    fn leave(&self) -> io::Result<()> {
        if !self.is_held.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        // Both are tried: a terminal without echo is no better than one with another screen.
        let sent = send(&leaving(self.mouse.load(Ordering::SeqCst)));
        disable_raw_mode()?;
        sent
    }
}

fn entering(mouse: bool) -> Vec<u8> {
    [ENTER, if mouse { MOUSE_ON } else { "" }].concat().into_bytes()
}

fn leaving(mouse: bool) -> Vec<u8> {
    [if mouse { MOUSE_OFF } else { "" }, LEAVE].concat().into_bytes()
}

/// Through the same buffer as the picture, so that nothing of it comes later.
fn send(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use vt100::{MouseProtocolMode, Parser};

    use super::*;

    /// What is on a screen and how it behaves.
    fn state(parser: &Parser) -> (String, String, bool) {
        let screen = parser.screen();
        (screen.state_formatted(), screen.input_mode_formatted(), screen.alternate_screen())
    }

    #[test]
    fn what_is_left_is_what_was_entered() {
        for mouse in [false, true] {
            let mut parser = Parser::new(5.try_into().unwrap(), 20.try_into().unwrap(), 0);
            parser.process(b"$ ls\r\na  b\r\n$ \x1b[1mpre\x1b[0m");
            let before = state(&parser);
            parser.process(&entering(mouse));
            let screen = parser.screen();
            assert!(screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor());
            let want =
                if mouse { MouseProtocolMode::ButtonMotion } else { MouseProtocolMode::None };
            assert_eq!(screen.mouse_protocol_mode(), want);
            parser.process(b"\x1b[2J\x1b[3;3H\x1b[31;44mwarm");
            parser.process(&leaving(mouse));
            assert_eq!(state(&parser), before, "mouse: {mouse}");
        }
    }

    #[test]
    fn every_mode_that_is_set_is_reset_in_the_other_order() {
        let modes = |bytes: Vec<u8>| -> Vec<(String, bool)> {
            let text = String::from_utf8(bytes).unwrap();
            let parts = text.split("\x1b[?").skip(1);
            parts.map(|part| (part[..part.len() - 1].to_owned(), part.ends_with('h'))).collect()
        };
        // Resetting colours is no mode; nothing of entering corresponds to it.
        let left = String::from_utf8(leaving(true)).unwrap().replace("\x1b[0m", "");
        let mut left = modes(left.into_bytes());
        left.reverse();
        let undone: Vec<_> = left.into_iter().map(|(mode, on)| (mode, !on)).collect();
        assert_eq!(modes(entering(true)), undone);
        assert_eq!(undone.len(), 6);
    }
}
