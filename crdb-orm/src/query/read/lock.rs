//! Rows that are read to be locked.

use super::rows::Rows;
use super::scope::ReachesAll;
use crate::conn::ServerKind;
use crate::error::Result;
use crate::exec::{BoxFuture, InTransaction, Statement};
use crate::schema::TypeName;

/// A row lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct Lock {
    pub(crate) strength: Strength,
    pub(crate) wait: Wait,
    /// The only table whose rows are locked.
    pub(crate) of: Option<TypeName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strength {
    Update,
    Share,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    Block,
    Fail,
    Skip,
}

impl Lock {
    pub(crate) const UPDATE: Self = Self { strength: Strength::Update, wait: Wait::Block, of: None };
    pub(crate) const SHARE: Self = Self { strength: Strength::Share, wait: Wait::Block, of: None };
}

/// A read that locks the rows it finds until the transaction ends. Its terminals need a transaction: `&tx`.
#[derive(Debug, Clone)]
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct LockedRows<S, O>(pub(super) Rows<S, O>);

impl<S, O: Send + 'static> LockedRows<S, O> {
    fn change(mut self, change: impl FnOnce(&mut Lock)) -> Self {
        if let Some(lock) = &mut self.0.body.lock {
            change(lock);
        }
        self
    }

    /// Fails at once where a row is locked already (SQLSTATE 55P03), instead of waiting.
    pub fn nowait(self) -> Self {
        self.change(|lock| lock.wait = Wait::Fail)
    }

    /// Leaves out rows that are locked already: what a queue of jobs needs. The rows are those that nobody else works on,
    /// and no consistent view of the table.
    ///
    /// CockroachDB does it since 22.2, and not on tables with several column families.
    pub fn skip_locked(self) -> Self {
        self.change(|lock| lock.wait = Wait::Skip)
    }

    /// Locks the rows of this table alone, among those that are joined.
    pub fn of<T: super::Relation>(self) -> Self {
        let source = T::SOURCE;
        self.change(|lock| lock.of = Some(source.alias.unwrap_or(source.name)))
    }

    /// All the rows.
    ///
    /// # Errors
    /// See [`Rows::all`].
    pub fn all<'a, X: InTransaction + ReachesAll<S> + ?Sized>(
        self,
        tx: &'a X,
    ) -> BoxFuture<'a, Result<Vec<O>>> {
        self.0.all(tx)
    }

    /// The only row.
    ///
    /// # Errors
    /// See [`Rows::one`].
    pub fn one<'a, X: InTransaction + ReachesAll<S> + ?Sized>(self, tx: &'a X) -> BoxFuture<'a, Result<O>> {
        self.0.one(tx)
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// See [`Rows::optional`].
    pub fn optional<'a, X: InTransaction + ReachesAll<S> + ?Sized>(
        self,
        tx: &'a X,
    ) -> BoxFuture<'a, Result<Option<O>>> {
        self.0.optional(tx)
    }

    pub(crate) fn into_statement(self, kind: Option<ServerKind>) -> Result<Statement> {
        self.0.checked(kind)
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        self.0.to_sql()
    }
}
