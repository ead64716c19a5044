//! What was created.

use std::fmt;

use crate::schema::{DdlStatement, Target};

/// What [`Database::create_schema`](crate::Database::create_schema) has done.
///
/// Its `Display` is one line, and a line for each notice.
#[derive(Debug, Clone)]
pub struct CreatedSchema {
    pub(super) schema: &'static str,
    pub(super) database: String,
    pub(super) target: Target,
    pub(super) statements: usize,
    pub(super) notices: Vec<String>,
    pub(super) changefeeds: Vec<DdlStatement>,
}

impl CreatedSchema {
    /// The name of the database that it was created in, which need not be the schema's.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// What the statements were printed for.
    pub fn target(&self) -> Target {
        self.target
    }

    /// How many statements ran.
    pub fn statements(&self) -> usize {
        self.statements
    }

    /// What this server does not have or what was left to an operator, one sentence a kind. No notice holds a
    /// credential.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The statements that start the changefeeds, which did not run. They hold their sinks' credentials.
    pub fn changefeeds(&self) -> &[DdlStatement] {
        &self.changefeeds
    }
}

impl fmt::Display for CreatedSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schema, database, target, statements, .. } = self;
        let plural = if *statements == 1 { "" } else { "s" };
        write!(
            f,
            "schema `{schema}` was created in database `{database}` by {statements} statement{plural} for {target}"
        )?;
        self.notices.iter().try_for_each(|notice| write!(f, "\nnote: {notice}"))
    }
}
