//! The unprivileged account that PostgreSQL runs as when the tests run as root.

use std::fs;

/// The accounts that are tried, in this order.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// A user and its main group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// The account to run a server as instead of root: PostgreSQL refuses to run as root.
pub(super) fn unprivileged() -> Option<Account> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    NAMES.iter().find_map(|name| find(&passwd, name))
}

fn find(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:n:/:/bin/false\nodd\n\
                          postgresql:x:1:1::/:\npostgres:x:101:104:P,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        assert_eq!(find(PASSWD, "postgres"), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(find(PASSWD, "nobody"), Some(Account { uid: 65534, gid: 65533 }));
        assert_eq!(find(PASSWD, "odd"), None);
        assert_eq!(find(PASSWD, "missing"), None);
    }

    #[test]
    fn root_under_another_name_is_not_unprivileged() {
        assert_eq!(find(PASSWD, "root"), None);
    }
}
