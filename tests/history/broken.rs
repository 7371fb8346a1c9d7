//! A history that is broken or cannot be written costs neither a bake nor a task.

use std::fs;

use crate::support::World;

#[test]
fn a_damaged_history_is_told_set_aside_and_begun_anew() {
    let world = World::new().environment("demo", |e| e.cached("true"));
    world.build("demo").succeeds();
    let database = world.state().join("history/history.sqlite");
    for ending in ["sqlite-wal", "sqlite-shm"] {
        fs::remove_file(database.with_extension(ending)).unwrap();
    }
    fs::write(&database, vec![b'x'; 9000]).unwrap();
    let run = world.run("demo", &["echo", "ran"]).succeeds().prints("ran\n");
    let run = run.says("warning: the history `").says("is damaged");
    assert_eq!(run.err().lines().count(), 1, "{}", run.err());
    assert_eq!(fs::read(database.with_extension("1.damaged")).unwrap(), vec![b'x'; 9000]);
    assert_eq!(world.history("demo").len(), 1);
    world.run("demo", &["true"]).succeeds().does_not_say("damaged");
}

#[test]
fn a_history_that_cannot_be_made_is_a_warning() {
    let world = World::new().environment("demo", |e| e.cached("echo baked > /opt/f"));
    fs::create_dir_all(world.state()).unwrap();
    fs::write(world.state().join("history"), "a file").unwrap();
    let run = world.run("demo", &["cat", "/opt/f"]).succeeds().prints("baked\n");
    let run = run.says("warning: the bake is not recorded: ");
    assert_eq!(
        run.err().matches("warning: the task is not recorded: ").count(),
        1,
        "{}",
        run.err()
    );
    world.prebake(["tasks", "--json"]).run().succeeds();
    world.prebake(["status", "demo", "--json"]).run().succeeds();
    let told = world.prebake(["history", "demo"]).run().exits(1).error();
    assert!(told.contains("/history") && told.contains("; "), "{told}");
}
