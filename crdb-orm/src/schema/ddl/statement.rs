//! What is printed: statements and notices.

use std::fmt;

/// The statements of a schema, and what was left out of them.
///
/// Its `Display` is a script to look at: what may be a credential of a changefeed's sink is `redacted` in it.
/// [`Self::script`] is the one to run.
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

    /// The script to run: each statement ends with `;`, notices come first as comments. The setting that a
    /// statement needs is set before it and reset after it.
    ///
    /// The statement of a changefeed holds the credentials of its sink, as the server needs them: a script with one is
    /// as secret as they are.
    pub fn script(&self) -> String {
        let mut out = String::new();
        // Writing into a String does not fail.
        let _ = self.write(&mut out, DdlStatement::sql);
        out
    }

    fn write(&self, out: &mut impl fmt::Write, text: impl Fn(&DdlStatement) -> &str) -> fmt::Result {
        for notice in &self.notices {
            writeln!(out, "-- note: {notice}")?;
        }
        for (i, statement) in self.statements.iter().enumerate() {
            if i > 0 || !self.notices.is_empty() {
                writeln!(out)?;
            }
            if let Some(setting) = statement.setting {
                writeln!(out, "SET {setting} = on;")?;
            }
            writeln!(out, "{};", text(statement))?;
            if let Some(setting) = statement.setting {
                writeln!(out, "RESET {setting};")?;
            }
        }
        Ok(())
    }
}

/// A script to look at, without credentials.
impl fmt::Display for Ddl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, DdlStatement::redacted)
    }
}

/// One statement of DDL.
#[derive(Clone, PartialEq, Eq)]
pub struct DdlStatement {
    kind: DdlKind,
    sql: String,
    setting: Option<&'static str>,
    /// The text without credentials, where it has any.
    shown: Option<String>,
}

impl DdlStatement {
    pub(super) fn new(kind: DdlKind, sql: String) -> Self {
        Self { kind, sql, setting: None, shown: None }
    }

    pub(super) fn with_setting(mut self, setting: Option<&'static str>) -> Self {
        self.setting = setting;
        self
    }

    /// The setting that must be `on` in the session that runs it, such as `enable_super_regions`.
    ///
    /// [`Database::create_schema`](crate::Database::create_schema) and the script see to it.
    pub fn session_setting(&self) -> Option<&'static str> {
        self.setting
    }

    /// A statement that may hold credentials, and its text without them.
    pub(in crate::schema) fn with_secrets(kind: DdlKind, sql: String, shown: String) -> Self {
        Self { kind, sql, setting: None, shown: Some(shown) }
    }

    /// What it makes, changes or drops.
    pub fn kind(&self) -> DdlKind {
        self.kind
    }

    /// Its text, without `;`. That of a changefeed holds its sink's URI with its credentials.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// Its text with `redacted` for what may be a credential: what a log may hold.
    pub fn redacted(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.sql)
    }
}

/// The text, for [`Database::run_ddl`](crate::Database::run_ddl).
impl AsRef<str> for DdlStatement {
    fn as_ref(&self) -> &str {
        &self.sql
    }
}

/// Shows no credential.
impl fmt::Debug for DdlStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, sql: _, setting, shown: _ } = self;
        let mut out = f.debug_struct("DdlStatement");
        out.field("kind", kind).field("sql", &self.redacted());
        if let Some(setting) = setting {
            out.field("setting", setting);
        }
        out.finish()
    }
}

/// What a statement makes, changes or drops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DdlKind {
    /// The database: its regions, what it survives, where replicas are.
    Database,
    /// An SQL schema.
    SqlSchema,
    /// An extension of `PostgreSQL`.
    Extension,
    /// A collation of `PostgreSQL`.
    Collation,
    /// An enum or composite type.
    Type,
    /// A sequence.
    Sequence,
    /// A table.
    Table,
    /// A constraint outside its table.
    Constraint,
    /// An index outside its table.
    Index,
    /// A comment.
    Comment,
    /// A zone configuration.
    Zone,
    /// A function or procedure.
    Function,
    /// A view.
    View,
    /// A policy of row-level security, and that it is applied.
    Policy,
    /// A trigger.
    Trigger,
    /// A changefeed.
    Changefeed,
}
