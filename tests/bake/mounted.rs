//! What a bake has beside its image: secrets, which end up nowhere, and package caches, which
//! bakes share and no image holds.

use std::fs;

use prebake::domain::digest::Digest;
use serde_json::Value;

use crate::support::{GATE, Saved, World, contains, files_below, unique};

/// A script that reads both secrets, prints one of them in two pieces and writes neither.
const READS: &str = "\
[ $(stat -c %a /run/secrets/TOKEN) = 400 ]
[ \"$(cat)\" = '' ]
read -r token < /run/secrets/TOKEN || [ \"$token\" ]
printf 'begin %s' \"${token:0:9}\"; printf '%s end\\n' \"${token:9}\"
printf '%s' \"$token\" | base64
grep -q second /run/secrets/KEY
! env | grep -qF \"$token\"
echo ${#token} > /opt/length";

/// A world whose environment has a secret of a variable and one of a file.
fn world(script: &str) -> (World, String, String) {
    let (token, key) = (unique(), unique());
    let world = World::new();
    let file = world.cwd().join("key");
    fs::write(&file, format!("{key}\nsecond line\n")).unwrap();
    let file = file.display().to_string();
    let world = world.environment("demo", |e| {
        e.secret("TOKEN", "env", "TEST_TOKEN")
            .secret("KEY", "file", &file)
            .cached(&format!("set -e\n{script}"))
    });
    (world, token, key)
}

/// Files of the state that contain a text.
fn files_with(world: &World, text: &str) -> Vec<std::path::PathBuf> {
    let mut files = files_below(&world.state());
    files.retain(|file| contains(&fs::read(file).unwrap(), text.as_bytes()));
    files
}

#[test]
fn secrets_of_a_bake_are_in_no_layer_label_history_log_or_file() {
    let (world, token, key) = world(&format!("{READS}\n{GATE}"));
    let events = world.cwd().join("events");
    let build = world.prebake(["build", "demo", "--events"]).argument(&events);
    let build = build.variable("TEST_TOKEN", &token).start();
    let container = world.baking("demo");
    build.until_err("begin *** end");
    let told = world.docker().container(&container).unwrap().to_string();
    assert!(told.contains("/run/secrets") && told.contains("TOKEN KEY"), "{told}");
    assert!(!told.contains(&token) && !told.contains(&key));
    let shown = world
        .docker()
        .lines(["exec", &container, "bash", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null || true"])
        .join("\n");
    assert!(shown.contains("bash") && !shown.contains(&token), "{shown}");
    world.open_gate("demo");
    let built = build.wait().succeeds();
    let (image, err) = (built.line(), built.err());
    assert!(err.contains("begin *** end\n***") && !err.contains(&token), "{err}");

    let saved = Saved::of(world.docker(), &image);
    assert_eq!(world.docker().file(&image, "/opt/length").unwrap(), "16\n");
    assert!(saved.paths.iter().any(|path| path == "opt/length"));
    assert!(saved.is_told("TOKEN KEY"));
    let events = fs::read(events).unwrap();
    assert!(contains(&events, b"begin *** end"));
    assert!(contains(&world.bake_log(), b"begin *** end"));
    let history = world.prebake(["history", "demo", "--json"]).run().succeeds().out();
    let explained = world.prebake(["explain", "demo"]).run().succeeds().out();
    assert!(explained.contains("TOKEN KEY"), "{explained}");
    for secret in [&token, &key] {
        assert!(!saved.layers_contain(secret) && !saved.is_told(secret));
        assert!(!contains(&events, secret.as_bytes()));
        assert!(!history.contains(secret.as_str()) && !explained.contains(secret.as_str()));
        assert_eq!(files_with(&world, secret), Vec::<std::path::PathBuf>::new());
    }
    let config = &world.docker().image(&image).unwrap()["Config"];
    for field in ["OpenStdin", "StdinOnce", "AttachStdin"] {
        assert_ne!(config[field], true, "{field}");
    }
    world.assert_tidy("demo");
}

#[test]
fn every_byte_of_a_secret_arrives() {
    let bytes: Vec<u8> = (0..=255).collect();
    let world = World::new();
    let file = world.cwd().join("bytes");
    fs::write(&file, &bytes).unwrap();
    let file = file.display().to_string();
    let world = world.environment("demo", |e| {
        e.secret("BYTES", "file", &file).cached("sha256sum < /run/secrets/BYTES > /opt/sum")
    });
    let image = world.build("demo").succeeds().line();
    let sum = world.docker().file(&image, "/opt/sum").unwrap();
    assert_eq!(sum.split_whitespace().next(), Some(Digest::of(&bytes).full()));
}

#[test]
fn a_new_value_is_no_new_layer() {
    let (world, token, _) = world("cat /run/secrets/TOKEN > /dev/null");
    world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).run().succeeds();
    // Where the layer is there, nobody needs the secret.
    world.build("demo").succeeds();
    assert_eq!(world.status("demo")["layers"][0]["cached"], true);
}

#[test]
fn a_layer_that_would_hold_a_secret_is_not_made() {
    let mut places = Vec::new();
    for (script, path) in [
        ("cat /run/secrets/TOKEN > /opt/npmrc", "/opt/npmrc"),
        ("printf 'user:%s' \"$(cat /run/secrets/TOKEN)\" | base64 > /opt/auth", "/opt/auth"),
        ("ln -s \"/x/$(cat /run/secrets/TOKEN)\" /opt/link", "/opt/link"),
        ("touch \"/opt/$(cat /run/secrets/TOKEN)\"", "/opt/***"),
    ] {
        let (world, token, _) = world(script);
        let build = world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).run();
        let build = build.exits(1).does_not_say(&token);
        build.clone().says(&format!("it leaves secret `TOKEN` in `{path}`, so no image was made"));
        assert!(world.docker().image(&world.image_of("demo")).is_none(), "{script}");
        assert_eq!(world.docker().images(&world.label("demo")), [""; 0]);
        assert_eq!(files_with(&world, &token), Vec::<std::path::PathBuf>::new());
        let entry = &world.history("demo")[0];
        assert_eq!(entry["outcome"], "failed", "{entry}");
        places.push(path);

        // Removed by the script itself, it is in no layer.
        let mut world = world;
        world.change("demo", |e| e.cached(&format!("{script}\nrm -r /opt/*")));
        world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).run().succeeds();
    }
    assert_eq!(places.len(), 4);
}

#[test]
fn what_the_image_below_holds_is_no_finding() {
    let (mut world, token, _) = world("echo above > /opt/above");
    let name = format!("prebake-test-{}:holds", world.token());
    world.base_with_program(&name, "opt/below", &token);
    world.change("demo", |e| e.base(&name));
    let build = world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).run();
    let image = build.succeeds().line();
    assert_eq!(world.docker().file(&image, "/opt/below").unwrap(), token);
}

#[test]
fn without_its_secret_no_bake_begins_and_a_task_starts_degraded() {
    let (world, ..) = world("cat /run/secrets/TOKEN > /dev/null");
    let events = world.events("demo");
    let says = "secret `TOKEN` of environment";
    world.build("demo").exits(1).says(says).says("`export TEST_TOKEN=…` before you build");
    world.run("demo", &["echo", "started"]).succeeds().says("degraded: secret `TOKEN`");
    let created = events.created(world.base());
    let bakes = created.iter().filter(|labels| labels["prebake.role"] == "bake");
    assert_eq!(bakes.count(), 0);
}

#[test]
fn a_user_other_than_root_has_its_secrets_and_caches() {
    let name = format!("t-{}", unique());
    let token = unique();
    let mut world = World::new();
    world.owns_cache(&name);
    world.write("demo", |e| {
        e.user("1234:1234")
            .secret("TOKEN", "env", "TEST_TOKEN")
            .caches(&[&format!("{name}:/srv/own/store")])
            .cached(
                "set -e\n[ $(id -u) = 1234 ]\n[ $(wc -c < /run/secrets/TOKEN) = 16 ]\n\
                 echo x > /srv/own/store/x\ntouch /srv/own/y",
            )
    });
    let build = world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).run();
    let image = build.succeeds().line();
    // Folders on the way to the mount are the user's, as if a tool had made them.
    let look = ["run", "--rm", &image, "stat", "-c", "%u %a %F", "/srv/own", "/srv/own/store"];
    let owned = ["1234 755 directory", "0 755 directory"];
    assert_eq!(world.docker().lines(look), owned);
    assert!(world.docker().file(&image, "/srv/own/store/x").is_none());
}

#[test]
fn whoever_joins_a_bake_needs_no_source_and_finishes_it() {
    let (world, token, key) =
        world(&format!("echo begin\n{GATE}\necho key $(cat /run/secrets/KEY)"));
    let first = world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).start();
    first.until_err("\nbegin\n");
    fs::remove_file(world.cwd().join("key")).unwrap();
    let second = world.prebake(["build", "demo"]).start();
    second.until_err("joining the bake");
    second.until_err("\nbegin\n");
    first.kill();
    world.open_gate("demo");
    let second = second.wait().succeeds().says("key *** ***").does_not_say(&key);
    assert!(world.docker().image(&second.line()).is_some());
    assert_eq!(files_with(&world, &key), Vec::<std::path::PathBuf>::new());
    world.assert_tidy("demo");
}

#[test]
fn a_bake_that_ended_with_nobody_who_knows_its_secrets_is_baked_again() {
    let (world, token, _) = world(&format!("echo begin\n{GATE}\nmktemp /opt/f.XXX"));
    let events = world.events("demo");
    let first = world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).start();
    first.until_err("\nbegin\n");
    let container = world.baking("demo");
    first.kill();
    world.docker().open_gate(&container);
    assert_eq!(world.docker().lines(["wait", &container]), ["0"]);
    let second = world.prebake(["build", "demo"]).variable("TEST_TOKEN", &token).start();
    second.until_err("\nbegin\n");
    assert!(world.docker().image(&world.image_of("demo")).is_none());
    world.open_gate("demo");
    second.wait().succeeds();
    let created = events.created(world.base());
    let bakes = created.iter().filter(|labels| labels["prebake.role"] == "bake");
    assert_eq!(bakes.count(), 2);
    world.assert_tidy("demo");
}

/// The volume of the cache mounted at a path of a container.
fn volume_at(world: &World, container: &str, path: &str) -> String {
    let facts: Value = world.docker().container(container).unwrap();
    let mounts = facts["Mounts"].as_array().unwrap();
    let mount = mounts.iter().find(|mount| mount["Destination"] == path).unwrap();
    mount["Name"].as_str().unwrap().to_owned()
}

#[test]
fn bakes_share_a_cache_that_no_image_holds() {
    let name = format!("t-{}", unique());
    let mut world = World::new();
    world.owns_cache(&name);
    world.write("below", |e| e.cached("mkdir /opt/store; echo image > /opt/store/own"));
    let below = world.build("below").succeeds().line();
    let cache = format!("{name}:/opt/store");
    world.write("one", |e| {
        e.base(&below)
            .caches(&[&cache])
            .cached("set -e\n[ ! -e /opt/store/own ]\necho first > /opt/store/package")
    });
    let one = world.build("one").succeeds().line();
    world.write("two", |e| {
        e.base(&below).caches(&[&cache]).cached("cp /opt/store/package /opt/found")
    });
    let two = world.build("two").succeeds().line();
    assert_eq!(world.docker().file(&two, "/opt/found").unwrap(), "first\n");
    for image in [&one, &two] {
        assert_eq!(world.docker().file(image, "/opt/store/own").unwrap(), "image\n");
        assert!(world.docker().file(image, "/opt/store/package").is_none());
        let saved = Saved::of(world.docker(), image);
        assert!(!saved.paths.iter().any(|path| path.ends_with("opt/store/package")));
        assert_eq!(world.docker().image(image).unwrap()["Config"]["Volumes"], Value::Null);
    }
    // The folder itself is in the layer of the image below alone, as it was.
    let layers = |image: &str| {
        let paths = Saved::of(world.docker(), image).paths;
        paths.iter().filter(|path| path.trim_end_matches('/').ends_with("opt/store")).count()
    };
    assert_eq!(layers(&one), layers(&below));
    // On another base image nothing of it is there.
    world.write("other", |e| e.caches(&[&cache]).cached("[ ! -e /opt/store/package ]"));
    world.build("other").succeeds();
}

#[test]
fn bakes_at_the_same_time_have_volumes_of_their_own() {
    let name = format!("t-{}", unique());
    let cache = format!("{name}:/opt/store");
    let mut world = World::new();
    world.owns_cache(&name);
    for environment in ["one", "two"] {
        world.write(environment, |e| {
            e.caches(&[&cache]).cached(&format!("echo {environment} > /opt/store/who\n{GATE}"))
        });
    }
    let builds = ["one", "two"].map(|name| world.prebake(["build", name]).start());
    let volumes = ["one", "two"].map(|name| {
        let container = world.baking(name);
        volume_at(&world, &container, "/opt/store")
    });
    assert_ne!(volumes[0], volumes[1]);
    for name in ["one", "two"] {
        world.open_gate(name);
    }
    for build in builds {
        build.wait().succeeds();
    }
}
