//! What DDL is printed for.

use std::fmt;

/// A family of servers that read the same DDL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// `CockroachDB`, 22.1 and later.
    CockroachDb,
    /// `PostgreSQL`, 12 and later.
    PostgreSql,
}

/// What DDL is printed for: a dialect, whether the database has regions, and the server's version where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    dialect: Dialect,
    multi_region: bool,
    version: Option<(u16, u16)>,
}

impl Target {
    /// A `CockroachDB` whose nodes are in the regions that the schema names.
    pub const COCKROACHDB: Self = Self { dialect: Dialect::CockroachDb, multi_region: true, version: None };

    /// A `CockroachDB` without regions, such as one node on a developer's machine.
    pub const COCKROACHDB_SINGLE_REGION: Self =
        Self { dialect: Dialect::CockroachDb, multi_region: false, version: None };

    /// A `PostgreSQL`, for development and tests.
    pub const POSTGRESQL: Self = Self { dialect: Dialect::PostgreSql, multi_region: false, version: None };

    /// The same for a server of a version, such as `Target::COCKROACHDB.at_version(24, 2)`.
    ///
    /// What the version does not have is then refused with a message, where the server would answer with a syntax
    /// error; without a version, the newest is assumed.
    #[must_use]
    pub const fn at_version(mut self, major: u16, minor: u16) -> Self {
        self.version = Some((major, minor));
        self
    }

    /// The server's version, where it is known.
    pub const fn server_version(self) -> Option<(u16, u16)> {
        self.version
    }

    /// The dialect.
    pub const fn dialect(self) -> Dialect {
        self.dialect
    }

    /// Whether the database has regions, and tables localities.
    pub const fn is_multi_region(self) -> bool {
        self.multi_region
    }

    pub(super) const fn is_postgresql(self) -> bool {
        matches!(self.dialect, Dialect::PostgreSql)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.dialect {
            Dialect::CockroachDb => "CockroachDB",
            Dialect::PostgreSql => "PostgreSQL",
        })?;
        if let Some((major, minor)) = self.version {
            write!(f, " {major}.{minor}")?;
        }
        if matches!((self.dialect, self.multi_region), (Dialect::CockroachDb, false)) {
            f.write_str(" with one region")?;
        }
        Ok(())
    }
}
