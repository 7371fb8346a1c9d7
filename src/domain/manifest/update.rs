//! Changing some fields of a file that a person wrote, leaving the rest of its text alone.
//!
//! Apart from `render` because a rendered file has no comments and no layout of its own. The text
//! is cut at its left margin, fields that changed are written anew, and the result is read back:
//! if it does not say exactly what it should, a rendered file is the answer.

use super::render::{Field, fields, render};
use super::{Environment, ManifestError, parse};

/// The text of a file that said `text` and now says `environment`. Fields that stay equal keep
/// their bytes, with the comments above and behind them. The text must be valid.
pub fn update(text: &str, environment: &Environment) -> Result<String, ManifestError> {
    let before = parse(text)?;
    if before == *environment {
        return Ok(text.to_owned());
    }
    let changed = changed_fields(&before, environment);
    let updated = changed.iter().fold(text.to_owned(), |text, field| with_field(&text, field));
    Ok(match parse(&updated) {
        Ok(after) if after == *environment => updated,
        _ => render(environment),
    })
}

/// The fields whose text differs. A field that is gone is not among them; reading back finds out.
fn changed_fields(before: &Environment, after: &Environment) -> Vec<Field> {
    let before = fields(before);
    fields(after)
        .into_iter()
        .filter(|field| !before.iter().any(|old| old.name == field.name && old.yaml == field.yaml))
        .collect()
}

/// The text with one field written anew, or added at its end.
fn with_field(text: &str, field: &Field) -> String {
    let Some((start, end)) = extent(text, &field.name) else {
        let line_end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return format!("{text}{line_end}{}", field.yaml);
    };
    let (before, old, mut after) = (&text[..start], &text[start..end], &text[end..]);
    let mut new = field.yaml.clone();
    if let (Some(comment), Some(line)) = (comment_behind(old), one_line(&new)) {
        new = format!("{line}{comment}\n");
    }
    // Empty lines behind a block that keeps its final ones are part of it, now or before.
    if keeps_final_lines(&new) || keeps_final_lines(old) {
        after = after.trim_start_matches(['\r', '\n']);
    }
    format!("{before}{new}{after}")
}

/// From the name of a field at the left margin to the end of its last line. Comments and empty
/// lines below it belong to what follows.
pub(super) fn extent(text: &str, name: &str) -> Option<(usize, usize)> {
    let mut start = None;
    let mut end = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let line_end = offset + line.len();
        let is_blank = line.trim().is_empty();
        // Items of a list may stand at the left margin, and blanks may be content of a block.
        let is_inside = line.starts_with([' ', '\t']) || line.starts_with("- ");
        match start {
            None if begins_field(line, name) => {
                start = Some(offset);
                end = line_end;
            }
            Some(_) if is_inside => end = line_end,
            Some(_) if !is_blank && !line.starts_with('#') => break,
            _ => {}
        }
        offset = line_end;
    }
    start.map(|start| (start, end))
}

fn keeps_final_lines(yaml: &str) -> bool {
    let header = yaml.lines().next().unwrap_or_default();
    header.ends_with('+')
}

fn begins_field(line: &str, name: &str) -> bool {
    line.strip_prefix(name)
        .and_then(|rest| rest.strip_prefix(':'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// The comment behind a value of one line, with the blanks before it. In a value with quotes a
/// `#` may be something else.
fn comment_behind(yaml: &str) -> Option<&str> {
    let line = one_line(yaml)?;
    let at = line.find(" #")?;
    let value = &line[..at];
    if value.contains(['"', '\'']) {
        return None;
    }
    Some(&line[value.trim_end().len()..])
}

fn one_line(yaml: &str) -> Option<&str> {
    let line = yaml.strip_suffix('\n').unwrap_or(yaml);
    let line = line.strip_suffix('\r').unwrap_or(line);
    (!line.contains('\n')).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# Mine.
version: 1
name: \"Web\"   # not data
cache_container_build: true    # bake it
shelf: [ 80 ]   # someone else's
cached_preflight_script: |
  #!/bin/bash
  # not a comment of the file

  echo   a

# Runs at every start.
run_preflight_script: |+
  echo b

env_vars: { A: x,
  B: y }
mounts:
- ~/a:/a
- ~/b:/b
# The end.
";

    fn check(text: &str, change: impl FnOnce(&mut Environment), want: &[(&str, &str)]) {
        let mut environment = parse(text).unwrap();
        change(&mut environment);
        let got = update(text, &environment).unwrap();
        let mut expected = text.to_owned();
        for (old, new) in want {
            assert_eq!(expected.matches(old).count(), 1, "{old:?}");
            expected = expected.replace(old, new);
        }
        assert_eq!(got, expected);
        assert_eq!(parse(&got).unwrap(), environment);
    }

    #[test]
    fn only_what_changes_is_written_anew() {
        check(FILE, |_| {}, &[]);
        check(
            FILE,
            |environment| environment.cache_container_build = false,
            &[("build: true    # bake", "build: false    # bake")],
        );
        check(
            FILE,
            |environment| environment.name = "Web 2".to_owned(),
            &[("\"Web\"   # not data", "Web 2")],
        );
        check(
            FILE,
            |environment| environment.cached_preflight_script.push_str("echo c\n"),
            &[("  echo   a\n", "  echo   a\n  echo c\n")],
        );
        check(
            FILE,
            |environment| environment.cached_preflight_script = "x\n\n\n".to_owned(),
            &[(
                "|\n  #!/bin/bash\n  # not a comment of the file\n\n  echo   a\n\n",
                "|+\n  x\n\n\n",
            )],
        );
        check(
            FILE,
            |environment| environment.run_preflight_script = "echo d\n".to_owned(),
            &[("|+\n  echo b\n\n", "|\n  echo d\n")],
        );
        check(
            FILE,
            |environment| {
                environment.mounts.remove(0);
                environment.env_vars.insert("C".to_owned(), "z".to_owned());
                environment.user = "me".to_owned();
            },
            &[
                (" { A: x,\n  B: y }", "\n  A: x\n  B: \"y\"\n  C: z"),
                ("- ~/a:/a\n- ~/b:/b", "  - ~/b:/b"),
                ("# The end.\n", "# The end.\nuser: me\n"),
            ],
        );
    }

    #[test]
    fn spaces_before_a_list_go_with_it() {
        check(
            "env_vars: {} # none\nname: a",
            |environment| environment.workdir = "/w".to_owned(),
            &[("name: a", "name: a\nworkdir: /w\n")],
        );
        check(
            "preflight_enabled: true\nname: a\n",
            |environment| environment.preflight_enabled = false,
            &[("true", "false")],
        );
    }

    #[test]
    fn what_cannot_be_changed_in_place_is_rendered() {
        for text in
            ["{name: a}\n", "name: a\n...\n", "x: &a b\nname: *a\nuser: *a\n", "\"name\": a\n"]
        {
            let mut environment = parse(text).unwrap();
            environment.name = "b".to_owned();
            let got = update(text, &environment).unwrap();
            assert_eq!(parse(&got).unwrap(), environment, "{text}");
        }
        let mut environment = parse(FILE).unwrap();
        environment.unknown.clear();
        assert_eq!(update(FILE, &environment).unwrap(), render(&environment));
        assert!(update("[", &environment).is_err());
    }
}
