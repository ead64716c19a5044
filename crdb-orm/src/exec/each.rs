//! Rows that are read as they come.

use tokio_postgres::Row;

use crate::conn::{Sink, push};
use crate::error::{Error, Result};
use crate::exec::Label;

/// Makes something of each row. The first that cannot be read is what becomes of all: the answer is read to its end
/// nevertheless, since what the statement did is known only then.
pub(super) struct Each<R, F> {
    read: F,
    rows: Result<Vec<R>>,
}

impl<R, F: FnMut(&Row) -> Result<R>> Each<R, F> {
    pub(super) fn new(read: F) -> Self {
        Self { read, rows: Ok(Vec::new()) }
    }

    pub(super) fn rows(self) -> Result<Vec<R>> {
        self.rows
    }
}

impl<R: Send, F: FnMut(&Row) -> Result<R> + Send> Sink for Each<R, F> {
    fn take(&mut self, row: Row) {
        let Ok(rows) = &mut self.rows else { return };
        match (self.read)(&row) {
            Ok(read) => push(rows, read),
            Err(error) => self.rows = Err(error),
        }
    }

    fn clear(&mut self) {
        match &mut self.rows {
            Ok(rows) => rows.clear(),
            rows @ Err(_) => *rows = Ok(Vec::new()),
        }
    }
}

/// The only row, if there is one. It is read later: what it becomes may be large, and would be part of the future.
#[derive(Default)]
pub(crate) struct Only {
    row: Option<Row>,
    rows: usize,
}

impl Only {
    /// # Errors
    /// There are more.
    pub(crate) fn row(self, label: Label) -> Result<Option<Row>> {
        if self.rows > 1 { Err(Error::too_many_rows(label)) } else { Ok(self.row) }
    }
}

impl Sink for Only {
    fn take(&mut self, row: Row) {
        self.rows += 1;
        self.row = Some(row);
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}
