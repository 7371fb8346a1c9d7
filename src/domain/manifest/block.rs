//! Where a script stands in its file: what is found in a script is told with the place at which an
//! editor opens the file.

use super::update::extent;

/// A script that stands in its file line by line, each line behind the same blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The file's line of the script's first one, from 0.
    pub line: usize,
    /// The blanks before each line.
    pub indent: usize,
}

/// Where the script of a field stands in the file; none: not line by line, as in quotes.
#[must_use]
pub fn block(text: &str, field: &str, script: &str) -> Option<Block> {
    let (start, end) = extent(text, field)?;
    let mut lines = text[start..end].lines();
    let header = lines.next()?.split('#').next()?.trim_end();
    let marker = header.strip_prefix(field)?.trim_start().strip_prefix(':')?.trim_start();
    if !marker.starts_with('|') {
        return None;
    }
    let lines: Vec<&str> = lines.collect();
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    // Blanks at the begin of a line may be the script's own.
    let (found, first) = lines.iter().zip(script.lines()).find(|(_, line)| !line.is_empty())?;
    let indent = blanks(found).checked_sub(blanks(first))?;
    let mut lines = lines.iter().map(|line| line.get(indent..).unwrap_or_default());
    let stands = script.lines().all(|line| lines.next().unwrap_or_default() == line);
    stands.then(|| Block { line: text[..start].matches('\n').count() + 1, indent })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Environment;
    use crate::domain::manifest::{parse, render};

    const FIELD: &str = "run_preflight_script";

    fn check(text: &str, expected: Option<(usize, usize)>) {
        let script = parse(text).unwrap().run_preflight_script;
        let found = block(text, FIELD, &script).map(|it| (it.line, it.indent));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_literal_block_is_found() {
        check("version: 1\nrun_preflight_script: | # mine\n  a\n\n    b\n", Some((2, 2)));
        check("run_preflight_script: |2-\n    a\n  b\nname: x\n", Some((1, 2)));
        check("run_preflight_script: |+\n   a\n\n\n", Some((1, 3)));
    }

    #[test]
    fn what_is_quoted_folded_or_not_there_is_not() {
        check("run_preflight_script: \"a\\nb\\n\"\n", None);
        check("run_preflight_script: >\n  a\n  b\n", None);
        check("name: x\n", None);
        check("run_preflight_script: \"\"\n", None);
    }

    #[test]
    fn what_is_rendered_is_found() {
        for script in ["a\n", "\ta\n  b\n", "a", "\n\na\n", "a\n\n\n"] {
            let environment =
                Environment { run_preflight_script: script.to_owned(), ..Environment::default() };
            let text = render(&environment);
            let found = block(&text, FIELD, script);
            let line = |at: usize| text.lines().nth(at).unwrap_or_default();
            for (number, expected) in script.lines().enumerate() {
                let Block { line: first, indent } = found.unwrap_or_else(|| panic!("{text}"));
                let line = line(first + number);
                assert_eq!(line.get(indent..).unwrap_or_default(), expected, "{text}");
            }
        }
    }
}
