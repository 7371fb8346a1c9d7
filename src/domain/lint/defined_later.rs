//! SC2218: a function that is called before the statement that defines it has run.
//!
//! A rule of the linter for any bash, and here once more because there it asks of each call and
//! each definition by which ways one can come before the other. Here the statements at the top
//! are gone through once: they run in their order, whatever happens inside of them.

use std::collections::HashMap;

use super::places::Places;
use super::rules::Subject;
use super::{Diagnostic, RuleCode, Severity, disabled};
use crate::domain::bash::Span;
use crate::domain::bash::facts::Facts;

/// The code, as `ShellCheck` has it.
pub(super) const CODE: &str = "SC2218";

/// The calls that come too early, in the order of the text.
pub(super) fn find(subject: &Subject<'_>, places: &Places<'_>) -> Vec<Diagnostic> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, _, facts) in subject.statements() {
        // `unset -f` is among them as well.
        let defines = facts.defines.iter().filter(|it| !subject.of(it.span).starts_with("unset"));
        for function in defines {
            first.entry(&function.name).or_insert(index);
        }
    }
    if first.is_empty() {
        return Vec::new();
    }
    let disabled = disabled::comments(subject.script, subject.text, CODE);
    // Before the first statement a comment is about the whole script.
    let start = subject.script.statements.first().map_or(0, |it| it.span.start);
    if disabled.first().is_some_and(|comment| *comment < start) {
        return Vec::new();
    }
    let (mut found, mut behind) = (Vec::new(), 0);
    for (index, statement, facts) in subject.statements() {
        // What is read or put together elsewhere may define anything.
        if facts.unknown.iter().any(|it| it.in_shell) {
            break;
        }
        let comments = behind..subject.script.extent(statement).end;
        behind = comments.end;
        if disabled.iter().any(|comment| comments.contains(comment)) {
            continue;
        }
        let early = facts.commands.iter().filter(|it| !it.privileged);
        let early = early.filter(|it| first.get(it.name.as_str()).is_some_and(|at| index < *at));
        found.extend(early.filter_map(|it| {
            let message = message(&it.name, it.span, facts, subject)?;
            let span = Span::new(it.span.start, it.span.start + called(it.span, subject).len());
            Some(Diagnostic {
                code: RuleCode(CODE.to_owned()),
                severity: Severity::Error,
                message,
                advice: String::new(),
                start: places.spot(span.start),
                end: places.spot(span.end),
                fix: None,
            })
        }));
    }
    found
}

/// The first word at a place.
fn called<'s>(span: Span, subject: &Subject<'s>) -> &'s str {
    let text = subject.of(span);
    text.split(|char: char| char.is_whitespace() || ";&|()<>".contains(char)).next().unwrap_or(text)
}

/// What is wrong; nothing where a program calls what has the name, such as `env` or `xargs`.
fn message(name: &str, span: Span, facts: &Facts, subject: &Subject<'_>) -> Option<String> {
    if called(span, subject) == name {
        return Some(format!("function `{name}` is called before its definition has run"));
    }
    let caller = facts.calls.iter().find(|it| it.span == span)?;
    Some(format!(
        "function `{name}`, which `{}` calls, is called before its definition has run",
        caller.name
    ))
}

#[cfg(test)]
mod tests {
    use super::CODE;
    use crate::domain::environment::Stage;
    use crate::domain::lint::{Context, lint_own};

    /// Of each finding the line, from 1, and the marked text.
    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str)]) {
        let found = lint_own(Stage::Run, text, &Context::default());
        let found = found.iter().filter(|it| it.code.0 == CODE);
        let marked = found.map(|it| {
            let line = text.lines().nth(it.start.line).unwrap();
            (it.start.line + 1, &line[it.start.column..it.end.column])
        });
        assert_eq!(marked.collect::<Vec<_>>(), expected, "{text:?}");
    }

    #[test]
    fn a_call_before_its_definition_is_found_wherever_it_stands() {
        check("foo a\nfoo() { b; }\n", &[(1, "foo")]);
        check("if a; then foo; fi\nfoo() { b; }\n", &[(1, "foo")]);
        check("if a; then foo; exit 1; fi\nfoo() { b; }\n", &[(1, "foo")]);
        check("foo || true\nx=$(foo)\nfunction foo { b; }\n", &[(1, "foo"), (2, "foo")]);
        check("(foo) | cat\nfoo() { b; }\nfoo\n", &[(1, "foo")]);
        check("ls\nls() { b; }\n", &[(1, "ls")]);
        check("a() { foo; }\na x\nfoo() { b; }\n", &[(2, "a")]);
        check("foo\nif a; then foo() { b; }; fi\nfoo() { c; }\n", &[(1, "foo")]);
    }

    #[test]
    fn what_is_defined_or_is_no_call_is_not() {
        check("foo() { b; }\nfoo\n", &[]);
        check("a() { foo; }\nfoo() { b; }\na\n", &[]);
        check("if a; then foo() { b; }; fi\nfoo\nfoo() { c; }\n", &[]);
        check("sudo foo\nenv foo\nxargs foo </a\nfoo() { b; }\n", &[]);
        check("command -v foo\ntrap foo EXIT\nfoo() { b; }\n", &[]);
        check(". /a\nfoo\nfoo() { b; }\n", &[]);
        check("eval \"$a\"\nfoo\nfoo() { b; }\n", &[]);
        check("foo\nunset -f foo\n", &[]);
        check("foo\n(foo() { b; })\n", &[]);
    }

    #[test]
    fn a_comment_of_shellcheck_keeps_it_silent() {
        let definition = "foo() { b; }\n";
        check(&format!("# shellcheck disable=SC2218\nfoo\nfoo\n{definition}"), &[]);
        check(&format!("a\n# shellcheck disable=SC2218\nfoo\nfoo\n{definition}"), &[(4, "foo")]);
        check(&format!("a\n# shellcheck disable=SC2086\nfoo\n{definition}"), &[(3, "foo")]);
    }
}
