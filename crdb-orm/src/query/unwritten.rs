//! Statements that are written when the kind of their server is known: only CockroachDB has index hints.

use std::fmt;

use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{Label, Statement};

/// A statement that is written, or is to be written.
pub(super) enum Unwritten {
    Same(Result<Statement>),
    Later {
        /// Whether its own table has a hint.
        hinted: bool,
        write: Box<dyn FnOnce(Option<ServerKind>) -> Result<Statement> + Send>,
    },
}

impl Unwritten {
    pub(super) fn later(
        hinted: bool,
        write: impl FnOnce(Option<ServerKind>) -> Result<Statement> + Send + 'static,
    ) -> Self {
        Self::Later { hinted, write: Box::new(write) }
    }

    /// Whether its own table has a hint.
    pub(super) const fn is_hinted(&self) -> bool {
        matches!(self, Self::Later { hinted: true, .. })
    }

    /// The statement on this kind of server; where that is not known, as on CockroachDB.
    pub(super) fn write(self, kind: Option<ServerKind>) -> Result<Statement> {
        match self {
            Self::Same(statement) => statement,
            Self::Later { write, .. } => write(kind),
        }
    }

    /// The statement for a part of another, which is the same on both servers.
    ///
    /// # Errors
    /// Where its table has a hint; those of the statement.
    pub(super) fn write_part(self, label: Label) -> Result<Statement> {
        if self.is_hinted() {
            let why = "a write that is a named part of another statement takes no index hint";
            return Err(Error::invalid_statement(label, why));
        }
        self.write(Some(ServerKind::PostgreSql))
    }
}

impl From<Result<Statement>> for Unwritten {
    fn from(statement: Result<Statement>) -> Self {
        Self::Same(statement)
    }
}

impl fmt::Debug for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same(statement) => statement.fmt(f),
            Self::Later { .. } => f.write_str("Later"),
        }
    }
}
