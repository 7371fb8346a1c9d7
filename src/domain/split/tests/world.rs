//! What commands read and change without being told to: users, settings, credentials, mounts.

use super::{Boldness, TaskStart, check, checked, decided, split};

#[test]
fn what_a_mount_covers_is_there_at_task_start_alone() {
    let check = |mount: &str, text: &str, is_covered: bool| {
        let start = TaskStart { mounts: vec![mount.to_owned()], ..TaskStart::default() };
        let found = decided(text, &start, Boldness::Careful);
        let own = if is_covered {
            "r mount".to_owned()
        } else {
            decided(text, &TaskStart::default(), Boldness::Careful).remove(0)
        };
        assert_eq!(found, [own], "{text} with a mount on {mount}");
    };
    let covered = |mount: &str, text: &str| check(mount, text, true);
    covered("/home/me/workspace", "mkdir -p ~/workspace/out");
    covered("/home/me/workspace", "touch $HOME/workspace/x");
    covered("/home/me/workspace/", "touch ~/workspace");
    covered("/home/dev/workspace", "touch ~/workspace/x");
    covered("/root", "touch ~/x");
    covered("/root", "touch $HOME/x");
    covered("/home/me/.gitconfig", "cat ~/.gitconfig");
    covered("/home/me/.gitconfig", "git clone https://example.com/x /opt/x");
    covered("/home/me/.npmrc", "npm install -g @corp/tool");
    covered("/home/me/.ssh", "git clone git@example.com:x /opt/x");
    covered("/etc/apt/sources.list.d", "apt-get update");
    covered("/home/u/workspace", "chown -R u /home/u");
    covered("/home/u/workspace", "cp -r /home/u /opt/home");
    covered("/home/u/workspace", "chmod -R 700 /home");
    covered("/home/u/workspace", "tar -czf /opt/home.tgz /home/u");
    covered("/home/u/workspace", "rm -rf /home/u");
    covered("/home/u/workspace", "find /home -name x");
    covered("/srv/web", "grep -r x /srv");
    covered("/srv/web", "touch /srv/w*");
    covered("/usr", "apt-get install -y a");
    let untouched = |mount: &str, text: &str| check(mount, text, false);
    untouched("/home/me/workspace", "mkdir -p ~/work");
    untouched("/home/me/workspace", "mkdir -p /opt/x");
    untouched("/home/me/workspace", "pip install a");
    untouched("/home/me/.cache/pip", "pip install a");
    untouched("/home/me/.ssh", "git clone https://example.com/x /opt/x");
    untouched("/home/me/.gitconfig", "curl -fsSLo /opt/x https://example.com/x");
    untouched("/home/u/workspace", "useradd -m u");
    untouched("/home/u/workspace", "mkdir -p /home/u");
    untouched("/home/u/workspace", "chown u /home/u");
    untouched("/home/u/workspace", "cp /etc/skel/.bashrc /home/u");
    untouched("/opt/tool/cache", "cd /opt/tool");
    untouched("/opt/tool/cache", "ls / /opt");
    untouched("/usr/local/share/tool", "apt-get install -y a");
    untouched("/var/run/docker.sock", "apt-get update && apt-get install -y a");
}

#[test]
fn who_looks_up_users_follows_who_changes_them() {
    for (text, follows) in [
        ("chown -R dev:dev /srv/app", true),
        ("chown -R 1000:1000 /srv/app", false),
        ("chown root:root /srv/app", false),
        ("chown \"$USER\" /srv/app", true),
        ("chgrp -R dev /srv/app", true),
        ("install -o dev -d /opt/d", true),
        ("install -d -o 0 -g 0 /opt/d", false),
        ("install -d /opt/d", false),
        ("su dev -c 'touch /opt/a'", true),
        ("sudo -u dev touch /opt/a", true),
        ("sudo -p '' -n -u dev touch /opt/a", true),
        ("sudo sed -i s/u/i/ /opt/a", false),
        ("sudo -u root touch /opt/a", false),
        ("runuser -u dev -- touch /opt/a", true),
        ("gosu dev touch /opt/a", true),
        ("id dev > /opt/a", true),
        ("id -un > /opt/a", true),
        ("id -u > /opt/a", false),
        ("groups dev > /opt/a", true),
        ("getent passwd dev > /opt/a", true),
        ("chmod 700 /opt/a", false),
    ] {
        let expected = if follows { "r follows-write 1" } else { "c static" };
        check(&[("useradd -c \"$TASK_ID\" dev", "r task-variable"), (text, expected)]);
        check(&[(text, "c static")]);
    }
    check(&[
        ("echo \"UMASK $TASK_MASK\" >> /etc/login.defs", "r task-variable"),
        ("useradd -m dev", "r follows-write 1"),
    ]);
    // What it tells is not the same any more behind the one that is baked.
    check(&[
        ("id dev || NEW=1", "r changed-later 2"),
        ("useradd dev", "r follows-read 1"),
        ("if [ -n \"${NEW:-}\" ]; then echo $TASK_ID > /opt/log; fi", "r task-variable"),
    ]);
    // Packages bring users of their own, which are not those that were looked up.
    check(&[
        ("chown dev /srv/$TASK_ID", "r task-variable"),
        ("apt-get install -y a", "c installs"),
    ]);
}

#[test]
fn what_fetches_follows_who_changes_its_settings_and_credentials() {
    let writes = |file: &str| format!("echo \"$TASK_ID\" > {file}");
    for (file, text) in [
        ("~/.ssh/id_ed25519", "git clone git@github.com:org/private.git /opt/private"),
        ("~/.ssh/id_ed25519", "git clone ssh://git@github.com/org/private.git /opt/private"),
        ("~/.ssh/config", "git -C /opt/x submodule update --init"),
        ("~/.ssh/id_rsa", "pip install git+ssh://git@github.com/org/private.git"),
        ("~/.netrc", "git clone https://github.com/org/private /opt/private"),
        ("~/.git-credentials", "git clone https://github.com/org/private /opt/private"),
        ("/home/me/.config/git/config", "git clone https://github.com/org/private /opt/private"),
        ("/etc/gitconfig", "git clone https://github.com/org/private /opt/private"),
        ("~/.gitconfig", "go install example.com/private@latest"),
        ("~/.netrc", "curl -nfsSLo /opt/x https://example.com/x"),
        ("~/.curlrc", "curl -fsSLo /opt/x https://example.com/x"),
        ("~/.wgetrc", "wget -qO /opt/x https://example.com/x"),
        ("/etc/wgetrc", "wget -qO /opt/x https://example.com/x"),
        ("/srv/own.pem", "curl --cert /srv/own.pem:word -o /opt/x https://example.com/x"),
        ("/srv/own.pem", "curl -E /srv/own.pem -o /opt/x https://example.com/x"),
        ("/srv/key.pem", "curl --key=/srv/key.pem -o /opt/x https://example.com/x"),
        ("/srv/ca.pem", "curl --cacert /srv/ca.pem -o /opt/x https://example.com/x"),
        ("/srv/ca/a.pem", "curl --capath /srv/ca -o /opt/x https://example.com/x"),
        ("/srv/ca.pem", "wget --ca-certificate=/srv/ca.pem -O /opt/x https://example.com/x"),
        ("/etc/pip.conf", "pip install private"),
        ("/etc/npmrc", "npm install -g private"),
        ("/etc/apt/auth.conf", "apt-get update"),
    ] {
        check(&[(&writes(file), "r task-variable"), (text, "r follows-write 1")]);
    }
    // The same commands beside what they do not read.
    for (file, text) in [
        ("~/.ssh/id_ed25519", "git clone https://github.com/org/public /opt/public"),
        ("~/.netrc", "curl -fsSLo /opt/x https://example.com/x"),
        ("~/.ssh/id_ed25519", "wget -qO /opt/x https://example.com/x"),
        ("/opt/store/id", "curl -E /srv/own.pem -o /opt/x https://example.com/x"),
    ] {
        check(&[(&writes(file), "r task-variable"), (text, "c fetches")]);
    }
    check(&[
        ("export SSH_AUTH_SOCK=/opt/$TASK_ID", "r task-variable"),
        ("git clone https://github.com/org/public /opt/public", "c fetches"),
        ("git clone git@github.com:org/private /opt/private", "r follows-variable 1"),
    ]);
    // Installing does not change what was set for another program, though it may lie there.
    check(&[
        ("curl -fsSLo /srv/x https://example.com/$TASK_ID", "r task-variable"),
        ("apt-get install -y a", "c installs"),
        ("npm install -g a", "c installs"),
        ("echo insecure > ~/.curlrc", "r follows-read 1"),
    ]);
}

#[test]
fn what_fetches_follows_who_changes_names_and_trust() {
    let fetches = [
        ("curl -fsSLo /opt/x https://repo.example.com/x", "fetches"),
        ("wget -qO /opt/x https://repo.example.com/x", "fetches"),
        ("git clone https://repo.example.com/x /opt/x", "fetches"),
        ("pip install private", "installs"),
        ("npm install -g private", "installs"),
        ("apt-get install -y private", "installs"),
        ("go install example.com/private@latest", "installs"),
        ("cargo install private", "installs"),
        ("gem install private", "installs"),
        ("yay -S --noconfirm private", "installs"),
    ];
    for (text, rule) in fetches {
        for (file, rule) in [
            ("/etc/hosts", "r container-file"),
            ("/etc/resolv.conf", "r container-file"),
            ("/etc/ssl/certs/ca.pem", "r task-variable"),
            ("/etc/pki/tls/certs/ca.pem", "r task-variable"),
        ] {
            let writes = format!("echo \"$TASK_ID\" >> {file}");
            check(&[(&writes, rule), (text, "r follows-write 1")]);
        }
        check(&[(text, &format!("c {rule}"))]);
    }
    check(&[
        ("echo \"$TASK_CA\" > /usr/local/share/ca-certificates/ca.crt", "r task-variable"),
        ("update-ca-certificates", "r follows-write 1"),
        ("curl -fsSLo /opt/x https://repo.example.com/x", "r follows-write 2"),
    ]);
}

#[test]
fn what_is_exported_before_the_script_begins_reaches_the_command() {
    let start = TaskStart { variables: vec!["LOG_LEVEL".to_owned()], ..TaskStart::default() };
    checked(
        &[("LOG_LEVEL=DEBUG", "b shared"), ("echo $LOG_LEVEL > /opt/conf", "c static")],
        &start,
        Boldness::Careful,
    );
    checked(
        &[
            ("LOG_LEVEL=$(curl -fsS https://example.com/level)", "r needed-later"),
            ("echo $LOG_LEVEL > /opt/conf", "r follows-variable 1"),
        ],
        &start,
        Boldness::Careful,
    );
    check(&[("LOG_LEVEL=DEBUG", "c for-cached"), ("echo $LOG_LEVEL > /opt/conf", "c static")]);
    // Images of languages say which version they have.
    check(&[
        ("NODE_VERSION=20.1.0", "b shared"),
        ("curl -fsSLo /opt/x https://example.com/v$NODE_VERSION", "c fetches"),
    ]);
    check(&[
        ("NODE_VERSION=$(curl -fsS https://example.com/latest)", "c fetches"),
        ("curl -fsSLo /opt/x https://example.com/v$NODE_VERSION", "c fetches"),
    ]);
}

#[test]
fn files_that_no_word_names_are_read() {
    let follows = |file: &str, text: &str| {
        let writes = format!("echo \"$TASK_ID\" > {file}");
        check(&[(&writes, "r task-variable"), (text, "r follows-write 1")]);
    };
    follows("/srv/x.tgz", "sha256sum -c /opt/sums");
    follows("/srv/x.tgz", "echo '8c3e3e0d  /srv/x.tgz' | sha256sum -c -");
    follows("~/x.tgz", "cd /opt && md5sum --check sums");
    follows("/srv/part", "sed -i '/marker/r /srv/part' /etc/conf");
    follows("/srv/part", "sed -n -e p -e '$r /srv/part' /etc/conf");
    follows("/etc/app/a", "find -L /etc/app -type f > /opt/list");
    follows("/etc/app/a", "find -O3 -D rates /etc/app -exec touch /opt/x {} +");
    follows("/etc/extra.txt", "xargs -a /etc/extra.txt npm install -g");
    follows("/etc/extra.txt", "xargs --arg-file=/etc/extra.txt npm install -g");
    follows("/etc/two.txt", "pip install -r /etc/one.txt -r /etc/two.txt");
    follows("/etc/profile.d/x.sh", "bash -lc 'touch /opt/a'");
    follows("/etc/profile", "bash -o pipefail --login -c 'touch /opt/a'");
    follows("~/.profile", "su - dev -c 'touch /opt/a'");
    follows("/etc/environment", "sudo -i touch /opt/a");
    follows("/srv/two", "grep -f /srv/one -f /srv/two /etc/conf > /opt/a");
    follows("/srv/list", "tar -czf /opt/a.tgz -T /srv/list");
    follows("/srv/file", "tar -czf /opt/a.tgz --files-from=/opt/list");
    follows("/srv/time", "touch -r /srv/time /opt/a");
    follows("/srv/mode", "chmod --reference=/srv/mode /opt/a");
    // Without anything of a task they are baked.
    check(&[
        ("curl -fsSLo /tmp/x.tgz https://example.com/x.tgz", "c fetches"),
        ("echo '8c3e3e0d  /tmp/x.tgz' | sha256sum -c -", "c static"),
        ("tar -xzf /tmp/x.tgz -C /opt", "c static"),
        ("find -L /opt -name x", "c static"),
        ("pip install -r /opt/one.txt -r /opt/two.txt", "c installs"),
        ("bash -lc 'touch /opt/a'", "c static"),
        ("sed -i -e 's/a/b/' -e 's|e|w|g' /etc/conf", "c static"),
        ("sed -i \"s/a/$HOME/\" /etc/conf", "c static"),
        ("jq -n '{a: 1}' > /opt/a.json", "c static"),
        ("jq --tab .known /opt/a.json", "c static"),
        ("getconf LONG_BIT > /opt/bits", "c static"),
        ("ssh-keyscan -t rsa github.com >> ~/.ssh/known_hosts", "c static"),
    ]);
    check(&[("echo $TASK_ID > /srv/a", "r task-variable"), ("sha256sum /opt/x", "c static")]);
    check(&[("echo $TASK_ID > /srv/a", "r task-variable"), ("bash -c 'touch /opt/a'", "c static")]);
}

#[test]
fn files_that_no_redirection_names_are_written() {
    for (text, file) in [
        ("uniq /etc/passwd /opt/b", "/opt/b"),
        ("sed -n 's/sh/b/w /opt/b' /etc/passwd", "/opt/b"),
        ("sed -i.bak s/a/b/ /opt/b", "/opt/b.bak"),
        ("curl -o /opt/a https://example.com/a -o /opt/b https://example.com/b", "/opt/b"),
    ] {
        let reads = format!("cat {file} > \"/srv/$TASK_ID\"");
        check(&[(&reads, "r task-variable"), (text, "r follows-read 1")]);
        assert_eq!(split(text).run, "", "{text}");
    }
}

#[test]
fn more_that_is_not_the_same_everywhere() {
    for (text, rule) in [
        ("sed 's/x/date/e' /etc/conf", "unknown-command"),
        ("sed -e p -e '1e date' /etc/conf", "unknown-command"),
        ("sed -e p -f /opt/script /etc/conf", "unknown-command"),
        ("gawk -i inplace '{print $1}' /etc/conf", "unknown-command"),
        ("jq -f /opt/filter /opt/a.json", "unknown-command"),
        ("jq -n now > /opt/a", "clock"),
        ("jq -n '$ENV.X' > /opt/a", "host"),
        ("jq -n 'env.X' > /opt/a", "host"),
        ("getconf _NPROCESSORS_ONLN > /opt/a", "host"),
        ("getent hosts localhost > /opt/a", "host"),
        ("ssh-keyscan gitserver > /opt/a", "network"),
        ("git clone git@gitserver:x /opt/x", "network"),
        ("git clone gitserver:x/y /opt/x", "network"),
        ("git clone https://gitserver/x /opt/x", "network"),
    ] {
        check(&[(text, &format!("r {rule}"))]);
    }
}

#[test]
fn more_variables_are_heeded() {
    for (name, text, is_heeded) in [
        ("ALL_PROXY", "curl -fsSLo /opt/x https://example.com/x", true),
        ("all_proxy", "apt-get update", true),
        ("SSL_CERT_FILE", "pip install a", true),
        ("REQUESTS_CA_BUNDLE", "pip install a", true),
        ("REQUESTS_CA_BUNDLE", "apt-get install -y a", false),
        ("CURL_CA_BUNDLE", "curl -fsSLo /opt/x https://example.com/x", true),
        ("NODE_EXTRA_CA_CERTS", "npm install -g a", true),
        ("NODE_EXTRA_CA_CERTS", "pip install a", false),
        ("CFLAGS", "gcc -o /opt/a /opt/a.c", true),
        ("LDFLAGS", "pip install a", true),
        ("CXX", "npm install -g a", true),
        ("PKG_CONFIG_PATH", "cargo install a", true),
        ("PKG_CONFIG_PATH", "mkdir /opt/a", false),
        ("LANG", "ls /opt > /opt/list", true),
        ("LC_ALL", "sort -o /opt/a /opt/a", true),
        ("LC_ALL", "apt-get install -y a", false),
        ("SSH_AUTH_SOCK", "git clone git@github.com:org/x /opt/x", true),
        ("SSH_AUTH_SOCK", "git clone https://github.com/org/x /opt/x", false),
    ] {
        let exported = format!("export {name}=\"$TASK_ID\"");
        let alone = decided(text, &TaskStart::default(), Boldness::Careful).remove(0);
        let expected = if is_heeded { "r follows-variable 1" } else { &*alone };
        check(&[(&exported, "r task-variable"), (text, expected)]);
    }
}
