//! An engine behind TLS that asks for a client certificate: `openssl s_server`, fed by hand.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use prebake::engine::{Engine, EngineError, Surroundings};
use rstest::rstest;
use tempfile::TempDir;

use crate::fake::{AMPLE, VERSION, http, nowhere};

fn openssl(folder: &Path, words: &[&str]) {
    let output = Command::new("openssl").args(words).current_dir(folder).output().unwrap();
    assert!(
        output.status.success(),
        "openssl {words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// An authority, and a certificate signed by it for the server and for the client.
fn certificates(folder: &Path) {
    let authority = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout ca-key.pem -out ca.pem";
    openssl(folder, &authority.split(' ').collect::<Vec<_>>());
    for (key, cert, extension) in [
        ("server-key.pem", "server.pem", "subjectAltName=IP:127.0.0.1"),
        ("key.pem", "cert.pem", "extendedKeyUsage=clientAuth"),
    ] {
        let request = format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=one -keyout {key} -out request.pem"
        );
        openssl(folder, &request.split(' ').collect::<Vec<_>>());
        fs::write(folder.join("extension"), extension).unwrap();
        let sign = format!(
            "x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile extension -out {cert}"
        );
        openssl(folder, &sign.split(' ').collect::<Vec<_>>());
    }
}

/// A server that is killed when the test ends.
struct Server {
    process: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Demands a certificate of our authority, and answers each question like an engine.
fn serve(folder: &Path) -> Server {
    let mut process = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-Verify", "2"])
        .args(["-verify_return_error", "-CAfile", "ca.pem"])
        .args(["-cert", "server.pem", "-key", "server-key.pem"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut answer = process.stdin.take().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("ACCEPT ")?.rsplit(':').next()?.parse().ok())
        .expect("openssl names its port");
    thread::spawn(move || {
        let mut asking = false;
        for line in lines.map_while(Result::ok) {
            asking |= line.starts_with("GET ");
            if asking && line.is_empty() {
                asking = false;
                let _ = answer.write_all(http(200, VERSION).as_bytes());
                let _ = answer.flush();
            }
        }
    });
    Server { process, port }
}

fn around(place: &TempDir, server: &Server, certs: PathBuf) -> Surroundings {
    Surroundings {
        docker_host: Some(format!("tcp://127.0.0.1:{}", server.port)),
        docker_tls_verify: Some("1".to_owned()),
        docker_cert_path: Some(certs),
        ..nowhere(place)
    }
}

#[tokio::test]
async fn an_engine_behind_tls_is_reached_with_a_client_certificate() {
    let place = tempfile::tempdir().unwrap();
    certificates(place.path());
    let server = serve(place.path());
    let around = around(&place, &server, place.path().to_owned());
    let engine = Engine::connect_within(None, &around, AMPLE).await.unwrap();
    assert_eq!(engine.versions().engine, "27.0.1");
    assert_eq!(engine.host().to_string(), format!("https://127.0.0.1:{}", server.port));
}

#[tokio::test]
async fn an_authority_we_do_not_know_is_refused() {
    let place = tempfile::tempdir().unwrap();
    certificates(place.path());
    let server = serve(place.path());
    let other = tempfile::tempdir().unwrap();
    certificates(other.path());
    let around = around(&place, &server, other.path().to_owned());
    let error = Engine::connect_within(None, &around, AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_client_certificate_that_is_refused_is_told() {
    let place = tempfile::tempdir().unwrap();
    certificates(place.path());
    let server = serve(place.path());
    let bare = tempfile::tempdir().unwrap();
    fs::copy(place.path().join("ca.pem"), bare.path().join("ca.pem")).unwrap();
    let around = around(&place, &server, bare.path().to_owned());
    let error = Engine::connect_within(None, &around, AMPLE).await.unwrap_err();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("`cert.pem` and `key.pem`"), "{error}");
}

#[rstest]
#[case(&[], "ca.pem")]
#[case(&["ca.pem", "key.pem"], "cert.pem")]
#[case(&["ca.pem", "cert.pem"], "key.pem")]
#[tokio::test]
async fn a_certificate_file_that_is_missing_is_named(
    #[case] present: &[&str],
    #[case] missing: &str,
) {
    let place = tempfile::tempdir().unwrap();
    for name in present {
        fs::write(place.path().join(name), "").unwrap();
    }
    let around = Surroundings {
        docker_host: Some("tcp://127.0.0.1:1".to_owned()),
        docker_tls_verify: Some("1".to_owned()),
        docker_cert_path: Some(place.path().to_owned()),
        ..nowhere(&place)
    };
    let error = Engine::connect(None, &around).await.unwrap_err();
    let named = place.path().join(missing).display().to_string();
    assert!(error.to_string().contains(&named), "{error}");
}
