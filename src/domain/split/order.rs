//! Where everything goes: judgements, then dependencies until nothing moves any more.

use std::collections::BTreeMap;

use super::judge::{Judgement, Kind, judge};
use super::rule::{Reason, Rule};
use super::start::TaskStart;
use super::units::Unit;
use super::{Boldness, Broken, Confidence, Decision, Part, backward, forward};

/// How often dependencies are gone through, forward and back. Each round moves something; a
/// script that people wrote needs two or three.
const MOST_ROUNDS: usize = 20;

/// A script, ready to be decided on.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    units: Vec<Unit>,
    judgements: Vec<Judgement>,
    /// The first line of each unit, and the last.
    lines: Vec<(usize, usize)>,
    start: TaskStart,
    boldness: Boldness,
}

/// Where a unit is while dependencies are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Run,
    Static,
    Setting,
}

/// What the two directions work on.
pub(super) struct Draft<'p> {
    pub(super) units: &'p [Unit],
    pub(super) lines: &'p [(usize, usize)],
    pub(super) start: &'p TaskStart,
    pub(super) boldness: Boldness,
    pub(super) places: Vec<Place>,
    pub(super) reasons: Vec<Reason>,
    /// Of each unit that somebody chose a part for: that part.
    pub(super) wanted: &'p BTreeMap<usize, Part>,
}

impl Plan {
    pub(super) fn new(units: Vec<Unit>, text: &str, start: &TaskStart, boldness: Boldness) -> Self {
        let judgements = units.iter().map(|unit| judge(unit, start, boldness)).collect();
        let mut line = 1;
        let mut at = 0;
        let mut lines = Vec::new();
        for unit in &units {
            line += newlines(&text[at..unit.span.start]);
            at = unit.span.start;
            let inside = unit.span.of(text);
            lines.push((line, line + newlines(inside.trim_end_matches('\n'))));
        }
        Self { units, judgements, lines, start: start.clone(), boldness }
    }

    pub(super) fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Where each unit goes, and what is broken by the parts that somebody wants.
    pub(super) fn decisions(
        &self,
        text: &str,
        wanted: &BTreeMap<usize, Part>,
    ) -> (Vec<Decision>, Vec<Broken>) {
        let nothing = BTreeMap::new();
        let mut draft = self.draft(&nothing);
        let mut settled = false;
        for _ in 0..MOST_ROUNDS {
            let held_back = forward::hold_back(&mut draft);
            let pulled = backward::pull(&mut draft);
            if !held_back && !pulled {
                settled = true;
                break;
            }
        }
        if !settled {
            for (place, reason) in draft.places.iter_mut().zip(&mut draft.reasons) {
                if *place == Place::Static {
                    *place = Place::Run;
                    *reason = Reason::new(Rule::Entangled, "");
                }
            }
        }
        let mut broken = Vec::new();
        if !wanted.is_empty() {
            draft.wanted = wanted;
            for (unit, part) in wanted {
                if let Some(place) = draft.places.get_mut(*unit) {
                    *place = match part {
                        Part::Cached => Place::Static,
                        Part::Run => Place::Run,
                        Part::Both => Place::Setting,
                    };
                }
            }
            broken = self.broken(&draft);
        }
        let (needs, _) = backward::look(&draft);
        let parts = settings(&draft, &needs);
        let decisions = self.units.iter().enumerate().map(|(at, unit)| {
            let part = wanted.get(&at).copied().unwrap_or(parts[at]);
            let (start_line, end_line) = self.lines[at];
            let (reason, confidence) = self.why(&draft, at, part);
            let mut span = unit.span;
            span.end = span.start + unit.span.of(text).trim_end_matches('\n').len();
            Decision { span, start_line, end_line, part, reason, confidence }
        });
        (decisions.collect(), broken)
    }

    fn draft<'p>(&'p self, wanted: &'p BTreeMap<usize, Part>) -> Draft<'p> {
        let place = |judgement: &Judgement| match judgement.kind {
            Kind::Run => Place::Run,
            Kind::Static | Kind::Status => Place::Static,
            Kind::Setting => Place::Setting,
        };
        Draft {
            units: &self.units,
            lines: &self.lines,
            start: &self.start,
            boldness: self.boldness,
            places: self.judgements.iter().map(place).collect(),
            reasons: self.judgements.iter().map(|judgement| judgement.reason.clone()).collect(),
            wanted,
        }
    }

    /// Why a unit is where it is now, and how sure that is.
    fn why(&self, draft: &Draft<'_>, at: usize, part: Part) -> (Reason, Confidence) {
        if draft.wanted.contains_key(&at) {
            return (Reason::new(Rule::Chosen, ""), Confidence::Certain);
        }
        let judgement = &self.judgements[at];
        if part.is_cached() && draft.reasons[at].rule == Rule::ProbablyStatic {
            return (draft.reasons[at].clone(), Confidence::Probable);
        }
        if draft.places[at] == Place::Setting {
            let rule = match part {
                Part::Both => Rule::Shared,
                Part::Cached => Rule::ForCached,
                Part::Run => Rule::ForRun,
            };
            return (Reason::new(rule, ""), Confidence::Certain);
        }
        let reason = draft.reasons[at].clone();
        if judgement.kind == Kind::Status && draft.places[at] == Place::Static {
            return (Reason::new(Rule::Static, ""), Confidence::Certain);
        }
        let confidence = match draft.places[at] {
            _ if reason == judgement.reason => judgement.confidence,
            Place::Run if reason.rule.is_doubt() => Confidence::Unknown,
            _ => Confidence::Certain,
        };
        (reason, confidence)
    }

    /// What does not hold with the parts that somebody wants.
    fn broken(&self, draft: &Draft<'_>) -> Vec<Broken> {
        let mut broken = forward::conflicts(draft);
        for (unit, part) in draft.wanted {
            let Some(judgement) = self.judgements.get(*unit) else { continue };
            let own = judgement.kind == Kind::Run && part.is_cached();
            if own {
                broken.push(Broken { statement: *unit, reason: judgement.reason.clone() });
            }
        }
        broken.extend(backward::look(draft).1);
        broken.sort_by_key(|broken| broken.statement);
        broken.dedup();
        broken
    }
}

/// The parts of all units, now that it is known which settings are needed where.
fn settings(draft: &Draft<'_>, needs: &[backward::Need]) -> Vec<Part> {
    let mut parts: Vec<_> = draft
        .places
        .iter()
        .zip(needs)
        .map(|(place, need)| match place {
            Place::Run => Part::Run,
            Place::Static => Part::Cached,
            Place::Setting => match (need.cached, need.run) {
                (true, true) => Part::Both,
                (true, false) => Part::Cached,
                (false, _) => Part::Run,
            },
        })
        .collect();
    let is = |place: Place| draft.places.contains(&place);
    let bakes = |(place, unit): (&Place, &Unit)| *place == Place::Static && !unit.is_status;
    // A part with nothing but settings, or a success, bakes nothing.
    if !draft.places.iter().zip(draft.units).any(bakes) {
        parts.fill(Part::Run);
    }
    // Without anything to run, only what the task's command gets is set up.
    let is_needed =
        draft.places.iter().zip(needs).any(|(place, need)| *place == Place::Setting && need.run);
    if is(Place::Static) && !is(Place::Run) && !is_needed {
        parts.fill(Part::Cached);
    }
    parts
}

fn newlines(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}
