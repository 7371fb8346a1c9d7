//! Scripts as text, and what was read in them, written beside it.

mod facts;

use std::fmt::Write as _;

use proptest::prelude::*;

use super::facts::Facts;
use super::tree::{CommandKind, PartKind, Script};
use super::{Span, parse};

/// Each statement with its here-documents, one a line, and errors as `line: cause`.
fn told(text: &str) -> String {
    let script = parse(text);
    let mut told = String::new();
    for statement in &script.statements {
        let text = script.extent(statement).of(text).replace('\n', "⏎");
        let end = if statement.background { " &" } else { "" };
        let _ = writeln!(told, "{text}{end}");
    }
    for error in &script.errors {
        let line = text[..error.span.start].matches('\n').count() + 1;
        let _ = writeln!(told, "{line}: {}", error.message);
    }
    told
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let told = told(text);
    assert_eq!(told.lines().collect::<Vec<_>>(), expected, "{text:?}");
}

#[test]
fn statements_are_cut_where_bash_cuts_them() {
    check("", &[]);
    check("# only a comment", &[]);
    check("a; b & c", &["a", "b &", "c"]);
    check("a && b ||\n  c | d\ne", &["a && b ||⏎  c | d", "e"]);
    check("a \\\n  b\nc # d", &["a \\⏎  b", "c"]);
    check(
        "if a; then\n b; c\nelif d; then e; fi >f\ng",
        &["if a; then⏎ b; c⏎elif d; then e; fi >f", "g"],
    );
    check("for i in 1 2; do a; done; b", &["for i in 1 2; do a; done", "b"]);
    check("for ((i=0; i<3; i++)); do a; done", &["for ((i=0; i<3; i++)); do a; done"]);
    check("select x in a b; do c; done", &["select x in a b; do c; done"]);
    check("case $x in\n a|b) c;;\n (*) d; esac; e", &["case $x in⏎ a|b) c;;⏎ (*) d; esac", "e"]);
    check("f() { a; }; f", &["f() { a; }", "f"]);
    check("function f { a; }\nf ()\n( b )", &["function f { a; }", "f ()⏎( b )"]);
    check("! time -p a | b", &["! time -p a | b"]);
    check("((a + 1)); ((b); (c))", &["((a + 1))", "((b); (c))"]);
    check(
        "[[ $a =~ ^(x|y)\"z w\"$ && ! -f b ]] && c",
        &["[[ $a =~ ^(x|y)\"z w\"$ && ! -f b ]] && c"],
    );
    check("a=(1 2\n 3) b=x; export c=(4)", &["a=(1 2⏎ 3) b=x", "export c=(4)"]);
    check("exec {fd}>out 2>&1", &["exec {fd}>out 2>&1"]);
    check("echo `a; b` $(c; d) \"$(e \"f;g\")\"", &["echo `a; b` $(c; d) \"$(e \"f;g\")\""]);
    check("echo a#b ${#c} $# # d", &["echo a#b ${#c} $#"]);
    check("diff <(a) <(b)", &["diff <(a) <(b)"]);
    check("coproc p { a; }", &["coproc p { a; }"]);
}

#[test]
fn here_documents_go_with_their_statements() {
    check("cat <<A\nx\nA\nb", &["cat <<A⏎x⏎A⏎", "b"]);
    check(
        "cat <<-'A' >f; b <<B\n\tx $\n\tA\ny\nB\nc",
        &["cat <<-'A' >f; b <<B⏎\tx $⏎\tA⏎", "b <<B⏎\tx $⏎\tA⏎y⏎B⏎", "c"],
    );
    check("a $(cat <<A\nx)\nA\n) b\nc", &["a $(cat <<A⏎x)⏎A⏎) b", "c"]);
    check("if a; then\ncat <<A\nfi\nA\nfi", &["if a; then⏎cat <<A⏎fi⏎A⏎fi"]);
    // Bash takes the end of the file for the delimiter.
    check("cat <<A\nx", &["cat <<A⏎x"]);
    assert!(!parse("cat <<A\nx").heredocs[0].closed);
}

#[test]
fn a_broken_statement_is_told_and_the_others_are_read() {
    check("a\nif b; then\nc\n", &["a", "2: `if` is never closed by `fi`"]);
    check("a\n)\nb", &["a", "b", "2: `)` cannot stand here"]);
    check("a\necho \"x\nb\n", &["a", "2: `\"` is never closed"]);
    check("a 'x", &["1: `'` is never closed"]);
    check("a && \n", &["2: the script ends in the middle of a command"]);
    check("fi", &["1: `fi` cannot stand here"]);
    check("a ;; b", &["a", "1: `;;` cannot stand here"]);
    check("if a; then fi", &["1: `fi` cannot stand here"]);
    check("echo $(a", &["1: `$(` is never closed by `)`"]);
    check("echo ${a", &["1: `${` is never closed by `}`"]);
    check("a (b)", &["1: `(` cannot stand here"]);
    check("{ a; } b", &["1: `b` cannot stand here"]);
    check("[[ a b ]]", &["1: `b` cannot stand here in `[[ … ]]`"]);
}

#[test]
fn words_are_taken_apart() {
    let parts = |text: &str| {
        let script = parse(text);
        let CommandKind::Simple(simple) = &script.statements[0].pipelines[0].commands[0].kind
        else {
            panic!("{text}");
        };
        let super::tree::Argument::Word(word) = &simple.words[1] else { panic!("{text}") };
        let show = |part: &super::tree::Part| {
            let kind = match &part.kind {
                PartKind::Text(text) => text.to_string(),
                PartKind::Parameter(parameter) => format!("${}", parameter.name),
                PartKind::Command(block) => format!("$({})", block.statements.len()),
                PartKind::Opaque => "?".to_owned(),
                PartKind::Arithmetic(_) => "$((…))".to_owned(),
                PartKind::Process(_) => "<(…)".to_owned(),
            };
            if part.quoted { format!("\"{kind}\"") } else { kind }
        };
        word.parts.iter().map(show).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("a b\\ c'd'\"e\"f", "b \" \" c \"d\" \"e\" f"),
        ("a \"x $y z\"", "\"x \" \"$y\" \" z\""),
        ("a ${b:-c}/d", "$b /d"),
        ("a $'x\\ty'", "\"x\ty\""),
        ("a \"\\$b \\d\"", "\"$b \\d\""),
        ("a `b; c`", "$(2)"),
        ("a `b \\`c\\``", "?"),
        ("a $((1 + b))", "$((…))"),
        ("a $(b | c)x", "$(1) x"),
        ("a {b,c}*", "{b,c}*"),
        ("a $ $%", "$"),
    ] {
        assert_eq!(parts(text), expected, "{text}");
    }
}

#[test]
fn deep_nesting_ends_in_an_error_on_a_small_stack() {
    let openers = [
        "(",
        "$(",
        "{ ",
        "if ",
        "`",
        "\"$(",
        "${a:-",
        "$((",
        "<(",
        "[[ ! ",
        "[[ (",
        "a=(",
        "((",
        "while ",
        "case a in b) ",
        "f() { ",
        "a $[",
        "\"${a:-\"",
        "for i in a; do ",
        "coproc { ",
        "! ",
        "time ",
        "eval \"$(",
        "cat <<A\n$(",
    ];
    for open in openers {
        for depth in [90, 20_000] {
            let text = open.repeat(depth);
            let run = move || {
                let script = parse(&text);
                drop(Facts::of(&script, &text));
            };
            let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
            assert!(thread.unwrap().join().is_ok(), "{depth} times {open:?}");
        }
    }
}

/// Pieces of bash: together they make more of its states than characters would.
const PIECES: [&str; 52] = [
    "if ",
    " then ",
    "; fi\n",
    "for x in ",
    "; do ",
    "done\n",
    "case $x in ",
    "esac\n",
    ";;",
    "a) ",
    "while ",
    "{ ",
    "; }\n",
    "(",
    ")",
    "$(",
    "`",
    "\"",
    "'",
    "$",
    "${",
    "}",
    "#",
    "\n",
    "\r\n",
    " ",
    "\t",
    "<<E\n",
    "E\n",
    "<<-'é'\n",
    "|",
    " && ",
    " || ",
    "&",
    ">",
    "2>&1",
    "[[ ",
    " ]]",
    "=",
    "x",
    "é👨‍👩‍👧",
    "\\",
    "$((",
    "function f ",
    "cd /a",
    "export A=$B",
    "rm -rf ",
    "sudo ",
    "eval ",
    "\0",
    "bash -c ",
    "x=1",
];

proptest! {
    #[test]
    fn no_script_panics(pieces in prop::collection::vec(0..PIECES.len(), 0..80)) {
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
        sound(&parse(&text), &text);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        sound(&parse(&text), &text);
    }
}

/// Statements stand one behind the other, and all spans between characters.
fn sound(script: &Script, text: &str) {
    let mut at = 0;
    for statement in &script.statements {
        let Span { start, end } = statement.span;
        assert!(at <= start && start < end && end <= text.len(), "{text:?}: {start}..{end}");
        assert!(text.get(start..end).is_some(), "{text:?}");
        at = end;
    }
    for comment in &script.comments {
        assert!(comment.of(text).starts_with('#'), "{text:?}");
    }
    for error in &script.errors {
        assert!(text.get(error.span.start..error.span.end).is_some(), "{text:?}");
    }
    drop(Facts::of(script, text));
}
