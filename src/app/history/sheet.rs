//! An entry of the history as a text to read, and two of them side by side.

use std::collections::BTreeMap;

use super::{Compared, Known, title};
use crate::app::sheet::{Look, Sheet, SheetLine};
use crate::domain::history::compare::{InputChange, ScriptPair};
use crate::domain::history::entry::Phases;
use crate::domain::history::estimate::EarlierScript;
use crate::domain::history::statement::{StatementTime, by_statement};
use crate::domain::history::words::duration;
use crate::domain::history::{Entry, Outcome};
use crate::domain::layer::explain::Change;

/// Shares of a script from which on a statement stands out.
const SLOW: f64 = 0.25;

/// How an outcome looks.
#[must_use]
pub fn look(outcome: Outcome) -> Look {
    match outcome {
        Outcome::Hit | Outcome::Baked | Outcome::Joined | Outcome::Adopted => Look::Warm,
        Outcome::Degraded | Outcome::Cancelled => Look::Stale,
        Outcome::Uncached => Look::Cold,
        Outcome::Failed => Look::Failed,
    }
}

impl Known {
    /// It as a text to read. `began` is the time of the day, as the person has it.
    #[must_use]
    pub fn sheet(&self, began: &str) -> Sheet {
        let Self { entry, detail, scripts } = self;
        let (kind, what) = entry.what();
        let mut lines = vec![
            verdict(entry),
            SheetLine::new(Look::Muted, format!("    began {began}, {kind} {what}")),
            SheetLine::new(Look::Muted, format!("    {}", entry.image)),
        ];
        let parts = phases(&detail.phases);
        if !parts.is_empty() {
            lines.push(SheetLine::new(Look::Text, ""));
            lines.push(SheetLine::new(Look::Heading, "parts"));
            lines.extend(parts.into_iter().map(|(name, ms)| {
                SheetLine::new(Look::Text, format!("    {name:18} {:>9}", duration(ms)))
            }));
        }
        for script in scripts {
            lines.push(SheetLine::new(Look::Text, ""));
            lines.extend(of_script(script));
        }
        for inputs in detail.inputs.values() {
            lines.push(SheetLine::new(Look::Text, ""));
            lines.push(SheetLine::new(Look::Heading, "inputs of the layer"));
            let said = inputs.iter().filter(|(_, value)| !value.is_empty());
            lines.extend(said.map(|(name, value)| {
                SheetLine::new(Look::Muted, format!("    {name:18} {value}"))
            }));
        }
        Sheet::new(title(entry), lines)
    }
}

fn verdict(entry: &Entry) -> SheetLine {
    let took = entry.took_ms.map(|ms| format!(", {}", duration(ms))).unwrap_or_default();
    let notes = entry.notes().iter().fold(String::new(), |all, note| all + "; " + note);
    SheetLine::new(look(entry.outcome), format!("{}{took}{notes}", entry.outcome))
}

/// The parts that were measured, by their names.
fn phases(phases: &Phases) -> Vec<(&'static str, f64)> {
    let all = match phases {
        Phases::Bake(times) => vec![("scripts", times.scripts_ms), ("image", times.commit_ms)],
        Phases::Start(times) => vec![
            ("resolve", times.resolve_ms),
            ("bake", times.bake_ms),
            ("create", times.create_ms),
            ("start", times.start_ms),
            ("preflight", times.preflight_ms),
        ],
    };
    all.into_iter().filter_map(|(name, ms)| Some((name, ms?))).collect()
}

fn of_script(script: &EarlierScript) -> Vec<SheetLine> {
    let all = script.times.ms();
    let mut lines =
        vec![SheetLine::new(Look::Heading, format!("{}, {}", script.times.script, duration(all)))];
    let timed: Vec<StatementTime> = if let Some(text) = &script.text {
        by_statement(text, &script.times)
    } else {
        let lines = script.times.lines.iter();
        lines.map(|it| StatementTime { line: it.line, last: it.line, ms: Some(it.ms) }).collect()
    };
    for it in timed {
        let look = match it.ms {
            Some(ms) if ms >= all * SLOW && ms >= 1000.0 => Look::Stale,
            Some(_) => Look::Text,
            None => Look::Muted,
        };
        let took = it.ms.map_or_else(|| "-".to_owned(), duration);
        let code = line_of(script.text.as_deref(), it.line);
        lines.push(SheetLine::new(look, format!("{:>7} {took:>9}  {code}", it.line)));
    }
    if let Some(stopped) = script.times.stopped_at {
        lines.push(SheetLine::new(Look::Failed, format!("    It stopped at line {stopped}.")));
    }
    lines
}

/// A line of a script, from 1, if its text is known.
fn line_of(text: Option<&str>, line: u32) -> &str {
    let at = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    text.and_then(|text| text.lines().nth(at)).unwrap_or_default()
}

impl Compared {
    /// It as a text to read.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let Self { from, to, inputs, scripts, texts, log } = self;
        let mut lines = Vec::new();
        for entry in [from, to] {
            let verdict = verdict(entry);
            let words = format!("{}, {}", title(entry), verdict.text);
            lines.push(SheetLine::new(verdict.look, words));
        }
        lines.push(SheetLine::new(Look::Text, ""));
        if inputs.is_empty() {
            lines.push(SheetLine::new(Look::Muted, "The inputs of their layers are the same."));
        }
        for InputChange { input, from, to } in inputs {
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            let change = Change { input: input.clone(), from: value(from), to: value(to) };
            lines.push(SheetLine::new(Look::Stale, change.words()));
        }
        for script in scripts {
            lines.push(SheetLine::new(Look::Text, ""));
            lines.extend(pairs(script, texts));
        }
        match log.as_deref() {
            None => {}
            Some("") => {
                lines.push(SheetLine::new(Look::Text, ""));
                lines.push(SheetLine::new(Look::Muted, "Their logs are the same."));
            }
            Some(diff) => {
                lines.push(SheetLine::new(Look::Text, ""));
                lines.extend(diff.lines().map(SheetLine::of_diff));
            }
        }
        Sheet::new(format!("{} and {}", title(from), title(to)), lines)
    }
}

/// The statements of a script in both entries: the times, the first one's before, and the text.
fn pairs(script: &ScriptPair, texts: &[BTreeMap<String, String>; 2]) -> Vec<SheetLine> {
    let same = match script.same {
        Some(true) => ", the same in both",
        Some(false) => ", changed",
        None => "",
    };
    let name = &script.script;
    let mut lines = vec![SheetLine::new(Look::Heading, format!("{name}{same}"))];
    if script.statements.is_empty() {
        let words = "    No copy of one of its texts is kept here, so its statements cannot be laid side by side.";
        lines.push(SheetLine::new(Look::Muted, words));
    }
    let took = |time: Option<StatementTime>| {
        time.and_then(|it| it.ms).map_or_else(|| "-".to_owned(), duration)
    };
    let code = |side: usize, time: Option<StatementTime>| {
        let text = texts[side].get(name).map(String::as_str);
        time.map_or("", |time| line_of(text, time.line)).to_owned()
    };
    for pair in &script.statements {
        let (look, sign) = match (pair.from, pair.to) {
            (Some(_), None) => (Look::Removed, '-'),
            (None, Some(_)) => (Look::Added, '+'),
            _ => (Look::Code, ' '),
        };
        let line = pair.to.or(pair.from).map_or(0, |it| it.line);
        // A copy of the second may be kept where none of the first is.
        let text = Some(code(1, pair.to)).filter(|text| !text.is_empty());
        let text = text.unwrap_or_else(|| code(0, pair.from));
        let (from, to) = (took(pair.from), took(pair.to));
        lines.push(SheetLine::new(look, format!("{sign}{line:>5} {from:>9} {to:>9}  {text}")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::past_entry;
    use crate::domain::digest::Digest;
    use crate::domain::history::compare;
    use crate::domain::history::entry::BakeTimes;
    use crate::domain::history::{Detail, LineTime, ScriptTimes};

    fn script(text: &str, ms: f64, keeps: bool) -> EarlierScript {
        let lines = (1..).zip(text.lines()).map(|(line, _)| LineTime { line, ms, log_line: None });
        let times = ScriptTimes {
            script: "a.sh".to_owned(),
            sha256: Some(Digest::of(text).full().to_owned()),
            lines: lines.collect(),
            stopped_at: None,
        };
        EarlierScript { times, text: keeps.then(|| text.to_owned()) }
    }

    fn texts(sheet: &Sheet) -> Vec<(Look, &str)> {
        sheet.lines.iter().map(|line| (line.look, line.text.as_str())).collect()
    }

    #[test]
    fn an_entry_tells_its_parts_and_its_slow_statements() {
        let entry = past_entry(7, "web", Outcome::Failed);
        let times = BakeTimes { scripts_ms: Some(4000.0), ..BakeTimes::default() };
        let mut slow = script("one\ntwo\n", 10.0, true);
        slow.times.lines[1].ms = 4000.0;
        slow.times.stopped_at = None;
        let mut bare = script("three\n", 10.0, false);
        bare.times.stopped_at = Some(1);
        let detail = Detail { phases: Phases::Bake(times), ..Detail::default() };
        let known = Known { entry, detail, scripts: vec![slow, bare] };
        let sheet = known.sheet("12:00:00");
        assert_eq!(sheet.title, "bake 7 of web");
        let told = texts(&sheet);
        for line in [
            (Look::Failed, "failed, 41.2 s"),
            (Look::Text, "    scripts               4.00 s"),
            (Look::Heading, "a.sh, 4.01 s"),
            (Look::Text, "      1    0.01 s  one"),
            (Look::Stale, "      2    4.00 s  two"),
            (Look::Text, "      1    0.01 s  "),
            (Look::Failed, "    It stopped at line 1."),
        ] {
            assert!(told.contains(&line), "{line:?} is not in {told:#?}");
        }
    }

    #[test]
    fn two_entries_stand_side_by_side() {
        let scripts = [script("one\ntwo\n", 10.0, true), script("one\nnew\n", 2000.0, true)];
        let map = |at: usize| {
            let text = scripts[at].text.clone().unwrap();
            BTreeMap::from([("a.sh".to_owned(), text)])
        };
        let compared = Compared {
            from: past_entry(6, "web", Outcome::Baked),
            to: past_entry(7, "web", Outcome::Baked),
            inputs: Vec::new(),
            scripts: compare::scripts(&scripts[..1], &scripts[1..]),
            texts: [map(0), map(1)],
            log: Some("@@ -1 +1 @@\n-a\n+b\n".to_owned()),
        };
        let sheet = compared.sheet();
        let told = texts(&sheet);
        for line in [
            (Look::Muted, "The inputs of their layers are the same."),
            (Look::Heading, "a.sh, changed"),
            (Look::Code, "     1    0.01 s    2.00 s  one"),
            (Look::Removed, "-    2    0.01 s         -  two"),
            (Look::Added, "+    2         -    2.00 s  new"),
            (Look::Added, "+b"),
        ] {
            assert!(told.contains(&line), "{line:?} is not in {told:#?}");
        }
        assert_eq!(sheet.title, "bake 6 of web and bake 7 of web");
    }
}
