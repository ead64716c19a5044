//! Units of work: transactions as objects.

use async_trait::async_trait;

use super::transaction::{Transaction, TransactionError};
use super::tx::Tx;
use crate::database::Database;
use crate::error::{Error, Kind};
use crate::exec::{BoxFuture, Handle, Write};

/// Work that is done wholly or not at all, as an object: for applications in layers, whose services hand work over
/// without knowing who runs it.
///
/// It may run more than once, like the closure of a transaction: what it needs is in `self`, and what it does to
/// anything else than the database should be harmless to repeat. [`Perform::perform`] runs it.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// use crdb_orm::txn::{Perform, UnitOfWork};
///
/// struct Archive { before: i64 }
///
/// #[crdb_orm::async_trait]
/// impl UnitOfWork for Archive {
///     type Output = u64;
///     type Error = crdb_orm::Error;
///
///     fn name(&self) -> &'static str {
///         "archive"
///     }
///
///     async fn run(&self, tx: &Tx) -> Result<u64, crdb_orm::Error> {
///         Sql::trusted("DELETE FROM orders WHERE number < $1").bind(self.before).exec(tx).await
///     }
/// }
///
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// let work: Box<dyn UnitOfWork<Output = u64, Error = crdb_orm::Error>> = Box::new(Archive { before: 1000 });
/// let gone = db.perform(&*work).await?;
/// # let _ = gone;
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait UnitOfWork: Send + Sync {
    /// What it returns.
    type Output: Send;
    /// Its error.
    type Error: TransactionError;

    /// What it does, for traces and errors.
    fn name(&self) -> &'static str;

    /// Does it, or a part of it until a statement fails.
    async fn run(&self, tx: &Tx) -> Result<Self::Output, Self::Error>;
}

/// Runs units of work: a [`Database`] does so in a transaction, a [`Tx`] in a savepoint of its own.
///
/// So a service that is given `&dyn Write` works alone and as a part of something larger.
pub trait Perform: Write {
    /// Runs a unit of work.
    ///
    /// # Errors
    /// Its own; those of [`Database::transaction`] or [`Tx::savepoint`].
    fn perform<'a, W>(&'a self, work: &'a W) -> BoxFuture<'a, Result<W::Output, W::Error>>
    where
        W: UnitOfWork + ?Sized,
    {
        match self.handle() {
            Handle::Database(db) => Box::pin(db.unit_of_work(work).into_future()),
            Handle::Tx(tx) => tx.try_savepoint(async move |sp| work.run(&sp).await),
            // What reads the past is not `Write`.
            Handle::AsOf(_) => Box::pin(async {
                Err(Error::of_kind(Kind::Refused, "a unit of work writes, and this handle reads the past")
                    .into())
            }),
        }
    }
}

impl<X: Write + ?Sized> Perform for X {}

impl Database {
    #[expect(clippy::type_complexity, reason = "the type of a closure has no name that could be given")]
    /// A transaction that does a unit of work, to be given options before it is awaited.
    pub fn unit_of_work<'a, W>(
        &'a self,
        work: &'a W,
    ) -> Transaction<
        'a,
        impl Fn(Tx) -> BoxFuture<'a, Result<W::Output, W::Error>> + Send + Sync + 'a,
        W::Output,
        W::Error,
    >
    where
        W: UnitOfWork + ?Sized,
    {
        self.try_transaction(work.name(), move |tx| -> BoxFuture<'a, Result<W::Output, W::Error>> {
            Box::pin(async move { work.run(&tx).await })
        })
    }
}
