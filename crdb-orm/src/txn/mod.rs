//! Transactions.
use crate::error::Result;
use crate::exec::Statement;
use tokio_postgres::Row;

/// An open transaction.
#[derive(Clone)]
pub struct Tx;
impl Tx {
    pub(crate) async fn rows(&self, _statement: &Statement) -> Result<Vec<Row>> { Ok(Vec::new()) }
    pub(crate) async fn execute(&self, _statement: &Statement) -> Result<u64> { Ok(0) }
}
