//! Exit statuses: the command's own, or one of prebake's.

use crate::support::World;

#[test]
fn the_status_is_that_of_the_command() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let cases: [(&[&str], i32); 8] = [
        (&["true"], 0),
        (&["bash", "-c", "exit 3"], 3),
        (&["bash", "-c", "exit 255"], 255),
        (&["bash", "-c", "(kill -9 $BASHPID); exit $?"], 137),
        (&["bash", "-c", "(kill -TERM $BASHPID); exit $?"], 143),
        (&["no-such-command"], 127),
        (&["/etc/passwd"], 126),
        (&["bash", "-c", "exit 125"], 125),
    ];
    for (command, code) in cases {
        let outcome = world.run("demo", command);
        assert_eq!(outcome.status.code(), Some(code), "{command:?}: {}", outcome.err());
    }
    world.run("demo", &["no-such-command"]).says("command `no-such-command` is not in the image");
    world.run("demo", &["/etc/passwd"]).says("command `/etc/passwd` cannot be executed");
    world.assert_tidy("demo");
}

#[test]
fn a_task_that_is_killed_from_outside_has_the_status_of_the_signal() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let run = world.run_in_background("demo", "echo ready; while :; do sleep 0.05; done");
    run.until_out("ready\n");
    let containers = world.docker().containers(&world.label("demo"));
    world.docker().ask(["kill", &containers[0]]);
    run.wait().exits(137).prints("ready\n");

    let run = world.run_in_background("demo", "echo ready; while :; do sleep 0.05; done");
    run.until_out("ready\n");
    let containers = world.docker().containers(&world.label("demo"));
    world.docker().ask(["rm", "-f", &containers[0]]);
    let code = run.wait().status.code();
    assert!(matches!(code, Some(125 | 137)), "{code:?}");
    world.assert_tidy("demo");
}

#[test]
fn what_keeps_a_task_from_starting_is_125_and_a_sentence() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let cases: [(&[&str], i32, &str); 6] = [
        (&["run", "nowhere-to-be-found", "--", "true"], 125, "`nowhere-to-be-found`"),
        (&["run", "../x", "--", "true"], 125, "../x"),
        (&["run", "demo", "--env", "1A=x", "--", "true"], 125, "`1A`"),
        (&["run", "demo", "--env", "NOT_SET_ANYWHERE", "--", "true"], 125, "`NOT_SET_ANYWHERE`"),
        (&["run", "demo", "--mount", "relative", "--", "true"], 125, "relative"),
        (&["run", "demo", "-t", "--", "true"], 125, "no terminal"),
    ];
    for (arguments, code, words) in cases {
        let outcome = world.prebake(arguments.to_vec()).run();
        let sentence = outcome.error();
        assert!(sentence.contains(words), "{arguments:?}: {sentence}");
        assert_eq!(outcome.status.code(), Some(code), "{arguments:?}: {sentence}");
    }
    for arguments in [&["run"][..], &["run", "demo", "--nope"], &["--color", "loud", "run", "demo"]]
    {
        world.prebake(arguments.to_vec()).run().exits(125).says("error: ");
    }
    world.prebake(["run", "--help"]).run().succeeds();
    let host = ["--host", "unix:///nonexistent/docker.sock", "run", "demo", "--", "true"];
    let sentence = world.prebake(host).run().exits(125).error();
    assert!(sentence.contains("/nonexistent/docker.sock"), "{sentence}");
}

#[test]
fn a_mount_of_a_folder_that_is_not_there_is_a_sentence() {
    let world = World::new();
    let missing = world.cwd().join("missing");
    let mount = format!("{}:/mnt", missing.display());
    let world = world.environment("demo", |e| e.mounts(&[&mount]));
    let sentence = world.run("demo", &["true"]).exits(125).error();
    assert!(sentence.starts_with("cannot mount into the task: "), "{sentence}");
    assert!(sentence.contains(&missing.display().to_string()), "{sentence}");
    assert!(!missing.exists(), "nothing is made in its place");
    world.assert_tidy("demo");
}
