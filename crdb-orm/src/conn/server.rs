//! Which server is at the other end.

use std::fmt;

/// The kind of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerKind {
    /// CockroachDB.
    CockroachDb,
    /// PostgreSQL, for development and tests.
    PostgreSql,
}

/// A version: for CockroachDB its year and release, such as 25.2; for PostgreSQL major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Which server a database runs on, as it said when the connection was made.
///
/// CockroachDB reports the parameter `crdb_version` at start-up, so no query is needed to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    kind: ServerKind,
    version: Version,
    text: String,
}

impl ServerInfo {
    /// From the parameters `crdb_version` and `server_version`.
    pub(crate) fn detect(crdb_version: Option<&str>, server_version: Option<&str>) -> Self {
        let (kind, text) = match crdb_version {
            Some(text) => (ServerKind::CockroachDb, text),
            None => (ServerKind::PostgreSql, server_version.unwrap_or_default()),
        };
        let number = match kind {
            // "CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu, ...)"
            ServerKind::CockroachDb => text.split_whitespace().find_map(|word| word.strip_prefix('v')),
            // "15.13 (Debian 15.13-0+deb12u1)"
            ServerKind::PostgreSql => text.split_whitespace().next(),
        };
        Self { kind, version: parse(number.unwrap_or_default()), text: text.to_owned() }
    }

    /// The kind of server.
    pub fn kind(&self) -> ServerKind {
        self.kind
    }

    /// Its version; 0.0 if it said none that can be read.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether it is CockroachDB.
    pub fn is_cockroachdb(&self) -> bool {
        self.kind == ServerKind::CockroachDb
    }

    /// Whether it is CockroachDB of this version or a later one.
    pub fn is_cockroachdb_since(&self, major: u16, minor: u16) -> bool {
        self.is_cockroachdb() && self.version >= Version { major, minor }
    }
}

impl fmt::Display for ServerInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ServerKind::CockroachDb => f.write_str(&self.text),
            ServerKind::PostgreSql => write!(f, "PostgreSQL {}", self.text),
        }
    }
}

fn parse(number: &str) -> Version {
    let mut parts = number.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    Version { major: parts.next().unwrap_or(0), minor: parts.next().unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_known_from_what_it_says_at_start_up() {
        let old = "CockroachDB CCL v21.2.0-alpha.00000000-6aee34a852 (x86_64-pc-linux-gnu, built , go1.19.8)";
        let server = ServerInfo::detect(Some(old), Some("13.0.0"));
        assert_eq!((server.kind(), server.version().to_string()), (ServerKind::CockroachDb, "21.2".into()));
        assert!(!server.is_cockroachdb_since(24, 1) && server.is_cockroachdb_since(21, 2));

        let server = ServerInfo::detect(None, Some("15.13 (Debian 15.13-0+deb12u1)"));
        assert_eq!((server.kind(), server.version().to_string()), (ServerKind::PostgreSql, "15.13".into()));
        assert_eq!(server.to_string(), "PostgreSQL 15.13 (Debian 15.13-0+deb12u1)");

        assert_eq!(ServerInfo::detect(None, None).version(), Version::default());
    }
}
