//! What every builder of an insert has beside its setters.

use super::bulk::NewRow;
use super::conflict::{ConflictTarget, OnConflict};
use super::insert::{Insert, InsertOrIgnore};
use super::key::IntoKey;
use super::once::{Keyed, Rerun};
use super::read::{Returning, Selection};
use super::relate::{ByTable, Inserts, Link};
use super::table::Table;
use super::tree::{Branch, NestedRows, Tree};
use crate::error::Result;
use crate::exec::{BoxFuture, InTransaction, Reaches, Write};
use crate::txn::Key;

/// The builder that `Order::insert()` starts: what it has beside a setter for each column.
///
/// The derive makes one for each table (`OrderInsert`), whose type says which required columns were given: what is written
/// here does not compile before all of them are.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "users")]
/// # struct User { #[crdb(primary_key)] id: Uuid, #[crdb(unique)] email: String, name: String }
///
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// let ann = User::insert().email("ann@example.com").name("Ann");
/// let user: User = ann.clone().one(&db).await?;
/// let again: Option<User> = ann.clone().or_ignore().optional(&db).await?;
/// let id: Uuid = ann.clone().on_conflict(User::EMAIL).do_update().returning(User::ID).one(&db).await?;
/// db.transaction("welcome", async |tx| {
///     ann.clone().or_ignore().defer(&tx);
///     Ok(())
/// })
/// .await?;
/// # let _ = (user, again, id);
/// # Ok(())
/// # }
/// ```
///
/// A clone is another insert: where the client makes the key, each makes one of its own.
pub trait InsertBuilder: Sized {
    /// The table.
    type Table: Table;

    /// Runs the insert and returns the row as the server has stored it.
    ///
    /// # Errors
    /// See [`Insert::one`].
    fn one<'a, X: Write + Reaches<<Self::Table as Table>::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Self::Table>>
    where
        Self: Complete<Self::Table>,
        Self::Table: 'a,
    {
        self.__build().one(executor)
    }

    /// Runs the insert.
    ///
    /// # Errors
    /// See [`Insert::one`].
    fn exec<X: Write + Reaches<<Self::Table as Table>::Scope> + ?Sized>(
        self,
        executor: &X,
    ) -> BoxFuture<'_, Result<()>>
    where
        Self: Complete<Self::Table>,
    {
        self.__build().exec(executor)
    }

    /// Keeps it until COMMIT: see [`Insert::defer`].
    fn defer<X: InTransaction + Reaches<<Self::Table as Table>::Scope> + ?Sized>(self, tx: &X)
    where
        Self: Complete<Self::Table>,
    {
        self.__build().defer(tx);
    }

    /// Updates the given columns where the primary key is there already.
    fn or_update(self) -> Insert<Self::Table>
    where
        Self: Complete<Self::Table>,
    {
        self.__build().or_update()
    }

    /// Does nothing where the row conflicts with one that is there already, by whatever unique key.
    fn or_ignore(self) -> InsertOrIgnore<Self::Table>
    where
        Self: Complete<Self::Table>,
    {
        self.__build().or_ignore()
    }

    /// Says by which unique key a row is told to be there already, and then what happens to it: see
    /// [`Insert::on_conflict`].
    fn on_conflict(self, target: impl ConflictTarget<Self::Table>) -> OnConflict<Insert<Self::Table>>
    where
        Self: Complete<Self::Table>,
    {
        self.__build().on_conflict(target)
    }

    /// Says what is returned of the new row in place of all of it: see [`Insert::returning`].
    fn returning<P: Selection<Self::Table, I>, I>(self, what: P) -> Returning<Self::Table, P::Output>
    where
        Self: Complete<Self::Table>,
    {
        self.__build().returning(what)
    }

    /// Makes it happen exactly once under a key, as a transaction of its own: see [`Keyed`].
    fn once(self, key: impl Into<Key>) -> Keyed<Insert<Self::Table>>
    where
        Self: Complete<Self::Table>,
    {
        self.__build().once(key)
    }

    /// Allows it to be run again when nobody knows whether it took effect: it may then bring back a row that somebody has
    /// deleted in between.
    fn rerun_if_unknown(self) -> Rerun<Insert<Self::Table>>
    where
        Self: Complete<Self::Table>,
    {
        self.__build().rerun_if_unknown()
    }

    /// Adds rows that belong to this one by a relation, and are inserted with it: they get its key. See [`Tree`].
    fn with<C: Table, S: Inserts, O: Send + 'static, H>(
        self,
        relation: Link<Self::Table, C, S>,
        rows: impl NestedRows<Self::Table, C, S, O, H>,
    ) -> Tree<Self::Table, Self, (Branch<O>,)> {
        Tree::new(self).with(relation, rows)
    }

    /// Links rows that are there already by a `many_to_many`: see [`Tree::link`].
    fn link<C: Table, S: ByTable + Inserts, K: IntoKey<C::Key>>(
        self,
        relation: Link<Self::Table, C, S>,
        keys: impl IntoIterator<Item = K>,
    ) -> Tree<Self::Table, Self> {
        Tree::new(self).link(relation, keys)
    }

    /// The insert as a value, such as for a [`batch`](crate::Database::batch).
    fn build(self) -> Insert<Self::Table>
    where
        Self: Complete<Self::Table>,
    {
        self.__build()
    }

    /// The statement's text.
    fn to_sql(&self) -> String
    where
        Self: Complete<Self::Table> + Clone,
    {
        self.clone().__build().to_sql()
    }
}

/// A builder to which every required column was given.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks a required column of `{T}`",
    note = "call the setter of each required column first"
)]
pub trait Complete<T>: NewRow<T> {
    #[doc(hidden)]
    fn __build(self) -> Insert<T>;
}

/// A value that can be cloned, said so that a bound may stand where it does not hold.
#[doc(hidden)]
pub trait CloneFor<'a>: Sized {
    #[must_use]
    fn clone_for(&self) -> Self;
}

impl<V: Clone> CloneFor<'_> for V {
    fn clone_for(&self) -> Self {
        self.clone()
    }
}
