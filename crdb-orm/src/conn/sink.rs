//! What takes the rows of an answer.

use tokio_postgres::Row;

/// Takes the rows of an answer as they come, so that they are read while the server makes the next ones.
pub(crate) trait Sink: Send {
    /// Takes the next row.
    fn take(&mut self, row: Row);

    /// Forgets what came: the statement is run, and may have been before.
    fn clear(&mut self);

    /// Takes an answer that is there as a whole.
    fn take_all(&mut self, rows: Vec<Row>) {
        self.clear();
        for row in rows {
            self.take(row);
        }
    }
}

impl Sink for Vec<Row> {
    fn take(&mut self, row: Row) {
        push(self, row);
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// For whom only the number of rows matters.
impl Sink for () {
    fn take(&mut self, _: Row) {}

    fn clear(&mut self) {}
}

/// Adds one: most answers have no other.
pub(crate) fn push<T>(rows: &mut Vec<T>, row: T) {
    if rows.is_empty() {
        rows.reserve_exact(1);
    }
    rows.push(row);
}
