//! Fake engines: a socket whose every connection gets given bytes, or none.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use prebake::engine::{Limits, Surroundings};
use tempfile::TempDir;

/// What a good engine answers to `/version`.
pub(crate) const VERSION: &str = r#"{"Version":"27.0.1","ApiVersion":"1.46","MinAPIVersion":"1.24","Os":"linux","Arch":"arm64"}"#;

/// Long enough for a loaded machine, for the cases that must not run into it.
pub(crate) const AMPLE: Limits = Limits {
    connect: Duration::from_secs(30),
    ssh: Duration::from_secs(30),
    call: Duration::from_secs(30),
};

/// For the cases that must.
pub(crate) const SHORT: Limits = Limits {
    connect: Duration::from_millis(200),
    ssh: Duration::from_millis(200),
    call: Duration::from_millis(200),
};

/// What a fake engine does with a connection.
#[derive(Clone, Debug)]
pub(crate) enum Habit {
    /// Reads the question, writes these bytes, closes.
    Answers(String),
    /// Reads the question, writes these bytes, and never closes.
    Stalls(String),
    /// Closes without reading.
    HangsUp,
}

pub(crate) fn ok(body: &str) -> Habit {
    answers(200, body)
}

pub(crate) fn answers(status: u16, body: &str) -> Habit {
    Habit::Answers(http(status, body))
}

pub(crate) fn http(status: u16, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} Word\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A head as every engine gives it, so that one question is enough.
pub(crate) fn textbook(body: &str) -> String {
    let head = "Api-Version: 1.46\r\nOstype: linux\r\nServer: Docker/27.0.1 (linux)\r\n";
    http(200, body).replacen("\r\n", &format!("\r\n{head}"), 1)
}

/// A fake engine on a socket in `folder`; its thread ends with the test's process.
pub(crate) fn engine(folder: &Path, name: &str, habit: Habit) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if behave(&habit, &mut stream) {
                kept.push(stream);
            }
        }
    });
    path
}

/// Whether the connection is to be kept open.
pub(crate) fn behave(habit: &Habit, stream: &mut (impl Read + Write)) -> bool {
    let (bytes, keep) = match habit {
        Habit::HangsUp => return false,
        Habit::Answers(bytes) => (bytes, false),
        Habit::Stalls(bytes) => (bytes, true),
    };
    if !read_head(stream) {
        return false;
    }
    // The client may have given up; that is its right.
    let _ = stream.write_all(bytes.as_bytes());
    keep
}

/// Reads a question without a body; false when it ended early.
pub(crate) fn read_head(stream: &mut impl Read) -> bool {
    let mut asked = Vec::new();
    let mut buffer = [0; 1024];
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(count @ 1..) => asked.extend_from_slice(&buffer[..count]),
            _ => return false,
        }
    }
    true
}

pub(crate) fn address(path: &Path) -> String {
    format!("unix://{}", path.display())
}

/// Surroundings in which nothing of this machine is named.
pub(crate) fn nowhere(folder: &TempDir) -> Surroundings {
    Surroundings {
        home: Some(folder.path().join("home")),
        xdg_runtime_dir: Some(folder.path().join("run")),
        ..Surroundings::default()
    }
}
