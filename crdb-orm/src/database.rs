//! The entry point.
use crate::error::Result;
use crate::exec::Statement;
use tokio_postgres::Row;

/// A database: a pool of connections, and the retry loop around every statement.
#[derive(Clone)]
pub struct Database;
impl Database {
    /// Connects.
    pub async fn connect(_url: &str) -> Result<Self> {
        Ok(Self)
    }
    /// Closes.
    pub async fn close(&self) {}
    pub(crate) async fn rows(&self, _statement: &Statement) -> Result<Vec<Row>> {
        Ok(Vec::new())
    }
    pub(crate) async fn execute(&self, _statement: &Statement) -> Result<u64> {
        Ok(0)
    }
}
