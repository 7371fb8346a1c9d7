//! Finding an engine: against engines that misbehave, behind ssh and TLS, and the real one.
//!
//! The fakes are sockets that answer (or not) with given bytes; ssh is a script.

mod choice;
mod fake;
mod real;
mod ssh;
mod tls;
mod trouble;
