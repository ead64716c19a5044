//! Whether something was committed.

use std::fmt;

/// Whether the writes of a failed transaction, or of a failed single statement, are in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommitOutcome {
    /// Certainly not: it is safe to run it again.
    NotCommitted,
    /// Certainly: the failure came afterwards.
    ///
    /// CockroachDB reports so, by SQLSTATE XXA00, when the rows of a transaction were committed and a schema
    /// change of the same transaction failed
    /// (<https://www.cockroachlabs.com/docs/stable/online-schema-changes>).
    Committed,
    /// Nobody knows: the answer to COMMIT was lost, or the server itself cannot tell (SQLSTATE 40003).
    ///
    /// It is never run again by itself, since that could do the work twice. The original may even arrive
    /// later than this error. Look for what it should have written before deciding.
    Unknown,
}

impl fmt::Display for CommitOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCommitted => "not committed",
            Self::Committed => "committed",
            Self::Unknown => "unknown",
        })
    }
}
