//! Why a socket is closed to this user, and the command that opens it.
//!
//! Apart because the answer needs four facts (socket, user, groups of the account, groups of
//! this login) and the words differ with each; they are gathered once and judged as a value.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What a closed socket and the user in front of it look like.
#[derive(Debug)]
struct Facts<'a> {
    /// Owner, group and permission bits of the socket; `None`: a folder above it is closed.
    socket: Option<Socket>,
    /// The user's number; `None`: the system does not tell.
    uid: Option<u32>,
    /// The groups that this login has.
    active: Vec<u32>,
    /// The text of `/etc/passwd`.
    passwd: &'a str,
    /// The text of `/etc/group`.
    group: &'a str,
}

#[derive(Clone, Copy, Debug)]
struct Socket {
    uid: u32,
    gid: u32,
    mode: u32,
}

/// A sentence part that says whose the socket is and what to do.
pub(crate) fn advice(socket: &Path) -> String {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let group = fs::read_to_string("/etc/group").unwrap_or_default();
    // The only place where the system tells a login's groups without a foreign call; where it
    // is missing, the advice falls back to what the account's files say.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let (uid, active) = login(&status);
    judge(&Facts {
        socket: fs::metadata(socket).ok().map(|found| Socket {
            uid: found.uid(),
            gid: found.gid(),
            mode: found.mode(),
        }),
        uid,
        active,
        passwd: &passwd,
        group: &group,
    })
}

fn judge(facts: &Facts<'_>) -> String {
    let Some(socket) = facts.socket else {
        return "a folder above the socket is closed to you; ask its owner, or use another engine with `--host`"
            .to_owned();
    };
    let owner = name_of(facts.passwd, socket.uid);
    let group = name_of(facts.group, socket.gid);
    let whose =
        format!("the socket belongs to `{owner}:{group}` with mode {:03o}", socket.mode & 0o777);
    let open_to_group = socket.mode & 0o060 == 0o060;
    if !open_to_group || socket.gid == 0 {
        // Being in root's group is more than the right to use an engine: never advised.
        return format!(
            "{whose}, so only `{owner}` may use it; use a rootless engine, or run prebake as `{owner}`"
        );
    }
    if facts.active.contains(&socket.gid) {
        return format!(
            "{whose} and you are in that group, so a folder above it or a security module (AppArmor, SELinux) forbids it; see `sudo journalctl -k`"
        );
    }
    let user = facts.uid.map(|uid| name_of(facts.passwd, uid));
    if user.as_deref().is_some_and(|user| is_member(facts, user, socket.gid)) {
        return format!(
            "{whose}; your account is in the group `{group}`, but this login began before that: run `newgrp {group}` or log in again"
        );
    }
    let user = user.unwrap_or_else(|| "$USER".to_owned());
    format!("{whose}; run `sudo usermod -aG {group} {user}` and log in again")
}

/// The user and the groups of a login, from the text of `/proc/self/status`.
fn login(status: &str) -> (Option<u32>, Vec<u32>) {
    let numbers = |name: &str| -> Vec<u32> {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
            .split_whitespace()
            .filter_map(|number| number.parse().ok())
            .collect()
    };
    // Of the four numbers, the second is the effective one, which the kernel checks.
    let uid = numbers("Uid:").get(1).copied();
    let mut active = numbers("Groups:");
    active.extend(numbers("Gid:").get(1));
    (uid, active)
}

/// Whether the account is in the group, by its files: as a member or by its own group.
fn is_member(facts: &Facts<'_>, user: &str, gid: u32) -> bool {
    let listed = fields(facts.group, gid)
        .and_then(|line| line.get(3).copied())
        .is_some_and(|members| members.split(',').any(|member| member.trim() == user));
    let own = facts
        .uid
        .and_then(|uid| fields(facts.passwd, uid))
        .and_then(|line| line.get(3)?.parse::<u32>().ok())
        == Some(gid);
    listed || own
}

/// The name that belongs to a number, or the number.
fn name_of(file: &str, id: u32) -> String {
    fields(file, id).map_or_else(|| id.to_string(), |line| line[0].to_owned())
}

/// The line of `/etc/passwd` or `/etc/group` whose third field is this number.
fn fields(file: &str, id: u32) -> Option<Vec<&str>> {
    file.lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|line| line.get(2).and_then(|field| field.parse::<u32>().ok()) == Some(id))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const PASSWD: &str = "root:x:0:0::/root:/bin/bash\nana:x:1000:1000::/home/ana:/bin/bash\nbob:x:1001:999::/home/bob:/bin/bash\n";
    const GROUP: &str = "root:x:0:\nana:x:1000:\ndocker:x:999:zoe,ana\nbuild:x:998:zoe\n";

    #[rstest]
    #[case::stranger(998, 0o660, Some(1000), &[1000], "belongs to `root:build` with mode 660; run `sudo usermod -aG build ana` and log in again")]
    #[case::member_since_this_login(999, 0o660, Some(1000), &[1000], "run `newgrp docker` or log in again")]
    #[case::own_group_is_the_group(999, 0o660, Some(1001), &[], "run `newgrp docker` or log in again")]
    #[case::active_member(999, 0o660, Some(1000), &[1000, 999], "security module")]
    #[case::root_only(0, 0o660, Some(1000), &[1000], "only `root` may use it")]
    #[case::closed_to_the_group(999, 0o600, Some(1000), &[1000], "mode 600, so only `root` may use it")]
    #[case::unnamed_group(77, 0o660, Some(1000), &[1000], "sudo usermod -aG 77 ana")]
    #[case::unknown_user(998, 0o660, None, &[], "sudo usermod -aG build $USER")]
    fn tells_what_to_do(
        #[case] gid: u32,
        #[case] mode: u32,
        #[case] uid: Option<u32>,
        #[case] active: &[u32],
        #[case] expected: &str,
    ) {
        let advice = judge(&Facts {
            socket: Some(Socket { uid: 0, gid, mode }),
            uid,
            active: active.to_vec(),
            passwd: PASSWD,
            group: GROUP,
        });
        assert!(advice.contains(expected), "{advice}");
    }

    #[test]
    fn a_closed_folder_is_no_question_of_groups() {
        let advice = judge(&Facts {
            socket: None,
            uid: Some(1000),
            active: vec![],
            passwd: PASSWD,
            group: GROUP,
        });
        assert!(advice.contains("folder above"), "{advice}");
    }

    #[test]
    fn a_login_is_read_from_the_kernels_words() {
        let status = "Name:\tx\nUid:\t1000\t1001\t1000\t1000\nGid:\t5\t6\t5\t5\nGroups:\t5 999 \n";
        assert_eq!(login(status), (Some(1001), vec![5, 999, 6]));
        assert_eq!(login(""), (None, vec![]));
    }
}
