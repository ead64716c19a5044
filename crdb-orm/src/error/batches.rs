//! How far a write in batches has come before it failed.

use std::fmt;

/// What a delete or an update in batches has done when it has failed: [`Error::batches`](super::Error::batches).
///
/// Whether the batch that failed took effect is told by the error itself: where its answer was lost
/// ([`is_outcome_unknown`](super::Error::is_outcome_unknown)) nobody knows, and else it did not.
///
/// ```
/// # fn show(error: crdb_orm::Error) {
/// if let Some(done) = error.batches() {
///     println!("{} rows in {} batches; go on at {:?}", done.rows(), done.batches(), done.resume());
/// }
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BatchesDone {
    batches: u64,
    rows: u64,
    resume: Option<String>,
    unknown: bool,
}

impl BatchesDone {
    pub(crate) fn new(batches: u64, rows: u64, resume: Option<String>, unknown: bool) -> Self {
        Self { batches, rows, resume, unknown }
    }

    /// How many batches are committed.
    pub fn batches(&self) -> u64 {
        self.batches
    }

    /// How many rows were changed in them.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Where to go on, behind the last batch that is committed: what `resume` takes. `None` is the beginning.
    pub fn resume(&self) -> Option<&str> {
        self.resume.as_deref()
    }
}

impl fmt::Debug for BatchesDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The place to go on at holds the key of a row.
        f.debug_struct("BatchesDone")
            .field("batches", &self.batches)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for BatchesDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |n: u64| if n == 1 { "" } else { "es" };
        let Self { batches, rows, .. } = *self;
        let s = if rows == 1 { "" } else { "s" };
        write!(f, "{batches} batch{} with {rows} row{s} committed", plural(batches))?;
        if self.unknown { f.write_str(", and nobody knows of the one after them") } else { Ok(()) }
    }
}
