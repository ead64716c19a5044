//! Handles that reach the rows of one tenant.

use super::reach::Reach;
use super::{
    AsOfReads, BoundedStaleness, BoxFuture, Handle, InTransaction, OnDatabase, Read, ReadRow, RowHandle,
    Write, sealed,
};
use crate::database::Database;
use crate::error::Result;
use crate::query::{BatchSteps, Queries};
use crate::txn::{AsOf, EndsInOurs, Transaction, TransactionError, Tx};
use crate::types::Field;

use std::marker::PhantomData;
use std::time::Duration;

/// The rows of one tenant, as a type: the [`Table::Scope`](crate::Table::Scope) of a table with a column
/// `#[crdb(tenant)]` of type `V`.
#[derive(Debug)]
pub struct Tenant<V>(PhantomData<fn() -> V>);

/// The rows of all tenants: what a handle from [`Database::all_tenants`] reaches.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AllTenants;

/// An executor that reaches the rows of `S`: of the tables of one tenant, [`Tenant<V>`], or of tables that belong to none,
/// `()`, which every executor does.
///
/// For a repository behind `dyn`, give a trait of your own both:
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::{Reaches, Tenant};
/// # #[derive(CrdbType, Debug, Clone, Copy, PartialEq)]
/// # struct TenantId(Uuid);
///
/// trait OfTenant: Write + Reaches<Tenant<TenantId>> {}
/// impl<X: Write + Reaches<Tenant<TenantId>> + ?Sized> OfTenant for X {}
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders", index(on(tenant_id)))]
/// # struct Order { #[crdb(primary_key)] id: Uuid, #[crdb(tenant)] tenant_id: TenantId }
///
/// async fn orders(executor: &dyn OfTenant) -> crdb_orm::Result<Vec<Order>> {
///     Order::query().all(executor).await
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the rows of this table belong to a `{S}`, and `{Self}` does not say to which one",
    label = "it reaches the rows of tables that belong to no tenant",
    note = "say whose rows: `db.scoped(tenant)`, in a transaction `tx.scoped(tenant)`; for those of all tenants \
            `db.all_tenants(\"why\")`",
    note = "generic code over tables that belong to no tenant says `T: Table<Scope = ()>`"
)]
pub trait Reaches<S>: sealed::Sealed {}

impl<X: ReadRow + ?Sized> Reaches<()> for X {}

#[diagnostic::do_not_recommend]
impl<X, V: Field> Reaches<Tenant<V>> for Scoped<X, V> where Self: sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl<X, V: Field> Reaches<Tenant<V>> for Scoped<X, AllTenants> where Self: sealed::Sealed {}

/// A [`Database`], a [`Tx`], or a handle that reads the past, for the rows of one tenant: from [`Database::scoped`] and
/// [`Tx::scoped`]; for those of all of them, from `all_tenants`.
///
/// Every statement of a table with a column `#[crdb(tenant)]` has `tenant_id = $n` in its text, and this handle fills in
/// the tenant: no row of another one is read, counted, changed or deleted, and no row is made for another one. Tables
/// without such a column are used through it as through the handle that it was made from.
///
/// SQL of your own ([`Sql`](crate::Sql)) is refused here, since nobody looks into it:
/// [`Sql::unscoped`](crate::Sql::unscoped) says that it is meant.
#[derive(Debug, Clone)]
pub struct Scoped<X, V> {
    inner: X,
    tenant: V,
}

impl<X, V> Scoped<X, V> {
    /// The tenant.
    pub const fn tenant(&self) -> &V {
        &self.tenant
    }

    fn around<Y>(&self, inner: Y) -> Scoped<Y, V>
    where
        V: Clone,
    {
        Scoped { inner, tenant: self.tenant.clone() }
    }
}

impl<X: sealed::Sealed, V> sealed::Sealed for Scoped<X, V> {}

impl<X: Read, V: Send + Sync> Read for Scoped<X, V> {
    fn handle(&self) -> Handle<'_> {
        self.inner.handle()
    }
}

impl<X: Write, V: Send + Sync> Write for Scoped<X, V> {}
impl<X: InTransaction, V: Send + Sync> InTransaction for Scoped<X, V> {}

impl<V: Send + Sync> OnDatabase for Scoped<Database, V> {
    fn database(&self) -> &Database {
        &self.inner
    }
}

#[diagnostic::do_not_recommend]
impl<V: Send + Sync> ReadRow for Scoped<BoundedStaleness, V> {
    fn row_handle(&self) -> RowHandle<'_> {
        self.inner.row_handle()
    }
}

macro_rules! scopes {
    ($($handle:ty: $name:literal),*) => {$(
        impl $handle {
            /// The same handle for the rows of one tenant: see [`Scoped`].
            ///
            #[doc = concat!("It is cheap: make one for each request. The tenant is a value of the type of the column ",
                "`#[crdb(tenant)]`, so `", $name, ".scoped(TenantId(id))`.")]
            #[must_use]
            pub fn scoped<V: Field>(&self, tenant: V) -> Scoped<Self, V> {
                Scoped { inner: self.reaching(Reach::one(&tenant)), tenant }
            }

            /// The same handle for the rows of all tenants, such as for a report or a job, and why: the reason stands in
            /// the code, for those who look for it, and in an event of `tracing`.
            ///
            /// An insert through it gives the tenant of its row.
            #[must_use]
            pub fn all_tenants(&self, why: &'static str) -> Scoped<Self, AllTenants> {
                tracing::debug!(why, "a handle for the rows of all tenants");
                Scoped { inner: self.reaching(Reach::Everyone), tenant: AllTenants }
            }
        }
    )*};
}

scopes!(Database: "db", Tx: "tx", AsOfReads: "past", BoundedStaleness: "near");

impl<V: Clone + Send + Sync + 'static> Scoped<Database, V> {
    /// Runs a transaction, like [`Database::transaction`]: its closure gets a handle for the same tenant.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbType, Debug, Clone, Copy, PartialEq)]
    /// # struct TenantId(Uuid);
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders", index(on(tenant_id)))]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, #[crdb(tenant)] tenant_id: TenantId, total: i64 }
    /// # async fn example(db: Database, tenant: TenantId, id: Uuid) -> crdb_orm::Result<()> {
    /// let acme = db.scoped(tenant);
    /// acme.transaction("double", async |tx| {
    ///     let order = Order::find(id).for_update().one(&tx).await?;
    ///     Order::update(id).set(Order::TOTAL, 2 * order.total).exec(&tx).await
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn transaction<'a, F, Fut, T, E>(
        &'a self,
        name: &'static str,
        closure: F,
    ) -> Transaction<'a, impl Fn(Tx) -> Fut + Send + Sync + 'a, T, E>
    where
        F: Fn(Scoped<Tx, V>) -> Fut + Send + Sync + 'a,
        Fut: Future<Output = Result<T, E>> + EndsInOurs<E> + Send + 'a,
        T: Send + 'a,
        E: 'a,
    {
        Transaction::new(&self.inner, name, move |tx| closure(self.around(tx)), Fut::__ours)
    }

    /// Runs a transaction with errors of its caller, like [`Database::try_transaction`].
    pub fn try_transaction<'a, F, Fut, T, E>(
        &'a self,
        name: &'static str,
        closure: F,
    ) -> Transaction<'a, impl Fn(Tx) -> Fut + Send + Sync + 'a, T, E>
    where
        F: Fn(Scoped<Tx, V>) -> Fut + Send + Sync + 'a,
        Fut: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: TransactionError + 'a,
    {
        Transaction::new(&self.inner, name, move |tx| closure(self.around(tx)), E::from)
    }

    /// Runs different statements together, like [`Database::batch`].
    ///
    /// A statement of a table of other tenants' kind, or SQL of your own, is refused before anything is sent.
    ///
    /// # Errors
    /// See [`Database::batch`].
    pub fn batch<'a, S: BatchSteps + 'a>(&'a self, steps: S) -> BoxFuture<'a, Result<S::Output>>
    where
        S::Output: 'a,
    {
        self.inner.batch(steps)
    }

    /// The database some seconds ago: see [`Database::follower_reads`].
    pub fn follower_reads(&self) -> Scoped<AsOfReads, V> {
        self.around(self.inner.follower_reads())
    }

    /// The database as of a time: see [`Database::as_of`].
    pub fn as_of(&self, as_of: AsOf) -> Scoped<AsOfReads, V> {
        self.around(self.inner.as_of(as_of))
    }

    /// The database as it is now, and stays: see [`Database::snapshot`].
    ///
    /// # Errors
    /// A statement's errors.
    pub async fn snapshot(&self) -> Result<Scoped<AsOfReads, V>> {
        Ok(self.around(self.inner.snapshot().await?))
    }

    /// The database at most so long ago: see [`Database::with_max_staleness`].
    pub fn with_max_staleness(&self, staleness: Duration) -> Scoped<BoundedStaleness, V> {
        self.around(self.inner.with_max_staleness(staleness))
    }

    /// The database no earlier than a time: see [`Database::with_min_timestamp`].
    pub fn with_min_timestamp(&self, nanoseconds: u128) -> Scoped<BoundedStaleness, V> {
        self.around(self.inner.with_min_timestamp(nanoseconds))
    }

    /// The same, for use inside of a transaction and outside of it: see [`Database::outside`].
    #[must_use]
    pub fn outside(&self) -> Self {
        self.around(self.inner.outside())
    }
}

/// A handle that reads several things as of one moment.
#[doc(hidden)]
pub trait ReadsTogether: sealed::Sealed + Sync {
    fn together_of<'a, Q: BatchSteps + 'a>(&'a self, reads: Q) -> BoxFuture<'a, Result<Q::Output>>
    where
        Q::Output: 'a;
}

impl<X: ReadsTogether, V: Sync> Scoped<X, V> {
    /// Reads several things as of one moment, like [`Database::read_together`].
    ///
    /// # Errors
    /// See [`Database::read_together`].
    pub fn read_together<'a, Q: Queries<Self> + 'a>(&'a self, queries: Q) -> BoxFuture<'a, Result<Q::Output>>
    where
        Q::Output: 'a,
    {
        self.inner.together_of(queries)
    }
}

impl<V: Clone + Send + Sync + 'static> Scoped<AsOfReads, V> {
    /// The time as of which it reads.
    pub fn time(&self) -> AsOf {
        self.inner.time()
    }
}

impl<V> Scoped<BoundedStaleness, V> {
    /// Reads from the nearest replica or fails: see [`BoundedStaleness::nearest_only`].
    #[must_use]
    pub fn nearest_only(mut self) -> Self {
        self.inner = self.inner.nearest_only();
        self
    }
}

impl<V: Clone + Send + Sync + 'static> Scoped<Tx, V> {
    /// The number of this attempt: see [`Tx::attempt`].
    pub fn attempt(&self) -> u32 {
        self.inner.attempt()
    }

    /// Runs different statements together, like [`Tx::batch`].
    ///
    /// A statement of a table of other tenants' kind, or SQL of your own, is refused before anything is sent.
    ///
    /// # Errors
    /// See [`Tx::batch`].
    pub fn batch<'a, S: BatchSteps + 'a>(&'a self, steps: S) -> BoxFuture<'a, Result<S::Output>>
    where
        S::Output: 'a,
    {
        self.inner.batch(steps)
    }

    /// Runs a part of the transaction that can fail alone, like [`Tx::savepoint`].
    ///
    /// # Errors
    /// See [`Tx::savepoint`].
    pub fn savepoint<'a, F, Fut, T, E>(&'a self, closure: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: FnOnce(Self) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, E>> + EndsInOurs<E> + Send + 'a,
        T: Send + 'a,
        E: Send + 'a,
    {
        self.inner.savepoint(move |tx| closure(self.around(tx)))
    }

    /// The same with errors of its caller, like [`Tx::try_savepoint`].
    ///
    /// # Errors
    /// See [`Tx::try_savepoint`].
    pub fn try_savepoint<'a, F, Fut, T, E>(&'a self, closure: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: FnOnce(Self) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: TransactionError + 'a,
    {
        self.inner.try_savepoint(move |tx| closure(self.around(tx)))
    }

    /// Calls back after COMMIT: see [`Tx::after_commit`].
    pub fn after_commit(&self, hook: impl FnOnce() + Send + 'static) {
        self.inner.after_commit(hook);
    }

    /// Lets the transaction end without a commit: see [`Tx::rollback_only`].
    pub fn rollback_only(&self) {
        self.inner.rollback_only();
    }
}
