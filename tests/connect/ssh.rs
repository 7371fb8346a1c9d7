//! An engine behind ssh, where ssh is a script that answers by itself.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use prebake::engine::{Engine, EngineError, Surroundings};
use tempfile::TempDir;

use crate::fake::{AMPLE, VERSION, nowhere, textbook};

/// Set in the process that is to be killed.
const VICTIM: &str = "PREBAKE_TEST_VICTIM_FOLDER";

/// Answers one question like an engine, and then lives until its input closes.
fn answering() -> String {
    let answer = textbook(VERSION).replace('\r', "\\r").replace('\n', "\\n");
    format!(
        "while IFS= read -r line && [ \"$line\" != $'\\r' ]; do :; done\nprintf '{answer}'\nexec cat >/dev/null\n"
    )
}

/// A folder with an ssh that notes how it is called and then runs `body`. Asked for its
/// configuration, it answers as `config` says.
fn ssh(config: &str, body: &str) -> (TempDir, Surroundings) {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("ssh");
    fs::write(
        &script,
        format!(
            "#!/bin/bash\nif [ \"$1\" = -G ]; then printf '{config}'; exit; fi\nprintf '%s\\n' \"$*\" >>\"$0.calls\"\n{body}"
        ),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let around = Surroundings { ssh: Some(script.into_os_string()), ..nowhere(&folder) };
    (folder, around)
}

fn calls(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("ssh.calls")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// A pipe that ends when the last process that holds its writing end has ended.
fn fifo(folder: &Path) -> PathBuf {
    let path = folder.join("alive");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// As [`answering`], and holds the pipe open while it lives.
fn answering_while_alive(fifo: &Path) -> String {
    format!("exec 9>'{}'\n{}", fifo.display(), answering())
}

#[tokio::test]
async fn the_port_the_user_and_the_socket_reach_ssh() {
    let (folder, around) = ssh("", &answering());
    let address = "ssh://me@build:2222/run/d.sock";
    let engine = Engine::connect_within(Some(address), &around, AMPLE).await.unwrap();
    assert_eq!(engine.versions().engine, "27.0.1");
    assert_eq!(engine.host().to_string(), address);
    let calls = calls(folder.path());
    assert_eq!(calls.len(), 1, "one question, one login: {calls:?}");
    assert!(calls[0].contains("-o BatchMode=yes -o ConnectTimeout=10"));
    assert!(
        calls[0].ends_with("-p 2222 -l me -- build docker -H unix:///run/d.sock system dial-stdio"),
        "{calls:?}"
    );
}

#[tokio::test]
async fn connections_share_a_login_through_one_private_socket() {
    let (folder, around) = ssh("hostname build\\n", &answering());
    let engine = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap();
    engine.facts().await.unwrap();
    let calls = calls(folder.path());
    assert!(calls.len() > 1);
    assert!(calls.iter().all(|call| *call == calls[0]), "{calls:?}");
    assert!(calls[0].contains("-o ControlMaster=auto"), "{calls:?}");
}

#[tokio::test]
async fn a_persons_own_shared_login_is_used_as_it_is() {
    let (folder, around) = ssh("hostname build\\ncontrolpath /x\\n", &answering());
    Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap();
    assert!(!calls(folder.path())[0].contains("Control"));
}

#[tokio::test]
async fn what_ssh_said_is_the_reason() {
    let (_folder, around) =
        ssh("", "echo 'me@build: Permission denied (publickey).' >&2\nexit 255\n");
    let error =
        Engine::connect_within(Some("ssh://me@build:2222"), &around, AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
    let words = error.to_string();
    assert!(words.contains("Permission denied (publickey)"), "{words}");
    assert!(words.contains("`ssh -p 2222 me@build docker version`"), "{words}");
}

#[tokio::test]
async fn a_missing_docker_over_there_is_told() {
    let (_folder, around) =
        ssh("", "echo 'bash: line 1: docker: command not found' >&2\nexit 127\n");
    let error = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap_err();
    assert!(error.to_string().contains("docker: command not found"), "{error}");
}

#[tokio::test]
async fn a_login_that_prints_is_told() {
    let (_folder, around) = ssh("", "echo 'Welcome to build'\necho\ncat >/dev/null\n");
    let error = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Garbage { .. }), "{error:?}");
    assert!(error.to_string().contains("what the login prints"), "{error}");
}

#[tokio::test]
async fn an_ssh_that_fails_without_a_word_tells_its_status() {
    let (_folder, around) = ssh("", "exit 3\n");
    let error = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap_err();
    assert!(error.to_string().contains("exit status: 3"), "{error}");
}

#[tokio::test]
async fn a_missing_ssh_is_told() {
    let (folder, mut around) = ssh("", "");
    around.ssh = Some(folder.path().join("nowhere").into_os_string());
    let error = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap_err();
    assert!(error.to_string().contains("cannot start"), "{error}");
    assert!(error.to_string().contains("No such file"), "{error}");
}

#[tokio::test]
async fn a_login_that_breaks_in_the_middle_is_lost_with_sshs_words() {
    let answer_once = format!(
        "if [ -e \"$0.broken\" ]; then echo 'Connection to build closed by remote host.' >&2; exit 255; fi\ntouch \"$0.broken\"\n{}",
        answering()
    );
    let (_folder, around) = ssh("", &answer_once);
    let engine = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap();
    let error = engine.facts().await.unwrap_err();
    assert!(matches!(error, EngineError::Lost { .. }), "{error:?}");
    assert!(error.to_string().contains("closed by remote host"), "{error}");
}

/// Reads the pipe to its end, which comes only when every ssh has ended.
async fn all_ended(fifo: PathBuf) {
    let read = tokio::task::spawn_blocking(move || {
        let mut rest = Vec::new();
        fs::File::open(fifo).unwrap().read_to_end(&mut rest).unwrap();
    });
    tokio::time::timeout(AMPLE.ssh, read).await.expect("an ssh process is left over").unwrap();
}

#[tokio::test]
async fn no_ssh_outlives_its_engine() {
    let place = tempfile::tempdir().unwrap();
    let fifo = fifo(place.path());
    // The shared login is the one that is kept open between questions.
    let (_folder, around) = ssh("hostname build\\n", &answering_while_alive(&fifo));
    let ended = tokio::spawn(all_ended(fifo));
    let engine = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap();
    assert!(!ended.is_finished());
    drop(engine);
    ended.await.unwrap();
}

/// The test starts itself once more, in a process that connects and is then killed.
#[tokio::test]
async fn no_ssh_outlives_a_killed_process() {
    const CONNECTED: &str = "connected";
    if let Some(folder) = std::env::var_os(VICTIM) {
        let (_script, around) =
            ssh("hostname build\\n", &answering_while_alive(&Path::new(&folder).join("alive")));
        let _engine = Engine::connect_within(Some("ssh://build"), &around, AMPLE).await.unwrap();
        // The parent waits for the end of this line's pipe; it comes with the kill.
        println!("{CONNECTED}");
        std::future::pending::<()>().await;
    }
    let place = tempfile::tempdir().unwrap();
    let fifo = fifo(place.path());
    let ended = tokio::spawn(all_ended(fifo));
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ssh::no_ssh_outlives_a_killed_process", "--nocapture"])
        .env(VICTIM, place.path())
        // What a killed process leaves behind goes with this test's own folder.
        .env("TMPDIR", place.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = victim.stdout.take().unwrap();
    let said = tokio::task::spawn_blocking(move || {
        std::io::BufRead::lines(std::io::BufReader::new(stdout))
            .map_while(Result::ok)
            .any(|line| line.ends_with(CONNECTED))
    });
    assert!(said.await.unwrap(), "the process never connected");
    assert!(!ended.is_finished());
    victim.kill().unwrap();
    victim.wait().unwrap();
    ended.await.unwrap();
}
