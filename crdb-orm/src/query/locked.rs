//! Whole rows that are read to be locked.

use super::read::{Lock, Wait};
use super::select::{Find, Select, run};
use super::table::Table;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, InTransaction, Reaches};

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
        let limit = self.query.limit;
        run(self.query.statement(limit, Some(self.lock)), tx.handle())
    }

    /// The only row.
    ///
    /// # Errors
    /// See [`Select::one`].
    pub fn one<'a, X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let row = self.optional(tx);
        Box::pin(async move { row.await?.ok_or_else(|| Error::not_found(T::SELECT)) })
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// See [`Select::optional`].
    pub fn optional<'a, X: InTransaction + Reaches<T::Scope> + ?Sized>(
        self,
        tx: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        self.query.optional_at(tx.handle(), Some(self.lock))
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        self.query.clone().statement(self.query.limit, Some(self.lock)).sql.into_owned()
    }
}

impl<T: Table> Locked<Find<T>> {
    /// The row.
    ///
    /// # Errors
    /// See [`Find::one`].
    pub fn one<'a, X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let row = self.optional(tx);
        Box::pin(async move { row.await?.ok_or_else(|| Error::not_found(T::SELECT)) })
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// See [`Find::optional`].
    pub fn optional<'a, X: InTransaction + Reaches<T::Scope> + ?Sized>(
        self,
        tx: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        self.query.locked_at(tx.handle(), self.lock)
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        self.query.clone().statement(Some(self.lock)).sql.into_owned()
    }
}
