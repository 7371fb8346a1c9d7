//! The fixtures: scripts in `scripts/`, each statement with what is expected of it behind `##`.

use std::fs;

use prebake::domain::split::{Boldness, Split, TaskStart};

use crate::support::repository;

/// A fixture and its split.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) split: Split,
}

/// All fixtures, by name.
pub(crate) fn all() -> Vec<Fixture> {
    let folder = repository().join("tests/split/scripts");
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let split = Split::of(&text, &TaskStart::default(), Boldness::Careful);
            Fixture { name: path.file_stem().unwrap().to_string_lossy().into_owned(), text, split }
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(all.len() >= 40, "only {} fixtures", all.len());
    all
}

/// `part rule line`, as fixtures say it.
fn told(split: &Split, statement: usize) -> String {
    let decision = &split.statements[statement];
    let line = decision.reason.line.map_or(String::new(), |line| format!(" {line}"));
    format!("{} {}{line}", decision.part.name(), decision.reason.rule.name())
}

#[test]
fn every_statement_goes_where_its_fixture_says() {
    let mut wrong = Vec::new();
    for Fixture { name, text, split } in all() {
        assert_eq!(split.errors, [], "{name}");
        let lines: Vec<_> = text.lines().collect();
        for (at, decision) in split.statements.iter().enumerate() {
            let Some((_, expected)) = lines[decision.end_line - 1].rsplit_once("## ") else {
                continue;
            };
            // Of several statements on a line the last is told.
            let is_last =
                split.statements.get(at + 1).is_none_or(|next| next.start_line > decision.end_line);
            let found = told(&split, at);
            if is_last && found != expected {
                wrong.push(format!("{name}:{}: {found}, not {expected}", decision.end_line));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_or_a_case() {
    let page = fs::read_to_string(repository().join("docs/split.md")).unwrap();
    for Fixture { split, name, .. } in all() {
        for decision in &split.statements {
            let rule = decision.reason.rule.name();
            assert!(page.contains(&format!("`{rule}`")), "{name}: docs/split.md lacks `{rule}`");
        }
    }
}
