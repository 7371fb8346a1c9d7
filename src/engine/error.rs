//! Everything that can go wrong with a container engine, and the words for it.
//!
//! Apart from the calls because the client's own errors say little ("client error (Connect)"):
//! here their whole chain of causes is read once and sorted into what a user can do about it.

use std::error::Error as StdError;
use std::io;

use bollard::errors::Error as ClientError;

use super::connect::{ApiVersion, Attempt, MIN_API, permission};
use crate::domain::host::Host;

/// Why the engine could not do what was asked.
///
/// `what` is always a phrase that follows "could not": "list the images", "start the container
/// `x`", with the user's things in backticks. Times are seconds.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// Nobody named an engine, and none of the usual sockets exists.
    #[error(
        "no container engine found ({}); start docker, or name an engine with `--host` or DOCKER_HOST",
        tried(.attempts)
    )]
    NoEngine {
        /// Every socket that was tried.
        attempts: Vec<Attempt>,
    },
    /// No connection could be made.
    #[error(
        "cannot reach the container engine at `{host}`: {cause}; check that it runs and that the address is right"
    )]
    Unreachable {
        /// The address.
        host: String,
        /// What the system or ssh said.
        cause: String,
    },
    /// The socket exists, but is closed to this user.
    #[error("no permission to use the container engine at `{host}`: {fix}")]
    Permission {
        /// The address.
        host: String,
        /// Whose the socket is and the command that opens it.
        fix: String,
    },
    /// The engine accepted the question and did not answer.
    #[error(
        "could not {what}: the container engine at `{host}` did not answer within {seconds} s; it may hang or be overloaded, try again or look at its log"
    )]
    TimedOut {
        /// The address.
        host: String,
        /// What was asked.
        what: String,
        /// The limit.
        seconds: f64,
    },
    /// Something answers there, but not as a container engine does.
    #[error(
        "could not {what}: the answer of `{host}` is not that of a container engine ({cause}); check the address"
    )]
    Garbage {
        /// The address.
        host: String,
        /// What was asked.
        what: String,
        /// What is wrong with the answer.
        cause: String,
    },
    /// The engine is older than what prebake needs.
    #[error(
        "the container engine at `{host}` speaks API {api}, but prebake needs {MIN_API} (Docker 20.10) or newer; update that engine"
    )]
    TooOld {
        /// The address.
        host: String,
        /// The newest API version it speaks.
        api: ApiVersion,
    },
    /// The connection broke in the middle.
    #[error(
        "could not {what}: the connection to the container engine at `{host}` was lost ({cause}); check that the engine still runs and try again"
    )]
    Lost {
        /// The address.
        host: String,
        /// What was asked.
        what: String,
        /// What the system or ssh said.
        cause: String,
    },
    /// The engine does not have the thing.
    #[error("could not {what}: {cause}")]
    NotFound {
        /// What was asked.
        what: String,
        /// The engine's words.
        cause: String,
    },
    /// The thing is in a state, or has a name, that forbids it.
    #[error("could not {what}: {cause}")]
    Conflict {
        /// What was asked.
        what: String,
        /// The engine's words.
        cause: String,
    },
    /// The engine's disk is full.
    #[error(
        "could not {what}: the container engine's disk is full ({cause}); free space with `docker system prune`"
    )]
    Full {
        /// What was asked.
        what: String,
        /// The engine's words.
        cause: String,
    },
    /// Any other answer that is not success.
    #[error("could not {what}: the container engine refused: {cause}{}", status.map(|status| format!(" (status {status})")).unwrap_or_default())]
    Refused {
        /// What was asked.
        what: String,
        /// The HTTP status; `None`: the refusal came inside a stream.
        status: Option<u16>,
        /// The engine's words.
        cause: String,
    },
    /// The address is wrong, or of a kind that prebake cannot use.
    #[error("cannot use the container engine at `{host}`: {cause}")]
    Unsupported {
        /// The address as typed.
        host: String,
        /// What is wrong, and what to write instead.
        cause: String,
    },
    /// Docker's own configuration names an engine, but cannot be read.
    #[error(
        "cannot read docker's configuration `{path}`: {cause}; repair it, or name the engine with `--host` or DOCKER_HOST"
    )]
    Configuration {
        /// The file.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
}

impl EngineError {
    /// Sorts an error of the client library. `what` follows "could not" in the sentence.
    #[must_use]
    #[expect(clippy::match_same_arms, reason = "the order of the arms decides")]
    pub fn of(host: &Host, what: impl Into<String>, error: ClientError) -> Self {
        let what = what.into();
        let text = chain(&error);
        if is_full(&text) {
            return Self::Full { what, cause: text };
        }
        match error {
            ClientError::DockerResponseServerError { status_code, message } => {
                Self::answered(what, status_code, &message)
            }
            ClientError::DockerStreamError { error }
            | ClientError::DockerContainerWaitError { error, .. } => {
                Self::Refused { what, status: None, cause: one_line(&error) }
            }
            ClientError::RequestTimeoutError => Self::TimedOut {
                host: host.to_string(),
                what,
                seconds: super::Limits::default().call.as_secs_f64(),
            },
            ClientError::JsonDataError { .. }
            | ClientError::JsonSerdeError { .. }
            | ClientError::StrParseError { .. }
            | ClientError::HttpHeaderNotFoundError(_)
            | ClientError::HttpHeaderToStrError { .. }
            | ClientError::APIVersionParseError {} => {
                Self::Garbage { host: host.to_string(), what, cause: text }
            }
            ClientError::SocketNotFoundError(_) => Self::Unreachable {
                host: host.to_string(),
                cause: "there is no such socket".to_owned(),
            },
            ClientError::HyperLegacyError { ref err } if err.is_connect() => {
                Self::not_connected(host, io_kind(&error), text)
            }
            ClientError::HyperLegacyError { .. }
            | ClientError::HyperResponseError { .. }
            | ClientError::IOError { .. }
                if !is_http_nonsense(&text) =>
            {
                Self::Lost { host: host.to_string(), what, cause: text }
            }
            ClientError::HyperLegacyError { .. } | ClientError::HyperResponseError { .. } => {
                Self::Garbage { host: host.to_string(), what, cause: text }
            }
            ClientError::CertPathError { .. }
            | ClientError::CertParseError { .. }
            | ClientError::CertMultipleKeys { .. }
            | ClientError::NoNativeCertsError { .. }
            | ClientError::LoadNativeCertsErrors { .. }
            | ClientError::UnsupportedURISchemeError { .. }
            | ClientError::URLParseError { .. }
            | ClientError::InvalidURIError { .. }
            | ClientError::InvalidURIPartsError { .. } => {
                Self::Unsupported { host: host.to_string(), cause: text }
            }
            _ => Self::Refused { what, status: None, cause: text },
        }
    }

    /// Why, without what was asked, where the engine itself said why.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::Refused { cause, .. }
            | Self::NotFound { cause, .. }
            | Self::Conflict { cause, .. } => cause.clone(),
            other => other.to_string(),
        }
    }

    /// Whether the thing asked for does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Whether the engine did not answer, so that it may later.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        matches!(
            self,
            Self::Lost { .. }
                | Self::Unreachable { .. }
                | Self::NoEngine { .. }
                | Self::TimedOut { .. }
        )
    }

    /// Whether a name is taken or a state forbids what was asked.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// An answer of the engine that is not success.
    fn answered(what: String, status: u16, message: &str) -> Self {
        let cause = one_line(message);
        let cause = if cause.is_empty() { "it gave no reason".to_owned() } else { cause };
        match status {
            404 => Self::NotFound { what, cause },
            409 => Self::Conflict { what, cause },
            // What is said of an image of which the half is removed already.
            500 if cause.contains("layer does not exist") => Self::NotFound { what, cause },
            _ => Self::Refused { what, status: Some(status), cause },
        }
    }

    /// A connection that never came to be.
    fn not_connected(host: &Host, kind: Option<io::ErrorKind>, text: String) -> Self {
        match (kind, host) {
            (Some(io::ErrorKind::PermissionDenied), Host::Unix(path)) => {
                Self::Permission { host: host.to_string(), fix: permission::advice(path) }
            }
            (Some(io::ErrorKind::ConnectionRefused), Host::Unix(_)) => Self::Unreachable {
                host: host.to_string(),
                cause: "the socket exists, but nothing listens on it".to_owned(),
            },
            _ => Self::Unreachable { host: host.to_string(), cause: text },
        }
    }
}

/// The error and all its sources as one line. A source that repeats the words of the error
/// above it is left out, and so is the client's own "client error (…)", which says nothing.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = one_line(&error.to_string());
        next = error.source();
        let hollow = next.is_some()
            && (text.starts_with("client error (") || text.starts_with("Error in the hyper"));
        let repeated = parts.last().is_some_and(|above| above.contains(&text));
        if !hollow && !repeated {
            parts.push(text);
        }
    }
    parts.join(": ")
}

/// The first system error among the sources.
fn io_kind(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        next = error.source();
    }
    None
}

/// Whether the engine (or this machine) ran out of disk. Both words are the kernel's.
fn is_full(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("no space left on device") || text.contains("disk quota exceeded")
}

/// The HTTP layer tells apart "the peer went away" and "the peer does not speak HTTP" only in
/// its words; the tests against such peers hold on to them.
fn is_http_nonsense(text: &str) -> bool {
    [
        "invalid HTTP",
        "invalid content-length",
        "unexpected transfer-encoding",
        "message head is too large",
        "unexpected message from connection",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// An engine's words with whatever would break or steer the user's line taken out.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

fn tried(attempts: &[Attempt]) -> String {
    if attempts.is_empty() {
        return "there was nowhere to look".to_owned();
    }
    let hosts: Vec<String> = attempts.iter().map(|attempt| format!("`{}`", attempt.host)).collect();
    format!("tried {}", hosts.join(", "))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn of(error: ClientError) -> EngineError {
        EngineError::of(&Host::Unix("/nowhere/s".into()), "start `x`", error)
    }

    fn answer(status_code: u16, message: &str) -> EngineError {
        of(ClientError::DockerResponseServerError { status_code, message: message.to_owned() })
    }

    #[rstest]
    #[case(404, "No such image: a:b", "could not start `x`: No such image: a:b")]
    #[case(409, "name is in use", "could not start `x`: name is in use")]
    #[case(
        400,
        "bad\n\u{1b}[31m parameter",
        "could not start `x`: the container engine refused: bad [31m parameter (status 400)"
    )]
    fn an_answer_is_sorted_by_its_status(
        #[case] status: u16,
        #[case] message: &str,
        #[case] words: &str,
    ) {
        let error = answer(status, message);
        assert_eq!(error.is_not_found(), status == 404);
        assert_eq!(error.is_conflict(), status == 409);
        assert_eq!(error.to_string(), words);
    }

    #[test]
    fn an_image_that_is_being_removed_is_not_there() {
        assert!(answer(500, "layer does not exist").is_not_found());
    }

    #[test]
    fn a_full_disk_is_told_wherever_it_is_said() {
        let words = "write /x: no space left on device";
        assert!(matches!(answer(500, words), EngineError::Full { .. }));
        let stream = ClientError::DockerStreamError { error: words.to_owned() };
        assert!(matches!(of(stream), EngineError::Full { .. }));
    }

    #[test]
    fn a_broken_pipe_is_a_lost_connection_with_its_cause() {
        let pipe = io::Error::new(io::ErrorKind::BrokenPipe, "the pipe broke");
        let error = of(ClientError::IOError { err: pipe });
        let EngineError::Lost { what, cause, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!((what.as_str(), cause.as_str()), ("start `x`", "the pipe broke"));
    }

    #[rstest]
    #[case(io::ErrorKind::PermissionDenied, "no permission")]
    #[case(io::ErrorKind::ConnectionRefused, "nothing listens on it")]
    #[case(io::ErrorKind::InvalidInput, "cannot reach")]
    fn a_connection_that_never_was_is_told_by_its_cause(
        #[case] kind: io::ErrorKind,
        #[case] words: &str,
    ) {
        let host = Host::Unix("/nowhere/s".into());
        let error = EngineError::not_connected(&host, Some(kind), "why".to_owned());
        assert!(error.to_string().contains(words), "{error}");
    }

    #[test]
    fn the_chain_says_each_thing_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("{words}")]
        struct Link {
            words: &'static str,
            source: Option<Box<Link>>,
        }
        let link = |words, source: Option<Link>| Link { words, source: source.map(Box::new) };
        let error = link(
            "client error (Connect)",
            Some(link(
                "tcp connect error: refused.",
                Some(link("refused", Some(link("because\nof that", None)))),
            )),
        );
        assert_eq!(chain(&error), "tcp connect error: refused: because of that");
    }

    #[test]
    fn no_engine_names_all_places() {
        let attempt = |host: &str| Attempt {
            host: host.to_owned(),
            source: super::super::HostSource::DefaultSocket,
            outcome: super::super::Outcome::Absent,
        };
        let error =
            EngineError::NoEngine { attempts: vec![attempt("unix:///a"), attempt("unix:///b")] };
        assert!(error.to_string().contains("tried `unix:///a`, `unix:///b`"), "{error}");
    }
}
