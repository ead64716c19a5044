//! Writes that return something other than the whole row.

use std::marker::PhantomData;

use tokio::time::Instant;

use super::body::{Query, write_list};
use super::cte::{CteTable, NamedCte};
use super::effect::Writes;
use super::list::{List, ReadsFrom, Selection, columns_of};
use super::scope::TableRows;
use crate::conn::ServerKind;
use crate::error::{Error, NOT_FOUND_YET, Result};
use crate::exec::{BoxFuture, Class, Expects, Handle, Label, Probe, Reaches, Statement, Write};
use crate::query::delete::{Delete, DeleteByKey};
use crate::query::insert::{Insert, InsertOrIgnore};
use crate::query::insert_from::InsertFrom;
use crate::query::lost::look;
use crate::query::missed::Missed;
use crate::query::node::Node;
use crate::query::row::{FromRow, RowReader, at_most_one, read_each};
use crate::query::table::Table;
use crate::query::unwritten::Unwritten;
use crate::query::update::{Update, UpdateByKey};
use crate::query::writer::Writer;
use crate::schema::ColumnType;

/// A write that returns `O`s of the rows that it has written: `UPDATE .. RETURNING ..`.
#[must_use = "a write does nothing until one of its terminals is awaited"]
pub struct Returning<T, O> {
    statement: Unwritten,
    label: Label,
    missed: Missed,
    list: Vec<(Node, ColumnType)>,
    /// Whether columns are written with their tables: there are several.
    joined: bool,
    names: &'static [&'static str],
    read: fn(&RowReader<'_>) -> Result<O>,
    table: PhantomData<fn() -> T>,
}

impl<T, O> std::fmt::Debug for Returning<T, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Returning")
            .field("statement", &self.statement)
            .field("list", &self.list)
            .finish_non_exhaustive()
    }
}

impl<T: Table, O: Send + 'static> Returning<T, O> {
    fn new<S, P: Selection<S, I, Output = O>, I>(
        statement: impl Into<Unwritten>,
        label: Label,
        missed: Missed,
        what: P,
    ) -> Self {
        let mut list = List::default();
        what.push(&mut list);
        let read = |row: &RowReader<'_>| P::read(row, &mut 0);
        let statement = statement.into();
        Self { statement, label, missed, list: list.0, joined: false, names: &[], read, table: PhantomData }
    }

    /// Of a write by the rows of other tables.
    pub(in crate::query) fn of_joined<S, P: Selection<S, I, Output = O>, I>(
        statement: Unwritten,
        label: Label,
        what: P,
    ) -> Self {
        Self { joined: true, ..Self::new(statement, label, Missed::None, what) }
    }

    /// The rows of the table itself, of a write by the rows of other tables.
    pub(in crate::query) fn rows_of_joined(statement: Unwritten, label: Label) -> Self
    where
        T: Table + TableRows<Row = T>,
        O: FromRow,
    {
        let list = columns_of::<T>().collect();
        Self {
            statement,
            label,
            missed: Missed::None,
            list,
            joined: true,
            names: &[],
            read: O::from_row,
            table: PhantomData,
        }
    }

    /// Reads each row into a struct, whose fields are filled in the order in which they are declared.
    pub fn into_struct<R: ReadsFrom<O>>(self) -> Returning<T, R> {
        let Self { statement, label, missed, list, joined, .. } = self;
        let (names, read) = (R::NAMES, R::from_row);
        Returning { statement, label, missed, list, joined, names, read, table: PhantomData }
    }

    /// How a row is read, and what the statement is called.
    pub(crate) fn reader(&self) -> (fn(&RowReader<'_>) -> Result<O>, Label) {
        (self.read, self.label)
    }

    /// What it means that nothing was written.
    pub(crate) fn take_missed(&mut self) -> Missed {
        std::mem::take(&mut self.missed)
    }

    pub(crate) fn into_statement(self, kind: Option<ServerKind>) -> Result<Statement> {
        let statement = self.statement.write(kind)?;
        // The row of a keyed insert would be found as a whole, and here something else is asked for: see [`KeyedRow`].
        let class = match statement.class {
            Class::KeyedInsert(_) => Class::Write,
            class => class,
        };
        let mut writer = Writer::new("");
        writer.qualify(self.joined);
        writer.resume(statement).push(" RETURNING ");
        let expects = Expects::Values(self.list.iter().map(|(_, ty)| *ty).collect());
        write_list(&mut writer, self.list, self.names, true);
        Ok(writer.finish(class, self.label).reading(expects))
    }

    /// The statement's text.
    ///
    /// # Errors
    /// When the write cannot be, such as an update that sets no column.
    pub fn to_sql(self) -> Result<String> {
        self.into_statement(None).map(|statement| statement.sql.into_owned())
    }

    /// Names the rows, so that another query of the same statement can read them: see [`with`](super::with).
    ///
    /// # Errors
    /// When the write cannot be, such as an update that sets no column, or has an index hint.
    pub fn named<C: CteTable<Columns = O>>(self) -> Result<NamedCte<C, Writes>> {
        Ok(NamedCte::new(Query::Write {
            statement: Box::new(self.statement.write_part(self.label)?),
            list: self.list,
            joined: self.joined,
        }))
    }

    fn run<A: Send>(
        self,
        handle: Handle<'_>,
        of: impl FnOnce(Vec<O>, Label) -> Result<A> + Send + 'static,
    ) -> BoxFuture<'_, Result<A>>
    where
        T: 'static,
    {
        let (read, label) = (self.read, self.label);
        let (missed, row, statement) = {
            let mut this = self;
            (this.take_missed(), KeyedRow::of(&this), this.into_statement(handle.server_kind()))
        };
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            let began = Instant::now();
            let rows = match handle.rows(&statement).await {
                Err(lost) if lost.is_outcome_unknown() => {
                    let probe = || Some(row?.probe::<T>(&statement));
                    look((handle, began), probe, lost, NOT_FOUND_YET, |rows, _| rows).await?
                }
                result => result?,
            };
            if rows.is_empty() {
                Box::pin(missed.look(handle)).await?;
            }
            handle.answered(&statement, read_each(&rows, label, read).and_then(|values| of(values, label)))
        })
    }

    /// Runs it and returns what it says of all rows that it has written.
    ///
    /// # Errors
    /// A statement's errors; a row at another version than was given (`is_stale`); one that an upsert was to update, and
    /// that is deleted, or of another tenant (`is_not_found`).
    pub fn all<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<Vec<O>>> {
        self.run(executor.handle(), |rows, _| Ok(rows))
    }

    /// Runs it and returns what it says of the only row that it has written, if there was one.
    ///
    /// # Errors
    /// When there was more than one (`is_too_many_rows`): on a `Database` all of them are written then, which the error
    /// says ([`CommitOutcome::Committed`](crate::CommitOutcome)); a transaction is rolled back. And see [`all`](Self::all).
    pub fn optional<X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &X,
    ) -> BoxFuture<'_, Result<Option<O>>> {
        self.run(executor.handle(), at_most_one)
    }

    /// Runs it and returns what it says of the only row that it has written.
    ///
    /// # Errors
    /// When there was none (`is_not_found`); and see [`optional`](Self::optional).
    pub fn one<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<O>> {
        let label = self.label;
        let row = self.optional(executor);
        Box::pin(async move { row.await?.ok_or_else(|| Error::not_found(label)) })
    }
}

/// The row of an insert whose key was made for it: after a lost answer it is looked for, and what is asked for is read of it.
struct KeyedRow {
    probe: Probe,
    list: Vec<(Node, ColumnType)>,
    names: &'static [&'static str],
}

impl KeyedRow {
    fn of<T, O>(write: &Returning<T, O>) -> Option<Self> {
        let Unwritten::Same(Ok(Statement { class: Class::KeyedInsert(probe), .. })) = write.statement else {
            return None;
        };
        Some(Self { probe, list: write.list.clone(), names: write.names })
    }

    /// Reads it, by the values of its insert.
    fn probe<T: Table>(self, insert: &Statement) -> Statement {
        let mut writer = Writer::new("SELECT ");
        write_list(&mut writer, self.list, self.names, true);
        writer.push(" FROM ").name(&T::NAME);
        let row = Statement { sql: T::__texts().look_by.as_str().into(), ..self.probe.statement(insert) };
        writer.resume(row);
        writer.finish(Class::Read, insert.label)
    }
}

impl<T: Table> Insert<T> {
    /// Says what is returned of the new row in place of all of it.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> Returning<T, P::Output> {
        let missed = self.missed();
        Returning::new(Ok(self.statement(false)), Self::LABEL, missed, what)
    }
}

impl<T: Table> InsertOrIgnore<T> {
    /// Says what is returned of the new row in place of all of it.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> Returning<T, P::Output> {
        self.0.returning(what)
    }
}

impl<T: Table> InsertFrom<T> {
    /// Says what is returned of the new rows in place of all of them.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> Returning<T, P::Output> {
        Returning::new(self.unwritten(), Self::LABEL, Missed::None, what)
    }
}

impl<T: Table> UpdateByKey<T> {
    /// Says what is returned of the row, as it is now, in place of all of it.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> Returning<T, P::Output> {
        let missed = self.missed();
        Returning::new(self.statement(false), crate::query::update::label::<T>(), missed, what)
    }
}

impl<T: Table> Update<T> {
    /// Says what is returned of the rows, as they are now, in place of all of them.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> Returning<T, P::Output> {
        let write = Unwritten::later(self.is_hinted(), |kind| self.statement(false, kind));
        Returning::new(write, crate::query::update::label::<T>(), Missed::None, what)
    }
}

impl<T: Table> DeleteByKey<T> {
    /// Says what is returned of the row that is gone, in place of all of it.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> Returning<T, P::Output> {
        let missed = self.missed();
        Returning::new(Ok(self.statement(false)), crate::query::delete::label::<T>(), missed, what)
    }
}

impl<T: Table> Delete<T> {
    /// Says what is returned of the rows that are gone, in place of all of them.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> Returning<T, P::Output> {
        let write = Unwritten::later(self.is_hinted(), |kind| self.statement(false, kind));
        Returning::new(write, crate::query::delete::label::<T>(), Missed::None, what)
    }
}
