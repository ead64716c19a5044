//! What stands between a query and a connection: the statement, and the handles that can run it.
//!
//! A statement travels query -> executor (a [`Database`] or a [`Tx`]) -> connection -> wire. The two traits
//! are sealed and object-safe, so `&dyn Write` serves both and a repository needs no generics.

mod as_of;
mod each;
mod reach;
mod scoped;
mod statement;

pub use self::as_of::{AsOfReads, BoundedStaleness, ReadRow, RowHandle};
pub(crate) use self::reach::{RAW_SQL, Reach};
pub(crate) use self::scoped::ReadsTogether;
pub use self::scoped::{AllTenants, Reaches, Scoped, Tenant};
pub use self::statement::{Class, Expects, Label, OwnColumns, Probe, Statement};
pub(crate) use self::statement::{ROWS_CHANGED, ROWS_CHANGED_AT_VERSION, ROWS_CHANGED_IN_REACH, miscounted};

use std::sync::Arc;

use tokio_postgres::Row;

use self::each::Each;
pub(crate) use self::each::Only;
use crate::conn::{ServerKind, Sink};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::txn::{Tx, keyword};

/// A boxed future, as the terminals of queries return it.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a statement runs.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Handle<'a> {
    /// On a connection of the pool, in a transaction of its own.
    Database(&'a Database),
    /// In an open transaction.
    Tx(&'a Tx),
    /// On a connection of the pool, as of a time: reads alone.
    AsOf(&'a AsOfReads),
}

impl Handle<'_> {
    /// Whether it is known to run on `CockroachDB`; of a transaction that has ended nothing is known.
    pub(crate) fn is_cockroachdb(self) -> bool {
        self.server_kind() == Some(ServerKind::CockroachDb)
    }

    /// Lets the transaction fail, if there is one: an error that no server has seen must not be ignored either.
    pub(crate) fn fail(self, error: &Error) {
        if let Self::Tx(tx) = self {
            tx.defer(Err(error.duplicate()));
        }
    }

    /// Keeps a write until COMMIT, or until the next statement of its transaction.
    pub(crate) fn defer(self, statement: Result<Statement>) {
        match self {
            Self::Tx(tx) => tx.defer(statement),
            // `InTransaction` is implemented by `Tx` alone.
            Self::Database(_) | Self::AsOf(_) => {
                debug_assert!(false, "a write can be deferred in a transaction only");
            }
        }
    }

    /// The kind of server that it runs on; `None` where the transaction has ended.
    pub(crate) fn server_kind(self) -> Option<ServerKind> {
        match self {
            Self::Database(db) => Some(db.server().kind()),
            Self::Tx(tx) => tx.server_kind(),
            Self::AsOf(past) => Some(past.server_kind()),
        }
    }

    /// Runs a statement and reads its answer.
    ///
    /// # Errors
    /// The statement's, and those of `read`: see [`answered`](Self::answered).
    pub(crate) async fn read<R>(
        self,
        statement: &Statement,
        read: impl FnOnce(&[Row]) -> Result<R>,
    ) -> Result<R> {
        let rows = self.rows(statement).await?;
        self.answered(statement, read(&rows))
    }

    /// Runs a statement and reads each row of its answer, on a database while the next ones come.
    ///
    /// # Errors
    /// The statement's, and those of `read`: see [`answered`](Self::answered).
    pub(crate) async fn each<R: Send>(
        self,
        statement: &Statement,
        read: impl FnMut(&Row) -> Result<R> + Send,
    ) -> Result<Vec<R>> {
        let mut rows = Each::new(read);
        self.rows_into(statement, &mut rows).await?;
        self.answered(statement, rows.rows())
    }

    /// Runs a statement whose answer has one row at most, for who passes what becomes of it through
    /// [`answered`](Self::answered).
    #[allow(clippy::manual_async_fn, reason = "an async fn would hold its arguments twice")]
    pub(crate) fn only(self, statement: &Statement) -> impl Future<Output = Result<Only>> + Send {
        async move {
            let mut only = Only::default();
            // As `rows_into` does, without its layer around the way of most statements.
            match self {
                Self::Database(db) => db.run(statement, &mut only).await.map(drop)?,
                other => Box::pin(other.rows_into(statement, &mut only)).await?,
            }
            Ok(only)
        }
    }

    /// What was made of the answer to a statement. This is the one place that knows that a write on a database is
    /// committed once it is answered, whatever is wrong with the answer; a transaction decides for itself.
    pub(crate) fn answered<R>(self, statement: &Statement, read: Result<R>) -> Result<R> {
        match self {
            Self::Database(_) if !matches!(statement.class, Class::Read | Class::ReadOnly) => {
                read.map_err(|error| error.after_the_answer(keyword::writes(&statement.sql)))
            }
            _ => read,
        }
    }

    /// Runs a statement and returns its rows, for who passes what becomes of them through [`answered`](Self::answered).
    ///
    /// The way of a single statement is the short one; the others are boxed, since the largest makes the size of all.
    pub(crate) async fn rows(self, statement: &Statement) -> Result<Vec<Row>> {
        match self {
            Self::Database(db) => db.rows(statement).await,
            Self::Tx(tx) => Box::pin(tx.rows(statement)).await,
            Self::AsOf(past) => Box::pin(past.rows(statement)).await,
        }
    }

    /// The same, with the rows handed on as they come where nothing else can be on their way.
    #[allow(clippy::manual_async_fn, reason = "an async fn would hold its arguments twice")]
    pub(crate) fn rows_into<'s>(
        self,
        statement: &'s Statement,
        sink: &'s mut dyn Sink,
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            match self {
                Self::Database(db) => db.run(statement, sink).await.map(drop),
                // The request of a transaction outlives who asks for it, so it cannot borrow.
                Self::Tx(tx) => Box::pin(tx.rows(statement)).await.map(|rows| sink.take_all(rows)),
                Self::AsOf(past) => Box::pin(past.rows(statement)).await.map(|rows| sink.take_all(rows)),
            }
        }
    }

    /// Runs a statement and returns how many rows it changed.
    #[allow(clippy::manual_async_fn, reason = "an async fn would hold its arguments twice")]
    pub(crate) fn execute(self, statement: &Statement) -> impl Future<Output = Result<u64>> + Send {
        async move {
            match self {
                Self::Database(db) => db.run(statement, &mut ()).await,
                Self::Tx(tx) => Box::pin(tx.execute(statement)).await,
                // No write takes such a handle; the server would refuse it.
                Self::AsOf(past) => Box::pin(past.rows(statement)).await.map(|rows| rows.len() as u64),
            }
        }
    }
}

/// Runs statements that read: a [`Database`], a [`Tx`], or the past ([`AsOfReads`]).
///
/// Sealed and object-safe: `&dyn Read`, `&db`, `&tx` and `&Arc<Database>` all work.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run queries",
    note = "give it `&db` (a `Database`) or, inside a transaction, `&tx`; bounded staleness serves `T::find(key)` alone"
)]
pub trait Read: sealed::Sealed + Send + Sync {
    #[doc(hidden)]
    fn handle(&self) -> Handle<'_>;
}

/// Runs statements that read or write: a [`Database`] or a [`Tx`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is read-only: this statement writes or locks rows",
    note = "give it `&db` (a `Database`) or, inside a transaction, `&tx`",
    note = "SQL of your own counts as a write unless it is told to read: `sql!(..).read_only()`"
)]
pub trait Write: Read {}

/// An executor that is a transaction: row locks need one, since they end with it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transaction: a row lock ends with its transaction, so it needs one",
    note = "run it inside `db.transaction(\"name\", async |tx| {{ .. }})` with `&tx`"
)]
pub trait InTransaction: Write {}

/// An executor that is a database, for what cannot run inside of a transaction: a stream, or a write under a key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a database: this runs on a connection of its own, and not in a transaction or in the past",
    note = "give it `&db` (a `Database`)"
)]
pub trait OnDatabase: Write {
    #[doc(hidden)]
    fn database(&self) -> &Database;
}

impl OnDatabase for Database {
    fn database(&self) -> &Database {
        self
    }
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for Database {}
impl Read for Database {
    fn handle(&self) -> Handle<'_> {
        Handle::Database(self)
    }
}
impl Write for Database {}

impl sealed::Sealed for Tx {}
impl Read for Tx {
    fn handle(&self) -> Handle<'_> {
        Handle::Tx(self)
    }
}
impl Write for Tx {}
impl InTransaction for Tx {}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<X: sealed::Sealed + ?Sized> sealed::Sealed for $pointer {}
        impl<X: Read + ?Sized> Read for $pointer {
            fn handle(&self) -> Handle<'_> {
                (**self).handle()
            }
        }
        impl<X: Write + ?Sized> Write for $pointer {}
        impl<X: InTransaction + ?Sized> InTransaction for $pointer {}
        impl<X: OnDatabase + ?Sized> OnDatabase for $pointer {
            fn database(&self) -> &Database {
                (**self).database()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<V, X: Reaches<Tenant<V>> + ?Sized> Reaches<Tenant<V>> for $pointer {}
    )*};
}

forward!(&X, Arc<X>);
