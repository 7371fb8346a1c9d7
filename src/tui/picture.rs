//! One picture, on its way to the terminal: gathered whole and written at once, so that no half of
//! it is ever seen and a slow connection carries one packet.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// Tells the terminal to show nothing of what comes until the end of it, where it knows that.
const BEGIN: &[u8] = b"\x1b[?2026h";

/// The end of it.
const END: &[u8] = b"\x1b[?2026l";

/// What is drawn and not written yet. Clones share it: one draws, one writes.
#[derive(Clone, Default)]
pub(super) struct Picture(Rc<RefCell<Vec<u8>>>);

impl Picture {
    /// What was drawn, to be written in one go; it is empty from now on.
    pub(super) fn take(&self) -> Vec<u8> {
        let drawn = std::mem::take(&mut *self.0.borrow_mut());
        [BEGIN, &drawn, END].concat()
    }
}

impl Write for Picture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Nothing: the picture goes whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
