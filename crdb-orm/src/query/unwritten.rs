//! Statements that are written when the kind of their server is known: only CockroachDB has index hints.

use std::fmt;

use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{Label, Statement};

/// A statement that is written, or is to be written.
pub(super) enum Unwritten {
    Same(Result<Statement>),
    Later {
        /// Why it cannot be a named part of another statement, if it cannot.
        alone: Option<&'static str>,
        write: Box<dyn FnOnce(Option<ServerKind>) -> Result<Statement> + Send>,
    },
}

/// Why a write with an index hint is no part of another statement, whose text is the same on both servers.
pub(super) const HINTED: &str = "a write that is a named part of another statement takes no index hint";

impl Unwritten {
    /// A write that is to be written, and whether its own table has a hint.
    pub(super) fn later(
        hinted: bool,
        write: impl FnOnce(Option<ServerKind>) -> Result<Statement> + Send + 'static,
    ) -> Self {
        Self::later_alone(hinted.then_some(HINTED), write)
    }

    /// The same, and why it cannot be a named part of another statement, if it cannot.
    pub(super) fn later_alone(
        alone: Option<&'static str>,
        write: impl FnOnce(Option<ServerKind>) -> Result<Statement> + Send + 'static,
    ) -> Self {
        Self::Later { alone, write: Box::new(write) }
    }

    /// Why it cannot be a named part of another statement, if it cannot.
    pub(super) const fn alone(&self) -> Option<&'static str> {
        match self {
            Self::Same(_) => None,
            Self::Later { alone, .. } => *alone,
        }
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
    /// Where it cannot be one; those of the statement.
    pub(super) fn write_part(self, label: Label) -> Result<Statement> {
        if let Some(why) = self.alone() {
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
