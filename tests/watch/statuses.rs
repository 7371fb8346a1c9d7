//! One listing tells of all environments what one question each does.

use std::time::{Duration, Instant};

use prebake::domain::environment::EnvironmentId;
use prebake::ops::Environments;
use prebake::ops::status::status;
use prebake::ops::statuses;
use serde_json::json;

use super::{context, environments};
use crate::support::World;

#[tokio::test]
async fn all_at_once_is_what_each_alone_is() {
    let mut world = World::new()
        .tiny_desktop()
        .environment("warm", |e| e.cached("echo warm > /opt/f"))
        .environment("changed", |e| e.cached("echo before > /opt/f"))
        .environment("failed", |e| e.cached("exit 3"))
        .environment("cold", |e| e.cached("echo cold"))
        .environment("foreign", |e| e.cached("echo foreign"))
        .environment("plain", |e| e)
        .environment("desk", |e| e.desktop(true, true).cached("echo desk"))
        .environment("nobase", |e| e.base("prebake-test-nowhere:none"))
        .environment("badbase", |e| e.base("no reference"));
    for name in ["warm", "changed", "desk"] {
        world.build(name).succeeds();
    }
    world.build("failed").exits(1);
    world.change("changed", |e| e.cached("echo after > /opt/f"));
    let foreign = world.image_of("foreign");
    world.docker().ask(["tag", world.base(), &foreign]);
    world.owns_image(&foreign);

    let context = context(&world).await;
    let environments = environments(&context);
    let words = |status: Result<_, prebake::ops::OpError>| match status {
        Ok(status) => json!(status),
        Err(error) => json!(error.to_string()),
    };
    // The second time what is known of images is not asked for again.
    for _ in 0..2 {
        let all = statuses(&context, &environments).await.unwrap();
        assert_eq!(all.len(), environments.len());
        for (loaded, (id, found)) in environments.iter().zip(all) {
            let alone = status(&context, &loaded.id, &loaded.environment).await;
            assert_eq!((id, words(found)), (loaded.id.clone(), words(alone)));
        }
    }
    // What is compared is not all the same.
    let reason = |name: &str| world.status(name)["layers"][0]["why"]["reason"].clone();
    assert_eq!(reason("changed"), "changed");
    assert_eq!(reason("foreign"), "foreign_image");
    assert!(world.status("failed")["layers"][0]["failed"].is_object());
}

#[tokio::test]
async fn two_hundred_take_no_longer_than_a_blink() {
    let world = World::new().environment("demo", |e| e.cached("echo demo"));
    world.build("demo").succeeds();
    let context = context(&world).await;
    let store = Environments::new(context.folders.clone());
    let id = |text: &str| EnvironmentId::parse(text).unwrap();
    for number in 1..200 {
        store.duplicate(&id(&world.id("demo")), &id(&format!("copy-{number}"))).unwrap();
    }
    let environments = environments(&context);
    let began = Instant::now();
    let all = statuses(&context, &environments).await.unwrap();
    let took = began.elapsed();
    assert_eq!(all.iter().filter(|(_, status)| status.as_ref().unwrap().warm).count(), 200);
    // A tenth of it, in truth; a machine that is busy is given its time.
    assert!(took < Duration::from_millis(300), "{took:?}");
}
