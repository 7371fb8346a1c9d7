//! How a person gets to a port on the loopback address of the engine's host: directly, or through
//! an `ssh` to be started on their own machine.

use crate::domain::host::Host;

/// Where the person is, as far as this process can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// `SSH_CONNECTION`: who is logged in from where, `CLIENT PORT SERVER PORT`; none: nobody is.
    pub ssh_connection: Option<String>,
    /// The login name here.
    pub user: Option<String>,
}

/// The way from the person's browser to the engine's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The browser is on that host.
    Direct,
    /// This command comes first, on the person's machine; it runs as long as it is needed.
    Tunnel(String),
}

/// The port that ssh takes by itself.
const SSH_PORT: &str = "22";

impl Reach {
    /// The way to `port` of the engine at `host`. The port has the same number at both ends, so
    /// that the URL holds on either.
    #[must_use]
    pub fn find(host: &Host, place: &Place, port: u16) -> Self {
        let here = login(place);
        let engine = match host {
            Host::Unix(_) => None,
            Host::Ssh { user, host, port, .. } => {
                let port = port.map(|port| port.to_string());
                Some(Login { user: user.clone(), host: host.clone(), port })
            }
            Host::Tcp { addr } | Host::Tls { addr, .. } => {
                let name = addr.rsplit_once(':').map_or(addr.as_str(), |(name, _)| name);
                let name = name.trim_matches(['[', ']']);
                let is_here = matches!(name, "localhost" | "127.0.0.1" | "::1");
                let host = name.to_owned();
                (!is_here).then_some(Login { user: None, host, port: None })
            }
        };
        let forward = format!("-L {port}:127.0.0.1:{port}");
        match (here, engine) {
            (None, None) => Self::Direct,
            (Some(only), None) | (None, Some(only)) => {
                Self::Tunnel(format!("ssh -N {forward} {}", only.arguments()))
            }
            // What this machine can reach, the person's need not.
            (Some(here), Some(engine)) => {
                Self::Tunnel(format!("ssh -N -J {} {forward} {}", here.jump(), engine.arguments()))
            }
        }
    }
}

struct Login {
    user: Option<String>,
    host: String,
    port: Option<String>,
}

impl Login {
    fn name(&self) -> String {
        self.user.iter().map(|user| format!("{user}@")).chain([self.host.clone()]).collect()
    }

    /// As arguments of ssh.
    fn arguments(&self) -> String {
        let port = self.port.iter().map(|port| format!("-p {port} "));
        port.chain([self.name()]).collect()
    }

    /// As ssh's `-J` takes it, where an IPv6 address stands in brackets.
    fn jump(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let user = self.user.iter().map(|user| format!("{user}@"));
        let port = self.port.iter().map(|port| format!(":{port}"));
        user.chain([host]).chain(port).collect()
    }
}

/// How the person came here. Addresses and ports are all that such a variable holds; of any other
/// text nothing is repeated.
fn login(place: &Place) -> Option<Login> {
    let mut words = place.ssh_connection.as_deref()?.split(' ').skip(2);
    let (host, port) = (words.next()?, words.next()?);
    let is_address =
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:%-".contains(&byte));
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    if host.is_empty() || port.is_empty() || !is_address || !is_port {
        return None;
    }
    let is_name = |user: &&String| {
        !user.is_empty()
            && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    Some(Login {
        user: place.user.as_ref().filter(is_name).cloned(),
        host: host.to_owned(),
        port: (port != SSH_PORT).then(|| port.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tunnel_is_the_one_that_is_needed() {
        let local = "unix:///var/run/docker.sock";
        let over = |connection: &str| Place {
            ssh_connection: Some(connection.to_owned()),
            user: Some("ana".to_owned()),
        };
        let near = Place { user: Some("ana".to_owned()), ..Place::default() };
        for (host, place, expected) in [
            (local, near.clone(), None),
            ("tcp://localhost:2375", near.clone(), None),
            ("tcp://[::1]:2375", near.clone(), None),
            (local, over("10.0.0.9 50000 10.0.0.5 22"), Some("-L 8:127.0.0.1:8 ana@10.0.0.5")),
            (
                local,
                over("10.0.0.9 50000 10.0.0.5 2222"),
                Some("-L 8:127.0.0.1:8 -p 2222 ana@10.0.0.5"),
            ),
            (local, over("::9 50000 fe80::5 22"), Some("-L 8:127.0.0.1:8 ana@fe80::5")),
            (local, over("nonsense"), None),
            (local, over("a b $(reboot) 22"), None),
            ("ssh://bob@far:2200", near.clone(), Some("-L 8:127.0.0.1:8 -p 2200 bob@far")),
            ("ssh://far", near.clone(), Some("-L 8:127.0.0.1:8 far")),
            ("tcp://build.example:2376", near, Some("-L 8:127.0.0.1:8 build.example")),
            (
                "ssh://bob@far",
                over("10.0.0.9 50000 fe80::5 2222"),
                Some("-J ana@[fe80::5]:2222 -L 8:127.0.0.1:8 bob@far"),
            ),
        ] {
            let found = Reach::find(&Host::parse(host).unwrap(), &place, 8);
            let expected = match expected {
                None => Reach::Direct,
                Some(line) => Reach::Tunnel(format!("ssh -N {line}")),
            };
            assert_eq!(found, expected, "{host} {place:?}");
        }
    }
}
