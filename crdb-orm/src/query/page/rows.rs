//! The rows of a page, as they come.

use tokio_postgres::Row;

use crate::conn::Sink;
use crate::error::Result;
use crate::exec::Label;
use crate::query::row::RowReader;

/// Reads the rows of a page, and keeps those at its ends, whose keys are the places of its neighbours.
pub(super) struct PageRows<R> {
    read: fn(&RowReader<'_>) -> Result<R>,
    label: Label,
    size: usize,
    pub(super) rows: Result<Vec<R>>,
    /// Whether there is one behind the last.
    pub(super) more: bool,
    pub(super) first: Option<Row>,
    /// `None` where the first is the last, too.
    pub(super) last: Option<Row>,
}

impl<R> PageRows<R> {
    pub(super) fn new(read: fn(&RowReader<'_>) -> Result<R>, label: Label, size: u32) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        Self { read, label, size, rows: Ok(Vec::new()), more: false, first: None, last: None }
    }
}

impl<R: Send> Sink for PageRows<R> {
    fn take(&mut self, row: Row) {
        let Ok(rows) = &mut self.rows else { return };
        if rows.len() == self.size {
            self.more = true;
            return;
        }
        match (self.read)(&RowReader::new(&row, self.label)) {
            Ok(read) => rows.push(read),
            Err(error) => self.rows = Err(error),
        }
        let end = if self.first.is_none() { &mut self.first } else { &mut self.last };
        *end = Some(row);
    }

    fn clear(&mut self) {
        *self = Self { rows: Ok(Vec::new()), more: false, first: None, last: None, ..*self };
    }
}
