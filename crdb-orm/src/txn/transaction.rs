//! A transaction that is about to run.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use tracing::Instrument;

use super::options::{AsOf, Isolation, LockReads, Own, Priority, QualityOfService, TxnOptions};
use super::policy::RetryPolicy;
use super::run::{Context, run};
use super::tx::Tx;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Label};
use crate::observe::TxnWatch;

/// A transaction that is about to run: `.await` it, perhaps after setting how often and how long it is tried, and how
/// it runs.
///
/// [`Database::transaction`] makes it. Options that exclude each other are an error before anything is sent
/// (`is_configuration`).
///
/// ```no_run
/// # use crdb_orm::prelude::*;
/// # use crdb_orm::txn::{Isolation, Priority};
/// # use std::time::Duration;
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// db.transaction("archive", async |tx| Sql::trusted("DELETE FROM orders WHERE done").exec(&tx).await)
///     .isolation(Isolation::ReadCommitted)
///     .priority(Priority::Low)
///     .lock_timeout(Duration::from_secs(2))
///     .deadline(Duration::from_secs(60))
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a transaction does nothing until it is awaited"]
pub struct Transaction<'a, F, T, E> {
    database: &'a Database,
    name: &'static str,
    closure: F,
    policy: RetryPolicy,
    options: TxnOptions,
    /// Kept here, so that whoever lacks it is told where the transaction is made, and not where it is awaited.
    ours: fn(Error) -> E,
    result: PhantomData<fn() -> T>,
}

/// An error that a transaction can end in: the library's own, or one that is made of it.
///
/// ```
/// #[derive(Debug)]
/// enum TransferError {
///     TooLittle,
///     Database(crdb_orm::Error),
/// }
///
/// impl From<crdb_orm::Error> for TransferError {
///     fn from(error: crdb_orm::Error) -> Self {
///         Self::Database(error)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a transaction: nothing makes it of a `crdb_orm::Error`",
    label = "an error of the database has no place in `{Self}`",
    note = "write `impl From<crdb_orm::Error> for {Self}`, or with thiserror a variant `#[error(transparent)] Database(#[from] crdb_orm::Error)`",
    note = "where every error is of the library, `db.transaction(..)` is enough"
)]
pub trait TransactionError: From<Error> + Send {}

#[diagnostic::do_not_recommend]
impl<E: From<Error> + Send> TransactionError for E {}

/// The future of a closure whose error is the library's own, as `transaction` and `savepoint` need it.
///
/// It is there for the words of the compiler. Its one implementation also decides the error of a closure that does not
/// say it (`?` alone leaves it open); it is a bound of the future, and not of `E`, since the compiler decides nothing
/// by the only implementation for a type that it does not know yet.
#[diagnostic::on_unimplemented(
    message = "the error of this closure is `{E}`, and `transaction` and `savepoint` end in `crdb_orm::Error`",
    label = "`{E}` is an error of your own",
    note = "for an error of your own write `try_transaction`, and `try_savepoint` for a savepoint: nothing else changes"
)]
pub trait EndsInOurs<E> {
    /// How an error of the library becomes the closure's: not at all.
    #[doc(hidden)]
    fn __ours(error: Error) -> E;
}

impl<Fut> EndsInOurs<Error> for Fut {
    fn __ours(error: Error) -> Error {
        error
    }
}

impl<'a, F, T, E> Transaction<'a, F, T, E> {
    pub(crate) fn new(database: &'a Database, name: &'static str, closure: F, ours: fn(Error) -> E) -> Self {
        let (policy, options) = (database.policy().clone(), database.txn_options().clone());
        Self { database, name, closure, policy, options, ours, result: PhantomData }
    }

    /// Says that it is a single write, of which the caller knows no closure.
    pub(crate) fn of_single_write(mut self, label: Label) -> Self {
        self.options.own = Some(Own::Keyed(label));
        // One limit for all that is only known as SQL would let what conflicts hold up what does not.
        self.options.unlimited |= label.table.is_none();
        self
    }

    /// Says that it is several statements, of which the caller knows no closure.
    pub(crate) fn of_statements(mut self, label: Label) -> Self {
        self.options.own = Some(Own::Statements(label));
        self
    }

    /// How an error of the library becomes one of the caller's.
    pub(super) fn ours(&self) -> fn(Error) -> E {
        self.ours
    }

    pub(super) fn into_parts(self) -> Parts<'a, F> {
        let Self { database, name, closure, policy, options, .. } = self;
        Parts { database, name, closure, policy, options }
    }

    /// Sets the most attempts, the first one included. The error after the last one tells the history.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.policy.attempts = attempts;
        self
    }

    /// Sets the time for everything: waiting for a connection, all attempts, the sleeps between them.
    ///
    /// A closure that runs longer is dropped and rolled back. A COMMIT that was sent and not answered by then
    /// is reported as unknown.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.policy.deadline = deadline;
        self
    }

    /// Sets the whole retry policy.
    pub fn policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    fn set(mut self, set: impl FnOnce(&mut TxnOptions)) -> Self {
        set(&mut self.options);
        self
    }

    /// Sets the isolation level. SERIALIZABLE by default.
    pub fn isolation(self, isolation: Isolation) -> Self {
        self.set(|options| options.isolation = isolation)
    }

    /// Sets who wins a conflict, on CockroachDB.
    pub fn priority(self, priority: Priority) -> Self {
        self.set(|options| options.priority = priority)
    }

    /// Lets it read only: a statement that writes fails (`25006`).
    pub fn read_only(self) -> Self {
        self.set(|options| options.read_only = true)
    }

    /// Lets it wait, on PostgreSQL, for a moment from which on it cannot conflict; it must be read-only and
    /// serializable. CockroachDB needs no such wait.
    pub fn deferrable(self) -> Self {
        self.set(|options| options.deferrable = true)
    }

    /// Lets it read the past, on CockroachDB; it is read-only then, and conflicts with nobody.
    pub fn as_of(self, as_of: AsOf) -> Self {
        self.set(|options| options.as_of = Some(as_of))
    }

    /// Sets how long one statement of it may run, on the server. An error of SQLSTATE 57014 ends it then.
    pub fn statement_timeout(self, timeout: Duration) -> Self {
        self.set(|options| options.statement_timeout = Some(timeout))
    }

    /// Sets how long one statement of it may wait for a row lock. An error of SQLSTATE 55P03 ends it then.
    pub fn lock_timeout(self, timeout: Duration) -> Self {
        self.set(|options| options.lock_timeout = Some(timeout))
    }

    /// Sets how long one attempt may take, unlike the deadline, which bounds all of them together.
    ///
    /// It is kept here, so that it holds on every server; the attempt is rolled back and not run again.
    pub fn transaction_timeout(self, timeout: Duration) -> Self {
        self.set(|options| options.transaction_timeout = Some(timeout))
    }

    /// Sets how long it may be open without a statement, on the server, which then closes the connection.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.set(|options| options.idle_timeout = Some(timeout))
    }

    /// Sets how urgent its work is for a CockroachDB that is short of resources.
    pub fn quality_of_service(self, quality: QualityOfService) -> Self {
        self.set(|options| options.quality_of_service = quality)
    }

    /// Sets when reads by key lock their row. From the second attempt on by default.
    pub fn lock_reads(self, lock_reads: LockReads) -> Self {
        self.set(|options| options.lock_reads = lock_reads)
    }

    /// Whether it takes part in contention control: attempts of transactions of the same name wait for their turn while
    /// too many of them conflict. On by default. See [`Database::contention`].
    pub fn limit(self, limit: bool) -> Self {
        self.set(|options| options.unlimited = !limit)
    }

    /// Shows its name in the server's list of sessions, after `application_name`, while it runs. Off by default:
    /// it costs the server a setting for each attempt.
    pub fn tag(self, tag: bool) -> Self {
        self.set(|options| options.tag = tag)
    }
}

impl<'a, F, Fut, T, E> IntoFuture for Transaction<'a, F, T, E>
where
    F: Fn(Tx) -> Fut + Send + Sync + 'a,
    Fut: Future<Output = Result<T, E>> + Send + 'a,
    T: Send + 'a,
    E: Send + 'a,
{
    type Output = Result<T, E>;
    type IntoFuture = BoxFuture<'a, Result<T, E>>;

    fn into_future(self) -> Self::IntoFuture {
        let ours = self.ours;
        let Parts { database, name, closure, policy, options } = self.into_parts();
        let run = async move {
            let context = context(database, name, &policy, &options).map_err(ours)?;
            run(context, policy, &closure).await.map_err(|failure| failure.into_error(ours))
        };
        in_span(name, run)
    }
}

/// The run of a transaction in its span, where somebody looks at spans: one that nobody sees is entered at each poll, too.
pub(super) fn in_span<'a, O>(
    name: &'static str,
    run: impl Future<Output = O> + Send + 'a,
) -> BoxFuture<'a, O> {
    let span = TxnWatch::span(name);
    if span.is_disabled() { Box::pin(run) } else { Box::pin(run.instrument(span)) }
}

/// What a transaction is made of.
pub(super) struct Parts<'a, F> {
    pub(super) database: &'a Database,
    pub(super) name: &'static str,
    pub(super) closure: F,
    pub(super) policy: RetryPolicy,
    pub(super) options: TxnOptions,
}

/// What a transaction runs in.
///
/// # Errors
/// Options that exclude each other; a transaction inside another one of the same database.
pub(super) fn context<'a>(
    database: &'a Database,
    name: &'static str,
    policy: &RetryPolicy,
    options: &'a TxnOptions,
) -> Result<Context<'a>> {
    database.refuse_inside(Label { verb: "transaction", table: None })?;
    let server = database.server();
    options.check(server)?;
    let restart = policy.savepoint && options.writes() && server.is_cockroachdb();
    let mut begin = database.begin(options, name);
    if restart {
        begin.push_str("; SAVEPOINT cockroach_restart");
    }
    Ok(Context {
        pool: database.pool(),
        counters: database.counters(),
        name,
        watch: TxnWatch::begin(name),
        options,
        begin,
        restart,
        database: database.id(),
        reach: database.reach().clone(),
        gate: (!options.unlimited).then(|| database.limits().gate(name)),
    })
}
