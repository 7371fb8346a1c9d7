//! What a bake will take, by what the same statements took before.
//!
//! Statements are the same when their texts are, wherever they stand: an edited script is laid
//! beside each earlier one, newest first. Without the earlier text only the same script can be
//! compared, line by line. A statement that never ran has no time, and is not given one.

use serde::Serialize;

use super::rest::Expected;
use super::statement::{StatementTime, by_statement, statements};
use super::times::ScriptTimes;
use super::words::whole;
use crate::domain::difference::parts;
use crate::domain::layer::LayerScript;

/// An earlier bake of a layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    /// Its scripts.
    pub scripts: Vec<EarlierScript>,
    /// How long its image took to be made, in milliseconds.
    pub commit_ms: Option<f64>,
    /// How large its layer was.
    pub layer_bytes: Option<u64>,
}

/// A script of an earlier bake.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlierScript {
    /// The times of its lines.
    pub times: ScriptTimes,
    /// Its text; none: no copy of it is kept.
    pub text: Option<String>,
}

/// What a script will take.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpectedScript {
    /// The script, as a person says it.
    pub script: String,
    /// Its statements, in order; none measured before have no time.
    pub statements: Vec<StatementTime>,
}

/// What the bake of a layer will take.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// In milliseconds: all statements that were measured, and making the image.
    pub ms: f64,
    /// How many statements there are.
    pub statements: usize,
    /// How many of them were never measured, so that their time comes on top.
    pub unmeasured: usize,
    /// How large the layer was in the last bake that made one, in bytes.
    pub bytes: Option<u64>,
    /// The scripts.
    #[serde(skip)]
    pub scripts: Vec<ExpectedScript>,
}

/// What a bake by these scripts will take; none: no statement of theirs was measured in
/// `earlier`, which is newest first.
#[must_use]
pub fn estimate(scripts: &[LayerScript], earlier: &[Earlier]) -> Option<Estimate> {
    let scripts: Vec<ExpectedScript> = scripts.iter().map(|it| expect(it, earlier)).collect();
    let all = || scripts.iter().flat_map(|script| &script.statements);
    let statements = all().count();
    let unmeasured = all().filter(|it| it.ms.is_none()).count();
    let commit_ms = earlier.iter().find_map(|bake| bake.commit_ms).unwrap_or(0.0);
    let ms = all().filter_map(|it| it.ms).sum::<f64>() + commit_ms;
    let bytes = earlier.iter().find_map(|bake| bake.layer_bytes);
    (unmeasured < statements).then_some(Estimate { ms, statements, unmeasured, bytes, scripts })
}

/// What each statement of a script will take.
#[must_use]
pub fn expect(script: &LayerScript, earlier: &[Earlier]) -> ExpectedScript {
    let now = statements(&script.text);
    let texts: Vec<&str> = now.iter().map(|it| it.text).collect();
    let unknown = |it: &super::statement::Statement<'_>| StatementTime {
        line: it.line,
        last: it.last,
        ms: None,
    };
    let mut expected: Vec<StatementTime> = now.iter().map(unknown).collect();
    let scripts = earlier.iter().flat_map(|bake| &bake.scripts);
    for before in scripts.filter(|before| before.times.script == script.name) {
        if expected.iter().all(|it| it.ms.is_some()) {
            break;
        }
        let is_same = before.times.sha256.as_deref() == Some(script.digest.full());
        let text = match (&before.text, is_same) {
            (_, true) => &script.text,
            (Some(text), false) => text,
            (None, false) => continue,
        };
        let timed = by_statement(text, &before.times);
        let old: Vec<&str> = statements(text).iter().map(|it| it.text).collect();
        for part in parts(&old, &texts).into_iter().filter(|part| part.is_same) {
            for (at, there) in expected[part.new].iter_mut().zip(&timed[part.old]) {
                at.ms = at.ms.or(there.ms);
            }
        }
    }
    ExpectedScript { script: script.title(), statements: expected }
}

impl Estimate {
    /// This bake and another one after it.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.ms += other.ms;
        self.statements += other.statements;
        self.unmeasured += other.unmeasured;
        self.bytes = self.bytes.zip(other.bytes).map(|(one, other)| one + other);
        self.scripts.extend(other.scripts);
        self
    }

    /// What is expected when a line of a script begins: all of it, if it has no such script.
    #[must_use]
    pub fn at(&self, script: &str, line: u32) -> Expected {
        let (mut before_ms, mut unmeasured, mut here) = (0.0, self.unmeasured, None);
        if let Some(at) = self.scripts.iter().position(|it| it.script == script) {
            let before = self.scripts[..at].iter().flat_map(|it| &it.statements);
            let own = self.scripts[at].statements.iter();
            here = own.clone().find(|it| it.last >= line).filter(|it| it.line <= line);
            for it in before.chain(own.take_while(|it| it.last < line)) {
                before_ms += it.ms.unwrap_or(0.0);
                unmeasured -= usize::from(it.ms.is_none());
            }
        }
        Expected {
            all_ms: whole(self.ms),
            done_ms: whole(before_ms),
            running_ms: here.and_then(|it| it.ms).map(whole),
            unmeasured,
        }
    }

    /// What is expected when the scripts are over and the image is made; none: how long that takes
    /// was never measured.
    #[must_use]
    pub fn committing(&self) -> Option<Expected> {
        let statements = self.scripts.iter().flat_map(|it| &it.statements);
        let scripts_ms: f64 = statements.filter_map(|it| it.ms).sum();
        (self.ms > scripts_ms).then(|| Expected {
            all_ms: whole(self.ms),
            done_ms: whole(scripts_ms),
            running_ms: Some(whole(self.ms - scripts_ms)),
            unmeasured: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::times::LineTime;

    const NAME: &str = "cached_preflight.sh";

    fn script(text: &str) -> LayerScript {
        LayerScript::new(NAME, text.to_owned())
    }

    /// A bake of `text` whose lines took these milliseconds, one a line.
    fn bake(text: &str, lines: &[f64], keeps_text: bool) -> Earlier {
        let lines =
            lines.iter().zip(1..).map(|(ms, line)| LineTime { line, ms: *ms, log_line: None });
        let times = ScriptTimes {
            script: NAME.to_owned(),
            sha256: Some(script(text).digest.full().to_owned()),
            lines: lines.collect(),
            stopped_at: None,
        };
        let text = keeps_text.then(|| text.to_owned());
        let scripts = vec![EarlierScript { times, text }];
        Earlier { scripts, commit_ms: Some(100.0), layer_bytes: Some(410) }
    }

    fn check(now: &str, earlier: &[Earlier], expected: Option<(&[Option<f64>], f64)>) {
        let found = estimate(&[script(now)], earlier);
        let told = found.as_ref().map(|it| {
            let times = it.scripts[0].statements.iter().map(|it| it.ms).collect::<Vec<_>>();
            (times, it.ms)
        });
        assert_eq!(told, expected.map(|(times, ms)| (times.to_vec(), ms)), "{now:?}");
    }

    #[test]
    fn statements_are_found_again_by_their_text() {
        let before = bake("a\nb\nc\n", &[1.0, 20.0, 300.0], true);
        check("a\nb\nc\n", &[], None);
        check("x\n", std::slice::from_ref(&before), None);
        check("", std::slice::from_ref(&before), None);
        let some = |times: &[f64]| times.iter().map(|it| Some(*it)).collect::<Vec<_>>();
        check(
            "a\nb\nc\n",
            std::slice::from_ref(&before),
            Some((&some(&[1.0, 20.0, 300.0]), 421.0)),
        );
        // Moved down by a new line, with one left out.
        check(
            "a\nnew\n\nc\n",
            std::slice::from_ref(&before),
            Some((&[Some(1.0), None, Some(300.0)], 401.0)),
        );
        // The newest that measured it counts.
        let newer = bake("b\nnew\n", &[25.0, 4.0], true);
        check("a\nb\nnew\n", &[newer, before], Some((&some(&[1.0, 25.0, 4.0]), 130.0)));
    }

    #[test]
    fn a_changed_line_of_a_statement_makes_it_another() {
        let before = bake("install \\\n  one\nend\n", &[50.0, 0.0, 2.0], true);
        check("install \\\n  two\nend\n", &[before], Some((&[None, Some(2.0)], 102.0)));
    }

    #[test]
    fn without_its_text_only_the_same_script_is_compared() {
        let before = bake("a\nb\n", &[1.0, 2.0], false);
        check("a\nb\n", std::slice::from_ref(&before), Some((&[Some(1.0), Some(2.0)], 103.0)));
        check("a\nb\n# end\n", &[before], None);
    }

    #[test]
    fn what_a_failed_bake_did_is_measured_up_to_its_failure() {
        let mut failed = bake("a\nb\nc\n", &[1.0, 20.0], true);
        failed.scripts[0].times.stopped_at = Some(2);
        failed.commit_ms = None;
        check("a\nb\nc\n", &[failed], Some((&[Some(1.0), None, None], 1.0)));
    }

    #[test]
    fn a_line_is_so_far_into_the_bake() {
        let before = bake("a\nb \\\n  b\n\nc\n", &[1.0, 20.0, 0.0, 0.0, 300.0], true);
        let found = estimate(&[script("a\nb \\\n  b\n\nc\n")], &[before]).unwrap();
        let expected = |all: &Estimate, done_ms, running_ms, unmeasured| {
            let all_ms = whole(all.ms);
            Expected { all_ms, done_ms, running_ms, unmeasured }
        };
        for (line, before, here) in [
            (1, 0, Some(1)),
            (2, 1, Some(20)),
            (3, 1, Some(20)),
            (4, 21, None),
            (5, 21, Some(300)),
            (9, 321, None),
        ] {
            let at = found.at("cached preflight", line);
            assert_eq!(at, expected(&found, before, here, 0), "{line}");
        }
        assert_eq!((found.statements, found.unmeasured, found.bytes), (3, 0, Some(410)));
        assert_eq!(found.at("of another layer", 2), expected(&found, 0, None, 0));
        let commit_ms = whole(found.ms) - 321;
        let committing = (commit_ms > 0).then(|| expected(&found, 321, Some(commit_ms), 0));
        assert_eq!(found.committing(), committing);
        // New ones count until they are over.
        let before = bake("a\nc\n", &[1.0, 300.0], true);
        let found = estimate(&[script("new\na\nb\nc\nd\n")], &[before]).unwrap();
        for (line, before, here, unmeasured) in [
            (1, 0, None, 3),
            (2, 0, Some(1), 2),
            (3, 1, None, 2),
            (4, 1, Some(300), 1),
            (5, 301, None, 1),
            (6, 301, None, 0),
        ] {
            let at = found.at("cached preflight", line);
            assert_eq!(at, expected(&found, before, here, unmeasured), "{line}");
        }
    }
}
