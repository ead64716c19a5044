//! Whether something was committed.

use std::fmt;

/// Whether the writes of a failed transaction, or of a failed single statement, are in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommitOutcome {
    /// Certainly not: it is safe to run it again.
    NotCommitted,
    /// Certainly: the failure came afterwards.
    ///
    /// The answer to a single write could not be read: more rows than one, or one that does not fit its type. Of SQL of
    /// your own that only reads it is said, too, since a function in it may write; `.read_only()` tells that it does not.
    ///
    /// CockroachDB reports so, by SQLSTATE XXA00, when the rows of a transaction were committed and a schema
    /// change of the same transaction failed
    /// (<https://www.cockroachlabs.com/docs/stable/online-schema-changes>).
    Committed,
    /// Some of it, and not all: a write of many rows, each batch of which is committed by itself.
    ///
    /// [`Error::partial`](super::Error::partial) says which rows.
    Partly,
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
            Self::Partly => "partly committed",
            Self::Unknown => "unknown",
        })
    }
}
