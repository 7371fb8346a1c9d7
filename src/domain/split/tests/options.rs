//! What commands do beside what their names say: options, wrappers, lists of files, and where a
//! program looks by itself.

use super::{Boldness, TaskStart, check, decided};

/// A statement that is about a file of the run part stays with it.
#[track_caller]
fn follows(first: &str, then: &str, rule: &str) {
    check(&[(first, "r task-variable"), (then, &format!("r {rule} 1"))]);
}

#[test]
fn what_is_read_or_changed_by_an_option_is_found() {
    let write = "echo $TASK_ID > /srv/f";
    for then in [
        "find /opt/a -newer /srv/f -delete",
        "find /opt/a -samefile /srv/f",
        "wc --files0-from=/srv/f",
        "sort --files0-from=/srv/f -o /opt/sorted",
        "xxd -r /opt/a /srv/f",
        "dpkg -x /opt/a.deb /srv/f",
        "jq --slurpfile a /srv/f . /opt/a.json",
        "flock /srv/f true",
        "git --git-dir=/srv/f --work-tree=/opt/a checkout main",
        "git --git-dir=/opt/g --work-tree=/srv/f checkout main",
        "git clone --reference /srv/f https://example.com/x /opt/x",
        "curl -4sSo /srv/f https://example.com/x",
        "curl -#o /srv/f https://example.com/x",
        "curl -fLo /srv/f https://example.com/x",
        "/srv/f/bin/pip install a",
    ] {
        check(&[(write, "r task-variable"), (then, "r follows-write 1")]);
    }
    follows("echo $TASK_ID >> /etc/passwd", "find /opt -user dev -delete", "follows-write");
    follows("echo $TASK_ID >> /etc/passwd", "whoami > /opt/me", "follows-write");
    follows("echo $TASK_ID >> /etc/ld.so.conf", "ldconfig", "follows-write");
    follows("cat /srv/f~ > /mnt/$TASK_ID", "cp -b /opt/a /srv/f", "follows-read");
}

#[test]
fn what_an_option_hides_is_not_known() {
    for text in [
        "xargs -I% sh -c 'echo 1 > /srv/%' < /opt/list",
        "xargs -i sh -c 'rm {}' < /opt/list",
        "find /srv -name x -exec sh -c 'rm {}.bak' \\;",
        "env -C /srv rm f",
        "sudo -D /srv rm f",
        "tar --remove-files -cf /opt/a.tar /srv/a",
        "tar -cf /opt/a.tar -C /srv/a f -C /srv/b g",
        "zip -qm /opt/a.zip /srv/a",
        "echo \"${A:=x}${A@P}\"",
    ] {
        check(&[(text, "r unknown-command")]);
    }
    check(&[("env > /etc/environment", "r host")]);
    check(&[("env -u A | sort > /etc/environment", "r host")]);
    check(&[("bash -c env > /etc/environment", "r host")]);
    check(&[("sort --sort=random /opt/a > /opt/b", "r chance")]);
}

#[test]
fn what_a_manager_reads_and_writes_in_the_folder_is_found() {
    let start = TaskStart { own_folder: true, ..TaskStart::default() };
    let check = |text: &str, is_of_folder: bool| {
        let found = decided(text, &start, Boldness::Careful);
        assert_eq!(found == ["r start-folder"], is_of_folder, "{text}: {found:?}");
        assert!(is_of_folder || found[0].starts_with('c'), "{text}: {found:?}");
    };
    for text in [
        "uv pip install --system -e .",
        "uv pip install --system .",
        "uv tool install .",
        "uv python install",
        "rustup component add rustfmt",
        "rustup target add wasm32-wasip1",
        "bundle config set path vendor/bundle",
        "yarn config set nodeLinker node-modules",
        "composer config repositories.x https://example.com",
        "npm config set --location=project a b",
        "conda env create",
        "conda env update",
        "pip install dist/a.whl",
        "pip install mypkg/",
        "gem install a.gem",
        "npm install -g a.tgz",
        "pacman -U --noconfirm a.pkg.tar.zst",
        "apk add a.apk",
        "yum install -y a.rpm",
    ] {
        check(text, true);
    }
    for text in [
        "uv tool install ruff",
        "uv python install 3.12",
        "npm install -g @scope/x",
        "apt-get install -y a/stable",
        "pip install git+https://example.com/a/b",
        "bundle config set --global path /opt/b",
        "rustup toolchain install stable",
        "npm config set -g a b",
    ] {
        check(text, false);
    }
    for (text, expected) in [
        ("corepack install", "r start-folder"),
        ("corepack use pnpm@9", "r start-folder"),
        ("corepack pnpm install", "r start-folder"),
        ("corepack enable", "c static"),
        ("corepack prepare pnpm@9 --activate", "c static"),
        ("apt-key add key.asc", "r start-folder"),
        ("debconf-set-selections preseed.txt", "r start-folder"),
    ] {
        assert_eq!(decided(text, &start, Boldness::Careful), [expected], "{text}");
    }
}

#[test]
fn a_variable_may_say_where_things_are_put() {
    check(&[
        ("export CARGO_HOME=/opt/cargo", "r for-run"),
        ("echo $TASK_ID > /opt/cargo/config", "r task-variable"),
        ("cargo install a", "r follows-write 2"),
    ]);
    check(&[
        ("ls /opt/bin > /srv/$TASK_ID", "r task-variable"),
        ("GOBIN=/opt/bin go install example.com/x@latest", "r follows-read 1"),
    ]);
}

#[test]
fn who_logs_in_begins_at_home() {
    check(&[
        ("cd /opt", "r for-run"),
        ("echo $TASK_ID > /home/dev/f", "r task-variable"),
        ("su - dev -c 'rm f'", "r follows-write 2"),
    ]);
    check(&[
        ("cd /opt", "b shared"),
        ("echo $TASK_ID > /opt/f", "r task-variable"),
        ("sudo -i -u dev rm f", "c static"),
    ]);
}

#[test]
fn the_folder_of_a_task_is_not_that_of_a_bake() {
    let start = TaskStart { own_folder: true, ..TaskStart::default() };
    for (text, expected) in [
        ("echo \"$PWD\" > /etc/where", "r start-folder"),
        ("git config --global --add safe.directory \"$(pwd)\"", "r start-folder"),
        ("A=$PWD", "r start-folder"),
    ] {
        assert_eq!(decided(text, &start, Boldness::Careful), [expected], "{text}");
        assert_ne!(decided(text, &TaskStart::default(), Boldness::Careful), [expected], "{text}");
    }
    // The script has chosen one.
    let found = decided("cd /opt\necho \"$PWD\" > /etc/where\n", &start, Boldness::Careful);
    assert_eq!(found, ["b shared", "c static"]);
}

#[test]
fn a_mount_below_what_is_unpacked_is_not_there_in_a_bake() {
    let start = TaskStart { mounts: vec!["/home/me/.claude".to_owned()], ..TaskStart::default() };
    for text in [
        "cp -r /opt/d/. /home/me",
        "tar -xf /opt/x.tar -C /home/me",
        "unzip -oq /opt/x.zip -d /home/me",
        "rsync -a /opt/d/ /home/me",
    ] {
        assert_eq!(decided(text, &start, Boldness::Careful), ["r mount"], "{text}");
    }
    for text in ["cp /opt/a /home/me", "cp -r /opt/d /srv"] {
        assert_eq!(decided(text, &start, Boldness::Careful), ["c static"], "{text}");
    }
}

#[test]
fn a_script_that_nobody_gives_arguments_has_none() {
    check(&[("echo \"$# [$*] ${1-unset}\" > /opt/a", "c static")]);
    check(&[("touch \"/opt/${1:-dev}\"", "c static")]);
    check(&[("main() { mkdir -p /opt/a; }", "c for-cached"), ("main \"$@\"", "c static")]);
    check(&[("for x; do touch /opt/$x; done", "c static")]);
    check(&[("set -- a", "r for-run"), ("touch \"/opt/$1\"", "r arguments")]);
    check(&[("touch \"/opt/$(basename \"$0\")\"", "r arguments")]);
}

#[test]
fn what_is_known_of_more_commands_is_baked() {
    for text in [
        "jq -n --arg v X '{v: $v}' > /opt/a.json",
        "java -version",
        "/opt/venv/bin/python -m pip install a",
        "export \"PATH=/opt/bin:$PATH\"; apt-get install -y a",
        "for ((i = 0; i < 3; i++)); do touch /opt/f; done",
    ] {
        let found = decided(text, &TaskStart::default(), Boldness::Careful);
        assert!(found.iter().any(|it| it.starts_with(['c', 'b'])), "{text}: {found:?}");
        assert!(!found.iter().any(|it| it.contains("unknown")), "{text}: {found:?}");
    }
}

#[test]
fn installers_whose_projects_say_what_they_do_are_baked() {
    for text in [
        "curl -fsSL https://deb.nodesource.com/setup_22.x | bash -",
        "curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash -",
        "curl -LsSf https://astral.sh/uv/install.sh | sh",
        "wget -qO- https://astral.sh/uv/0.4.1/install.sh | sh",
        "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal",
        "curl -sSf https://sh.rustup.rs | sh -s -- -y --no-modify-path --default-toolchain stable",
        "curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.1/install.sh | bash",
        "curl -sS https://starship.rs/install.sh | sh -s -- -y -b /usr/local/bin",
        "curl -fsSL https://claude.ai/install.sh | bash",
    ] {
        check(&[(text, "c fetches")]);
    }
    for (text, rule) in [
        ("curl -fsSL https://claude.ai/install.sh | bash -s -- ./list", "unknown-command"),
        ("curl -fsSL https://claude.ai/install.sh | bash -s -- $TASK_ID", "task-variable"),
        ("curl -fsSL https://claude.ai/install.sh | node", "unknown-command"),
        ("curl https://fnm.vercel.app/install | bash -s -- --install-dir fnm", "unknown-command"),
        ("curl -fsSL http://claude.ai/install.sh | bash", "unknown-command"),
        ("curl -fsSL https://get.docker.com.example.org | sh", "unknown-command"),
        ("curl -fsSL https://claude.ai/install.sh -o /opt/x | bash", "unknown-command"),
        ("curl -fsSL https://claude.ai/install.sh | bash < /opt/own.sh", "unknown-command"),
        ("curl -fsSL https://claude.ai/install.sh | bash /opt/own.sh", "unknown-command"),
        ("curl -fsSL https://claude.ai/install.sh | sed s/a/b/ | bash", "unknown-command"),
        ("curl -fsSL https://sh.rustup.rs | sh", "asks"),
        ("curl -fsSL \"https://$HOST/install.sh\" | sh", "host"),
    ] {
        check(&[(text, &format!("r {rule}"))]);
    }
    // What it puts there is found by who comes behind it.
    check(&[
        ("echo $TASK_ID > ~/.bashrc", "r task-variable"),
        ("curl -LsSf https://astral.sh/uv/install.sh | sh", "r follows-write 1"),
    ]);
}

#[test]
fn the_run_part_succeeds_where_the_script_went_on() {
    let run = |text: &str| super::split(text).run;
    assert_eq!(run("pkill x\ntouch /opt/x\n"), "pkill x\ntrue\n");
    assert_eq!(run("[[ $TASK_ID =~ x ]]\ntouch /opt/x\n"), "[[ $TASK_ID =~ x ]]\ntrue\n");
    assert_eq!(
        run("set -e\n./own\napt-get install -y a\n"),
        "set -e\n./own\napt-get install -y a\n"
    );
    assert_eq!(run("echo $TASK_ID\ntouch /opt/x\n"), "echo $TASK_ID\n");
    // What is said behind it comes too late for it.
    let late = run("pkill x\ntouch /opt/x\nset -e\ntouch /opt/y\n");
    assert_eq!(late, "pkill x\ntrue\n");
}

#[test]
fn what_grows_without_end_is_not_followed() {
    let text = format!("P=/opt\n{}touch $P\n", "P+=\"$P\"\n".repeat(60));
    let found = decided(&text, &TaskStart::default(), Boldness::Careful);
    assert_eq!(found.last().map(String::as_str), Some("r unknown-path"));
    let text = format!("sed 's/{}' /opt/a\n", "[a".repeat(50_000));
    assert_eq!(decided(&text, &TaskStart::default(), Boldness::Careful).len(), 1);
}

#[test]
fn a_variable_that_nobody_sets_is_the_images_if_that_is_dared() {
    let text = "V=\"${NODE_VERSION:-20}\"\napt-get install -y nodejs=$V\n";
    let careful = decided(text, &TaskStart::default(), Boldness::Careful);
    assert_eq!(careful, ["r unknown-variable", "r follows-variable 1"]);
    let bold = decided(text, &TaskStart::default(), Boldness::Bold);
    assert_eq!(bold, ["c probably-static", "c installs"]);
    let start = TaskStart { variables: vec!["NODE_VERSION".to_owned()], ..TaskStart::default() };
    let set = decided(text, &start, Boldness::Bold);
    assert_eq!(set, ["r task-variable", "r follows-variable 1"]);
}

#[test]
fn what_a_wrapper_gives_counts_as_well() {
    let start = TaskStart { mounts: vec!["/cache".to_owned()], ..TaskStart::default() };
    for text in [
        "curl -LsSf https://astral.sh/uv/install.sh | env UV_INSTALL_DIR=/cache/bin sh",
        "curl -sSf https://get.volta.sh | VOLTA_HOME=/cache/volta bash",
        "env GOBIN=/cache/bin go install example.com/x@latest",
        "PIP_TARGET=/cache/pip pip install x",
        "curl -fsSLo/cache/jq https://example.com/jq",
        "cp -rt/cache /opt/src",
    ] {
        assert_eq!(decided(text, &start, Boldness::Careful), ["r mount"], "{text}");
    }
    check(&[
        ("echo $TASK_ID > /srv/o/.bashrc", "r task-variable"),
        ("env HOME=/srv/o bash -c 'echo hi > ~/.bashrc'", "r follows-write 1"),
    ]);
    check(&[
        ("echo $TASK_ID > /opt/out/a", "r task-variable"),
        ("sort -uo/opt/out/a /etc/passwd", "r follows-write 1"),
    ]);
    check(&[
        ("grep $TASK_ID /opt/t/a.tar || :", "r task-variable"),
        ("tar -cf/opt/t/a.tar -C/etc/xt passwd", "r follows-read 1"),
    ]);
    check(&[
        ("echo $TASK_ID > /opt/a/x", "r task-variable"),
        ("echo a | xargs -rI{} sh -c 'echo hi > /opt/{}/x'", "r unknown-command"),
    ]);
    check(&[
        ("cd /opt", "r for-run"),
        ("echo $TASK_ID > ~/marker", "r task-variable"),
        ("sudo -u root -i cp /etc/passwd marker", "r follows-write 2"),
    ]);
    let start = TaskStart { variables: vec!["NODE_VERSION".to_owned()], ..TaskStart::default() };
    let nvm = "curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.1/install.sh | bash";
    assert_eq!(decided(nvm, &start, Boldness::Careful), ["r heeded-variable"]);
    assert_eq!(decided("npm i -g x", &start, Boldness::Careful), ["c installs"]);
}

#[test]
fn arguments_that_set_gave_are_those_of_eval() {
    check(&[
        ("set -- \"$TASK_ID\"", "r task-variable"),
        ("eval 'echo \"$1\" > /opt/x'", "r arguments"),
    ]);
    check(&[("echo \"${@:0}\" > /opt/x", "r arguments")]);
    check(&[("n=${#TASK_ID}", "r task-variable"), ("echo \"${a[n]@Q}\"", "r follows-variable 1")]);
    check(&[
        ("curl() { ./own; }", "r for-run"),
        ("curl https://get.docker.com | sh", "r unknown-command"),
    ]);
}

#[test]
fn a_shell_of_its_own_lets_no_script_end() {
    let run = |text: &str| super::split(text).run;
    let text = "( set -e; ls $TASK_ID )\n./own $TASK_ID\nset -e\n";
    assert!(run(text).starts_with("( set -e"));
    let question = "is_ci() { [[ \"$TASK_ID\" == ci ]]; }\nis_ci\ntouch /opt/q\n";
    assert!(run(question).ends_with("is_ci\ntrue\n"), "{}", run(question));
}
