//! Pages by key: where a page begins is the last row of the one before, and never a number of rows to skip.

mod cursor;
mod keyset;
mod rows;

use std::future::ready;
use std::sync::Arc;

use tokio_postgres::Row;

use self::cursor::Secret;
use self::rows::PageRows;
use super::explain::Explained;
use super::node::Node;
use super::read::{ReachesAll, Rows};
use super::row::{RowReader, raw};
use super::select::Select;
use super::table::Table;
use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{AsOfReads, BoxFuture, Handle, Label, Read, Statement};
use crate::txn::AsOf;
use crate::types::Value;

#[cfg(any(fuzzing, test))]
pub(crate) use self::cursor::fuzz_cursor;
pub use self::cursor::{Cursor, IntoCursor};
pub(super) use self::cursor::{Place, Shape, shape};
pub use self::keyset::Keyset;

/// A shorter key can be guessed.
const SHORTEST_KEY: usize = 16;

/// A read of one page of the rows, from [`Select::page`] or [`Rows::page`].
#[derive(Debug, Clone)]
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct Paged<Q> {
    query: Q,
    size: u32,
    start: Start,
    secret: Option<Secret>,
    stable: bool,
}

#[derive(Debug, Clone)]
enum Start {
    First,
    After(Cursor),
    Before(Cursor),
    Last,
}

/// A query that can be read page by page: a [`Select`], or [`Rows`] of a selection.
#[doc(hidden)]
pub trait Pageable: Clone + Send {
    /// A row as its own statement reads it.
    type Own: Send;
    /// The same with what is loaded with it.
    type Row: Send;
    /// The tables that it reads.
    type Over;

    fn __label(&self) -> Label;

    fn __keys(&self) -> Result<Keyset>;

    /// The rows behind a place, in the order of the keys.
    fn __page(
        self,
        keys: &Keyset,
        place: Option<&[Value]>,
        limit: Option<u64>,
        kind: Option<ServerKind>,
    ) -> Statement;

    /// How a row is read.
    fn __reader(&self) -> fn(&RowReader<'_>) -> Result<Self::Own>;

    /// The statements that load what comes with the rows, for keys that no row is likely to have.
    fn __statements(&self) -> Vec<Statement> {
        Vec::new()
    }

    /// Loads what comes with the rows.
    fn __load(self, rows: Vec<Self::Own>, handle: Handle<'_>) -> BoxFuture<'_, Result<Vec<Self::Row>>>;
}

impl<T: Table> Pageable for Select<T> {
    type Own = T;
    type Row = T;
    type Over = T;

    fn __label(&self) -> Label {
        T::SELECT
    }

    fn __keys(&self) -> Result<Keyset> {
        if self.limit.is_some() {
            let why = "`limit` has no meaning for pages: their size is that of `page`";
            return Err(Error::invalid_statement(T::SELECT, why));
        }
        Keyset::new(T::TABLE, &self.order, T::SELECT)
    }

    fn __page(
        mut self,
        keys: &Keyset,
        place: Option<&[Value]>,
        limit: Option<u64>,
        kind: Option<ServerKind>,
    ) -> Statement {
        if let Some(values) = place {
            self.filter = Some(Node::and(self.filter, keys.after(values)));
        }
        self.order = keys.order();
        self.statement(limit, None, kind)
    }

    fn __reader(&self) -> fn(&RowReader<'_>) -> Result<T> {
        T::from_row
    }

    fn __load(self, rows: Vec<T>, _: Handle<'_>) -> BoxFuture<'_, Result<Vec<T>>> {
        Box::pin(ready(Ok(rows)))
    }
}

impl<S: 'static, O: Send + 'static> Pageable for Rows<S, O> {
    type Own = O;
    type Row = O;
    type Over = S;

    fn __label(&self) -> Label {
        self.label()
    }

    fn __keys(&self) -> Result<Keyset> {
        Ok(Keyset::of_rows(&self.body, self.label())?.0)
    }

    fn __page(
        mut self,
        keys: &Keyset,
        place: Option<&[Value]>,
        limit: Option<u64>,
        kind: Option<ServerKind>,
    ) -> Statement {
        if let Ok((_, more)) = Keyset::of_rows(&self.body, self.label()) {
            self.body.list.extend(more);
        }
        if let Some(values) = place {
            self.body.and(keys.after(values));
        }
        self.body.order = keys.order();
        self.body.limit = limit;
        self.statement(kind)
    }

    fn __reader(&self) -> fn(&RowReader<'_>) -> Result<O> {
        self.read
    }

    fn __load(self, rows: Vec<O>, _: Handle<'_>) -> BoxFuture<'_, Result<Vec<O>>> {
        Box::pin(ready(Ok(rows)))
    }
}

/// Rows that follow each other, and where the pages beside them begin.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows, in the order of the query whichever way the page was reached.
    pub rows: Vec<T>,
    /// What [`Paged::after`] takes for the next page; `None` on the last one.
    pub next: Option<Cursor>,
    /// What [`Paged::before`] takes for the page before; `None` on the first one.
    ///
    /// A page that was reached by `after` has one without a look whether rows are still there. So has one that is empty,
    /// since the rows behind its cursor are gone: it leads to the last rows.
    pub prev: Option<Cursor>,
}

impl<T> Page<T> {
    /// Whether there is a next page.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Whether there is a page before.
    pub fn has_prev(&self) -> bool {
        self.prev.is_some()
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<T: Table> Select<T> {
    /// Reads page by page, so many rows at a time.
    ///
    /// Each page begins behind the last row of the one before, by a condition on the columns of the order that an index
    /// answers; no row is skipped by counting. The primary key is added as the last column of the order unless it is
    /// unique as it is, so that every row has a place of its own.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64, #[crdb(default = now())] created_at: DateTime<Utc> }
    /// # async fn example(db: Database, cursor: Option<String>) -> crdb_orm::Result<()> {
    /// let page = Order::filter(Order::TOTAL.gt(100))
    ///     .order_by(Order::CREATED_AT.desc())
    ///     .page(50)
    ///     .after(cursor)
    ///     .fetch(&db)
    ///     .await?;
    /// let next: Option<String> = page.next.map(String::from);
    /// # drop(next);
    /// # Ok(())
    /// # }
    /// ```
    pub fn page(self, rows: u32) -> Paged<Self> {
        Paged::new(self, rows)
    }
}

impl<S: 'static, O: Send + 'static> Rows<S, O> {
    /// Reads page by page, so many rows at a time: see [`Select::page`].
    ///
    /// The order is by columns of the tables, or by expressions that are read, too; the primary keys of all tables are
    /// added as its last columns, or what the rows are grouped by. So rows that nothing tells apart have no pages: those of
    /// a UNION, of DISTINCT, of a function, and of a part with a name. Window functions have none, since they would be
    /// computed anew over what each page is left with: give the whole a name, and group what is read of it.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
    /// # async fn example(db: Database, cursor: Option<String>) -> crdb_orm::Result<()> {
    /// let page = Order::query()
    ///     .join(Order::USER_ID.joins(Customer::ID))
    ///     .select((Customer::NAME, Order::TOTAL))
    ///     .order_by(Order::TOTAL.desc())
    ///     .page(50)
    ///     .after(cursor)
    ///     .fetch(&db)
    ///     .await?;
    /// # drop(page);
    /// # Ok(())
    /// # }
    /// ```
    pub fn page(self, rows: u32) -> Paged<Self> {
        Paged::new(self, rows)
    }
}

impl<Q> Paged<Q> {
    /// The first page of a query.
    pub(super) const fn new(query: Q, size: u32) -> Self {
        Self { query, size, start: Start::First, secret: None, stable: false }
    }

    /// The same page of another query.
    pub(super) fn map<R>(self, map: impl FnOnce(Q) -> R) -> Paged<R> {
        let Self { query, size, start, secret, stable } = self;
        Paged { query: map(query), size, start, secret, stable }
    }
}

impl<Q: Pageable> Paged<Q> {
    /// The page behind a place: that of [`Page::next`]. `None` is the first page.
    pub fn after(mut self, cursor: impl IntoCursor) -> Self {
        self.start = cursor.into_cursor().map_or(Start::First, Start::After);
        self
    }

    /// The page before a place: that of [`Page::prev`]. `None` is the first page.
    pub fn before(mut self, cursor: impl IntoCursor) -> Self {
        self.start = cursor.into_cursor().map_or(Start::First, Start::Before);
        self
    }

    /// The last page, which is full: pages are counted from the end then.
    pub fn last(mut self) -> Self {
        self.start = Start::Last;
        self
    }

    /// Signs cursors (HMAC-SHA-256) and takes only those that are, for clients that must not make their own. The key has
    /// at least 16 bytes.
    ///
    /// What is signed can still be read.
    pub fn signed(mut self, key: impl AsRef<[u8]>) -> Self {
        self.secret = Some(Secret(Arc::from(key.as_ref())));
        self
    }

    /// Reads all pages as of the time of the first one, which travels in the cursor: rows that change meanwhile neither
    /// come twice nor are left out. On CockroachDB, for as long as the table keeps its past (`gc.ttlseconds`).
    ///
    /// In a transaction, or through [`AsOfReads`], theirs is the time. Sign the cursors of clients that must not choose
    /// one. On PostgreSQL each page reads the present.
    pub fn stable(mut self) -> Self {
        self.stable = true;
        self
    }

    /// The statement's text.
    ///
    /// # Errors
    /// See [`fetch`](Self::fetch).
    pub fn to_sql(&self) -> Result<String> {
        Ok(self.of_kind(None)?.sql.into_owned())
    }

    /// The statement of the page for a kind of server.
    fn of_kind(&self, kind: Option<ServerKind>) -> Result<Statement> {
        let keys = self.keys()?;
        let (place, reversed) = self.place(&keys)?;
        let values = place.and_then(|place| place.values).map(|values| bind(&keys, values));
        Ok(self.statement(&keys, reversed, values.as_deref(), kind))
    }

    pub(super) fn explained(&self, kind: Option<ServerKind>) -> Result<Explained> {
        let mut statements = vec![self.of_kind(kind)?];
        statements.extend(self.query.__statements());
        Ok(Explained(statements))
    }

    /// The page.
    ///
    /// # Errors
    /// A cursor of another query, or one that was changed ([`is_invalid_cursor`](Error::is_invalid_cursor)); an order by
    /// what is no column, a limit, or a page of no rows ([`is_invalid_statement`](Error::is_invalid_statement)); a key
    /// that is too short; and see [`Select::all`].
    pub fn fetch<'a, X: Read + ReachesAll<Q::Over> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Page<Q::Row>>>
    where
        Q: 'a,
    {
        let handle = executor.handle();
        Box::pin(async move { self.at(handle).await })
    }

    /// All pages one after another.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// let mut pages = Order::query().page(1000).walk(&db);
    /// while let Some(orders) = pages.next().await? {
    ///     // Whatever fails from here on can go on at `pages.cursor()`.
    ///     println!("{} more", orders.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn walk<X: Read + ReachesAll<Q::Over> + ?Sized>(self, executor: &X) -> Walk<'_, Q> {
        Walk { handle: executor.handle(), paged: Some(self), cursor: None }
    }

    fn keys(&self) -> Result<Keyset> {
        if self.size == 0 {
            let why = "a page holds at least one row";
            return Err(Error::invalid_statement(self.query.__label(), why));
        }
        if self.secret.as_ref().is_some_and(|secret| secret.0.len() < SHORTEST_KEY) {
            return Err(Error::configuration(format!(
                "a key that cursors are signed with has at least {SHORTEST_KEY} bytes"
            )));
        }
        self.query.__keys()
    }

    /// The statement of a page, one row more than it holds: so it is known whether there is another.
    fn statement(
        &self,
        keys: &Keyset,
        reversed: bool,
        place: Option<&[Value]>,
        kind: Option<ServerKind>,
    ) -> Statement {
        let limit = Some(u64::from(self.size) + 1);
        if reversed {
            self.query.clone().__page(&keys.reversed(), place, limit, kind)
        } else {
            self.query.clone().__page(keys, place, limit, kind)
        }
    }

    fn shape(&self, keys: &Keyset) -> Shape {
        let statement = self.query.clone().__page(keys, None, None, None);
        let stable = if self.stable { " AS OF SYSTEM TIME" } else { "" };
        shape(&format!("{}{stable}", statement.sql))
    }

    /// The place that the page lies behind, or, where the order is reversed, before.
    fn place(&self, keys: &Keyset) -> Result<(Option<Place>, bool)> {
        let (cursor, reversed) = match &self.start {
            Start::First => return Ok((None, false)),
            Start::Last => return Ok((None, true)),
            Start::After(cursor) => (cursor, false),
            Start::Before(cursor) => (cursor, true),
        };
        let secret = self.secret.as_ref();
        let (shape, label) = (self.shape(keys), self.query.__label());
        let place = Place::read(cursor, shape, keys.columns().len(), secret, label)?;
        Ok((Some(place), reversed))
    }

    async fn at(self, handle: Handle<'_>) -> Result<Page<Q::Row>> {
        let keys = self.keys()?;
        let (place, reversed) = self.place(&keys)?;
        let (mut as_of, values) = match place {
            Some(Place { as_of, values }) => (as_of, values.map(|values| bind(&keys, values))),
            None => (None, None),
        };
        let statement = self.statement(&keys, reversed, values.as_deref(), handle.server_kind());
        let past;
        let handle = match handle {
            Handle::Database(db) if self.stable => {
                if as_of.is_none() {
                    as_of = db.now().await?;
                }
                match as_of {
                    Some(time) => {
                        past = AsOfReads::new(db.clone(), AsOf::Hlc(time));
                        past.handle()
                    }
                    None => handle,
                }
            }
            _ => handle,
        };
        let mut read = PageRows::new(self.query.__reader(), self.query.__label(), self.size);
        handle.rows_into(&statement, &mut read).await?;
        let PageRows { rows, more, first, last, .. } = read;
        let mut rows = rows?;
        // Of one row alone there is no other.
        let (mut first, mut last) = (first.as_ref(), last.as_ref().or(first.as_ref()));
        if reversed {
            rows.reverse();
            std::mem::swap(&mut first, &mut last);
        }
        // What lies behind the place that the page was reached from is there, or was.
        let (has_prev, has_next) = if reversed { (more, values.is_some()) } else { (values.is_some(), more) };
        let (shape, secret, label) = (self.shape(&keys), self.secret.as_ref(), self.query.__label());
        let cursor = |row: Option<&Row>, there: bool| -> Result<Option<Cursor>> {
            if !there {
                return Ok(None);
            }
            // The rows behind the place are gone: the way back begins at the end, and the way on at the beginning.
            let values = row.map(|row| keys.columns().iter().map(|key| raw(row, key.index, label)).collect());
            let place = Place { as_of, values: values.transpose()? };
            Ok(Some(place.write(shape, secret)))
        };
        let (prev, next) = (cursor(first, has_prev)?, cursor(last, has_next)?);
        let rows = self.query.__load(rows, handle).await?;
        Ok(Page { rows, next, prev })
    }
}

/// The values of a place as parameters: a column is read in the format in which it is bound.
pub(super) fn bind(keys: &Keyset, values: Vec<Option<Vec<u8>>>) -> Vec<Value> {
    keys.columns().iter().zip(values).map(|(key, value)| Value::from_raw(key.ty, value)).collect()
}

/// All pages of a query, one after another, from [`Paged::walk`].
///
/// Each is a statement of its own: nothing is open between two of them, one that fails is run again like any other read,
/// and another process can go on at [`cursor`](Self::cursor).
#[must_use = "nothing is read until `next` is awaited"]
pub struct Walk<'a, Q> {
    handle: Handle<'a>,
    /// The next page, unless the last one was read.
    paged: Option<Paged<Q>>,
    cursor: Option<Cursor>,
}

impl<Q: Pageable> Walk<'_, Q> {
    /// The rows of the next page, `None` after the last one.
    ///
    /// After an error the same page is read again.
    ///
    /// # Errors
    /// See [`Paged::fetch`].
    pub async fn next(&mut self) -> Result<Option<Vec<Q::Row>>> {
        let Some(paged) = self.paged.clone() else { return Ok(None) };
        let backwards = matches!(paged.start, Start::Before(_) | Start::Last);
        let page = paged.clone().at(self.handle).await?;
        let further = if backwards { page.prev } else { page.next };
        self.paged =
            further.clone().map(|cursor| if backwards { paged.before(cursor) } else { paged.after(cursor) });
        self.cursor = further;
        Ok(Some(page.rows).filter(|rows| !rows.is_empty()))
    }

    /// Where the next page begins: for [`Paged::after`], or [`Paged::before`] if the walk began by that or by
    /// [`Paged::last`]. `None` before the first page and after the last one.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }
}

impl<Q> std::fmt::Debug for Walk<'_, Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk").field("more", &self.paged.is_some()).finish_non_exhaustive()
    }
}
