//! The programs of a bake and of a task's start, run by the host's bash against one script each:
//! what only bash can judge, without an engine.

use std::process::{Command, Output};

use prebake::domain::script::{
    DEGRADED_VARIABLE, DESKTOP_VARIABLE, RUN_PREFLIGHT_VARIABLE, SETTINGS_PREFLIGHT_VARIABLE,
    stage_setup, start, trace,
};

fn start_with(preflight: &str, command: &[&str]) -> Output {
    Command::new("bash")
        .args(["-c", &start("N"), "prebake", "N"])
        .args(command)
        // Nothing of this process's own may be taken for a leftover.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env(RUN_PREFLIGHT_VARIABLE, preflight)
        .output()
        .unwrap()
}

/// Without the marker of the command, which comes first.
fn stdout(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match text.split_once("\u{1e}N command \n") {
        Some((before, after)) => format!("{before}{after}"),
        None => text,
    }
}

fn marks(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let marks = text.lines().filter_map(|line| line.split("\u{1e}N ").nth(1));
    marks.map(str::to_owned).collect()
}

#[test]
fn preflight_reaches_the_command() {
    let cases = [
        ("exports", "export A=1", "1"),
        ("exit 0 ends only the preflight", "export A=2; exit 0; export A=3", "2"),
        ("bare exit after success", "export A=2\ntrue\nexit", "2"),
        ("return ends only the preflight", "export A=2; return; export A=3", "2"),
        ("exit in a subshell", "( exit 5 ) || export A=4", "4"),
        ("exported functions", "f() { echo six; }; export -f f; export A=$(f)", "six"),
        ("strict mode", "set -euo pipefail\nexport A=7", "7"),
        ("a trap of its own on EXIT", "trap 'export A=8' EXIT\nexit 0", "8"),
        ("no final newline and a comment", "#!/bin/bash\nexport A=9 # end", "9"),
        ("positional parameters", "set -- x y; export A=$#", "2"),
        ("the last argument", "echo x y >/dev/null\nexport A=$_", "y"),
        ("allexport", "set -a\nB=1\nA=10\nset +a", "10"),
    ];
    for (name, preflight, expected) in cases {
        let output = start_with(preflight, &["bash", "-c", "echo $A; env | grep -ic ^_*prebake"]);
        assert_eq!(stdout(&output), format!("{expected}\n0\n"), "{name}: {output:?}");
    }
}

/// Runs both preflights and the command, with what that prints.
fn start_both(settings: &str, run: &str) -> Output {
    let mut command = Command::new("bash");
    command.args(["-c", &start("N"), "prebake", "N", "bash", "-c"]);
    command
        .arg("echo \"${A-}|${B-}|$-|$(umask)|$(env | grep -c ^_*[Pp][Rr][Ee][Bb][Aa][Kk][Ee])\"");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.env(SETTINGS_PREFLIGHT_VARIABLE, settings).env(RUN_PREFLIGHT_VARIABLE, run);
    command.output().unwrap()
}

#[test]
fn the_settings_preflight_runs_first_in_the_same_shell() {
    for (name, settings, run, expected) in [
        ("exports", "export A=1", "export B=$A$A", "1|11|"),
        ("no run preflight", "export A=1", "", "1||"),
        ("exit 0", "export A=1; exit 0; export A=2", "export B=2", "1|2|"),
        (
            "exit 0 in a function",
            "f() { exit 0; }; export A=1; f; export A=2",
            "export B=2",
            "1|2|",
        ),
        ("exit 0, no run preflight", "export A=1; exit", "", "1||"),
        ("exit 0, then exit 0", "export A=1; exit 0", "export B=2; exit 0; export B=3", "1|2|"),
        ("return", "export A=1; return; export A=2", "export B=2; return; B=3", "1|2|"),
        ("a trap", "trap 'export A=t' EXIT", "export B=$A", "t|t|"),
        (
            "a trap and exit",
            "trap 'export A=t' EXIT; exit 0",
            "trap 'export B=$A' EXIT; exit 0",
            "t|t|",
        ),
        (
            "strict",
            "set -euo pipefail; export A=1",
            "false | true; echo $NO; false; export B=2",
            "1|2|",
        ),
        (
            "strict and exit",
            "set -euxo pipefail; export A=1; exit 0",
            "false; export B=2; true",
            "1|2|",
        ),
        ("break", "export A=1; break", "export B=2", "1|2|"),
        ("declared", "declare -x A=1", "declare -x B=2", "1|2|"),
        ("declared after exit", "declare -x A=1; exit 0", "declare -x B=2", "1|2|"),
    ] {
        let output = start_both(settings, run);
        let out = stdout(&output);
        let out = out.lines().last().unwrap_or_default();
        assert!(
            out.starts_with(expected) && out.ends_with("|hBc|0022|0"),
            "{name}: {out}, {output:?}"
        );
    }
}

#[test]
fn a_failing_settings_preflight_is_told_by_its_own_name_and_line() {
    for (settings, run, failed, line) in [
        ("true\nexit 3", "true", "failed settings_preflight.sh 3", 2),
        ("set -e\n\n\nfalse", "true", "failed settings_preflight.sh 1", 4),
        ("true\nfalse", "", "failed settings_preflight.sh 1", 2),
        ("true\n\ntrue", "true\nfalse", "failed run_preflight.sh 1", 2),
        ("true\n\nexit 0", "true\nexit 4", "failed run_preflight.sh 4", 2),
        ("true\n\nexit 0", "set -e\n\n:\nfalse\n:", "failed run_preflight.sh 1", 4),
        ("true\n\nexit 0", ":\n\nfalse", "failed run_preflight.sh 1", 3),
    ] {
        let output = start_both(settings, run);
        assert_eq!(
            (output.status.code(), stdout(&output).as_str()),
            (Some(125), ""),
            "{settings:?}"
        );
        let marks = marks(&output);
        assert_eq!(marks.last().unwrap(), failed, "{settings:?} {run:?}: {marks:?}");
        let told = marks.iter().rfind(|mark| mark.starts_with("line ")).unwrap();
        assert!(told.starts_with(&format!("line {line} ")), "{settings:?} {run:?}: {marks:?}");
    }
}

#[test]
fn a_failing_preflight_tells_code_and_line() {
    let cases = [
        ("last status", "true\nfalse", 1, 2),
        ("errexit", "set -e\n\nfalse\ntrue", 1, 3),
        ("exit", "true\nexit 7\ntrue", 7, 2),
        ("unset variable", "set -u\ntrue\necho $NOPE", 127, 3),
        ("in a loop", "for i in 1 2 3; do\n  true\n  [ $i -lt 3 ] || exit 4\ndone", 4, 3),
        ("xtrace", "set -ex\ntrue\nfalse", 1, 3),
    ];
    for (name, preflight, code, line) in cases {
        let output = start_with(preflight, &["echo", "started"]);
        assert_eq!(output.status.code(), Some(125), "{name}: {output:?}");
        assert_eq!(stdout(&output), "", "{name}");
        let marks = marks(&output);
        let failed = format!("failed run_preflight.sh {code}");
        assert_eq!(marks.last(), Some(&failed), "{name}: {marks:?}");
        let told = marks.iter().rfind(|mark| mark.starts_with("line ")).unwrap();
        assert!(told.starts_with(&format!("line {line} ")), "{name}: {marks:?}");
    }
}

#[test]
fn the_command_is_told_on_both_streams_wherever_the_preflight_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file").display().to_string();
    let preflight = format!("echo early\nexec >{file} 2>&1\necho late");
    let output = start_with(&preflight, &["true"]);
    assert_eq!(stdout(&output), "early\n");
    assert!(output.stdout.ends_with(b"early\n\x1eN command \n"), "{output:?}");
    assert!(marks(&output).last().unwrap().starts_with("command "), "{output:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "late\n");
}

#[test]
fn a_stage_that_was_not_baked_finds_what_a_bake_has() {
    let names = [
        ("TASK_ID", None),
        ("OWN", Some("it's $HOME\n2")),
        ("UID", None),
        ("HOME", None),
        ("not a name; exit 9", None),
    ];
    let setup = stage_setup(Some("/usr"), names);
    let show = "printf '%s|' \"${TASK_ID-none}\" \"$OWN\" \"$PWD\" \"${OLDPWD-none}\" \"${KEPT-}\"; [[ $HOME == /* && $HOME != /changed ]]";
    let run = |setup: &str| {
        let mut command = Command::new("bash");
        command.args(["-c", &format!("{{ {setup}\n}} || exit 3\n{show}")]);
        command.env("TASK_ID", "1").env("OWN", "changed").env("HOME", "/changed");
        command.env("KEPT", "kept").output().unwrap()
    };
    let output = run(&setup);
    assert_eq!(stdout(&output), "none|it's $HOME\n2|/usr|none|kept|", "{output:?}");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(run(&stage_setup(Some("/nonexistent"), [])).status.code(), Some(3));
}

#[test]
fn a_desktop_that_does_not_start_is_forgiven_where_its_bake_failed() {
    let folder = tempfile::tempdir().unwrap();
    let start = |degraded: &str, path: &str| {
        Command::new("bash")
            .args(["-c", &start("N"), "prebake", "N", "echo", "started"])
            .env("PATH", format!("{path}:{}", std::env::var("PATH").unwrap()))
            .env(DESKTOP_VARIABLE, "1")
            .env(DEGRADED_VARIABLE, degraded)
            .output()
            .unwrap()
    };
    let forgiven = start("1", "/nonexistent");
    assert_eq!(stdout(&forgiven), "started\n");
    assert!(marks(&forgiven).contains(&"forgiven desktop 1".to_owned()), "{forgiven:?}");
    assert!(!String::from_utf8_lossy(&forgiven.stderr).contains("not found"), "{forgiven:?}");

    let failed = start("", "/nonexistent");
    assert_eq!(failed.status.code(), Some(125));
    assert_eq!(marks(&failed).last().unwrap(), "failed desktop 1");

    let program = folder.path().join("prebake-desktop");
    std::fs::write(&program, "#!/bin/bash\nexit 4\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, mode).unwrap();
    let broken = start("1", &folder.path().display().to_string());
    assert_eq!(stdout(&broken), "started\n");
    assert!(marks(&broken).contains(&"forgiven desktop 1".to_owned()), "{broken:?}");
}

#[test]
fn commands_that_cannot_start() {
    assert_eq!(start_with("", &["no-such-command"]).status.code(), Some(127));
    assert_eq!(start_with("", &["/etc/passwd"]).status.code(), Some(126));
    assert_eq!(start_with("true", &[]).status.code(), Some(0));
    assert_eq!(start_with("", &["bash", "-c", "exit 3"]).status.code(), Some(3));
}

#[test]
fn tracing_changes_nothing_a_script_shows() {
    let folder = tempfile::tempdir().unwrap();
    let marks = folder.path().join("marks");
    let trace = trace("N").replace(">/proc/1/fd/2", &format!(">>{}", marks.display()));
    let (trace_file, script) = (folder.path().join("trace.sh"), folder.path().join("a.sh"));
    std::fs::write(&trace_file, trace).unwrap();
    // The parts of a pipeline run side by side: `set -x` shows them in any order.
    let text = "#!/bin/bash\nset -euxo pipefail\nf() { false; true; }\necho hi there\n\
                echo \"last=$_\"\nfor i in 1 2; do\n  :\ndone\nx=$(echo sub; exit 0)\n\
                { echo err >&2; } 2>/dev/null\nf || echo failed\ncat <<X\nhere\nX\n\
                (exit 3) || echo \"status $?\"\necho \"$0 $x $BASH_COMMAND\"\n\
                trap 'echo bye' EXIT\n{ set +x; } 2>/dev/null; true | false\n";
    std::fs::write(&script, text).unwrap();
    let run = |traced: bool| {
        let mut command = Command::new("bash");
        command.arg(&script);
        if traced {
            command.env("BASH_ENV", &trace_file);
        }
        command.output().unwrap()
    };
    let (plain, traced) = (run(false), run(true));
    assert_eq!(plain, traced);
    assert_eq!(plain.status.code(), Some(1));
    let marks = std::fs::read_to_string(marks).unwrap();
    assert!(marks.lines().last().unwrap().starts_with("\u{1e}N line 18 "), "{marks}");
}

#[test]
fn long_scripts_tell_some_of_their_lines_and_the_last_one_exactly() {
    let lines = ":\n".repeat(4998);
    for (first, last) in [("true", "exit 4"), ("trap 'echo bye; true' EXIT", "exit 4")] {
        let text = format!("{first}\n{lines}{last}\n");
        let folder = tempfile::tempdir().unwrap();
        let [file, script, told] =
            ["trace.sh", "a.sh", "told"].map(|name| folder.path().join(name));
        let trace = trace("N").replace(">/proc/1/fd/2", &format!(">>{}", told.display()));
        std::fs::write(&file, trace).unwrap();
        std::fs::write(&script, &text).unwrap();
        let baked = Command::new("bash").arg(&script).env("BASH_ENV", &file).output().unwrap();
        assert_eq!(baked.status.code(), Some(4), "{baked:?}");
        let baked = std::fs::read_to_string(&told).unwrap();
        let started = marks(&start_with(&text, &[]));
        let told: [Vec<u32>; 2] = [
            baked.lines().filter_map(|line| line.strip_prefix("\u{1e}N ")).map(number).collect(),
            started
                .iter()
                .map(String::as_str)
                .filter(|mark| mark.starts_with("line "))
                .map(number)
                .collect(),
        ];
        for told in told {
            assert_eq!(told[..1000], (1..=1000).collect::<Vec<_>>(), "{first}");
            assert!(told.len() < 5000, "{first}: {} lines told", told.len());
            assert_eq!(told.last(), Some(&5000), "{first}");
        }
    }
}

/// The number of `line NUMBER TIME`.
fn number(mark: &str) -> u32 {
    mark.split(' ').nth(1).unwrap().parse().unwrap()
}
