//! What a shell carries from statement to statement: who needs it without naming it, what nobody
//! needs, and where a part ends.

use super::check;
use crate::domain::split::{Boldness, Split, TaskStart};

#[test]
fn what_asks_for_anything_gets_everything() {
    // A command that is not known runs in the folder that was entered for what is baked.
    check(&[
        ("mkdir -p /srv/app", "c static"),
        ("cd /srv/app", "b shared"),
        ("npm install", "c installs"),
        ("npm run build", "r unknown-command"),
    ]);
    check(&[
        ("umask 077", "b shared"),
        ("touch /opt/a", "c static"),
        ("./keys", "r unknown-command"),
        ("umask 022", "r for-run"),
    ]);
    // What is sourced, and what a trap does, may name any variable and function.
    check(&[
        ("A=/opt/a", "b shared"),
        ("log() { echo \"$*\"; }", "b shared"),
        ("log x", "c static"),
        ("mkdir $A", "c static"),
        (". /opt/lib.sh", "r unknown-source"),
    ]);
    check(&[
        ("log() { echo x >> /opt/log; }", "b shared"),
        ("log", "c static"),
        ("trap log EXIT", "r trap"),
    ]);
    check(&[
        ("A=b", "b shared"),
        ("echo $A > /opt/a", "c static"),
        ("for v in A; do echo ${!v} $TASK_ID; done", "r task-variable"),
    ]);
}

#[test]
fn what_nobody_needs_finds_what_it_needs_itself() {
    check(&[
        ("set -u", "b shared"),
        ("A=/opt/a", "c for-cached"),
        ("mkdir $A", "c static"),
        ("B=$A/b", "c for-cached"),
        ("C=c", "r for-run"),
        ("echo $TASK_ID > /opt/id", "r task-variable"),
    ]);
    // A folder that is gone by then is not entered for nobody.
    check(&[
        ("mkdir -p /opt/a", "c static"),
        ("cd /opt/a", "c for-cached"),
        ("cd /", "r for-run"),
        ("rm -rf /opt/a", "c static"),
        ("echo $TASK_ID > /opt/id", "r task-variable"),
    ]);
}

#[test]
fn who_goes_back_needs_the_folder_from_before() {
    check(&[
        ("cd /opt", "b shared"),
        ("touch a", "c static"),
        ("cd /srv", "b shared"),
        ("touch b", "c static"),
        ("cd -", "r for-run"),
    ]);
    check(&[
        ("cd /opt", "b shared"),
        ("touch a", "c static"),
        ("pushd /srv > /dev/null", "b shared"),
        ("touch b", "c static"),
        ("popd > /dev/null", "r for-run"),
    ]);
}

#[test]
fn a_function_that_is_perhaps_another_one_hides_none() {
    check(&[
        ("log() { echo \"$*\" >> /opt/log; }", "b shared"),
        ("log x", "c static"),
        ("if [ -e /opt/quiet ]; then log() { :; }; fi", "r for-run"),
        ("log $TASK_ID", "r unknown-source"),
    ]);
    // One of a shell of its own is gone with it.
    check(&[
        ("f() { touch /opt/a; }", "r for-run"),
        ("(f() { :; })", "c static"),
        ("echo $TASK_ID > /opt/a", "r task-variable"),
        ("f", "r follows-write 3"),
    ]);
}

#[test]
fn a_part_ends_where_its_statement_does() {
    for (line, cached) in [
        ("chmod 700 /opt/a\\ ; ./x", "chmod 700 /opt/a\\ \n"),
        ("find /opt -exec chmod 700 {} \\; ; ./x", "find /opt -exec chmod 700 {} \\;\ntrue\n"),
        ("mkdir /opt/a ;; ./x", ""),
        ("mkdir /opt/a   ; ./x", "mkdir /opt/a\n"),
    ] {
        let split = Split::of(line, &TaskStart::default(), Boldness::Careful);
        assert_eq!(split.cached, cached, "{line}");
    }
    let split = Split::of("./x & mkdir /opt/a", &TaskStart::default(), Boldness::Bold);
    assert!(split.run.starts_with("./x &"), "{}", split.run);
}

#[test]
fn a_baked_script_is_not_left_by_return() {
    check(&[("[ -e /a ] || return 1", "r ends-script"), ("touch /opt/a", "r follows-exit 1")]);
    check(&[("[ -e /a ] || exit 1", "c static"), ("touch /opt/a", "c static")]);
}
