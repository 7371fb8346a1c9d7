//! What is not prebake's is left alone, and so is what others made of its images.

use crate::support::{GATE, World};

/// A world with a baked `demo` and an `other` that is not baked yet.
fn world() -> World {
    let world = World::new()
        .environment("demo", |e| e.cached("echo baked > /opt/f"))
        .environment("other", |e| e.cached("echo other > /opt/f"));
    world.build("demo").succeeds();
    world
}

#[test]
fn images_that_users_commit_survive_other_bakes() {
    let mut world = world();
    let image = world.image_of("demo");
    // Of a task: an agent's work, saved and not named yet.
    let task = world.prebake(["run", "demo", "-d", "--", "sleep", "60"]).run().succeeds().line();
    let of_task = world.docker().ask(["commit", &format!("prebake-task-{task}")]);
    // Of a container of the user's own, whose image inherits every label of ours.
    let container = world.docker().ask(["create", &image, "true"]);
    let of_container = world.docker().ask(["commit", &container]);
    world.docker().ask(["rm", &container]);
    world.owns_image(&of_task);
    world.owns_image(&of_container);

    world.build("other").succeeds();
    world.prebake(["build", "demo", "--no-cache"]).run().succeeds();
    assert!(world.docker().image(&of_task).is_some(), "the task's");
    assert!(world.docker().image(&of_container).is_some(), "the container's");
}

#[test]
fn a_replaced_image_that_has_another_name_stays() {
    let mut world = world();
    let mine = format!("mine:{}", world.token());
    world.docker().ask(["tag", &world.image_of("demo"), &mine]);
    world.owns_image(&mine);
    world.prebake(["build", "demo", "--no-cache"]).run().succeeds();
    assert!(world.docker().image(&mine).is_some());
}

#[test]
fn an_image_of_anothers_making_under_our_tag_is_not_trusted() {
    let world = world();
    let image = world.image_of("demo");
    // It inherits the key's label, and is no bake's work.
    let container = world.docker().ask(["create", &image, "true"]);
    world.docker().ask(["commit", &container, &image]);
    world.docker().ask(["rm", &container]);
    let status = world.status("demo");
    assert_eq!(status["layers"][0]["cached"], false);
    assert_eq!(status["layers"][0]["why"]["reason"], "foreign_image");
    world.build("demo").succeeds();
    assert_eq!(world.status("demo")["layers"][0]["cached"], true);
}

#[test]
fn a_container_under_the_name_of_a_failed_bake_is_left_alone() {
    let world = World::new().environment("fail", |e| e.cached("exit 3"));
    let name = format!("prebake-failed-{}-environment", world.id("fail"));
    let label = format!("--label={}", world.label("fail"));
    let theirs = world.docker().ask(["create", "--name", &name, &label, world.base(), "true"]);
    world.build("fail").exits(1).says("failed at line 1 (exit 3)");
    assert_eq!(world.docker().container(&name).unwrap()["Id"], theirs.as_str());
    // The failure is kept beside it.
    let shell = world.prebake(["shell", &world.id("fail"), "--failed"]).stdin("exit 4\n").run();
    shell.exits(4);
}

#[test]
fn a_bake_cancelled_by_one_who_joined_did_not_fail() {
    let world = World::new()
        .environment("demo", |e| e.cached(&format!("echo begun\n{GATE}\necho end > /opt/f")));
    let first = world.prebake(["build", "demo"]).start();
    first.until_err("begun\n");
    let second = world.prebake(["build", "demo"]).start();
    second.until_err("joining the bake");
    second.until_err("begun\n");
    second.signal("INT");
    second.wait().exits(130).says("was cancelled: its container is stopped and removed");
    first.wait().exits(1).says("was cancelled from elsewhere").does_not_say("its state is kept");
    world.assert_tidy("demo");
}

#[test]
fn of_clients_with_folders_of_their_own_one_makes_the_image() {
    // As from three machines, with an image that takes a while to make.
    let first = World::new();
    let script = format!("head -c 300M /dev/zero > /opt/f # {}", first.token());
    let first = first.environment("demo", |e| e.cached_exactly(&script));
    let others: Vec<World> =
        (0..2).map(|_| World::new().environment("demo", |e| e.cached_exactly(&script))).collect();
    let running: Vec<_> = std::iter::once(&first)
        .chain(&others)
        .map(|world| world.prebake(["build", "demo"]).start())
        .collect();
    let images: Vec<_> = running.into_iter().map(|build| build.wait().succeeds().line()).collect();
    assert!(images.iter().all(|image| *image == images[0]), "{images:?}");
    first.assert_tidy("demo");
    for other in &others {
        other.assert_tidy("demo");
    }
}
