//! Tests of reading and writing manifests, as data.

use super::*;
use crate::domain::unknown::Unknown;

/// The one property: what is written is read back, and writing it again changes nothing.
pub(super) fn check_round_trip(environment: &Environment) {
    let text = render(environment);
    let read = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text:?}"));
    assert_eq!(&read, environment, "{text:?}");
    assert_eq!(render(&read), text);
}

fn check_error(text: &str, place: (usize, usize), says: &str) {
    let error = match parse(text) {
        Ok(environment) => panic!("{text:?} was read as {environment:?}"),
        Err(error) => error,
    };
    let words = error.to_string();
    assert_eq!((error.line, error.column), place, "{text:?}: {words}");
    assert!(words.contains(says), "{text:?}: {words}");
    assert!(
        !words.ends_with('.') && !words.contains('\n') && !error.advice.is_empty(),
        "{words:?}"
    );
}

#[test]
fn a_file_that_says_nothing_has_the_defaults() {
    assert_eq!(parse("{}").unwrap(), Environment::default());
    let empty_fields = "version: 1\nname:\nmounts: ~\nenv_vars:\ncommand: null\nuser:\n";
    assert_eq!(parse(empty_fields).unwrap(), Environment::default());
}

#[test]
fn a_name_that_is_no_text_is_told_as_itself() {
    let says = "the name of a field is a text, and this is none; write a name such as `workdir`";
    check_error("name: x\n? [a]\n: b\n", (2, 3), says);
    check_error("name: x\n[a]: b\n", (2, 1), says);
    check_error("name: x\n{a: 1}: b\n", (2, 1), says);
    check_error("name: x\nnull: e\n", (2, 1), says);
    check_error("~: e\n", (1, 1), says);
    check_error("name: [a]\n", (1, 7), "`name`: a text is expected");
    check_error("mounts:\n- [a]\n", (2, 3), "`mounts`: a text is expected");
}

const DESIGN: &str = r#"version: 1
name: Web development
base_image: lunamidori5/pixelarch:emerald   # the default base
headless_desktop_enabled: false
cache_desktop_build: false        # bake the desktop layer (has effect only with the desktop enabled)
cache_container_build: true       # bake the cached preflight: the "container caching" toggle
cached_preflight_script: |
  #!/bin/bash
  set -euo pipefail
  yay -S --noconfirm python-requests nodejs
run_preflight_script: |
  #!/bin/bash
  export API_KEY=${TASK_API_KEY}
  mkdir -p /tmp/workspace-${TASK_ID}
env_vars: { LOG_LEVEL: INFO }
mounts: [ "~/src/web:/home/midori-ai/workspace" ]
workdir: /home/midori-ai/workspace
user: ""                          # empty: the image's own user
command: [ "bash", "-l" ]         # what `prebake run ENV` starts when no command is given
preflight_enabled: false          # legacy single preflight, kept for migration, never dropped
preflight_script: ""
"#;

const RENDERED: &str = r#"version: 1
name: Web development
base_image: lunamidori5/pixelarch:emerald
headless_desktop_enabled: false
cache_desktop_build: false
cache_container_build: true
cached_preflight_script: |
  #!/bin/bash
  set -euo pipefail
  yay -S --noconfirm python-requests nodejs
run_preflight_script: |
  #!/bin/bash
  export API_KEY=${TASK_API_KEY}
  mkdir -p /tmp/workspace-${TASK_ID}
env_vars:
  LOG_LEVEL: INFO
mounts:
  - ~/src/web:/home/midori-ai/workspace
ports: []
workdir: /home/midori-ai/workspace
user: ""
command: ["bash", "-l"]
"#;

#[test]
fn the_example_of_the_documentation_is_read_and_written() {
    let environment = parse(DESIGN).unwrap();
    assert_eq!(environment.env_vars["LOG_LEVEL"], "INFO");
    assert_eq!(environment.command, ["bash", "-l"]);
    assert!(environment.cache_container_build);
    assert_eq!(render(&environment), RENDERED);
    check_round_trip(&environment);
}

#[test]
fn the_legacy_preflight_is_never_dropped() {
    for (enabled, script) in [(true, ""), (false, "echo\n"), (true, "echo\n")] {
        check_round_trip(&Environment {
            preflight_enabled: enabled,
            preflight_script: script.to_owned(),
            ..Environment::default()
        });
    }
    assert!(!render(&Environment::default()).contains("\npreflight_"));
}

#[test]
fn numbers_and_booleans_are_texts_where_texts_are_expected() {
    let environment = parse(
        "version: '1'\nname: 1.10\nuser: 0777\nenv_vars: {PORT: 8080, DEBUG: no, BIG: 123456789012345678901234567890}\ncommand: [sleep, 5]\n",
    )
    .unwrap();
    assert_eq!(environment.name, "1.10");
    assert_eq!(environment.user, "0777");
    let values: Vec<&str> = environment.env_vars.values().map(String::as_str).collect();
    assert_eq!(values, ["8080", "no", "123456789012345678901234567890"]);
    assert_eq!(environment.command, ["sleep", "5"]);
    check_round_trip(&environment);
}

#[test]
fn users_and_folders_have_many_forms() {
    for user in ["", "root", "1000", "1000:1000", "dev.x_y-z:wheel"] {
        for workdir in ["", "/", "/a b/ü"] {
            let text = format!("user: \"{user}\"\nworkdir: \"{workdir}\"\n");
            let environment = parse(&text).unwrap();
            assert_eq!((environment.user.as_str(), environment.workdir.as_str()), (user, workdir));
        }
    }
}

#[test]
fn every_script_survives_byte_for_byte_and_stays_readable() {
    let long = format!("echo {}\n", "x".repeat(300)).repeat(3_500);
    let one_line = "echo word ".repeat(100_000);
    // A script, and the header of its block; none where YAML has no block for it.
    for (script, header) in [
        ("", None),
        ("echo", Some("|-")),
        ("echo\n", Some("|")),
        ("echo\n\n", Some("|+")),
        ("echo\n\n\n\n", Some("|+")),
        ("\n", None),
        ("\n\n \n", None),
        ("\necho\n", Some("|2")),
        ("\n\n  echo\n", Some("|2")),
        ("  echo\n", Some("|2")),
        ("\techo\n", Some("|2")),
        ("  \necho\n", Some("|2")),
        ("if x; then\n\techo  \n\t\t\n   \nfi \n", Some("|")),
        ("echo\n   ", Some("|-")),
        ("echo\n   \n\n", Some("|+")),
        ("---\necho\n...\n# x\n%TAG\n", Some("|")),
        ("# comment", Some("|-")),
        ("a: b\n- c\n? d\n&e *f !g\n", Some("|")),
        ("echo '🦀 e\u{301}' \"日本\"\n", Some("|")),
        ("echo a\r\necho b\r\n", None),
        ("a\rb", None),
        ("a\0b\u{1}\u{7f}\u{1b}[2J\n", None),
        ("a\u{85}b\u{2028}c\u{2029}d\u{feff}\u{fffe}\u{ffff}\n", None),
        ("\u{feff}#!/bin/bash\n", None),
        (&long, Some("|")),
        (&one_line, Some("|-")),
    ] {
        let environment = Environment {
            cached_preflight_script: script.to_owned(),
            run_preflight_script: script.to_owned(),
            preflight_script: script.to_owned(),
            ..Environment::default()
        };
        check_round_trip(&environment);
        let text = render(&environment);
        let line =
            text.lines().find_map(|line| line.strip_prefix("run_preflight_script: ")).unwrap();
        match header {
            Some(header) => assert_eq!(line, header, "{script:.40?}"),
            None => assert!(line.starts_with('"') && line.ends_with('"'), "{line}"),
        }
    }
}

#[test]
fn unknown_fields_survive_in_order_with_their_text_and_type() {
    let unknown = r#"zeta: "0777"
mode: 0777
answer: no
quoted_answer: "no"
version_text: 1.10
big: 123456789012345678901234567890
hex: 0x1F
far: 1e400
nothing: null
tilde: ~
infinite: .inf
date: 2024-01-01
"quoted: name": "text, with # no comment"
"8080": 1
addresses:
  - 8080:80
  - "8080"
  - a: 1
    b:
      - - x
        - []
      - {}
    c: |-
      one
        two
  - |2
     lead
empty: []
deep:
  0: a
  "0": b
  true: c
  script: |
    echo	x 

    done
alpha: "a\tb"
"#;
    let environment = parse(&format!("{RENDERED}{unknown}")).unwrap();
    assert_eq!(render(&environment), format!("{RENDERED}{unknown}"));
    assert_eq!(environment.unknown["mode"], Unknown::Plain("0777".to_owned()));
    assert_eq!(environment.unknown["zeta"], Unknown::Text("0777".to_owned()));
    let json = serde_json::to_value(&environment).unwrap();
    assert_eq!(json["version_text"], "1.10");
    assert_eq!(json["nothing"], serde_json::Value::Null);
    assert_eq!(json["deep"]["script"], "echo\tx \n\ndone\n");
}

#[test]
fn anchors_aliases_and_flow_of_unknown_fields_become_their_values() {
    let environment = parse(
        "base: &b {mode: &m 0777, on: [1, *m]}\nuse: *b\nfold: >\n  one\n  two\nmulti: one\n  two\nnone:\n",
    )
    .unwrap();
    let want = "base:\n  mode: 0777\n  on:\n    - 1\n    - 0777\nuse:\n  mode: 0777\n  on:\n    - 1\n    - 0777\nfold: |\n  one two\nmulti: one two\nnone: null\n";
    let text = render(&environment);
    assert!(text.ends_with(want), "{text}");
    check_round_trip(&environment);
}

#[test]
fn errors_say_where_and_why() {
    let alias_bomb = {
        let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..10 {
            let above = format!("*a{},", level - 1).repeat(9);
            let line = format!("a{level}: &a{level} [{above}]\n");
            text.push_str(&line);
        }
        text
    };
    for (text, place, says) in [
        ("", (1, 1), "empty"),
        ("\n# only a comment\n", (1, 1), "empty"),
        ("---\n", (1, 1), "empty"),
        ("- a\n", (1, 1), "names with values"),
        ("text\n", (1, 1), "names with values"),
        ("version: 2\n", (1, 10), "version `2`"),
        ("name: a\nversion: one\n", (2, 10), "version `one`"),
        ("name: a\nuser: b\nname: c\n", (3, 1), "`name` is given twice"),
        ("x: 1\nx: 2\n", (2, 1), "`x` is given twice"),
        ("env_vars:\n  A: 1\n  A: 2\n", (3, 3), "`A` is given twice"),
        ("x:\n  a: 1\n  a: 2\n", (3, 3), "`a` is given twice"),
        ("name: [a]\n", (1, 7), "`name`"),
        ("name: {a: b}\n", (1, 7), "`name`"),
        ("cache_container_build: maybe\n", (1, 24), "`cache_container_build`"),
        ("env_vars: [A]\n", (1, 11), "`env_vars`"),
        ("env_vars:\n  A:\n", (2, 4), "nothing is written"),
        ("env_vars:\n  1A: x\n", (2, 3), "`1A` is no name"),
        ("env_vars: {a b: x}\n", (1, 12), "`a b` is no name"),
        ("env_vars: {TASK_ID: x}\n", (1, 12), "set by prebake"),
        ("env_vars: {AGENTS_RUNNER_TASK_ID: x}\n", (1, 12), "set by prebake"),
        ("env_vars:\n  OK: y\n  PREBAKE_X: x\n", (3, 3), "set by prebake"),
        ("env_vars: {A: \"x\\0\"}\n", (1, 15), "NUL"),
        ("workdir: \"\\0\"\n", (1, 10), "control character"),
        ("workdir: \"/a\\nb\"\n", (1, 10), "control character"),
        ("name: a\nworkdir: src\n", (2, 10), "`src` is not absolute"),
        ("user: \"\\0\"\n", (1, 7), "is no user"),
        ("user: \"dev\\nRUN x\"\n", (1, 7), "is no user"),
        ("name: a\nuser: a b\n", (2, 7), "`a b` is no user"),
        ("user: \"a:\"\n", (1, 7), "`a:` is no user"),
        ("user: \":a\"\n", (1, 7), "`:a` is no user"),
        ("user: a:b:c\n", (1, 7), "`a:b:c` is no user"),
        ("name: a\nbase_image: ../images\n", (2, 13), "`../images` is no image reference: `..`"),
        ("base_image: a?b=c\n", (1, 13), "it contains '?'"),
        ("base_image: \"\"\n", (1, 13), "it is empty"),
        ("base_image: \"a\\e[2J\"\n", (1, 13), "is no image reference"),
        ("command: [a, \"\\0\"]\n", (1, 14), "NUL"),
        ("command: bash -l\n", (1, 10), "`command`"),
        ("mounts: [\"/a:/b\", \"/a:b\"]\n", (1, 19), "mount `/a:b`"),
        ("mounts:\n  - /a:/b\n  - nonsense\n", (3, 5), "mount `nonsense`"),
        ("mounts: [~]\n", (1, 10), "nothing is written"),
        ("a: 1\n---\nb: 2\n", (3, 1), "second YAML document"),
        ("name: a\0b\n", (1, 8), "NUL"),
        ("x: !secret y\n", (1, 12), "tag"),
        ("x: *nothing\n", (1, 4), "anchor"),
        ("x: {? [a] : b}\n", (1, 7), "name of a field"),
        ("name: \"open\n", (1, 7), "unclosed quote"),
        ("name: a: b\n", (1, 8), "mapping values are not allowed"),
        ("x:\n\ta: 1\n", (2, 2), "tab"),
        (&alias_bomb, (5, 30), "expands to too many"),
    ] {
        check_error(text, place, says);
    }
}

#[test]
fn hostile_texts_are_errors_of_bearable_length() {
    for text in [
        "[".repeat(100_000),
        "x: ".to_owned() + &"[".repeat(100_000),
        "x: ".to_owned() + &"{a: ".repeat(100_000),
        "- ".repeat(100_000),
        (0..2_000).map(|level| " ".repeat(level) + "a:").collect::<Vec<_>>().join(
            "
",
        ),
        "x: &a [*a]\n".to_owned(),
        "x: [".to_owned() + &"1,".repeat(1_000_000) + "]",
        "x: &a 1\ny: [".to_owned() + &"*a,".repeat(1_000_000) + "]",
        "?".repeat(100_000),
        "\u{1}\u{2}ELF\u{7f}".repeat(1_000),
        "%YAML 9.9\n---\nx: 1\n".to_owned(),
        "\"".to_owned() + &"\\x".repeat(50_000),
        "a: &a 1\n".repeat(30_000),
    ] {
        let error = parse(&text).expect_err(&text[..text.len().min(40)]);
        let words = error.to_string();
        assert!(words.len() < 500 && !words.contains('\n'), "{words}");
    }
}

#[test]
fn a_file_from_windows_is_read() {
    let environment =
        parse("\u{feff}name: w\r\nrun_preflight_script: |\r\n  echo\r\n  x\r\n").unwrap();
    assert_eq!(environment.name, "w");
    assert_eq!(environment.run_preflight_script, "echo\nx\n");
}

#[test]
fn secrets_are_named_with_their_sources_and_never_have_a_value() {
    let text =
        "secrets:\n  A:\n  B: file:~/x\n  C: { command: \"pass show c\" }\n  D: { env: E }\n";
    let environment = parse(text).unwrap();
    let sources: Vec<String> =
        environment.secrets.iter().map(|(name, source)| format!("{name}={source}")).collect();
    assert_eq!(sources, ["A=env:A", "B=file:~/x", "C=command:pass show c", "D=env:E"]);
    check_round_trip(&environment);
    assert!(render(&environment).ends_with("  D:\n    env: E\n"), "{}", render(&environment));
    assert!(!render(&Environment::default()).contains("secrets"));
    for (text, place, says) in [
        ("secrets: { T: hunter2hunter2 }", (1, 15), "the source of `T` is none of"),
        ("secrets: { T: 12345678 }", (1, 15), "the source of `T` is no text"),
        ("secrets: { T: { env: A, file: /b } }", (1, 15), "exactly one of"),
        ("secrets: { T: { value: x } }", (1, 15), "is of an unknown kind"),
        ("secrets: { a/b: env:A }", (1, 12), "`a/b` is no name of a secret"),
        ("secrets: [T]", (1, 10), "names with values are expected"),
    ] {
        check_error(text, place, says);
        assert!(!parse(text).unwrap_err().to_string().contains("hunter2"));
    }
}

#[test]
fn caches_are_names_or_folders() {
    let environment = parse("cache_mounts: [ pip, \"mine:/opt/store\" ]\n").unwrap();
    assert_eq!(environment.cache_mounts, ["pip", "mine:/opt/store"]);
    check_round_trip(&environment);
    for (text, place, says) in [
        ("cache_mounts: [ pip, nonsense ]", (1, 22), "`nonsense` is no well-known cache"),
        ("cache_mounts: [ pip, \"pip:/x\" ]", (1, 22), "has the name of another one"),
        ("cache_mounts: [ \"a:/tmp\" ]", (1, 17), "bakes need themselves"),
    ] {
        check_error(text, place, says);
    }
}
