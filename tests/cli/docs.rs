//! What the pages promise is what there is: fields, events and commands.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::setup::{User, WEB};

fn page(name: &str) -> String {
    fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The names of all fields, at any depth.
fn fields(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                names.insert(name.clone());
                fields(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, names)),
        _ => {}
    }
}

/// The texts that stand behind `"` in the code that makes events.
fn quoted(code: &str) -> BTreeSet<String> {
    code.lines()
        .filter(|line| line.contains("\": "))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_field_and_event_is_described() {
    let page = page("docs/json.md");
    let user = User::new().with("web", WEB).with("bad", "x: [");
    let mut names = BTreeSet::new();
    let state = r#"{"settings": {"preflight_script": "x"}, "environments": [{"env_id": "web"}]}"#;
    fs::write(user.place().join("state.json"), state).unwrap();
    fs::write(user.place().join("environments.json"), "{").unwrap();
    for arguments in [
        &["list", "--json"][..],
        &["show", "web", "--json"],
        &["doctor", "--json"],
        &["import", ".", "--dry-run", "--json"],
    ] {
        fields(&user.run(arguments).json(), &mut names);
    }
    for file in ["events.rs", "commands/build.rs", "commands/run.rs", "commands/lint.rs"] {
        let path = format!("{}/src/cli/{file}", env!("CARGO_MANIFEST_DIR"));
        names.extend(quoted(&fs::read_to_string(path).unwrap()));
    }
    assert!(names.contains("fate") && names.contains("faults"), "{names:?}");
    assert!(names.contains("task_ended") && names.contains("bytes_total"), "{names:?}");
    for name in names {
        let forms = [format!("`{name}`"), format!(".{name}`"), format!("\"{name}\"")];
        assert!(forms.iter().any(|form| page.contains(form)), "{name} is not in docs/json.md");
    }
}

#[test]
fn every_command_of_the_readme_is_one_and_every_command_is_in_it() {
    let readme = page("README.md");
    let user = User::new();
    let help = user.run(&["--help"]).stdout;
    let commands: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert!(commands.len() > 15, "{commands:?}");
    for command in &commands {
        let named = [format!("prebake {command}"), format!("`{command}`"), format!("`{command} ")];
        assert!(named.iter().any(|named| readme.contains(named)), "{command}");
    }
    let pages = ["clean", "json", "layers", "baking", "import", "desktop", "lint"];
    let pages = pages.map(|name| page(&format!("docs/{name}.md")));
    for text in pages.into_iter().chain([readme]) {
        for piece in text.split("`prebake ").skip(1) {
            let word = piece.split([' ', '`']).next().unwrap();
            let is_command = commands.contains(word) || word.starts_with('-');
            assert!(is_command, "`prebake {word}` is no command");
        }
    }
}
