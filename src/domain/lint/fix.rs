//! What resolves a finding, as a value: edits of the text it was found in.
//!
//! Nothing is changed here. The command line writes the text that comes out; the screen makes the
//! same text one step of undo.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::environment::Stage;

/// A change of the script that resolves a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// How far it may be trusted, and how far it reaches.
    pub kind: FixKind,
    /// The edits of the script that was linted; no two of them overlap.
    pub edits: Vec<Edit>,
}

/// How far a fix may be trusted, and how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixKind {
    /// The script does what it did, or what it could not do but plainly was to: `--fix` does it.
    Safe,
    /// Probably what is meant; a person decides.
    Suggested,
    /// What the edits remove goes to the script of the other stage, see [`moved`].
    Move,
}

/// The replacement of some bytes of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub bytes: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

impl Fix {
    /// A fix of one edit.
    #[must_use]
    pub fn one(
        title: impl Into<String>,
        kind: FixKind,
        bytes: Range<usize>,
        text: impl Into<String>,
    ) -> Self {
        Self { title: title.into(), kind, edits: vec![Edit { bytes, text: text.into() }] }
    }

    /// The text after the fix; none: the edits are of another text.
    #[must_use]
    pub fn apply(&self, text: &str) -> Option<String> {
        apply(text, self.edits.clone())
    }
}

/// The text after edits in any order; none: they overlap, or are of another text.
fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.bytes.start, edit.bytes.end));
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in &edits {
        let Range { start, end } = edit.bytes;
        if start < done || end < start {
            return None;
        }
        result.push_str(text.get(done..start)?);
        text.get(start..end)?;
        result.push_str(&edit.text);
        done = end;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

/// The text after as many of the fixes as do not overlap, the first ones first, and how many that
/// are.
#[must_use]
pub fn apply_all<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> (String, usize) {
    let mut taken: BTreeMap<usize, Edit> = BTreeMap::new();
    let mut count = 0;
    for fix in fixes {
        let is_free = fix.edits.iter().all(|edit| is_free(&taken, &edit.bytes));
        if is_free && fix.apply(text).is_some() {
            taken.extend(fix.edits.iter().map(|edit| (edit.bytes.start, edit.clone())));
            count += 1;
        }
    }
    // Each of them is of this text and no two overlap.
    apply(text, taken.into_values().collect())
        .map_or_else(|| (text.to_owned(), 0), |it| (it, count))
}

/// Whether no edit is about these bytes, or begins where they do.
fn is_free(taken: &BTreeMap<usize, Edit>, bytes: &Range<usize>) -> bool {
    let before = taken.range(..=bytes.start).next_back();
    let after = taken.range(bytes.start + 1..).next();
    before.is_none_or(|(start, it)| *start < bytes.start && it.bytes.end <= bytes.start)
        && after.is_none_or(|(start, _)| *start >= bytes.end)
}

/// Both scripts after a [`FixKind::Move`]: the one of stage `from` without what the edits remove,
/// and the other one with it. What leaves the cached preflight comes before everything else that
/// runs at task start, what leaves the run preflight behind everything else that is baked: so the
/// order of what stays together is kept.
#[must_use]
pub fn moved(from: Stage, text: &str, other: &str, fix: &Fix) -> Option<(String, String)> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.bytes.start);
    let mut taken = String::new();
    for edit in edits {
        taken.push_str(text.get(edit.bytes.clone())?);
        if !taken.is_empty() && !taken.ends_with('\n') {
            taken.push('\n');
        }
    }
    let left = fix.apply(text)?;
    let put = match from {
        Stage::Cached => {
            let at = prologue(other);
            let (before, after) = other.split_at(at);
            let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
            format!("{before}{gap}{taken}{after}")
        }
        Stage::Run => {
            let gap = if other.is_empty() || other.ends_with('\n') { "" } else { "\n" };
            format!("{other}{gap}{taken}")
        }
    };
    Some((left, put))
}

/// The bytes of what stays first in any script: its shebang, the comments that follow it at once,
/// and its options.
fn prologue(text: &str) -> usize {
    let mut end = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        let is_shebang = offset == 0 && words.starts_with("#!");
        let is_option = words.starts_with("set -") || words.starts_with("shopt -");
        let is_plain = !words.contains([';', '&', '|', '\\']);
        offset += line.len();
        if is_shebang || is_option && is_plain {
            end = offset;
        } else if !(words.is_empty() || words.starts_with('#')) {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(Range<usize>, &str)]) -> Fix {
        let edits = edits.iter();
        let edits = edits.map(|(bytes, text)| Edit { bytes: bytes.clone(), text: (*text).into() });
        Fix { title: "change it".into(), kind: FixKind::Safe, edits: edits.collect() }
    }

    #[test]
    fn edits_are_done_in_any_order_or_not_at_all() {
        let check = |edits: &[(Range<usize>, &str)], expected: Option<&str>| {
            assert_eq!(fix(edits).apply("aöc").as_deref(), expected, "{edits:?}");
        };
        check(&[(4..4, "!"), (0..1, "x")], Some("xöc!"));
        check(&[], Some("aöc"));
        check(&[(1..3, "")], Some("ac"));
        check(&[(1..2, "")], None);
        check(&[(0..3, ""), (1..3, "")], None);
        check(&[(4..9, "")], None);
    }

    #[test]
    fn of_fixes_that_overlap_the_first_is_done() {
        let fixes = [fix(&[(0..1, "x")]), fix(&[(0..2, "y")]), fix(&[(2..3, "z"), (1..1, "-")])];
        assert_eq!(apply_all("abc", &fixes), ("x-bz".to_owned(), 2));
        assert_eq!(apply_all("a", &fixes[1..]), ("a".to_owned(), 0));
    }

    #[test]
    fn a_statement_goes_where_the_order_is_kept() {
        let check = |from: Stage, text: &str, bytes: Range<usize>, other: &str, expected| {
            let fix = Fix { kind: FixKind::Move, ..fix(&[(bytes, "")]) };
            let (left, put) = moved(from, text, other, &fix).unwrap();
            assert_eq!((left.as_str(), put.as_str()), expected, "{text:?} {other:?}");
        };
        let run = "#!/bin/bash\n\nset -euo pipefail\n# why\nexport A=1\n";
        let put = "#!/bin/bash\n\nset -euo pipefail\necho b\n# why\nexport A=1\n";
        check(Stage::Cached, "echo a\necho b\n", 7..14, run, ("echo a\n", put));
        check(Stage::Cached, "echo b", 0..6, "", ("", "echo b\n"));
        check(Stage::Cached, "echo b\n", 0..7, "set -e; cd /x\n", ("", "echo b\nset -e; cd /x\n"));
        check(Stage::Cached, "echo b\n", 0..7, "#!/bin/bash", ("", "#!/bin/bash\necho b\n"));
        check(Stage::Run, "echo a\necho b\n", 0..7, "echo c", ("echo b\n", "echo c\necho a\n"));
    }
}
