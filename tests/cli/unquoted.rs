//! SC2086: scripts with the words that bash splits in them, as prebake finds them and as `ShellCheck`
//! does where it is installed.

use std::fs;
use std::process::Command;

use prebake::domain::environment::Stage;
use prebake::domain::lint::places::Places;
use prebake::domain::lint::{Context, Spot, lint_own};

/// The rule.
const CODE: &str = "SC2086";

/// What is found in a script, as it is written there.
fn found(text: &str) -> Vec<&str> {
    let places = Places::new(text);
    let mut found = lint_own(Stage::Run, text, &Context::default());
    found.retain(|it| it.code.0 == CODE);
    found.iter().map(|it| &text[places.byte(it.start)..places.byte(it.end)]).collect()
}

/// Scripts in which both find the same.
const ALIKE: &[(&str, &[&str])] = &[
    // Where bash splits, and where it does not.
    ("echo $a b$b\"$c\"${d}", &["$a", "$b", "${d}"]),
    ("echo \"$a ${b}\" '$c' \\$d $'$e'", &[]),
    ("cat <<< $a > $b 2>&$c", &["$a", "$b", "$c"]),
    ("a=$1 b=(x$2) c[$3]=$4; export d=$5; declare e=$6; local f=$7; readonly g=$8", &[]),
    ("alias a=$1; env b=$2 c; dd if=$3; eval d=$4", &["$1", "$2", "$3", "$4"]),
    ("[[ $1 == $2 ]]; (( $3 )); echo $(( $4 )) \"${a[$5]}\"; case $6 in $7) ;; esac", &[]),
    ("[ -n $1 ]; test $2 = a", &["$1", "$2"]),
    ("for a in $1 b$2; do echo \"$a\"; done; select a in $3; do echo \"$a\"; done", &[]),
    ("cat <<E\n$1 $(echo $2)\nE\ncat <<'E'\n$(echo $3)\nE\n", &["$2"]),
    ("echo \"$(echo $1 `echo $2`)\" <(echo $3) $(( $(echo $4) ))", &["$1", "$2", "$3", "$4"]),
    ("echo ${a:-$1} ${b:=\"$2\"} ${c##$3}", &["${a:-$1}", "${b:=\"$2\"}", "${c##$3}"]),
    (": ${a:=b} ${c:-d}", &["${c:-d}"]),
    ("if a $1; then b $2; elif c $3; then d; else e $4; fi", &["$1", "$2", "$3", "$4"]),
    (
        "f() { echo $1; }; f; (echo $2); { echo $3; } > $4; echo $5 | cat $6 &",
        &["$1", "$2", "$3", "$4", "$5", "$6"],
    ),
    // What is meant to be several words, or can be only one.
    ("echo $# $? $! $$ $- ${#a} $UID $PPID $RANDOM $LINENO", &[]),
    ("echo $@ ${@:2} ${a[@]} ${a[@]%.c}", &[]),
    ("echo $* ${a[*]} ${a[0]} ${!a}", &["$*", "${a[*]}", "${a[0]}", "${!a}"]),
    ("echo ${a:+\"$b\"} ${a+x}", &[]),
    ("$a b; command $c; exec $d", &[]),
    ("$a$b c; x$d; sudo $e", &["$a", "$b", "$d", "$e"]),
    // What a variable holds.
    ("a=b/c.d-1; echo $a; a='b c'; echo $a; a=*.c; echo $a; a='?'; echo $a", &["$a"; 3]),
    ("a=b\"c\"; echo $a; a=b\\ c; echo $a; a={b,c}; echo $a; a=~/b; echo $a", &["$a"; 2]),
    ("a=; echo $a", &["$a"]),
    ("a=b; c=$a-d; echo $c; c=$a$1; echo $c; c=$(d); echo $c", &["$c"; 2]),
    ("a=b; a+=c; echo $a; a+=$1; echo $a", &["$a"]),
    ("a=b; echo ${a##*/} ${a:-x y}; a='b c'; echo ${a# }", &["${a# }"]),
    ("a=$((1 + 2)); b=$?; c=$#; echo $a $b $c; ((d = 3)); echo $d; let e=4; echo $e", &[]),
    ("for ((i = 0; i < 3; i++)); do echo $i; done", &[]),
    ("a=b; unset a; echo $a; read -r a; echo $a; printf -v a b; echo $a", &["$a"; 3]),
    ("a=(b); echo $a; readonly c=d; echo $c; export e=f; echo $e", &["$a"]),
    ("a=$1 b=$2 c", &[]),
    ("a=b; a=$1 c; echo $a", &[]),
    ("getopts ab o; echo $o; mapfile m; echo $m", &["$o", "$m"]),
    // Ways that part and meet.
    ("if a; then b=c; fi; echo $b", &["$b"]),
    ("if a; then b=c; else b=d; fi; echo $b", &[]),
    ("if a; then b=c; else exit 1; fi; echo $b", &[]),
    ("b=; if a; then b=c; fi; echo $b", &[]),
    ("a || b=c; echo $b; d=e; a && d='f g'; echo $d", &["$b", "$d"]),
    ("[ -n \"$b\" ] || exit; echo $b", &["$b"]),
    ("case $1 in a) b=1 ;; c) b=2 ;; esac; echo $b", &["$b"]),
    ("case $1 in a) b=1 ;; *) b=2 ;; esac; echo $b", &[]),
    ("case $1 in a) b=1 ;; *) exit ;; esac; echo $b", &[]),
    ("a=b; (a=$1); echo $a; c=$(a=$1); echo $a; a=$1 | d; echo $a", &[]),
    ("a=b; { a=$1; }; echo $a", &["$a"]),
    ("i=0; while a; do echo $i; i=$((i + 1)); done; echo $i", &[]),
    ("i=0; while a; do echo $i; i=$1; done; i=3; echo $i", &["$i"]),
    ("a=b; while c; do if d; then a=$1; break; fi; done; echo $a", &["$a"]),
    ("for i in 1 b-2; do echo $i; done; echo $i", &["$i"]),
    ("for i in a b*; do echo $i; done; for i in 'a b'; do echo $i; done", &["$i"; 2]),
    ("for i in $(a); do echo $i; done; for i; do echo $i; done", &["$i"; 2]),
    ("a=b; exit; echo $a", &["$a"]),
    // Functions.
    ("a=b; f() { echo $a; }; f", &[]),
    ("f() { echo $a; }; a=b; f", &[]),
    ("a=b; f() { echo $a; }; a='c d'; f", &["$a"]),
    ("f() { a=b; }; f; echo $a", &[]),
    ("a=b; f() { a=$1; }; echo $a; f; echo $a", &["$a"]),
    ("a=b; f() { a=$1; }; (f); echo $a; f | c; echo $a", &[]),
    ("f() { local a=b; g; }; g() { echo $a; }; f", &[]),
    ("f() { local a; echo $a; local -i n; echo $n; }; f", &["$a"]),
    ("f() { a=1; if b; then a=$2; return; fi; }; f; echo $a", &["$a"]),
    ("f() { exit 1; }; a=b; if c; then a=$1; f; fi; echo $a", &[]),
    // Comments.
    ("echo $a\n# shellcheck disable=SC2086\necho $b\necho $c", &["$a", "$c"]),
    ("# shellcheck disable=SC2034,SC2086 # why\necho $a\necho $b", &[]),
    ("true\n# shellcheck disable=SC2034\necho $a", &["$a"]),
    ("true\n# shellcheck disable=SC2000-SC3000\nif a; then\n  echo $b\nfi\necho $c", &["$c"]),
    ("if a; then\n  # shellcheck disable=SC2086\n  echo $b\n  echo $c\nfi", &["$c"]),
];

/// Scripts in which `ShellCheck` finds something else, and why this does not.
const APART: &[(&str, &[&str], &[&str])] = &[
    // A length is a number.
    ("a=${#b}; echo $a", &[], &["$a"]),
    // A function is followed once, with all that its variables are ever set to.
    ("a=b; f() { echo $a; }; c=$a; f; a=$1", &["$a"], &[]),
    // Behind a command such a comment is about nothing; there it ends the reading.
    ("command -v sudo # shellcheck disable=SC2086\necho $a", &["$a"], &[]),
    ("b $(c) # shellcheck disable=SC2086\necho $a", &["$a"], &[]),
    // What is set in functions alone counts as set wherever functions read it.
    ("f() { [ -n \"$T\" ] || T=/tmp; mkdir -p $T/x; }; f", &[], &["$T"]),
    ("f() { rm $p; }; g() { p=x; }; f", &[], &["$p"]),
    // So is a loop.
    ("a=b; until c; do a=$1; a=d; done; echo $a", &["$a"], &[]),
];

#[test]
fn words_that_bash_splits_are_found() {
    for (text, expected) in ALIKE {
        assert_eq!(&found(text), expected, "{text}");
    }
    for (text, expected, _) in APART {
        assert_eq!(&found(text), expected, "{text}");
    }
}

#[test]
fn shellcheck_finds_the_same() {
    let scripts =
        ALIKE.iter().copied().chain(APART.iter().map(|(text, _, theirs)| (*text, *theirs)));
    let place = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, (text, _)) in scripts.clone().enumerate() {
        let file = place.path().join(number.to_string());
        fs::write(&file, text).unwrap();
        files.push(file);
    }
    let asked = ["--shell=bash", "--format=gcc", "--include=SC2086", "--norc"];
    let Ok(answer) = Command::new("shellcheck").args(asked).args(&files).output() else { return };
    let answer = String::from_utf8(answer.stdout).unwrap();
    for (file, (text, expected)) in files.iter().zip(scripts) {
        let name = format!("{}:", file.display());
        let here = answer.lines().filter_map(|line| line.strip_prefix(&name));
        let places = Places::new(text);
        let mut theirs: Vec<usize> = here
            .map(|line| {
                let mut numbers = line.split(':').map_while(|it| it.parse::<usize>().ok());
                let (line, column) = (numbers.next().unwrap(), numbers.next().unwrap());
                places.byte(Spot { line: line - 1, column: column - 1 })
            })
            .collect();
        theirs.sort_unstable();
        let starts: Vec<&str> = theirs.iter().map(|at| &text[*at..]).collect();
        let is_same = starts.len() == expected.len()
            && starts.iter().zip(expected).all(|(text, start)| text.starts_with(start));
        assert!(is_same, "{text}\n{starts:?}\n{expected:?}");
    }
}
