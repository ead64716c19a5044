//! Rows as they come, in constant memory.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};

use super::row::{FromRow, RowReader};
use super::select::Select;
use super::table::Table;
use crate::database::Database;
use crate::error::Result;
use crate::exec::{OnDatabase, Reaches, Statement};
use crate::txn::streamed::{Streamed, open};

/// Rows as they come, from [`Select::stream`]: a [`Stream`] of `Result<T>`.
#[must_use = "nothing is read until the stream is polled"]
pub struct RowStream<'a, T>(BoxStream<'a, Result<T>>);

enum State<'a> {
    Start(&'a Database, Statement),
    Open(Streamed<'a>),
}

impl<T: Table> Select<T> {
    /// The rows as they come, in constant memory, whatever their number.
    ///
    /// It is one statement on one connection, which it holds until the last row: as long as its reader is slow, the server
    /// waits. Before its first row it is run again like any other read; once a row was handed on that is impossible, and
    /// what goes wrong ends the stream with an error. [`page(..).walk(&db)`](super::Paged::walk) reads as many rows, holds
    /// nothing between two pages, and goes on after a failure; inside a transaction, and for the past, it is the way, too.
    ///
    /// Dropped half-way, the rest of the answer is read and thrown away for some seconds at most; then the statement is
    /// cancelled and the connection closed.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// let mut orders = Order::filter(Order::TOTAL.gt(100)).stream(&db);
    /// while let Some(order) = orders.try_next().await? {
    ///     println!("{order:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<'a, X: OnDatabase + Reaches<T::Scope> + ?Sized>(self, db: &'a X) -> RowStream<'a, T>
    where
        T: 'a,
    {
        let db = db.database();
        let limit = self.limit;
        let statement = self.statement(limit, false);
        let rows = try_unfold(State::Start(db, statement), async |state| {
            let streamed = match state {
                State::Open(streamed) => streamed,
                State::Start(db, statement) => {
                    db.refuse_inside(statement.label)?;
                    open(db, &*db.reach().fit(&statement)?).await?
                }
            };
            let Some((row, rest)) = streamed.next().await? else { return Ok(None) };
            Ok(Some((T::from_row(&RowReader::new(&row, T::SELECT))?, State::Open(rest))))
        });
        RowStream(rows.boxed())
    }
}

impl<T: FromRow> RowStream<'_, T> {
    /// The next row, `None` after the last one.
    ///
    /// # Errors
    /// A statement's errors, those of a row that does not fit the struct, and a connection that was lost in its middle.
    pub async fn try_next(&mut self) -> Result<Option<T>> {
        self.0.try_next().await
    }
}

impl<T> Stream for RowStream<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for RowStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}
