//! Writes of many rows that return something other than whole rows.

use std::fmt;

use super::insert::InsertMany;
use super::update::UpdateMany;
use super::updated::Updated;
use crate::error::Result;
use crate::exec::{BoxFuture, Expects, Reaches, Statement, Write};
use crate::query::Selection;
use crate::query::node::Node;
use crate::query::read::{List, ReadsFrom, write_list};
use crate::query::row::{RowReader, rows_of};
use crate::query::table::Table;
use crate::query::writer::Writer;
use crate::schema::ColumnType;

/// A write of many rows that returns `O`s of those that it has written: from [`InsertMany::returning`] and
/// [`UpdateMany::returning`].
#[must_use = "a write does nothing until one of its terminals is awaited"]
pub struct ReturningMany<W, O> {
    pub(super) write: W,
    pub(super) list: Listed,
    pub(super) read: fn(&RowReader<'_>) -> Result<O>,
}

/// What is returned of a row: expressions, and the names of the fields that they are read into.
#[derive(Clone)]
pub(in crate::query) struct Listed {
    list: Vec<(Node, ColumnType)>,
    names: &'static [&'static str],
}

impl Listed {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Writes them, and behind them columns by which rows are told apart.
    pub(super) fn write(self, writer: &mut Writer, told: impl IntoIterator<Item = (Node, ColumnType)>) {
        let Self { mut list, names } = self;
        list.extend(told);
        write_list(writer, list, names, true);
    }
}

/// What a write of many rows returns.
#[derive(Clone)]
pub(in crate::query) enum Returned {
    Nothing,
    Rows,
    Values(Listed),
}

impl Returned {
    /// Whether whole rows are.
    pub(super) fn is_rows(&self) -> bool {
        matches!(self, Self::Rows)
    }

    /// What is read of the answer, with more columns behind what was asked for.
    pub(super) fn expects<T: Table>(&self, more: impl IntoIterator<Item = ColumnType>) -> Expects {
        match self {
            Self::Nothing | Self::Rows => rows_of::<T>(self.is_rows()),
            Self::Values(listed) => {
                Expects::Values(listed.list.iter().map(|(_, ty)| *ty).chain(more).collect())
            }
        }
    }
}

impl<W, O: Send + 'static> ReturningMany<W, O> {
    pub(super) fn new<S, P: Selection<S, I, Output = O>, I>(write: W, what: P) -> Self {
        let mut list = List::default();
        what.push(&mut list);
        let read = |row: &RowReader<'_>| P::read(row, &mut 0);
        Self { write, list: Listed { list: list.0, names: &[] }, read }
    }

    /// Reads each row into a struct, whose fields are filled in the order in which they are declared.
    pub fn into_struct<R: ReadsFrom<O>>(self) -> ReturningMany<W, R> {
        let Self { write, list, .. } = self;
        ReturningMany { write, list: Listed { names: R::NAMES, ..list }, read: R::from_row }
    }
}

impl<'r, T: Table, O: Send + 'static> ReturningMany<InsertMany<'r, T>, O> {
    /// Runs it and returns what it says of the rows, in the order in which they were given: see [`InsertMany::all`].
    ///
    /// # Errors
    /// See [`InsertMany::exec`].
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<O>>>
    where
        'r: 'a,
        T: 'a,
    {
        Box::pin(self.write.read_rows(executor.handle(), Returned::Values(self.list), self.read))
    }

    /// The text of its batches: see [`InsertMany::to_sql`].
    ///
    /// # Errors
    /// When there is no row, or its values cannot be sent.
    pub fn to_sql(self) -> Result<String> {
        Ok(self.of_first_row()?.sql.into_owned())
    }

    pub(in crate::query) fn of_first_row(self) -> Result<Statement> {
        self.write.of_first_row(&Returned::Values(self.list))
    }
}

impl<'r, T: Table, O: Send + 'static> ReturningMany<UpdateMany<'r, T>, O> {
    /// Runs it and returns what it says of the rows that were changed, as they are now, in the order in which they were
    /// given, and which were not found.
    ///
    /// # Errors
    /// See [`UpdateMany::exec`].
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<(Vec<O>, Updated)>>
    where
        'r: 'a,
        T: 'a,
    {
        Box::pin(self.write.read_rows(executor.handle(), Returned::Values(self.list), self.read))
    }

    /// The text of its batches.
    ///
    /// # Errors
    /// When there is no row, or it sets nothing.
    pub fn to_sql(self) -> Result<String> {
        Ok(self.of_first_row()?.sql.into_owned())
    }

    pub(in crate::query) fn of_first_row(self) -> Result<Statement> {
        self.write.of_first_row(&Returned::Values(self.list))
    }
}

impl<W: fmt::Debug, O> fmt::Debug for ReturningMany<W, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturningMany")
            .field("write", &self.write)
            .field("list", &self.list.list)
            .finish_non_exhaustive()
    }
}
