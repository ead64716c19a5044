//! How rows leave the ledger.

use std::borrow::Cow;

use super::sql::SWEEP;
use crate::database::Database;
use crate::error::Result;
use crate::exec::{Class, Expects, Label, Statement};
use crate::query::RowReader;
use crate::types::Field;

const LABEL: Label = Label { verb: "sweep", table: Some("crdb_orm_ledger") };

impl Database {
    /// Deletes the rows of the [`Ledger`](crate::Ledger) whose time is over, and returns how many they were.
    ///
    /// A key may be used anew when its row is gone; until then it counts, expired or not. Call it now and then, once a
    /// day from one process say, where the server has no row-level TTL. It reads the whole table, in statements of at
    /// most 500 deletes, and does no harm where something else deletes expired rows, too.
    ///
    /// # Errors
    /// A statement's, such as a missing table. What was deleted until then stays deleted.
    pub async fn sweep_ledger(&self) -> Result<u64> {
        let mut deleted = 0;
        let mut after: Vec<u8> = Vec::new();
        loop {
            let statement = Statement {
                sql: Cow::Borrowed(SWEEP),
                values: vec![after.to_value()],
                // What is gone stays gone, so it may be run twice.
                locking: None,
                class: Class::Rerun,
                label: LABEL,
                expects: Expects::Any,
            };
            let rows = self.rows(&statement).await?;
            let Some(row) = rows.first() else { return Ok(deleted) };
            let row = RowReader::new(row, LABEL);
            deleted += u64::try_from(row.get::<i64>(0)?).unwrap_or(0);
            match row.get::<Option<Vec<u8>>>(1)? {
                Some(last) => after = last,
                None => return Ok(deleted),
            }
        }
    }
}
