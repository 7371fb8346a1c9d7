//! A published port of tasks: `[address:][host port:]port[/tcp|/udp]`.
//!
//! Apart from the manifest because `--port` on the command line takes the same text. Unlike
//! docker's, a port without an address is published on the loopback address alone: on a host that
//! several people share, nobody else gets into a task unless its environment says so.

// Values only: `core` has no sockets.
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::fmt;

use serde::Serialize;

/// A port of tasks that the engine's host has, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Port {
    /// The address of the host.
    pub address: IpAddr,
    /// The port of the host; `None`: the engine takes a free one.
    pub host: Option<u16>,
    /// The port inside the container.
    pub container: u16,
    /// What is spoken there.
    pub protocol: Protocol,
}

/// What is spoken at a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// Its name, as the engine has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// Why a text is no port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}; {}", self.sentence(), Port::ADVICE)]
pub struct PortError {
    shown: String,
    cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Range,
    Number,
    Protocol,
    Address,
    Bracket,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Range => "names a range of ports, which must be written one by one",
            Self::Number => "has a port that is no number from 1 to 65535",
            Self::Protocol => "has a protocol other than `tcp` and `udp`",
            Self::Address => "has an address that is no IP address",
            Self::Bracket => "has an address whose bracket is not closed",
        })
    }
}

impl PortError {
    /// What is wrong, without what to do next.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("port `{}` {}", self.shown, self.cause)
    }
}

impl Port {
    /// What to do about a text that is no port.
    pub const ADVICE: &str = "write it as `8080:80`, `0.0.0.0:8080:80`, `80` or `53:53/udp`";

    /// Where a port is published that names no address.
    pub const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// A port of the container on a free port of the host's loopback address.
    #[must_use]
    pub fn on_loopback(container: u16) -> Self {
        Self { address: Self::LOOPBACK, host: None, container, protocol: Protocol::Tcp }
    }

    /// Where it leads from and to, for a person: `127.0.0.1:49153 -> 80`.
    #[must_use]
    pub fn leads(&self) -> String {
        let from = match self.host {
            Some(host) => SocketAddr::new(self.address, host).to_string(),
            None => format!("{}, any free port", self.address),
        };
        let protocol = if self.protocol == Protocol::Udp { "/udp" } else { "" };
        format!("{from} -> {}{protocol}", self.container)
    }

    /// Reads `[address:][host port:]port[/protocol]`; an IPv6 address stands in brackets, and an
    /// empty host port is a free one.
    pub fn parse(text: &str) -> Result<Self, PortError> {
        parse(text).map_err(|cause| PortError {
            shown: text.chars().take(200).flat_map(char::escape_debug).collect(),
            cause,
        })
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_elsewhere = self.address != Self::LOOPBACK;
        match self.address {
            IpAddr::V6(address) => write!(f, "[{address}]:")?,
            IpAddr::V4(address) if is_elsewhere => write!(f, "{address}:")?,
            IpAddr::V4(_) => {}
        }
        match self.host {
            Some(host) => write!(f, "{host}:")?,
            None if is_elsewhere => f.write_str(":")?,
            None => {}
        }
        write!(f, "{}", self.container)?;
        if self.protocol == Protocol::Udp { f.write_str("/udp") } else { Ok(()) }
    }
}

fn parse(text: &str) -> Result<Port, Cause> {
    let (ports, protocol) = match text.split_once('/') {
        None | Some((_, "tcp")) => (text.split('/').next().unwrap_or_default(), Protocol::Tcp),
        Some((ports, "udp")) => (ports, Protocol::Udp),
        Some(_) => return Err(Cause::Protocol),
    };
    let (address, ports) = if let Some(rest) = ports.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(Cause::Bracket)?;
        let address = IpAddr::V6(address.parse().map_err(|_| Cause::Address)?);
        (address, rest.strip_prefix(':').ok_or(Cause::Number)?)
    } else {
        match ports.rmatch_indices(':').nth(1) {
            None => (Port::LOOPBACK, ports),
            Some((at, _)) => {
                let address = ports[..at].parse().map_err(|_| Cause::Address)?;
                (IpAddr::V4(address), &ports[at + 1..])
            }
        }
    };
    let (host, container) = match ports.split_once(':') {
        None => (None, ports),
        Some(("", container)) => (None, container),
        Some((host, container)) => (Some(number(host)?), container),
    };
    Ok(Port { address, host, container: number(container)?, protocol })
}

fn number(text: &str) -> Result<u16, Cause> {
    if text.contains('-') {
        return Err(Cause::Range);
    }
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if is_plain && port > 0 => Ok(port),
        _ => Err(Cause::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_ports_and_protocols() {
        for (text, address, host, container, protocol, again) in [
            ("80", "127.0.0.1", None, 80, "tcp", "80"),
            ("8080:80", "127.0.0.1", Some(8080), 80, "tcp", "8080:80"),
            ("8080:80/tcp", "127.0.0.1", Some(8080), 80, "tcp", "8080:80"),
            (":80", "127.0.0.1", None, 80, "tcp", "80"),
            ("53:53/udp", "127.0.0.1", Some(53), 53, "udp", "53:53/udp"),
            ("0.0.0.0:1:65535", "0.0.0.0", Some(1), 65535, "tcp", "0.0.0.0:1:65535"),
            ("0.0.0.0::80", "0.0.0.0", None, 80, "tcp", "0.0.0.0::80"),
            ("127.0.0.1:5:6", "127.0.0.1", Some(5), 6, "tcp", "5:6"),
            ("[::1]:5:6/udp", "::1", Some(5), 6, "udp", "[::1]:5:6/udp"),
            ("[::]::6", "::", None, 6, "tcp", "[::]::6"),
        ] {
            let port = Port::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(port.address.to_string(), address, "{text}");
            assert_eq!((port.host, port.container), (host, container), "{text}");
            assert_eq!(port.protocol.name(), protocol, "{text}");
            assert_eq!(port.to_string(), again, "{text}");
            assert_eq!(Port::parse(again).unwrap(), port, "{text}");
        }
    }

    #[test]
    fn refuses_with_the_cause() {
        for (text, cause) in [
            ("", "no number"),
            ("0", "no number"),
            ("65536", "no number"),
            ("+80", "no number"),
            ("http", "no number"),
            ("80:", "no number"),
            ("8000-8010:8000-8010", "a range"),
            ("80/sctp", "a protocol"),
            ("80/", "a protocol"),
            ("localhost:80:80", "an address"),
            ("1:2:3:4", "an address"),
            ("[::1:80", "bracket"),
            ("[x]:80:80", "an address"),
            ("[::1]80", "no number"),
            ("8\u{1b}0", "no number"),
        ] {
            let words = Port::parse(text).unwrap_err().to_string();
            assert!(words.contains(cause), "{text:?}: {words}");
            assert!(!words.contains('\u{1b}'), "{words:?}");
        }
    }
}
