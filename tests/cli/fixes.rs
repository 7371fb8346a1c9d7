//! What `--fix` does, judged by the host's bash: scripts that do the same before and after.

use std::process::Command;

use prebake::domain::bash::parse;
use prebake::domain::lint::FixKind;
use prebake::domain::lint::fix::apply_all;
use prebake::domain::lint::shell::lint_shell;

#[test]
fn a_safe_fix_leaves_a_script_that_does_the_same() {
    // In each the linter finds the rule, and what bash prints shows what was read.
    let scripts = [
        ("SC1097", "f() { local IFS==; set -- a=b; echo \"$*\"; }; f\nIFS==\necho \"$IFS\"\n"),
        ("SC2026", "echo 'a'b'c'\nx='a'b'c'\necho \"$x\"\n"),
        ("SC2100", "x=a-b\necho \"$x\"\nn=1\nm=n-1\necho \"$m\"\n"),
        ("SC2121", "set a b\necho \"$1 $2\"\n"),
        ("SC2125", "cd / || exit\nx=/*\necho \"$x\"\n"),
        ("SC2146", "find /etc -maxdepth 1 -name passwd -o -name group -print\n"),
        ("SC2209", "x=date\necho \"$x\"\nPAGER=cat\necho \"$PAGER\"\n"),
        ("SC2267", "echo a | xargs -i echo 'b {}'\n"),
        ("SC2291", "echo a   b    c\n"),
    ];
    let printed = |text: &str| {
        let done = Command::new("bash").args(["-c", text]).output().unwrap();
        (String::from_utf8(done.stdout).unwrap(), done.status.code())
    };
    for (code, text) in scripts {
        let found = lint_shell(text, &parse(text));
        let fixes = found.iter().filter(|it| it.code.0 == code).filter_map(|it| it.fix.as_ref());
        let safe = fixes.filter(|fix| fix.kind == FixKind::Safe);
        let (after, count) = apply_all(text, safe);
        assert!(count > 0, "{code}: {found:#?}");
        assert_eq!(printed(&after), printed(text), "{code}: {after}");
    }
}
