//! Inserts of many rows.

use std::fmt;
use std::marker::PhantomData;

use futures_util::Stream;
use tokio::time::Instant;

use super::columns::{Column, Columns};
use super::options::{Options, Progress};
use super::returning::{Returned, ReturningMany};
use super::run::{Batch, first, run};
use super::source::{self, NewRow, Source};
use super::tenant::OfTenant;
use super::text;
use super::told::Told;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, Handle, Label, Reaches, Statement, Write};
use crate::query::Selection;
use crate::query::conflict::{Conflict, ConflictTarget, DoUpdate, OnConflict, Target};
use crate::query::guard::Deleted;
use crate::query::lost::look;
use crate::query::node::Node;
use crate::query::row::{RowReader, read_each, rows_of};
use crate::query::shapes::Piece;
use crate::query::table::Table;
use crate::query::writer::Writer;
use crate::schema::ColumnType;

/// An insert of many rows, cut into batches: see [`Table::insert_many`].
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct InsertMany<'r, T> {
    source: Box<dyn Source + 'r>,
    options: Options<'r>,
    shape: Shape,
    table: PhantomData<fn() -> T>,
}

/// What its statements are.
struct Shape {
    conflict: Conflict,
    class: Class,
}

impl<'r, T: Table> InsertMany<'r, T> {
    pub(crate) fn rows<I>(rows: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'r, Item: NewRow<T>>,
    {
        Self::new(source::rows::<T, I>(rows))
    }

    pub(crate) fn stream<S>(rows: S) -> Self
    where
        S: Stream<Item: NewRow<T>> + Send + 'r,
    {
        Self::new(source::stream::<T, S>(rows))
    }

    fn new(source: Box<dyn Source + 'r>) -> Self {
        let shape = Shape { conflict: Conflict::Fail, class: Class::Write };
        Self { source, options: Options::default(), shape, table: PhantomData }
    }

    /// Updates the given columns of rows whose primary key is there already.
    ///
    /// Where such a row is deleted ([`SoftDelete`](crate::SoftDelete)), or of another tenant than the handle, it stays as it
    /// is, and is neither counted nor returned.
    ///
    /// Two rows of one batch may not have the same key (`is_invalid_statement`, before anything of the batch is sent): a
    /// statement cannot update a row twice. With several batches on their way it is open which of two in different batches
    /// is the last one; [`in_flight(1)`](Self::in_flight) keeps their order.
    pub fn or_update(mut self) -> Self {
        self.shape.conflict = Conflict::TakeAll(Target::key::<T>());
        self
    }

    /// Leaves out rows that conflict with one that is there already, or with one before them, by whatever unique key.
    /// They are neither counted nor returned.
    pub fn or_ignore(mut self) -> Self {
        self.shape.conflict = Conflict::Ignore(None);
        self
    }

    /// Says by which unique key a row is told to be there already, and then what happens to it.
    pub fn on_conflict(self, target: impl ConflictTarget<T>) -> OnConflict<Self> {
        OnConflict { write: self, target: target.__target() }
    }

    /// Allows a batch to be run again when nobody knows whether it took effect.
    ///
    /// Danger: it may then take effect twice, and at any later time: an upsert may undo what somebody else has set in
    /// between, an insert may bring back rows that somebody has deleted, or fail because they are there already.
    ///
    /// Inside a transaction it changes nothing.
    pub fn rerun_if_unknown(mut self) -> Self {
        self.shape.class = Class::Rerun;
        self
    }

    /// Sets the most rows of a batch. 500 by default.
    pub fn batch_rows(mut self, rows: usize) -> Self {
        self.options.rows(rows);
        self
    }

    /// Sets the most bytes of a batch's values. 2 MiB by default. A longer row is a batch of its own.
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.options.bytes(bytes);
        self
    }

    /// Sets how many batches are on their way at once, each on a connection of its own. By default one on CockroachDB,
    /// where more were slower in trials, and four on PostgreSQL. In a transaction it is always one.
    pub fn in_flight(mut self, batches: usize) -> Self {
        self.options.in_flight(batches);
        self
    }

    /// Calls back after each batch.
    pub fn on_progress(mut self, callback: impl FnMut(&Progress) + Send + 'r) -> Self {
        self.options.progress(callback);
        self
    }

    /// The text of its batches, of one row where a column holds arrays: it then has a placeholder for each value.
    ///
    /// # Errors
    /// When there is no row, or its values cannot be sent.
    pub fn to_sql(self) -> Result<String> {
        Ok(self.of_first_row(&Returned::Rows)?.sql.into_owned())
    }

    /// The statement of a batch of the first row alone.
    pub(in crate::query) fn of_first_row(self, returned: &Returned) -> Result<Statement> {
        let columns = first(self.source, label::<T>())?;
        let told = self.shape.told_by::<T>(&columns);
        Ok(self.shape.statement::<T>(columns, returned, &told))
    }

    /// Says what is returned of the rows in place of all of them: a column, an expression, or a tuple of these.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "readings")]
    /// # struct Reading { #[crdb(primary_key)] id: Uuid, sensor: i32 }
    /// # async fn example(db: Database, sensors: Vec<i32>) -> crdb_orm::Result<()> {
    /// let rows = sensors.iter().map(|sensor| Reading::insert().sensor(*sensor));
    /// let ids: Vec<Uuid> = Reading::insert_many(rows).returning(Reading::ID).all(&db).await?;
    /// # let _ = ids;
    /// # Ok(())
    /// # }
    /// ```
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> ReturningMany<Self, P::Output> {
        ReturningMany::new(self, what)
    }

    /// Runs it and returns how many rows were inserted.
    ///
    /// # Errors
    /// The first one of a batch, after which no further batch is sent; [`Error::partial`] says which rows are in. Rows that
    /// were not taken by then are in none of its ranges: see [`PartialWrite::taken`](crate::PartialWrite::taken). Rows of
    /// different columns (`is_invalid_statement`), or a value that cannot be sent.
    pub fn exec<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<u64>>
    where
        'r: 'a,
        T: 'a,
    {
        let handle = executor.handle();
        Box::pin(async move {
            let shape = &self.shape;
            let each = |batch: Batch| -> BoxFuture<'_, _> {
                Box::pin(async move {
                    let rows = batch.range.end - batch.range.start;
                    shape.check::<T>(&batch, handle)?;
                    let sought = shape.sought::<T>(&batch.columns);
                    let statement = shape.statement::<T>(batch.columns, &Returned::Nothing, &[]);
                    let began = Instant::now();
                    match handle.execute(&statement).await {
                        Err(error) if error.is_outcome_unknown() => {
                            let probe = || Some(sought?.probe::<T>(&Returned::Nothing, &[]));
                            look((handle, began), probe, error, NONE, |_, _| rows).await
                        }
                        result => result,
                    }
                })
            };
            let counts = run(self.source, self.options, handle, label::<T>(), each)
                .await
                .map_err(|error| error.when_unknown(LOOK))?;
            Ok(counts.into_iter().sum())
        })
    }

    /// Runs it and returns the rows as the server has stored them, in the order in which they were given: by their keys, and
    /// where the server can write these in several ways (DECIMAL, CITEXT, ..) in the order of its answer, which is the same.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<T>>>
    where
        'r: 'a,
        T: 'a,
    {
        Box::pin(self.read_rows(executor.handle(), Returned::Rows, T::from_row))
    }

    /// Runs it and reads what is returned, in the order in which the rows were given.
    pub(super) async fn read_rows<O: Send>(
        self,
        handle: Handle<'_>,
        returned: Returned,
        read: impl Fn(&RowReader<'_>) -> Result<O> + Copy + Send + Sync,
    ) -> Result<Vec<O>> {
        let (shape, returned) = (&self.shape, &returned);
        let each = |batch: Batch| -> BoxFuture<'_, _> {
            Box::pin(async move {
                shape.check::<T>(&batch, handle)?;
                let by = shape.told_by::<T>(&batch.columns);
                let told = match returned {
                    Returned::Values(listed) => Told::behind(&batch.columns, &by, listed.len()),
                    Returned::Nothing | Returned::Rows => Told::new(&batch.columns, T::TABLE, &by),
                };
                let sought = shape.sought::<T>(&batch.columns);
                let statement = shape.statement::<T>(batch.columns, returned, &by);
                let began = Instant::now();
                let rows = match handle.rows(&statement).await {
                    Err(error) if error.is_outcome_unknown() => {
                        let probe = || Some(sought?.probe::<T>(returned, &by));
                        look((handle, began), probe, error, NONE, |rows, _| rows).await?
                    }
                    result => result?,
                };
                handle.answered(&statement, read_each(&told.restore(rows), label::<T>(), read))
            })
        };
        let rows: Vec<Vec<O>> = run(self.source, self.options, handle, label::<T>(), each)
            .await
            .map_err(|error| error.when_unknown(LOOK))?;
        Ok(rows.into_iter().flatten().collect())
    }
}

impl<T> fmt::Debug for InsertMany<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsertMany").field("options", &self.options).finish_non_exhaustive()
    }
}

const fn label<T: Table>() -> Label {
    Label { verb: "insert", table: Some(T::NAME.name) }
}

impl Shape {
    /// Refuses a batch that would update a row twice, which no server does.
    fn check<T: Table>(&self, batch: &Batch, handle: Handle<'_>) -> Result<()> {
        let Some(target) = self.conflict.updates_by() else { return Ok(()) };
        let columns = &batch.columns;
        let Some(positions) = positions(columns, &target.columns) else { return Ok(()) };
        let Some((first, second)) = columns.duplicate(&positions) else { return Ok(()) };
        let (first, second) = (batch.range.start + first as u64, batch.range.start + second as u64);
        let why = format!(
            "its rows {first} and {second}, counted from 0, have the same ({}), and one statement cannot update a row twice",
            target.columns.join(", ")
        );
        let error =
            Error::invalid_statement(label::<T>(), why).with_advice("leave one of them out, or merge them");
        handle.fail(&error);
        Err(error)
    }

    /// The statement of a batch, whose answer has the columns by which rows are told apart.
    fn statement<T: Table>(&self, columns: Columns, returned: &Returned, told: &[&'static str]) -> Statement {
        let statement = self.of_rows::<T>(columns, returned.is_rows());
        let Returned::Values(listed) = returned else { return statement };
        let (class, label) = (statement.class, statement.label);
        let told = told_columns::<T>(told);
        let expects = returned.expects::<T>(told.clone().map(|(_, ty)| ty));
        let mut writer = Writer::new("");
        writer.resume(statement).push(" RETURNING ");
        listed.clone().write(&mut writer, told);
        writer.finish(class, label).reading(expects)
    }

    /// The statement of a batch that returns whole rows, or nothing.
    fn of_rows<T: Table>(&self, columns: Columns, returning: bool) -> Statement {
        let tenant = OfTenant::of::<T>(&columns);
        if self.conflict.is_fail() && !columns.nested() && tenant.left_out().is_none() {
            return self.plain::<T>(columns, tenant, returning);
        }
        let names: Vec<&str> =
            columns.list().iter().map(|column| column.name).chain(tenant.left_out()).collect();
        let sql = text::insert(&T::NAME, &columns, &tenant);
        let mut writer = Writer::new(&sql);
        writer.set_values(tenant.values(columns));
        self.conflict.write::<T>(&mut writer, &names);
        if returning {
            writer.push(&T::__texts().returning);
        }
        writer.finish(self.class, label::<T>()).reading(rows_of::<T>(returning))
    }

    /// What nothing but its columns makes has one text for every size.
    fn plain<T: Table>(&self, columns: Columns, tenant: OfTenant, returning: bool) -> Statement {
        let texts = T::__texts();
        let names = columns.list().iter().map(|column| Piece::Value(column.name));
        let shape = names.chain(returning.then_some(Piece::Returning));
        let sql = texts.of_many(&shape, || {
            let mut sql = text::insert(&T::NAME, &columns, &tenant);
            if returning {
                sql.push_str(&texts.returning);
            }
            sql
        });
        Statement {
            sql,
            values: tenant.values(columns),
            locking: None,
            class: self.class,
            label: label::<T>(),
            expects: rows_of::<T>(returning),
        }
    }

    /// The keys by which the rows of a batch can be looked for: only where they were made for them.
    fn sought<T: Table>(&self, columns: &Columns) -> Option<Sought> {
        let looks = columns.keyed() && self.conflict.is_fail() && self.class == Class::Write;
        looks.then(|| Some(Sought { keys: key::<T>(columns)?, rows: columns.rows() })).flatten()
    }

    /// The columns by which the rows of a batch are told apart in the answer: of the key that is theirs alone.
    fn told_by<T: Table>(&self, columns: &Columns) -> Vec<&'static str> {
        let key = self.conflict.updates_by().map_or(T::KEY_COLUMNS, |target| &target.columns);
        Told::columns_of(columns, T::TABLE, key, T::__GUARD.tenant).0
    }
}

/// The rows of a batch that are looked for after a lost answer.
struct Sought {
    keys: Vec<Column>,
    rows: usize,
}

impl Sought {
    /// Reads them by their keys, or one of them if none has to be returned.
    fn probe<T: Table>(self, returned: &Returned, told: &[&'static str]) -> Statement {
        let mut rows = Writer::new("");
        text::by_keys(&mut rows, &self.keys);
        let values = self.keys.into_iter().map(|column| column.into_value(self.rows)).collect::<Vec<_>>();
        let behind = values.len();
        rows.set_values(T::__GUARD.push(values));
        // What was deleted since was inserted all the same.
        rows.push(&T::__GUARD.text(behind, Deleted::Shown));
        let mut writer = Writer::new("");
        match returned {
            Returned::Nothing => writer.push("SELECT 1 FROM ").name(&T::NAME),
            Returned::Rows => writer.push(&T::__texts().select),
            Returned::Values(listed) => {
                writer.push("SELECT ");
                listed.clone().write(&mut writer, told_columns::<T>(told));
                writer.push(" FROM ").name(&T::NAME)
            }
        };
        let tail = if matches!(returned, Returned::Nothing) { " LIMIT 1" } else { "" };
        writer.resume(rows.finish(Class::Read, label::<T>())).push(tail);
        writer.finish(Class::Read, label::<T>())
    }
}

/// Columns of the table with their types.
fn told_columns<T: Table>(names: &[&'static str]) -> impl Iterator<Item = (Node, ColumnType)> + Clone {
    names.iter().filter_map(|name| Some((Node::Of(&T::NAME, name), T::TABLE.column(name)?.ty)))
}

/// What to do where nobody knows of a batch.
const LOOK: &str = "look for the rows of which nobody knows (`error.partial()`) before you run it again, or run it again with `.or_ignore()`, \
     which leaves out those that are there; with `.rerun_if_unknown()` such a batch is run again by itself";

impl<'r, T: Table> OnConflict<InsertMany<'r, T>> {
    /// Does nothing then: such rows are neither counted nor returned.
    pub fn do_nothing(self) -> InsertMany<'r, T> {
        self.conflict(|target| Conflict::Ignore(Some(target)))
    }

    /// Updates all the given columns that are not of a key. See [`InsertMany::or_update`] on rows of the same key.
    pub fn do_update(self) -> InsertMany<'r, T> {
        self.conflict(Conflict::TakeAll)
    }

    /// Updates what is said. See [`InsertMany::or_update`] on rows of the same key.
    pub fn do_update_with(self, update: impl FnOnce(DoUpdate<T>) -> DoUpdate<T>) -> InsertMany<'r, T> {
        let update = update(DoUpdate::new());
        self.conflict(|target| Conflict::Update(target, update.into()))
    }

    fn conflict(self, conflict: impl FnOnce(Target) -> Conflict) -> InsertMany<'r, T> {
        let Self { mut write, target } = self;
        write.shape.conflict = conflict(target);
        write
    }
}

/// Where these columns are in a batch, if all of them are given.
fn positions(columns: &Columns, names: &[&str]) -> Option<Vec<usize>> {
    names.iter().map(|name| columns.position(name)).collect()
}

/// The columns of the primary key, if all of them are given.
fn key<T: Table>(columns: &Columns) -> Option<Vec<Column>> {
    let key = |name: &&str| columns.list().get(columns.position(name)?).cloned();
    T::KEY_COLUMNS.iter().map(key).collect()
}

/// What is said where no row of a batch is found after its answer was lost.
const NONE: &str =
    "it is not known whether the batch took effect: none of its rows is there, and they may still arrive";
