//! Many clients, one bake: joined, adopted, and finished whoever was killed.

use serde_json::Value;

use crate::support::{GATE, Running, World};

/// The ids of all bakes among created containers.
fn bakes(created: &[Value]) -> Vec<&str> {
    let bakes = created.iter().filter(|labels| labels["prebake.role"] == "bake");
    bakes.map(|labels| labels["prebake.bake"].as_str().unwrap()).collect()
}

#[test]
fn thirty_clients_make_one_bake_and_thirty_successes() {
    let world =
        World::new().environment("demo", |e| e.cached(&format!("{GATE}\nmktemp /opt/f.XXX")));
    let events = world.events("demo");
    let clients: Vec<Running> = (0..30).map(|_| world.prebake(["build", "demo"]).start()).collect();
    for client in &clients {
        client.until_err("layer 1/1 as agent-runner-env:");
    }
    world.open_gate("demo");
    let outcomes: Vec<_> = clients.into_iter().map(Running::wait).collect();
    let image = world.image_of("demo");
    for outcome in &outcomes {
        outcome.clone().succeeds().prints(&format!("{image}\n"));
    }
    let joined = outcomes.iter().filter(|outcome| outcome.err().contains("joining the bake"));
    assert_eq!(joined.count(), 29);
    assert_eq!(bakes(&events.created(world.base())).len(), 1);
    world.assert_tidy("demo");
}

#[test]
fn clients_with_folders_of_their_own_share_the_bake_too() {
    // As from two machines: neither sees the other's locks.
    let first = World::new().environment("demo", |e| e.cached_exactly(""));
    let script = format!("{GATE}\necho baked > /opt/f # {}", first.token());
    let first = first.environment("demo", |e| e.cached_exactly(&script));
    let second = World::new().environment("other", |e| e.cached_exactly(&script));
    let one = first.prebake(["build", "demo"]).start();
    first.baking("demo");
    let two = second.prebake(["build", "other"]).start();
    two.until_err("joining the bake");
    first.open_gate("demo");
    let image = one.wait().succeeds().line();
    assert_eq!(two.wait().succeeds().line(), image);
    first.assert_tidy("demo");
}

#[test]
fn a_client_killed_in_the_middle_is_replaced_and_the_log_is_whole() {
    let world = World::new().environment("demo", |e| {
        e.cached(&format!("echo first\nfor i in {{1..200}}; do echo $i; done\n{GATE}\nprintf last > /opt/f\necho last"))
    });
    let events = world.events("demo");
    let killed = world.prebake(["build", "demo"]).start();
    killed.until_err("\n200\n");
    killed.kill();
    let next = world.prebake(["build", "demo"]).start();
    next.until_err("joining the bake");
    world.open_gate("demo");
    let next = next.wait().succeeds();
    let numbers = (1..=200).map(|number| number.to_string()).collect::<Vec<_>>().join("\n") + "\n";
    next.clone().says(&format!("\nfirst\n{numbers}last\n"));
    let image = next.line();
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "last");
    assert_eq!(bakes(&events.created(world.base())).len(), 1);
    let log = String::from_utf8(world.bake_log()).unwrap();
    assert_eq!(log, format!("first\n{numbers}last\n"));
    world.assert_tidy("demo");
}

#[test]
fn a_bake_that_ended_while_nobody_looked_is_committed() {
    let world = World::new()
        .environment("demo", |e| e.cached(&format!("{GATE}\necho end > /opt/f\necho end")));
    let events = world.events("demo");
    let killed = world.prebake(["build", "demo"]).start();
    let container = world.baking("demo");
    killed.kill();
    world.open_gate("demo");
    world.docker().ask(["wait", &container]);
    assert!(world.docker().image(&world.image_of("demo")).is_none());

    // A task needs it as well as a build does.
    world.bash("demo", "cat /opt/f").succeeds().prints("end\n");
    assert_eq!(bakes(&events.created(world.base())).len(), 1);
    world.assert_tidy("demo");
}

#[test]
fn a_bake_that_failed_while_nobody_looked_is_baked_again() {
    let world = World::new().environment("demo", |e| e.cached(&format!("{GATE}\nfalse")));
    let killed = world.prebake(["build", "demo"]).start();
    let container = world.baking("demo");
    killed.kill();
    world.open_gate("demo");
    world.docker().ask(["wait", &container]);
    let again = world.prebake(["build", "demo"]).start();
    assert_ne!(world.baking("demo"), container);
    world.open_gate("demo");
    again.wait().exits(1);
    assert_eq!(world.docker().containers(&world.label("demo")).len(), 1, "one is kept");
}

#[test]
fn a_detached_build_goes_on_without_its_terminal() {
    let world =
        World::new().environment("demo", |e| e.cached(&format!("{GATE}\necho end > /opt/f")));
    world.prebake(["build", "demo", "--detach"]).run().succeeds().says("in the background");
    world.open_gate("demo");
    let image = world.build("demo").succeeds().line();
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "end\n");
    crate::support::until("the end of the background build", || {
        world.state_files("locks").is_empty().then_some(())
    });
    world.assert_tidy("demo");
}
