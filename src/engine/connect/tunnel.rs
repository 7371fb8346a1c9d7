//! An engine behind ssh: a private socket here, whose every connection is an `ssh` child that
//! runs `docker system dial-stdio` over there.
//!
//! Written here because the client library's own ssh cannot do ports. The person's `ssh` is
//! used, with its configuration, agent and known hosts, and it never asks anything: there may be
//! no terminal, or the screen may own it. A child ends when its input closes, so children end
//! with this process however it ends.

use std::ffi::OsString;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use super::Surroundings;
use super::login::{self, Login};
use crate::engine::error::one_line;

/// The kernel's limit for a socket's path, less the suffix ssh adds to the name of its own.
const MAX_FOLDER_BYTES: usize = 80;

/// How much of what ssh says is kept.
const MAX_SAID_BYTES: usize = 4096;

/// A process that ssh left behind may hold its error output open; it is not waited for longer.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Words that are older explain another failure than the one at hand.
const FRESH: Duration = Duration::from_secs(5);

/// The private socket and everything behind it; ends when dropped.
#[derive(Debug)]
pub(super) struct Tunnel {
    socket: PathBuf,
    said: Said,
    listener: AbortHandle,
    _folder: TempDir,
}

/// What ssh said last when a connection failed, and when.
type Said = Arc<Mutex<Option<(Instant, String)>>>;

impl Tunnel {
    /// Opens the socket; ssh is started by the first connection to it.
    pub(super) async fn open(around: &Surroundings, login: Login<'_>) -> io::Result<Self> {
        let folder = private_folder(around.xdg_runtime_dir.as_deref())?;
        let socket = folder.path().join("s");
        let program = around.ssh.clone().unwrap_or_else(|| "ssh".into());
        let control = login::may_share(&program, login).await.then(|| folder.path().join("m"));
        let call = Call { program, arguments: login.arguments(control.as_deref()) };
        let said = Said::default();
        let listener = tokio::spawn(listen(
            UnixListener::bind(&socket)?,
            call,
            control.is_some(),
            Arc::clone(&said),
        ))
        .abort_handle();
        Ok(Self { socket, said, listener, _folder: folder })
    }

    /// The socket that stands for the engine's.
    pub(super) fn socket(&self) -> &Path {
        &self.socket
    }

    /// What ssh said about a connection that has just failed.
    pub(super) fn said(&self) -> Option<String> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, words) = said.as_ref()?;
        (at.elapsed() <= FRESH).then(|| words.clone())
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        // The children are owned by that task and are killed with it.
        self.listener.abort();
    }
}

/// How ssh is called.
#[derive(Clone, Debug)]
struct Call {
    program: OsString,
    arguments: Vec<OsString>,
}

impl Call {
    fn start(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C is for prebake, which may still have to stop a container over this line.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}

/// A folder that only this user can enter. The runtime folder comes first because the system
/// empties it, should this process be killed before it can.
fn private_folder(runtime: Option<&Path>) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("prebake-").permissions(Permissions::from_mode(0o700));
    let fits = |folder: &TempDir| folder.path().as_os_str().len() <= MAX_FOLDER_BYTES;
    let in_runtime = runtime.and_then(|place| builder.tempdir_in(place).ok());
    if let Some(folder) = in_runtime.filter(fits) {
        return Ok(folder);
    }
    let folder = builder.tempdir()?;
    if fits(&folder) { Ok(folder) } else { builder.tempdir_in("/tmp") }
}

/// Accepts until dropped. The first connection is kept open after its client has left when
/// logins are shared: it carries all later ones, which then cost no login.
async fn listen(listener: UnixListener, call: Call, share: bool, said: Said) {
    let mut connections = JoinSet::new();
    let mut keep = share;
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { break };
                connections.spawn(serve(client, call.clone(), keep, Arc::clone(&said)));
                keep = false;
            }
        }
    }
}

/// One connection: an ssh child, and bytes both ways until it ends.
async fn serve(client: UnixStream, call: Call, keep: bool, said: Said) {
    let last_words = match call.start() {
        Ok(child) => relay(client, child, keep, &said).await,
        Err(error) => {
            let program = call.program.to_string_lossy();
            note(&said, format!("cannot start `{}`: {error}", one_line(&program)));
            return;
        }
    };
    if let Err(error) = last_words {
        note(&said, format!("lost the ssh process: {error}"));
    }
}

async fn relay(
    mut client: UnixStream,
    mut child: Child,
    keep: bool,
    said: &Said,
) -> io::Result<()> {
    let (Some(mut stdin), Some(mut stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::Error::other("it has no input or output"));
    };
    let words = tokio::spawn(listen_to(stderr));
    let (mut from_client, mut to_client) = client.split();
    let up = async {
        // Either side's end is an ordinary end here; what it means is told by the answer.
        let _ = tokio::io::copy(&mut from_client, &mut stdin).await;
        if keep {
            // Dropping the input would end the login that the other connections share.
            std::future::pending::<()>().await;
        }
        drop(stdin);
    };
    let down = tokio::io::copy(&mut stdout, &mut to_client);
    tokio::pin!(up, down);
    let mut sending = true;
    let answered = loop {
        tokio::select! {
            () = &mut up, if sending => sending = false,
            answered = &mut down => break answered,
        }
    };
    if answered.is_err() {
        // The client has left in the middle of an answer that may never end.
        return child.kill().await;
    }
    // The client's socket closes when this returns: not before ssh's words are there to explain
    // the end.
    let ended = timeout(LAST_WORDS, async { (child.wait().await, words.await) }).await;
    if let Ok((Ok(status), Ok(words))) = ended
        && !status.success()
    {
        let words = if words.is_empty() { format!("ssh ended with {status}") } else { words };
        note(said, words);
    }
    Ok(())
}

/// Reads all that ssh says and keeps its end, where the reason stands.
async fn listen_to(mut stderr: ChildStderr) -> String {
    let mut kept: Vec<u8> = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..count]);
        let surplus = kept.len().saturating_sub(MAX_SAID_BYTES);
        kept.drain(..surplus);
    }
    reason(&String::from_utf8_lossy(&kept))
}

/// The last lines of what ssh said, without its remarks about sharing logins.
fn reason(said: &str) -> String {
    let lines: Vec<String> = said
        .lines()
        .map(one_line)
        .filter(|line| {
            !line.is_empty()
                && !line.starts_with("mux_client")
                && !line.starts_with("ControlSocket ")
                && !line.starts_with("Warning: Permanently added")
        })
        .collect();
    lines[lines.len().saturating_sub(3)..].join("; ")
}

fn note(said: &Said, words: String) {
    *said.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), words));
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::domain::host::Host;

    #[test]
    fn the_reason_is_the_end_of_what_ssh_said() {
        let said = "Warning: Permanently added 'x'\nbanner\r\n\none\ntwo\nmux_client_request_session: refused\nme@build: Permission denied (publickey).\n";
        assert_eq!(reason(said), "one; two; me@build: Permission denied (publickey)");
        assert_eq!(reason(""), "");
    }

    /// A tunnel whose ssh is a script of these lines.
    async fn tunnel(folder: &TempDir, script: &str) -> Tunnel {
        let ssh = folder.path().join("ssh");
        std::fs::write(&ssh, format!("#!/bin/sh\n[ \"$1\" = -G ] && exit\n{script}\n")).unwrap();
        std::fs::set_permissions(&ssh, Permissions::from_mode(0o755)).unwrap();
        let around = Surroundings { ssh: Some(ssh.into_os_string()), ..Surroundings::default() };
        let host = Host::parse("ssh://build").unwrap();
        Tunnel::open(&around, Login::of(&host).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn bytes_pass_both_ways_and_an_end_is_passed_on() {
        let folder = tempfile::tempdir().unwrap();
        let tunnel = tunnel(&folder, "cat; echo end").await;
        let (mut answer, mut question) =
            UnixStream::connect(tunnel.socket()).await.unwrap().into_split();
        // More than all buffers on the way hold, so that both ways have to move at once.
        let sent: Vec<u8> = (0..4_000_000_u32).flat_map(u32::to_le_bytes).collect();
        let expected = [sent.as_slice(), b"end\n"].concat();
        let sending = tokio::spawn(async move {
            question.write_all(&sent).await.unwrap();
            // Only the writing half closes here: the answer is still to come.
            question.shutdown().await.unwrap();
        });
        let mut received = Vec::new();
        answer.read_to_end(&mut received).await.unwrap();
        sending.await.unwrap();
        assert!(received == expected, "{} bytes arrived", received.len());
        assert_eq!(tunnel.said(), None);
    }

    #[tokio::test]
    async fn the_words_are_there_when_the_client_sees_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let tunnel = tunnel(&folder, "exec 1>&-; echo 'no such host' >&2; exit 255").await;
        let mut client = UnixStream::connect(tunnel.socket()).await.unwrap();
        let mut nothing = Vec::new();
        client.read_to_end(&mut nothing).await.unwrap();
        assert_eq!(tunnel.said().as_deref(), Some("no such host"));
    }

    #[test]
    fn the_folder_is_private_and_its_path_short() {
        let place = tempfile::tempdir().unwrap();
        let deep = place.path().join("d".repeat(MAX_FOLDER_BYTES));
        std::fs::create_dir(&deep).unwrap();
        let missing = place.path().join("missing");
        for runtime in [None, Some(deep.as_path()), Some(missing.as_path())] {
            let folder = private_folder(runtime).unwrap();
            let mode = folder.path().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
            assert!(folder.path().as_os_str().len() <= MAX_FOLDER_BYTES);
        }
        let folder = private_folder(Some(place.path())).unwrap();
        assert!(folder.path().starts_with(place.path()));
    }
}
