//! Files of every generation, good ones and hostile ones.

use super::*;
use crate::domain::environment::Environment;
use crate::domain::import::{Imported, Kind, read};
use crate::domain::manifest;

fn import(name: &str, text: &str) -> Reading {
    read(Kind::AgentsRunner, Source { name, text, folder: "" }).unwrap()
}

fn one(text: &str) -> Imported {
    let mut reading = import("environments.json", &format!("[{text}]"));
    assert_eq!(reading.environments.len(), 1, "{reading:?}");
    reading.environments.remove(0)
}

fn told(notes: &[Note], fate: Fate) -> Vec<&str> {
    notes.iter().filter(|note| note.fate == fate).map(|note| note.field.as_str()).collect()
}

fn ids(reading: &Reading) -> Vec<String> {
    let ids = reading.environments.iter();
    ids.map(|imported| format!("{} {}", imported.id, imported.at)).collect()
}

#[test]
fn every_generation_is_a_way_to_the_same_environments() {
    let web = r#"{"env_id": "web", "name": "Web"}"#;
    for (file, text, want) in [
        ("environments.json", format!("[{web}]"), "web [0]"),
        ("environments.json", format!("{{\"environments\": [{web}]}}"), "web environments[0]"),
        (
            "environments.json",
            format!("{{\"environments\": {{\"web\": {web}}}}}"),
            "web environments.web",
        ),
        (
            "state.json",
            format!(
                "{{\"version\": 3, \"tasks\": [], \"settings\": {{}}, \"environments\": [{web}]}}"
            ),
            "web environments[0]",
        ),
        ("environment-web.json", web.to_owned(), "web "),
        ("environment-web.json", "{\"name\": \"Web\"}".to_owned(), "web "),
        (
            "state.toml",
            "[[environments]]\nid = 'web'\nname = 'Web'\n".to_owned(),
            "web environments[0]",
        ),
        ("state.toml", "[environments.web]\nname = 'Web'\n".to_owned(), "web environments.web"),
    ] {
        let reading = import(file, &text);
        assert_eq!(ids(&reading), [want], "{text}");
        assert_eq!(reading.environments[0].environment.name, "Web");
        assert_eq!(told(&reading.notes, Fate::Left).len(), usize::from(text.contains("tasks")));
    }
}

#[test]
fn fields_become_ours_and_the_rest_is_kept_and_told() {
    let imported = one(r##"{"version": 1, "env_id": "Env 1", "name": "One", "color": "slate",
        "host_workdir": "~/src/one/", "headless_desktop_enabled": true, "cache_desktop_build": false,
        "container_caching_enabled": true, "cached_preflight_script": "#!/bin/bash\r\n\techo a \n\n",
        "run_preflight_script": "export A=1", "preflight_enabled": false, "preflight_script": "old\n",
        "env_vars": {"A": "1", "B": 2, "TASK_ID": "x", "bad name": "y"},
        "extra_mounts": ["/a:/a", "/b:/b:ro", "nonsense"], "ports": ["8080:80", 5000, "1-2:1-2"],
        "agent_cli_args": "--x", "codex_extra_args": "--x", "agent_selection": {"enabled_agents": ["codex"]},
        "workspace_type": "mounted", "prompts": [{"enabled": true, "text": "hi"}], "gh_management_mode": "none",
        "mounts": 5, "base_image": "debian:12", "command": ["codex", "--full-auto"], "surprise": [1.50, null]}"##);
    let it = &imported.environment;
    assert_eq!((imported.id.as_str(), it.name.as_str()), ("env-1", "One"));
    assert!(it.headless_desktop_enabled && !it.cache_desktop_build && it.cache_container_build);
    assert_eq!(it.cached_preflight_script, "#!/bin/bash\r\n\techo a \n\n");
    assert_eq!((it.run_preflight_script.as_str(), it.run_stage()), ("export A=1", "export A=1"));
    assert_eq!((it.preflight_enabled, it.preflight_script.as_str()), (false, "old\n"));
    assert_eq!(
        it.env_vars.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>(),
        ["A=1", "B=2"]
    );
    assert_eq!(it.mounts, ["~/src/one:/home/midori-ai/workspace", "/a:/a", "/b:/b:ro"]);
    assert_eq!(it.workdir, "/home/midori-ai/workspace");
    assert_eq!(it.ports, ["8080:80", "5000"]);
    let kept =
        "color workspace_type prompts gh_management_mode surprise agent_cli_args agent_selection";
    let mut kept: Vec<&str> = kept.split(' ').collect();
    let mut found = told(&imported.notes, Fate::Kept);
    kept.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, kept);
    let text = manifest::render(it);
    assert!(text.contains("\nsurprise:\n  - 1.50\n  - null\n"), "{text}");
    assert_eq!((it.base_image.as_str(), it.command.len()), ("debian:12", 2));
    assert_eq!(
        told(&imported.notes, Fate::Left),
        ["env_vars.TASK_ID", "env_vars.bad name", "mounts", "extra_mounts[2]", "ports[2]"]
    );
}

#[test]
fn an_old_single_preflight_stays_what_it_was_and_runs() {
    let imported =
        one(r#"{"id": "a", "preflight_enabled": true, "preflight_script": "echo a\n\n"}"#);
    let it = &imported.environment;
    assert_eq!((it.run_stage(), it.run_preflight_script.as_str()), ("echo a\n\n", ""));
    assert_eq!((it.preflight_enabled, it.preflight_script.as_str()), (true, "echo a\n\n"));
    assert!(!it.cache_container_build);
    let note = imported.notes.iter().find(|note| note.field == "preflight_script").unwrap();
    assert!(note.told.ends_with("runs as the run preflight"), "{note:?}");
}

#[test]
fn wrong_types_are_turned_or_told() {
    let imported = one(
        r#"{"env_id": 7, "name": ["a", "b"], "headless_desktop_enabled": "yes", "cache_desktop_build": 1,
        "cache_container_build": "maybe", "cached_preflight_script": ["echo a", "echo b"],
        "run_preflight_script": {"a": 1}, "preflight_enabled": null, "env_vars": ["A=1", "B"],
        "extra_mounts": "/a:/a", "ports": {"a": 1}, "host_workdir": 5}"#,
    );
    let it = &imported.environment;
    assert_eq!((imported.id.as_str(), it.name.as_str()), ("7", "a\nb"));
    assert!(it.headless_desktop_enabled && it.cache_desktop_build && !it.cache_container_build);
    assert_eq!(it.cached_preflight_script, "echo a\necho b");
    assert_eq!((it.env_vars["A"].as_str(), it.mounts.as_slice()), ("1", &["/a:/a".to_owned()][..]));
    let left =
        ["cache_container_build", "run_preflight_script", "env_vars[1]", "host_workdir", "ports"];
    assert_eq!(told(&imported.notes, Fate::Left), left);
}

#[test]
fn one_bad_environment_hides_no_others() {
    let reading = import(
        "environments.json",
        r#"{"environments": [5, {"env_id": "../../etc/passwd"}, {"env_id": ".."}, {}, [], {"env_id": "ok"},
        {"name": "Only A Name"}, {"env_id": "twice", "env_id": "ok"}]}"#,
    );
    assert_eq!(
        ids(&reading),
        [
            "etc-passwd environments[1]",
            "ok environments[5]",
            "only-a-name environments[6]",
            "ok environments[7]"
        ]
    );
    let left = ["environments[0]", "environments[2]", "environments[3]", "environments[4]"];
    assert_eq!(told(&reading.notes, Fate::Left), left);
    for text in ["5", "\"x\"", "null"] {
        let source = Source { name: "environments.json", text, folder: "" };
        assert!(read(Kind::AgentsRunner, source).is_err(), "{text}");
    }
    let reading = import("environments.json", r#"{"environments": 5}"#);
    assert_eq!((reading.environments.len(), reading.notes.len()), (0, 1));
}

#[test]
fn half_a_character_costs_neither_its_environment_nor_the_others() {
    let reading = import(
        "environments.json",
        r#"[{"env_id": "a", "run_preflight_script": "a\ud800b"}, {"env_id": "b"}]"#,
    );
    assert_eq!(ids(&reading), ["a [0]", "b [1]"]);
    assert_eq!(reading.environments[0].environment.run_preflight_script, "a\u{fffd}b");
    let told: Vec<&str> = reading.notes.iter().map(|note| note.told.as_str()).collect();
    assert_eq!(
        told,
        ["an escape that is half a character becomes U+FFFD: such as `\\ud800` alone is no text"]
    );
}

#[test]
fn the_script_of_the_settings_is_found_where_it_is_switched_on() {
    for (file, text, want) in [
        (
            "state.toml",
            "[settings]\npreflight_enabled = true\npreflight_script = \"\"\"\necho a\n\"\"\"\n",
            Some("echo a\n"),
        ),
        ("state.toml", "preflight_enabled = true\npreflight_script = 'echo a'\n", Some("echo a")),
        (
            "state.toml",
            "[settings]\npreflight_enabled = false\npreflight_script = 'echo a'\n",
            None,
        ),
        ("state.toml", "[settings]\npreflight_script = 'echo a'\n", Some("echo a")),
        ("state.toml", "[settings]\npreflight_script = ' '\n", None),
        (
            "state.json",
            r#"{"settings": {"preflight_enabled": 1, "preflight_script": "x", "use": "codex"}}"#,
            Some("x"),
        ),
    ] {
        let reading = import(file, text);
        assert_eq!(reading.settings_preflight.as_deref(), want, "{text}");
        let is_told = reading.notes.iter().any(|note| note.field.ends_with("preflight_script"));
        assert!(is_told || text.contains("' '"), "{reading:?}");
    }
}

#[test]
fn deep_and_large_values_are_told_and_everything_else_holds() {
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    let imported = one(&format!(r#"{{"env_id": "a", "deep": {deep}, "flat": 1}}"#));
    assert_eq!(told(&imported.notes, Fate::Left), ["deep"]);
    assert_eq!(told(&imported.notes, Fate::Kept), ["flat"]);
    let many = vec!["1"; 60_000].join(",");
    let imported = one(&format!(r#"{{"env_id": "a", "many": [{many}]}}"#));
    assert_eq!(told(&imported.notes, Fate::Left), ["many"]);
    let script = "echo é\n".repeat(1 << 20);
    let imported = one(&format!(
        r#"{{"env_id": "a", "run_preflight_script": {}}}"#,
        serde_json::json!(script)
    ));
    assert_eq!(imported.environment.run_preflight_script, script);
}

#[test]
fn an_environment_that_was_read_reads_back_from_its_file() {
    let imported = one(
        r#"{"env_id": "a", "color": "no", "x": "1.10", "y": 1.10, "z": {"b": [null, true, "~", ""]}}"#,
    );
    let text = manifest::render(&imported.environment);
    assert_eq!(manifest::parse(&text).unwrap(), imported.environment, "{text}");
    assert_eq!(Environment::default().unknown.len(), 0);
}
