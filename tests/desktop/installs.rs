//! The installation on other systems: with a stand-in for the package manager that writes down
//! how it was called, in a container that has nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Docker, World};

/// A stand-in: writes its call down, fails as often as `/stub/fails` says, and "installs".
const STUB: &str = r#"#!/bin/bash
name=${0##*/}
printf '%s %s\n' "$name" "$*" >>/tmp/calls
if [ "$name" = sudo ]; then
  if [ -e /stub/no-sudo ]; then exit 1; fi
  exec "${@:2}"
fi
if [ "$name" = runuser ]; then exec "${@:6}"; fi
if [ "$name" = sleep ]; then exit 0; fi
failed=$(cat /tmp/failed 2>/dev/null || echo 0)
if [ -e /stub/fails ] && [ "$failed" -lt "$(cat /stub/fails)" ]; then
  echo $((failed + 1)) >/tmp/failed
  exit 1
fi
case " $* " in
  *' install '* | *' add '* | *' -S '*)
    mkdir -p /usr/share/novnc /usr/share/fonts
    : >/usr/share/novnc/vnc.html
    for program in Xvnc vncpasswd openbox xterm websockify xclip scrot xdpyinfo xprop xwininfo fc-cache setsid mkfifo; do
      if [ "$program" != "$(cat /stub/missing 2>/dev/null)" ]; then
        printf '#!/bin/bash\n' >"/tmp/bin/$program"
        chmod 755 "/tmp/bin/$program"
      fi
    done
    ;;
esac
"#;

/// Runs the installation where these programs are, as `user`, with files beside them; what it
/// wrote, its exit status in the last line, and the calls.
fn install(user: &str, programs: &[&str], files: &[(&str, &str)]) -> (String, Vec<String>) {
    let world = World::new();
    let folder = world.cwd();
    let script = world.prebake(["desktop", "show", "install"]).run().succeeds().stdout;
    fs::write(folder.join("install.sh"), script).unwrap();
    for program in programs.iter().chain(&["sleep"]) {
        let path = folder.join(program);
        fs::write(&path, STUB).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let mount = format!("{}:/stub:ro", folder.display());
    let run = "mkdir -p /tmp/bin; bash /stub/install.sh 2>&1; echo \"exit $?\"; \
        echo CALLS; cat /tmp/calls 2>/dev/null; true";
    let written = Docker::default().ask([
        "run",
        "--rm",
        "--network=none",
        "--user",
        user,
        "--volume",
        &mount,
        "--env=PATH=/stub:/tmp/bin:/usr/bin",
        "--env=HOME=/tmp",
        "--tmpfs=/usr/share:mode=1777",
        "--tmpfs=/var/lib/apt/lists:mode=1777",
        "--tmpfs=/var/cache/pacman/pkg:mode=1777",
        "--tmpfs=/var/cache/apk:mode=1777",
        "--tmpfs=/etc/sudoers.d:mode=1777",
        "--entrypoint=bash",
        world.base(),
        "-c",
        run,
    ]);
    let (told, calls) = written.split_once("CALLS").unwrap();
    let calls = calls.lines().filter(|call| !call.is_empty()).map(str::to_owned).collect();
    (told.trim_end().to_owned(), calls)
}

#[track_caller]
fn check(user: &str, programs: &[&str], expected: &[&str]) {
    let (told, calls) = install(user, programs, &[]);
    assert!(told.ends_with("exit 0"), "{programs:?}: {told}");
    let mut calls = calls.iter();
    for beginning in expected {
        let found = calls.any(|call| call.starts_with(beginning));
        assert!(found, "{programs:?}: no `{beginning}` where it should be");
    }
}

#[test]
fn each_system_installs_with_its_own_manager_and_asks_nobody() {
    let apt = "apt-get -o Acquire::Retries=3";
    check(
        "0",
        &["apt-get"],
        &[apt, &format!("{apt} install -y -q --no-install-recommends"), "apt-get clean"],
    );
    check(
        "0",
        &["dnf"],
        &[
            "dnf install -y epel-release",
            "dnf makecache --refresh",
            "dnf install -y --setopt=install_weak_deps=False",
            "dnf clean all",
        ],
    );
    check("0", &["apk"], &["apk update", "apk add --no-cache tigervnc openbox"]);
    check(
        "0",
        &["zypper"],
        &[
            "zypper --non-interactive --gpg-auto-import-keys refresh",
            "zypper --non-interactive install --no-recommends",
            "zypper clean",
        ],
    );
    check(
        "1000",
        &["apk", "sudo"],
        &["sudo -n true", "sudo -n apk update", "apk update", "sudo -n apk add"],
    );
}

#[test]
fn yay_is_never_root() {
    let both = ["pacman", "yay", "sudo", "useradd", "userdel", "runuser"];
    let (told, calls) = install("0", &both, &[]);
    assert!(told.ends_with("exit 0"), "{told}");
    let yay = calls.iter().position(|call| call.starts_with("yay -S --noconfirm")).unwrap();
    assert!(calls[yay - 1].starts_with("runuser -u prebake-build -- "), "{calls:?}");
    assert!(calls.iter().any(|call| call == "userdel --remove prebake-build"), "{calls:?}");

    let (told, calls) = install("1000", &both[..3], &[]);
    assert!(told.ends_with("exit 0"), "{told}");
    assert!(calls.iter().any(|call| call.starts_with("sudo -n pacman -Syu")), "{calls:?}");
    assert!(
        !calls.iter().any(|call| call.starts_with("sudo") && call.contains("yay")),
        "{calls:?}"
    );
}

#[test]
fn a_mirror_that_fails_for_a_moment_is_asked_again_and_one_that_is_down_is_told() {
    let (told, calls) = install("0", &["apk"], &[("fails", "2")]);
    assert!(
        told.ends_with("exit 0") && told.contains("attempt 2 of 4 failed: as_root apk update"),
        "{told}"
    );
    assert_eq!(calls.iter().filter(|call| *call == "apk update").count(), 3, "{calls:?}");
    let (told, calls) = install("0", &["apk"], &[("fails", "9")]);
    assert!(told.ends_with("`apk update` failed\nexit 1"), "{told}");
    assert_eq!(calls.iter().filter(|call| *call == "apk update").count(), 4, "{calls:?}");
}

#[test]
fn what_is_missing_is_named() {
    let (told, _) = install("0", &["apk"], &[("missing", "Xvnc")]);
    assert!(told.ends_with("after the installation these are missing: Xvnc\nexit 1"), "{told}");
    let (told, calls) = install("0", &[], &[]);
    assert!(told.contains("has none of apt, pacman, dnf, apk and zypper"), "{told}");
    assert_eq!(calls, [""; 0]);
    let (told, _) = install("0", &["pacman"], &[]);
    assert!(told.contains("there is no yay to install it"), "{told}");
    let (told, _) = install("1000", &["apk"], &[]);
    assert!(told.contains("`dev` is not root and there is no sudo"), "{told}");
    let (told, _) = install("1000", &["apk", "sudo"], &[("no-sudo", "")]);
    assert!(told.contains("`dev` may not use sudo without a password"), "{told}");
}
