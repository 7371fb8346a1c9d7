//! The log of a bake: every line, in order, byte for byte, on the screen and in the file.

use crate::support::World;

/// The bytes of the log, as the screen had them: between the line that names the file and the
/// one that tells the end.
fn shown(stderr: &[u8]) -> Vec<u8> {
    let position = |part: &[u8]| stderr.windows(part.len()).position(|at| at == part).unwrap();
    let start = position(b"\nlog: ") + 1;
    let start = start + stderr[start..].iter().position(|&byte| byte == b'\n').unwrap() + 1;
    stderr[start..position(b"baked the environment layer")].to_vec()
}

#[test]
fn twenty_thousand_lines_of_both_streams_arrive_in_order() {
    let world = World::new().environment("demo", |e| {
        e.cached(
            "for ((i = 0; i < 10000; i++)); do echo out $i; echo err $i >&2; done\nprintf last",
        )
    });
    let built = world.build("demo").succeeds();
    for bytes in [world.bake_log(), shown(&built.stderr)] {
        let text = String::from_utf8(bytes).unwrap();
        for stream in ["out", "err"] {
            let lines = text.lines().filter_map(|line| line.strip_prefix(stream));
            assert!(lines.eq((0..10_000).map(|number| format!(" {number}"))), "{stream}");
        }
        assert_eq!(text.lines().count(), 20_001);
        assert!(text.ends_with("last\n"));
    }
}

#[test]
fn long_lines_and_bytes_that_are_no_text_arrive_as_they_are() {
    let world = World::new().environment("demo", |e| {
        e.cached(
            "head -c 1000000 /dev/zero | tr '\\0' x; echo\n\
             printf 'nul \\0 end\\n'\nprintf 'latin \\xe4\\xff\\n'\nprintf 'tab\\tcr\\rback\\b\\n'\n\
             printf '\\n\\n'\nprintf '\\x1eother line 3\\n'\nprintf 'open'",
        )
    });
    let built = world.build("demo").succeeds();
    let mut expected = vec![b'x'; 1_000_000];
    expected
        .extend(b"\nnul \0 end\nlatin \xe4\xff\ntab\tcr\rback\x08\n\n\n\x1eother line 3\nopen\n");
    assert!(world.bake_log() == expected, "the log file differs");
    assert!(shown(&built.stderr) == expected, "the screen differs");
}

#[test]
fn quiet_is_quiet_and_events_tell_the_same() {
    let world = World::new().environment("demo", |e| e.cached("echo one\necho two >&2"));
    let built = world.prebake(["build", "demo", "--quiet", "--events", "events.jsonl"]).run();
    let image = built.succeeds();
    assert_eq!(image.err(), "");
    let text = std::fs::read_to_string(world.cwd().join("events.jsonl")).unwrap();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names.first(), Some(&"bake_began"));
    assert_eq!(names.last(), Some(&"build_ended"));
    let lines = events.iter().filter(|event| event["event"] == "line");
    let mut lines: Vec<_> =
        lines.map(|event| format!("{} {}", event["source"], event["text"])).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["\"stderr\" \"two\"", "\"stdout\" \"one\""]);
    let statements = events.iter().filter(|event| event["event"] == "statement_began");
    let statements: Vec<_> = statements.map(|event| event["line"].as_u64().unwrap()).collect();
    assert_eq!(statements, [1, 2]);
    assert_eq!(events.last().unwrap()["image"], image.line().as_str());
    assert!(events.iter().all(|event| event["time"].is_string()), "{text}");
}

#[test]
fn a_build_tidies_the_state_once_a_day() {
    let world = World::new().environment("demo", |e| e.cached("true"));
    let logs = world.state().join("logs");
    let make_old = || {
        std::fs::create_dir_all(&logs).unwrap();
        let old = std::fs::File::create(logs.join("old.log")).unwrap();
        old.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    };
    make_old();
    world.build("demo").succeeds();
    assert!(!logs.join("old.log").exists());
    assert_eq!(world.state_files("logs").len(), 1);
    make_old();
    world.build("demo").succeeds();
    assert!(logs.join("old.log").exists());
}
