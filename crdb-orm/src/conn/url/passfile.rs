//! The password file of libpq: `host:port:database:user:password`, one a line.
//!
//! <https://www.postgresql.org/docs/current/libpq-pgpass.html>

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::super::secret::Secret;
use super::Node;

/// The passwords of a file, which is looked at again for each new connection, as by libpq: a password may be changed
/// while the program runs.
#[derive(Clone, Default)]
pub(super) struct Passfile {
    path: Option<Arc<Path>>,
    read: Arc<Mutex<(Option<Stamp>, Passwords)>>,
}

/// What a file was like when it was read.
type Stamp = (SystemTime, u64, bool);

impl Passfile {
    /// Reads the file.
    pub(super) fn at(path: &Path) -> Self {
        let read = (stamp(path), Passwords::read(path));
        Self { path: Some(path.into()), read: Arc::new(Mutex::new(read)) }
    }

    #[cfg(test)]
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Reads the file again if it has changed. Where it cannot be used now, the last good one is: somebody may be
    /// replacing it at this moment.
    ///
    /// It is looked at where it stands: that takes microseconds, and a thread for it would take longer.
    pub(super) fn refresh(&self) {
        let Some(path) = &self.path else { return };
        let now = stamp(path);
        if now.is_none() || lock(&self.read).0 == now {
            return;
        }
        let passwords = Passwords::read(path);
        let mut read = lock(&self.read);
        if passwords.ignored.is_none() || read.1.lines.is_empty() {
            *read = (now, passwords);
        }
    }

    /// The password of the first line that fits.
    pub(super) fn find(&self, node: &Node, database: Option<&str>, user: Option<&str>) -> Option<Secret> {
        lock(&self.read).1.find(node, database, user).cloned()
    }

    /// Why the file that there is was not used.
    pub(super) fn ignored(&self) -> Option<String> {
        lock(&self.read).1.ignored.clone()
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len(), others_can_read(&found)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where servers of this machine have their sockets: libpq is built with one of these, which `localhost` stands for.
const DEFAULT_DIRECTORIES: [&str; 3] = ["/tmp", "/var/run/postgresql", "/run/postgresql"];

/// What a password file holds.
#[derive(Clone, Default)]
struct Passwords {
    lines: Vec<Line>,
    /// Why the file that there is was not used.
    ignored: Option<String>,
}

/// One line; `None` stands for `*`.
#[derive(Clone)]
struct Line {
    host: Option<String>,
    port: Option<String>,
    database: Option<String>,
    user: Option<String>,
    password: Secret,
}

impl Passwords {
    /// Reads the file. One that does not exist holds nothing, and one that others can read is not used, as by libpq.
    fn read(path: &Path) -> Self {
        let ignored = |why: String| {
            let ignored = format!("the password file {} was not used: {why}", path.display());
            tracing::warn!("{ignored}");
            Self { lines: Vec::new(), ignored: Some(ignored) }
        };
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::default(),
            Err(error) => return ignored(error.to_string()),
            Ok(found) if !found.is_file() => return ignored("it is not a file".to_owned()),
            Ok(found) if others_can_read(&found) => {
                return ignored("others can read it (chmod 0600 makes it yours)".to_owned());
            }
            Ok(_) => {}
        }
        match fs::read_to_string(path) {
            Ok(text) => Self { lines: text.lines().filter_map(line).collect(), ignored: None },
            Err(error) => ignored(error.to_string()),
        }
    }

    /// The password of the first line that fits.
    fn find(&self, node: &Node, database: Option<&str>, user: Option<&str>) -> Option<&Secret> {
        let (hosts, port) = match node {
            Node::Tcp { host, port, .. } => ([host.as_str(), host.as_str()], port),
            Node::Unix { directory, port } if DEFAULT_DIRECTORIES.contains(&directory.as_str()) => {
                ([directory.as_str(), "localhost"], port)
            }
            Node::Unix { directory, port } => ([directory.as_str(), directory.as_str()], port),
        };
        let port = port.to_string();
        let is = |wanted: &Option<String>, given: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| given == Some(wanted))
        };
        self.lines
            .iter()
            .find(|line| {
                hosts.iter().any(|host| is(&line.host, Some(host)))
                    && is(&line.port, Some(&port))
                    && is(&line.database, database)
                    && is(&line.user, user)
            })
            .map(|line| &line.password)
    }
}

/// One line; a comment, or one with too few parts, is none.
fn line(text: &str) -> Option<Line> {
    if text.trim_start().starts_with('#') {
        return None;
    }
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => parts.last_mut()?.extend(chars.next()),
            ':' if parts.len() < 5 => parts.push(String::new()),
            c => parts.last_mut()?.push(c),
        }
    }
    let [host, port, database, user, password] = <[String; 5]>::try_from(parts).ok()?;
    let any = |part: String| (part != "*").then_some(part);
    let password = Secret::new(password);
    Some(Line { host: any(host), port: any(port), database: any(database), user: any(user), password })
}

#[cfg(unix)]
fn others_can_read(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn others_can_read(_: &fs::Metadata) -> bool {
    false
}

/// See `crate::__fuzz::passfile`.
#[cfg(any(fuzzing, test))]
pub(crate) fn fuzz_passfile(text: &str) {
    let passwords = Passwords { lines: text.lines().filter_map(line).collect(), ignored: None };
    let node = Node::Tcp { host: "localhost".to_owned(), port: 5432, address: None };
    let _ = passwords.find(&node, Some("db"), Some("user"));
    // What is written with escapes is found as it is.
    let mut parts = text.splitn(3, '\n').filter(|part| !part.contains(['\r', '\n']) && *part != "*");
    let (Some(host), Some(user), Some(password)) = (parts.next(), parts.next(), parts.next()) else { return };
    let escaped = |part: &str| part.replace('\\', "\\\\").replace(':', "\\:");
    let written = format!("{}:*:*:{}:{}", escaped(host), escaped(user), escaped(password));
    // A line that begins like this is a comment.
    if written.trim_start().starts_with('#') {
        return;
    }
    let passwords = Passwords { lines: written.lines().filter_map(line).collect(), ignored: None };
    let node = Node::Tcp { host: host.to_owned(), port: 1, address: None };
    let found = passwords.find(&node, None, Some(user)).map(|found| found.reveal().to_owned());
    assert_eq!(found.as_deref(), Some(password), "{written:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(host: &str, port: u16) -> Node {
        Node::Tcp { host: host.to_owned(), port, address: None }
    }

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let text = "# h:1:d:u:no\nh:1:d:u:one\nh:*:d:u:t\\:w\\\\o:x\n\\:\\:1:5:*:*:six\nlocalhost:*:*:*:sock\nbad:line\n";
        let passwords = Passwords { lines: text.lines().filter_map(line).collect(), ignored: None };
        let find = |node: Node, database, user| {
            passwords.find(&node, database, user).map(|password| password.reveal().to_owned())
        };
        assert_eq!(find(tcp("h", 1), Some("d"), Some("u")).as_deref(), Some("one"));
        assert_eq!(find(tcp("h", 2), Some("d"), Some("u")).as_deref(), Some("t:w\\o:x"));
        assert_eq!(find(tcp("::1", 5), Some("d"), None).as_deref(), Some("six"));
        assert_eq!(find(tcp("h", 1), Some("e"), Some("u")), None);
        assert_eq!(find(tcp("h", 1), Some("d"), None), None);
        let socket = |directory: &str| Node::Unix { directory: directory.to_owned(), port: 3 };
        assert_eq!(find(socket("/tmp"), None, None).as_deref(), Some("sock"));
        assert_eq!(
            find(socket("/home/somebody"), None, None),
            None,
            "`localhost` is no socket of somebody's"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used_and_it_is_said() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("passfile-of-crdb-orm-{:016x}", fastrand::u64(..)));
        fs::write(&path, "*:*:*:*:hunter2\n").expect("a file");
        let read = |mode| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("other permissions");
            Passwords::read(&path)
        };
        let (open, own) = (read(0o644), read(0o600));
        fs::remove_file(&path).expect("removed");
        assert!(open.lines.is_empty() && open.ignored.expect("a reason").contains("chmod 0600"));
        assert!(own.find(&tcp("h", 1), None, None).is_some() && own.ignored.is_none());
        let missing = Passwords::read(&path);
        assert!(missing.lines.is_empty() && missing.ignored.is_none());
    }
}
