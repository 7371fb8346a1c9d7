//! What opens a task's desktop: the file that the desktop leaves in its container, and the URL
//! that is made of it.
//!
//! Apart because the file comes out of a container, where anybody may have written it: what is
//! read here is shown on terminals and given to browsers, so that only what the desktop itself
//! can have written is taken.

use std::fmt;

/// The name of the file in the desktop's [`folder`](super::folder).
pub const ACCESS_FILE: &str = "access";

/// The name of the file that says why the desktop has given up.
pub const FAILED_FILE: &str = "failed";

/// The most characters a token or a password may have.
const MAX_CHARS: usize = 64;

/// Token and password of one task's desktop.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    token: String,
    password: String,
}

/// Who has it gets in, so that it stays out of every debug print.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Access")
    }
}

impl Access {
    /// Reads the lines `token=` and `password=`; lines of other names are passed over. Nothing if
    /// one is missing or is not what a desktop makes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut values = text.lines().filter_map(|line| line.strip_prefix(name));
            let value = values.next()?.strip_prefix('=')?;
            let is_made = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            let fits = !value.is_empty() && value.len() <= MAX_CHARS;
            (fits && value.bytes().all(is_made)).then(|| value.to_owned())
        };
        Some(Self { token: value("token")?, password: value("password")? })
    }

    /// The page at `port` of this machine's loopback address, with all it needs to open the
    /// desktop. It stands behind the `#`, which no browser sends to a server or tells another page.
    /// The desktop keeps its own size and is shown as large as the window.
    #[must_use]
    pub fn url(&self, port: u16) -> String {
        let Self { token, password } = self;
        format!(
            "http://127.0.0.1:{port}/vnc.html#autoconnect=1&resize=scale&password={password}\
             &path=websockify%3Ftoken%3D{token}"
        )
    }
}

/// A sentence that came out of a container, in one line and without what steers a terminal.
#[must_use]
pub fn sentence(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|char| !char.is_control()).take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_holds_what_the_file_says() {
        let access = Access::parse("port=6080\ntoken=a-Z_9\npassword=12345678\n").unwrap();
        assert_eq!(
            access.url(49153),
            "http://127.0.0.1:49153/vnc.html#autoconnect=1&resize=scale&password=12345678&path=websockify%3Ftoken%3Da-Z_9"
        );
        assert_eq!(format!("{access:?}"), "Access");
    }

    #[test]
    fn only_what_a_desktop_writes_is_taken() {
        let long = format!("token={}\npassword=x", "a".repeat(MAX_CHARS + 1));
        for text in [
            "",
            "token=a",
            "token=\npassword=x",
            "token=a b\npassword=x",
            "token=a\npassword=x&path=elsewhere",
            "token=a\u{1b}[2J\npassword=x",
            "tokens=a\npassword=x",
            &long,
        ] {
            assert_eq!(Access::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_sentence_of_a_container_steers_nothing() {
        assert_eq!(sentence(b"it \x1b[2Jended\r\nand more"), "it [2Jended");
        assert_eq!(sentence(&[b'x'; 9000]).len(), 500);
    }
}
