//! Who a container's user is in numbers: scripts are put in before the start with that owner,
//! and only the image's own list of users knows the numbers of a name.

/// A user and a group, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The user's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
}

impl Owner {
    /// The owner of a user given by numbers alone or by nothing (root); `None`: a list of users
    /// is needed.
    #[must_use]
    pub fn without_list(user: &str) -> Option<Self> {
        match user {
            "" | "root" | "0" | "0:0" | "root:root" => Some(Self { uid: 0, gid: 0 }),
            _ => {
                let (uid, gid) = user.split_once(':')?;
                Some(Self { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
            }
        }
    }

    /// The owner of `user` (`name`, `number`, `user:group`) by the texts of `/etc/passwd` and
    /// `/etc/group`; `None`: the name is in neither. A number need not be listed.
    #[must_use]
    pub fn find(user: &str, passwd: &str, group: &str) -> Option<Self> {
        let (name, wanted_group) = match user.split_once(':') {
            Some((name, group)) => (name, Some(group)),
            None => (user, None),
        };
        let entry = passwd.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let (uid, gid) = (fields.get(2)?, fields.get(3)?);
            (fields[0] == name || *uid == name)
                .then(|| Some(Self { uid: uid.parse().ok()?, gid: gid.parse().ok()? }))?
        });
        let uid = entry.map(|owner| owner.uid).or_else(|| name.parse().ok())?;
        let gid = match wanted_group {
            None => entry.map_or(0, |owner| owner.gid),
            Some(wanted) => wanted.parse().ok().or_else(|| group_number(wanted, group))?,
        };
        Some(Self { uid, gid })
    }
}

fn group_number(name: &str, group: &str) -> Option<u32> {
    group.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields[0] == name).then(|| fields.get(2)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\ndev:x:1000:100::/home/dev:/bin/bash\n";
        let group = "root:x:0:\nusers:x:100:\nwheel:x:998:dev\n";
        let cases = [
            ("root", Some((0, 0))),
            ("dev", Some((1000, 100))),
            ("1000", Some((1000, 100))),
            ("4321", Some((4321, 0))),
            ("dev:wheel", Some((1000, 998))),
            ("dev:5", Some((1000, 5))),
            ("nobody", None),
            ("dev:nogroup", None),
        ];
        for (user, expected) in cases {
            let owner = Owner::find(user, passwd, group).map(|owner| (owner.uid, owner.gid));
            assert_eq!(owner, expected, "{user}");
        }
        assert_eq!(Owner::without_list(""), Some(Owner { uid: 0, gid: 0 }));
        assert_eq!(Owner::without_list("7:8"), Some(Owner { uid: 7, gid: 8 }));
        assert_eq!(Owner::without_list("dev"), None);
    }
}
