//! The pages for people: every command in them is run, in the order of the page, on an engine of
//! its own, and does what the page shows.
//!
//! `docs/README.md` states the rules for whoever writes a page. In short: a block fenced as
//! `console` holds commands (`$ `, going on with `> `) and some of what they show; `file=NAME`
//! behind another fence makes a file of the block; `typed` is what an editor is left with; a block
//! that cannot be run says `not run: REASON`, and all of those are listed here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

#[path = "../support/mod.rs"]
mod support;

mod blocks;
mod library;
mod names;
mod reader;
mod shown;
mod typed;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::Instant;

use crate::blocks::{Block, Kind, blocks};
use crate::reader::Reader;
use crate::support::{SecondEngine, World, repository};

/// Blocks that are not run: the page, why, and how many commands they have.
const NOT_RUN: [(&str, &str, usize); 8] = [
    ("README.md", "builds for minutes, and installs an engine", 1),
    ("README.md", "is the run of all tests", 1),
    ("README.md", "builds for minutes", 1),
    ("README.md", "builds for minutes", 3),
    ("docs/fresh.md", "needs systemd", 2),
    ("docs/library.md", "builds for minutes", 1),
    ("docs/library.md", "builds for minutes", 2),
    ("docs/remote.md", "needs another machine", 1),
];

/// A page.
struct Page {
    /// Its path in the repository.
    name: String,
    blocks: Vec<Block>,
    text: String,
}

/// All pages for people.
fn pages() -> Vec<Page> {
    let mut names = vec!["README.md".to_owned()];
    for entry in fs::read_dir(repository().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if std::path::Path::new(&name).extension().is_some_and(|ending| ending == "md") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    let page = |name: String| {
        let text = fs::read_to_string(repository().join(&name)).unwrap();
        Page { blocks: blocks(&text), text, name }
    };
    names.into_iter().map(page).collect()
}

#[test]
fn every_command_of_the_pages_does_what_they_show() {
    let only = std::env::var("PREBAKE_TEST_PAGE").unwrap_or_default();
    let engine = SecondEngine::start(None);
    let (mut wrong, mut count) = (Vec::new(), 0);
    for page in pages().into_iter().filter(|page| page.name.contains(&only)) {
        let commands = page.blocks.iter().filter(|block| block.is_run());
        if commands.map(|block| block.steps.len()).sum::<usize>() == 0 {
            continue;
        }
        let begun = Instant::now();
        let mut reader = Reader::new(&engine.docker(), &page.name);
        wrong.extend(reader.read(&page.blocks));
        count += reader.count();
        println!("{}: {} commands in {:.1?}", page.name, reader.count(), begun.elapsed());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
    let least = if only.is_empty() { 100 } else { 1 };
    assert!(count >= least, "only {count} commands were run");
}

#[test]
fn what_is_not_run_is_known() {
    let mut found = Vec::new();
    for page in pages() {
        for block in page.blocks {
            if let Kind::NotRun(reason) = block.kind {
                assert!(!block.steps.is_empty(), "{}:{}: no command", page.name, block.line);
                found.push((page.name.clone(), reason, block.steps.len()));
            }
        }
    }
    let known = NOT_RUN.map(|(page, reason, count)| (page.to_owned(), reason.to_owned(), count));
    assert_eq!(found, known, "a block that could be run is not to be marked");
}

#[test]
fn no_command_stands_in_another_block() {
    let mut wrong = Vec::new();
    for page in pages() {
        let is_plain = |block: &&Block| {
            block.kind == Kind::Other && ["", "sh", "shell", "text"].contains(&&block.language[..])
        };
        for block in page.blocks.iter().filter(is_plain) {
            let looks_so = |line: &&str| {
                let line = line.trim_start();
                ["$ ", "prebake ", "docker ", "cargo ", "ssh ", "sudo ", "systemctl "]
                    .iter()
                    .any(|start| line.starts_with(start))
            };
            let found = block.text.lines().find(looks_so);
            let told = |line| format!("{}:{}: `{line}` is not in `console`", page.name, block.line);
            wrong.extend(found.map(told));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_option_that_is_named_is_one() {
    let help = |command: &str| {
        let mut prebake = Command::new(env!("CARGO_BIN_EXE_prebake"));
        let output = prebake.arg("help").args(command.split(' ')).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (mut wrong, mut count) = (Vec::new(), 0);
    let mut known = BTreeMap::new();
    for page in pages() {
        for span in names::spans(&page.text) {
            for (command, option) in names::options(&span) {
                count += 1;
                let help = known.entry(command.clone()).or_insert_with(|| help(&command));
                if !names::has_option(help, &option) {
                    wrong.push(format!("{}: `{span}`: `{command}` has no `{option}`", page.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 40, "only {count} options were found");
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        let folder = repository().join(&page.name).parent().unwrap().to_owned();
        for target in names::links(&page.text) {
            if target.contains("://") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file =
                if path.is_empty() { repository().join(&page.name) } else { folder.join(path) };
            if !file.exists() {
                wrong.push(format!("{}: `{target}` is not there", page.name));
            } else if !anchor.is_empty() {
                let text = fs::read_to_string(&file).unwrap();
                if !names::anchors(&text).contains(anchor) {
                    wrong.push(format!("{}: `{target}` has no such heading", page.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_page_is_in_the_index() {
    let index = fs::read_to_string(repository().join("docs/README.md")).unwrap();
    let linked = names::links(&index);
    let missing = pages().into_iter().map(|page| page.name).filter(|name| {
        let name = name.strip_prefix("docs/").unwrap_or("../README.md");
        name != "README.md" && !linked.iter().any(|link| link == name)
    });
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_field_of_a_file_is_in_the_readme() {
    let world = World::new().environment("web", |it| it.cached("true"));
    let text = world.prebake(["export", "web", "--yaml"]).run().succeeds().out();
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let begins = |line: &&str| line.starts_with(|char: char| char.is_ascii_lowercase());
    let fields = text.lines().filter(begins).map(|line| line.split(':').next().unwrap());
    let fields: Vec<_> = fields.collect();
    assert!(fields.len() > 10, "{fields:?}");
    for field in fields {
        assert!(readme.contains(&format!("`{field}`")), "`{field}` is not in README.md");
    }
}
