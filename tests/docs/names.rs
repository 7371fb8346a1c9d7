//! What pages name: links, headings, and options of commands.

use std::collections::BTreeSet;

/// Where the links of a page lead, without those in blocks.
pub(crate) fn links(text: &str) -> Vec<String> {
    let prose = prose(text);
    let ends = prose.match_indices("](").map(|(at, mark)| &prose[at + mark.len()..]);
    ends.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

/// The page without its blocks.
pub(crate) fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

/// The anchors of a page's headings, as they are made on the web.
pub(crate) fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text);
    let headings = headings.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let kept = |char: &char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_');
        let text: String = heading.trim_start_matches('#').trim().chars().filter(kept).collect();
        text.to_lowercase().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

/// Texts between backticks, also those that go over a line's end.
pub(crate) fn spans(text: &str) -> Vec<String> {
    let prose = prose(text);
    let mut spans = Vec::new();
    for paragraph in prose.split("\n\n") {
        let pieces = paragraph.split('`').skip(1).step_by(2);
        spans.extend(pieces.map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    spans
}

/// The options of a command line in prose, each with its subcommand: `prebake run ENV [--tty]`.
pub(crate) fn options(span: &str) -> Vec<(String, String)> {
    let Some(rest) = span.strip_prefix("prebake ") else { return Vec::new() };
    // What stands behind `--` is another program's.
    let rest = rest.split(" -- ").next().unwrap_or_default();
    let mut words = rest.split([' ', '[', ']', '=', '|']).filter(|word| !word.is_empty());
    let Some(command) = words.next().filter(|word| !word.starts_with('-')) else {
        return Vec::new();
    };
    // `desktop` has subcommands of its own.
    let mut command = command.to_owned();
    if command == "desktop"
        && let Some(second) = words.clone().next().filter(|word| !word.starts_with('-'))
    {
        command = format!("{command} {second}");
    }
    let options = words.filter(|word| word.starts_with('-') && *word != "--");
    options.map(|option| (command.clone(), option.to_owned())).collect()
}

/// Whether the help of a command has the option; short ones may stand together.
pub(crate) fn has_option(help: &str, option: &str) -> bool {
    let words: BTreeSet<&str> = help.split([' ', ',', '\n', '[', '=', '.', '\'', ')']).collect();
    match option.strip_prefix('-') {
        Some(letters) if !letters.starts_with('-') => {
            letters.chars().all(|letter| words.contains(format!("-{letter}").as_str()))
        }
        _ => words.contains(option),
    }
}

#[test]
fn options_are_told_from_the_rest() {
    let cases = [
        ("prebake run ENV [-i] [--env A=B] [-- COMMAND...]", "run -i, run --env"),
        ("prebake split ENV|FILE [--apply [--to ENV]]", "split --apply, split --to"),
        ("prebake desktop open ENV --json", "desktop open --json"),
        ("prebake --host X doctor", ""),
        ("docker run --rm", ""),
    ];
    for (span, expected) in cases {
        let found: Vec<_> = options(span)
            .into_iter()
            .map(|(command, option)| format!("{command} {option}"))
            .collect();
        assert_eq!(found.join(", "), expected, "{span}");
    }
    let help = "Usage: x\n  -i, --interactive  Pass\n      --env <A>  Set\n  -t, --tty\n";
    for (option, expected) in
        [("-i", true), ("-it", true), ("-d", false), ("--env", true), ("--en", false)]
    {
        assert_eq!(has_option(help, option), expected, "{option}");
    }
}

#[test]
fn links_headings_and_spans_are_found() {
    let text = "# A `b` page\nSee [x](y.md#z) and `one\ntwo`.\n```\n# no\n[n](o)\n```\n## C: d-e\n";
    assert_eq!(links(text), ["y.md#z"]);
    assert_eq!(anchors(text), BTreeSet::from(["a-b-page".to_owned(), "c-d-e".to_owned()]));
    assert_eq!(spans(text), ["b", "one two"]);
}
