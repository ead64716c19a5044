//! A statement that is ready to be sent.

use std::borrow::Cow;

use crate::types::Value;

/// A statement with its values: all that an executor needs, and nothing of where it came from.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub struct Statement {
    /// The text, with `$1`, `$2`, ... for the values.
    pub sql: Cow<'static, str>,
    /// The values.
    pub values: Vec<Value>,
    /// What may be done when its outcome is not known.
    pub class: Class,
    /// What it is called in errors and traces.
    pub label: Label,
}

/// What may be done with a single statement whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Class {
    /// A pure generated read: run again.
    Read,
    /// An insert whose key the client made: the row can be looked for.
    KeyedInsert,
    /// Any other write, and raw SQL: reported as unknown.
    Write,
}

/// What a statement is called in errors and traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct Label {
    /// Such as `select` or `insert`.
    pub verb: &'static str,
    /// The table, when there is one.
    pub table: Option<&'static str>,
}

/// What a statement says that was to change one row and did not: see [`Statement::asserted`].
pub(crate) const ROWS_CHANGED: &str = "crdb_orm: rows changed";

impl Statement {
    /// The same write, which fails on the server unless it changes exactly one row. For writes whose answer comes too
    /// late to be looked at: an UPDATE of nothing would lose what it was to change.
    ///
    /// The cast fails only where it is evaluated: its text depends on the rows, so that no server computes it when it
    /// plans the statement.
    #[must_use]
    pub(crate) fn asserted(mut self) -> Self {
        self.sql = Cow::Owned(format!(
            "WITH changed AS ({} RETURNING 1 AS one) SELECT CASE count(*) WHEN 1 THEN 1 \
             ELSE CAST('{ROWS_CHANGED}: ' || CAST(count(*) AS TEXT) AS INT8) END FROM changed",
            self.sql
        ));
        self
    }
}
