//! Cleaning up on a real engine. An engine is shared with whoever else runs tests on it, so every
//! clean here is of environments whose ids are the world's own.

use std::collections::BTreeSet;

use prebake::ops::clean::{self, Asked, CacheVolume, CleanPlan};
use serde_json::Value;

use super::context;
use crate::support::{Line, Outcome, World, until};

/// `prebake clean` with these arguments and `--json`.
#[track_caller]
fn document(world: &World, arguments: &[&str]) -> Value {
    world.prebake([&["clean", "--json"], arguments].concat()).run().succeeds().json()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The IDs that a document says were removed.
fn removed(document: &Value) -> Vec<String> {
    let outcomes = document["outcomes"].as_array().unwrap().iter();
    let removed = outcomes.filter(|it| it["outcome"] == "removed" && it["kind"] == "image");
    removed.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

/// What the document says of the image with this name.
fn image<'d>(document: &'d Value, name: &str) -> &'d Value {
    let images = document["images"].as_array().unwrap();
    images.iter().find(|image| image["name"] == name).unwrap()
}

/// Waits until no bake's container is left, which goes a moment after the bake.
fn settled(world: &World, names: &[&str]) {
    for name in names {
        until("the bakes' containers to go", || {
            world.docker().containers(&world.label(name)).is_empty().then_some(())
        });
    }
}

#[test]
fn a_dry_run_lists_exactly_what_a_following_run_removes() {
    let mut world = World::new().tiny_desktop();
    world.write("desk", |e| e.desktop(true, true).cached("echo desk"));
    world.write("plain", |e| e.cached("echo one"));
    world.build("desk").succeeds();
    world.build("plain").succeeds();
    let (needed, old) = (world.image_of("desk"), world.image_of("plain"));
    world.change("plain", |e| e.cached("echo two"));
    world.build("plain").succeeds();
    world.run("plain", &["true"]).succeeds();
    settled(&world, &["desk", "plain"]);

    let dry = document(&world, &["--unused", "--dry-run"]);
    assert_eq!(dry["removed"], Value::Null);
    let told = image(&dry, &old);
    assert_eq!(texts(&dry["plan"]["images"]), [told["id"].as_str().unwrap()]);
    assert_eq!((&told["stays"], &told["standing"]), (&Value::Null, &"here".into()));
    assert_eq!(image(&dry, &needed)["stays"]["why"], "needed");
    assert!(told["bake_ms"].as_u64().unwrap() > 0, "{told}");
    let newest = image(&dry, &world.image_of("plain"));
    assert!(newest["last_used"].as_str() >= newest["created"].as_str(), "{newest}");
    assert_eq!(newest["size"].as_u64().unwrap(), {
        newest["own_size"].as_u64().unwrap() + newest["shared_size"].as_u64().unwrap()
    });

    let done = document(&world, &["--unused", "--yes"]);
    assert_eq!(removed(&done), texts(&dry["plan"]["images"]));
    assert_eq!(done["removed"]["images"], 1);
    assert_eq!(
        document(&world, &["--unused", "--dry-run"])["plan"]["images"],
        Value::Array(vec![])
    );

    // All of it, the layer below last.
    let dry = document(&world, &["--all", "--dry-run"]);
    assert_eq!(texts(&dry["plan"]["images"]).len(), 3);
    let done = document(&world, &["--all", "--yes"]);
    assert_eq!(removed(&done), texts(&dry["plan"]["images"]));
}

#[test]
fn nothing_goes_without_being_asked_about() {
    let world = World::new().environment("demo", |e| e.cached("echo demo"));
    world.build("demo").succeeds();
    settled(&world, &["demo"]);
    let told = world.prebake(["clean", "demo"]).run().exits(1);
    assert!(told.err().contains("1 image not removed") && told.err().contains("`--yes`"));
    let told = world.prebake(["clean", "nobody"]).run().exits(1);
    assert!(told.err().contains("there is no environment `nobody`"), "{}", told.err());
    let told = world.prebake(["clean", "--older-than", "soon"]).run().exits(1);
    assert!(told.err().contains("`soon` is no time"), "{}", told.err());
    // Without a choice it is a look.
    let told = world.prebake(["clean"]).run().succeeds();
    assert!(told.out().contains(&world.image_of("demo")), "{}", told.out());
    assert!(world.docker().image(&world.image_of("demo")).is_some());
    // Once the file is gone, nobody here can say whether the image is needed.
    let image_name = world.image_of("demo");
    world.prebake(["remove", "demo", "--yes"]).run().succeeds();
    let dry = document(&world, &["--unused", "--dry-run"]);
    assert_eq!(image(&dry, &image_name)["stays"]["why"], "elsewhere");
    assert_eq!(dry["plan"]["images"], Value::Array(vec![]));
    let done = document(&world, &["demo", "--yes"]);
    assert_eq!(done["removed"]["images"], 1);
}

#[test]
fn policies_spare_and_those_of_the_settings_hold_unless_others_are_given() {
    let mut world = World::new();
    for number in 0..3 {
        world.write("demo", |e| e.cached(&format!("echo {number} > /opt/f")));
        world.build("demo").succeeds();
    }
    settled(&world, &["demo"]);
    let goes = |world: &World, arguments: &[&str]| {
        let dry = document(world, &[&["demo", "--dry-run"], arguments].concat());
        texts(&dry["plan"]["images"]).len()
    };
    assert_eq!(goes(&world, &[]), 3);
    assert_eq!(goes(&world, &["--unused"]), 2);
    assert_eq!(goes(&world, &["--keep", "2"]), 1);
    assert_eq!(goes(&world, &["--older-than", "1d"]), 0);
    assert_eq!(goes(&world, &["--budget", "1TB"]), 0);
    assert_eq!(goes(&world, &["--budget", "0"]), 3);
    let world = world.config_file("settings.toml", "[clean]\nkeep = 2\n");
    assert_eq!(goes(&world, &[]), 1);
    assert_eq!(goes(&world, &["--keep", "0"]), 3);
}

#[test]
fn a_pin_keeps_an_image_and_is_no_base() {
    let world = World::new().environment("demo", |e| e.cached("echo demo"));
    world.build("demo").succeeds();
    settled(&world, &["demo"]);
    let name = world.image_of("demo");
    let pinned = world.prebake(["pin", "demo"]).run().succeeds();
    assert_eq!(pinned.out().trim(), name);
    let tags = world.docker().image(&name).unwrap()["RepoTags"].to_string();
    assert!(tags.contains("prebake-pin:"), "{tags}");
    let done = document(&world, &["demo", "--yes"]);
    assert_eq!(image(&done, &name)["stays"]["why"], "pinned");
    assert_eq!(image(&done, &name)["other_names"], Value::Array(vec![]));
    // Neither does a bake that replaces it take it away.
    world.prebake(["build", "demo", "--no-cache"]).run().succeeds();
    settled(&world, &["demo"]);
    assert_eq!(world.docker().images(&world.label("demo")).len(), 2);
    let told = world.prebake(["unpin", "demo"]).run().exits(1);
    assert!(told.err().contains("is its last name"), "{}", told.err());
    assert!(world.prebake(["pin", "no-such-image"]).run().exits(1).err().contains("no cached"));

    let newest = world.prebake(["pin", &name]).run().succeeds();
    assert_eq!(newest.out().trim(), name);
    assert_eq!(document(&world, &["demo", "--dry-run"])["plan"]["images"], Value::Array(vec![]));
    let bases = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let context = context(&world).await;
        prebake::ops::images::bases(&context).await.unwrap()
    });
    assert!(!bases.iter().any(|base| base.contains("prebake-pin")), "{bases:?}");
    world.prebake(["unpin", &name]).run().succeeds();
    assert_eq!(document(&world, &["demo", "--yes"])["removed"]["images"], 1);
}

#[test]
fn leftovers_go_and_what_can_still_be_looked_into_stays() {
    let world = World::new()
        .environment("failed", |e| e.cached("false"))
        .environment("task", |e| e.cached("echo task"));
    world.build("failed").exits(1);
    world.build("task").succeeds();
    let task = world.prebake(["run", "task", "-d", "--", "true"]).run().succeeds();
    let task = task.out().trim().to_owned();
    until("the task to end", || {
        let tasks = world.prebake(["tasks", "--json"]).run().succeeds().json();
        let tasks = tasks["tasks"].as_array().unwrap().clone();
        tasks.iter().any(|it| it["id"] == task && it["state"] == "exited").then_some(())
    });
    let names = |document: &Value| -> BTreeSet<String> {
        let containers = document["plan"]["containers"].as_array().unwrap();
        containers.iter().map(|it| it["what"].as_str().unwrap().to_owned()).collect()
    };
    let dry = document(&world, &["--leftovers", "--dry-run"]);
    assert_eq!(names(&dry), BTreeSet::from(["ended_task".to_owned()]));
    assert_eq!(dry["plan"]["images"], Value::Array(vec![]));
    assert_eq!(
        names(&document(&world, &["--leftovers", "--older-than", "1d", "--dry-run"])).len(),
        0
    );
    // The task's image is in use only by what goes before it.
    let kept = document(&world, &["task", "--yes"]);
    assert_eq!(image(&kept, &world.image_of("task"))["stays"]["why"], "in_use");
    let done = document(&world, &["task", "--all", "--leftovers", "--yes"]);
    assert_eq!(
        (&done["removed"]["images"], &done["removed"]["containers"]),
        (&1.into(), &1.into())
    );
    assert_eq!(world.docker().containers(&world.label("failed")).len(), 1);
}

#[tokio::test]
async fn volumes_with_caches_are_listed_and_go_only_if_they_are_asked_for() {
    let mut world = World::new();
    let name = format!("prebake-test-cache-{}", world.token());
    world.docker().ask(["volume", "create", "--label", "prebake.cache=pip", &name]);
    world.owns_volume(&name);
    let listed = |document: &Value, list: &str| document[list].to_string().contains(&name);
    let dry = document(&world, &["--unused", "--dry-run"]);
    assert!(listed(&dry, "volumes") && !listed(&dry, "plan"), "{dry}");
    assert!(listed(&document(&world, &["--volumes", "--dry-run"]), "plan"));
    // Volumes are everybody's, so this removes no other.
    let context = context(&world).await;
    let asked = Asked { volumes: true, ..Asked::default() };
    let mine = CacheVolume { name: name.clone(), cache: "pip".to_owned(), in_use: false };
    let plan = CleanPlan { asked, volumes: vec![mine], ..CleanPlan::default() };
    let done = clean::carry_out(&context, &plan, |_, _| ()).await.unwrap();
    assert_eq!(done.volumes, 1);
    assert!(world.docker().lines(["volume", "ls", "-q"]).iter().all(|it| *it != name));
}

#[test]
fn little_room_is_warned_about_and_none_is_an_error() {
    let world = World::new().environment("demo", |e| e.cached("echo demo"));
    let settings = |warn: &str, refuse: &str| {
        format!("[disk]\nwarn_below = \"{warn}\"\nrefuse_below = \"{refuse}\"\n")
    };
    let world = world.config_file("settings.toml", &settings("0", "9000PB"));
    let told = world.build("demo").exits(1);
    assert!(told.err().contains("was not begun: only "), "{}", told.err());
    assert!(told.err().contains("`prebake clean"), "{}", told.err());
    assert_eq!(world.docker().containers(&world.label("demo")).len(), 0);
    let world = world.config_file("settings.toml", &settings("9000PB", "0"));
    let told = world.build("demo").succeeds();
    assert!(told.err().contains("may need 9.0 EB; "), "{}", told.err());
    // What is baked needs no room.
    let world = world.config_file("settings.toml", &settings("9000PB", "9000PB"));
    world.run("demo", &["true"]).succeeds();
}

/// How many images are made for the count of calls.
const MANY: usize = 20;

#[test]
fn a_plan_asks_the_engine_as_often_for_one_image_as_for_many() {
    let mut world = World::new().environment("demo", |e| e.cached("echo demo"));
    world.build("demo").succeeds();
    settled(&world, &["demo"]);
    let calls = |world: &World| {
        let line = Line::new(world);
        let host = line.host();
        world.prebake(["clean", "--host", &host, "--json"]).run().succeeds();
        let asked = line.requests();
        drop(line);
        std::fs::remove_file(world.cwd().join("line.sock")).unwrap();
        asked
    };
    let before = calls(&world);
    // Labelled as bakes label them, on the base that their labels name.
    let base = world.docker().image(world.base()).unwrap()["Id"].as_str().unwrap().to_owned();
    let container = world.docker().ask(["create", world.base(), "true"]);
    for number in 0..MANY {
        let key = format!("many-{}-{number}", world.token());
        let label = format!(
            "LABEL prebake.role=layer prebake.layer=environment prebake.environment={} prebake.key={key} prebake.below= prebake.base.id={base}",
            world.id("demo")
        );
        let name = format!("agent-runner-env:{key}");
        world.docker().ask(["commit", "-c", &label, "-m", "baked by prebake", &container, &name]);
        world.owns_image(&name);
    }
    world.docker().ask(["rm", &container]);
    assert_eq!(calls(&world), before);
    assert!((3..=8).contains(&before), "{before}");
    let done = document(&world, &["demo", "--unused", "--yes"]);
    assert_eq!(done["removed"]["images"], MANY);
}

/// How many rounds of bakes, starts and cleans there are at the same time.
fn rounds() -> usize {
    std::env::var("PREBAKE_TEST_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

#[test]
fn nothing_in_use_is_removed_under_bakes_and_starts() {
    let mut world = World::new()
        .environment("baked", |e| e.cached("echo 0 > /opt/round"))
        .environment("started", |e| e.cached("echo started > /opt/f"));
    for round in 0..rounds() {
        world.change("baked", |e| e.cached(&format!("echo {round} > /opt/round")));
        let task = world.prebake(["run", "started", "-d", "--", "sleep", "600"]).run().succeeds();
        let task = task.out().trim().to_owned();
        let bake = world.prebake(["build", "baked"]).start();
        let start = world.run_in_background("started", "cat /opt/f");
        let other = world.run_in_background("baked", "cat /opt/round");
        let cleans = [["clean", "baked", "started"], ["clean", "started", "baked"]]
            .map(|arguments| world.prebake(arguments).argument("--yes").argument("--json").start());
        // Each does what it would without the others.
        bake.wait().succeeds();
        assert_eq!(start.wait().succeeds().out().trim(), "started", "round {round}");
        assert_eq!(other.wait().succeeds().out().trim(), round.to_string(), "round {round}");
        for clean in cleans {
            check_clean(&world, clean.wait(), &task, round);
        }
        // The image of the task that runs all the while is still there, name and all.
        assert!(world.docker().image(&world.image_of("started")).is_some(), "round {round}");
        world.prebake(["stop", &task, "-t", "0", "--remove"]).run().succeeds();
    }
}

/// Asserts that a clean failed at nothing and did not take the image of a task that runs.
#[track_caller]
fn check_clean(world: &World, clean: Outcome, task: &str, round: usize) {
    let document = clean.succeeds().json();
    let container = world.docker().container(&format!("prebake-task-{task}")).unwrap();
    let used = container["Image"].as_str().unwrap();
    assert!(removed(&document).iter().all(|id| id != used), "round {round}: {document}");
}
