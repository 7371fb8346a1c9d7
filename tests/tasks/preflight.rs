//! The run preflight: what of it reaches the command, and what happens when it ends early.

use crate::support::World;

fn with(preflight: &str) -> World {
    World::new().environment("demo", |e| e.run(preflight))
}

#[test]
fn what_a_preflight_sets_up_reaches_the_command() {
    let cases = [
        ("export A=1 B='two words'\n", "echo $A $B", "1 two words\n"),
        (
            "mkdir -p /tmp/w/$TASK_ID\ncd /tmp/w/$TASK_ID",
            "[[ $PWD == /tmp/w/$TASK_ID ]] && echo there",
            "there\n",
        ),
        ("hello() { echo \"hello $1\"; }\nexport -f hello", "hello you", "hello you\n"),
        ("umask 077", "umask", "0077\n"),
        ("export A=1; exit 0; export A=2", "echo $A", "1\n"),
        ("export A=1; return; export A=2", "echo $A", "1\n"),
        (
            "set -euo pipefail\nexport A=1",
            "echo $A$nothing; false; [[ $- == *[eu]* ]] || echo on",
            "1\non\n",
        ),
        (
            "export PATH=/opt/x:$PATH; mkdir -p /opt/x; printf '#!/bin/bash\\necho own' > /opt/x/own; chmod +x /opt/x/own",
            "own",
            "own\n",
        ),
        ("A=1; export -n A; unset HOME", "echo ${A-none} ${HOME-none}", "none none\n"),
        ("trap 'export A=trapped' EXIT\nexit 0", "echo $A", "trapped\n"),
        (
            "exec 3>/tmp/three\necho x >&3",
            "cat /tmp/three; echo y >&3; cat /tmp/three",
            "x\nx\ny\n",
        ),
        ("echo from the preflight", "echo after", "from the preflight\nafter\n"),
        ("#!/bin/bash\nexport A=crlf-free # comment without an end", "echo $A", "crlf-free\n"),
    ];
    let mut world = World::new();
    for (preflight, command, expected) in cases {
        world.write("demo", |e| e.run(preflight));
        let outcome = world.bash("demo", command);
        assert_eq!(outcome.out(), expected, "{preflight:?}\n{}", outcome.err());
    }
}

#[test]
fn nothing_of_ours_reaches_the_command() {
    let world = with("export A=1");
    let out = world
        .bash("demo", "env; declare -F; trap -p; ls -A /tmp; ls /proc/$$/fd | wc -l; tr '\\0' ' ' < /proc/1/cmdline")
        .succeeds()
        .out();
    for word in ["prebake", "PREBAKE", "DEBUG"] {
        assert!(!out.contains(word), "{word} in {out}");
    }
    assert!(out.contains("A=1\n") && out.contains("TASK_ID="), "{out}");
}

#[test]
fn a_failing_preflight_keeps_the_command_from_starting() {
    let cases = [
        ("true\nexit 3\n", "run preflight failed at line 2 (exit 3); the command was not started"),
        (
            "set -e\n\nls /nonexistent\n",
            "run preflight failed at line 3 (exit 2); the command was not started",
        ),
        ("true\nif\n", "run preflight failed at line 3 (exit 2); the command was not started"),
        (
            "if true; then\n  echo\n",
            "run preflight failed at line 3 (exit 2); the command was not started",
        ),
        ("cd /\n)\n", "run preflight failed at line 2 (exit 2); the command was not started"),
        ("set -u\necho $nothing_here\n", "run preflight failed at line 2 (exit "),
        ("kill -TERM $$", "run preflight failed at line 1 (exit 143); the command was not started"),
    ];
    let mut world = World::new();
    for (preflight, words) in cases {
        world.write("demo", |e| e.run(preflight));
        let outcome = world.run("demo", &["echo", "started"]).exits(125).prints("");
        let sentence = outcome.error();
        assert!(sentence.contains(words), "{preflight:?}: {sentence}");
    }
}

#[test]
fn a_large_preflight_and_one_with_nul_run_too() {
    let large = format!("export A=1\n# {}\nexport B=2\n", "x".repeat(60 * 1024));
    let mut world = with(&large);
    world.bash("demo", "echo $A $B; ls -A /tmp").succeeds().prints("1 2\n");
    world.write("demo", |e| e.run("export A=\"a\0b\"\n"));
    let outcome = world.bash("demo", "echo $A").succeeds().prints("ab\n");
    outcome.says("NUL");
    let failing = format!("{large}false || exit 4");
    world.write("demo", |e| e.run(&failing));
    world.bash("demo", "true").exits(125).says("run preflight failed at line 4 (exit 4)");
}

#[test]
fn the_stages_alone_are_tried_without_the_command() {
    let mut world = with("echo tried\n");
    let tried = world.prebake(["run", "demo", "--preflight-only"]).run();
    tried.succeeds().prints("tried\n");
    world.write("demo", |e| e.run("exit 9"));
    let tried = world.prebake(["run", "demo", "--preflight-only"]).run();
    tried.exits(125).says("run preflight failed at line 1 (exit 9)");
}

#[test]
fn the_old_single_preflight_runs_where_there_is_no_other() {
    let world = with("");
    let path = world.path_of("demo");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("run_preflight_script: \"\"\n", "");
    let old = format!("{text}preflight_enabled: true\npreflight_script: \"export OLD=1\"\n");
    std::fs::write(&path, old).unwrap();
    world.bash("demo", "echo $OLD").succeeds().prints("1\n");
}
