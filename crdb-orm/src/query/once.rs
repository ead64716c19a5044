//! Single writes whose outcome is not left open: under a key, or run again with the caller's leave.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::delete::{self, Delete, DeleteByKey};
use super::insert::{Insert, InsertOrIgnore};
use super::missed::Missed;
use super::raw::Sql;
use super::row::{FromRow, at_most_one, read_all};
use super::table::Table;
use super::update::{self, Update, UpdateByKey};
use crate::conn::ServerKind;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::exec::sealed::Sealed;
use crate::exec::{BoxFuture, Class, Handle, Label, OnDatabase, RAW_SQL, Reaches, Statement, Write};
use crate::txn::{Key, Once, Tx};

/// A write that can be one transaction of its own.
pub trait SingleWrite: Sealed + Sized + Send + 'static {
    /// What `exec` returns.
    type Changed: Send + 'static;
    /// Whose rows it writes: see [`Table::Scope`].
    type Scope;

    #[doc(hidden)]
    const __LABEL: Label;

    #[doc(hidden)]
    fn __name() -> &'static str;

    /// What it means that it has changed no row.
    #[doc(hidden)]
    fn __missed(&self) -> Missed;

    #[doc(hidden)]
    fn __statement(self, returning: bool, kind: Option<ServerKind>) -> Result<Statement>;

    #[doc(hidden)]
    fn __changed(changed: u64, label: Label) -> Result<Self::Changed>;
}

/// A write that can return the rows that it touched.
pub trait ReturningWrite: SingleWrite {
    /// A row of the table.
    type Row: FromRow;
}

/// A write that happens exactly once under a key, as a transaction of its own.
///
/// It needs the table of the [`Ledger`](crate::Ledger). Its transaction is named after the verb and the table, such as
/// `insert orders`, in metrics and in contention control, and that is its scope unless the key has one: two different updates
/// of a table need two keys, or two scopes. SQL of your own is `sql`, whatever it says, and takes no part in contention
/// control: a [transaction](crate::Transaction::once) around it has a name. A [`Replayed`](Once::Replayed) result is what the
/// first run returned, not what the table holds now.
#[derive(Debug)]
#[must_use = "a write does nothing until one of its terminals is awaited"]
pub struct Keyed<W> {
    write: W,
    key: Key,
}

/// A write that is run again when nobody knows whether it took effect.
#[derive(Debug)]
#[must_use = "a write does nothing until one of its terminals is awaited"]
pub struct Rerun<W>(W);

impl<W: SingleWrite> Keyed<W> {
    /// Runs it, or returns what its first run returned.
    ///
    /// # Errors
    /// The write's own, such as a row at another version than it names (`is_stale`), after which the key is as free as
    /// before, and those of [`Transaction::once`](crate::Transaction::once).
    pub fn exec<X: OnDatabase + Reaches<W::Scope> + ?Sized>(
        self,
        db: &X,
    ) -> BoxFuture<'_, Result<Once<W::Changed>>>
    where
        W::Changed: Serialize + DeserializeOwned,
    {
        let Self { write, key } = self;
        let missed = write.__missed();
        let db = db.database();
        let statement = write.__statement(false, Some(db.server().kind()));
        Box::pin(async move {
            let statement = statement?;
            let label = statement.label;
            let run = async |tx: Tx| {
                let changed = tx.execute(&statement).await?;
                if changed == 0 {
                    missed.look(Handle::Tx(&tx)).await?;
                }
                W::__changed(changed, label)
            };
            db.transaction(W::__name(), run).of_single_write(label).once(key).await
        })
    }
}

impl<W: ReturningWrite> Keyed<W>
where
    W::Row: Serialize + DeserializeOwned,
{
    /// Runs it and returns the row, or the row that its first run returned.
    ///
    /// # Errors
    /// When there is no row (`is_not_found`); and see [`exec`](Self::exec).
    pub fn one<'a, X: OnDatabase + Reaches<W::Scope> + ?Sized>(
        self,
        db: &'a X,
    ) -> BoxFuture<'a, Result<Once<W::Row>>>
    where
        W: 'a,
    {
        self.rows(db.database(), |rows, label| {
            at_most_one(rows, label)?.ok_or_else(|| Error::not_found(label))
        })
    }

    /// Runs it and returns the row, if there is one, or what its first run returned.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn optional<'a, X: OnDatabase + Reaches<W::Scope> + ?Sized>(
        self,
        db: &'a X,
    ) -> BoxFuture<'a, Result<Once<Option<W::Row>>>>
    where
        W: 'a,
    {
        self.rows(db.database(), at_most_one)
    }

    /// Runs it and returns all rows, or those that its first run returned.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn all<'a, X: OnDatabase + Reaches<W::Scope> + ?Sized>(
        self,
        db: &'a X,
    ) -> BoxFuture<'a, Result<Once<Vec<W::Row>>>>
    where
        W: 'a,
    {
        self.rows(db.database(), |rows, _| Ok(rows))
    }

    fn rows<'a, T>(
        self,
        db: &'a Database,
        read: fn(Vec<W::Row>, Label) -> Result<T>,
    ) -> BoxFuture<'a, Result<Once<T>>>
    where
        T: Serialize + DeserializeOwned + Send + 'a,
        W: 'a,
    {
        let Self { write, key } = self;
        let missed = write.__missed();
        let statement = write.__statement(true, Some(db.server().kind()));
        Box::pin(async move {
            let statement = statement?;
            let label = statement.label;
            let run = async |tx: Tx| {
                let rows = tx.rows(&statement).await?;
                if rows.is_empty() {
                    missed.look(Handle::Tx(&tx)).await?;
                }
                read(read_all(&rows, label)?, label)
            };
            db.transaction(W::__name(), run).of_single_write(label).once(key).await
        })
    }
}

impl<W: SingleWrite> Rerun<W> {
    /// Runs it.
    ///
    /// # Errors
    /// The write's own. An error after a run whose answer was lost says that the outcome is unknown, whatever it is.
    pub fn exec<X: Write + Reaches<W::Scope> + ?Sized>(
        self,
        executor: &X,
    ) -> BoxFuture<'_, Result<W::Changed>> {
        let (missed, handle) = (self.0.__missed(), executor.handle());
        let statement = self.statement(false, handle);
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            let changed = handle.execute(&statement).await?;
            if changed == 0 {
                missed.look(handle).await?;
            }
            W::__changed(changed, statement.label)
        })
    }

    fn statement(self, returning: bool, handle: Handle<'_>) -> Result<Statement> {
        let statement = self.0.__statement(returning, handle.server_kind())?;
        // That one may be run again anyway, and it is known what that means.
        let class = if statement.class == Class::Versioned { Class::Versioned } else { Class::Rerun };
        Ok(Statement { class, ..statement })
    }
}

impl<W: ReturningWrite> Rerun<W> {
    /// Runs it and returns the row.
    ///
    /// # Errors
    /// When there is no row (`is_not_found`); and see [`exec`](Self::exec).
    pub fn one<'a, X: Write + Reaches<W::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<W::Row>>
    where
        W: 'a,
    {
        let row = self.optional(executor);
        Box::pin(async move { row.await?.ok_or_else(|| Error::not_found(W::__LABEL)) })
    }

    /// Runs it and returns the row, if there is one.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn optional<'a, X: Write + Reaches<W::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<W::Row>>>
    where
        W: 'a,
    {
        self.rows(executor.handle(), |rows| at_most_one(rows, W::__LABEL))
    }

    /// Runs it and returns all rows.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn all<'a, X: Write + Reaches<W::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<W::Row>>>
    where
        W: 'a,
    {
        self.rows(executor.handle(), Ok)
    }

    fn rows<'a, A: Send + 'a>(
        self,
        handle: Handle<'a>,
        of: fn(Vec<W::Row>) -> Result<A>,
    ) -> BoxFuture<'a, Result<A>>
    where
        W: 'a,
    {
        let (missed, statement) = (self.0.__missed(), self.statement(true, handle));
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            let rows = handle.rows(&statement).await?;
            if rows.is_empty() {
                missed.look(handle).await?;
            }
            handle.answered(&statement, read_all(&rows, statement.label).and_then(of))
        })
    }
}

macro_rules! single_write {
    ([$($parameter:ident)?] $scope:ty, $write:ty, $label:expr, $name:expr, $changed:ty, $missed:expr, $statement:expr, $count:expr) => {
        impl$(<$parameter: Table>)? $write {
            /// Makes it happen exactly once under a key, as a transaction of its own: then `.exec(&db)`, or
            /// `.one(&db)`.
            pub fn once(self, key: impl Into<Key>) -> Keyed<Self> {
                Keyed { write: self, key: key.into() }
            }

            /// Allows it to be run again when nobody knows whether it took effect.
            ///
            /// Danger: it may then take effect twice, and at any later time. An addition is added twice. An update that
            /// sets a value may undo what somebody else has set in between; an insert may bring back a row that
            /// somebody has deleted, or fail because it is there already. [`once`](Self::once) has none of that.
            ///
            /// Inside a transaction it changes nothing.
            pub fn rerun_if_unknown(self) -> Rerun<Self> {
                Rerun(self)
            }
        }

        impl$(<$parameter: Table>)? Sealed for $write {}

        impl$(<$parameter: Table>)? SingleWrite for $write {
            type Changed = $changed;
            type Scope = $scope;

            const __LABEL: Label = $label;

            fn __name() -> &'static str {
                $name
            }

            fn __missed(&self) -> Missed {
                let missed: fn(&Self) -> Missed = $missed;
                missed(self)
            }

            fn __statement(self, returning: bool, kind: Option<ServerKind>) -> Result<Statement> {
                let statement: fn(Self, bool, Option<ServerKind>) -> Result<Statement> = $statement;
                statement(self, returning, kind)
            }

            fn __changed(changed: u64, label: Label) -> Result<$changed> {
                let count: fn(u64, Label) -> Result<$changed> = $count;
                count(changed, label)
            }
        }
    };
}

macro_rules! returning_write {
    ($($write:ident),*) => {$(
        impl<T: Table> ReturningWrite for $write<T> {
            type Row = T;
        }
    )*};
}

fn found(changed: u64, label: Label) -> Result<()> {
    if changed == 0 { Err(Error::not_found(label)) } else { Ok(()) }
}

single_write!([T] T::Scope, Insert<T>, Insert::<T>::LABEL, &T::__texts().names.insert, (), Self::missed, |it, rows, _| Ok(it.statement(rows)), |_, _| Ok(()));
single_write!([T] T::Scope, InsertOrIgnore<T>, Insert::<T>::LABEL, &T::__texts().names.insert, bool, |it| it.0.missed(), |it, rows, _| Ok(it.0.statement(rows)), |n, _| Ok(n > 0));
single_write!([T] T::Scope, UpdateByKey<T>, update::label::<T>(), &T::__texts().names.update, (), Self::missed, |it, rows, _| it.statement(rows), found);
single_write!([T] T::Scope, Update<T>, update::label::<T>(), &T::__texts().names.update, u64, |_| Missed::None, Self::statement, |n, _| Ok(n));
single_write!([T] T::Scope, DeleteByKey<T>, delete::label::<T>(), &T::__texts().names.delete, bool, Self::missed, |it, rows, _| Ok(it.statement(rows)), |n, _| Ok(n > 0));
single_write!([T] T::Scope, Delete<T>, delete::label::<T>(), &T::__texts().names.delete, u64, |_| Missed::None, Self::statement, |n, _| Ok(n));
single_write!([](), Sql, Sql::LABEL, RAW_SQL, u64, |_| Missed::None, |it, _, _| it.checked(), |n, _| Ok(n));
returning_write!(Insert, InsertOrIgnore, UpdateByKey, Update, DeleteByKey, Delete);
