//! Commands about users, services, processes and the machine.

use super::Shape::{Needs, Quiet, Told};
use super::{Call, Row, row};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Aim, Facts, NeedKind};

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
        let aim = if *file == "~" { Aim::Within } else { Aim::Whole };
        call.fixed_aimed(file, Access::Read, aim, facts);
    }
    for file in writes {
        call.within(file, Access::Write, facts);
    }
    true
}

fn reconfigure(call: &Call<'_>, facts: &mut Facts) -> bool {
    if !call.has(&["-f", "--frontend"]) {
        call.need(NeedKind::Person, facts);
    }
    for folder in ["/etc", "/usr", "/var"] {
        call.within(folder, Access::Write, facts);
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
