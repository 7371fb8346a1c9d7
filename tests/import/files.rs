//! What is imported is shown first, written once, and never over what is there.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::World;

/// Writes a file beside the folder the binary is started in.
pub(crate) fn given(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = world.cwd().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

/// The outcomes of an import by id, as `id outcome`.
pub(crate) fn outcomes(document: &Value) -> Vec<String> {
    let environments = document["environments"].as_array().unwrap().iter();
    let word = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    environments.map(|it| format!("{} {}", word(it, "id"), word(it, "outcome"))).collect()
}

fn list(environments: &Value) -> String {
    json!({ "environments": environments }).to_string()
}

#[test]
fn a_dry_run_writes_nothing_and_a_second_import_changes_nothing() {
    let world = World::new();
    let web = json!([{ "env_id": "web", "name": "Web", "run_preflight_script": "a\r\n\tb \n\n" }]);
    given(&world, "environments.json", list(&web));
    let import = |more: &[&str]| {
        world.prebake([&["import", "environments.json", "--json"], more].concat()).run().succeeds()
    };
    let shown = import(&["--dry-run"]).json();
    assert_eq!((outcomes(&shown), &shown["dry_run"]), (vec!["web new".to_owned()], &json!(true)));
    assert_eq!(shown["environments"][0]["notes"][1]["told"], "becomes the id");
    world.prebake(["list"]).run().succeeds().prints("");

    assert_eq!(outcomes(&import(&[]).json()), ["web imported"]);
    let file = world.config().join("environments/web.yaml");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(outcomes(&import(&[]).json()), ["web unchanged"]);
    assert_eq!(outcomes(&import(&["--overwrite"]).json()), ["web unchanged"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let shown = world.prebake(["show", "web", "--json"]).run().succeeds().json();
    assert_eq!(shown["manifest"]["run_preflight_script"], "a\r\n\tb \n\n");
}

#[test]
fn what_is_there_stays_unless_it_may_be_replaced() {
    let world = World::new();
    let file = world.config().join("environments/web.yaml");
    let mine = "# mine\nname: Mine\n";
    fs::write(&file, mine).unwrap();
    let both = json!([{ "env_id": "web", "name": "Theirs" }, { "env_id": "api", "name": "Api" }]);
    given(&world, "environments.json", list(&both));

    let shown = world.prebake(["import", "environments.json", "--dry-run", "--json"]).run();
    let shown = shown.succeeds().json();
    assert_eq!(
        (outcomes(&shown), &shown["environments"][0]["standing"]),
        (vec!["web differs".to_owned(), "api new".to_owned()], &json!("differs"))
    );
    let outcome = world.prebake(["import", "environments.json"]).run().exits(1);
    outcome.says("environment `web` stays as it is").says("`--overwrite`");
    assert_eq!(fs::read_to_string(&file).unwrap(), mine);
    assert!(world.config().join("environments/api.yaml").exists());

    let outcome = world.prebake(["import", "environments.json", "--overwrite"]).run().succeeds();
    outcome.says("replaced environment `web`; its file is kept as `");
    assert!(fs::read_to_string(&file).unwrap().contains("name: Theirs\n"));
    let kept = world.state_files("trash");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), mine);
}

#[test]
fn what_an_export_wrote_is_imported_as_the_same() {
    let world = World::new();
    given(&world, "environments.json", fs::read(fixture("environments.json")).unwrap());
    given(
        &world,
        "dev/devcontainer.json",
        fs::read(fixture(".devcontainer/devcontainer.json")).unwrap(),
    );
    given(&world, "pod/.gitpod.yml", fs::read(fixture(".gitpod.yml")).unwrap());
    // Nothing replaces the placeholders here, which are no names of images and ids.
    for (file, from, to) in [
        ("environments.json", "@BASE@", "debian:12"),
        ("dev/devcontainer.json", "@BASE@", "debian:12"),
        ("pod/.gitpod.yml", "@BASE@", "debian:12"),
    ] {
        let path = world.cwd().join(file);
        let text = fs::read_to_string(&path).unwrap().replace(from, to).replace("@TOKEN@", "x");
        fs::write(&path, text).unwrap();
        world.prebake(["import", file]).run().succeeds();
    }
    for id in ["listed-x", "dev-x", "pod"] {
        for (form, file) in
            [("--yaml", format!("{id}.yaml")), ("--devcontainer", "devcontainer.json".to_owned())]
        {
            let exported = world.prebake(["export", id, form]).run().succeeds().out();
            given(&world, &file, &exported);
            let document = world.prebake(["import", &file, "--json"]).run().succeeds().json();
            assert_eq!(outcomes(&document), [format!("{id} unchanged")], "{form}\n{exported}");
            let again = world.prebake(["export", id, form]).run().succeeds().out();
            assert_eq!(again, exported);
        }
    }
}

#[test]
fn a_file_of_prebakes_own_is_written_as_it_is() {
    let world = World::new();
    let text =
        "# What the team agreed on.\nversion: 1\nname: Web   # not Api\nmounts: []\n\n# The end.\n";
    given(&world, "web.yaml", text);
    let file = world.config().join("environments/web.yaml");
    world.prebake(["import", "web.yaml"]).run().succeeds();
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    fs::write(&file, "name: Another\n").unwrap();
    world.prebake(["import", "web.yaml", "--overwrite"]).run().succeeds();
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_path_that_holds_nothing_is_told() {
    let world = World::new();
    fs::create_dir(world.cwd().join("empty")).unwrap();
    given(&world, "notes.txt", "hello");
    given(&world, "mixed/docker-compose.yml", "services: {}\n");
    for (path, words) in [
        ("empty", "is nothing to import"),
        ("mixed", "is nothing to import"),
        ("notes.txt", "is no file that can be imported"),
        ("nowhere", "cannot read `"),
    ] {
        world.prebake(["import", path]).run().exits(1).says(words);
    }
}

/// A file of the fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    crate::support::repository().join("tests/import/fixtures/generations").join(name)
}
