//! Keys, computed once more here from what the design says of them.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{EnvironmentBuilder, World, until};

fn full(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn short(text: &str) -> String {
    full(text)[..16].to_owned()
}

/// The recipe of the layer's image, which its labels hold.
fn label(world: &World, image: &str, name: &str) -> String {
    let image = world.docker().image(image).unwrap();
    let label = image["Config"]["Labels"][name].as_str();
    label.unwrap_or_default().to_owned()
}

fn base_id(world: &World, reference: &str) -> String {
    let image = world.docker().image(reference).unwrap();
    image["Id"].as_str().unwrap().to_owned()
}

#[test]
fn the_key_of_an_environment_layer_is_its_inputs_in_their_order() {
    let script = format!("#!/bin/bash\n\techo \u{1f600} # {}  ", crate::support::unique());
    let world = World::new().environment("demo", |e| e.cached_exactly(&script));
    let image = world.build("demo").succeeds().line();

    let recipe = label(&world, &image, "prebake.recipe");
    assert!(recipe.contains("{base_image}"), "{recipe}");
    let id = base_id(&world, world.base());
    let variant = world.base().rsplit_once(':').unwrap().1;
    let key = format!("{variant}-{}-{}-{}", short(&id), short(&script), short(&recipe));
    assert_eq!(image, format!("agent-runner-env:{key}"));

    let labels = [
        ("prebake.base.id", id),
        ("prebake.base.reference", world.base().to_owned()),
        ("prebake.recipe.sha256", full(&recipe)),
        ("prebake.environment", world.id("demo")),
        ("prebake.key", key),
        ("prebake.version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    for (name, value) in labels {
        assert_eq!(label(&world, &image, name), value, "{name}");
    }
    assert!(label(&world, &image, "prebake.duration_ms").parse::<u64>().is_ok());
    let all = world.docker().image(&image).unwrap()["Config"]["Labels"].to_string();
    assert!(all.contains(&full(&script)), "the script's digest is not in {all}");
}

#[test]
fn the_keys_of_both_layers_are_their_inputs_in_their_order() {
    let world = World::new()
        .tiny_desktop()
        .environment("demo", |e| e.desktop(true, true).cached("echo hi > /opt/f"));
    let image = world.build("demo").succeeds().line();
    let status = world.status("demo");
    let layers = status["layers"].as_array().unwrap();
    let [desktop, environment] = &layers[..] else { panic!("{status}") };

    let script = |name: &str| std::fs::read_to_string(world.config().join(name)).unwrap();
    let desktop_image = desktop["image"].as_str().unwrap();
    let desktop_key = format!(
        "{}-{}-{}-{}-{}",
        world.base().rsplit_once(':').unwrap().1,
        short(&base_id(&world, world.base())),
        short(&script("desktop_install.sh")),
        short(&script("desktop_setup.sh")),
        short(&label(&world, desktop_image, "prebake.recipe")),
    );
    assert_eq!(desktop_image, format!("agent-runner-desktop:{desktop_key}"));
    let key = format!(
        "desktop-{desktop_key}-{}-{}",
        short(&format!("echo hi > /opt/f\n# {}\n", world.token())),
        short(&label(&world, &image, "prebake.recipe")),
    );
    assert_eq!(image, format!("agent-runner-env:{key}"));
    assert_eq!(environment["key"], key.as_str());
    assert!(key.len() <= 128, "{key}");
}

#[test]
fn a_variant_is_the_tag_shortened_when_it_is_long_or_pinned() {
    let mut world = World::new();
    let long = "a-tag-that-is-longer-than-sixteen";
    let image = world.base_with(long, &json!({}));
    let id = base_id(&world, &image);
    let untagged = image.replace(long, "latest");
    world.docker().ask(["tag", &image, &untagged]);
    world.owns_image(&untagged);
    let cases = [
        (image.clone(), format!("{}.{}", &long[..7], &full(long)[..8])),
        (untagged.replace(":latest", ""), "latest".to_owned()),
        (id, "pinned".to_owned()),
    ];
    for (number, (reference, variant)) in cases.into_iter().enumerate() {
        let name = format!("demo{number}");
        world.write(&name, |e| e.base(&reference).cached("true"));
        let status = world.status(&name);
        let key = status["layers"][0]["key"].as_str().unwrap();
        assert!(key.starts_with(&format!("{variant}-")), "{reference}: {key}");
    }
}

/// The images of the layers, bottom first.
fn images(world: &World) -> Vec<Value> {
    let status = world.status("demo");
    let layers = status["layers"].as_array().unwrap();
    layers.iter().map(|layer| layer["image"].clone()).collect()
}

#[test]
fn each_input_moves_its_layers_and_no_others() {
    type Change = fn(EnvironmentBuilder) -> EnvironmentBuilder;

    let whole: Change = |e| e.desktop(true, true).cached("echo a").run("export A=1");
    let mut world = World::new().tiny_desktop().environment("demo", whole);
    let before = images(&world);
    let mut moved = |what: &str, change: Change| {
        world.write("demo", |e| change(whole(e)));
        let now = images(&world);
        let moved = [now[0] != before[0], now[1] != before[1]];
        (what.to_owned(), moved)
    };
    let none = [false, false];
    let cases: [(&str, Change, [bool; 2]); 9] = [
        ("nothing", |e| e, none),
        ("run script", |e| e.run("export A=2"), none),
        ("variables", |e| e.variable("B", "1"), none),
        ("mounts", |e| e.mounts(&["/tmp:/mnt"]), none),
        ("ports", |e| e.ports(&["80"]), none),
        ("working directory", |e| e.workdir("/opt"), none),
        ("command", |e| e.command(&["true"]), none),
        ("cached script", |e| e.cached("echo b"), [false, true]),
        ("user", |e| e.user("dev"), [true, true]),
    ];
    for (what, change, expected) in cases {
        assert_eq!(moved(what, change), (what.to_owned(), expected));
    }

    let other = world.base_with("other", &json!({ "Env": ["PATH=/usr/bin", "A=1"] }));
    world.write("demo", |e| whole(e).base(&other));
    let on_other = images(&world);
    assert!(on_other[0] != before[0] && on_other[1] != before[1], "base");

    for script in ["desktop_install.sh", "desktop_setup.sh"] {
        let world = World::new().tiny_desktop().environment("demo", whole);
        let before = images(&world);
        let world = world.config_file(script, "echo other\n");
        let now = images(&world);
        assert!(now[0] != before[0] && now[1] != before[1], "{script}");
    }
}

#[test]
fn a_tag_that_moved_is_a_new_key_and_is_explained() {
    let mut world = World::new();
    let moving = world.base_with("moving", &json!({ "Env": ["PATH=/usr/bin:/bin", "V=1"] }));
    world.write("demo", |e| e.base(&moving).cached("echo $V > /opt/v"));
    let first = world.build("demo").succeeds().line();

    let old = base_id(&world, &moving);
    world.base_with("moving", &json!({ "Env": ["PATH=/usr/bin:/bin", "V=2"] }));
    assert_ne!(base_id(&world, &moving), old);
    let status = world.status("demo");
    assert_eq!(status["layers"][0]["cached"], false);
    let why = json!({ "reason": "base_moved", "from": old, "to": base_id(&world, &moving) });
    assert_eq!(status["layers"][0]["why"], why);
    let second = world.build("demo").succeeds().line();
    assert_ne!(first, second);
    assert_eq!(world.docker().file(&second, "/opt/v").unwrap(), "2\n");
    assert_eq!(world.docker().file(&first, "/opt/v").unwrap(), "1\n");
    world.docker().ask(["rmi", "-f", &first]);
    world.docker().ask(["rmi", "-f", &old]);
}

#[test]
fn a_foreign_image_under_the_tag_is_not_trusted() {
    let world = World::new().environment("demo", |e| e.cached("echo baked > /opt/f"));
    let image = world.image_of("demo");
    world.docker().ask(["tag", world.base(), &image]);
    assert_eq!(world.status("demo")["layers"][0]["cached"], false);
    world.build("demo").succeeds().prints(&format!("{image}\n"));
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "baked\n");
    assert!(world.docker().image(world.base()).is_some());
}

#[test]
fn without_the_cache_every_layer_is_baked_anew_under_the_same_name() {
    let world = World::new().environment("demo", |e| e.cached("mktemp /opt/f.XXXXXXXX"));
    let image = world.build("demo").succeeds().line();
    let id = base_id(&world, &image);
    let again = world.prebake(["build", "demo", "--no-cache"]).run().succeeds();
    assert_eq!(again.line(), image);
    assert_ne!(base_id(&world, &image), id);
    // Its removal is not waited for.
    until("the replaced image to go", || world.docker().image(&id).is_none().then_some(()));
    world.assert_tidy("demo");

    // One that fails leaves the image that is there.
    let kept = base_id(&world, &image);
    let world = world.environment("fail", |e| e.cached("[ -e /opt/never ]"));
    world.prebake(["build", "fail", "--no-cache"]).run().exits(1);
    assert_eq!(base_id(&world, &image), kept);
}
