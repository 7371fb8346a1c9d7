//! `lint`: findings with their places, fixes in place, and exit statuses that a script can use.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::setup::User;

/// A user without `shellcheck`, so that what is found does not depend on the machine.
fn user() -> User {
    let user = User::new();
    let programs = user.place().join("bin");
    fs::create_dir(&programs).unwrap();
    user.variable("PATH", programs.display().to_string())
}

const ENVIRONMENT: &str = "\
# mine
version: 1
cached_preflight_script: | # installs
  #!/bin/bash
  set -eu
  \techo $1
run_preflight_script: \"#!/bin/zsh\\nset -e\\n\"
";

#[test]
fn findings_are_told_as_a_compiler_does() {
    let user = user();
    let path = user.place().join("a.sh");
    fs::write(&path, "#!/bin/bash -eu\nmkdir -p /opt/ä $1\n").unwrap();
    let ended = user.run(&["lint", "--stage", "run", "a.sh"]);
    ended.says(1, &["2 findings"]);
    let expected = "\
a.sh:1:13: warning[PB303]: `-eu` here has no effect: prebake gives the script to bash itself
1 | #!/bin/bash -eu
  |             ^^^
";
    assert!(ended.stdout.starts_with(expected), "{}", ended.stdout);
    let expected = "\
2 | mkdir -p /opt/ä $1
  |                 ^^
";
    assert!(ended.stdout.contains(expected), "{}", ended.stdout);
    let ended = user.run(&["--color", "always", "lint", "--stage", "run", "a.sh"]);
    assert!(ended.stdout.contains("\u{1b}[33mwarning[PB303]\u{1b}[0m"), "{}", ended.stdout);
}

#[test]
fn an_environment_is_told_with_the_places_of_its_file() {
    let user = user().with("web", ENVIRONMENT);
    let ended = user.run(&["lint", "web"]);
    let path = user.file("web").display().to_string();
    assert_eq!(ended.code, 1, "{ended:?}");
    let place = format!("{path}:6:9: warning[SC2086]: ");
    assert!(ended.stdout.contains(&place), "{}", ended.stdout);
    assert!(ended.stdout.contains("\n  = in line 3 of the cached preflight\n"), "{}", ended.stdout);
    // In quotes there is no line of the file for a line of the script.
    let place = format!("{path}: run:1:3: warning[PB303]: asks for `zsh`");
    assert!(ended.stdout.contains(&place), "{}", ended.stdout);
}

#[test]
fn the_exit_status_tells_what_was_found() {
    let user = user().with("web", "version: 1\n").with("bad", "name: [");
    fs::write(user.place().join("clean.sh"), "#!/bin/bash\nset -e\n").unwrap();
    fs::write(user.place().join("bytes.sh"), b"a\n\xff").unwrap();
    for (arguments, code, words) in [
        (&["lint", "web"][..], 0, "nothing was found"),
        (&["lint", "--stage", "cached", "clean.sh"], 0, "nothing was found"),
        (&["lint", "bad"], 2, "bad.yaml"),
        (&["lint", "none"], 2, "`none`"),
        (&["lint", "A/B"], 2, "no environment id"),
        (&["lint", "--stage", "run", "none.sh"], 2, "cannot read `none.sh`"),
        (&["lint", "--stage", "run", "bytes.sh"], 2, "`bytes.sh:2:1` is no text"),
        (&["lint", "--stage", "boot", "clean.sh"], 2, "possible values: cached, run"),
        (&["lint", "--stage", "run", "--fix", "-"], 2, "standard input cannot be fixed"),
        (&["lint"], 2, "required"),
        (&["lint", "--explain", "PB000"], 2, "there is no rule `PB000`"),
    ] {
        user.run(arguments).says(code, &[words]);
    }
    let ended = user.run_with(&["lint", "--stage", "run", "-"], b"true\r\n");
    ended.says(1, &["1 finding"]);
    assert!(ended.stdout.starts_with("standard input:1:5: error[PB301]"), "{ended:?}");
}

#[test]
fn safe_fixes_are_made_in_place_and_leave_the_rest_alone() {
    let user = user().with("web", ENVIRONMENT.replace("set -e\\n", "set -e\\r\\n"));
    let path = user.place().join("a.sh");
    fs::write(&path, "true\r\necho $1\r\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    user.run(&["lint", "--stage", "run", "--fix", "a.sh"]).says(1, &["fixed 1 finding in `a.sh`"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "true\necho $1\n");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);

    user.run(&["lint", "web", "--fix"]).says(1, &["fixed 1 finding"]);
    let text = user.text("web");
    assert!(text.starts_with("# mine\nversion: 1\ncached_preflight_script: | # installs\n"));
    assert!(!text.contains("\\r"), "{text}");
    let before = user.text("web");
    assert_eq!(user.run(&["lint", "web", "--fix"]).code, 1);
    assert_eq!(user.text("web"), before);
}

#[test]
fn an_older_environment_has_its_single_preflight_linted_and_fixed() {
    let text = "version: 1\npreflight_enabled: true\npreflight_script: \"set -e\\r\\n\"\n";
    let user = user().with("old", text);
    user.run(&["lint", "old"]).says(1, &["1 finding"]);
    user.run(&["lint", "old", "--fix"]).says(0, &["fixed 1 finding"]);
    let manifest = user.run(&["show", "old", "--json"]).json()["manifest"].clone();
    assert_eq!(manifest["preflight_script"], "set -e\n");
    assert_eq!(manifest["run_preflight_script"], "");
}

#[test]
fn a_program_gets_one_document() {
    let user = user().with("web", ENVIRONMENT);
    let ended = user.run(&["lint", "web", "--json"]);
    let findings = ended.json()["findings"].clone();
    let told: Vec<_> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap().to_owned();
            (text("stage"), text("code"), it["line"].clone(), it["file_line"].clone())
        })
        .collect();
    let expected = |stage: &str, code: &str, line: u64, file: serde_json::Value| {
        (stage.to_owned(), code.to_owned(), line.into(), file)
    };
    assert_eq!(
        told,
        [
            expected("cached", "SC2086", 3, 6.into()),
            expected("run", "PB303", 1, serde_json::Value::Null)
        ]
    );
    let clean = user.run_with(&["lint", "--stage", "run", "-", "--json"], b"set -e\n");
    assert_eq!((clean.code, clean.json()["findings"].as_array().unwrap().len()), (0, 0));
}

#[test]
fn an_installed_shellcheck_is_asked_too() {
    let user = user();
    let program = user.place().join("bin/shellcheck");
    let answer = r#"{"comments":[{"file":"-","line":2,"endLine":2,"column":1,"endColumn":5,"level":"warning","code":2999,"message":"Something else.","fix":null}]}"#;
    let script = format!("#!/bin/sh\necho '{answer}'\nexit 1\n");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let ended = user.run_with(&["lint", "--stage", "run", "-"], b"set -e\ntrue\n");
    assert_eq!(ended.code, 1, "{ended:?}");
    let expected = "standard input:2:1: warning[SC2999]: something else\n";
    assert!(ended.stdout.starts_with(expected), "{}", ended.stdout);
    let ended = user.run_with(
        &["lint", "--stage", "run", "-"],
        b"set -e\ntrue # prebake: allow SC2999 known\n",
    );
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn pages_tell_rules() {
    let user = user();
    let ended = user.run(&["lint", "--explain", "pb301"]);
    assert!(ended.stdout.starts_with("PB301: Windows line ends (error)\n"), "{ended:?}");
    let listed = user.run(&["lint", "--explain"]).stdout;
    assert!(listed.lines().any(|line| line.starts_with("PB301  error")), "{listed}");
    let ended = user.run(&["lint", "--explain", "SC2086"]);
    assert!(ended.stdout.contains("/wiki/SC2086"), "{ended:?}");
}
