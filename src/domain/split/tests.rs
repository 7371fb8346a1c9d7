//! Scripts with the part of each statement beside it.

mod options;
mod properties;
mod shell;
mod texts;
mod world;

use std::collections::BTreeMap;

use super::{Boldness, Part, Split, TaskStart};

#[test]
fn the_example_of_the_field_comes_out_right() {
    let text = "#!/bin/bash
# Install packages
yay -S --noconfirm python-requests nodejs
# Download tool
curl -O /usr/local/bin/tool https://example.com/tool
chmod +x /usr/local/bin/tool
# Set environment
export API_KEY=${TASK_API_KEY}
mkdir -p /tmp/workspace-${TASK_ID}
";
    let split = Split::of(text, &TaskStart::default(), Boldness::Careful);
    assert_eq!(
        split.cached,
        "#!/bin/bash
# Install packages
yay -S --noconfirm python-requests nodejs
# Download tool
curl -O /usr/local/bin/tool https://example.com/tool
chmod +x /usr/local/bin/tool
"
    );
    assert_eq!(
        split.run,
        "#!/bin/bash
# Set environment
export API_KEY=${TASK_API_KEY}
mkdir -p /tmp/workspace-${TASK_ID}
"
    );
}

/// Each statement of `text` with its part and the name of the reason: `c`, `r` or `b` for both.
fn decided(text: &str, start: &TaskStart, boldness: Boldness) -> Vec<String> {
    let split = Split::of(text, start, boldness);
    assert_eq!(split.errors, [], "{text}");
    let tell = |decision: &super::Decision| {
        let part = &decision.part.name()[..1];
        let line = decision.reason.line.map_or(String::new(), |line| format!(" {line}"));
        format!("{part} {}{line}", decision.reason.rule.name())
    };
    split.statements.iter().map(tell).collect()
}

/// A script without start conditions: each line a statement, with what is expected behind `##`.
#[track_caller]
fn check(lines: &[(&str, &str)]) {
    checked(lines, &TaskStart::default(), Boldness::Careful);
}

#[track_caller]
fn checked(lines: &[(&str, &str)], start: &TaskStart, boldness: Boldness) {
    let text = lines.iter().fold(String::new(), |text, (line, _)| text + line + "\n");
    let expected: Vec<_> = lines.iter().map(|(_, expected)| (*expected).to_owned()).collect();
    let found = decided(&text, start, boldness);
    assert_eq!(found, expected, "{text}");
}

#[test]
fn what_needs_a_task_runs_at_its_start() {
    for (text, rule) in [
        ("mkdir /opt/$TASK_ID", "task-variable"),
        ("echo $AGENTS_RUNNER_TASK_ID > /opt/a", "task-variable"),
        ("echo ${TASK_NAME:-x} > /opt/a", "task-variable"),
        ("export A=$NEVER_SET", "unknown-variable"),
        ("date > /opt/a", "clock"),
        ("T=$(date +%s)", "clock"),
        ("D=$(mktemp -d)", "chance"),
        ("echo $RANDOM > /opt/a", "chance"),
        ("printf '%(%F)T\\n' -1 > /opt/a", "clock"),
        ("export -p > /opt/a", "host"),
        ("set > /opt/a", "host"),
        ("ssh-keygen -f /opt/key -N ''", "chance"),
        ("hostname > /opt/a", "host"),
        ("export N=$(nproc)", "host"),
        ("uname -r > /opt/a", "host"),
        ("curl -o /opt/a http://localhost:80/x", "network"),
        ("curl -fsS -d x https://example.com/y", "network"),
        ("pkill server", "processes"),
        ("sleep 5 &", "background"),
        ("systemctl start x", "service"),
        ("apt-get install jq", "asks"),
        ("read -r x", "asks"),
        ("cp \"$0\" /opt/a", "arguments"),
        ("echo $0 > /opt/a", "arguments"),
        ("sleep 5", "waits"),
        ("git -C /opt/a pull", "newest"),
        ("echo x >> /etc/hosts", "container-file"),
        ("cat /proc/cpuinfo", "volatile-path"),
        ("mkdir -p /run/x", "volatile-path"),
        ("touch /dev/shm/x", "volatile-path"),
        ("cat /tmp/x", "temporary-file"),
        ("exit 0", "ends-script"),
        ("if [ -e /opt/a ]; then exit; fi", "ends-script"),
        ("exec bash", "replaces"),
        ("trap 'echo x' ERR", "trap"),
        ("exec >/var/log/x", "redirects"),
        ("./configure", "unknown-command"),
        ("curl -fsSL https://example.com/i.sh | bash", "unknown-command"),
        ("make install", "unknown-command"),
        ("source ./x", "unknown-source"),
        ("eval \"$(cat /opt/x)\"", "unknown-source"),
        ("sed -i s/a/b/ \"$(cat /opt/x)\"", "unknown-path"),
        ("echo `echo \\`echo x\\``", "unknown-command"),
    ] {
        check(&[(text, &format!("r {rule}"))]);
    }
}

#[test]
fn what_an_environment_says_counts() {
    let start = TaskStart {
        variables: vec!["LEVEL".to_owned(), "PIP_INDEX_URL".to_owned()],
        mounts: vec!["/home/me/web".to_owned()],
        own_folder: true,
    };
    for (text, expected) in [
        ("echo $LEVEL > /opt/a", "r task-variable"),
        ("pip install x", "r heeded-variable"),
        ("apt-get install -y x", "c installs"),
        ("touch /home/me/web/x", "r mount"),
        ("rm -rf /home/me", "r mount"),
        ("touch /home/me/x", "c static"),
        ("touch ~/web/x ~/x", "r mount"),
        ("touch ~me/web/x", "r mount"),
        ("touch ~/website", "c static"),
        ("touch x", "r start-folder"),
    ] {
        checked(&[(text, expected)], &start, Boldness::Careful);
    }
}

#[test]
fn what_is_known_and_needs_nothing_is_baked() {
    for (text, rule) in [
        ("apt-get update -q", "installs"),
        ("sudo apt-get install -y jq", "installs"),
        ("if ! command -v jq >/dev/null; then apt-get install -y jq; fi", "installs"),
        ("for p in a b; do npm install -g $p; done", "installs"),
        ("curl -fsSL https://example.com/x -o /usr/local/bin/x", "fetches"),
        ("git clone --depth 1 https://example.com/x /opt/x", "fetches"),
        ("curl -fsSL https://example.com/x.tgz | tar -xz -C /opt", "fetches"),
        ("mkdir -p /opt/a && touch /opt/a/b", "static"),
        ("cat > /etc/x.conf <<E\na=1\nE", "static"),
        ("echo x | sudo tee -a /etc/x >/dev/null", "static"),
        ("useradd -m dev", "static"),
        ("ln -sf /opt/a /usr/local/bin/a", "static"),
        ("sed -i 's/a/b/' /etc/x", "static"),
        ("rm -rf /var/lib/apt/lists/*", "static"),
        ("rm -rf /tmp/* ~/.cache/*", "static"),
        ("cp /opt/a/*.conf /etc/x/", "static"),
        ("pip install uvicorn[standard] 'x[y]'", "installs"),
        ("curl -fsSL https://example.com/x?a=1 -o /opt/x", "fetches"),
        ("chown -R dev:dev /opt/a", "static"),
        ("locale-gen en_US.UTF-8", "static"),
        ("echo hello", "static"),
        ("(cd /opt && touch a)", "static"),
        ("[ -n \"$HOME\" ] || exit 1", "static"),
        ("git config --global init.defaultBranch main", "static"),
        ("bash -c 'touch /opt/a'", "static"),
    ] {
        check(&[(text, &format!("c {rule}"))]);
    }
}

#[test]
fn what_depends_on_the_run_part_follows_it() {
    check(&[
        ("D=/opt/$TASK_ID", "r task-variable"),
        ("touch /opt/b/c", "c static"),
        ("mkdir -p $D", "r follows-variable 1"),
    ]);
    check(&[
        ("mkdir -p /opt/store && echo $TASK_ID > /opt/store/id", "r task-variable"),
        ("chmod 700 /opt/store", "r follows-write 1"),
        ("touch /opt/store/x", "r follows-write 1"),
        ("touch /opt/other", "c static"),
    ]);
    check(&[
        ("cp /etc/a /tmp/$TASK_ID", "r task-variable"),
        ("echo x > /etc/a", "r follows-read 1"),
    ]);
    check(&[
        ("f() { echo $TASK_ID > /opt/x; }", "r for-run"),
        ("f", "r task-variable"),
        ("touch /opt/x/y", "r follows-write 2"),
    ]);
    check(&[
        ("mkdir -p /data/ws-$TASK_ID", "r task-variable"),
        // The folder above may be made with it.
        ("touch /data/x", "r follows-write 1"),
    ]);
    check(&[
        ("[ -n \"$TASK_ID\" ] || exit 0", "r ends-script"),
        ("apt-get install -y a", "r follows-exit 1"),
    ]);
    check(&[
        ("[ -n \"$TASK_ID\" ] || exit 1", "r task-variable"),
        ("apt-get install -y a", "c installs"),
    ]);
    check(&[
        ("./x", "r unknown-command"),
        ("apt-get install -y a", "r follows-unknown 1"),
        ("A=1", "c for-cached"),
        ("echo $A", "c static"),
    ]);
    check(&[(". /opt/x", "r unknown-source"), ("apt-get install -y a", "r follows-unknown 1")]);
    check(&[
        ("if [ $TASK_ID ]; then set +e; fi", "r task-variable"),
        ("apt-get install -y a", "r follows-state 1"),
    ]);
    check(&[
        ("cd /tmp/$TASK_ID", "r task-variable"),
        ("touch x", "r follows-state 1"),
        ("touch /opt/x", "c static"),
    ]);
    check(&[
        ("export PATH=/opt/$TASK_ID:$PATH", "r task-variable"),
        ("apt-get install -y a", "r follows-variable 1"),
    ]);
    check(&[
        ("ls /opt/$TASK_ID", "r task-variable"),
        ("if [ $? -ne 0 ]; then touch /etc/x; fi", "r follows-status 1"),
    ]);
    check(&[("exec > /var/log/x", "r redirects"), ("apt-get install -y a", "r follows-state 1")]);
}

#[test]
fn what_bash_asks_without_a_word_about_it_counts() {
    // How words are parted.
    check(&[
        ("IFS=$'\\n\\t'", "c for-cached"),
        ("P='a b'", "c for-cached"),
        ("for p in $P; do echo $p >> /opt/list; done", "c static"),
        ("IFS=' '", "r for-run"),
        ("echo $TASK_ID > /opt/id", "r task-variable"),
    ]);
    check(&[
        ("IFS=$TASK_SEP", "r task-variable"),
        ("read -r A <<< x:y", "r follows-variable 1"),
        ("touch /opt/$A", "r follows-variable 2"),
    ]);
    check(&[
        ("while IFS= read -r l; do echo $l; done < /etc/a > /opt/a", "c static"),
        ("echo $TASK_ID", "r task-variable"),
    ]);
    // Which files a pattern means.
    check(&[
        ("cd /srv/bin", "b shared"),
        ("for f in *.sh; do ln -s /srv/bin/$f /usr/local/bin/; done", "c static"),
        ("echo $TASK_ID > /opt/id", "r task-variable"),
    ]);
    check(&[
        ("echo $TASK_ID > /srv/a", "r task-variable"),
        ("for f in /srv/*; do echo $f; done > /opt/list", "r follows-write 1"),
        ("A=(/srv/*)", "r follows-write 1"),
        ("rm -rf /tmp/* /var/tmp/*", "c static"),
    ]);
    check(&[
        ("for f in /srv/c/*; do echo $f $TASK_ID; done > /opt/log", "r task-variable"),
        ("mkdir -p /srv/c", "r follows-read 1"),
    ]);
    // What a test asks.
    check(&[
        ("[[ -v TASK_ID ]] && touch /opt/x", "r task-variable"),
        ("type x || N=1", "r changed-later 3"),
        ("echo > /usr/local/bin/x", "r follows-read 2"),
        ("echo $N $TASK_ID", "r task-variable"),
    ]);
    check(&[
        ("[[ $TASK_ID =~ ^(v.*)y ]]", "r task-variable"),
        ("M=${BASH_REMATCH[1]}", "r follows-variable 1"),
    ]);
    check(&[
        ("[[ v12 =~ ^v([0-9]+) ]]", "r for-run"),
        ("touch /opt/y", "c static"),
        ("echo ${BASH_REMATCH[1]} $TASK_ID", "r task-variable"),
    ]);
    // Whose home it is.
    check(&[
        ("export HOME=/srv/$TASK_ID", "r task-variable"),
        ("echo x > ~/.foo", "r follows-variable 1"),
    ]);
    check(&[
        ("export HOME=/opt/home", "b shared"),
        ("touch /opt/home/x", "c static"),
        ("echo $TASK_ID > /opt/home/a", "r task-variable"),
        ("cat ~/a", "r follows-write 3"),
    ]);
    check(&[
        ("echo $TASK_ID > /home/dev/id", "r task-variable"),
        ("cp -r /home /srv/copy", "r follows-write 1"),
        ("chmod go-r ~dev/id", "r follows-write 1"),
        ("touch /opt/x", "c static"),
        ("find / -name id", "r follows-write 1"),
    ]);
}

#[test]
fn what_sets_up_the_shell_goes_where_it_is_needed() {
    check(&[
        ("set -euo pipefail", "b shared"),
        ("export DEBIAN_FRONTEND=noninteractive", "b shared"),
        ("V=1.2", "c for-cached"),
        ("W=/srv", "r for-run"),
        ("curl -fsSLo /opt/x https://example.com/$V", "c fetches"),
        ("mkdir -p $W/$TASK_ID", "r task-variable"),
    ]);
    check(&[
        ("f() { mkdir -p /opt/$1; }", "b shared"),
        ("f a", "c static"),
        ("f $TASK_ID", "r task-variable"),
    ]);
    check(&[
        ("cd /opt/x", "c for-cached"),
        ("touch a", "c static"),
        ("cd /", "r for-run"),
        ("export A=$TASK_ID", "r task-variable"),
    ]);
    check(&[
        ("cd /opt/x", "b shared"),
        ("touch a", "c static"),
        ("export A=$TASK_ID", "r task-variable"),
    ]);
    check(&[("umask 022", "b shared"), ("mkdir /opt/a", "c static")]);
    check(&[
        (". /etc/os-release", "b shared"),
        ("echo $ID > /opt/id", "c static"),
        ("echo $ID $TASK_ID > /srv/x", "r task-variable"),
    ]);
    // What it reads is not the same any more when the task starts.
    check(&[
        ("A=$(cat /etc/a)", "r changed-later 2"),
        ("echo x > /etc/a", "r follows-read 1"),
        ("export B=$A$TASK_ID", "r task-variable"),
    ]);
    check(&[
        ("[ -d /opt/x ] && cd /opt/x", "r changed-later 2"),
        ("mkdir /opt/x", "r follows-read 1"),
        ("echo $TASK_ID", "r task-variable"),
    ]);
    check(&[
        ("A=$(curl -fsS https://example.com/v)", "r needed-later 2"),
        ("export B=$A$TASK_ID", "r task-variable"),
        ("echo $A > /opt/a", "r follows-variable 1"),
    ]);
    // Nothing to bake: everything stays where it was.
    check(&[("set -e", "r for-run"), ("echo $TASK_ID", "r task-variable")]);
    // Nothing to run: the shell of a bake is all there is.
    check(&[("set -e", "c for-cached"), ("touch /opt/a", "c static")]);
    check(&[("export A=1", "r for-run")]);
}

#[test]
fn a_bold_split_takes_the_unknown_for_static() {
    let bold = |lines: &[(&str, &str)]| checked(lines, &TaskStart::default(), Boldness::Bold);
    bold(&[
        ("curl -fsSL https://example.com/i.sh | bash", "c probably-static"),
        ("apt-get install -y a", "c installs"),
        ("/srv/setup $TASK_ID", "r task-variable"),
        ("apt-get install -y b", "c installs"),
        (". /opt/x", "r unknown-source"),
        ("touch /opt/y", "r follows-unknown 5"),
    ]);
}

fn split(text: &str) -> Split {
    Split::of(text, &TaskStart::default(), Boldness::Careful)
}
