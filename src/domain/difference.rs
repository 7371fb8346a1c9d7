//! What two texts have in common and where they differ: the one comparison behind the diffs that
//! people read, statements laid beside earlier ones, and a script beside its file.

use std::fmt::Write as _;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// How many lines are shown around a difference.
const CONTEXT: usize = 3;

/// A stretch of two lists that is the same in both, or that takes the place of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its place in the first list.
    pub old: Range<usize>,
    /// Its place in the second one.
    pub new: Range<usize>,
    /// Whether it is the same in both.
    pub is_same: bool,
}

/// Both lists in order, in parts that are the same and parts that are not.
#[must_use]
pub fn parts(old: &[&str], new: &[&str]) -> Vec<Part> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let (mut parts, mut at) = (Vec::new(), (0, 0));
    let ends = (old.len(), new.len());
    let last = (ends.0..ends.0, ends.1..ends.1);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    let hunks = diff.hunks().map(|hunk| (range(hunk.before), range(hunk.after)));
    for (old, new) in hunks.chain([last]) {
        let same = Part { old: at.0..old.start, new: at.1..new.start, is_same: true };
        at = (old.end, new.end);
        let other = Part { old, new, is_same: false };
        parts.extend([same, other].into_iter().filter(|it| it.old.len() + it.new.len() > 0));
    }
    parts
}

/// The difference of two texts of these names as a unified diff; empty: they are the same.
#[must_use]
pub fn unified(old: &str, new: &str, (old_name, new_name): (&str, &str)) -> String {
    let [old, new] = [old, new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let parts = parts(&old, &new);
    // A part that is the same divides two hunks if it is longer than what is shown around both.
    let is_between = |part: &Part| part.is_same && part.old.len() > 2 * CONTEXT;
    let mut text = String::new();
    for hunk in parts.split(is_between).filter(|hunk| hunk.iter().any(|part| !part.is_same)) {
        if text.is_empty() {
            let _ = writeln!(text, "--- {old_name}\n+++ {new_name}");
        }
        text.push_str(&self::hunk(hunk, &old, &new));
    }
    text
}

/// A hunk of these parts, with the lines before and after them.
fn hunk(parts: &[Part], old: &[&str], new: &[&str]) -> String {
    let changed = |part: &&Part| !part.is_same;
    let (Some(first), Some(last)) = (parts.iter().find(changed), parts.iter().rfind(changed))
    else {
        return String::new();
    };
    let before = first.old.start.min(first.new.start).min(CONTEXT);
    let after = (old.len() - last.old.end).min(new.len() - last.new.end).min(CONTEXT);
    let from = (first.old.start - before, first.new.start - before);
    let to = (last.old.end + after, last.new.end + after);
    let mut text = format!("@@ -{} +{} @@\n", place(&(from.0..to.0)), place(&(from.1..to.1)));
    let mut write = |sign: char, lines: &[&str]| {
        for line in lines {
            let _ = write!(text, "{sign}{line}");
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    };
    write(' ', &old[from.0..first.old.start]);
    let mut at = first.old.start;
    for part in parts.iter().filter(changed) {
        write(' ', &old[at..part.old.start]);
        write('-', &old[part.old.clone()]);
        write('+', &new[part.new.clone()]);
        at = part.old.end;
    }
    write(' ', &old[at..to.0]);
    text
}

/// The place of a hunk in its head: the first line and how many, unless it is one; of none, the
/// line before it.
fn place(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        many => format!("{},{many}", lines.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_diff_is_what_other_programs_read() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm";
        let new = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n";
        let expected = "--- x\n+++ y\n@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n@@ -10,4 +10,4 @@\n \
                        j\n k\n l\n-m\n\\ No newline at end of file\n+m\n";
        assert_eq!(unified(old, new, ("x", "y")), expected);
        assert_eq!(unified("a\n", "a\n", ("x", "y")), "");
        assert_eq!(unified("", "a\n", ("x", "y")), "--- x\n+++ y\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(unified("a\n", "", ("x", "y")), "--- x\n+++ y\n@@ -1 +0,0 @@\n-a\n");
    }

    proptest! {
        #[test]
        fn parts_are_both_lists_in_order(
            old in proptest::collection::vec("[a-d]", 0..30),
            new in proptest::collection::vec("[a-d]", 0..30),
        ) {
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let new: Vec<&str> = new.iter().map(String::as_str).collect();
            let mut at = (0, 0);
            for part in parts(&old, &new) {
                prop_assert_eq!((part.old.start, part.new.start), at);
                prop_assert_eq!(part.is_same, old[part.old.clone()] == new[part.new.clone()]);
                at = (part.old.end, part.new.end);
            }
            prop_assert_eq!(at, (old.len(), new.len()));
        }
    }
}
