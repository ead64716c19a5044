//! What it means that a write has changed no row.

use super::version::Sought;
use crate::error::{Error, Result};
use crate::exec::{Handle, Statement};

/// Why a write may have changed no row, where that is an error which its count does not tell.
#[derive(Debug, Default)]
#[doc(hidden)]
pub enum Missed {
    /// There was none: what that means is up to what the write returns.
    #[default]
    None,
    /// The row is at another version than the write names, or gone.
    AtVersion(Sought),
    /// The row that an insert was to update, whatever it is, is one that its handle and its table do not let it touch.
    OutOfReach(fn() -> Error),
}

impl Missed {
    /// Looks why no row was changed.
    ///
    /// # Errors
    /// Why, unless it is that there is none; those of a read.
    pub(super) async fn look(&self, handle: Handle<'_>) -> Result<()> {
        match self {
            Self::None => Ok(()),
            Self::AtVersion(sought) => sought.missed(handle).await,
            Self::OutOfReach(error) => Err(error()),
        }
    }

    /// The same where nobody can look any more: a row that is gone is not told from one that has changed.
    pub(super) fn unseen(&self) -> Result<()> {
        match self {
            Self::None => Ok(()),
            Self::AtVersion(sought) => Err(sought.gone_or_stale()),
            Self::OutOfReach(error) => Err(error()),
        }
    }

    /// How its statement fails on the server where it changes no row, if that is an error.
    pub(super) fn assertion(&self) -> Option<Assertion> {
        match self {
            Self::None => None,
            Self::AtVersion(_) => Some(Statement::asserted),
            Self::OutOfReach(_) => Some(Statement::asserted_in_reach),
        }
    }

    /// The same where it returns what is wanted of its rows.
    pub(super) fn assertion_returning(&self) -> Option<Assertion> {
        match self {
            Self::None => None,
            Self::AtVersion(_) => Some(Statement::asserted_returning),
            Self::OutOfReach(_) => Some(Statement::asserted_in_reach_returning),
        }
    }
}

/// Makes a write one that fails on the server unless it changes one row.
pub(super) type Assertion = fn(Statement) -> Statement;

/// The statement as it is sent where its answer comes too late to be looked at.
pub(super) fn asserted(statement: Statement, assertion: Option<Assertion>) -> Statement {
    match assertion {
        Some(assertion) => assertion(statement),
        None => statement,
    }
}
