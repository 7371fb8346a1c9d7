//! What must be in no image and in no file: scripts, variables, and what prebake itself needed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Saved, World, contains, files_below, unique};

/// Files of the state that contain `text`, relative to it.
fn files_with(world: &World, text: &str) -> Vec<String> {
    let state = world.state();
    let files = files_below(&state).into_iter();
    let with = files.filter(|file| contains(&fs::read(file).unwrap(), text.as_bytes()));
    with.map(|file| file.strip_prefix(&state).unwrap().display().to_string()).collect()
}

#[test]
fn no_script_marker_or_folder_of_ours_is_in_an_image() {
    let world = World::new().tiny_desktop();
    let written = unique();
    let world = world.environment("demo", |e| {
        e.desktop(true, true).cached(&format!("for i in 1 2 3; do echo {written} > /opt/f; done"))
    });
    let image = world.build("demo").succeeds().line();
    let saved = Saved::of(world.docker(), &image);
    // The search finds what is there.
    assert!(saved.layers_contain(&written) && saved.is_told(&world.id("demo")));
    assert!(saved.paths.iter().any(|path| path == "opt/f"));

    let ours = |path: &&String| {
        [".prebake", "cached_preflight", "desktop_install", "desktop_setup", "trace.sh"]
            .iter()
            .any(|name| path.contains(name))
    };
    assert_eq!(saved.paths.iter().find(ours), None);
    // Text of the scripts, of the shell around them, and the start of a marker.
    let token = world.token();
    let label = &world.docker().image(&image).unwrap()["Config"]["Labels"]["prebake.bake"];
    let marker = format!("\u{1e}{}", label.as_str().unwrap());
    assert!(!saved.layers_contain(&marker) && !saved.layers_contain(&marker[1..]));
    for text in [token, "__prebake", "for i in 1 2 3"] {
        assert!(!saved.layers_contain(text), "{text:?} is in a layer");
    }
    for text in ["for i in 1 2 3", "echo install"] {
        assert!(!saved.is_told(text), "{text:?} is told");
    }
}

#[test]
fn secrets_reach_no_layer_label_history_or_file() {
    let in_script = unique();
    let in_option = unique();
    let in_environment = unique();
    let in_preflight = unique();
    let world = World::new().environment("demo", |e| {
        e.cached(&format!("token={in_script}\necho ${{#token}} > /opt/length"))
            .run(&format!("export T={in_preflight}"))
            .variable("FROM_FILE", &in_environment)
    });
    let option = format!("SECRET={in_option}");
    let all = "echo $SECRET $T $FROM_FILE";
    let run = world.prebake(["run", "demo", "--env", &option, "--", "bash", "-c", all]).run();
    run.succeeds().prints(&format!("{in_option} {in_preflight} {in_environment}\n"));

    let saved = Saved::of(world.docker(), &world.image_of("demo"));
    assert!(saved.paths.iter().any(|path| path == "opt/length"));
    for secret in [&in_script, &in_option, &in_environment, &in_preflight] {
        assert!(!saved.layers_contain(secret) && !saved.is_told(secret));
    }
    for secret in [&in_option, &in_environment, &in_preflight] {
        assert_eq!(files_with(&world, secret), Vec::<String>::new());
    }
    // The copy that explains a later miss, for its owner only.
    let copies = files_with(&world, &in_script);
    let [copy] = &copies[..] else { panic!("{copies:?}") };
    assert!(copy.starts_with("scripts/"), "{copy}");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(world.state().join(copy)), 0o600);
    for folder in ["", "scripts", "logs", "locks"] {
        assert_eq!(mode(world.state().join(folder)), 0o700, "{folder}");
    }
    world.assert_tidy("demo");
}

#[test]
fn a_secret_of_a_failed_bake_is_in_no_file_either() {
    let in_script = unique();
    let world = World::new()
        .environment("demo", |e| e.cached(&format!("token={in_script}\n[ -z \"$token\" ]")));
    world.build("demo").exits(1).does_not_say(&in_script);
    for file in files_with(&world, &in_script) {
        assert!(file.starts_with("scripts/"), "{file}");
    }
    let kept = world.docker().containers(&world.label("demo"));
    let kept = world.docker().container(&kept[0]).unwrap().to_string();
    assert!(!kept.contains(&in_script), "{kept}");
}
