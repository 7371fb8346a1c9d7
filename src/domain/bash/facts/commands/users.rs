//! Commands about users and groups, and those that look up the names of users.
//!
//! A name is looked up in tables that other statements change; a number needs no table.

use super::Shape::Told;
use super::{Call, Row, row};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Facts, NeedKind};

pub(super) const ROWS: &[Row] = &[
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
    row("id", Told(identity), &[]),
    row("groups", Told(identity), &[]),
    row("getent", Told(entries), &[]),
];

/// Where users and groups are looked up.
pub(in crate::domain::bash::facts) const TABLES: [&str; 3] =
    ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf"];

/// The tables of users and groups, and homes.
fn users(call: &Call<'_>, facts: &mut Facts) -> bool {
    for file in
        ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid"]
    {
        call.fixed(file, Access::Write, facts);
    }
    call.fixed("/etc/skel", Access::Read, facts);
    call.heeds(&["/etc/login.defs", "/etc/default/useradd", "/etc/adduser.conf"], facts);
    call.within("/home", Access::Write, facts);
    call.within("~", Access::Write, facts);
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

/// What a command looks up to give files to `owner`: `user`, `user:group`, `:group`, or numbers.
pub(super) fn owner(call: &Call<'_>, owner: &Value, facts: &mut Facts) {
    let is_always_there = |name: &str| {
        name.is_empty() || name == "root" || name.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !owner.whole || !owner.text.split([':', '.']).all(is_always_there) {
        call.heeds(&TABLES, facts);
    }
}

/// Its names come from the tables; its own number alone does not.
fn identity(call: &Call<'_>, facts: &mut Facts) -> bool {
    let is_number = call.name == "id"
        && call.has(&["-u", "-g", "--user", "--group"])
        && !call.has(&["-n", "--name"])
        && call.operands(&[]).is_empty();
    if !is_number {
        for table in TABLES {
            call.fixed(table, Access::Read, facts);
        }
    }
    true
}

/// One of the tables of the system; those about machines are asked of the network.
fn entries(call: &Call<'_>, facts: &mut Facts) -> bool {
    let table = call.verb(&["-s", "--service"]).map(|(table, _)| table);
    match table {
        Some("passwd" | "group" | "shadow" | "gshadow" | "initgroups") => {
            for table in TABLES.into_iter().chain(["/etc/shadow", "/etc/gshadow"]) {
                call.fixed(table, Access::Read, facts);
            }
        }
        Some("services" | "protocols" | "rpc" | "ethers") => {
            call.within("/etc", Access::Read, facts);
        }
        _ => call.need_of(NeedKind::Host, "getent", facts),
    }
    true
}
