//! A client that is stopped for a while, as by Ctrl-Z, does not hold up what it drives.

use std::fs;

use crate::support::{GATE, World, until};

/// More than what fits between a container and a client that does not read.
const LINES: usize = 60_000;

/// The state letter of a process, as the kernel gives it.
fn state(pid: u32) -> String {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    line.rsplit_once(')').unwrap().1.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_bake_goes_on_while_its_client_is_stopped() {
    let printing = format!("{GATE}\nseq -f 'line %07.0f of what is printed' {LINES}");
    let world = World::new().environment("demo", |e| e.cached(&printing));
    let client = world.prebake(["build", "demo"]).start();
    let bake = world.baking("demo");
    client.signal("TSTP");
    until("the client is stopped", || (state(client.pid()) == "T").then_some(()));
    world.open_gate("demo");
    until("the end of the bake", || {
        let running = world.docker().container(&bake)?["State"]["Running"].as_bool()?;
        (!running).then_some(())
    });
    assert_eq!(state(client.pid()), "T");
    client.signal("CONT");
    let built = client.wait().succeeds();
    for number in [1, LINES / 2, LINES] {
        assert!(built.err().contains(&format!("line {number:07} of")), "{number}");
    }
    world.assert_tidy("demo");
}
