//! Queries that load relations.

use std::fmt;

use super::load::{Also, Load, LoadAll, RoomForMore};
use crate::conn::ServerKind;
use crate::error::Result;
use crate::exec::{BoxFuture, Handle, Label, Reaches, Read, Statement};
use crate::query::explain::{Explain, Explained};
use crate::query::page::{Keyset, Pageable, Paged};
use crate::query::row::RowReader;
use crate::query::select::{Find, Select};
use crate::query::table::Table;
use crate::types::Value;

/// A query whose rows come with their relations: from [`Select::with`] and [`Find::with`].
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct Loading<Q, W> {
    query: Q,
    with: W,
}

impl<Q: fmt::Debug, W> fmt::Debug for Loading<Q, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loading").field("query", &self.query).finish_non_exhaustive()
    }
}

impl<T: Table> Select<T> {
    /// Loads a relation with the rows: each becomes a tuple of the row and of what belongs to it. One statement for each
    /// relation, whatever the number of rows.
    ///
    /// ```no_run
    /// use crdb_orm::prelude::*;
    ///
    /// #[derive(CrdbTable, Debug)]
    /// #[crdb(table = "customers", has_many(orders = Order::USER_ID))]
    /// struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
    ///
    /// #[derive(CrdbTable, Debug)]
    /// #[crdb(table = "orders", belongs_to(customer = user_id))]
    /// struct Order {
    ///     #[crdb(primary_key)] id: Uuid,
    ///     #[crdb(references = Customer, index)] user_id: Uuid,
    ///     total: i64,
    /// }
    ///
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// // Each customer with their three greatest orders: two statements.
    /// let customers: Vec<(Customer, Vec<Order>)> = Customer::query()
    ///     .with(Customer::ORDERS.order_by(Order::TOTAL.desc()).limit(3))
    ///     .all(&db)
    ///     .await?;
    /// # drop(customers);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// On a `Database` each statement reads its own moment. In a transaction, and from
    /// [`Database::snapshot`](crate::Database::snapshot), all read the same one.
    pub fn with<L: Load<T>>(self, relation: L) -> Loading<Self, (L,)> {
        Loading { query: self, with: (relation,) }
    }
}

impl<T: Table> Find<T> {
    /// Loads a relation with the row: see [`Select::with`].
    pub fn with<L: Load<T>>(self, relation: L) -> Loading<Self, (L,)> {
        Loading { query: self, with: (relation,) }
    }
}

impl<Q: Clone, W: Clone> Clone for Loading<Q, W> {
    fn clone(&self) -> Self {
        Self { query: self.query.clone(), with: self.with.clone() }
    }
}

impl<T: Table> Paged<Select<T>> {
    /// Loads a relation with the rows of the page: one statement for each relation, like [`Select::with`].
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders", has_many(lines = Line::ORDER_ID))]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "lines")]
    /// # struct Line { #[crdb(primary_key)] id: Uuid, #[crdb(references = Order, index)] order_id: Uuid, what: String }
    /// # async fn example(db: Database, cursor: Option<String>) -> crdb_orm::Result<()> {
    /// let page = Order::order_by(Order::TOTAL.desc()).page(50).after(cursor).with(Order::LINES).fetch(&db).await?;
    /// for (order, lines) in &page.rows {
    ///     println!("{}: {} lines", order.total, lines.len());
    /// }
    /// # let _: &Vec<(Order, Vec<Line>)> = &page.rows;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With [`stable`](Paged::stable) all of it is read as of the same time.
    pub fn with<L: Load<T>>(self, relation: L) -> Paged<Loading<Select<T>, (L,)>> {
        self.map(|query| query.with(relation))
    }
}

impl<T: Table, W> Paged<Loading<Select<T>, W>> {
    /// Loads another relation, too: it becomes the next part of the tuple.
    pub fn with<L: Load<T>>(self, relation: L) -> Paged<Loading<Select<T>, W::With>>
    where
        W: Also<L> + RoomForMore,
    {
        self.map(|query| query.with(relation))
    }
}

impl<T: Table, W: LoadAll<T> + Clone> Pageable for Loading<Select<T>, W> {
    type Own = T;
    type Row = W::Row;
    type Over = T;

    fn __label(&self) -> Label {
        self.query.__label()
    }

    fn __keys(&self) -> Result<Keyset> {
        self.query.__keys()
    }

    fn __page(
        self,
        keys: &Keyset,
        place: Option<&[Value]>,
        limit: Option<u64>,
        kind: Option<ServerKind>,
    ) -> Statement {
        self.query.__page(keys, place, limit, kind)
    }

    fn __reader(&self) -> fn(&RowReader<'_>) -> Result<T> {
        self.query.__reader()
    }

    fn __statements(&self) -> Vec<Statement> {
        self.with.__statements()
    }

    fn __load(self, rows: Vec<T>, handle: Handle<'_>) -> BoxFuture<'_, Result<Vec<W::Row>>> {
        self.with.__attach(rows, handle)
    }
}

impl<Q, W> Loading<Q, W> {
    pub(in crate::query) fn explained<T>(self, kind: Option<ServerKind>) -> Result<Explained>
    where
        Q: Explain,
        W: LoadAll<T>,
    {
        let Explained(mut statements) = self.query.__explained(kind)?;
        statements.extend(self.with.__statements());
        Ok(Explained(statements))
    }
}

impl<T: Table, W> Loading<Select<T>, W> {
    /// Reads page by page, so many rows at a time: see [`Select::page`]. The relations are those of the rows of the page.
    pub fn page(self, rows: u32) -> Paged<Self> {
        Paged::new(self, rows)
    }

    /// Loads another relation, too: it becomes the next part of the tuple.
    pub fn with<L: Load<T>>(self, relation: L) -> Loading<Select<T>, W::With>
    where
        W: Also<L> + RoomForMore,
    {
        Loading { query: self.query, with: self.with.__also(relation) }
    }

    /// All the rows, in the order given.
    ///
    /// # Errors
    /// See [`Select::all`]; and a row that has to be there and is gone (`is_related_not_found`).
    pub fn all<'a, X: Read + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<W::Row>>>
    where
        W: LoadAll<T>,
    {
        let rows = self.query.all(executor);
        let handle = executor.handle();
        Box::pin(async move { self.with.__attach(rows.await?, handle).await })
    }

    /// The first row in the order given, if there is any.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn first<'a, X: Read + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<W::Row>>>
    where
        W: LoadAll<T>,
    {
        let row = self.query.first(executor);
        let handle = executor.handle();
        Box::pin(async move {
            let rows = row.await?.into_iter().collect();
            Ok(self.with.__attach(rows, handle).await?.pop())
        })
    }
}

/// The terminals of one row, which both kinds of query have.
macro_rules! one {
    ($query:ident) => {
        impl<T: Table, W> Loading<$query<T>, W> {
            /// The row.
            ///
            /// # Errors
            /// When there is none (`is_not_found`) or more than one (`is_too_many_rows`); a statement's errors; and a row
            /// that has to be there and is gone (`is_related_not_found`).
            pub fn one<'a, X: Read + Reaches<T::Scope> + ?Sized>(
                self,
                executor: &'a X,
            ) -> BoxFuture<'a, Result<W::Row>>
            where
                W: LoadAll<T>,
            {
                let row = self.optional(executor);
                Box::pin(async move { row.await?.ok_or_else(|| $crate::error::Error::not_found(T::SELECT)) })
            }

            /// The row, if there is one.
            ///
            /// # Errors
            /// See [`one`](Self::one).
            pub fn optional<'a, X: Read + Reaches<T::Scope> + ?Sized>(
                self,
                executor: &'a X,
            ) -> BoxFuture<'a, Result<Option<W::Row>>>
            where
                W: LoadAll<T>,
            {
                let row = self.query.optional(executor);
                let handle = executor.handle();
                Box::pin(async move {
                    let rows = row.await?.into_iter().collect();
                    Ok(self.with.__attach(rows, handle).await?.pop())
                })
            }
        }
    };
}

one!(Select);
one!(Find);

impl<T: Table, W> Loading<Find<T>, W> {
    /// Loads another relation, too: it becomes the next part of the tuple.
    pub fn with<L: Load<T>>(self, relation: L) -> Loading<Find<T>, W::With>
    where
        W: Also<L> + RoomForMore,
    {
        Loading { query: self.query, with: self.with.__also(relation) }
    }
}
