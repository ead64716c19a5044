//! SQL schemas, as far as more is to be said of them than their names.

use super::const_check::fail;

/// An SQL schema: who owns it, and a comment.
///
/// A schema that a table, a type or a sequence is in is made without it; it is for what else there is to say, and for a
/// schema that has nothing in it yet.
///
/// ```
/// use crdb_orm::Schema;
/// use crdb_orm::schema::SqlSchemaDef;
///
/// const SHOP: Schema = Schema::new("shop")
///     .tables(&[])
///     .sql_schemas(&[SqlSchemaDef::new("sales").owner("sales_team").comment("What is sold.")]);
/// ```
///
/// Source: `CockroachDB`, "CREATE SCHEMA", "COMMENT ON".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqlSchemaDef {
    /// Its name.
    pub name: &'static str,
    /// The role that owns it, which has to be there; who runs the DDL when `None`.
    pub owner: Option<&'static str>,
    /// The comment on it.
    pub comment: Option<&'static str>,
}

impl SqlSchemaDef {
    /// A schema of that name.
    ///
    /// # Panics
    /// At compile time, in a const item: the name is empty.
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        if name.is_empty() {
            fail(&["the name of an SQL schema is empty: write `SqlSchemaDef::new(\"sales\")`"]);
        }
        Self { name, owner: None, comment: None }
    }

    /// Sets its owner: `AUTHORIZATION role`.
    #[must_use]
    pub const fn owner(mut self, role: &'static str) -> Self {
        self.owner = Some(role);
        self
    }

    /// Sets the comment.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}
