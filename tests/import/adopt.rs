//! A container of a real engine becomes an environment whose tasks are like it.

use crate::files::outcomes;
use crate::support::World;

#[test]
fn a_container_made_by_hand_becomes_an_environment() {
    let mut world = World::new().expects("adopted");
    let id = world.id("adopted");
    let volume = format!("adopted-{}", world.token());
    world.owns_volume(&volume);
    let (label, mount) = (world.label("adopted"), format!("{volume}:/keep:ro"));
    let container = world.docker().ask([
        "run",
        "-d",
        "--name",
        &id,
        "--label",
        &label,
        "-e",
        "LEVEL=de bug",
        "-e",
        "TASK_ID=7",
        "-v",
        &mount,
        "-v",
        "/unnamed",
        "-w",
        "/srv",
        "-p",
        "127.0.0.1::80",
        "--restart=on-failure",
        world.base(),
        "bash",
        "-c",
        "echo changed > /etc/changed; echo \"$LEVEL $PWD\"; sleep 600",
    ]);
    crate::support::until("the container's file", || {
        world.docker().try_ask(["exec", &container, "test", "-e", "/etc/changed"])
    });
    let adopt = |more: &[&str]| {
        world.prebake([&["adopt", &id, "--json"], more].concat()).run().succeeds().json()
    };
    let shown = adopt(&["--dry-run"]);
    assert_eq!(outcomes(&shown), [format!("{id} new")]);
    let manifest = &shown["environments"][0]["manifest"];
    assert_eq!(manifest["base_image"], world.base());
    assert_eq!(manifest["env_vars"], serde_json::json!({ "LEVEL": "de bug" }));
    assert_eq!(manifest["mounts"], serde_json::json!([format!("{volume}:/keep:ro")]));
    assert_eq!((&manifest["workdir"], &manifest["ports"][0]), (&"/srv".into(), &"80".into()));
    let notes = shown["environments"][0]["notes"].as_array().unwrap();
    let left = notes
        .iter()
        .filter(|note| note["fate"] == "left")
        .map(|note| note["field"].as_str().unwrap());
    let mut left: Vec<&str> = left.collect();
    left.sort_unstable();
    assert_eq!(left.len(), 4, "{left:?}");
    assert!(left.contains(&"restart") && left.contains(&"files"), "{left:?}");

    assert_eq!(outcomes(&adopt(&[])), [format!("{id} imported")]);
    assert_eq!(outcomes(&adopt(&[])), [format!("{id} unchanged")]);
    world
        .run("adopted", &["bash", "-c", "echo \"$LEVEL $PWD\"; touch /keep/x"])
        .prints("de bug /srv\n");
    world
        .prebake(["adopt", "no-such-container"])
        .run()
        .exits(1)
        .says("there is no container `no-such-container`");
    world.docker().ask(["rm", "-fv", &container]);
}

#[test]
fn options_that_tasks_do_not_have_are_told() {
    let world = World::new().expects("plain").expects("odd");
    let left = |name: &str| {
        let shown = world.prebake(["adopt", &world.id(name), "--dry-run", "--json"]).run();
        let shown = shown.succeeds().json();
        let notes = shown["environments"][0]["notes"].as_array().unwrap().clone();
        let left = notes.iter().filter(|note| note["fate"] == "left");
        let mut left: Vec<String> =
            left.map(|note| note["field"].as_str().unwrap().to_owned()).collect();
        left.sort_unstable();
        left
    };
    let (plain, label) = (world.id("plain"), world.label("plain"));
    let docker = world.docker();
    docker.ask(["create", "--name", &plain, "--label", &label, world.base(), "true"]);
    assert_eq!(left("plain"), [""; 0]);
    let (odd, label) = (world.id("odd"), world.label("odd"));
    docker.ask([
        "create",
        "--name",
        &odd,
        "--label",
        &label,
        "--hostname=box",
        "--cap-drop=NET_RAW",
        "--read-only",
        "--shm-size=1m",
        "--ulimit=nofile=99",
        "--dns=127.0.0.1",
        "--pid=host",
        "--ipc=host",
        "--pids-limit=50",
        "--init",
        "--group-add=7",
        world.base(),
        "true",
    ]);
    let expected = [
        "cap_drop",
        "dns",
        "group_add",
        "hostname",
        "init",
        "ipc",
        "pid",
        "pids_limit",
        "read_only",
        "shm_size",
        "ulimits",
    ];
    assert_eq!(left("odd"), expected);
    docker.ask(["rm", &plain, &odd]);
}

#[test]
fn a_container_of_prebakes_own_is_not_adopted() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let task = world.prebake(["run", "demo", "-d", "--", "sleep", "600"]).run().succeeds().line();
    let all = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let mut all = all["tasks"].as_array().unwrap().iter();
    let container = all.find(|it| it["id"] == task.as_str()).unwrap()["container"].clone();
    let container = container.as_str().unwrap();
    let refused = world.prebake(["adopt", container]).run().exits(1).error();
    let environment = world.id("demo");
    assert_eq!(
        refused,
        format!(
            "container `{container}` is prebake's own, made for environment `{environment}`: that environment says what it is; `prebake show {environment}` shows it"
        )
    );
    world.prebake(["stop", &task, "--time", "0", "--remove"]).run().succeeds();
}
