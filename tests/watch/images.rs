//! Cached images of a real engine: what uses them, and that just what was planned goes.

use prebake::ops::Context;
use prebake::ops::images::{self, CachedImage, Outcome, Refusal, Removal};

use super::{context, environments};
use crate::support::{GATE, World};

/// The cached images of these environments of a world, by name of environment and layer.
async fn cached(context: &Context, world: &World) -> Vec<CachedImage> {
    let mut images = images::list(context, &environments(context)).await.unwrap().images;
    images.retain(|image| image.environment.ends_with(world.token()));
    images
}

fn ids(images: &[CachedImage]) -> Vec<String> {
    images.iter().map(|image| image.id.clone()).collect()
}

async fn removed(context: &Context, removal: &Removal) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let told = images::remove(context, removal, |_, outcome| outcomes.push(outcome));
    told.await.unwrap();
    outcomes
}

#[tokio::test]
async fn images_tell_what_they_lie_on_and_who_needs_them() {
    let mut world = World::new()
        .tiny_desktop()
        .environment("desk", |e| e.desktop(true, true).cached("head -c 100000 /dev/zero > /opt/f"))
        .environment("old", |e| e.cached("echo old"));
    world.build("desk").succeeds();
    world.build("old").succeeds();
    world.change("old", |e| e.cached("echo new"));
    let context = context(&world).await;
    let all = cached(&context, &world).await;
    let of = |name: &str, layer: &str| {
        let is = |image: &&CachedImage| {
            let kind = image.layer.map(|layer| layer.to_string());
            image.environment == world.id(name) && kind.as_deref() == Some(layer)
        };
        all.iter().find(is).unwrap()
    };
    let (desktop, top) = (of("desk", "desktop"), of("desk", "environment"));
    assert_eq!(images::children(&all, desktop).collect::<Vec<_>>(), [top]);
    assert_eq!(top.needed_by, [world.id("desk")]);
    assert!((100_000..200_000).contains(&top.own_size), "{top:?}");
    assert_eq!(of("old", "environment").needed_by, [""; 0]);

    // The lower one alone cannot go; both together can, the upper one first.
    let refused = Removal::plan(&all, std::slice::from_ref(&desktop.id));
    assert_eq!(refused.refused[0].1, Refusal::Below { image: top.shown().to_owned() });
    let removal = Removal::plan(&all, &[desktop.id.clone(), top.id.clone()]);
    assert_eq!(removed(&context, &removal).await, [Outcome::Removed, Outcome::Removed]);
    let left = cached(&context, &world).await;
    assert_eq!(ids(&left), [of("old", "environment").id.clone()]);
}

#[tokio::test]
async fn what_came_up_after_the_plan_keeps_the_image() {
    let mut world = World::new();
    for name in ["used", "named", "rebuilt", "gone"] {
        world.write(name, |e| e.cached(&format!("mktemp /opt/{name}.XXX")));
        world.build(name).succeeds();
    }
    let context = context(&world).await;
    // The containers of the bakes go a moment after them.
    let removal = loop {
        let all = cached(&context, &world).await;
        let removal = Removal::plan(&all, &ids(&all));
        if removal.refused.is_empty() {
            break removal;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(removal.images.len(), 4);

    let label = format!("--label={}", world.label("used"));
    let task = world.docker().ask(["create", &label, &world.image_of("used"), "true"]);
    let mine = format!("mine:{}", world.token());
    world.docker().ask(["tag", &world.image_of("named"), &mine]);
    world.owns_image(&mine);
    world.prebake(["build", "rebuilt", "--no-cache"]).run().succeeds();
    world.docker().ask(["rmi", &world.image_of("gone")]);

    let outcomes = removed(&context, &removal).await;
    let of = |name: &str| {
        let id = world.id(name);
        let position = removal.images.iter().position(|image| image.environment == id).unwrap();
        &outcomes[position]
    };
    let container = world.docker().container(&task).unwrap();
    let container = container["Name"].as_str().unwrap().trim_start_matches('/').to_owned();
    assert_eq!(*of("used"), Outcome::Refused { refusal: Refusal::InUse { container } });
    assert_eq!(*of("named"), Outcome::Unnamed);
    assert_eq!(*of("rebuilt"), Outcome::Refused { refusal: Refusal::Gone });
    assert_eq!(*of("gone"), Outcome::Refused { refusal: Refusal::Gone });
    assert!(world.docker().image(&mine).is_some());
    assert!(world.docker().image(&world.image_of("rebuilt")).is_some());
}

#[tokio::test]
async fn what_users_make_of_an_image_is_not_listed() {
    let mut world = World::new().environment("demo", |e| e.cached("echo demo > /opt/f"));
    world.build("demo").succeeds();
    let container = world.docker().ask(["create", &world.image_of("demo"), "true"]);
    let theirs = world.docker().ask(["commit", &container]);
    world.docker().ask(["rm", &container]);
    world.owns_image(&theirs);
    let context = context(&world).await;
    let names: Vec<_> =
        cached(&context, &world).await.into_iter().filter_map(|image| image.name).collect();
    assert_eq!(names, [world.image_of("demo")]);
}

#[tokio::test]
async fn images_of_another_program_are_listed_with_whose_they_are_and_can_go() {
    use std::fmt::Write as _;

    let hash = |text: &str| prebake::domain::digest::Digest::of(text).short().to_owned();
    let mut world = World::new().environment("demo", |e| e.cached_exactly("placeholder"));
    let script = format!("\necho {}\n", world.token());
    world.change("demo", |e| e.cached_exactly(&script));
    let own = hash(world.token());
    // As they are: a desktop, an environment on it, one on a base, and one of a script that is
    // nobody's; and a name that a person gave.
    let desktop = format!("emerald-{own}-{own}-{own}-{own}");
    let names = [
        format!("agent-runner-desktop:{desktop}"),
        format!("agent-runner-env:{desktop}-{}", hash(script.trim())),
        format!("agent-runner-env:emerald-{own}-{}-{own}", hash(&script)),
        format!("agent-runner-env:{own}-{own}"),
        format!("agent-runner-env:mine-{}", world.token()),
    ];
    for (number, name) in names.iter().enumerate() {
        let container = world.docker().ask(["create", world.base(), "true", &number.to_string()]);
        world.docker().ask(["commit", &container, name]);
        world.docker().ask(["rm", &container]);
        world.owns_image(name);
    }
    let context = context(&world).await;
    let listed = async || {
        let all = images::list(&context, &environments(&context)).await.unwrap().images;
        let is_one =
            |image: &CachedImage| names.iter().position(|name| image.name.as_ref() == Some(name));
        let mut found: Vec<(usize, CachedImage)> =
            all.into_iter().filter_map(|image| Some((is_one(&image)?, image))).collect();
        found.sort_by_key(|(place, _)| *place);
        found.into_iter().map(|(_, image)| image).collect::<Vec<_>>()
    };
    let all = listed().await;
    let mut told = String::new();
    for image in &all {
        let layer = image.layer.map(|layer| layer.to_string()).unwrap_or_default();
        let owner = if image.environment == world.id("demo") { "demo" } else { &image.environment };
        let _ = write!(told, "{layer} {} {owner}|", image.is_theirs);
    }
    assert_eq!(
        told,
        "desktop true demo|environment true demo|environment true demo|environment true |environment false |"
    );
    assert_eq!(all[1].below, desktop);

    let removal = Removal::plan(&all, &ids(&all));
    assert_eq!(removal.images.len(), 4);
    assert_eq!(removal.refused, [(all[4].id.clone(), Refusal::Foreign)]);
    assert_eq!(removed(&context, &removal).await, vec![Outcome::Removed; 4]);
    assert_eq!(ids(&listed().await), [all[4].id.clone()]);
}

#[tokio::test]
async fn the_layer_below_a_bake_stays_for_as_long_as_that_goes_on() {
    let world =
        World::new().tiny_desktop().environment("desk", |e| e.desktop(true, true).cached(GATE));
    let baking = world.prebake(["build", "desk"]).start();
    baking.until_err("baking environment layer");
    world.baking("desk");
    let context = context(&world).await;
    // The container of the desktop's own bake goes a moment after it.
    let (image, refusal) = loop {
        let all = cached(&context, &world).await;
        let [desktop] = &all[..] else { continue };
        let [one] = &desktop.containers[..] else { continue };
        assert!(one.starts_with("prebake-bake-"), "{one}");
        let mut removal = Removal::plan(&all, std::slice::from_ref(&desktop.id));
        break removal.refused.remove(0);
    };
    assert!(matches!(refusal, Refusal::InUse { .. }), "{refusal:?}");
    assert!(world.docker().image(&image).is_some());
    world.open_gate("desk");
    baking.wait().succeeds();
}
