//! `doctor`: what stands in the way of the main job, and what to do about it.

use super::excerpt::printable;
use super::{Desk, Failure, runtime};
use crate::cli::args::Json;
use crate::cli::output::{Output, Paint};
use crate::cli::status;
use crate::ops::doctor::{Report, State, examine};

pub(super) fn doctor(desk: &mut Desk<'_>, args: Json) -> Result<u8, Failure> {
    let report = runtime()?.block_on(examine(desk.host.as_deref(), &desk.folders));
    if args.json {
        desk.output.json(&report);
    } else {
        print(desk.output, &report);
    }
    Ok(if report.ok { status::OK } else { status::FAILED })
}

fn print(output: &mut Output, report: &Report) {
    output.line("looked for an engine:");
    for tried in &report.attempts {
        let (paint, word) = match tried.outcome {
            "answered" => (Paint::Good, "answered"),
            "absent" => (Paint::Faint, "absent"),
            outcome => (Paint::Bad, outcome),
        };
        let word = output.paint(paint, &format!("{word:8}"));
        output.line(format!("  {word}  {} ({})", printable(&tried.host), tried.source));
        // That of the last one is told below.
        if let (Some(error), true) = (&tried.error, report.engine.is_some()) {
            output.line(format!("            {}", printable(error)));
        }
    }
    output.line("");
    let width = report.checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    for check in &report.checks {
        let (paint, word) = match check.state {
            State::Ok => (Paint::Good, "● ok     "),
            State::Warning => (Paint::Warn, "! warning"),
            State::Failed => (Paint::Bad, "✗ failed "),
        };
        let word = output.paint(paint, word);
        output.line(format!("{word}  {:width$}  {}", check.name, printable(&check.text)));
        if let Some(fix) = &check.fix {
            output.line(format!("{:9}  {:width$}  → {}", "", "", printable(fix)));
        }
    }
    output.line("");
    output.line(if report.ok {
        "images can be baked and tasks started"
    } else {
        "images cannot be baked nor tasks started before what failed is put right"
    });
}
