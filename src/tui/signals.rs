//! Signals while the UI has the terminal.
//!
//! Ctrl-C is a key there. While a child has the terminal, Ctrl-C is the child's, and prebake, which
//! is in the same group and gets the signal as well, must not end by it.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// To end, by the signal of this number: the exit status is 128 more.
    End(u8),
    /// To take the terminal again and draw all: this process was stopped and continued.
    Continued,
}

/// Listens from when it is made.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    hangup: Signal,
    continued: Signal,
}

impl Signals {
    /// Listens from now on; must be called inside the runtime.
    pub(super) fn listen() -> io::Result<Self> {
        // Listening once takes the deadly default away for good, which is all that is wanted.
        drop((signal(SignalKind::interrupt())?, signal(SignalKind::quit())?));
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            continued: signal(continued())?,
        })
    }

    /// Waits for the next one. Can be dropped and called again without losing any.
    pub(super) async fn next(&mut self) -> Told {
        let number = |kind: SignalKind| u8::try_from(kind.as_raw_value()).unwrap_or_default();
        tokio::select! {
            _ = self.terminate.recv() => Told::End(number(SignalKind::terminate())),
            _ = self.hangup.recv() => Told::End(number(SignalKind::hangup())),
            _ = self.continued.recv() => Told::Continued,
        }
    }
}

fn continued() -> SignalKind {
    SignalKind::from_raw(rustix::process::Signal::CONT.as_raw())
}

#[cfg(test)]
mod tests {
    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn a_signal_to_end_is_told_and_ctrl_c_of_a_child_is_not() {
        let mut signals = Signals::listen().unwrap();
        for (signal, told) in [
            (Signal::TERM, Told::End(15)),
            (Signal::HUP, Told::End(1)),
            (Signal::CONT, Told::Continued),
        ] {
            for sent in [Signal::INT, Signal::QUIT, signal] {
                kill_process(getpid(), sent).unwrap();
            }
            assert_eq!(signals.next().await, told);
        }
    }
}
