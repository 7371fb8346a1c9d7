//! Files of dev containers, whole, and back again.

use super::*;
use crate::domain::import::{Imported, Kind, Note, read};

fn import(text: &str) -> Imported {
    let source = Source { name: "devcontainer.json", text, folder: "/home/ana/shop" };
    let mut reading = read(Kind::Devcontainer, source).unwrap();
    assert_eq!(reading.environments.len(), 1);
    reading.environments.remove(0)
}

/// The notes of a fate, `field: told`.
fn told(imported: &Imported, fate: Fate) -> Vec<String> {
    let notes = imported.notes.iter().filter(|note| note.fate == fate);
    notes.map(|Note { field, told, .. }| format!("{field}: {told}")).collect()
}

#[track_caller]
fn check_round_trip(imported: &Imported) {
    let text = export(&imported.id, &imported.environment);
    let source = Source { name: "devcontainer.json", text: &text, folder: "/elsewhere" };
    let reading = read(Kind::Devcontainer, source).unwrap();
    let again = &reading.environments[0];
    assert_eq!((&again.id, &again.environment), (&imported.id, &imported.environment), "{text}");
    assert_eq!(export(&again.id, &again.environment), text);
}

const FILE: &str = r#"// The shop.
{
  "name": "Shop",
  "image": "debian:12", /* not the newest */
  "onCreateCommand": "apt-get update && apt-get install -y jq",
  "updateContentCommand": ["npm", "ci", "--prefix", "a b"],
  "postCreateCommand": {
    "server": "npm run server # ${localEnv:STAGE:dev}",
    "client": ["npm", "run", "${containerEnv:WHAT}"],
  },
  "postStartCommand": "",
  "postAttachCommand": "echo hello",
  "initializeCommand": "true",
  "containerEnv": { "LEVEL": "info", "NUMBER": 7, "TOKEN": "${localEnv:TOKEN}", "1X": "y" },
  "remoteEnv": { "PATH": "${containerEnv:PATH}:/opt/shop", "GONE": null, "STAGE": "${localEnv:STAGE:dev}" },
  "mounts": [
    "source=${localEnv:HOME}${localEnv:USERPROFILE}/.ssh,target=/home/dev/.ssh,type=bind,readonly",
    { "type": "volume", "source": "cache", "target": "/cache" },
    "type=tmpfs,target=/tmp/x",
    "source=${localEnv:ELSEWHERE},target=/e"
  ],
  "forwardPorts": [3000, "localhost:9229", "db:5432"],
  "appPort": "0.0.0.0:80:8080",
  "remoteUser": "dev",
  "workspaceFolder": "/src/${localWorkspaceFolderBasename}",
  "features": { "ghcr.io/devcontainers/features/node:1": { "version": 20 } },
  "customizations": { "vscode": { "extensions": ["a.b"] } },
  "runArgs": ["--init"],
  "whatever": [1, 1.50],
}
"#;

#[test]
fn each_field_becomes_ours_or_is_told() {
    let imported = import(FILE);
    let it = &imported.environment;
    assert_eq!((imported.id.as_str(), it.name.as_str()), ("shop", "Shop"));
    assert_eq!(it.base_image, "debian:12");
    assert_eq!(
        it.cached_preflight_script,
        "#!/bin/bash\n\n# onCreateCommand\n(\napt-get update && apt-get install -y jq\n) || exit\n\n# updateContentCommand\nnpm ci --prefix 'a b' || exit\n"
    );
    assert_eq!(
        it.run_preflight_script,
        "#!/bin/bash\n\nexport PATH=\"${PATH:-}:/opt/shop\"\nunset GONE\n\n# postCreateCommand, all at the same time\njobs=()\n# server\n(\nnpm run server # ${STAGE:-dev}\n) & jobs+=(\"$!\")\n# client\n(\nnpm run \"${WHAT:-}\"\n) & jobs+=(\"$!\")\nfor job in \"${jobs[@]}\"; do wait \"$job\" || exit; done\n"
    );
    let variables: Vec<_> =
        it.env_vars.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(variables, ["LEVEL=info", "NUMBER=7", "STAGE=dev"]);
    assert_eq!(it.mounts, ["/home/ana/shop:/src/shop", "~/.ssh:/home/dev/.ssh:ro", "cache:/cache"]);
    assert_eq!(it.ports, ["3000:3000", "9229:9229", "0.0.0.0:80:8080"]);
    assert_eq!((it.user.as_str(), it.workdir.as_str()), ("dev", "/src/shop"));
    let left = told(&imported, Fate::Left).join("\n");
    for field in [
        "containerEnv.TOKEN: is not carried over: it is the host's `TOKEN`",
        "containerEnv.1X: ",
        "mounts[2]: is not carried over: only folders",
        "mounts[3]: is not carried over: `localEnv:ELSEWHERE` is not known",
        "forwardPorts[2]: ",
        "features: is not carried over: install what the features did in `cached_preflight_script`; it is kept below `devcontainer`",
        "customizations: ",
        "runArgs: ",
        "postAttachCommand: ",
        "initializeCommand: ",
        "whatever: is not carried over: prebake does not know it",
    ] {
        assert!(left.contains(field), "{field}\n{left}");
    }
    assert_eq!(left.lines().count(), 11, "{left}");
    check_round_trip(&imported);
}

#[test]
fn a_folder_that_no_mount_can_name_is_told() {
    for (text, workdir, told) in [
        ("{}", "", "which a mount cannot name, so `workdir` is left out, too; rename the folder"),
        (r#"{"workspaceFolder": "/srv"}"#, "/srv", "which a mount cannot name; rename the folder"),
    ] {
        let source = Source { name: "devcontainer.json", text, folder: "/home/we:ird" };
        let reading = read(Kind::Devcontainer, source).unwrap();
        let imported = &reading.environments[0];
        let note = imported.notes.iter().find(|note| note.field == "workspaceMount").unwrap();
        assert!(note.told.contains(told), "{note:?}");
        let it = &imported.environment;
        assert_eq!((it.mounts.as_slice(), it.workdir.as_str()), (&[][..], workdir));
    }
}

#[test]
fn what_was_left_goes_back_to_where_it_came_from() {
    let imported = import(FILE);
    let text = export(&imported.id, &imported.environment);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["features"]["ghcr.io/devcontainers/features/node:1"]["version"], 20);
    assert_eq!(document["customizations"]["vscode"]["extensions"][0], "a.b");
    assert_eq!(document["onCreateCommand"][0], "bash");
    assert_eq!(document["onCreateCommand"][2], imported.environment.cached_preflight_script);
    assert_eq!(
        document["mounts"][1],
        "source=${localEnv:HOME}/.ssh,target=/home/dev/.ssh,type=bind,readonly"
    );
    assert!(document.get("devcontainer").is_none(), "{text}");
}

#[test]
fn every_environment_survives_an_export() {
    let mut environment = manifest::parse(
        "name: x\nbase_image: a@sha256:0000000000000000000000000000000000000000000000000000000000000000\nheadless_desktop_enabled: true\ncache_container_build: false\ncached_preflight_script: |2-\n   a\n  \tb \nrun_preflight_script: \"#!/bin/bash\\r\\necho ${localEnv:X} ${PWD}\\n\"\nenv_vars: {A: '${localEnv:HOME}', B: \"\"}\nmounts: ['~/a:/a', './b:/b:ro']\ncommand: [bash, -l]\nports: ['53:53/udp', '[::1]:80:80']\nworkdir: /a\nuser: 1000:1000\npreflight_enabled: true\npreflight_script: old\nzeta: {deep: [1, two]}\n",
    )
    .unwrap();
    let id = EnvironmentId::parse("odd.one").unwrap();
    for _ in 0..2 {
        let imported = Imported {
            id: id.clone(),
            at: String::new(),
            environment: environment.clone(),
            notes: Vec::new(),
        };
        check_round_trip(&imported);
        environment = Environment {
            preflight_enabled: true,
            preflight_script: "x\n".to_owned(),
            ..Environment::default()
        };
    }
}

#[test]
fn a_dockerfile_or_nothing_is_told_and_the_base_is_our_own() {
    for text in [
        r#"{"build": {"dockerfile": "Dockerfile"}}"#,
        "{}",
        r#"{"image": {"a": 1}, "remoteUser": "a b", "mounts": 5, "onCreateCommand": {"a": {"b": 1}}, "containerEnv": [1]}"#,
    ] {
        let imported = import(text);
        assert_eq!(imported.environment.base_image, Environment::default().base_image);
        assert!(imported.notes.iter().any(|note| note.field == "image"), "{:?}", imported.notes);
        check_round_trip(&imported);
    }
    let source = Source { name: "devcontainer.json", text: "[]", folder: "" };
    assert!(read(Kind::Devcontainer, source).is_err());
}

#[test]
fn a_name_of_a_variable_is_no_way_into_the_script() {
    let imported =
        import(r#"{"image": "a", "remoteEnv": {"x; echo": null, "y$(z)": "${containerEnv:A}"}}"#);
    assert_eq!(imported.environment.run_preflight_script, "");
    assert_eq!(told(&imported, Fate::Left).len(), 2);
}
