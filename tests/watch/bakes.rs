//! Bakes found in the engine by their labels, whatever their environments say by now.

use prebake::ops::bake::{self, Bake, Driven, How, Stage};
use prebake::ops::{Context, Intent, OpError};

use super::{Lines, context};
use crate::support::{GATE, Running, World};

/// The bakes of an environment.
async fn bakes(context: &Context, world: &World, name: &str) -> Vec<Bake> {
    let mut all = bake::list(context).await.unwrap();
    all.retain(|bake| bake.environment == world.id(name));
    all
}

/// A world with a bake that waits at the gate, and the client that drives it.
fn baking() -> (World, Running) {
    let script = format!("echo first\n{GATE}\necho last > /opt/f\necho last");
    let world = World::new().environment("demo", |e| e.cached(&script));
    let client = world.prebake(["build", "demo"]).start();
    client.until_err("first\n");
    (world, client)
}

#[tokio::test]
async fn a_bake_whose_environment_has_changed_is_followed_from_its_first_line() {
    let (mut world, client) = baking();
    let image = world.image_of("demo");
    world.change("demo", |e| e.cached("echo other"));
    let context = context(&world).await;
    let found = bakes(&context, &world, "demo").await.pop().unwrap();
    assert_eq!(found.stage, Stage::Running { by: Driven::Here });
    assert_eq!((&found.image, found.log.is_some()), (&image, true));

    world.open_gate("demo");
    let (_sender, mut intents) = prebake::ops::intent::intents();
    let mut lines = Lines::default();
    let baked = bake::follow(&context, &found.container, &mut intents, &mut lines).await.unwrap();
    assert_eq!((lines.0.as_str(), baked.how), ("first\nlast\n", How::Joined));
    client.wait().succeeds().prints(&format!("{image}\n"));
    assert_eq!(bakes(&context, &world, "demo").await, []);
    world.assert_tidy("demo");
}

#[tokio::test]
async fn a_bake_whose_client_was_killed_is_finished_by_who_follows_it() {
    let (mut world, client) = baking();
    let image = world.image_of("demo");
    client.kill();
    world.change("demo", |e| e.cached("echo other"));
    let context = context(&world).await;
    let found = bakes(&context, &world, "demo").await.pop().unwrap();
    assert_eq!(found.stage, Stage::Running { by: Driven::Nobody });

    world.open_gate("demo");
    let (_sender, mut intents) = prebake::ops::intent::intents();
    let mut lines = Lines::default();
    let followed = bake::follow(&context, &found.container_id, &mut intents, &mut lines).await;
    let baked = followed.unwrap();
    assert_eq!((lines.0.as_str(), baked.how), ("first\nlast\n", How::Adopted));
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "last\n");
    assert_eq!(world.bake_log(), b"first\nlast\n");
    world.assert_tidy("demo");
}

#[tokio::test]
async fn a_repeated_bake_that_is_followed_replaces_the_image() {
    let (world, client) = baking();
    world.open_gate("demo");
    let image = client.wait().succeeds().line();
    let before = world.docker().image(&image).unwrap()["Id"].clone();
    let again = world.prebake(["build", "demo", "--no-cache"]).start();
    again.until_err("first\n");
    again.kill();
    let context = context(&world).await;
    let found = bakes(&context, &world, "demo").await.pop().unwrap();
    world.open_gate("demo");
    let (_sender, mut intents) = prebake::ops::intent::intents();
    let mut lines = Lines::default();
    let baked = bake::follow(&context, &found.container, &mut intents, &mut lines).await.unwrap();
    assert_ne!(before, baked.image.id.as_str());
    assert_eq!(world.docker().image(&image).unwrap()["Id"], baked.image.id.as_str());
    world.assert_tidy("demo");
}

#[tokio::test]
async fn a_bake_is_cancelled_from_outside_and_by_who_follows_it() {
    for by_follower in [false, true] {
        let (world, client) = baking();
        let context = context(&world).await;
        let found = bakes(&context, &world, "demo").await.pop().unwrap();
        if by_follower {
            let (sender, mut intents) = prebake::ops::intent::intents();
            sender.tell(Intent::Cancel);
            let mut lines = Lines::default();
            let end = bake::follow(&context, &found.container, &mut intents, &mut lines).await;
            assert!(matches!(end, Err(OpError::Cancelled { .. })), "{end:?}");
        } else {
            bake::cancel(&context, &found.container_id).await.unwrap();
        }
        client.wait().exits(1).says("was cancelled from elsewhere");
        let gone = bake::cancel(&context, &found.container_id).await.unwrap_err().to_string();
        assert!(gone.contains("list the bakes again"), "{gone}");
        world.assert_tidy("demo");
    }
}

#[tokio::test]
async fn a_failed_bake_is_listed_with_its_line_and_cannot_be_followed() {
    let world = World::new().environment("demo", |e| e.cached("echo one\nexit 7"));
    world.build("demo").exits(1);
    let context = context(&world).await;
    let found = bakes(&context, &world, "demo").await.pop().unwrap();
    let script = Some("cached preflight".to_owned());
    assert_eq!(found.stage, Stage::Kept { script, line: Some(2), code: 7 });
    let (_sender, mut intents) = prebake::ops::intent::intents();
    let mut lines = Lines::default();
    let refused = bake::follow(&context, &found.container, &mut intents, &mut lines).await;
    assert!(matches!(refused, Err(OpError::BakeGone { .. })), "{refused:?}");
}
