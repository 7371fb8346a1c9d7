//! Scripts as text, and what was read in them, written beside it.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::facts::{Access, Facts};
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
                PartKind::Text(text) => text.clone(),
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

/// The facts of the last statement, one a line.
fn facts(text: &str) -> Vec<String> {
    let script = parse(text);
    assert_eq!(script.errors, [], "{text}");
    let facts = Facts::of(&script, text).pop().unwrap();
    let mut told = Vec::new();
    for command in &facts.commands {
        let rights = if command.privileged { "root " } else { "" };
        told.push(format!("{rights}runs {}", command.name));
    }
    // Relative paths read the working directory, which is shown for `cd` alone.
    let reads = facts.reads.iter().filter(|read| read.name != "PWD" || text.contains("cd "));
    told.extend(reads.map(|read| format!("reads ${}", read.name)));
    for setting in &facts.sets {
        let exported = if setting.exported { "exports" } else { "sets" };
        let value = setting.value.as_ref().map_or(String::new(), |value| format!(" to {value}"));
        let maybe = if setting.surely { "" } else { "maybe " };
        told.push(format!("{maybe}{exported} ${}{value}", setting.name));
    }
    told.extend(facts.calls.iter().map(|call| format!("calls {}", call.name)));
    told.extend(facts.defines.iter().map(|define| format!("defines {}", define.name)));
    told.extend(facts.changes.iter().map(|change| format!("changes {:?}", change.what)));
    for used in &facts.paths {
        let verb = match used.access {
            Access::Read => "reads",
            Access::Write => "writes",
            Access::Make => "makes",
            Access::Remove => "removes",
        };
        told.push(format!("{verb} {}", used.path.shown()));
    }
    for install in &facts.installs {
        told.push(format!("{:?} {}", install.action, install.packages.join(" ")));
    }
    told.extend(facts.needs.iter().map(|need| format!("needs {:?} {}", need.kind, need.what)));
    told.extend(facts.exits.iter().map(|exit| format!("exits {:?}", exit.status)));
    told.extend(facts.unknown.iter().map(|unknown| format!("unknown {}", unknown.what)));
    told
}

#[track_caller]
fn finds(text: &str, expected: &[&str]) {
    assert_eq!(facts(text), expected, "{text}");
}

#[test]
fn commands_are_found_through_what_runs_them() {
    finds("sudo -u root mkdir -p /opt/a", &["root runs mkdir", "makes /opt/a"]);
    finds("env -i A=b nice -n 5 touch /x", &["runs touch", "writes /x"]);
    finds("bash -ec 'touch \"$1\"' _ /opt/y", &["runs bash", "runs touch", "writes /opt/y"]);
    finds(
        "find /opt/a -name x -exec rm {} +",
        &["runs find", "runs rm", "reads /opt/a", "removes /opt/a…"],
    );
    finds("echo a | xargs rm -f /b", &["runs echo", "runs rm", "removes /b", "removes …"]);
    finds(
        "if ! command -v jq; then touch /x; fi",
        &[
            "runs command",
            "runs touch",
            "reads /usr/bin/jq",
            "reads /usr/local/bin/jq",
            "reads /usr/sbin/jq",
            "writes /x",
        ],
    );
    finds("timeout 5 ./tool", &["runs ./tool", "reads ./tool", "unknown ./tool"]);
    finds(
        "f() { local d=$1; mkdir \"$d/x\"; }\nf /opt",
        &["runs local", "runs mkdir", "calls f", "makes /opt/x"],
    );
    finds("echo \"$(cat /etc/a)\"", &["runs cat", "runs echo", "reads /etc/a"]);
}

#[test]
fn variables_are_known_where_they_surely_are() {
    finds("D=/opt\nmkdir $D/a", &["runs mkdir", "reads $D", "makes /opt/a"]);
    finds("D=/opt\nif a; then D=/b; fi\nmkdir $D/a", &["runs mkdir", "reads $D", "makes …"]);
    finds("(D=/opt)\nmkdir /a$D", &["runs mkdir", "reads $D", "makes /a…"]);
    finds("P='a b'\nmkdir /x/$P", &["runs mkdir", "reads $P", "makes /x/a", "makes ./b"]);
    finds(
        "D=/a/$X\nmkdir $D/b \"$D\"",
        &["runs mkdir", "reads $D", "reads $D", "makes /a/…", "makes /a/…"],
    );
    finds("for d in a; do mkdir /$d; done", &["runs mkdir", "maybe sets $d", "makes /…"]);
    finds(
        "D=/a\nwhile b; do rm $D; D=/c; done",
        &["runs b", "runs rm", "reads $D", "maybe sets $D", "removes …", "unknown b"],
    );
    finds("D=/a\nf() { local D=/x; }\nf\nrm $D", &["runs rm", "reads $D", "removes /a"]);
    finds("A=1 && echo $A", &["runs echo", "sets $A to 1"]);
    finds("export A=${B:-c}", &["runs export", "reads $B", "exports $A"]);
    finds("echo ${A:?}", &["runs echo", "reads $A", "exits Some(1)"]);
    finds("((a = b + 1))", &["reads $a", "reads $b", "sets $a"]);
    finds("cd /opt\ntouch a ~/b", &["runs touch", "reads $PWD", "writes /opt/a", "writes ~/b"]);
    finds("touch {a,b}/c", &["runs touch", "writes ./a/c", "writes ./b/c"]);
}

#[test]
fn the_shell_and_the_world_are_told() {
    finds("set -euo pipefail", &["runs set", "changes Options"]);
    finds("set -- a b", &["runs set", "changes Arguments"]);
    finds("cd /a; cd ..", &["runs cd", "reads $PWD", "changes Folder", "reads /"]);
    finds("trap 'rm -f /x' EXIT", &["runs rm", "runs trap", "changes Traps", "removes /x"]);
    finds("exec >/var/log/x 2>&1", &["runs exec", "changes Descriptors", "writes /var/log/x"]);
    finds(
        "server & ",
        &["runs server", "changes Jobs", "needs Background server", "unknown server"],
    );
    finds("[ -n \"$A\" ] || exit 1", &["runs [", "runs exit", "reads $A", "exits Some(1)"]);
    finds("( exit 1 )", &["runs exit"]);
    finds("date > /x", &["runs date", "writes /x", "needs Clock date"]);
    finds(
        "echo $RANDOM $? $1",
        &["runs echo", "needs Chance $RANDOM", "needs Status $?", "needs Arguments $1"],
    );
    finds("read -r a b < /f", &["runs read", "sets $a", "sets $b", "reads /f"]);
    finds("source ./x", &["runs source", "reads ./x", "unknown source ./x"]);
    finds("cat <<E >/x\n$A\nE", &["runs cat", "reads $A", "writes /x"]);
}

#[test]
fn packages_are_found_by_manager() {
    let installs = |text: &str, expected: &str| {
        let script = parse(text);
        let facts = Facts::of(&script, text).pop().unwrap();
        assert_eq!(facts.unknown, [], "{text}");
        let told: Vec<_> = facts
            .installs
            .iter()
            .map(|install| {
                let asks = if install.asks { " asks" } else { "" };
                format!(
                    "{} {:?} {}{asks}",
                    install.manager,
                    install.action,
                    install.packages.join(" ")
                )
            })
            .collect();
        assert_eq!(told.join("; "), expected, "{text}");
    };
    installs("yay -S --noconfirm a b", "yay Add a b");
    installs("pacman -Syu", "pacman Upgrade  asks");
    installs("DEBIAN_FRONTEND=noninteractive apt-get -qq -o A=b install -y a", "apt-get Add a");
    installs("apt install a", "apt Add a asks");
    installs("yes | apt install a", "apt Add a");
    installs("apk add --no-cache a", "apk Add a");
    installs("python3 -m pip install -r /r.txt a", "pip Add a");
    installs("npm install -g a", "npm Add a");
    installs("cargo install --locked a", "cargo Add a");
    installs("sudo dnf -y install a", "dnf Add a");
    installs("conda install -y -n base a", "conda Add a");
    installs("uv tool install a", "uv Add a");
    installs("dpkg -i /a.deb", "dpkg Add /a.deb");
    installs("rustup target add x", "rustup Add add x");
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
