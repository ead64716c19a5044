//! Where the rows of a bulk write come from.

use std::any::Any;
use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;

use super::columns::{Columns, RowWriter};
use crate::error::{Error, Kind};
use crate::query::Table;

/// A row that can be inserted among many: a row of the table, a reference to one, or a builder whose columns are all
/// given, such as `Order::insert().user_id(u).total(t)`. So is a `Result` of one, whose error ends the insert.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row that can be inserted into the table of `{T}`",
    note = "give it `{T}`, `&{T}`, or a builder: `{T}::insert()` with its columns"
)]
pub trait NewRow<T> {
    #[doc(hidden)]
    fn __write(self, row: &mut RowWriter<'_>);
}

#[diagnostic::do_not_recommend]
impl<T: Table, R: NewRow<T>, E: StdError + Send + Sync + 'static> NewRow<T> for Result<R, E> {
    fn __write(self, row: &mut RowWriter<'_>) {
        match self {
            Ok(given) => given.__write(row),
            Err(error) => row.fail(no_row(error)),
        }
    }
}

/// Why there is no row: an error of ours as it is, and any other one as the source of one.
pub(super) fn no_row<E: StdError + Send + Sync + 'static>(error: E) -> Error {
    match (&error as &dyn Any).downcast_ref::<Error>() {
        Some(ours) => ours.duplicate(),
        None => Error::of_kind(Kind::Other, format!("the row could not be had: {error}")).with_source(error),
    }
}

/// Gives one row after the other.
pub(super) trait Source: Send {
    /// Writes the next row, if there is one.
    fn poll_row(&mut self, context: &mut Context<'_>, out: &mut Columns) -> Poll<Option<()>>;
}

/// Rows that are there already, or are made without waiting.
pub(super) struct Rows<I, W>(pub(super) I, pub(super) W);

impl<I, W> Source for Rows<I, W>
where
    I: Iterator + Send,
    W: FnMut(I::Item, &mut RowWriter<'_>) + Send,
{
    fn poll_row(&mut self, _: &mut Context<'_>, out: &mut Columns) -> Poll<Option<()>> {
        Poll::Ready(self.0.next().map(|row| (self.1)(row, &mut RowWriter::new(out))))
    }
}

/// Rows that have to be waited for.
pub(super) struct Streamed<S, W>(pub(super) Pin<Box<S>>, pub(super) W);

impl<S, W> Source for Streamed<S, W>
where
    S: Stream + Send,
    W: FnMut(S::Item, &mut RowWriter<'_>) + Send,
{
    fn poll_row(&mut self, context: &mut Context<'_>, out: &mut Columns) -> Poll<Option<()>> {
        let row = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(row.map(|row| (self.1)(row, &mut RowWriter::new(out))))
    }
}

/// Rows to be inserted.
pub(super) fn rows<'r, T, I>(rows: I) -> Box<dyn Source + 'r>
where
    I: IntoIterator<IntoIter: Send + 'r, Item: NewRow<T>>,
{
    Box::new(Rows(rows.into_iter(), |row: I::Item, out: &mut RowWriter<'_>| row.__write(out)))
}

/// Rows to be inserted that have to be waited for.
pub(super) fn stream<'r, T, S>(rows: S) -> Box<dyn Source + 'r>
where
    S: Stream<Item: NewRow<T>> + Send + 'r,
{
    Box::new(Streamed(Box::pin(rows), |row: S::Item, out: &mut RowWriter<'_>| row.__write(out)))
}
