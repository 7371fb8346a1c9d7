//! Commands that run another one for each of what they are handed (`xargs`) or find (`find -exec`).

use super::{Wrapped, behind_options};
use crate::domain::bash::facts::values::Value;

/// Files that a wrapper reads and its words name.
pub(in crate::domain::bash::facts) fn named(name: &str, arguments: &[Value]) -> Vec<Value> {
    if name != "xargs" {
        return Vec::new();
    }
    let options = &arguments[..arguments.len() - behind_options(arguments, &XARGS_VALUED).len()];
    let files = options.iter().enumerate().filter_map(|(at, word)| {
        let text = word.text.as_str();
        match text.strip_prefix("--arg-file=").or_else(|| text.strip_prefix("-a")) {
            None if text != "--arg-file" => None,
            None | Some("") => options.get(at + 1).cloned(),
            Some(file) => Some(Value { text: file.into(), ..word.clone() }),
        }
    });
    files.collect()
}

const XARGS_VALUED: [&str; 11] =
    ["-n", "-P", "-I", "-L", "-d", "-a", "-E", "-s", "--max-args", "--max-procs", "--arg-file"];

pub(super) fn xargs(arguments: &[Value]) -> Wrapped {
    let words = behind_options(arguments, &XARGS_VALUED);
    if words.is_empty() {
        return Wrapped::Nothing;
    }
    let options = &arguments[..arguments.len() - words.len()];
    let placeholder = placeholder(options);
    if placeholder.as_ref().is_some_and(|it| it.text.is_empty() || !it.whole) {
        return Wrapped::Unknown;
    }
    let filled = |word: &Value| match &placeholder {
        Some(placeholder) => cut_at(word, &placeholder.text),
        None => word.clone(),
    };
    let words = words.iter().map(filled).collect();
    Wrapped::Command { words, privileged: false, open: true, given: Vec::new() }
}

/// What `xargs` puts what it is handed in place of, if it does.
fn placeholder(options: &[Value]) -> Option<Value> {
    let at = |at: usize| {
        let option = &options[at];
        let is = |text: &str| Some(Value { text: text.into(), ..option.clone() });
        if let Some(long) = option.text.strip_prefix("--") {
            let rest = long.strip_prefix("replace")?;
            return is(rest.strip_prefix('=').unwrap_or("{}"));
        }
        // `-0I{}`, `-rI {}`.
        let letters = option.text.strip_prefix('-')?.trim_start_matches(['0', 'r', 't', 'x', 'p']);
        match (letters.strip_prefix('I'), letters.strip_prefix('i')) {
            (Some(""), _) => Some(options.get(at + 1).cloned().unwrap_or_default()),
            (_, Some("")) => is("{}"),
            (Some(rest), _) | (_, Some(rest)) => is(rest),
            _ => None,
        }
    };
    (0..options.len()).rev().find_map(at)
}

/// A word as far as the placeholder in it, behind which nobody knows what stands.
fn cut_at(word: &Value, placeholder: &str) -> Value {
    match word.text.split_once(placeholder) {
        Some((before, _)) => Value { text: before.into(), whole: false, span: word.span },
        None => word.clone(),
    }
}

/// Where `find` looks: the words behind its first options and before its conditions.
pub(in crate::domain::bash::facts) fn roots(arguments: &[Value]) -> &[Value] {
    let mut rest = arguments;
    while let [first, behind @ ..] = rest
        && (matches!(first.text.as_str(), "-L" | "-P" | "-H" | "-D")
            || first.text.starts_with("-O"))
    {
        let is_followed = first.text == "-D";
        rest = behind.get(usize::from(is_followed)..).unwrap_or_default();
    }
    let is_root =
        |value: &&Value| !value.is_option() && !matches!(value.text.as_str(), "(" | "!" | ",");
    &rest[..rest.iter().take_while(is_root).count()]
}

/// What `find` finds may stand so often in a command, for all that it looks through.
const MOST_PLACES: usize = 64;

/// `find … -exec COMMAND {} ;`, in which `{}` is something below what it looks through.
pub(super) fn find(arguments: &[Value]) -> Option<Wrapped> {
    let runs =
        |value: &Value| matches!(value.text.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir");
    let at = arguments.iter().position(runs)?;
    let behind = arguments.get(at + 1..).unwrap_or_default();
    if behind.iter().any(runs) {
        return Some(Wrapped::Unknown);
    }
    let roots = roots(arguments);
    let places = behind.iter().filter(|value| value.text == "{}").count();
    if roots.len().saturating_mul(places) > MOST_PLACES {
        return Some(Wrapped::Unknown);
    }
    let mut words = Vec::new();
    for value in behind {
        match value.text.as_str() {
            ";" | "+" => break,
            "{}" if roots.is_empty() => {
                words.push(Value { text: "./".into(), whole: false, span: value.span });
            }
            "{}" => words.extend(roots.iter().map(|root| Value {
                text: root.text.clone(),
                whole: false,
                span: value.span,
            })),
            // `{}.bak`, `sh -c '… {}'`.
            _ => words.push(cut_at(value, "{}")),
        }
    }
    Some(Wrapped::Each { words })
}
