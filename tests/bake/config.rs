//! An image has the configuration of its base, whatever the bake's container was started with.

use serde_json::{Value, json};

use crate::support::World;

/// What must come back; an absent value, null, and an empty one say the same to an engine.
const FIELDS: [&str; 11] = [
    "Entrypoint",
    "Cmd",
    "Env",
    "User",
    "WorkingDir",
    "Volumes",
    "ExposedPorts",
    "Healthcheck",
    "OnBuild",
    "StopSignal",
    "Shell",
];

fn bases() -> Vec<(&'static str, Value)> {
    let path = "PATH=/usr/local/bin:/usr/bin:/bin";
    vec![
        ("nothing", json!({ "Cmd": null, "Env": null })),
        (
            "empty",
            json!({
                "Cmd": [], "Entrypoint": [], "Env": [path], "User": "", "WorkingDir": "",
                "Volumes": {}, "ExposedPorts": {}, "OnBuild": [],
            }),
        ),
        ("entrypoint", json!({ "Entrypoint": ["/bin/cat"], "Cmd": null, "Env": [path] })),
        ("empty-string-command", json!({ "Entrypoint": ["/bin/cat"], "Cmd": [""], "Env": [path] })),
        ("both", json!({ "Entrypoint": ["/usr/bin/env"], "Cmd": ["A=1", "env"] })),
        (
            "everything",
            json!({
                "Entrypoint": ["bash", "-c"], "Cmd": ["echo hi"], "User": "dev",
                "Env": [path, "EMPTY=", "SPACED=a b=c"], "WorkingDir": "/home/dev",
                "Volumes": { "/srv/data": {} }, "ExposedPorts": { "8080/tcp": {}, "53/udp": {} },
                "Healthcheck": { "Test": ["CMD-SHELL", "true"], "Interval": 5_000_000_000_u64 },
                "OnBuild": ["RUN true"], "StopSignal": "SIGQUIT", "Shell": ["/bin/bash", "-c"],
                "Labels": { "maker": "somebody", "empty": "" },
            }),
        ),
        ("no-check", json!({ "Healthcheck": { "Test": ["NONE"] }, "StopSignal": "9" })),
    ]
}

fn plain(config: &Value, field: &str) -> Value {
    let value = &config[field];
    // One user under three names; an empty one is what no commit can restore.
    if field == "User" && ["0", "root", ""].iter().any(|root| value == root) {
        return Value::Null;
    }
    let empty = match value {
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if empty { Value::Null } else { value.clone() }
}

#[test]
fn every_configuration_of_a_base_comes_back() {
    let mut world = World::new();
    for (tag, config) in bases() {
        let base = world.base_with(tag, &config);
        world.write(tag, |e| e.base(&base).cached("echo hi > /tmp/f"));
        let image = world.build(tag).succeeds().line();
        let before = world.docker().image(&base).unwrap()["Config"].clone();
        let after = world.docker().image(&image).unwrap()["Config"].clone();
        for field in FIELDS {
            assert_eq!(plain(&after, field), plain(&before, field), "{field} of `{tag}`");
            // The base was made as described: nothing is compared that is not there.
            if config.get(field).is_some() {
                assert_eq!(plain(&before, field), plain(&config, field), "{field} of `{tag}`");
            }
        }
        for (name, value) in before["Labels"].as_object().into_iter().flatten() {
            assert_eq!(&after["Labels"][name], value, "label `{name}` of `{tag}`");
        }
        assert_eq!(world.docker().file(&image, "/tmp/f").unwrap(), "hi\n", "{tag}");
    }
}

#[test]
fn an_image_on_an_image_keeps_the_configuration_too() {
    let mut world = World::new().tiny_desktop();
    let (tag, config) = bases().remove(5);
    let base = world.base_with(tag, &config);
    // The desktop is installed by root; the base's own user cannot.
    world.write("demo", |e| {
        e.base(&base).user("root").desktop(true, true).cached("id -u > /opt/user")
    });
    let image = world.build("demo").succeeds().line();
    let before = world.docker().image(&base).unwrap()["Config"].clone();
    let after = world.docker().image(&image).unwrap()["Config"].clone();
    for field in FIELDS {
        assert_eq!(plain(&after, field), plain(&before, field), "{field}");
    }
    assert_eq!(world.docker().file(&image, "/opt/user").unwrap(), "0\n");
}

#[test]
fn a_volume_of_the_base_is_told_since_no_image_holds_what_is_in_it() {
    let mut world = World::new();
    let base = world.base_with("volume", &json!({ "Volumes": { "/srv/data": {} } }));
    world.write("demo", |e| e.base(&base).cached("echo lost > /srv/data/f; echo kept > /srv/f"));
    let sentence = "declares `/srv/data` as a volume, so what is written there is not baked";
    world.build("demo").succeeds().says(sentence);
    world.bash("demo", "cat /srv/f; ls /srv/data").succeeds().prints("kept\n");
}

#[test]
fn scripts_run_as_the_user_of_the_image_or_of_the_environment() {
    let mut world = World::new();
    let dev = world.base_with("dev", &json!({ "User": "dev", "WorkingDir": "/home/dev" }));
    let users = [
        ("image", "", "1000 /home/dev\n"),
        ("root", "root", "0 /home/dev\n"),
        ("number", "1000:1000", "1000 /home/dev\n"),
    ];
    for (name, user, expected) in users {
        world.write(name, |e| {
            e.base(&dev).user(user).cached("printf '%s %s\\n' $(id -u) $PWD > /tmp/who")
        });
        let image = world.build(name).succeeds().line();
        assert_eq!(world.docker().file(&image, "/tmp/who").unwrap(), expected, "{name}");
        assert_eq!(world.docker().image(&image).unwrap()["Config"]["User"], "dev", "{name}");
        let task = world.bash(name, "id -u").succeeds();
        assert!(expected.starts_with(task.out().trim_end()), "{name}: {}", task.out());
    }
}

#[test]
fn a_user_that_the_image_does_not_have_is_a_sentence() {
    let world = World::new().environment("demo", |e| e.user("nosuch").cached("true"));
    let sentence = world.build("demo").exits(1).error();
    assert!(sentence.starts_with("user `nosuch` is not in `/etc/passwd` of image "), "{sentence}");
    world.assert_tidy("demo");
}

#[test]
fn a_base_without_bash_is_a_sentence() {
    let mut world = World::new();
    let empty = world.base_without_bash();
    world.write("demo", |e| e.base(&empty).cached("true"));
    let sentence = world.build("demo").exits(1).error();
    assert_eq!(
        sentence,
        format!("image `{empty}` has no bash, which runs the scripts; use a base image with bash")
    );
    world.write("demo", |e| e.base(&empty));
    let sentence = world.run("demo", &["true"]).exits(125).error();
    assert!(sentence.contains("has no bash"), "{sentence}");
    world.assert_tidy("demo");
}

#[test]
fn a_base_that_is_nowhere_is_a_sentence() {
    let world = World::new();
    let name = format!("localhost:1/prebake-test-{}:none", world.token());
    let world = world.environment("demo", |e| e.base(&name).cached("true"));
    let sentence = world.build("demo").exits(1).error();
    let start = format!("base image `{name}` is not in the engine and could not be pulled: ");
    assert!(sentence.starts_with(&start), "{sentence}");
    world.run("demo", &["true"]).exits(125).says(&start);
    assert_eq!(world.status("demo")["base"]["id"], Value::Null);
}
