//! What an update of many rows has come to.

use crate::error::{Error, Result};
use crate::exec::Label;

/// How many rows an update of many has changed, and which it has not found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "rows that were not found were not changed: look at `missed()`, or let `complete()` make an error of them"]
pub struct Updated {
    pub(super) changed: u64,
    pub(super) missed: Vec<MissedRow>,
    pub(super) label: Label,
}

/// A row that an update of many has not found. Rows are numbered from 0 in the order in which they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissedRow {
    /// There is no row of its key.
    Gone {
        /// Its number.
        row: u64,
    },
    /// It has changed since the version that was given.
    Stale {
        /// Its number.
        row: u64,
        /// The version that it has now.
        found: i64,
    },
}

impl MissedRow {
    /// Its number.
    pub fn row(&self) -> u64 {
        match *self {
            Self::Gone { row } | Self::Stale { row, .. } => row,
        }
    }
}

impl Updated {
    /// How many rows were changed.
    pub fn changed(&self) -> u64 {
        self.changed
    }

    /// The rows that were not: gone, or at another version than was given.
    pub fn missed(&self) -> &[MissedRow] {
        &self.missed
    }

    /// How many rows were changed, when all were found. In a transaction, `?` on it undoes the others.
    ///
    /// # Errors
    /// When a row is gone (`is_not_found`) or was changed since the version that was given (`is_stale`).
    pub fn complete(self) -> Result<u64> {
        let Some(first) = self.missed.first() else { return Ok(self.changed) };
        let error = match *first {
            MissedRow::Gone { .. } => Error::not_found(self.label),
            MissedRow::Stale { .. } => Error::gone_or_stale(self.label),
        };
        let (missed, row) = (self.missed.len(), first.row());
        Err(error.with_context(format!(
            "{missed} of {} rows were not changed, the first of them row {row}, counted from 0",
            self.changed + missed as u64
        )))
    }
}
