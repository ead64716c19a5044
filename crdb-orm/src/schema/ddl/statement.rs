//! What is printed: statements and notices.

use std::fmt;

/// The statements of a schema, and what was left out of them.
///
/// Its `Display` is a script. A changefeed's statement holds its sink's URI with its credentials, as the server needs
/// it: a script with one is as secret as they are. `Debug` leaves the URI out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ddl {
    statements: Vec<DdlStatement>,
    notices: Vec<String>,
}

impl Ddl {
    pub(super) fn new(statements: Vec<DdlStatement>, notices: Vec<String>) -> Self {
        Self { statements, notices }
    }

    /// The statements, in an order that runs.
    pub fn statements(&self) -> &[DdlStatement] {
        &self.statements
    }

    /// What the target does not have, one sentence a kind. No notice holds a credential.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }
}

/// A script: each statement ends with `;`, notices come first as comments.
impl fmt::Display for Ddl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for notice in &self.notices {
            writeln!(f, "-- note: {notice}")?;
        }
        for (i, statement) in self.statements.iter().enumerate() {
            if i > 0 || !self.notices.is_empty() {
                writeln!(f)?;
            }
            writeln!(f, "{};", statement.sql)?;
        }
        Ok(())
    }
}

/// One statement of DDL.
#[derive(Clone, PartialEq, Eq)]
pub struct DdlStatement {
    kind: DdlKind,
    sql: String,
}

impl DdlStatement {
    pub(super) fn new(kind: DdlKind, sql: String) -> Self {
        Self { kind, sql }
    }

    /// What it makes, changes or drops.
    pub fn kind(&self) -> DdlKind {
        self.kind
    }

    /// Its text, without `;`. That of a changefeed holds its sink's URI with its credentials.
    pub fn sql(&self) -> &str {
        &self.sql
    }
}

/// The text, for [`Database::run_ddl`](crate::Database::run_ddl).
impl AsRef<str> for DdlStatement {
    fn as_ref(&self) -> &str {
        &self.sql
    }
}

impl fmt::Debug for DdlStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("DdlStatement");
        out.field("kind", &self.kind);
        match (self.kind, self.sql.split_once(" INTO ")) {
            (DdlKind::Changefeed, Some((feed, _))) => {
                out.field("sql", &format_args!("{feed} INTO (redacted)"))
            }
            _ => out.field("sql", &self.sql),
        };
        out.finish()
    }
}

/// What a statement makes, changes or drops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DdlKind {
    /// The database: its regions and survival goal.
    Database,
    /// An SQL schema.
    SqlSchema,
    /// An extension of `PostgreSQL`.
    Extension,
    /// An enum type.
    Type,
    /// A table.
    Table,
    /// A constraint outside its table.
    Constraint,
    /// An index outside its table.
    Index,
    /// A comment.
    Comment,
    /// A changefeed.
    Changefeed,
}
