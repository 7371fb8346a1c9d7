//! Measures what it takes to understand a script, for `scripts/bench`: `scripts WHAT FILE COUNT`
//! prints milliseconds, one a line and `COUNT` of them.
//!
//! Apart from the binary because a finding that is printed, and a process that starts, take longer
//! than finding it.

#![expect(clippy::print_stdout, reason = "what it measured is its result")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use prebake::domain::bash::{Facts, parse};
use prebake::domain::environment::Stage;
use prebake::domain::lint::{Context, lint, lint_own, shell};
use prebake::domain::split::{Boldness, Split, TaskStart};

/// Reads a script as `what` says, and gives how much came of it.
fn understand(what: &str, text: &str) -> Result<usize, String> {
    let lint = |stage| lint(stage, text, &Context::default()).len();
    let split = || Split::of(text, &TaskStart::default(), Boldness::Careful).statements.len();
    Ok(match what {
        "parse" => parse(text).statements.len(),
        "facts" => Facts::of(&parse(text), text).len(),
        "split" => split(),
        "cached" => lint(Stage::Cached),
        "run" => lint(Stage::Run),
        "own" => lint_own(Stage::Cached, text, &Context::default()).len(),
        "shell" => shell::lint_shell(text, &parse(text)).len(),
        "whole" => split() + lint(Stage::Cached),
        other => return Err(format!("there is no `{other}`")),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, file, count] = &arguments[..] else {
        return Err("say what to do, a script, and how often".into());
    };
    let text = std::fs::read_to_string(file)?;
    for _ in 0..count.parse::<usize>()? {
        let began = Instant::now();
        black_box(understand(what, &text)?);
        println!("{:.3}", began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(())
}
