//! The address of a container engine, as written in `--host`, `DOCKER_HOST` or a docker context.
//!
//! Apart from the connection because parsing an address has no IO: certificates are only named
//! here, and read by the engine.

use std::fmt;
use std::path::PathBuf;

/// The port of an engine without TLS, when the address names none.
const PLAIN_PORT: u16 = 2375;

/// The port of an engine with TLS, when the address names none.
const TLS_PORT: u16 = 2376;

/// Where a container engine listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A unix socket on this machine.
    Unix(PathBuf),
    /// A TCP port without encryption.
    Tcp {
        /// `name:port`, `1.2.3.4:port` or `[v6]:port`.
        addr: String,
    },
    /// A TCP port with TLS.
    Tls {
        /// `name:port`, `1.2.3.4:port` or `[v6]:port`.
        addr: String,
        /// The folder of `ca.pem`, `cert.pem` and `key.pem`; `None`: the address named TLS but
        /// nobody named certificates.
        certs: Option<PathBuf>,
    },
    /// An engine behind an SSH login.
    Ssh {
        /// The login name; `None`: what ssh's own configuration says.
        user: Option<String>,
        /// A name, an alias of ssh's configuration, or an address (IPv6 without brackets).
        host: String,
        /// The SSH port; `None`: what ssh's own configuration says.
        port: Option<u16>,
        /// The engine's socket over there; `None`: what docker uses over there.
        socket: Option<String>,
    },
}

/// Why a text is no address of an engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no address of a container engine: {cause}")]
pub struct HostError {
    /// The address as typed, made harmless for a terminal.
    pub text: String,
    /// What is wrong with it, and what to write.
    pub cause: String,
}

impl Host {
    /// Parses an address that comes without certificates.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        Self::parse_with_certs(text, None)
    }

    /// Parses an address; with certificates, `tcp://` means TLS, as it does for docker.
    pub fn parse_with_certs(text: &str, certs: Option<PathBuf>) -> Result<Self, HostError> {
        let text = text.trim();
        let parsed = match text.split_once("://") {
            _ if text.is_empty() => Err("it is empty".to_owned()),
            _ if text.contains(|c: char| c.is_control() || c.is_whitespace()) => {
                Err("it contains a space or a control character".to_owned())
            }
            None if text.starts_with('/') => Err(format!("write `unix://{text}`")),
            None => Err(
                "it has no scheme; write `unix:///path`, `tcp://name:port` or `ssh://user@name`"
                    .to_owned(),
            ),
            Some(("unix", path)) => unix(path),
            Some(("tcp" | "http", rest)) => match certs {
                None => address(rest, PLAIN_PORT).map(|addr| Self::Tcp { addr }),
                certs => address(rest, TLS_PORT).map(|addr| Self::Tls { addr, certs }),
            },
            Some(("https", rest)) => {
                address(rest, TLS_PORT).map(|addr| Self::Tls { addr, certs })
            }
            Some(("ssh", rest)) => ssh(rest),
            Some(("npipe", _)) => Err(
                "named pipes exist on Windows only; use `tcp://` or `ssh://` to reach that engine"
                    .to_owned(),
            ),
            Some(("fd", _)) => Err(
                "`fd://` is for the engine's own start by systemd; use the `unix://` socket it listens on"
                    .to_owned(),
            ),
            Some((scheme, _)) => Err(format!(
                "the scheme `{}` is unknown; use unix, tcp, http, https or ssh",
                scheme.escape_debug()
            )),
        };
        parsed.map_err(|cause| HostError { text: shown(text), cause })
    }

    /// Whether the engine's files may be on this machine; false when they surely are not.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Unix(_))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp { addr } => write!(f, "tcp://{addr}"),
            Self::Tls { addr, .. } => write!(f, "https://{addr}"),
            Self::Ssh { user, host, port, socket } => {
                f.write_str("ssh://")?;
                if let Some(user) = user {
                    write!(f, "{user}@")?;
                }
                if host.contains(':') {
                    write!(f, "[{host}]")?;
                } else {
                    f.write_str(host)?;
                }
                if let Some(port) = port {
                    write!(f, ":{port}")?;
                }
                f.write_str(socket.as_deref().unwrap_or_default())
            }
        }
    }
}

fn unix(path: &str) -> Result<Host, String> {
    if path.starts_with('/') {
        Ok(Host::Unix(PathBuf::from(path)))
    } else {
        Err("the path of the socket must begin with `/`, as in `unix:///var/run/docker.sock`"
            .into())
    }
}

/// `host[:port]` with the port filled in, so that two writings of one engine are one value.
fn address(rest: &str, default_port: u16) -> Result<String, String> {
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains('/') {
        return Err("an address over TCP ends with the port and has no path".into());
    }
    if rest.contains(['@', '?', '#']) {
        return Err("an address over TCP is only a name and a port".into());
    }
    let (name, port) = name_and_port(rest)?;
    // Docker reads `tcp://:2375` as this machine.
    let name = if name.is_empty() { "localhost" } else { name };
    let port = port.unwrap_or(default_port);
    Ok(if name.contains(':') { format!("[{name}]:{port}") } else { format!("{name}:{port}") })
}

fn ssh(rest: &str) -> Result<Host, String> {
    if rest.contains(['?', '#']) {
        return Err("an ssh address has no `?` and no `#`".into());
    }
    let (login, socket) = match rest.find('/') {
        Some(at) => (&rest[..at], Some(&rest[at..]).filter(|path| *path != "/")),
        None => (rest, None),
    };
    let (user, place) = match login.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, login),
    };
    if let Some(user) = user {
        if user.is_empty() {
            return Err("the user before `@` is empty".into());
        }
        if user.contains(':') {
            return Err("a password does not belong in an address; use an ssh key".into());
        }
        if user.starts_with('-') {
            return Err("the user begins with `-`, which ssh would read as an option".into());
        }
    }
    let (host, port) = name_and_port(place)?;
    if host.is_empty() {
        return Err("it names no machine; write `ssh://user@name`".into());
    }
    if host.starts_with('-') {
        return Err("the machine's name begins with `-`, which ssh would read as an option".into());
    }
    Ok(Host::Ssh {
        user: user.map(str::to_owned),
        host: host.to_owned(),
        port,
        socket: socket.map(str::to_owned),
    })
}

/// Takes `name`, `name:port`, `[v6]` or `[v6]:port` apart.
fn name_and_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let (name, port) = if let Some(rest) = text.strip_prefix('[') {
        let (name, after) =
            rest.split_once(']').ok_or("the `[` of an IPv6 address is not closed")?;
        if name.parse::<core::net::Ipv6Addr>().is_err() {
            return Err("what stands in `[` and `]` is no IPv6 address".into());
        }
        match after.strip_prefix(':') {
            None if after.is_empty() => (name, None),
            None => return Err("only a port may follow `]`".into()),
            Some(port) => (name, Some(port)),
        }
    } else {
        match text.split_once(':') {
            Some((_, rest)) if rest.contains(':') => {
                return Err("an IPv6 address stands in `[` and `]`".into());
            }
            Some((name, port)) => (name, Some(port)),
            None => (text, None),
        }
    };
    let port = match port {
        None => None,
        Some(digits) => Some(
            digits
                .parse::<u16>()
                .ok()
                .filter(|port| *port != 0 && !digits.starts_with('+'))
                .ok_or_else(|| format!("`{digits}` is no port; use 1 to 65535"))?,
        ),
    };
    Ok((name, port))
}

/// A hostile address must not flood or steer the terminal, nor show a password, when quoted.
fn shown(text: &str) -> String {
    let mut text = text.to_owned();
    if let (Some(start), Some(end)) = (text.find("://"), text.rfind('@'))
        && let Some(colon) = text.get(start + 3..end).and_then(|login| login.find(':'))
    {
        text.replace_range(start + 3 + colon + 1..end, "…");
    }
    let mut shown: String = text.chars().take(120).flat_map(char::escape_debug).collect();
    if text.chars().count() > 120 {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn ssh(user: Option<&str>, host: &str, port: Option<u16>, socket: Option<&str>) -> Host {
        Host::Ssh {
            user: user.map(str::to_owned),
            host: host.to_owned(),
            port,
            socket: socket.map(str::to_owned),
        }
    }

    fn tcp(addr: &str) -> Host {
        Host::Tcp { addr: addr.into() }
    }

    fn tls(addr: &str) -> Host {
        Host::Tls { addr: addr.into(), certs: None }
    }

    #[rstest]
    #[case("unix:///var/run/docker.sock", Host::Unix("/var/run/docker.sock".into()), "unix:///var/run/docker.sock")]
    #[case(" tcp://build:2375/\n", tcp("build:2375"), "tcp://build:2375")]
    #[case("tcp://build", tcp("build:2375"), "tcp://build:2375")]
    #[case("tcp://:4000", tcp("localhost:4000"), "tcp://localhost:4000")]
    #[case("http://10.0.0.1:80", tcp("10.0.0.1:80"), "tcp://10.0.0.1:80")]
    #[case("tcp://[::1]:2375", tcp("[::1]:2375"), "tcp://[::1]:2375")]
    #[case("tcp://[fe80::2]", tcp("[fe80::2]:2375"), "tcp://[fe80::2]:2375")]
    #[case("https://build", tls("build:2376"), "https://build:2376")]
    #[case("ssh://build", ssh(None, "build", None, None), "ssh://build")]
    #[case(
        "ssh://me@build:2222/",
        ssh(Some("me"), "build", Some(2222), None),
        "ssh://me@build:2222"
    )]
    #[case(
        "ssh://me@build/run/d.sock",
        ssh(Some("me"), "build", None, Some("/run/d.sock")),
        "ssh://me@build/run/d.sock"
    )]
    #[case("ssh://a@corp@build", ssh(Some("a@corp"), "build", None, None), "ssh://a@corp@build")]
    #[case("ssh://[::1]:22", ssh(None, "::1", Some(22), None), "ssh://[::1]:22")]
    fn is_parsed_and_shown(#[case] text: &str, #[case] host: Host, #[case] shown: &str) {
        assert_eq!(Host::parse(text).unwrap(), host);
        assert_eq!(host.to_string(), shown);
        assert_eq!(Host::parse(shown).unwrap(), host, "what is shown can be typed");
    }

    #[rstest]
    #[case("", "it is empty")]
    #[case("/var/run/docker.sock", "write `unix:///var/run/docker.sock`")]
    #[case("build:2375", "no scheme")]
    #[case("unix://docker.sock", "must begin with `/`")]
    #[case("unix:///a b", "space")]
    #[case("tcp://build:0", "`0` is no port")]
    #[case("tcp://build:65536", "`65536` is no port")]
    #[case("tcp://build:+1", "`+1` is no port")]
    #[case("tcp://build:", "`` is no port")]
    #[case("tcp://build/prefix", "no path")]
    #[case("tcp://me@build", "only a name and a port")]
    #[case("tcp://::1:2375", "`[` and `]`")]
    #[case("tcp://[::1", "not closed")]
    #[case("tcp://[::1]x", "only a port")]
    #[case("tcp://[build]", "no IPv6 address")]
    #[case("npipe:////./pipe/docker_engine", "Windows")]
    #[case("fd://", "systemd")]
    #[case("ftp://build", "`ftp` is unknown")]
    #[case("ssh://", "names no machine")]
    #[case("ssh://me@", "names no machine")]
    #[case("ssh://@build", "empty")]
    #[case("ssh://-oProxyCommand=x", "begins with `-`")]
    #[case("ssh://-x@build", "begins with `-`")]
    #[case("ssh://me@-build", "begins with `-`")]
    #[case("ssh://me@build?x", "no `?`")]
    #[case("ssh://me@build:port", "`port` is no port")]
    fn is_refused(#[case] text: &str, #[case] why: &str) {
        let error = Host::parse(text).unwrap_err();
        assert!(error.cause.contains(why), "{error}");
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        let error = Host::parse("ssh://me:hunter2@build").unwrap_err();
        assert!(error.cause.contains("password"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn an_escape_sequence_is_not_repeated() {
        let error = Host::parse("tcp://\u{1b}[31m").unwrap_err();
        assert!(!error.to_string().contains('\u{1b}'), "{error}");
    }

    #[test]
    fn certificates_turn_tcp_into_tls() {
        let certs = Some(PathBuf::from("/certs"));
        let expected = Host::Tls { addr: "build:2376".into(), certs: certs.clone() };
        assert_eq!(Host::parse_with_certs("tcp://build", certs.clone()).unwrap(), expected);
        assert_eq!(Host::parse_with_certs("unix:///s", certs).unwrap(), Host::Unix("/s".into()));
    }
}
