//! Readers and writers at another pace than the task's.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::World;

#[test]
fn a_slow_reader_gets_every_line() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    world.build("demo").succeeds();
    let mut command = Command::new(env!("CARGO_BIN_EXE_prebake"));
    world.surround(&mut command);
    command.args(["run", &world.id("demo"), "--", "seq", "400000"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut out = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while let count @ 1.. = stdout.read(&mut buffer).unwrap() {
        out.extend_from_slice(&buffer[..count]);
        // The slowness itself, and nothing that is waited for.
        std::thread::sleep(Duration::from_millis(40));
    }
    assert_eq!(String::from_utf8(out).unwrap().lines().count(), 400_000);
    assert!(child.wait().unwrap().success());
}

#[test]
fn input_that_nobody_reads_holds_up_neither_signals_nor_leaving() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let command = ["run", "demo", "-i", "--", "bash", "-c", "echo ready; sleep 60"];
    let run = world.prebake(command).stdin(vec![b'y'; 16 * 1024 * 1024]).start();
    run.until_out("ready\n");
    run.signal("INT");
    run.until_err("Ctrl-C was sent to the command");
    run.signal("INT");
    run.wait().exits(130).says("left task ");
}
