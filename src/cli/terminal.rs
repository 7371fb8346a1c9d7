//! The terminal given to a task: keys reach it as they are pressed.

/// A terminal in raw mode; given back when dropped.
pub(super) struct RawTerminal;

impl RawTerminal {
    /// Puts the terminal into raw mode.
    pub(super) fn take() -> Self {
        let _ = crossterm::terminal::enable_raw_mode();
        Self
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        let _ = crossterm::terminal::disable_raw_mode();
    }
}
