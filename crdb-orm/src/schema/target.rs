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

/// What DDL is printed for: a dialect, and whether the database has regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    dialect: Dialect,
    multi_region: bool,
}

impl Target {
    /// A `CockroachDB` whose nodes are in the regions that the schema names.
    pub const COCKROACHDB: Self = Self { dialect: Dialect::CockroachDb, multi_region: true };

    /// A `CockroachDB` without regions, such as one node on a developer's machine.
    pub const COCKROACHDB_SINGLE_REGION: Self = Self { dialect: Dialect::CockroachDb, multi_region: false };

    /// A `PostgreSQL`, for development and tests.
    pub const POSTGRESQL: Self = Self { dialect: Dialect::PostgreSql, multi_region: false };

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
        f.write_str(match (self.dialect, self.multi_region) {
            (Dialect::CockroachDb, true) => "CockroachDB",
            (Dialect::CockroachDb, false) => "CockroachDB with one region",
            (Dialect::PostgreSql, _) => "PostgreSQL",
        })
    }
}
