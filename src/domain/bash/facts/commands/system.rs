//! Commands about users, services, processes and the machine.

use super::Shape::{Needs, Quiet, Told};
use super::{Call, Row, row};
use crate::domain::bash::facts::{Access, Facts, NeedKind};

const HOST: super::Shape = Needs(NeedKind::Host);
const PROCESSES: super::Shape = Needs(NeedKind::Processes);
const NETWORK: super::Shape = Needs(NeedKind::Network);
const SERVICE: super::Shape = Needs(NeedKind::Service);

pub(super) const ROWS: &[Row] = &[
    row("hostname", HOST, &[]),
    row("hostnamectl", HOST, &[]),
    row("hostid", HOST, &[]),
    row("nproc", HOST, &[]),
    row("free", HOST, &[]),
    row("lscpu", HOST, &[]),
    row("lspci", HOST, &[]),
    row("lsblk", HOST, &[]),
    row("nvidia-smi", HOST, &[]),
    row("df", HOST, &[]),
    row("uptime", HOST, &[]),
    row("ip", HOST, &[]),
    row("ifconfig", HOST, &[]),
    row("mount", HOST, &[]),
    row("umount", HOST, &[]),
    row("mountpoint", HOST, &[]),
    row("sysctl", HOST, &[]),
    row("modprobe", HOST, &[]),
    row("dmesg", HOST, &[]),
    row("timedatectl", HOST, &[]),
    row("tty", HOST, &[]),
    row("stty", HOST, &[]),
    row("tput", HOST, &[]),
    row("who", HOST, &[]),
    row("iptables", HOST, &[]),
    row("ps", PROCESSES, &[]),
    row("pgrep", PROCESSES, &[]),
    row("pidof", PROCESSES, &[]),
    row("kill", PROCESSES, &[]),
    row("pkill", PROCESSES, &[]),
    row("killall", PROCESSES, &[]),
    row("lsof", PROCESSES, &[]),
    row("ss", NETWORK, &[]),
    row("netstat", NETWORK, &[]),
    row("nc", NETWORK, &[]),
    row("ping", NETWORK, &[]),
    row("nslookup", NETWORK, &[]),
    row("dig", NETWORK, &[]),
    row("host", NETWORK, &[]),
    row("ssh", NETWORK, &[]),
    row("scp", NETWORK, &[]),
    row("systemctl", Told(systemctl), &[]),
    row("service", SERVICE, &[]),
    row("rc-service", SERVICE, &[]),
    row("invoke-rc.d", SERVICE, &[]),
    row("snap", SERVICE, &[]),
    row("docker", SERVICE, &[]),
    row("podman", SERVICE, &[]),
    row("dbus-daemon", SERVICE, &[]),
    row("dockerd", SERVICE, &[]),
    row("sshd", SERVICE, &[]),
    row("Xvfb", SERVICE, &[]),
    row("crond", SERVICE, &[]),
    row("nginx", SERVICE, &[]),
    row("redis-server", SERVICE, &[]),
    row("tmux", Needs(NeedKind::Background), &[]),
    row("screen", Needs(NeedKind::Background), &[]),
    row("useradd", Told(users), &[]),
    row("userdel", Told(users), &[]),
    row("usermod", Told(users), &[]),
    row("groupadd", Told(users), &[]),
    row("groupmod", Told(users), &[]),
    row("groupdel", Told(users), &[]),
    row("gpasswd", Told(users), &[]),
    row("chsh", Told(users), &[]),
    row("adduser", Told(add_user), &[]),
    row("addgroup", Told(users), &[]),
    row("deluser", Told(users), &[]),
    row("delgroup", Told(users), &[]),
    row("passwd", Told(passwords), &[]),
    row("chpasswd", Told(passwords), &[]),
    row("locale-gen", Told(tables), &[]),
    row("localedef", Told(tables), &[]),
    row("update-locale", Told(tables), &[]),
    row("update-ca-certificates", Told(tables), &[]),
    row("update-ca-trust", Told(tables), &[]),
    row("fc-cache", Told(tables), &[]),
    row("update-rc.d", Told(tables), &[]),
    row("dpkg-reconfigure", Told(reconfigure), &[]),
    row("ssh-keygen", Told(keys), &[]),
    row("openssl", Told(openssl), &[]),
    row("lsb_release", Told(release), &[]),
    row("sync", Quiet, &[]),
];

fn systemctl(call: &Call<'_>, facts: &mut Facts) -> bool {
    match call.verb(&["-t", "-p", "-H", "-M"]) {
        Some(("enable" | "disable" | "mask" | "unmask" | "set-default", _))
            if !call.has(&["--now"]) =>
        {
            call.fixed("/etc/systemd", Access::Write, facts);
            call.fixed("/usr/lib/systemd", Access::Read, facts);
        }
        _ => call.need(NeedKind::Service, facts),
    }
    true
}

/// The tables of users and groups, and homes.
fn users(call: &Call<'_>, facts: &mut Facts) -> bool {
    for file in
        ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid"]
    {
        call.fixed(file, Access::Write, facts);
    }
    call.fixed("/etc/skel", Access::Read, facts);
    call.fixed("/home", Access::Write, facts);
    call.fixed("~", Access::Write, facts);
    if let Some(home) = call.value_of(&["-d", "--home", "--home-dir"]) {
        call.path(&home, Access::Make, facts);
    }
    true
}

fn add_user(call: &Call<'_>, facts: &mut Facts) -> bool {
    let is_told = call.has(&["--disabled-password", "--disabled-login", "--system", "-D", "-S"])
        && call.has(&["--gecos", "--comment", "--system", "-D", "-S"])
        || call.operands(&["--gecos", "--home", "--shell", "--uid", "--ingroup"]).len() > 1;
    if !is_told && !call.fed {
        call.need(NeedKind::Person, facts);
    }
    users(call, facts)
}

fn passwords(call: &Call<'_>, facts: &mut Facts) -> bool {
    if !call.fed && !call.has(&["-d", "-l", "-u", "--delete", "--lock"]) {
        call.need(NeedKind::Person, facts);
    }
    call.fixed("/etc/passwd", Access::Write, facts);
    call.fixed("/etc/shadow", Access::Write, facts);
    true
}

/// Programs that make one table of many files.
fn tables(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let (reads, writes): (&[&str], &[&str]) = match call.name {
        "locale-gen" => (&["/usr/share/i18n"], &["/etc/locale.gen", "/usr/lib/locale"]),
        "localedef" => (&["/usr/share/i18n"], &["/usr/lib/locale"]),
        "update-locale" => (&["/usr/lib/locale"], &["/etc/default/locale", "/etc/locale.conf"]),
        "fc-cache" => (
            &["/usr/share/fonts", "/usr/local/share/fonts", "~"],
            &["/var/cache/fontconfig", "~/.cache"],
        ),
        "update-rc.d" => (&["/etc/init.d"], &["/etc"]),
        _ => (
            &[
                "/usr/local/share/ca-certificates",
                "/usr/share/ca-certificates",
                "/etc/pki",
                "/etc/ca-certificates.conf",
            ],
            &["/etc/ssl", "/etc/pki", "/etc/ca-certificates"],
        ),
    };
    for file in reads {
        call.fixed(file, Access::Read, facts);
    }
    for file in writes {
        call.fixed(file, Access::Write, facts);
    }
    true
}

fn reconfigure(call: &Call<'_>, facts: &mut Facts) -> bool {
    if !call.has(&["-f", "--frontend"]) {
        call.need(NeedKind::Person, facts);
    }
    for folder in ["/etc", "/usr", "/var"] {
        call.fixed(folder, Access::Write, facts);
    }
    true
}

/// Keys are made by chance, and are somebody's own.
fn keys(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.need(NeedKind::Chance, facts);
    match call.value_of(&["-f"]) {
        Some(file) => call.path(&Value { whole: false, ..file }, Access::Write, facts),
        None => call.fixed("~/.ssh", Access::Write, facts),
    }
    true
}

use crate::domain::bash::facts::values::Value;

fn openssl(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    match call.verb(&[]) {
        Some(("rand" | "genrsa" | "genpkey" | "req" | "ecparam" | "dhparam", _)) => {
            call.need(NeedKind::Chance, facts);
            for file in
                [call.value_of(&["-out"]), call.value_of(&["-keyout"])].into_iter().flatten()
            {
                call.path(&file, Access::Write, facts);
            }
            true
        }
        Some(("version", _)) => true,
        _ => false,
    }
}

fn release(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.fixed("/etc/os-release", Access::Read, facts);
    call.fixed("/etc/lsb-release", Access::Read, facts);
    true
}
