//! Rows as they come, in constant memory.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use tokio_postgres::Row;

use super::read::{ReachesAll, Rows};
use super::row::RowReader;
use super::select::Select;
use super::table::Table;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Handle, Label, Reaches, Read, Statement, Write};
use crate::txn::streamed::{Streamed, open as open_alone};
use crate::txn::streamed_inside::{StreamedInside, open as open_inside};

/// Rows as they come, from [`Select::stream`]: a [`Stream`] of `Result<T>`.
#[must_use = "nothing is read until the stream is polled"]
pub struct RowStream<'a, T> {
    state: State<'a>,
    read: fn(&RowReader<'_>) -> Result<T>,
    label: Label,
}

impl<'a, T> RowStream<'a, T> {
    fn new(
        handle: Handle<'a>,
        statement: Result<Statement>,
        read: fn(&RowReader<'_>) -> Result<T>,
        label: Label,
    ) -> Self {
        Self { state: State::Opening(Box::pin(open(handle, statement))), read, label }
    }
}

/// An executor that hands rows on as they come: `&db`, or `&tx` inside a transaction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hand on rows as they come",
    note = "give it `&db` (a `Database`) or, inside a transaction, `&tx`; the past is read by pages: `.page(1000).walk(&past)`"
)]
pub trait Streams: Read {}

#[diagnostic::do_not_recommend]
impl<X: Write + ?Sized> Streams for X {}

/// How far a stream has come. Polled by hand: what a combinator would move for each row is larger than the row.
enum State<'a> {
    Opening(BoxFuture<'a, Result<Open<'a>>>),
    Open(Open<'a>),
    Ended,
}

enum Open<'a> {
    Alone(Streamed<'a>),
    Inside(StreamedInside),
}

impl Open<'_> {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Row>>> {
        match self {
            Self::Alone(streamed) => streamed.poll_next(cx),
            Self::Inside(streamed) => streamed.poll_next(cx),
        }
    }
}

async fn open<'a>(handle: Handle<'a>, statement: Result<Statement>) -> Result<Open<'a>> {
    match handle {
        Handle::Database(db) => {
            let statement = statement?;
            db.refuse_inside(statement.label)?;
            Ok(Open::Alone(open_alone(db, &*db.reach().fit(&statement)?).await?))
        }
        Handle::Tx(tx) => {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            Ok(Open::Inside(open_inside(tx, &statement).await?))
        }
        // `Streams` is not implemented by it.
        Handle::AsOf(_) => {
            let why = "the past is not streamed: read pages";
            Err(Error::invalid_statement(statement?.label, why))
        }
    }
}

impl<T: Table> Select<T> {
    /// The rows as they come, in constant memory, whatever their number.
    ///
    /// On a database it is one statement on one connection, which it holds until the last row: as long as its reader is
    /// slow, the server waits. Before its first row it is run again like any other read; once a row was handed on that is
    /// impossible, and what goes wrong ends the stream with an error. [`page(..).walk(&db)`](super::Paged::walk) reads as
    /// many rows, holds nothing between two pages, and goes on after a failure; for the past it is the way, too. Dropped
    /// half-way, the rest of the answer is read and thrown away for some seconds at most; then the statement is cancelled
    /// and the connection closed.
    ///
    /// In a transaction the rows come over its own connection: until the stream has ended or is dropped, every other
    /// statement of the transaction is refused ([`is_invalid_statement`](crate::Error::is_invalid_statement)), since its
    /// answer would come behind them. Dropped half-way, it leaves the transaction usable: what is left of its rows is
    /// thrown away, and statements from then on wait for that. So limit what need not be read. A failure in its middle
    /// fails the transaction, whether the stream is still there or not.
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
    pub fn stream<'a, X: Streams + Reaches<T::Scope> + ?Sized>(self, executor: &'a X) -> RowStream<'a, T>
    where
        T: 'a,
    {
        let (handle, limit) = (executor.handle(), self.limit);
        let statement = self.statement(limit, None, handle.server_kind());
        RowStream::new(handle, Ok(statement), T::from_row, T::SELECT)
    }
}

impl<S, O: Send + 'static> Rows<S, O> {
    /// The rows as they come, in constant memory, whatever their number: see [`Select::stream`].
    pub fn stream<'a, X: Streams + ReachesAll<S> + ?Sized>(self, executor: &'a X) -> RowStream<'a, O> {
        let (handle, read, label) = (executor.handle(), self.read, self.label());
        RowStream::new(handle, self.checked(handle.server_kind()), read, label)
    }
}

impl<T> RowStream<'_, T> {
    /// The next row, `None` after the last one.
    ///
    /// # Errors
    /// A statement's errors, those of a row that does not fit the struct, and a connection that was lost in its middle.
    pub async fn try_next(&mut self) -> Result<Option<T>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }
}

impl<T> Stream for RowStream<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { state, read, label } = &mut *self;
        loop {
            let row = match state {
                State::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                    Ok(open) => {
                        *state = State::Open(open);
                        continue;
                    }
                    Err(error) => Err(error),
                },
                State::Open(open) => ready!(open.poll_next(cx)),
                State::Ended => return Poll::Ready(None),
            };
            let row = match row {
                Ok(Some(row)) => (*read)(&RowReader::new(&row, *label)).map(Some),
                ended => ended.map(|_| None),
            };
            // What comes behind a row that cannot be read is not handed on.
            if !matches!(row, Ok(Some(_))) {
                *state = State::Ended;
            }
            return Poll::Ready(row.transpose());
        }
    }
}

impl<T> fmt::Debug for RowStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}
