//! Deletes.

use std::borrow::Cow;
use std::iter;
use std::marker::PhantomData;

use super::batches::{Change, InBatches, told, unhinted};
use super::guard::{Deleted, SoftDelete};
use super::hint::Hint;
use super::missed::Missed;
use super::node::Node;
use super::row::{at_most_one, read_all, rows_of};
use super::shapes::Piece;
use super::table::Table;
use super::version::{Expected, Sought, VersionNumber, Versioned, class};
use super::writer::Writer;
use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, InTransaction, Label, Reaches, Statement, Write};
use crate::types::Value;

pub(super) const fn label<T: Table>() -> Label {
    Label { verb: "delete", table: Some(T::NAME.name) }
}

/// A soft delete of rows that are deleted.
pub(super) fn deleted_already(label: Label) -> Error {
    Error::invalid_statement(label, "its rows are deleted already")
        .with_advice("`.hard()` deletes them for good")
}

/// A delete of one row by its primary key.
#[derive(Debug)]
#[must_use = "a delete does nothing until one of its terminals is awaited"]
pub struct DeleteByKey<T> {
    key: Vec<Value>,
    hard: bool,
    version: Option<Expected>,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> DeleteByKey<T> {
    pub(crate) fn new(key: Vec<Value>) -> Self {
        Self { key, hard: false, version: None, table: PhantomData }
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
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<bool>> {
        let missed = self.missed();
        let statement = self.statement(false);
        let handle = executor.handle();
        Box::pin(async move {
            let deleted = handle.execute(&statement).await? > 0;
            if !deleted {
                Box::pin(missed.look(handle)).await?;
            }
            Ok(deleted)
        })
    }

    /// Runs it and returns the row that was there, if there was one.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn optional<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        let missed = self.missed();
        let statement = self.statement(true);
        let handle = executor.handle();
        Box::pin(async move {
            let label = statement.label;
            let row = handle.read(&statement, |rows| at_most_one(read_all(rows, label)?, label)).await?;
            if row.is_none() {
                Box::pin(missed.look(handle)).await?;
            }
            Ok(row)
        })
    }

    pub(super) fn missed(&self) -> Missed {
        // A hard delete takes the row whether it is deleted or not.
        let deleted = if self.hard { Deleted::Shown } else { Deleted::Hidden };
        Sought::missed_by::<T>(&self.key, self.version.as_ref(), deleted, label::<T>())
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// On the server it fails unless there is such a row (`is_not_found`, or `is_stale` where a version was given), and
    /// the transaction with it.
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &X) {
        tx.handle().defer(Ok(self.statement(false).asserted()));
    }

    pub(super) fn statement(self, returning: bool) -> Statement {
        let texts = T::__texts();
        let class = class(self.version.as_ref());
        if self.hard {
            let mut writer = Writer::new("DELETE FROM ");
            writer.name(&T::NAME).push(&texts.key).push(&T::__GUARD.text(self.key.len(), Deleted::Shown));
            writer.set_values(T::__GUARD.push(self.key));
            if let Some(version) = self.version {
                version.write::<T>(&mut writer);
            }
            if returning {
                writer.push(&texts.returning);
            }
            return writer.finish(class, label::<T>()).reading(rows_of::<T>(returning));
        }
        let mut values = T::__GUARD.push(self.key);
        let ends =
            [self.version.is_some().then_some(Piece::AtVersion), returning.then_some(Piece::Returning)];
        let sql = if ends == [None, None] {
            Cow::Borrowed(texts.delete.as_str())
        } else {
            let shape = iter::once(Piece::Delete).chain(ends.into_iter().flatten());
            texts.of_shape(&shape, || {
                let mut writer = Writer::new(&texts.delete);
                writer.set_values(values.clone());
                if let Some(version) = &self.version {
                    version.write::<T>(&mut writer);
                }
                writer.push(if returning { &texts.returning } else { "" }).take_text()
            })
        };
        values.extend(self.version.map(Expected::into_value));
        let expects = rows_of::<T>(returning);
        Statement { sql, values, locking: None, class, label: label::<T>(), expects }
    }

    /// The statement's text.
    pub fn to_sql(self) -> String {
        self.statement(false).sql.into_owned()
    }
}

impl<T: SoftDelete> DeleteByKey<T> {
    /// Deletes the row for good, whether it was deleted before or not: a DELETE.
    pub fn hard(mut self) -> Self {
        self.hard = true;
        self
    }
}

impl<T: SoftDelete> Delete<T> {
    /// Deletes the rows for good: a DELETE. Deleted rows are among them only by
    /// [`with_deleted`](super::Select::with_deleted) and [`only_deleted`](super::Select::only_deleted).
    pub fn hard(mut self) -> Self {
        self.hard = true;
        self
    }
}

/// A delete of every row for which a condition holds: see [`Select::delete`](super::Select::delete).
#[derive(Debug)]
#[must_use = "a delete does nothing until one of its terminals is awaited"]
pub struct Delete<T> {
    filter: Result<Option<Node>>,
    deleted: Deleted,
    hint: Option<Hint>,
    hard: bool,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> Delete<T> {
    pub(crate) fn among(deleted: Deleted, hint: Option<Hint>, filter: Result<Option<Node>>) -> Self {
        Self { filter, deleted, hint, hard: false, table: PhantomData }
    }

    /// Runs it and returns how many rows are gone.
    ///
    /// It is one statement, however many rows there are: [`in_batches`](Self::in_batches) is for many.
    ///
    /// # Errors
    /// See [`DeleteByKey::exec`].
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        let handle = executor.handle();
        let statement = self.statement(false, handle.server_kind());
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            Ok(told(handle, label::<T>(), handle.execute(&statement).await?))
        })
    }

    /// Deletes batch by batch, each a transaction of its own, so that no transaction grows large.
    ///
    /// See [`InBatches`].
    pub fn in_batches<'r>(self) -> InBatches<'r, T> {
        let Self { filter, deleted, hint, hard, .. } = self;
        InBatches::new(unhinted(hint, filter, label::<T>()), deleted, Change::Delete { deleted, hard })
    }

    /// A delete of rows among these.
    pub(super) fn of_rows(rows: Node, deleted: Deleted, hard: bool) -> Self {
        Self { filter: Ok(Some(rows)), deleted, hint: None, hard, table: PhantomData }
    }

    /// Runs it and returns the rows that are gone.
    ///
    /// # Errors
    /// See [`DeleteByKey::exec`].
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<T>>>
    where
        T: 'a,
    {
        let handle = executor.handle();
        let statement = self.statement(true, handle.server_kind());
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            handle.read(&statement, |rows| read_all(rows, statement.label)).await
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &X) {
        let handle = tx.handle();
        handle.defer(self.statement(false, handle.server_kind()));
    }

    /// The statement's text.
    ///
    /// # Errors
    /// When the rows were limited or ordered, which a delete cannot be.
    pub fn to_sql(self) -> Result<String> {
        self.statement(true, None).map(|statement| statement.sql.into_owned())
    }

    /// Whether its table has a hint.
    pub(super) fn is_hinted(&self) -> bool {
        self.hint.is_some()
    }

    pub(super) fn statement(self, returning: bool, kind: Option<ServerKind>) -> Result<Statement> {
        let guard = T::__GUARD;
        let (mut writer, deleted) = match (guard.deleted, self.hard) {
            (Some(_), false) if self.deleted == Deleted::Only => {
                return Err(deleted_already(label::<T>()));
            }
            // What is deleted already keeps its time.
            (Some(_), false) => {
                let mut writer = Writer::new("UPDATE ");
                let begin = writer.name(&T::NAME).length();
                Hint::write(self.hint, writer.of_kind(kind));
                writer.push(T::__texts().delete_from.get(begin..).unwrap_or_default());
                (writer, Deleted::Hidden)
            }
            _ => {
                let mut writer = Writer::new("DELETE FROM ");
                Hint::write(self.hint, writer.of_kind(kind).name(&T::NAME));
                (writer, self.deleted)
            }
        };
        writer.condition(guard.narrow(self.filter?, T::NAME, deleted));
        if returning {
            writer.push(&T::__texts().returning);
        }
        Ok(writer.finish(Class::Write, label::<T>()).reading(rows_of::<T>(returning)))
    }
}
