//! Pages by key: where a page begins is the last row of the one before, and never a number of rows to skip.

mod cursor;
mod keyset;

use std::sync::Arc;

use tokio_postgres::Row;

use self::cursor::{Place, Secret, Shape};
use self::keyset::Keyset;
use super::node::Node;
use super::row::{raw, read_all};
use super::select::Select;
use super::table::Table;
use crate::error::{Error, Result};
use crate::exec::{AsOfReads, BoxFuture, Handle, Reaches, Read};
use crate::txn::AsOf;
use crate::types::Value;

pub use self::cursor::{Cursor, IntoCursor};

/// A shorter key can be guessed.
const SHORTEST_KEY: usize = 16;

/// A read of one page of the rows, from [`Select::page`].
#[derive(Debug)]
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct Paged<T> {
    select: Select<T>,
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

impl<T> Clone for Paged<T> {
    fn clone(&self) -> Self {
        Self {
            select: self.select.clone(),
            size: self.size,
            start: self.start.clone(),
            secret: self.secret.clone(),
            stable: self.stable,
        }
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
    /// A page that was reached by `after` has one without a look whether rows are still there.
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
    pub fn page(self, rows: u32) -> Paged<T> {
        Paged { select: self, size: rows, start: Start::First, secret: None, stable: false }
    }
}

impl<T: Table> Paged<T> {
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
        let keys = self.keys()?;
        let (place, reversed) = self.place(&keys)?;
        let values = place.map(|place| bind::<T>(&keys, place.values));
        Ok(self.select(&keys, reversed, values.as_deref()).to_sql())
    }

    /// The page.
    ///
    /// # Errors
    /// A cursor of another query, or one that was changed ([`is_invalid_cursor`](Error::is_invalid_cursor)); an order by
    /// what is no column, a limit, or a page of no rows ([`is_invalid_statement`](Error::is_invalid_statement)); a key
    /// that is too short; and see [`Select::all`].
    pub fn fetch<'a, X: Read + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Page<T>>>
    where
        T: 'a,
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
    pub fn walk<X: Read + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> Walk<'_, T> {
        Walk { handle: executor.handle(), paged: Some(self), cursor: None }
    }

    fn keys(&self) -> Result<Keyset> {
        let refuse = |why: &str| Err(Error::invalid_statement(T::SELECT, why));
        if self.select.limit.is_some() {
            return refuse("`limit` has no meaning for pages: their size is that of `page`");
        }
        if self.size == 0 {
            return refuse("a page holds at least one row");
        }
        if self.secret.as_ref().is_some_and(|secret| secret.0.len() < SHORTEST_KEY) {
            return Err(Error::configuration(format!(
                "a key that cursors are signed with has at least {SHORTEST_KEY} bytes"
            )));
        }
        Keyset::new(T::TABLE, &self.select.order, T::SELECT)
    }

    /// The query of a page, one row more than it holds: so it is known whether there is another.
    fn select(&self, keys: &Keyset, reversed: bool, place: Option<&[Value]>) -> Select<T> {
        let keys = if reversed { keys.reversed() } else { keys.clone() };
        let mut select = self.select.clone();
        if let Some(values) = place {
            select.filter = Some(Node::and(select.filter, keys.after(values)));
        }
        select.order = keys.columns().iter().map(|key| (Node::Column(key.name), key.suffix())).collect();
        select.limit = Some(u64::from(self.size) + 1);
        select
    }

    fn shape(&self, keys: &Keyset) -> Shape {
        let mut select = self.select(keys, false, None);
        select.limit = None;
        let stable = if self.stable { " AS OF SYSTEM TIME" } else { "" };
        cursor::shape(&format!("{}{stable}", select.to_sql()))
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
        let place = Place::read(cursor, self.shape(keys), keys.columns().len(), secret, T::SELECT)?;
        Ok((Some(place), reversed))
    }

    async fn at(self, handle: Handle<'_>) -> Result<Page<T>> {
        let keys = self.keys()?;
        let (place, reversed) = self.place(&keys)?;
        let (mut as_of, values) = match place {
            Some(Place { as_of, values }) => (as_of, Some(bind::<T>(&keys, values))),
            None => (None, None),
        };
        let limit = Some(u64::from(self.size) + 1);
        let statement = self.select(&keys, reversed, values.as_deref()).statement(limit, false);
        let mut rows = match handle {
            Handle::Database(db) if self.stable => {
                if as_of.is_none() {
                    as_of = db.now().await?.and_then(|now| u64::try_from(now).ok());
                }
                match as_of {
                    Some(time) => {
                        let past = AsOfReads::new(db.clone(), AsOf::Nanoseconds(time.into()));
                        past.handle().rows(&statement).await?
                    }
                    None => handle.rows(&statement).await?,
                }
            }
            _ => handle.rows(&statement).await?,
        };
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if reversed {
            rows.reverse();
        }
        // What lies behind the place that the page was reached from is there, or was.
        let (has_prev, has_next) = if reversed { (more, values.is_some()) } else { (values.is_some(), more) };
        let (shape, secret) = (self.shape(&keys), self.secret.as_ref());
        let cursor = |row: Option<&Row>, there: bool| -> Result<Option<Cursor>> {
            let Some(row) = row.filter(|_| there) else { return Ok(None) };
            let values = keys.columns().iter().map(|key| raw(row, key.index, T::SELECT));
            let place = Place { as_of, values: values.collect::<Result<_>>()? };
            Ok(Some(place.write(shape, secret)))
        };
        let (prev, next) = (cursor(rows.first(), has_prev)?, cursor(rows.last(), has_next)?);
        Ok(Page { rows: read_all(&rows, T::SELECT)?, next, prev })
    }
}

/// The values of a place as parameters: a column is read in the format in which it is bound.
fn bind<T: Table>(keys: &Keyset, values: Vec<Option<Vec<u8>>>) -> Vec<Value> {
    let columns = keys.columns().iter().filter_map(|key| T::TABLE.columns.get(key.index));
    columns.zip(values).map(|(column, value)| Value::from_raw(column.ty, value)).collect()
}

/// All pages of a query, one after another, from [`Paged::walk`].
///
/// Each is a statement of its own: nothing is open between two of them, one that fails is run again like any other read,
/// and another process can go on at [`cursor`](Self::cursor).
#[must_use = "nothing is read until `next` is awaited"]
pub struct Walk<'a, T> {
    handle: Handle<'a>,
    /// The next page, unless the last one was read.
    paged: Option<Paged<T>>,
    cursor: Option<Cursor>,
}

impl<T: Table> Walk<'_, T> {
    /// The rows of the next page, `None` after the last one.
    ///
    /// After an error the same page is read again.
    ///
    /// # Errors
    /// See [`Paged::fetch`].
    pub async fn next(&mut self) -> Result<Option<Vec<T>>> {
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

impl<T> std::fmt::Debug for Walk<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk").field("more", &self.paged.is_some()).finish_non_exhaustive()
    }
}
