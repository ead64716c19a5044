//! Rows as they come, in constant memory.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use tokio_postgres::Row;

use super::read::{ReachesAll, Rows};
use super::row::RowReader;
use super::select::Select;
use super::table::Table;
use crate::error::{Error, Result};
use crate::exec::{Handle, Label, Reaches, Read, Statement, Write};
use crate::txn::streamed::{Streamed, open};
use crate::txn::streamed_inside::{StreamedInside, open as open_inside};

/// Rows as they come, from [`Select::stream`]: a [`Stream`] of `Result<T>`.
#[must_use = "nothing is read until the stream is polled"]
pub struct RowStream<'a, T>(BoxStream<'a, Result<T>>);

/// An executor that hands rows on as they come: `&db`, or `&tx` inside a transaction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hand on rows as they come",
    note = "give it `&db` (a `Database`) or, inside a transaction, `&tx`; the past is read by pages: `.page(1000).walk(&past)`"
)]
pub trait Streams: Read {}

#[diagnostic::do_not_recommend]
impl<X: Write + ?Sized> Streams for X {}

enum State<'a> {
    Start(Handle<'a>, Result<Statement>),
    Open(Streamed<'a>),
    Inside(StreamedInside),
}

impl<'a> State<'a> {
    /// The next row, and the state behind it.
    async fn next(self) -> Result<Option<(Row, Self)>> {
        let opened = match self {
            Self::Start(Handle::Database(db), statement) => {
                let statement = statement?;
                db.refuse_inside(statement.label)?;
                Self::Open(open(db, &*db.reach().fit(&statement)?).await?)
            }
            Self::Start(handle @ Handle::Tx(tx), statement) => {
                let statement = statement.inspect_err(|error| handle.fail(error))?;
                Self::Inside(open_inside(tx, &statement).await?)
            }
            // `Streams` is not implemented by it.
            Self::Start(Handle::AsOf(_), statement) => {
                let why = "the past is not streamed: read pages";
                return Err(Error::invalid_statement(statement?.label, why));
            }
            opened => opened,
        };
        Ok(match opened {
            Self::Open(streamed) => streamed.next().await?.map(|(row, rest)| (row, Self::Open(rest))),
            Self::Inside(streamed) => streamed.next().await?.map(|(row, rest)| (row, Self::Inside(rest))),
            Self::Start(..) => None,
        })
    }
}

fn stream<'a, T: Send + 'a>(
    handle: Handle<'a>,
    statement: Result<Statement>,
    read: impl Fn(&RowReader<'_>) -> Result<T> + Send + Copy + 'a,
    label: Label,
) -> RowStream<'a, T> {
    let rows = try_unfold(State::Start(handle, statement), move |state: State<'a>| async move {
        let Some((row, rest)) = state.next().await? else { return Ok(None) };
        Ok(Some((read(&RowReader::new(&row, label))?, rest)))
    });
    RowStream(rows.boxed())
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
        let limit = self.limit;
        stream(executor.handle(), Ok(self.statement(limit, None)), T::from_row, T::SELECT)
    }
}

impl<S, O: Send + 'static> Rows<S, O> {
    /// The rows as they come, in constant memory, whatever their number: see [`Select::stream`].
    pub fn stream<'a, X: Streams + ReachesAll<S> + ?Sized>(self, executor: &'a X) -> RowStream<'a, O> {
        let (handle, read, label) = (executor.handle(), self.read, self.label());
        stream(handle, self.checked(handle.server_kind()), read, label)
    }
}

impl<T> RowStream<'_, T> {
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
