//! What a task is given: variables, mounts, a user, a folder, arguments, standard input.

use std::fs;

use crate::support::World;

#[test]
fn variables_come_in_their_order_and_the_id_has_two_names() {
    let world = World::new().environment("demo", |e| {
        e.variable("A", "environment")
            .variable("B", "environment")
            .variable("EMPTY", "")
            .run("export C=preflight D=\"$B\"")
    });
    let all = "echo $A $B $C $D ${EMPTY-unset} $HERE; [[ $TASK_ID && $TASK_ID == $AGENTS_RUNNER_TASK_ID ]] && echo same";
    let arguments = ["run", "demo", "--env", "B=option", "-e", "HERE", "--", "bash", "-c", all];
    let outcome = world.prebake(arguments).variable("HERE", "from here").run();
    outcome.succeeds().prints("environment option preflight option from here\nsame\n");
    let odd = "a=b c\nd $x `y` \u{1f600}";
    let option = format!("ODD={odd}");
    let arguments = ["run", "demo", "--env", &option, "--", "printenv", "ODD"];
    world.prebake(arguments).run().succeeds().prints(&format!("{odd}\n"));
}

#[test]
fn mounts_user_and_folder_are_as_asked() {
    let world = World::new();
    let there = world.cwd().join("there");
    fs::create_dir(&there).unwrap();
    fs::write(there.join("file"), "from the host\n").unwrap();
    let mount = format!("{}:/mnt/there:ro", there.display());
    let world = world.environment("demo", |e| e.user("dev").workdir("/var/log").mounts(&[&mount]));
    let look = "id -un; pwd; cat /mnt/there/file; touch /mnt/there/x 2>/dev/null || echo read-only; cat /mnt/here/more";
    fs::create_dir(world.cwd().join("here")).unwrap();
    fs::write(world.cwd().join("here/more"), "and more\n").unwrap();
    let outcome = world
        .prebake(["run", "demo", "--mount", "./here:/mnt/here", "--", "bash", "-c", look])
        .run();
    outcome.succeeds().prints("dev\n/var/log\nfrom the host\nread-only\nand more\n");
}

#[test]
fn ports_lead_into_a_task_and_a_taken_one_is_a_sentence() {
    let world = World::new().environment("demo", |e| e.ports(&["7070/udp"]));
    let start = |ports: &[&str]| {
        let mut arguments = vec!["run", "demo", "-d"];
        arguments.extend(ports.iter().flat_map(|port| ["--port", port]));
        arguments.extend(["--", "sleep", "60"]);
        world.prebake(arguments).run()
    };
    let id = start(&["8080"]).succeeds().line();
    let tasks = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let ports = tasks["tasks"].as_array().unwrap().iter().find(|task| task["id"] == *id);
    let ports = ports.unwrap()["ports"].clone();
    assert_eq!((&ports[0]["container"], &ports[0]["protocol"]), (&7070.into(), &"udp".into()));
    assert_eq!((&ports[1]["container"], &ports[1]["address"]), (&8080.into(), &"127.0.0.1".into()));
    let taken = u16::try_from(ports[1]["host"].as_u64().unwrap()).unwrap();
    std::net::TcpStream::connect(("127.0.0.1", taken)).unwrap();

    let list = world.prebake(["tasks"]).run().succeeds().out();
    assert!(list.contains(&format!("127.0.0.1:{taken} -> 8080")), "{list}");
    let refused = start(&[&format!("{taken}:80")]).exits(125);
    refused.says(&format!("cannot publish the task's port `127.0.0.1:{taken}`"));
    start(&["http"]).exits(125).says("port `http` has a port that is no number");
}

#[test]
fn without_a_command_the_own_one_of_the_environment_or_the_image_runs() {
    let mut world = World::new().environment("demo", |e| e.command(&["echo", "own", "command"]));
    world.prebake(["run", "demo"]).run().succeeds().prints("own command\n");
    let base = world.base_with(
        "command",
        &serde_json::json!({ "Entrypoint": ["echo"], "Cmd": ["of the image"] }),
    );
    world.write("demo", |e| e.base(&base).cached("true").run("export A=1"));
    world.prebake(["run", "demo"]).run().succeeds().prints("of the image\n");
    // A command that is given is the whole command, as the run preflight is.
    world.run("demo", &["printenv", "A"]).succeeds().prints("1\n");
}

#[test]
fn a_stage_that_is_not_baked_finds_what_a_bake_has() {
    let mut world = World::new();
    let config =
        serde_json::json!({ "WorkingDir": "/usr", "Env": ["PATH=/usr/bin:/bin", "OWN=image"] });
    let base = world.base_with("stages", &config);
    let look = "env | grep -E '^(TASK_ID|AGENTS_RUNNER_TASK_ID|A|B|OWN|HOME|OLDPWD|PREBAKE)' | sort > /tmp/seen; pwd >> /tmp/seen";
    let arguments =
        ["run", "demo", "--env", "B=2", "--", "bash", "-c", "cat /tmp/seen; echo $A$B$OWN$PWD"];
    for baked in [true, false] {
        world.write("demo", |e| {
            let own = e
                .base(&base)
                .caching(baked)
                .cached(look)
                .run("[[ $TASK_ID && $A$B == 12 && $PWD == /var ]]");
            own.workdir("/var").variable("A", "1").variable("OWN", "task").variable("HOME", "/x")
        });
        let outcome = world.prebake(arguments).run().succeeds();
        outcome.prints("HOME=/root\nOWN=image\n/usr\n12task/var\n");
    }
}

#[test]
fn arguments_arrive_as_they_are_and_many_of_them() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let odd = ["", " ", "a b", "$A", "`x`", "'\"\\", "*", "-e", "--", "\n", "\u{1f600}"];
    let count = "printf '%s|' \"$@\"";
    let command = [&["bash", "-c", count, "self"], &odd[..]].concat();
    let expected = odd.join("|") + "|";
    world.run("demo", &command).succeeds().prints(&expected);

    let many = vec!["x".repeat(100); 5000];
    let mut command = vec!["bash", "-c", "echo $# ${#5000}", "self"];
    command.extend(many.iter().map(String::as_str));
    world.run("demo", &command).succeeds().prints("5000 100\n");
}

#[test]
fn a_megabyte_goes_through_unchanged() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let mut number = 1_u32;
    let bytes: Vec<u8> = (0..1_000_000)
        .map(|_| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            number.to_be_bytes()[0]
        })
        .collect();
    let outcome = world.prebake(["run", "demo", "-i", "--", "cat"]).stdin(bytes.clone()).run();
    assert!(outcome.clone().succeeds().stdout == bytes, "{} bytes", outcome.stdout.len());
    // Standard input is the task's only when it is asked for.
    world.prebake(["run", "demo", "--", "cat"]).stdin(bytes).run().succeeds().prints("");
}

#[test]
fn a_preflight_that_reads_takes_its_part_of_the_input() {
    let world = World::new().environment("demo", |e| e.run("read -r first; export first"));
    let arguments = ["run", "demo", "-i", "--", "bash", "-c", "echo got $first; cat"];
    let outcome = world.prebake(arguments).stdin("one\ntwo\nthree\n").run();
    outcome.succeeds().prints("got one\ntwo\nthree\n");
}

#[test]
fn streams_stay_apart_and_whole() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let script = "for ((i = 0; i < 20000; i++)); do echo out $i; echo err $i >&2; done; printf '\\xff\\0end'";
    let outcome = world.bash("demo", script).succeeds();
    let lines = |stream: &str| {
        let lines: Vec<_> = (0..20_000).map(|number| format!("{stream} {number}")).collect();
        lines.join("\n") + "\n"
    };
    let expected = [lines("out").as_bytes(), b"\xff\0end"].concat();
    assert!(outcome.stdout == expected, "standard output differs");
    assert!(outcome.err().ends_with(&lines("err")), "standard error differs");
}
