//! What a finding says, and what it costs to find it. Which words are found, beside `ShellCheck`, is
//! told by `tests/cli/unquoted.rs`.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;
use crate::domain::bash::parse;
use crate::domain::environment::Stage;
use crate::domain::lint::{Context, lint_own};

#[test]
fn the_finding_says_what_to_do() {
    let found = lint_own(Stage::Run, "echo x$1\n", &Context::default());
    let of = found.iter().find(|it| it.code.0 == CODE).unwrap();
    assert_eq!((of.start.column, of.end.column), (6, 8));
    let fix = of.fix.as_ref().unwrap();
    assert_eq!(fix.kind, FixKind::Suggested);
    assert_eq!(fix.apply("echo x$1\n").as_deref(), Some("echo x\"$1\"\n"));
}

#[test]
fn the_time_grows_with_the_script_and_no_faster() {
    // Each variable is made of the one before, each function calls the one before, in loops in
    // loops; and there is a choice of many ways.
    let script = |times: usize| {
        let mut text = String::from("a0=$1\nf0() { b=$1; }\n");
        for n in 1..times {
            let m = n - 1;
            let _ = writeln!(
                text,
                "a{n}=$a{m}\nf{n}() {{\n  local c{n}=$1; d{n}=$c{n}; f{m} $d{n}\n}}\n\
                 for i in x y; do\n  while g $i; do e{n}=$a{n}; f{n} $e{m}; done\ndone\n\
                 h $a{n} || i{n}=j$i && k $i{n}"
            );
        }
        text.push_str("case $1 in\n");
        for n in 0..times {
            let _ = writeln!(text, "l{n}) m{n}=$a{n} ;;");
        }
        text.push_str("esac\n");
        text
    };
    let took = |times: usize| -> Duration {
        let text = script(times);
        let script = parse(&text);
        assert_eq!(script.errors, [], "{text}");
        let best = (0..3).map(|_| {
            let start = Instant::now();
            assert!(walk::walk(&script, &text).len() > times);
            start.elapsed()
        });
        best.min().unwrap()
    };
    let (short, tenfold) = (took(100), took(1000));
    // A quadratic one would take 100 times as long; a busy machine twice as long as it should.
    assert!(tenfold < short * 40, "{short:?} and {tenfold:?}");
}
