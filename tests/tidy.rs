//! The source tree itself: arrows between folders, sizes, module docs, words, and who may do what.
//!
//! Every rule is a function from text to what is wrong with it, and each is tried on a small text
//! that breaks it, so that none can pass because it looks at nothing.

#![expect(
    clippy::unwrap_used,
    reason = "the lints know tests by their attribute; what these share is no less a test"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Which folders a folder of `src` may use, besides itself.
const ARROWS: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("engine", &["domain"]),
    ("app", &["domain"]),
    ("ops", &["domain", "store", "engine"]),
    ("ui", &["app"]),
    ("runtime", &["ops", "app"]),
    ("tui", &["app", "ui", "runtime"]),
    ("cli", &["ops", "domain"]),
    ("main", &["tui", "cli"]),
];

const MAX_LINES: usize = 400;

/// Nothing of these in a folder that decides and has no IO.
const IMPURE: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::time",
    "std::io",
    "std::thread",
    "tokio",
    "bollard",
    "ratatui",
    "crossterm",
];

/// Files that may print.
const PRINTERS: [&str; 2] = ["src/cli/output.rs", "src/main.rs"];

// ---------------------------------------------------------------- the rules

/// A file without its unit tests, comments and the contents of its strings. Lines keep their
/// numbers.
fn code(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let opens_tests =
            line == "#[cfg(test)]" && lines.peek().is_some_and(|next| next.starts_with("mod "));
        if opens_tests {
            let ends_at_once = lines.peek().is_some_and(|next| next.ends_with(';'));
            for inside in lines.by_ref() {
                if ends_at_once || inside == "}" {
                    break;
                }
            }
            continue;
        }
        kept.push_str(&bare(line));
        kept.push('\n');
    }
    kept
}

/// A line without its comment and the contents of its strings.
fn bare(line: &str) -> String {
    let mut bare = String::new();
    let mut chars = line.chars().peekable();
    let mut in_string = false;
    while let Some(char) = chars.next() {
        match char {
            '\\' if in_string => drop(chars.next()),
            '\'' if !in_string && chars.peek() == Some(&'"') => drop(chars.next()),
            '"' => {
                in_string = !in_string;
                bare.push('"');
            }
            '/' if !in_string && chars.peek() == Some(&'/') => break,
            _ if in_string => {}
            _ => bare.push(char),
        }
    }
    bare
}

/// The folders of `src` that a file uses, with the names that follow. `module` is the file's own
/// path in the crate: `["ops", "bake", "start"]`.
fn uses(module: &[&str], text: &str) -> Vec<(String, Vec<String>)> {
    let code = code(text);
    let mut found = Vec::new();
    let mut add = |rest: &str| {
        // `crate::{a, b::C}` names folders.
        if rest.starts_with('{') {
            found.extend(names(rest).into_iter().map(|folder| (folder, Vec::new())));
            return;
        }
        let end = rest.find(|char: char| !(char.is_alphanumeric() || char == '_'));
        let (folder, rest) = rest.split_at(end.unwrap_or(rest.len()));
        found.push((folder.to_owned(), names(rest.strip_prefix("::").unwrap_or_default())));
    };
    for root in ["crate::", "prebake::"] {
        for (at, _) in code.match_indices(root) {
            if !code[..at].ends_with(|char: char| char.is_alphanumeric() || char == '_') {
                add(&code[at + root.len()..]);
            }
        }
    }
    // `super` up to the crate's root and down again.
    let climb = "super::".repeat(module.len());
    for (at, _) in code.match_indices(&climb) {
        if !module.is_empty() && !code[..at].ends_with("super::") {
            add(&code[at + climb.len()..]);
        }
    }
    found
}

/// The first names of a path or of a group: `A::b` is A, `{A, b::{C, D}}` is A and b.
fn names(path: &str) -> Vec<String> {
    let first = |text: &str| {
        let text = text.trim_start();
        let end = text.find(|char: char| !(char.is_alphanumeric() || char == '_'));
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let Some(group) = path.strip_prefix('{') else { return vec![first(path)] };
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(first(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(first(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// What a file uses against the arrows.
fn wrong_arrows(module: &[&str], text: &str) -> Vec<String> {
    let own = module.first().copied().unwrap_or("main");
    let known = |name: &str| ARROWS.iter().find(|(folder, _)| *folder == name);
    let Some((_, allowed)) = known(own) else {
        return vec![format!(
            "folder `{own}` has no arrows; add it to the design and to this test"
        )];
    };
    let mut wrong = Vec::new();
    for (used, names) in uses(module, text) {
        if used == own || known(&used).is_none() || allowed.contains(&used.as_str()) {
            continue;
        }
        wrong.push(format!("`{own}` uses `{used}` ({})", names.join(", ")));
    }
    wrong
}

fn has_module_doc(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.starts_with("//! ") && line.len() > 10)
}

fn impure(text: &str) -> Vec<&'static str> {
    let code = code(text);
    let whole = |at: usize, word: &str| {
        let is_name = |char: char| char.is_alphanumeric() || char == '_';
        !code[..at].ends_with(is_name) && !code[at + word.len()..].starts_with(is_name)
    };
    let named = |word: &&str| code.match_indices(*word).any(|(at, _)| whole(at, word));
    let mut found: Vec<_> = IMPURE.into_iter().filter(named).collect();
    // `use std::{fs, io}` names them, too.
    if code.contains("std::{") {
        found.push("std::{");
    }
    found
}

fn prints(text: &str) -> bool {
    let code = code(text);
    ["println!", "print!", "dbg!"].iter().any(|name| code.contains(name))
}

/// Types and functions whose names say nothing.
fn empty_words(text: &str) -> Vec<String> {
    let code = code(text);
    let words = code.split(|char: char| !(char.is_alphanumeric() || char == '_'));
    let mut before = "";
    let mut found = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        let type_ends = ["Manager", "Helper", "Utils", "Data", "Info"];
        let function_starts = ["process_", "do_", "get_"];
        let is_type = matches!(before, "struct" | "enum" | "trait" | "type");
        if is_type && type_ends.iter().any(|end| word.ends_with(end))
            || before == "fn" && function_starts.iter().any(|start| word.starts_with(start))
        {
            found.push(word.to_owned());
        }
        before = word;
    }
    found
}

/// What is left over from work, or belongs to one machine. Spelled in halves, so that this file
/// does not find itself.
fn leftovers(text: &str) -> Vec<String> {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("X", "XX "),
        concat!("dbg", "!("),
        concat!("#[ig", "nore"),
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
    ];
    let found = words.into_iter().filter(|word| text.contains(word));
    found.map(str::to_owned).collect()
}

/// The fields of the settings that nobody reads: in `others` none is named as one of the settings,
/// and the settings themselves, in `own`, do not look at it either.
fn unread<'t>(own: &'t str, others: &str) -> Vec<&'t str> {
    let fields = own.split("pub struct Settings {").nth(1).unwrap().split("\n}").next().unwrap();
    let fields = fields.lines().filter_map(|line| line.strip_prefix("    pub ")?.split(':').next());
    let names = |code: &str, words: &str| {
        code.match_indices(words).any(|(at, _)| {
            let behind = &code[at + words.len()..];
            !behind.starts_with(|char: char| char.is_alphanumeric() || char == '_')
        })
    };
    let is_read = |field: &str| {
        names(others, &format!("settings.{field}")) || names(&code(own), &format!("self.{field}"))
    };
    fields.filter(|field| !is_read(field)).collect()
}

// ---------------------------------------------------------------- the tree

/// Text files below `folder` of the repository, with their paths in it.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root.join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            open.extend(entries.map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push((name, text));
        }
    }
    found.sort();
    found
}

/// Files of Rust below `folder`.
fn rust(folder: &str) -> Vec<(String, String)> {
    let is_rust = |name: &str| Path::new(name).extension().is_some_and(|ending| ending == "rs");
    files(folder).into_iter().filter(|(name, _)| is_rust(name)).collect()
}

fn sources() -> Vec<(String, String)> {
    let sources = rust("src");
    assert!(sources.len() > 50, "only {} files were found", sources.len());
    sources
}

/// Whether a file is nothing but unit tests.
fn is_tests(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.contains("/tests/")
}

/// `src/ops/bake/start.rs` is the module `["ops", "bake", "start"]`.
fn module(name: &str) -> Vec<&str> {
    let path = name.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "main" || path == "lib" { Vec::new() } else { path.split('/').collect() }
}

#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn folders_use_only_what_the_arrows_allow() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        if name != "src/lib.rs" && !is_tests(&name) {
            let found = wrong_arrows(&module(&name), &text);
            wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
        }
    }
    none(&wrong);
}

#[test]
fn files_are_short() {
    let long =
        sources().into_iter().filter(|(name, _)| !is_tests(name)).filter_map(|(name, text)| {
            let lines = code(&text).lines().count();
            (lines > MAX_LINES).then(|| format!("{name}: {lines} lines without tests"))
        });
    none(&long.collect::<Vec<_>>());
}

#[test]
fn every_file_says_what_it_is() {
    let mut all = sources();
    all.extend(rust("tests"));
    let silent = all.into_iter().filter(|(_, text)| !has_module_doc(text));
    none(&silent.map(|(name, _)| format!("{name}: no module doc")).collect::<Vec<_>>());
}

#[test]
fn a_newcomer_finds_every_folder() {
    let library = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"));
    let library = library.unwrap();
    let mut wrong = Vec::new();
    for (name, _) in sources() {
        if let [folder, ..] = module(&name)[..] {
            let declared = library.contains(&format!("pub mod {folder};"));
            let told = library.contains(&format!("//! - [`{folder}`]"));
            if !(declared && told) {
                wrong.push(format!("src/lib.rs does not tell of `{folder}`"));
            }
        }
    }
    wrong.dedup();
    none(&wrong);
}

#[test]
fn only_the_engine_names_its_client() {
    let naming = sources()
        .into_iter()
        .filter(|(name, text)| !name.starts_with("src/engine/") && code(text).contains("bollard"));
    none(&naming.map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn what_decides_has_no_io() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let pure = ["src/domain/", "src/app/"].iter().any(|folder| name.starts_with(folder));
        if pure && !is_tests(&name) {
            let found = impure(&text);
            wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
        }
    }
    none(&wrong);
}

#[test]
fn only_the_printer_prints() {
    let printing = sources()
        .into_iter()
        .filter(|(name, text)| !PRINTERS.contains(&name.as_str()) && prints(text));
    none(&printing.map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn names_say_something() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        wrong.extend(empty_words(&text).into_iter().map(|word| format!("{name}: `{word}`")));
    }
    none(&wrong);
}

#[test]
fn every_setting_has_a_reader() {
    let own = "src/domain/settings/";
    let (own, others): (Vec<_>, Vec<_>) =
        sources().into_iter().partition(|(name, _)| name.starts_with(own));
    let others = others.into_iter().filter(|(name, _)| !name.ends_with("tests.rs"));
    let others: String = others.map(|(_, text)| code(&text)).collect();
    let (_, own) = own.iter().find(|(name, _)| name.ends_with("/mod.rs")).unwrap();
    let unread = unread(own, &others).into_iter();
    none(&unread.map(|field| format!("nobody reads the setting `{field}`")).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_over() {
    let mut all = Vec::new();
    for folder in ["src", "tests", "scripts", "docs", "README.md", "CHANGELOG.md", ".ci", ".config"]
    {
        if Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).exists() {
            all.extend(files(folder));
        }
    }
    let mut wrong = Vec::new();
    for (name, text) in all {
        wrong.extend(leftovers(&text).into_iter().map(|word| format!("{name}: `{word}`")));
    }
    none(&wrong);
}

// ---------------------------------------------------------------- the rules can fail

#[test]
fn a_wrong_arrow_is_seen_however_it_is_written() {
    let cases: [(&[&str], &str, bool); 15] = [
        (&["domain", "log"], "use crate::store::Folders;", false),
        (&["domain", "log"], "use crate::domain::task;", true),
        (&["domain", "log"], "fn f() { crate::engine::connect() }", false),
        (&["domain", "log"], "use super::super::ops::Context;", false),
        (&["domain", "log"], "use super::task;", true),
        (&["domain", "log"], "use crate::{domain::task, store::Folders};", false),
        (&["domain", "log"], "/// See [`crate::ops`].", true),
        (&["domain", "log"], "#[cfg(test)]\nmod tests {\n    use crate::store::X;\n}\n", true),
        (&["domain", "log"], "#[cfg(test)]\nmod tests {\n}\nuse crate::store::X;\n", false),
        (&["cli", "mod"], "use crate::ops::{Context, OpError};", true),
        (&["cli", "mod"], "use crate::engine::{Engine, images};", false),
        (&["cli", "mod"], "use crate::engine;", false),
        (&["ops", "run"], "use crate::cli::status;", false),
        (&[], "fn main() { prebake::cli::main() }", true),
        (&[], "fn main() { prebake::ops::run() }", false),
    ];
    for (module, text, right) in cases {
        assert_eq!(wrong_arrows(module, text).is_empty(), right, "{module:?}: {text}");
    }
    assert_eq!(wrong_arrows(&["helpers"], "").len(), 1);
}

#[test]
fn code_is_without_comments_strings_and_tests() {
    let text =
        "let a = \"x // y\"; // z\nlet b = '\"'; f(\"\\\"q\");\n#[cfg(test)]\nmod tests;\nend\n";
    assert_eq!(code(text), "let a = \"\"; \nlet b = '; f(\"\");\nend\n");
    assert_eq!(names("{A, b::{C, D}, E}"), ["A", "b", "E"]);
    assert_eq!(names("A::new()"), ["A"]);
}

#[test]
fn the_other_rules_can_fail() {
    assert!(has_module_doc("//! Files: read.\n") && !has_module_doc("use x;\n//! Late.\n"));
    assert_eq!(impure("use std::fs;\nlet t = tokio::spawn(x);"), ["std::fs", "tokio"]);
    assert_eq!(impure("use std::{fmt, fs};"), ["std::{"]);
    assert_eq!(impure("/// Unlike `std::fs`.\nlet mytokio = 1; let fs = 2;"), [""; 0]);
    assert!(prints("eprintln!(\"x\")") && prints("print!()") && !prints("// println!"));
    assert_eq!(
        empty_words("struct TaskInfo; fn get_it() {} fn forget_it() {}"),
        ["TaskInfo", "get_it"]
    );
    let marker = concat!("// TO", "DO later");
    assert_eq!(leftovers(marker).len(), 1);
    assert!(leftovers("todo lists, work/ and root/").is_empty());
    let settings =
        "pub struct Settings {\n    /// A.\n    pub a: u8,\n    pub b: u8,\n    pub c: u8,\n}\n";
    assert_eq!(unread(settings, "settings.bc; other.c; state.settings.a"), ["b", "c"]);
    assert_eq!(unread(&format!("{settings}f(self.c)"), "settings.a; // b"), ["b"]);
    assert_eq!(module("src/ops/bake/mod.rs"), ["ops", "bake"]);
    assert_eq!(module("src/main.rs"), [""; 0]);
}
