//! The arguments of `ssh`, and whether several connections may share one login.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::domain::host::Host;

/// Asking ssh for its configuration has no network in it.
const CONFIG_LIMIT: Duration = Duration::from_secs(2);

/// The parts of an ssh address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Login<'a> {
    user: Option<&'a str>,
    host: &'a str,
    port: Option<u16>,
    socket: Option<&'a str>,
}

impl<'a> Login<'a> {
    /// The login of an ssh address; `None` for other addresses.
    pub(super) fn of(host: &'a Host) -> Option<Self> {
        match host {
            Host::Ssh { user, host, port, socket } => {
                Some(Self { user: user.as_deref(), host, port: *port, socket: socket.as_deref() })
            }
            Host::Unix(_) | Host::Tcp { .. } | Host::Tls { .. } => None,
        }
    }

    /// All arguments; with `control`, connections share one login through that socket.
    pub(super) fn arguments(self, control: Option<&Path>) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec!["-T".into()];
        let mut option = |text: OsString| {
            arguments.push("-o".into());
            arguments.push(text);
        };
        for text in [
            "BatchMode=yes",
            "ConnectTimeout=10",
            // A line that is dead must end, or a follower of a log would wait for ever.
            "ServerAliveInterval=15",
            // What a person's configuration adds for interactive logins would break this one.
            "ClearAllForwardings=yes",
            "RemoteCommand=none",
        ] {
            option(text.into());
        }
        if let Some(path) = control {
            let mut control_path = OsString::from("ControlPath=");
            // `%` begins a placeholder there.
            control_path.push(path.to_string_lossy().replace('%', "%%"));
            option("ControlMaster=auto".into());
            option("ControlPersist=no".into());
            option(control_path);
        }
        arguments.extend(self.destination());
        arguments.push("docker".into());
        if let Some(socket) = self.socket {
            arguments.push("-H".into());
            arguments.push(quoted(&format!("unix://{socket}")).into());
        }
        arguments.push("system".into());
        arguments.push("dial-stdio".into());
        arguments
    }

    fn destination(self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        if let Some(port) = self.port {
            arguments.extend(["-p".into(), port.to_string().into()]);
        }
        if let Some(user) = self.user {
            arguments.extend(["-l".into(), user.into()]);
        }
        arguments.extend(["--".into(), self.host.into()]);
        arguments
    }

    /// The command by which a person sees for themselves what is wrong.
    pub(super) fn by_hand(self) -> String {
        let port = self.port.map(|port| format!("-p {port} ")).unwrap_or_default();
        let user = self.user.map(|user| format!("{user}@")).unwrap_or_default();
        format!("ssh {port}{user}{} docker version", self.host)
    }
}

/// Whether prebake may share a login between its connections. Not when the person's
/// configuration already shares logins: theirs may hold a login that needed a password.
pub(super) async fn may_share(ssh: &OsStr, login: Login<'_>) -> bool {
    let asked = Command::new(ssh)
        .arg("-G")
        .args(login.destination())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .output();
    match tokio::time::timeout(CONFIG_LIMIT, asked).await {
        Ok(Ok(output)) => shares_nothing(&String::from_utf8_lossy(&output.stdout)),
        // A wrapper that does not know the question gets the plain way.
        Ok(Err(_)) | Err(_) => false,
    }
}

/// Reads the answer of `ssh -G`.
fn shares_nothing(config: &str) -> bool {
    let value = |name: &str| {
        config
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find_map(|(field, value)| field.eq_ignore_ascii_case(name).then_some(value.trim()))
    };
    value("hostname").is_some() && value("controlpath").is_none_or(|path| path == "none")
}

/// The far side's shell reads the words once more.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:._-".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn arguments(address: &str, control: Option<&str>) -> String {
        let host = Host::parse(address).unwrap();
        let arguments = Login::of(&host).unwrap().arguments(control.map(Path::new));
        let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[rstest]
    #[case("ssh://build", " -- build docker system dial-stdio")]
    #[case("ssh://me@build:2222", " -p 2222 -l me -- build docker system dial-stdio")]
    #[case("ssh://[::1]:22", " -p 22 -- ::1 docker system dial-stdio")]
    #[case("ssh://build/run/d.sock", " -- build docker -H unix:///run/d.sock system dial-stdio")]
    #[case(
        "ssh://build/run/$(id)'s",
        r" -- build docker -H 'unix:///run/$(id)'\''s' system dial-stdio"
    )]
    fn an_address_becomes_arguments(#[case] address: &str, #[case] end: &str) {
        let words = arguments(address, None);
        assert!(words.ends_with(end), "{words}");
        assert!(words.contains("-o BatchMode=yes -o ConnectTimeout=10"), "{words}");
        assert!(!words.contains("Control"), "{words}");
    }

    #[test]
    fn a_shared_login_is_named_by_its_socket() {
        let words = arguments("ssh://build", Some("/tmp/a%b/m"));
        assert!(words.contains("-o ControlMaster=auto"), "{words}");
        assert!(words.contains("-o ControlPath=/tmp/a%%b/m"), "{words}");
    }

    #[test]
    fn other_addresses_have_no_login() {
        assert!(Login::of(&Host::parse("tcp://build").unwrap()).is_none());
    }

    #[rstest]
    #[case("host build\nhostname build\ncontrolmaster false\n", true)]
    #[case("hostname build\ncontrolpath none\n", true)]
    #[case("hostname build\ncontrolpath /home/me/.ssh/%C\n", false)]
    #[case("", false)]
    #[case("anything else\n", false)]
    fn a_persons_own_sharing_is_left_alone(#[case] config: &str, #[case] expected: bool) {
        assert_eq!(shares_nothing(config), expected);
    }
}
