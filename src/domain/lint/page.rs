//! The page of a rule, and the page of all of them: `docs/lint.md` is made here, from the same
//! text that `prebake lint --explain` prints.

use std::fmt::Write as _;

use super::rules::{RULES, Rule};

/// The page of a rule, in Markdown.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let mut page = format!("{} ({})\n\n{}\n", rule.title, rule.severity.name(), rule.why);
    let example = &rule.example;
    if !example.environment.is_empty() {
        let yaml = example.environment.trim_end();
        let _ = write!(page, "\nIn an environment with\n\n```yaml\n{yaml}\n```\n");
    }
    for (word, script) in [("found", example.bad), ("good", example.good)] {
        let _ =
            write!(page, "\n{word}:\n\n```bash\n{}\n```\n", shown(script.trim_end_matches('\n')));
    }
    page
}

/// A script with what cannot be seen or must not be in a page of text spelled out.
fn shown(script: &str) -> String {
    let mut shown = String::new();
    for char in script.chars() {
        match char {
            '\r' => shown.push('␍'),
            '\0' => shown.push('␀'),
            '\u{feff}' => shown.push_str("<U+FEFF>"),
            char => shown.push(char),
        }
    }
    shown
}

/// The page of all rules: `docs/lint.md`.
#[must_use]
pub fn all() -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n| code | finds | |\n|---|---|---|\n");
    for rule in RULES {
        let anchor = rule.code.to_ascii_lowercase();
        let _ = writeln!(
            text,
            "| [{}](#{anchor}) | {} | {} |",
            rule.code,
            rule.title,
            rule.severity.name()
        );
    }
    for (digit, heading) in
        [('1', "In the cached preflight"), ('2', "In the run preflight"), ('3', "In both")]
    {
        let _ = write!(text, "\n## {heading}\n");
        for rule in RULES.into_iter().filter(|rule| rule.code[2..].starts_with(digit)) {
            let _ = write!(text, "\n### {}\n\n{}", rule.code, capital(&page(rule)));
        }
    }
    text
}

fn capital(page: &str) -> String {
    let mut chars = page.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

const INTRODUCTION: &str = "\
# What the lint finds

`prebake lint ENV` reads both scripts of an environment, `prebake lint --stage cached|run FILE` a
script in a file (`-`: standard input), and the screen does while you type. It exits with 0 if it
finds nothing, 1 if it finds something and 2 if it cannot read. Nothing that it finds keeps you
from saving or baking.

Findings come from three places, and what two of them find is told once:

- the rules below, PB, which know what a stage is;
- a linter for any bash that is built in, with the codes of ShellCheck (SC); for the time it takes,
  of a script of more than 64 KiB it finds SC2086 and SC2218 alone, of one of more than 16 KiB that
  cannot be read only why, and no SC2319 where 50 statements follow each other; what backticks with
  escapes in them run has no SC2086;
- `shellcheck` itself, where it is installed.

`--fix` changes what is safe to change. On the screen `alt-enter` does the fix of the line, be it safe or
only suggested, and `alt-m` moves the statement to the other script; each is one step of undo. A move
that breaks what depends on the statement is refused with the reason; `alt-m` again does it.
`--explain CODE` prints the page of a rule from here.

To allow a finding, write its code into a comment at the end of its line or before it, and behind
it why:

```bash
echo \"$TASK_ID\" > /opt/owner # prebake: allow PB101 the file only has to exist
```

A command that goes on over several lines, or has a here-document, is one with all of them; a
function or a loop is not. A comment that allows nothing is told, too. ShellCheck's own `# shellcheck disable=SC2086` works
as well.

This page is made from the rules: `PREBAKE_WRITE_DOCS=1 cargo test --lib the_page_is_up_to_date`
writes it anew.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lint.md");
        if std::env::var_os("PREBAKE_WRITE_DOCS").is_some() {
            std::fs::write(path, all()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap();
        assert!(
            written == all(),
            "docs/lint.md is not what the rules say; it tells how it is made"
        );
    }

    #[test]
    fn pages_have_no_byte_that_a_page_must_not_have() {
        let text = all();
        assert!(!text.contains(|char: char| char.is_control() && char != '\n'), "{text}");
    }
}
