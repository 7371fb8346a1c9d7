//! The texts of both parts, and what is chosen by hand.

use super::*;

#[test]
fn parts_have_the_text_of_their_statements_and_nothing_else() {
    let check = |text: &str, cached: &str, run: &str| {
        let split = split(text);
        assert_eq!((&*split.cached, &*split.run), (cached, run), "{text:?}");
    };
    check("", "", "");
    check("#!/bin/bash\n# nothing\n", "", "#!/bin/bash\n# nothing\n");
    check("touch /opt/a", "touch /opt/a", "");
    check(
        "#!/bin/bash\n\n# one\n  touch /opt/a # why\n\n# two\necho $TASK_ID # id\n# end\n",
        "#!/bin/bash\n\n# one\n  touch /opt/a # why\n",
        "#!/bin/bash\n\n# two\necho $TASK_ID # id\n# end\n",
    );
    check(
        "touch /opt/a; echo $TASK_ID; touch /opt/b # c\n",
        "touch /opt/a; touch /opt/b # c\n".replace("; t", "\nt").as_str(),
        "echo $TASK_ID\n",
    );
    // Here-documents that lie between each other's statements cannot be parted.
    check(
        "cat <<A >/opt/a; cat <<B\na\nA\n$TASK_ID\nB\ntouch /opt/b\n",
        "touch /opt/b\n",
        "cat <<A >/opt/a; cat <<B\na\nA\n$TASK_ID\nB\ntrue\n",
    );
    check(
        "cat >/opt/a <<A\n# no comment\nA\n# b\necho $TASK_ID\n",
        "cat >/opt/a <<A\n# no comment\nA\n",
        "# b\necho $TASK_ID\n",
    );
    check("touch \\\n  /opt/a\necho \\\n $TASK_ID", "touch \\\n  /opt/a\n", "echo \\\n $TASK_ID");
}

#[test]
fn a_status_that_nobody_asked_for_does_not_end_a_part() {
    // The script went on behind it, and so does what comes behind a part.
    let text = "[ -n \"$TASK_ID\" ] && echo $TASK_ID\ntouch /opt/a\n";
    assert_eq!(split(text).run, "[ -n \"$TASK_ID\" ] && echo $TASK_ID\ntrue\n");
    let text = "[ -e /opt/a ] && touch /opt/b\necho $TASK_ID\n";
    assert_eq!(split(text).cached, "[ -e /opt/a ] && touch /opt/b\ntrue\n");
    let text = "touch /opt/a\n[ -n \"$TASK_ID\" ] && echo $TASK_ID\n";
    assert_eq!(split(text).run, "[ -n \"$TASK_ID\" ] && echo $TASK_ID\n");
}

#[test]
fn a_script_that_bash_would_not_read_is_not_split() {
    let split = split("touch /opt/a\nif true; then\n");
    assert_eq!((&*split.cached, &*split.run, split.statements.len()), ("", "", 0));
    assert_eq!(split.errors.len(), 1);
}

#[test]
fn somebody_may_choose_otherwise_and_is_told_what_that_breaks() {
    let text = "A=$(curl -fsS https://example.com/v)\necho $A > /opt/a\nmkdir /opt/$TASK_ID\n";
    let split = split(text);
    assert_eq!(split.broken(), []);
    let told = |wanted: &[(usize, Part)]| {
        let split = split.with(&wanted.iter().copied().collect::<BTreeMap<_, _>>());
        let broken = split.broken().iter();
        let broken: Vec<_> =
            broken.map(|broken| format!("{}: {}", broken.statement, broken.reason)).collect();
        (split.run, broken)
    };
    let (run, broken) = told(&[(1, Part::Run)]);
    assert_eq!(run, "echo $A > /opt/a\nmkdir /opt/$TASK_ID\n");
    assert_eq!(broken, ["0: line 2 runs at task start and needs `$A`, which this sets"]);
    let (run, broken) = told(&[(0, Part::Run), (1, Part::Run)]);
    assert_eq!((&*run, broken), (text, Vec::new()));
    let (_, broken) = told(&[(2, Part::Cached)]);
    assert_eq!(broken, ["2: runs at task start: reads `$TASK_ID`"]);
    let (_, broken) = told(&[(0, Part::Run)]);
    assert_eq!(broken, ["1: must follow line 1, which runs at task start and sets `$A`"]);
}

#[test]
fn twenty_thousand_lines_in_circles_end() {
    // Each round frees one more statement: the worst case for what goes through them again.
    let mut text = String::new();
    for n in 0..2_000 {
        use std::fmt::Write as _;
        let _ = writeln!(text, "V{n}=$(curl https://example.com/$V{})\ntouch /opt/$V{n}", n + 1);
    }
    text.push_str("echo $V0 $TASK_ID\n");
    let split = split(&text);
    assert!(split.statements.iter().all(|decision| decision.part == Part::Run));
}
