//! Deletes.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::node::Node;
use super::row::{at_most_one, read_all};
use super::table::Table;
use super::version::{Expected, Sought, VersionNumber, Versioned, class};
use super::writer::Writer;
use crate::error::Result;
use crate::exec::{BoxFuture, Class, Expects, InTransaction, Label, Statement, Write};
use crate::types::Value;

pub(super) const fn label<T: Table>() -> Label {
    Label { verb: "delete", table: Some(T::NAME.name) }
}

/// A delete of one row by its primary key.
#[derive(Debug)]
#[must_use = "a delete does nothing until one of its terminals is awaited"]
pub struct DeleteByKey<T> {
    key: Vec<Value>,
    version: Option<Expected>,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> DeleteByKey<T> {
    pub(crate) fn new(key: Vec<Value>) -> Self {
        Self { key, version: None, table: PhantomData }
    }

    /// Deletes nothing unless the row is still at this version.
    pub fn version<V: VersionNumber>(mut self, version: V) -> Self
    where
        T: Versioned<Version = V>,
    {
        self.version = Some(Expected::new(version));
        self
    }

    /// Runs it and returns whether there was such a row.
    ///
    /// # Errors
    /// A statement's errors, such as a row that still refers to this one (`is_foreign_key_violation`); a row that is at
    /// another version than was given (`is_stale`).
    pub fn exec<X: Write + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<bool>> {
        let sought = self.sought();
        let statement = self.statement(false);
        let handle = executor.handle();
        Box::pin(async move {
            let deleted = handle.execute(&statement).await? > 0;
            if !deleted {
                Box::pin(sought.missed::<T>(handle)).await?;
            }
            Ok(deleted)
        })
    }

    /// Runs it and returns the row that was there, if there was one.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn optional<'a, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        let sought = self.sought();
        let statement = self.statement(true);
        let handle = executor.handle();
        Box::pin(async move {
            let label = statement.label;
            let row = handle.read(&statement, |rows| at_most_one(read_all(rows, label)?, label)).await?;
            if row.is_none() {
                Box::pin(sought.missed::<T>(handle)).await?;
            }
            Ok(row)
        })
    }

    pub(super) fn sought(&self) -> Sought {
        Sought::new(&self.key, self.version.as_ref(), label::<T>())
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// On the server it fails unless there is such a row (`is_not_found`, or `is_stale` where a version was given), and
    /// the transaction with it.
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + ?Sized>(self, tx: &X) {
        tx.handle().defer(Ok(self.statement(false).asserted()));
    }

    pub(super) fn statement(self, returning: bool) -> Statement {
        let texts = T::__texts();
        if let Some(version) = self.version {
            let mut writer = Writer::new(&texts.delete);
            let class = class(Some(&version));
            writer.set_values(self.key);
            version.write::<T>(&mut writer);
            if returning {
                writer.push(&texts.returning);
            }
            return writer.finish(class, label::<T>());
        }
        let sql = if returning {
            Cow::Owned(format!("{}{}", texts.delete, texts.returning))
        } else {
            Cow::Borrowed(texts.delete.as_str())
        };
        Statement {
            sql,
            values: self.key,
            locking: None,
            class: Class::Write,
            label: label::<T>(),
            expects: Expects::Any,
        }
    }

    /// The statement's text.
    pub fn to_sql(self) -> String {
        self.statement(false).sql.into_owned()
    }
}

/// A delete of every row for which a condition holds: see [`Select::delete`](super::Select::delete).
#[derive(Debug)]
#[must_use = "a delete does nothing until one of its terminals is awaited"]
pub struct Delete<T> {
    filter: Result<Option<Node>>,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> Delete<T> {
    pub(crate) fn new(filter: Result<Option<Node>>) -> Self {
        Self { filter, table: PhantomData }
    }

    /// Runs it and returns how many rows are gone.
    ///
    /// # Errors
    /// See [`DeleteByKey::exec`].
    pub fn exec<X: Write + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        let statement = self.statement(false);
        let handle = executor.handle();
        Box::pin(async move { handle.execute(&statement?).await })
    }

    /// Runs it and returns the rows that are gone.
    ///
    /// # Errors
    /// See [`DeleteByKey::exec`].
    pub fn all<'a, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<Vec<T>>>
    where
        T: 'a,
    {
        let statement = self.statement(true);
        let handle = executor.handle();
        Box::pin(async move {
            let statement = statement?;
            handle.read(&statement, |rows| read_all(rows, statement.label)).await
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + ?Sized>(self, tx: &X) {
        tx.handle().defer(self.statement(false));
    }

    /// The statement's text.
    ///
    /// # Errors
    /// When the rows were limited or ordered, which a delete cannot be.
    pub fn to_sql(self) -> Result<String> {
        self.statement(true).map(|statement| statement.sql.into_owned())
    }

    pub(super) fn statement(self, returning: bool) -> Result<Statement> {
        let mut writer = Writer::new("DELETE FROM ");
        writer.name(&T::NAME).condition(self.filter?);
        if returning {
            writer.push(&T::__texts().returning);
        }
        Ok(writer.finish(Class::Write, label::<T>()))
    }
}
