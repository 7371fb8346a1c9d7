//! Finding an engine: against engines that misbehave, behind ssh and TLS, and the real one.
//!
//! The fakes are sockets that answer (or not) with given bytes; ssh is a script.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

mod choice;
mod fake;
mod real;
mod ssh;
mod tls;
mod trouble;
