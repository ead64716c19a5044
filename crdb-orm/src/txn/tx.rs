//! The handle that a transaction's closure gets.

use std::borrow::Cow;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use tokio::time::timeout;
use tokio_postgres::Row;

use super::attempt::{Attempt, OUTERMOST, Phase};
use super::deferred::{Deferred, Slot};
use super::keyword;
use super::request::{Halt, Request, Sender, Travel};
use super::scope;
use crate::conn::{Answer, Conn, Params, Ready, ServerKind, read_of, types};
use crate::error::{Driver, Error, Kind, Result};
use crate::exec::{BoxFuture, Label, Reach, Statement};
use crate::observe::Watch;

/// How long an error that only echoes an earlier one waits for that one to be known.
const ECHO: Duration = Duration::from_millis(50);

/// An open transaction: what [`Database::transaction`](crate::Database::transaction) hands to its closure.
///
/// Give `&tx` to queries. It is cheap to clone, and statements on it may be awaited together
/// (`try_join!`): they share one connection and travel without waiting for each other. It is good until its
/// closure returns; a clone that outlives the closure gets an error (`is_transaction_ended`).
///
/// BEGIN travels with the first statement: a generated read, with row locks or without, does not wait for its answer, anything else does. A
/// transaction that sends nothing costs nothing.
#[derive(Clone)]
pub struct Tx {
    attempt: Arc<Attempt>,
    /// Whose rows it reaches.
    reach: Reach,
    scope: u32,
}

impl Tx {
    pub(super) fn new(attempt: Arc<Attempt>) -> Self {
        Self { attempt, scope: OUTERMOST, reach: Reach::Shared }
    }

    pub(super) fn inside(&self, scope: u32) -> Self {
        Self { scope, ..self.clone() }
    }

    /// The same transaction, for other rows.
    pub(crate) fn reaching(&self, reach: Reach) -> Self {
        Self { reach, ..self.clone() }
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
    pub fn savepoint<'a, F, Fut, T, E>(&'a self, closure: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: FnOnce(Self) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, E>> + super::EndsInOurs<E> + Send + 'a,
        T: Send + 'a,
        E: Send + 'a,
    {
        Box::pin(scope::run(self, closure, Fut::__ours))
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
        E: super::TransactionError + 'a,
    {
        Box::pin(scope::run(self, closure, E::from))
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
        self.keep(statement, None);
    }

    /// The same, with its answer put into a slot.
    pub(crate) fn defer_into(&self, statement: Statement, slot: Slot) {
        self.keep(Ok(statement), Some(slot));
    }

    fn keep(&self, statement: Result<Statement>, slot: Option<Slot>) {
        let label = statement.as_ref().map_or(Label { verb: "deferred write", table: None }, |s| s.label);
        let checked = statement.and_then(|statement| {
            let statement = self.reach.fit(&statement)?.into_owned();
            check(&statement).map(|()| statement)
        });
        match checked {
            Ok(statement) => {
                let mut state = self.attempt.state();
                if state.phase != Phase::Open {
                    tracing::error!(
                        ?label,
                        "a write was deferred on a transaction that has ended: it is lost"
                    );
                } else if state.scope() == self.scope {
                    let deferred = Deferred::new(self.scope, statement);
                    state.deferred.push(match slot {
                        Some(slot) => deferred.answering(slot),
                        None => deferred,
                    });
                } else {
                    drop(state);
                    self.attempt.fail(self.scope, &elsewhere(label));
                }
            }
            Err(error) => self.attempt.fail(self.scope, &error),
        }
    }

    /// The statement with the tenant of this handle filled in.
    pub(super) fn fit<'s>(&self, statement: &'s Statement) -> Result<Cow<'s, Statement>> {
        self.local(self.reach.fit(statement))
    }

    /// Runs statements one after another, all of which are sent before the first is answered.
    pub(crate) async fn send_together(&self, statements: Vec<Statement>) -> Result<Vec<Answer>> {
        let Some(first) = statements.first() else { return Ok(Vec::new()) };
        let conn = self.attempt.conn().ok_or_else(|| ended(first.label))?;
        let fit = |statement: &Statement| {
            let statement = self.fit(statement)?;
            Ok(self.locked(&statement).unwrap_or_else(|| statement.into_owned()))
        };
        let statements = statements.iter().map(fit).collect::<Result<Vec<Statement>>>()?;
        for statement in &statements {
            self.local(check(statement))?;
        }
        self.prepare_deferred().await?;
        // A text that had to be prepared in between would be run after those behind it.
        let preparing = statements.iter().map(async |statement| match conn.prepared(statement) {
            Some(ready) => Ok(ready),
            None => self.prepare(&conn, statement, false).await,
        });
        let ready = try_join_all(preparing).await?;
        let mut travel = Travel::WithBegin;
        let mut sent = Vec::with_capacity(statements.len());
        for (statement, ready) in statements.iter().zip(ready) {
            self.local(ready.check(statement, conn.server()))?;
            if !statement.class.leaves_nothing() {
                // What follows a write must see it, so it waits for BEGIN as well.
                travel = Travel::AfterBegin;
            }
            let (params, watch) = (Params::new(&statement.values), Watch::new(statement, &conn));
            let sender = conn.clone();
            let request = Box::pin(async move { sender.execute(ready, params, watch).await });
            sent.push(self.sent(
                &conn,
                Sender { label: statement.label, scope: self.scope, travel, deferred: false },
                request,
            ));
        }
        // Polled in their order, and so sent in it.
        conn.while_awaiting(pin!(join_all(sent))).await.into_iter().collect()
    }

    async fn run(&self, statement: &Statement) -> Result<Answer> {
        let statement = self.fit(statement)?;
        let locked = self.locked(&statement);
        self.run_as_it_is(locked.as_ref().unwrap_or(&statement)).await
    }

    /// The same read with row locks, in an attempt that takes them.
    fn locked(&self, statement: &Statement) -> Option<Statement> {
        let sql = statement.locking.as_ref().filter(|_| self.attempt.locks_reads())?;
        Some(Statement { sql: sql.clone(), locking: None, ..statement.clone() })
    }

    async fn run_as_it_is(&self, statement: &Statement) -> Result<Answer> {
        let label = statement.label;
        let (conn, prepared) = self.ready(statement).await?;
        let params = Params::new(&statement.values);
        let travel = if statement.class.leaves_nothing() { Travel::WithBegin } else { Travel::AfterBegin };
        let (node, watch) = (conn.clone(), Watch::new(statement, &conn));
        // Boxed at once, since each future that it passes through would be as large.
        let request = Box::pin(async move { conn.execute(prepared, params, watch).await });
        self.send(&node, label, travel, request).await
    }

    async fn prepare(&self, conn: &Arc<Conn>, statement: &Statement, deferred: bool) -> Result<Ready> {
        let (types, read) = (types(statement), read_of(statement));
        let (sender, sql) = (conn.clone(), statement.sql.clone());
        let (label, scope) = (statement.label, self.scope);
        let preparing = Box::pin(async move { sender.prepare(sql, types, read).await });
        let sender = Sender { label, scope, travel: Travel::WithBegin, deferred };
        self.local(self.send_as(conn, sender, preparing).await?)
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
            self.local(prepared.check(&statement, conn.server()))?;
        }
    }

    /// Records a failure that was found before anything was sent: a closure that ignores it must not commit.
    fn local<O>(&self, result: Result<O>) -> Result<O> {
        result.inspect_err(|error| self.attempt.fail(self.scope, error))
    }

    /// Sends what marks a place; nobody waits for its answer, which is recorded.
    pub(super) fn mark(&self, conn: &Arc<Conn>, label: Label, sql: String) {
        let sender = Sender { label, scope: self.scope, travel: Travel::Mark, deferred: false };
        let sending = conn.clone();
        Request::new(&self.attempt, sender, Box::pin(async move { sending.batch(&sql).await })).post(conn);
    }

    /// Sends a text without values.
    pub(super) async fn text(&self, conn: &Arc<Conn>, label: Label, sql: String) -> Result<()> {
        let sending = conn.clone();
        let request = Box::pin(async move { sending.batch(&sql).await });
        self.send(conn, label, Travel::AfterBegin, request).await
    }

    async fn send<O: Send + 'static>(
        &self,
        conn: &Arc<Conn>,
        label: Label,
        travel: Travel,
        request: BoxFuture<'static, Result<O, Driver>>,
    ) -> Result<O> {
        self.send_as(conn, Sender { label, scope: self.scope, travel, deferred: false }, request).await
    }

    async fn send_as<O: Send + 'static>(
        &self,
        conn: &Arc<Conn>,
        sender: Sender,
        request: BoxFuture<'static, Result<O, Driver>>,
    ) -> Result<O> {
        let label = sender.label;
        let request = pin!(Request::new(&self.attempt, sender, request));
        let result = conn.while_awaiting(request).await;
        self.answer(result, conn, label).await
    }

    async fn answer<O>(&self, result: Result<O, Halt>, conn: &Conn, label: Label) -> Result<O> {
        match result {
            Ok(answer) => Ok(answer),
            // Boxed, since it is rare and makes the size of all.
            Err(halt) => Err(Box::pin(self.halted(halt, conn, label)).await),
        }
    }

    /// The same for one of several, whose bytes somebody else moves.
    async fn sent<O: Send + 'static>(
        &self,
        conn: &Conn,
        sender: Sender,
        request: BoxFuture<'static, Result<O, Driver>>,
    ) -> Result<O> {
        let label = sender.label;
        let result = Request::new(&self.attempt, sender, request).await;
        self.answer(result, conn, label).await
    }

    /// Why a statement has no answer.
    pub(super) async fn halted(&self, halt: Halt, conn: &Conn, label: Label) -> Error {
        let local = |error: Error| {
            self.attempt.fail(self.scope, &error);
            error
        };
        match halt {
            Halt::Ended => ended(label),
            Halt::Scope => local(elsewhere(label)),
            Halt::Streaming => local(streaming(label)),
            Halt::Failed(driver) if driver.code() == Some("25P02") => {
                // The statement that failed may be polled by another task and not have seen its answer yet.
                let first = timeout(ECHO, self.attempt.first_failure()).await;
                match first {
                    Ok(first) => {
                        first.with_context("not run, since an earlier statement of the transaction failed")
                    }
                    Err(_) => Error::driver(&driver, conn.node()).with_label(label),
                }
            }
            Halt::Failed(driver) => Error::driver(&driver, conn.node()).with_label(label),
        }
    }

    /// Prepares a statement that is to be streamed, and all that goes before it.
    pub(super) async fn ready(&self, statement: &Statement) -> Result<(Arc<Conn>, Ready)> {
        let conn = self.attempt.conn().ok_or_else(|| ended(statement.label))?;
        self.local(check(statement))?;
        // What is rare is boxed, since it makes the size of all.
        if self.attempt.has_deferred() {
            Box::pin(self.prepare_deferred()).await?;
        }
        let ready = match conn.prepared(statement) {
            Some(ready) => ready,
            None => Box::pin(self.prepare(&conn, statement, false)).await?,
        };
        self.local(ready.check(statement, conn.server()))?;
        Ok((conn, ready))
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

pub(super) fn ended(label: Label) -> Error {
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

pub(super) fn streaming(label: Label) -> Error {
    let message = "the rows of a stream are being read, and its answer would come behind them: the statement was not sent";
    Error::of_kind(Kind::Refused, message)
        .with_advice("read the stream to its end or drop it first; or read pages (`.page(1000).walk(&tx)`)")
        .with_label(label)
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("attempt", &self.attempt()).finish_non_exhaustive()
    }
}
