//! The handle that a transaction's closure gets.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::Row;

use super::attempt::{Attempt, Halt, Request};
use super::keyword;
use crate::conn::{Answer, Conn, Params};
use crate::error::{Driver, Error, Kind, Result};
use crate::exec::{Label, Statement};
use crate::types::wire_type;

/// How long an error that only echoes an earlier one waits for that one to be known.
const ECHO: Duration = Duration::from_millis(50);

/// An open transaction: what [`Database::transaction`](crate::Database::transaction) hands to its closure.
///
/// Give `&tx` to queries. It is cheap to clone, and statements on it may be awaited together
/// (`try_join!`): they share one connection and travel without waiting for each other. It is good until its
/// closure returns; a clone that outlives the closure gets an error (`is_transaction_ended`).
#[derive(Clone)]
pub struct Tx {
    attempt: Arc<Attempt>,
}

impl Tx {
    pub(super) fn new(attempt: Arc<Attempt>) -> Self {
        Self { attempt }
    }

    /// Which attempt of the transaction this is, from 1 on.
    pub fn attempt(&self) -> u32 {
        self.attempt.number()
    }

    pub(crate) async fn rows(&self, statement: &Statement) -> Result<Vec<Row>> {
        self.run(statement).await.map(|answer| answer.rows)
    }

    pub(crate) async fn execute(&self, statement: &Statement) -> Result<u64> {
        self.run(statement).await.map(|answer| answer.changed)
    }

    async fn run(&self, statement: &Statement) -> Result<Answer> {
        let label = statement.label;
        let conn = self.attempt.conn().ok_or_else(|| ended(label))?;
        self.local(check(statement))?;
        let prepared = if let Some(prepared) = conn.prepared(statement) {
            prepared
        } else {
            let types = statement.values.iter().map(|value| wire_type(value.column_type())).collect();
            let (conn, sql) = (conn.clone(), statement.sql.clone());
            self.send(&conn.clone(), label, async move { conn.prepare(sql, types).await }).await?
        };
        self.local(Conn::check_count(&prepared, statement))?;
        let params = Params::new(&statement.values);
        let node = conn.clone();
        self.send(&node, label, async move { conn.execute(prepared, params).await }).await
    }

    /// Records a failure that was found before anything was sent: a closure that ignores it must not commit.
    fn local(&self, result: Result<()>) -> Result<()> {
        result.inspect_err(|error| self.attempt.fail(error))
    }

    async fn send<O: Send + 'static>(
        &self,
        conn: &Arc<Conn>,
        label: Label,
        request: impl Future<Output = Result<O, Driver>> + Send + 'static,
    ) -> Result<O> {
        match Request::new(&self.attempt, label, request).await {
            Ok(answer) => Ok(answer),
            Err(Halt::Ended) => Err(ended(label)),
            Err(Halt::Failed(driver)) if driver.code() == Some("25P02") => {
                // The statement that failed may be polled by another task and not have seen its answer yet.
                let first = timeout(ECHO, self.attempt.first_failure()).await;
                Err(match first {
                    Ok(first) => {
                        first.with_context("not run, since an earlier statement of the transaction failed")
                    }
                    Err(_) => Error::driver(&driver, conn.node()).with_label(label),
                })
            }
            Err(Halt::Failed(driver)) => Err(Error::driver(&driver, conn.node()).with_label(label)),
        }
    }
}

fn check(statement: &Statement) -> Result<()> {
    if let Some(why) = keyword::refusal(&statement.sql) {
        let message = format!("this statement has no place inside a transaction: {why}");
        return Err(Error::of_kind(Kind::Refused, message).with_label(statement.label));
    }
    Conn::check(statement)
}

fn ended(label: Label) -> Error {
    Error::of_kind(Kind::Ended, "the transaction has ended, and the statement was not sent").with_label(label)
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("attempt", &self.attempt()).finish_non_exhaustive()
    }
}
