//! Engines that hang, lie, close, refuse, or are not there.

use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::thread;
use std::time::Instant;

use prebake::engine::{Engine, EngineError, HostSource};
use rstest::rstest;

use crate::fake::{self, AMPLE, Habit, SHORT, VERSION, address, answers, nowhere, ok};

async fn connect_to(habit: Habit, limits: prebake::engine::Limits) -> Result<Engine, EngineError> {
    let folder = tempfile::tempdir().unwrap();
    let path = fake::engine(folder.path(), "s", habit);
    Engine::connect_within(Some(&address(&path)), &nowhere(&folder), limits).await
}

#[rstest]
#[case::by_the_head(Habit::Answers(fake::textbook("OK")))]
#[case::by_the_long_answer(ok(VERSION))]
#[tokio::test]
async fn a_good_engine_tells_its_versions(#[case] habit: Habit) {
    let engine = connect_to(habit, AMPLE).await.unwrap();
    let versions = engine.versions();
    assert_eq!((versions.engine.as_str(), versions.os.as_str()), ("27.0.1", "linux"));
    assert_eq!(versions.api.to_string(), "1.46");
    assert_eq!(engine.source(), HostSource::Flag);
}

#[rstest]
#[case::no_answer("")]
#[case::half_a_head("HTTP/1.1 200 OK\r\nContent-Le")]
#[case::half_a_body("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")]
#[tokio::test]
async fn an_engine_that_hangs_is_given_up(#[case] said: &str) {
    let began = Instant::now();
    let error = connect_to(Habit::Stalls(said.to_owned()), SHORT).await.unwrap_err();
    assert!(matches!(error, EngineError::TimedOut { .. }), "{error:?}");
    assert!(error.to_string().contains("within 0.2 s"), "{error}");
    assert!(began.elapsed() >= SHORT.connect);
}

#[rstest]
#[case::no_http(Habit::Answers("SSH-2.0-OpenSSH_9.2\r\n\r\n".into()))]
#[case::bad_header(Habit::Answers("HTTP/1.1 200 OK\r\nno colon\r\n\r\n".into()))]
#[case::bad_length(Habit::Answers("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n".into()))]
#[case::a_web_page(ok("<html>welcome</html>"))]
#[case::cut_json(ok(r#"{"Version":"27"#))]
#[case::other_json(ok("[1, 2]"))]
#[case::wrong_types(ok(r#"{"Version":27}"#))]
#[case::no_version(ok("{}"))]
#[case::odd_version(ok(r#"{"ApiVersion":"new"}"#))]
#[case::another_server(answers(404, "<html>not here</html>"))]
#[tokio::test]
async fn an_answer_that_is_no_engines_is_named_so(#[case] habit: Habit) {
    let error = connect_to(habit, AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Garbage { .. }), "{error:?}");
}

#[rstest]
#[case::at_once(Habit::HangsUp)]
#[case::after_the_question(Habit::Answers(String::new()))]
#[case::in_the_body(Habit::Answers("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".into()))]
#[tokio::test]
async fn an_engine_that_closes_is_lost(#[case] habit: Habit) {
    let error = connect_to(habit, AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Lost { .. }), "{error:?}");
}

#[rstest]
#[case(500, r#"{"message":"the store\nis broken."}"#, "refused: the store is broken (status 500)")]
#[case(500, "plain words", "refused: plain words (status 500)")]
#[case(500, "", "refused: it gave no reason (status 500)")]
#[case(503, "{}", "(status 503)")]
#[tokio::test]
async fn a_refusal_keeps_the_engines_words(
    #[case] status: u16,
    #[case] body: &str,
    #[case] words: &str,
) {
    let error = connect_to(answers(status, body), AMPLE).await.unwrap_err();
    assert!(
        matches!(error, EngineError::Refused { status: Some(found), .. } if found == status),
        "{error:?}"
    );
    assert!(error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn a_full_disk_is_told_with_what_to_do() {
    let body = r#"{"message":"mkdir /var/lib/docker/tmp: no space left on device"}"#;
    let error = connect_to(answers(500, body), AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Full { .. }), "{error:?}");
    assert!(error.to_string().contains("docker system prune"), "{error}");
}

#[rstest]
#[case::by_the_head(Habit::Answers(fake::textbook("OK").replace("1.46", "1.40")))]
#[case::by_the_long_answer(ok(r#"{"Version":"19.03","ApiVersion":"1.40"}"#))]
#[tokio::test]
async fn an_old_engine_is_refused(#[case] habit: Habit) {
    let error = connect_to(habit, AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::TooOld { .. }), "{error:?}");
    assert!(error.to_string().contains("API 1.40"), "{error}");
    assert!(error.to_string().contains("1.41"), "{error}");
}

#[tokio::test]
async fn a_tls_port_without_tls_says_how_to_turn_it_on() {
    let body = "Client sent an HTTP request to an HTTPS server.\n";
    let error = connect_to(answers(400, body), AMPLE).await.unwrap_err();
    assert!(error.to_string().contains("DOCKER_TLS_VERIFY=1"), "{error}");
}

#[tokio::test]
async fn what_is_no_socket_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let stale = folder.path().join("stale");
    drop(UnixListener::bind(&stale).unwrap());
    for (path, words) in [
        (folder.path().join("missing"), "no such socket"),
        (file.clone(), "a file, not a socket"),
        (folder.path().to_owned(), "a folder, not a socket"),
        (stale, "nothing listens"),
        (file.join("below"), "Not a directory"),
    ] {
        let error = Engine::connect(Some(&address(&path)), &nowhere(&folder)).await.unwrap_err();
        assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_tcp_engine_is_reached_and_a_closed_port_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("tcp://{}", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        fake::behave(&Habit::Answers(fake::textbook("OK")), &mut stream);
    });
    let engine = Engine::connect_within(Some(&host), &nowhere(&folder), AMPLE).await.unwrap();
    assert_eq!(engine.host().to_string(), host);
    served.join().unwrap();

    // The listener is closed now.
    let error = Engine::connect_within(Some(&host), &nowhere(&folder), AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let error =
        Engine::connect_within(Some("tcp://no-such-machine.invalid"), &nowhere(&folder), AMPLE)
            .await
            .unwrap_err();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
    assert!(!error.to_string().contains("client error"), "{error}");
}
