//! How a write of many rows is cut, and who hears of it.

use std::fmt;
use std::ops::Range;

use crate::exec::Handle;

/// Rows of a batch: CockroachDB's advice is a few hundred.
pub(in crate::query) const ROWS: usize = 500;
/// Bytes of a batch's values.
pub(in crate::query) const BYTES: usize = 2 << 20;
/// The most placeholders of a batch that has one for each value.
pub(in crate::query) const PARAMETERS: usize = 32_000;
/// Beside those of the rows: a tenant.
const EXTRA: usize = 1;
/// CockroachDB takes messages of 16 MiB (`sql.conn.max_read_buffer_message_size`), headers included.
pub(in crate::query) const COCKROACH_ROW: usize = (16 << 20) - (64 << 10);
/// `PostgreSQL` takes messages of 1 GiB.
const POSTGRES_ROW: usize = (1 << 30) - (1 << 20);

/// What hears of progress.
pub(super) type Callback<'r> = Box<dyn FnMut(&Progress) + Send + 'r>;

/// How rows are cut into batches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) rows: usize,
    pub(super) bytes: usize,
    pub(super) row_bytes: usize,
}

/// What the caller has set.
#[derive(Default)]
pub(super) struct Options<'r> {
    rows: Option<usize>,
    bytes: Option<usize>,
    in_flight: Option<usize>,
    progress: Option<Callback<'r>>,
}

/// How far a write of many rows has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The rows of the batch that has just been written, counted from 0.
    pub batch: Range<u64>,
    /// How many batches are written.
    pub batches: u64,
    /// How many rows were given in them.
    pub rows: u64,
    /// All rows before this one are written, so a later run can start here.
    pub complete_before: u64,
}

impl<'r> Options<'r> {
    pub(super) fn rows(&mut self, rows: usize) {
        self.rows = Some(rows.max(1));
    }

    pub(super) fn bytes(&mut self, bytes: usize) {
        self.bytes = Some(bytes.max(1));
    }

    pub(super) fn in_flight(&mut self, batches: usize) {
        self.in_flight = Some(batches.max(1));
    }

    pub(super) fn progress(&mut self, callback: impl FnMut(&Progress) + Send + 'r) {
        self.progress = Some(Box::new(callback));
    }

    pub(super) fn take_progress(&mut self) -> Option<Callback<'r>> {
        self.progress.take()
    }

    /// How rows are cut for a server.
    pub(super) fn cut(&self, handle: Handle<'_>) -> Cut {
        let row_bytes = if handle.is_cockroachdb() { COCKROACH_ROW } else { POSTGRES_ROW };
        // A batch of small rows grows to the limit of bytes before the row that goes over it is taken out.
        let bytes = self.bytes.unwrap_or(BYTES).min(row_bytes);
        Cut { rows: self.rows.unwrap_or(ROWS), bytes, row_bytes }
    }

    /// How many batches are on their way at once.
    ///
    /// In trials, several at once were slower on `CockroachDB`, and faster on `PostgreSQL`. In a transaction there is
    /// one connection.
    pub(super) fn at_once(&self, handle: Handle<'_>) -> usize {
        let Handle::Database(db) = handle else { return 1 };
        let wanted = self.in_flight.unwrap_or(if db.server().is_cockroachdb() { 1 } else { 4 });
        // More than there are connections would only wait for each other.
        wanted.min(db.pool().max_size()).max(1)
    }
}

impl Cut {
    /// The same for rows that need a placeholder for each value.
    pub(super) fn of_values(self, columns: usize) -> Self {
        Self { rows: self.rows.min((PARAMETERS - EXTRA) / columns.max(1)).max(1), ..self }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("rows", &self.rows)
            .field("bytes", &self.bytes)
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}
