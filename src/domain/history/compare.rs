//! Two entries side by side: what decided them, and how long their statements took.

use serde::Serialize;

use super::entry::Detail;
use super::estimate::EarlierScript;
use super::statement::{StatementTime, by_statement, statements};
use crate::domain::difference::{Part, parts};

/// An input that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputChange {
    /// Its name, as a person says it.
    pub input: String,
    /// Its value in the first entry; none: it had none.
    pub from: Option<String>,
    /// Its value in the second.
    pub to: Option<String>,
}

/// A statement in both entries, or in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StatementPair {
    /// In the first.
    pub from: Option<StatementTime>,
    /// In the second.
    pub to: Option<StatementTime>,
}

/// A script in both entries, or in one of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScriptPair {
    /// The script's file name.
    pub script: String,
    /// Whether its bytes are the same; none: unknown.
    pub same: Option<bool>,
    /// Its statements; empty where they differ and no copy tells which is which.
    pub statements: Vec<StatementPair>,
}

/// The inputs in which two entries differ, layer by layer from the bottom.
#[must_use]
pub fn inputs(from: &Detail, to: &Detail) -> Vec<InputChange> {
    let flat = |detail: &Detail| {
        let all = detail.inputs.values().flatten();
        all.map(|(name, value)| (name.clone(), value.clone())).collect::<Vec<_>>()
    };
    let (from, to) = (flat(from), flat(to));
    let value = |all: &[(String, String)], name: &str| {
        all.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let mut names: Vec<&String> = from.iter().chain(&to).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    let change = |name: &String| {
        let change =
            InputChange { input: name.clone(), from: value(&from, name), to: value(&to, name) };
        (change.from != change.to).then_some(change)
    };
    names.into_iter().filter_map(change).collect()
}

/// The scripts of two entries, each statement beside itself.
#[must_use]
pub fn scripts(from: &[EarlierScript], to: &[EarlierScript]) -> Vec<ScriptPair> {
    let mut names: Vec<&String> = from.iter().chain(to).map(|it| &it.times.script).collect();
    let mut seen = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(*name);
            true
        }
    });
    names.into_iter().map(|name| pair(name, named(from, name), named(to, name))).collect()
}

fn named<'a>(all: &'a [EarlierScript], name: &str) -> Option<&'a EarlierScript> {
    all.iter().find(|script| script.times.script == name)
}

fn pair(name: &str, from: Option<&EarlierScript>, to: Option<&EarlierScript>) -> ScriptPair {
    let digest = |script: Option<&EarlierScript>| script?.times.sha256.clone();
    let same = match (digest(from), digest(to)) {
        (Some(from), Some(to)) => Some(from == to),
        _ => None,
    };
    let statements = match (from, to) {
        (Some(from), Some(to)) if same == Some(true) => {
            let text = from.text.as_ref().or(to.text.as_ref());
            let timed = [from, to].map(|script| timed(script, text));
            both(&timed[0], &timed[1])
        }
        (
            Some(EarlierScript { times: from, text: Some(old) }),
            Some(EarlierScript { times: to, text: Some(new) }),
        ) => beside((old, &by_statement(old, from)), (new, &by_statement(new, to))),
        (Some(from), None) => timed(from, from.text.as_ref())
            .into_iter()
            .map(|it| StatementPair { from: Some(it), to: None })
            .collect(),
        (None, Some(to)) => timed(to, to.text.as_ref())
            .into_iter()
            .map(|it| StatementPair { from: None, to: Some(it) })
            .collect(),
        _ => Vec::new(),
    };
    ScriptPair { script: name.to_owned(), same, statements }
}

/// The times by statement, or by line where the text is not known.
fn timed(script: &EarlierScript, text: Option<&String>) -> Vec<StatementTime> {
    match text {
        Some(text) => by_statement(text, &script.times),
        None => script
            .times
            .lines
            .iter()
            .map(|it| StatementTime { line: it.line, last: it.line, ms: Some(it.ms) })
            .collect(),
    }
}

/// The same script twice: by line.
fn both(from: &[StatementTime], to: &[StatementTime]) -> Vec<StatementPair> {
    let mut lines: Vec<u32> = from.iter().chain(to).map(|it| it.line).collect();
    lines.sort_unstable();
    lines.dedup();
    let at = |all: &[StatementTime], line| all.iter().find(|it| it.line == line).copied();
    lines.into_iter().map(|line| StatementPair { from: at(from, line), to: at(to, line) }).collect()
}

fn beside(from: (&str, &[StatementTime]), to: (&str, &[StatementTime])) -> Vec<StatementPair> {
    let texts = |text| statements(text).iter().map(|it| it.text).collect::<Vec<_>>();
    let mut pairs = Vec::new();
    for Part { old, new, is_same } in parts(&texts(from.0), &texts(to.0)) {
        if is_same {
            pairs.extend(old.zip(new).map(|(old, new)| StatementPair {
                from: from.1.get(old).copied(),
                to: to.1.get(new).copied(),
            }));
        } else {
            pairs.extend(old.map(|at| StatementPair { from: from.1.get(at).copied(), to: None }));
            pairs.extend(new.map(|at| StatementPair { from: None, to: to.1.get(at).copied() }));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Digest;
    use crate::domain::history::times::{LineTime, ScriptTimes};

    fn script(text: &str, ms: f64, keeps_text: bool) -> EarlierScript {
        let lines = (1..).zip(text.lines()).map(|(line, _)| LineTime { line, ms, log_line: None });
        let times = ScriptTimes {
            script: "a.sh".into(),
            sha256: Some(Digest::of(text).full().to_owned()),
            lines: lines.collect(),
            stopped_at: None,
        };
        EarlierScript { times, text: keeps_text.then(|| text.to_owned()) }
    }

    /// Lines of both sides, by pair.
    fn check(
        from: &[EarlierScript],
        to: &[EarlierScript],
        expected: &[(Option<u32>, Option<u32>)],
    ) {
        let pairs = scripts(from, to);
        let lines = |it: &StatementPair| (it.from.map(|it| it.line), it.to.map(|it| it.line));
        let lines: Vec<_> = pairs.iter().flat_map(|it| &it.statements).map(lines).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn statements_stand_beside_themselves() {
        let (one, other) = ("a\nb\nc\n", "a\nnew\nc\n");
        let same = [(Some(1), Some(1)), (Some(2), Some(2)), (Some(3), Some(3))];
        check(&[], &[], &[]);
        check(&[script(one, 1.0, true)], &[script(one, 2.0, true)], &same);
        check(&[script(one, 1.0, false)], &[script(one, 2.0, false)], &same);
        check(
            &[script(one, 1.0, true)],
            &[script(other, 2.0, true)],
            &[(Some(1), Some(1)), (Some(2), None), (None, Some(2)), (Some(3), Some(3))],
        );
        check(&[script(one, 1.0, true)], &[script(other, 2.0, false)], &[]);
        check(&[script("a\n", 1.0, true)], &[], &[(Some(1), None)]);
        check(&[], &[script("a\n", 1.0, false)], &[(None, Some(1))]);
    }

    #[test]
    fn inputs_that_differ_are_named() {
        let detail = |user: &str, more: Option<&str>| {
            let mut inputs = super::super::entry::Inputs::new();
            inputs.insert("user".into(), user.into());
            inputs.insert("platform".into(), "linux/amd64".into());
            inputs.extend(more.map(|more| ("desktop layer".to_owned(), more.to_owned())));
            Detail { inputs: [("key".to_owned(), inputs)].into(), ..Detail::default() }
        };
        assert_eq!(inputs(&detail("dev", None), &detail("dev", None)), []);
        let changes = inputs(&detail("dev", None), &detail("", Some("k")));
        let told: Vec<_> = changes.iter().map(|it| it.input.as_str()).collect();
        assert_eq!(told, ["desktop layer", "user"]);
        assert_eq!((changes[0].from.as_deref(), changes[0].to.as_deref()), (None, Some("k")));
    }
}
