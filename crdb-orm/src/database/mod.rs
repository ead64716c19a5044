//! The entry point.

mod builder;
mod ddl;
mod run;
mod server;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub use self::builder::DatabaseBuilder;

use crate::apart::Apart;
use crate::conn::{Closed, Pool, ServerInfo, Settings, Status};
use crate::error::Result;
use crate::exec::{Label, Reach};
use crate::txn::{
    Contention, Counters, EndsInOurs, Flights, Limits, RetryPolicy, Transaction, TransactionError, Tx,
    TxnOptions, TxnStats, refuse_inside,
};

/// How long [`Database::close`] waits for what is under way.
const CLOSE: Duration = Duration::from_secs(10);

/// A database: a pool of connections, and the retry loop around every statement and transaction.
///
/// Cheap to clone; clones share the pool. When the last one goes, its connections are closed.
///
/// ```no_run
/// # use crdb_orm::{Database, Result, Sql};
/// # async fn example() -> Result<()> {
/// let db = Database::connect("cockroachdb://root@localhost:26257/shop?sslmode=disable").await?;
/// println!("{}", db.server());
/// let moved = db
///     .transaction("archive", async |tx| {
///         let moved = Sql::trusted("INSERT INTO archive SELECT * FROM orders WHERE done").exec(&tx).await?;
///         Sql::trusted("DELETE FROM orders WHERE done").exec(&tx).await?;
///         Ok(moved)
///     })
///     .await?;
/// # let _ = moved;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Database {
    shared: Arc<Apart<Shared>>,
    outside: bool,
    /// Whose rows it reaches; that of a user's own is `Shared`.
    reach: Reach,
    /// How it tries again, where that is not as the pool's owner said.
    policy: Option<Arc<RetryPolicy>>,
}

struct Shared {
    pool: Pool,
    server: Arc<ServerInfo>,
    policy: RetryPolicy,
    options: TxnOptions,
    counters: Arc<Counters>,
    limits: Limits,
    flights: Flights,
    told_no_past: AtomicBool,
}

impl Database {
    /// Connects to the database of a URL.
    ///
    /// The URL is `cockroachdb://user:password@host:26257/database?key=value`, or the same with `cockroach`,
    /// `postgresql` or `postgres`; several hosts are separated by commas, and special characters are
    /// percent-encoded. One connection is made at once, so that what is wrong with the URL is known here.
    ///
    /// # Errors
    /// A URL that makes no sense (`is_configuration`), no node that answers (`is_connection`), a wrong user or
    /// password (`is_authentication`), a missing database (`is_undefined_database`).
    pub async fn connect(url: &str) -> Result<Self> {
        Self::builder(url).connect().await
    }

    /// Starts to set up a connection to the database of a URL. What is set here wins over the URL.
    pub fn builder(url: &str) -> DatabaseBuilder {
        DatabaseBuilder {
            settings: Settings::parse(url),
            policy: RetryPolicy::default(),
            options: TxnOptions::default(),
        }
    }

    /// Which server it runs on.
    pub fn server(&self) -> &ServerInfo {
        &self.shared.server
    }

    /// How its pool, its nodes and its transactions are doing, for health endpoints. No server is asked.
    pub fn status(&self) -> Status {
        Status { contention: self.contention(), ..self.shared.pool.status() }
    }

    /// What its transactions have done since it was connected.
    pub fn stats(&self) -> TxnStats {
        self.shared.counters.snapshot(&self.shared.limits)
    }

    /// How much its transactions conflict, and how many attempts of each may run at once, by name.
    ///
    /// While few attempts of a name end in a serialization failure there is no limit, and nothing waits. When many do,
    /// fewer of them are let in, first come first served and retries first: they would only undo each other's work.
    pub fn contention(&self) -> Vec<Contention> {
        self.shared.limits.snapshot()
    }

    /// Closes it, as [`close_within`](Self::close_within) with ten seconds.
    pub async fn close(&self) -> Closed {
        self.close_within(CLOSE).await
    }

    /// Closes it and says what had to be cut.
    ///
    /// From now on nothing new begins: statements and transactions fail with an error, those too that wait for their
    /// first connection. What is under way goes on, with further attempts, until it ends or the deadline passes. What
    /// has not ended by then is cancelled on its server, and when that does not end it soon, its connection is closed:
    /// it is rolled back, or, where COMMIT was on its way, reported as unknown.
    pub async fn close_within(&self, deadline: Duration) -> Closed {
        self.shared.pool.close(deadline).await
    }

    /// Runs a closure as one transaction, and runs it again, from its beginning, as often as the database asks
    /// for it.
    ///
    /// The closure gets a [`Tx`]; what it returns by `Ok` is returned after COMMIT, and an `Err` rolls back. It
    /// may run more than once, so what it does to anything else than the database should be harmless to repeat.
    /// The transaction is SERIALIZABLE. `name` says what it does, in traces and errors.
    ///
    /// - A serialization failure (40001) anywhere in it rolls back, sleeps a little, and runs the closure again,
    ///   whatever the closure made of the error.
    /// - A connection that is lost before COMMIT is sent does the same.
    /// - An answer to COMMIT that is lost is an error with [`is_outcome_unknown`](crate::Error::is_outcome_unknown):
    ///   the closure is not run again, since the work may be done. Under a key, [`once`](Transaction::once), it is
    ///   found out instead.
    /// - A statement that failed cannot be ignored: the closure's `Ok` is then turned into that error. One that was
    ///   begun and is not awaited by anybody counts, too; its answer is waited for before COMMIT.
    /// - With COMMIT the server is asked whether the transaction is still good: a COMMIT of an aborted one is
    ///   answered by `ROLLBACK` and no error.
    /// - Dropped before COMMIT is sent, it rolls back; dropped later, COMMIT goes its way.
    ///
    /// The closure is not `move`: it borrows what it needs.
    ///
    /// # Errors
    /// The closure's; the last attempt's, with the history of all, when attempts or time are used up; and those
    /// of [`connect`](Self::connect).
    pub fn transaction<'a, F, Fut, T, E>(&'a self, name: &'static str, closure: F) -> Transaction<'a, F, T, E>
    where
        F: Fn(Tx) -> Fut + Send + Sync + 'a,
        Fut: Future<Output = Result<T, E>> + EndsInOurs<E> + Send + 'a,
        T: Send + 'a,
        E: 'a,
    {
        Transaction::new(self, name, closure, Fut::__ours)
    }

    /// The same as [`transaction`](Self::transaction) with an error type of the caller's.
    ///
    /// An error of the closure's own rolls back and is returned as it is.
    pub fn try_transaction<'a, F, Fut, T, E>(
        &'a self,
        name: &'static str,
        closure: F,
    ) -> Transaction<'a, F, T, E>
    where
        F: Fn(Tx) -> Fut + Send + Sync + 'a,
        Fut: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: TransactionError + 'a,
    {
        Transaction::new(self, name, closure, E::from)
    }

    /// The same database, for statements inside a transaction's closure that are meant to be no part of it.
    ///
    /// Inside the closure of a transaction, `db` refuses to run anything
    /// ([`is_invalid_statement`](crate::Error::is_invalid_statement)): nearly always `&tx` was meant, and a statement beside
    /// the transaction can wait for ever for a row, or for a connection, that the transaction holds. What this handle
    /// runs is committed by itself, also when the transaction is rolled back, and again each time that its closure is.
    #[must_use]
    pub fn outside(&self) -> Self {
        Self { outside: true, ..self.clone() }
    }

    /// The same database, whose statements and transactions are tried again by another policy.
    ///
    /// A single statement that has no answer at the deadline of its policy, 30 s by default, is cancelled and ends with an
    /// error ([`is_deadline`](crate::Error::is_deadline)); of a write it says whether it took effect
    /// ([`commit_outcome`](crate::Error::commit_outcome)). A report that may take longer says so:
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// use std::time::Duration;
    /// use crdb_orm::RetryPolicy;
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    ///
    /// let patient = db.with_retry(RetryPolicy::new().deadline(Duration::from_secs(15 * 60)));
    /// sql!("REFRESH MATERIALIZED VIEW sales").exec(&patient).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        Self { policy: Some(Arc::new(policy)), ..self.clone() }
    }

    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The same database, for other rows.
    pub(crate) fn reaching(&self, reach: Reach) -> Self {
        Self { reach, ..self.clone() }
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.shared.pool
    }

    pub(crate) fn policy(&self) -> &RetryPolicy {
        self.policy.as_deref().unwrap_or(&self.shared.policy)
    }

    pub(crate) fn txn_options(&self) -> &TxnOptions {
        &self.shared.options
    }

    pub(crate) fn application_name(&self) -> &str {
        self.pool().connector().application_name()
    }

    /// Tells databases apart.
    pub(crate) fn id(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// # Errors
    /// Inside the closure of a transaction of this database.
    pub(crate) fn refuse_inside(&self, label: Label) -> Result<()> {
        if self.outside { Ok(()) } else { refuse_inside(self.id(), label) }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// The keys under which transactions run.
    pub(crate) fn flights(&self) -> &Flights {
        &self.shared.flights
    }

    pub(crate) fn counters(&self) -> &Arc<Counters> {
        &self.shared.counters
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("server", self.server()).field("status", &self.status()).finish()
    }
}
