//! What holds for any file: reading ends, whatever comes out can be written and read back, and an
//! export of it is imported as the same.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::domain::manifest;

/// Names that mean something in one of the formats, and some that mean nothing.
const NAMES: &str = "env_id id name version env_vars extra_mounts ports preflight_enabled \
    preflight_script cached_preflight_script run_preflight_script cache_container_build settings \
    environments host_workdir workspace_type image build onCreateCommand postCreateCommand \
    postStartCommand containerEnv remoteEnv mounts forwardPorts remoteUser workspaceFolder \
    workspaceMount customizations prebake tasks init command env port source target type x";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z/:.~-]{0,8}",
        r"[ -~\n\t]{0,12}",
        "\\PC{0,6}",
        Just("${localEnv:HOME}/x".to_owned()),
        Just("${containerEnv:PATH}".to_owned()),
        Just("${localEnv:A:b}".to_owned()),
        Just("source=a,target=/b".to_owned()),
        Just("/a:/b:ro".to_owned()),
        Just("8080:80".to_owned()),
        Just("no".to_owned()),
        Just("1.10".to_owned()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let names: Vec<String> = NAMES.split_whitespace().map(str::to_owned).collect();
    let name = prop_oneof![4 => proptest::sample::select(names), 1 => text()];
    let leaf = prop_oneof![
        text().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|pairs| Value::from(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn check(kind: Kind, name: &str, text: &str) {
    let source = Source { name, text, folder: "/home/ana/shop" };
    let Ok(reading) = read(kind, source) else { return };
    for Imported { id, environment, .. } in reading.environments {
        let yaml = manifest::render(&environment);
        assert_eq!(manifest::parse(&yaml).as_ref(), Ok(&environment), "{yaml}");
        let own = Source { name: &format!("{id}.yaml"), text: &yaml, folder: "" };
        let again = read(Kind::Environment, own).unwrap();
        assert_eq!(again.environments[0].environment, environment);
        let json = export(&id, &environment);
        let dev = Source { name: "devcontainer.json", text: &json, folder: "" };
        let again = read(Kind::Devcontainer, dev).unwrap();
        assert_eq!(again.environments[0].id, id);
        // JSON has fewer ways to write a scalar than YAML.
        let says = |it: &Environment| serde_json::to_value(it).unwrap();
        assert_eq!(says(&again.environments[0].environment), says(&environment), "{json}");
        assert_eq!(export(&id, &again.environments[0].environment), json);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_json_says_comes_out_whole(value in value()) {
        let text = value.to_string();
        check(Kind::Devcontainer, "devcontainer.json", &text);
        check(Kind::AgentsRunner, "environment-x.json", &text);
        check(Kind::AgentsRunner, "state.json", &json!({ "environments": [value], "settings": value }).to_string());
        check(Kind::Gitpod, ".gitpod.yml", &text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}|[\\[\\]{}\":,#\n -]{0,40}") {
        for kind in [Kind::Environment, Kind::Devcontainer, Kind::Gitpod, Kind::Shell] {
            check(kind, "x.yaml", &text);
        }
        for name in ["state.json", "state.toml"] {
            check(Kind::AgentsRunner, name, &text);
            let _ = Kind::of(name, &text);
        }
        let _ = Kind::of("x.json", &text);
    }
}
