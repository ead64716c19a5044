//! The handle that a transaction's closure gets.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::Row;

use super::attempt::{Attempt, OUTERMOST, Phase};
use super::deferred::Deferred;
use super::keyword;
use super::request::{Halt, Request, Sender, Travel};
use super::scope;
use crate::conn::{Answer, Conn, Params, Ready, ServerKind, types};
use crate::error::{Driver, Error, Kind, Result};
use crate::exec::{BoxFuture, Class, Label, Statement};
use crate::observe::Watch;

/// How long an error that only echoes an earlier one waits for that one to be known.
const ECHO: Duration = Duration::from_millis(50);

/// An open transaction: what [`Database::transaction`](crate::Database::transaction) hands to its closure.
///
/// Give `&tx` to queries. It is cheap to clone, and statements on it may be awaited together
/// (`try_join!`): they share one connection and travel without waiting for each other. It is good until its
/// closure returns; a clone that outlives the closure gets an error (`is_transaction_ended`).
///
/// BEGIN travels with the first statement: a generated read does not wait for its answer, anything else does. A
/// transaction that sends nothing costs nothing.
#[derive(Clone)]
pub struct Tx {
    attempt: Arc<Attempt>,
    scope: u32,
}

impl Tx {
    pub(super) fn new(attempt: Arc<Attempt>) -> Self {
        Self { attempt, scope: OUTERMOST }
    }

    pub(super) fn inside(attempt: Arc<Attempt>, scope: u32) -> Self {
        Self { attempt, scope }
    }

    pub(super) fn of(&self) -> &Arc<Attempt> {
        &self.attempt
    }

    pub(super) fn scope(&self) -> u32 {
        self.scope
    }

    /// The kind of server that it runs on; `None` where it has ended.
    pub(crate) fn server_kind(&self) -> Option<ServerKind> {
        self.attempt.conn().map(|conn| conn.server().kind())
    }

    /// Which attempt of the transaction this is, from 1 on.
    pub fn attempt(&self) -> u32 {
        self.attempt.number()
    }

    /// Runs a closure inside a savepoint: its `Err` undoes what it did, and no more.
    ///
    /// So a constraint violation inside it can be dealt with, and the transaction goes on. The closure gets a
    /// handle of its own; until it has ended, `self` and other savepoints are refused
    /// ([`is_invalid_statement`](Error::is_invalid_statement)), since what they did would be undone with it. Dropped
    /// before its end, it is undone.
    ///
    /// A serialization failure inside it cannot be mended by a savepoint: the whole transaction is run again.
    /// CockroachDB keeps row locks when a savepoint is undone, PostgreSQL does not
    /// (<https://www.cockroachlabs.com/docs/stable/savepoint>).
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// db.transaction("sign up", async |tx| {
    ///     let taken = tx
    ///         .savepoint(async |sp| Sql::trusted("INSERT INTO names VALUES ('ann')").exec(&sp).await)
    ///         .await
    ///         .is_err_and(|error| error.is_unique_violation());
    ///     let name = if taken { "ann2" } else { "ann" };
    ///     Sql::trusted("INSERT INTO people VALUES ($1)").bind(name.to_owned()).exec(&tx).await
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The closure's; the first failure of a statement in it, whatever the closure returned.
    pub fn savepoint<'a, F, Fut, T>(&'a self, closure: F) -> BoxFuture<'a, Result<T>>
    where
        F: FnOnce(Self) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T>> + Send + 'a,
        T: Send + 'a,
    {
        Box::pin(scope::run(self, closure))
    }

    /// The same as [`savepoint`](Self::savepoint) with an error type of the caller's.
    ///
    /// # Errors
    /// See [`savepoint`](Self::savepoint).
    pub fn try_savepoint<'a, F, Fut, T, E>(&'a self, closure: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: FnOnce(Self) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(scope::run(self, closure))
    }

    /// Runs a hook right after this attempt is known to be committed.
    ///
    /// It runs at most once: not when the transaction rolls back, nor when its outcome is not known, nor when the
    /// future of the transaction was dropped, nor when the process ends first. What must happen belongs into a table
    /// of the same transaction (an outbox), from which it is done later. It must be quick, since the
    /// caller of the transaction waits for it; let it spawn what takes time. Inside a savepoint that is undone, it is
    /// forgotten with it.
    pub fn after_commit(&self, hook: impl FnOnce() + Send + 'static) {
        let mut state = self.attempt.state();
        if state.phase == Phase::Open {
            let scope = if state.is_open(self.scope) { self.scope } else { state.scope() };
            state.hooks.push((scope, Box::new(hook)));
        }
    }

    /// Rolls back in the end, whatever the closure returns: for a dry run, say.
    ///
    /// The closure's `Ok` is then returned as it is, although nothing was committed. No hook runs.
    pub fn rollback_only(&self) {
        self.attempt.state().rollback_only = true;
    }

    pub(crate) async fn rows(&self, statement: &Statement) -> Result<Vec<Row>> {
        self.run(statement).await.map(|answer| answer.rows)
    }

    pub(crate) async fn execute(&self, statement: &Statement) -> Result<u64> {
        self.run(statement).await.map(|answer| answer.changed)
    }

    /// Keeps a write until COMMIT, or until the next statement.
    pub(crate) fn defer(&self, statement: Result<Statement>) {
        let label = statement.as_ref().map_or(Label { verb: "deferred write", table: None }, |s| s.label);
        let checked = statement.and_then(|statement| check(&statement).map(|()| statement));
        match checked {
            Ok(statement) => {
                let mut state = self.attempt.state();
                if state.phase != Phase::Open {
                    tracing::error!(
                        ?label,
                        "a write was deferred on a transaction that has ended: it is lost"
                    );
                } else if state.scope() == self.scope {
                    state.deferred.push(Deferred::new(self.scope, statement));
                } else {
                    drop(state);
                    self.attempt.fail(self.scope, &elsewhere(label));
                }
            }
            Err(error) => self.attempt.fail(self.scope, &error),
        }
    }

    async fn run(&self, statement: &Statement) -> Result<Answer> {
        let locking = statement.locking.as_ref().filter(|_| self.attempt.locks_reads());
        if let Some(sql) = locking {
            let statement = Statement { sql: sql.clone(), locking: None, ..statement.clone() };
            return self.run_as_it_is(&statement).await;
        }
        self.run_as_it_is(statement).await
    }

    async fn run_as_it_is(&self, statement: &Statement) -> Result<Answer> {
        let label = statement.label;
        let conn = self.attempt.conn().ok_or_else(|| ended(label))?;
        self.local(check(statement))?;
        self.prepare_deferred().await?;
        let prepared = match conn.prepared(statement) {
            Some(prepared) => prepared,
            None => self.prepare(&conn, statement, false).await?,
        };
        self.local(prepared.check(statement))?;
        let params = Params::new(&statement.values);
        let travel = if statement.class == Class::Read { Travel::WithBegin } else { Travel::AfterBegin };
        let (node, watch) = (conn.clone(), Watch::new(statement, &conn));
        self.send(&node, label, travel, async move { conn.execute(prepared, params, watch).await }).await
    }

    async fn prepare(&self, conn: &Arc<Conn>, statement: &Statement, deferred: bool) -> Result<Ready> {
        let types = types(statement);
        let (sender, sql) = (conn.clone(), statement.sql.clone());
        let (label, scope) = (statement.label, self.scope);
        let preparing = async move { sender.prepare(sql, types).await };
        self.send_as(conn, Sender { label, scope, travel: Travel::WithBegin, deferred }, preparing).await
    }

    /// Prepares what is deferred, so that it can be sent without waiting for anything.
    pub(super) async fn prepare_deferred(&self) -> Result<()> {
        loop {
            let Some(conn) = self.attempt.conn() else { return Ok(()) };
            let unprepared = {
                let mut state = self.attempt.state();
                state.deferred.iter_mut().find_map(|write| write.unprepared(&conn).cloned())
            };
            let Some(statement) = unprepared else { return Ok(()) };
            let prepared = self.prepare(&conn, &statement, true).await?;
            self.local(prepared.check(&statement))?;
        }
    }

    /// Records a failure that was found before anything was sent: a closure that ignores it must not commit.
    fn local(&self, result: Result<()>) -> Result<()> {
        result.inspect_err(|error| self.attempt.fail(self.scope, error))
    }

    /// Sends what marks a place; nobody waits for its answer, which is recorded.
    pub(super) fn mark(&self, conn: &Arc<Conn>, label: Label, sql: String) {
        let sender = Sender { label, scope: self.scope, travel: Travel::Mark, deferred: false };
        let sending = conn.clone();
        Request::new(&self.attempt, sender, async move { sending.batch(&sql).await }).post(conn);
    }

    /// Sends a text without values.
    pub(super) async fn batch(&self, conn: &Arc<Conn>, label: Label, sql: String) -> Result<()> {
        let sending = conn.clone();
        self.send(conn, label, Travel::AfterBegin, async move { sending.batch(&sql).await }).await
    }

    async fn send<O: Send + 'static>(
        &self,
        conn: &Arc<Conn>,
        label: Label,
        travel: Travel,
        request: impl Future<Output = Result<O, Driver>> + Send + 'static,
    ) -> Result<O> {
        self.send_as(conn, Sender { label, scope: self.scope, travel, deferred: false }, request).await
    }

    async fn send_as<O: Send + 'static>(
        &self,
        conn: &Arc<Conn>,
        sender: Sender,
        request: impl Future<Output = Result<O, Driver>> + Send + 'static,
    ) -> Result<O> {
        let label = sender.label;
        match Request::new(&self.attempt, sender, request).await {
            Ok(answer) => Ok(answer),
            Err(Halt::Ended) => Err(ended(label)),
            Err(Halt::Scope) => {
                let error = elsewhere(label);
                self.attempt.fail(self.scope, &error);
                Err(error)
            }
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
    // What is generated names its table.
    if statement.label.table.is_none()
        && let Some(why) = keyword::refusal(&statement.sql)
    {
        let message = format!("this statement has no place inside a transaction: {why}");
        return Err(Error::of_kind(Kind::Refused, message).with_label(statement.label));
    }
    Conn::check(statement)
}

fn ended(label: Label) -> Error {
    Error::of_kind(Kind::Ended, "the transaction has ended, and the statement was not sent").with_label(label)
}

pub(super) fn elsewhere(label: Label) -> Error {
    let message =
        "a savepoint is open, or has ended, and this handle is not its own: the statement was not sent";
    Error::of_kind(Kind::Refused, message)
        .with_advice(
            "use the handle that the innermost savepoint's closure got, one savepoint after the other",
        )
        .with_label(label)
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("attempt", &self.attempt()).finish_non_exhaustive()
    }
}
