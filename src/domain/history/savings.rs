//! What the cache of an environment saved, from what was measured and from nothing else.
//!
//! A **cold** start is one with nothing baked: the scripts run at the start. Its time is that of
//! a start that was measured so with the same scripts, else that of the bakes of the layers and
//! of the container's own start. A **warm** start saves the difference. The run preflight runs in
//! both and is in neither.

use serde::Serialize;

use super::entry::Outcome;
use super::words;
use crate::domain::task::Timings;

/// Milliseconds to the microsecond, which is what they were measured to.
#[must_use]
pub fn exact(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}

/// What is known of a cold start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cold {
    /// A start that was measured with the same scripts and nothing baked.
    pub measured_ms: Option<f64>,
    /// The scripts of the bakes of all its layers.
    pub scripts_ms: Option<f64>,
}

/// A start's own share in a cold one: its container, made and started.
fn container_ms(timings: &Timings) -> Option<f64> {
    Some(timings.create_ms? + timings.start_ms?)
}

/// What this start is as a measurement of a cold one, if all scripts ran for it and took
/// `scripts_ms`.
#[must_use]
pub fn cold_ms(timings: &Timings, scripts_ms: Option<f64>) -> Option<f64> {
    Some(exact(container_ms(timings)? + scripts_ms?))
}

/// What a warm start saved; none: nothing was measured to compare it with.
#[must_use]
pub fn saved_ms(timings: &Timings, cold: Cold) -> Option<f64> {
    let container = container_ms(timings)?;
    let warm = timings.resolve_ms? + container;
    let cold = cold.measured_ms.or_else(|| Some(cold.scripts_ms? + container))?;
    Some(exact(cold - warm))
}

/// How long a start took to its command, as far as somebody watched.
#[must_use]
pub fn took_ms(timings: &Timings) -> Option<f64> {
    let rest = timings.bake_ms.unwrap_or(0.0) + timings.preflight_ms.unwrap_or(0.0);
    Some(exact(timings.resolve_ms? + container_ms(timings)? + rest))
}

/// How many starts ended so, and what those of them saved that could be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tally {
    /// How they ended.
    pub outcome: Outcome,
    /// How many there were.
    pub starts: u64,
    /// How many of them could be compared.
    pub measured: u64,
    /// What these saved.
    pub saved_ms: f64,
}

/// When a bake has paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Payoff {
    /// The starts since saved more than the bake took.
    After {
        /// How many starts it took.
        starts: u64,
    },
    /// They have not yet.
    NotYet {
        /// How many there were.
        starts: u64,
    },
}

/// When a bake that took `bake_ms` had paid, by what each warm start after it saved, in order.
#[must_use]
pub fn payoff(bake_ms: f64, saved: impl IntoIterator<Item = f64>) -> Payoff {
    let (mut left, mut starts) = (bake_ms, 0);
    for saved in saved {
        starts += 1;
        left -= saved;
        if left <= 0.0 {
            return Payoff::After { starts };
        }
    }
    Payoff::NotYet { starts }
}

/// What the cache did for an environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Savings {
    /// How many starts there were.
    pub starts: u64,
    /// How many found every layer.
    pub hits: u64,
    /// How many of these could be compared with a cold start.
    pub measured: u64,
    /// How many starts wanted a layer, found or not, and came to run.
    pub wanted: u64,
    /// What the measured ones saved; none: none was measured.
    pub saved_ms: Option<f64>,
    /// Whether the newest bake has paid; none: it was not recorded here, or no start after it
    /// could be compared.
    pub payoff: Option<Payoff>,
}

impl Savings {
    /// From the tallies of an environment, or of all.
    #[must_use]
    pub fn of(tallies: &[Tally], payoff: Option<Payoff>) -> Self {
        let count = |is: &dyn Fn(Outcome) -> bool| {
            tallies.iter().filter(|tally| is(tally.outcome)).map(|tally| tally.starts).sum()
        };
        let measured = tallies.iter().map(|tally| tally.measured).sum();
        let saved: f64 = tallies.iter().map(|tally| tally.saved_ms).sum();
        Self {
            starts: count(&|_| true),
            hits: count(&|outcome| outcome == Outcome::Hit),
            measured,
            wanted: count(&|outcome| match outcome {
                Outcome::Hit
                | Outcome::Baked
                | Outcome::Joined
                | Outcome::Adopted
                | Outcome::Degraded => true,
                Outcome::Uncached | Outcome::Failed | Outcome::Cancelled => false,
            }),
            saved_ms: (measured > 0).then_some(saved),
            payoff,
        }
    }

    /// In a sentence: `saved 1 h 12 m in 83 starts; hit rate 96 %; paid off after 2 starts`.
    #[must_use]
    pub fn words(&self) -> String {
        if self.starts == 0 {
            return "no start was recorded".to_owned();
        }
        let unmeasured = match self.hits.saturating_sub(self.measured) {
            0 => String::new(),
            more => format!(" ({more} more not measured)"),
        };
        let measured = counted(self.measured);
        let mut parts = vec![match self.saved_ms {
            Some(saved) if saved > 0.0 => {
                format!("saved {} in {measured}{unmeasured}", words::duration(saved))
            }
            Some(_) => format!("saved nothing in {measured}{unmeasured}"),
            None => format!("{}, nothing was measured to compare with", counted(self.starts)),
        }];
        if self.wanted > 0 {
            parts.push(format!("hit rate {}", words::share(self.hits, self.wanted)));
        }
        match self.payoff {
            Some(Payoff::After { starts }) => {
                parts.push(format!("paid off after {}", counted(starts)));
            }
            Some(Payoff::NotYet { starts }) => {
                parts.push(format!("not paid off after {}", counted(starts)));
            }
            None => {}
        }
        parts.join("; ")
    }
}

fn counted(starts: u64) -> String {
    if starts == 1 { "1 start".to_owned() } else { format!("{starts} starts") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timings(parts: [Option<f64>; 5]) -> Timings {
        let [resolve_ms, bake_ms, create_ms, start_ms, preflight_ms] = parts;
        Timings { resolve_ms, bake_ms, create_ms, start_ms, preflight_ms, ..Timings::default() }
    }

    #[test]
    fn a_warm_start_saves_what_a_cold_one_takes_longer() {
        let warm = timings([Some(4.0), None, Some(30.0), Some(270.0), Some(50.0)]);
        let cold = |measured_ms, scripts_ms| Cold { measured_ms, scripts_ms };
        for (cold, expected) in [
            (cold(None, None), None),
            (cold(None, Some(52_000.0)), Some(51_996.0)),
            (cold(Some(60_304.0), Some(52_000.0)), Some(60_000.0)),
            // One that took no longer saves nothing, and is not made to.
            (cold(Some(204.0), None), Some(-100.0)),
        ] {
            assert_eq!(saved_ms(&warm, cold), expected, "{cold:?}");
        }
        let unseen = timings([Some(4.0), None, None, Some(270.0), None]);
        assert_eq!(saved_ms(&unseen, cold(None, Some(1.0))), None);
        assert_eq!(took_ms(&unseen), None);
        assert_eq!(took_ms(&warm), Some(354.0));
        assert_eq!(cold_ms(&warm, Some(52_000.0)), Some(52_300.0));
        assert_eq!(cold_ms(&warm, None), None);
        let missed = timings([Some(4.0), Some(900.0), Some(30.0), Some(270.0), None]);
        assert_eq!(took_ms(&missed), Some(1204.0));
    }

    #[test]
    fn a_bake_has_paid_when_the_starts_saved_what_it_took() {
        for (bake, saved, expected) in [
            (50.0, &[][..], Payoff::NotYet { starts: 0 }),
            (50.0, &[49.0], Payoff::NotYet { starts: 1 }),
            (50.0, &[49.0, 49.0, 49.0], Payoff::After { starts: 2 }),
            (50.0, &[50.0], Payoff::After { starts: 1 }),
            (50.0, &[60.0, -20.0], Payoff::After { starts: 1 }),
            (50.0, &[-1.0, -1.0], Payoff::NotYet { starts: 2 }),
        ] {
            assert_eq!(payoff(bake, saved.iter().copied()), expected, "{saved:?}");
        }
    }

    #[test]
    fn savings_are_told_as_far_as_they_were_measured() {
        let tally =
            |outcome, starts, measured, saved_ms| Tally { outcome, starts, measured, saved_ms };
        let hit = |starts, measured, saved| tally(Outcome::Hit, starts, measured, saved);
        let miss = tally(Outcome::Baked, 3, 0, 0.0);
        let cases: [(&[Tally], Option<Payoff>, &str); 7] = [
            (&[], None, "no start was recorded"),
            (
                &[hit(80, 80, 4_320_000.0), miss],
                Some(Payoff::After { starts: 2 }),
                "saved 1 h 12 m in 80 starts; hit rate 96 %; paid off after 2 starts",
            ),
            (
                &[hit(2, 1, 41_230.0)],
                Some(Payoff::NotYet { starts: 1 }),
                "saved 41.2 s in 1 start (1 more not measured); hit rate 100 %; not paid off after 1 start",
            ),
            (
                &[hit(5, 0, 0.0)],
                None,
                "5 starts, nothing was measured to compare with; hit rate 100 %",
            ),
            (&[hit(5, 5, -300.0)], None, "saved nothing in 5 starts; hit rate 100 %"),
            (
                &[tally(Outcome::Uncached, 4, 0, 0.0)],
                None,
                "4 starts, nothing was measured to compare with",
            ),
            (
                &[hit(1, 1, 2_000.0), tally(Outcome::Failed, 1, 0, 0.0)],
                None,
                "saved 2.00 s in 1 start; hit rate 100 %",
            ),
        ];
        for (tallies, payoff, expected) in cases {
            assert_eq!(Savings::of(tallies, payoff).words(), expected);
        }
    }
}
