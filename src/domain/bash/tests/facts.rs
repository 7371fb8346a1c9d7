//! What is known of statements: what they run, read, set, change and install.

use super::super::facts::{Access, Facts};
use super::super::parse;

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
    finds("((a = b + 1))", &["reads $b", "sets $a"]);
    finds("((a += b))", &["reads $a", "reads $b", "sets $a"]);
    finds("((b && (a = 1)))", &["reads $b", "reads $a", "sets $a"]);
    finds(
        "cd /opt\ntouch a ~/b",
        &["runs touch", "reads $HOME", "reads $PWD", "writes /opt/a", "writes ~/b"],
    );
    finds("touch {a,b}/c", &["runs touch", "writes ./a/c", "writes ./b/c"]);
}

#[test]
fn words_are_parted_and_matched_as_bash_does() {
    // Who never sets `IFS` has the one of every shell.
    finds("P='a b'\nrm /$P", &["runs rm", "reads $P", "removes /a", "removes ./b"]);
    finds(
        "IFS=$'\\n'\nP='a b'\nrm /$P \"$P\"",
        &["runs rm", "reads $P", "reads $IFS", "reads $P", "removes /a b", "removes ./a b"],
    );
    finds("IFS=:\nP=/a:/b\nrm $P", &["runs rm", "reads $P", "reads $IFS", "removes …"]);
    finds("IFS=$X\nP=/a\nrm $P", &["runs rm", "reads $P", "reads $IFS", "removes …"]);
    finds(
        "O=$IFS; IFS=,; IFS=$O\nP='a b'\nrm /$P",
        &["runs rm", "reads $P", "reads $IFS", "removes /a", "removes ./b"],
    );
    finds("IFS=/\nD=/a/$X\nrm $D", &["runs rm", "reads $D", "reads $IFS", "removes …"]);
    finds("f() { rm \"$@\"; }\nf /a '/b c'", &["runs rm", "calls f", "removes /a", "removes /b c"]);
    finds("f() { rm \"$*\"; }\nf /a /b", &["runs rm", "calls f", "removes …"]);
    finds("f() { rm $*; }\nf /a '/b c'", &["runs rm", "calls f", "removes …"]);
    finds("IFS=:\nread a <<< x", &["runs read", "reads $IFS", "sets $a"]);
    finds("IFS=: read a <<< x", &["runs read", "sets $a"]);
    finds("IFS=,\nX=\"${A[*]}\"", &["reads $A", "reads $IFS", "sets $X"]);
    finds("rm /a/b*", &["runs rm", "reads /a/b…", "removes /a/b…"]);
    finds("for f in /a/*; do :; done", &["runs :", "maybe sets $f", "reads /a/…"]);
    finds(
        "{ cd /a; A=(*.x); }",
        &["runs cd", "sets $A", "changes Folder", "reads /a", "reads /a/…"],
    );
    finds("D=/a\necho $D/?.x", &["runs echo", "reads $D", "reads /a/…"]);
    finds("P='/a/*'\necho $P", &["runs echo", "reads $P", "reads /a/…"]);
    finds("echo /a/*/../../b", &["runs echo", "reads …"]);
    finds("shopt -s extglob\necho /a/!(b)", &["runs echo", "reads /a/…"]);
    finds("echo x > /a/*", &["runs echo", "reads /a/…", "writes /a/…"]);
    finds("{ cd /a; ls; }", &["runs cd", "runs ls", "changes Folder", "reads /a", "reads /a"]);
    // No files are meant.
    for text in ["[[ $A == /a/* ]]", "A=/a/*", "echo '/a/*'", "case $A in /a/*) ;; esac"] {
        assert!(!facts(text).iter().any(|fact| fact.starts_with("reads /")), "{text}");
    }
    finds("echo https://x.org/a?b=1", &["runs echo"]);
    finds("declare -A M=([a]=b)", &["runs declare", "sets $M"]);
    finds("mkdir /a/{b,\"$X\"}", &["runs mkdir", "reads $X", "makes /a/…"]);
    finds("rm /a/{b*,c}", &["runs rm", "reads /a/…", "removes /a/…"]);
}

#[test]
fn a_home_is_the_one_that_the_script_chose() {
    finds("HOME=/a\ntouch ~/b", &["runs touch", "reads $HOME", "writes /a/b"]);
    finds("HOME=/a/$X\ntouch ~/b", &["runs touch", "reads $HOME", "writes /a/…"]);
    finds("unset HOME\ntouch ~/b", &["runs touch", "reads $HOME", "writes …"]);
    finds("HOME=/a\ntouch ~dev/b '~/c'", &["runs touch", "writes ~dev/b", "writes /a/c"]);
    finds(
        "HOME=/a\nbash -c 'touch ~/b'",
        &["runs bash", "runs touch", "reads $HOME", "writes /a/b"],
    );
    finds(
        "HOME=/a\n{ cd; touch b; }",
        &["runs cd", "runs touch", "reads $HOME", "changes Folder", "reads /a", "writes /a/b"],
    );
}

#[test]
fn tests_read_more_than_their_words_say() {
    finds("[[ -v A && -v B[1] ]]", &["reads $A", "reads $B"]);
    finds("[ -v \"$A\" ]", &["runs [", "reads $A", "unknown -v"]);
    finds("[[ N -gt M+1 ]]", &["reads $N", "reads $M"]);
    finds("[[ N == M ]]", &[]);
    finds("[ /a -nt /b ]", &["runs [", "reads /a", "reads /b"]);
    finds("[[ /a -ef $B ]]", &["reads $B", "reads /a", "reads …"]);
    finds("[[ $A =~ ^v(.*) ]]", &["reads $A", "sets $BASH_REMATCH"]);
    finds("[[ $A && $A =~ x ]]", &["reads $A", "reads $A", "maybe sets $BASH_REMATCH"]);
    finds("declare -i N=M+1", &["runs declare", "reads $M", "sets $N"]);
    finds("declare -i N\nN=M", &["reads $M", "reads $N", "sets $N"]);
    finds("let 'a = b + 1'", &["runs let", "reads $b", "sets $a"]);
    let asked = ["reads /usr/bin/x", "reads /usr/local/bin/x", "reads /usr/sbin/x"];
    for command in ["type", "hash"] {
        finds(
            &format!("{command} x"),
            &[&*format!("runs {command}")].iter().chain(&asked).copied().collect::<Vec<_>>(),
        );
    }
    finds("PATH=/o:$PATH\ntype x", &["runs type", asked[0], asked[1], asked[2], "reads /o/x"]);
}

#[test]
fn what_prints_all_that_the_shell_has_needs_that_shell() {
    for text in [
        "set",
        "export",
        "export -p",
        "declare",
        "declare -p",
        "declare -x",
        "typeset -f",
        "alias",
        "readonly",
        "compgen -v",
        "ulimit -n",
    ] {
        let name = text.split(' ').next().unwrap();
        assert!(facts(text).contains(&format!("needs Host {name}")), "{text}");
    }
    finds("declare -p A", &["runs declare", "reads $A"]);
    finds("printf '%(%s)T' -1", &["runs printf", "needs Clock printf"]);
}

#[test]
fn functions_come_before_what_the_shell_has_itself() {
    finds("echo() { touch /a; }\necho b", &["runs touch", "calls echo", "writes /a"]);
    finds("cd() { builtin cd /a; }\ncd", &["calls cd", "unknown builtin cd"]);
    finds("f() { touch /a; }\n( f() { :; } )\nf", &["runs touch", "calls f", "writes /a"]);
    finds("f() { touch /a; }\neval f", &["runs eval", "changes Options", "unknown f"]);
    finds("shopt -s expand_aliases\nalias ls='rm /a'\nls", &["calls ls", "unknown ls"]);
    finds("alias ls='rm /a'\nls /b", &["runs ls", "reads /b"]);
    finds("D=/a\nf() { touch $D; }\nD=/b f", &["runs touch", "calls f", "writes /b"]);
    // What is local stays there, and `-g` does not.
    finds("f() { local A; A=1; }\nf", &["runs local", "calls f"]);
    finds("f() { declare -g A=1; }\nf", &["runs declare", "sets $A to 1", "calls f"]);
    finds(
        "f() { if x; then local A; fi; A=1; }\nf",
        &["runs x", "runs local", "maybe sets $A to 1", "calls f", "unknown x"],
    );
    for text in ["declare -n A=B", "printf -v \"$A\" x", "read \"$A\" <<< x", "shopt -s lastpipe"] {
        let script = parse(text);
        let facts = Facts::of(&script, text).pop().unwrap();
        assert!(facts.unknown.iter().any(|unknown| unknown.in_shell), "{text}");
    }
    finds("mapfile -t A < /a", &["runs mapfile", "sets $A", "reads /a"]);
    finds("read -ra A -p x <<< y", &["runs read", "sets $A"]);
    finds("declare -u A=b\nrm /$A", &["runs rm", "reads $A", "removes /…"]);
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
        "set -- a\necho $RANDOM $? $1",
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
    installs("rustup target add x", "rustup Add x");
    installs("apt-get distclean", "apt-get Clean ");
}

#[test]
fn settings_and_verbs_are_no_packages() {
    for (text, expected) in [
        ("npm config set registry https://npm.example.com", "npm Configure"),
        ("npm set registry https://npm.example.com", "npm Configure"),
        ("yarn config set a b", "yarn Configure"),
        ("yarn global add a", "yarn Add a"),
        ("bundle config set a b", "bundle Configure"),
        ("composer config a b", "composer Configure"),
        ("pip config set global.index-url https://a", "pip Configure"),
        ("conda config --set a b", "conda Configure"),
        ("conda env update -f x.yml", "conda Add < x.yml"),
        ("conda env remove -n a", "conda Remove"),
        ("rustup set profile minimal", "rustup Configure"),
        ("rustup toolchain install stable", "rustup Add stable"),
        ("rustup toolchain list", "rustup Configure"),
        ("rustup self update", "rustup Upgrade"),
        ("dnf config-manager --set-enabled crb", "dnf Configure"),
        ("dnf config-manager --add-repo https://a", "dnf Configure"),
        ("dnf module list", "dnf Configure"),
        ("dnf module enable nodejs:18", "dnf Configure asks"),
        ("dnf group install a", "dnf Add a asks"),
        ("zypper ar https://a b", "zypper Configure"),
        ("go mod download", "go Add"),
        ("go mod download a@v1", "go Add a@v1"),
        ("go mod tidy", "go Configure"),
        ("brew tap a/b", "brew Configure"),
        ("uv pip uninstall a", "uv Remove a"),
        ("uv pip install -r /r.txt", "uv Add < /r.txt"),
        ("pip install -r /r.txt -c /c.txt a \"b==$B\"", "pip Add a and more < /r.txt"),
    ] {
        let script = parse(text);
        let facts = Facts::of(&script, text).pop().unwrap();
        let install = &facts.installs[0];
        let mut told = format!("{} {:?}", install.manager, install.action);
        for package in &install.packages {
            told = format!("{told} {package}");
        }
        told += if install.more { " and more" } else { "" };
        for list in &install.lists {
            told = format!("{told} < {}", list.text);
        }
        told += if install.asks { " asks" } else { "" };
        assert_eq!(told, expected, "{text}");
        // What they write is written still.
        assert!(facts.paths.iter().any(|used| used.access == Access::Write), "{text}");
    }
}

#[test]
fn an_archive_that_is_only_looked_into_is_not_unpacked() {
    let asks = |text: &str| facts(text).contains(&"needs Person unzip".to_owned());
    for text in ["unzip -l a.zip", "unzip -Z1 a.zip", "unzip -v", "unzip -qv a.zip"] {
        assert!(!asks(text) && !facts(text).iter().any(|it| it.starts_with("writes")), "{text}");
    }
    for text in ["unzip a.zip", "unzip -dzip a.zip", "unzip -q a.zip -d /opt/v", "unzip -Opt154 a"]
    {
        assert!(asks(text) && facts(text).iter().any(|it| it.starts_with("writes")), "{text}");
    }
}
