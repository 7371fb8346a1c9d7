//! Which engine is meant, and that a choice is never silently replaced.

use std::fs;
use std::path::{Path, PathBuf};

use prebake::domain::digest::Digest;
use prebake::engine::{Engine, EngineError, HostSource, Outcome, Surroundings};
use rstest::rstest;

use crate::fake::{self, AMPLE, VERSION, address, nowhere, ok};

/// Docker's configuration folder with a current context, and contexts by name and address.
fn config(folder: &Path, current: &str, contexts: &[(&str, &str)]) -> PathBuf {
    let config = folder.join("config");
    fs::create_dir_all(&config).unwrap();
    fs::write(
        config.join("config.json"),
        format!(r#"{{"auths":{{}},"currentContext":"{current}"}}"#),
    )
    .unwrap();
    for (name, host) in contexts {
        let meta = config.join("contexts/meta").join(Digest::of(name).full());
        fs::create_dir_all(&meta).unwrap();
        fs::write(
            meta.join("meta.json"),
            format!(
                r#"{{"Name":"{name}","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}","SkipTLSVerify":false}}}}}}"#
            ),
        )
        .unwrap();
    }
    config
}

#[tokio::test]
async fn the_first_that_is_named_wins() {
    let folder = tempfile::tempdir().unwrap();
    let [flag, host, named, current] = ["flag", "host", "named", "current"]
        .map(|name| address(&fake::engine(folder.path(), name, ok(VERSION))));
    let mut around = Surroundings {
        docker_host: Some(host.clone()),
        docker_context: Some("named".to_owned()),
        docker_config: Some(config(
            folder.path(),
            "current",
            &[("named", &named), ("current", &current)],
        )),
        ..nowhere(&folder)
    };
    let found = async |flag: Option<&str>, around: &Surroundings| {
        let engine = Engine::connect_within(flag, around, AMPLE).await.unwrap();
        (engine.host().to_string(), engine.source())
    };
    assert_eq!(found(Some(&flag), &around).await, (flag.clone(), HostSource::Flag));
    assert_eq!(found(None, &around).await, (host, HostSource::DockerHost));
    around.docker_host = None;
    assert_eq!(found(None, &around).await, (named, HostSource::DockerContext));
    around.docker_context = None;
    assert_eq!(found(None, &around).await, (current, HostSource::CurrentContext));
}

#[tokio::test]
async fn a_choice_that_does_not_answer_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fake::engine(folder.path(), "run/docker.sock", ok(VERSION));
    let missing = address(&folder.path().join("missing"));
    let docker_config = Some(config(folder.path(), "gone", &[("gone", &missing)]));
    let chosen = [
        Surroundings { docker_host: Some(missing.clone()), ..nowhere(&folder) },
        Surroundings {
            docker_context: Some("gone".into()),
            docker_config: docker_config.clone(),
            ..nowhere(&folder)
        },
        Surroundings { docker_config, ..nowhere(&folder) },
    ];
    for around in chosen {
        let probe = Engine::probe(None, &around).await;
        assert_eq!(probe.attempts.len(), 1, "{:?}", probe.attempts);
        assert!(matches!(probe.attempts[0].outcome, Outcome::Failed(_)));
        let error = probe.into_engine().unwrap_err();
        assert!(
            matches!(&error, EngineError::Unreachable { host, .. } if *host == missing),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_context_called_default_means_none() {
    let folder = tempfile::tempdir().unwrap();
    let around = Surroundings {
        docker_context: Some("default".to_owned()),
        docker_config: Some(config(folder.path(), "other", &[("other", "unix:///other")])),
        ..nowhere(&folder)
    };
    let probe = Engine::probe(None, &around).await;
    assert_eq!(probe.attempts[0].source, HostSource::DefaultSocket);
}

#[rstest]
#[case("build:2375")]
#[case("npipe:////./pipe/docker_engine")]
#[case("ssh://-oProxyCommand=id")]
#[tokio::test]
async fn an_address_that_cannot_be_used_is_told_with_its_source(#[case] address: &str) {
    let folder = tempfile::tempdir().unwrap();
    let around = Surroundings { docker_host: Some(address.to_owned()), ..nowhere(&folder) };
    let error = Engine::connect(None, &around).await.unwrap_err();
    assert!(matches!(error, EngineError::Unsupported { .. }), "{error:?}");
    assert!(error.to_string().contains("(DOCKER_HOST)"), "{error}");
}

#[tokio::test]
async fn a_context_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let docker_config = config(folder.path(), "", &[("pipe", "npipe:////./pipe/docker")]);
    let broken = docker_config.join("contexts/meta").join(Digest::of("broken").full());
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("meta.json"), "{").unwrap();
    for (name, words) in
        [("missing", "docker context ls"), ("pipe", "Windows"), ("broken", "meta.json")]
    {
        let around = Surroundings {
            docker_context: Some(name.to_owned()),
            docker_config: Some(docker_config.clone()),
            ..nowhere(&folder)
        };
        let error = Engine::connect(None, &around).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_contexts_certificates_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let docker_config = config(folder.path(), "far", &[("far", "tcp://127.0.0.1:1")]);
    let around = Surroundings { docker_config: Some(docker_config.clone()), ..nowhere(&folder) };
    // Without a folder of certificates, the address is a plain one.
    let probe = Engine::probe_within(None, &around, AMPLE).await;
    assert_eq!(probe.attempts[0].host, "tcp://127.0.0.1:1");

    let name = Digest::of("far");
    let certs = docker_config.join("contexts/tls").join(name.full()).join("docker");
    fs::create_dir_all(&certs).unwrap();
    let error = Engine::connect(None, &around).await.unwrap_err();
    let named = certs.join("ca.pem").display().to_string();
    assert!(error.to_string().contains(&named), "{error}");

    let meta = docker_config.join("contexts/meta").join(name.full()).join("meta.json");
    let text = fs::read_to_string(&meta).unwrap();
    fs::write(&meta, text.replace("false", "true")).unwrap();
    let error = Engine::connect(None, &around).await.unwrap_err();
    assert!(error.to_string().contains("skip TLS verification"), "{error}");
}

#[tokio::test]
async fn a_broken_configuration_is_named_and_another_choice_goes_round_it() {
    let folder = tempfile::tempdir().unwrap();
    let docker_config = config(folder.path(), "", &[]);
    fs::write(docker_config.join("config.json"), "{,}").unwrap();
    let mut around = Surroundings { docker_config: Some(docker_config), ..nowhere(&folder) };
    let error = Engine::connect(None, &around).await.unwrap_err();
    assert!(matches!(error, EngineError::Configuration { .. }), "{error:?}");
    assert!(error.to_string().contains("config.json"), "{error}");

    around.docker_host = Some(address(&fake::engine(folder.path(), "s", ok(VERSION))));
    assert!(Engine::connect_within(None, &around, AMPLE).await.is_ok());
}
