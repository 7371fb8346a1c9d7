//! `split --verify` on a real engine: with baked images and real tasks.

use std::fs;

use crate::fixtures;
use crate::proof::Image;
use crate::support::World;

/// Fixtures that take the whole way.
const CHOSEN: [&str; 10] = [
    "packages",
    "field-example",
    "functions",
    "exports",
    "early-exit-taken",
    "last-status",
    "folder-removed",
    "heredoc",
    "computed",
    "trap",
];

#[test]
fn parts_that_do_the_same_are_equal_and_leave_nothing() {
    let world = World::new();
    let image = Image::new(world.base());
    for fixture in fixtures::all().iter().filter(|it| CHOSEN.contains(&&*it.name)) {
        let file = world.cwd().join(format!("{}.sh", fixture.name));
        fs::write(&file, &fixture.text).unwrap();
        let call = ["split", "--verify", "--base", &image.name];
        let outcome = world.prebake(call).argument(&file).run();
        outcome.succeeds().prints("equal\n");
    }
    image.has_no_children();
}

#[test]
fn a_split_made_wrongly_by_hand_differs() {
    let world = World::new().environment("demo", |it| {
        it.cached_exactly("echo > /opt/id\nmkdir /opt/more\n")
            .run("export A=1\n")
            .single("echo $TASK_ID > /opt/id\nexport A=1\n")
    });
    let outcome = world.prebake(["split", "demo", "--verify"]).run().exits(1);
    assert_eq!(
        outcome.out(),
        "differs: /opt/id (is not the same)\ndiffers: /opt/more (should not be there)\n"
    );
}

#[test]
fn a_cached_part_that_fails_is_told_and_leaves_nothing() {
    let world = World::new();
    let image = Image::new(world.base());
    let world = world.environment("demo", |it| {
        it.base(&image.name).cached_exactly("exit 3\n").run("export A=1\n").single("export A=1\n")
    });
    let outcome = world.prebake(["split", "demo", "--verify"]).run().exits(1);
    assert!(outcome.out().starts_with("differs: the cached part fails"), "{}", outcome.out());
    image.has_no_children();
}
