//! Whole rows that are read to be locked.

use super::read::{Lock, Wait};
use super::select::{Find, Select, run};
use super::table::Table;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Handle, InTransaction, Reaches};

/// A read that locks the rows it finds until the transaction ends.
///
/// Its terminals need a transaction: `&tx`.
#[derive(Debug)]
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct Locked<Q> {
    query: Q,
    lock: Lock,
}

impl<Q> Locked<Q> {
    pub(super) const fn new(query: Q, lock: Lock) -> Self {
        Self { query, lock }
    }

    /// Fails at once where a row is locked already (SQLSTATE 55P03), instead of waiting.
    pub fn nowait(mut self) -> Self {
        self.lock.wait = Wait::Fail;
        self
    }

    /// Leaves out rows that are locked already: what a queue of jobs needs. The rows are those that nobody else works on,
    /// and no consistent view of the table.
    ///
    /// CockroachDB does it since 22.2, and not on tables with several column families.
    pub fn skip_locked(mut self) -> Self {
        self.lock.wait = Wait::Skip;
        self
    }
}

impl<T: Table> Locked<Select<T>> {
    /// All the rows.
    ///
    /// # Errors
    /// See [`Select::all`].
    pub fn all<'a, X: InTransaction + Reaches<T::Scope> + ?Sized>(
        self,
        tx: &'a X,
    ) -> BoxFuture<'a, Result<Vec<T>>>
    where
        T: 'a,
    {
        let (handle, limit) = (tx.handle(), self.query.limit);
        run(self.query.statement(limit, Some(self.lock), handle.server_kind()), handle)
    }
}

/// A read of whole rows that can lock them.
#[doc(hidden)]
pub trait LocksRows: Sized {
    type Table: Table;

    fn __locked(self, handle: Handle<'_>, lock: Lock) -> BoxFuture<'_, Result<Option<Self::Table>>>;

    fn __locked_sql(&self, lock: Lock) -> String;
}

impl<T: Table> LocksRows for Select<T> {
    type Table = T;

    fn __locked(self, handle: Handle<'_>, lock: Lock) -> BoxFuture<'_, Result<Option<T>>> {
        self.optional_at(handle, Some(lock))
    }

    fn __locked_sql(&self, lock: Lock) -> String {
        self.clone().statement(self.limit, Some(lock), None).sql.into_owned()
    }
}

impl<T: Table> LocksRows for Find<T> {
    type Table = T;

    fn __locked(self, handle: Handle<'_>, lock: Lock) -> BoxFuture<'_, Result<Option<T>>> {
        self.locked_at(handle, lock)
    }

    fn __locked_sql(&self, lock: Lock) -> String {
        self.clone().statement(Some(lock)).sql.into_owned()
    }
}

impl<Q: LocksRows> Locked<Q> {
    /// The only row.
    ///
    /// # Errors
    /// See [`Select::one`] and [`Find::one`].
    pub fn one<'a, X: InTransaction + Reaches<<Q::Table as Table>::Scope> + ?Sized>(
        self,
        tx: &'a X,
    ) -> BoxFuture<'a, Result<Q::Table>>
    where
        Q::Table: 'a,
    {
        let row = self.optional(tx);
        Box::pin(async move { row.await?.ok_or_else(|| Error::not_found(Q::Table::SELECT)) })
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// See [`Select::optional`] and [`Find::optional`].
    pub fn optional<'a, X: InTransaction + Reaches<<Q::Table as Table>::Scope> + ?Sized>(
        self,
        tx: &'a X,
    ) -> BoxFuture<'a, Result<Option<Q::Table>>>
    where
        Q::Table: 'a,
    {
        self.query.__locked(tx.handle(), self.lock)
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        self.query.__locked_sql(self.lock)
    }
}
