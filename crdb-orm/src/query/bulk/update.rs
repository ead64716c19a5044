//! Updates of many rows by their keys.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;

use futures_util::Stream;
use tokio_postgres::Row;

use super::columns::{Column, Columns, Role, RowWriter};
use super::options::{Options, Progress};
use super::returning::{Returned, ReturningMany};
use super::run::{Batch, first, run};
use super::source::{NewRow, Rows, Source, Streamed, no_row};
use super::tenant::OfTenant;
use super::text;
use super::updated::{MissedRow, Updated};
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, Handle, Label, Reaches, Statement, Write};
use crate::query::Selection;
use crate::query::key::IntoKey;
use crate::query::patch::{self, Patch};
use crate::query::row::RowReader;
use crate::query::stamp::{sets_itself, stamp};
use crate::query::table::Table;
use crate::query::update::no_column_beside_the_key;
use crate::query::version::{VersionNumber, Versioned, bump};
use crate::query::writer::{Writer, push_placeholder, push_read_column};
use crate::schema::{ColumnType, ident};

/// A change of one row among many: a row of the table, or a reference to one; a pair of a key and a patch; or a key, a
/// version and a patch. So is a `Result` of one, whose error ends the update.
///
/// A whole row sets every column that is not of its key, but for those that every update sets by itself: the version, the time
/// of the change, what is `on_update`, and the region of `auto_rehoming`. In a table that counts versions it is changed only if it is
/// still at the version that it holds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a change of a row of `{T}`",
    note = "give it `&{T}`, a pair `(key, patch)`, or `(key, version, patch)`"
)]
pub trait ChangedRow<T> {
    /// Whether it is a whole row, of which what every update sets by itself is not written.
    #[doc(hidden)]
    const __WHOLE: bool = false;

    #[doc(hidden)]
    fn __write(self, row: &mut RowWriter<'_>);
}

#[diagnostic::do_not_recommend]
impl<'t, T: Table> ChangedRow<T> for &'t T
where
    &'t T: NewRow<T>,
{
    const __WHOLE: bool = true;

    fn __write(self, row: &mut RowWriter<'_>) {
        NewRow::__write(self, row);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Table + NewRow<T>> ChangedRow<T> for T {
    const __WHOLE: bool = true;

    fn __write(self, row: &mut RowWriter<'_>) {
        NewRow::__write(self, row);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Table, K: IntoKey<T::Key>, P: Patch<T>> ChangedRow<T> for (K, P) {
    fn __write(self, row: &mut RowWriter<'_>) {
        self.0.__write(T::KEY_COLUMNS, row);
        patch::append(&self.1, row);
    }
}

#[diagnostic::do_not_recommend]
impl<T, K, V, P> ChangedRow<T> for (K, V, P)
where
    T: Versioned<Version = V>,
    K: IntoKey<T::Key>,
    V: VersionNumber,
    P: Patch<T>,
{
    fn __write(self, row: &mut RowWriter<'_>) {
        self.0.__write(T::KEY_COLUMNS, row);
        if let Some(version) = T::__VERSION {
            row.push(version, &self.1);
        }
        patch::append(&self.2, row);
    }
}

#[diagnostic::do_not_recommend]
impl<T, R: ChangedRow<T>, E: std::error::Error + Send + Sync + 'static> ChangedRow<T> for Result<R, E> {
    const __WHOLE: bool = R::__WHOLE;

    fn __write(self, row: &mut RowWriter<'_>) {
        match self {
            Ok(given) => given.__write(row),
            Err(error) => row.fail(no_row(error)),
        }
    }
}

/// An update of many rows by their keys, cut into batches: see [`Table::update_many`].
#[must_use = "an update does nothing until one of its terminals is awaited"]
pub struct UpdateMany<'r, T> {
    source: Box<dyn Source + 'r>,
    options: Options<'r>,
    rerun: bool,
    /// Its rows are whole ones.
    whole: bool,
    table: PhantomData<fn() -> T>,
}

const fn label<T: Table>() -> Label {
    Label { verb: "update", table: Some(T::NAME.name) }
}

/// Numbers the rows.
fn numbered<R, T: Table>() -> impl FnMut(R, &mut RowWriter<'_>) + Send
where
    R: ChangedRow<T>,
{
    let mut number = 0_i64;
    move |row, out| {
        out.number(number);
        number += 1;
        row.__write(out);
    }
}

impl<'r, T: Table> UpdateMany<'r, T> {
    pub(crate) fn rows<I>(rows: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'r, Item: ChangedRow<T> + 'r>,
    {
        Self::new(Box::new(Rows(rows.into_iter(), numbered::<I::Item, T>())), I::Item::__WHOLE)
    }

    pub(crate) fn stream<S>(rows: S) -> Self
    where
        S: Stream<Item: ChangedRow<T> + 'r> + Send + 'r,
    {
        Self::new(Box::new(Streamed(Box::pin(rows), numbered::<S::Item, T>())), S::Item::__WHOLE)
    }

    fn new(source: Box<dyn Source + 'r>, whole: bool) -> Self {
        Self { source, options: Options::default(), rerun: false, whole, table: PhantomData }
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
    /// and four on PostgreSQL. In a transaction it is always one.
    pub fn in_flight(mut self, batches: usize) -> Self {
        self.options.in_flight(batches);
        self
    }

    /// Calls back after each batch.
    pub fn on_progress(mut self, callback: impl FnMut(&Progress) + Send + 'r) -> Self {
        self.options.progress(callback);
        self
    }

    /// Allows a batch to be run again when nobody knows whether it took effect.
    ///
    /// Danger: it may then undo what somebody else has set in between. Rows that name a version are run again anyway, and
    /// without danger.
    pub fn rerun_if_unknown(mut self) -> Self {
        self.rerun = true;
        self
    }

    /// The text of its batches.
    ///
    /// # Errors
    /// When there is no row, or it sets nothing.
    pub fn to_sql(self) -> Result<String> {
        Ok(self.of_first_row(&Returned::Rows)?.sql.into_owned())
    }

    /// The statement of a batch of the first row alone.
    pub(in crate::query) fn of_first_row(self, returned: &Returned) -> Result<Statement> {
        statement::<T>(first(self.source, label::<T>())?, self.whole, returned, self.rerun)
    }

    /// Says what is returned of the rows, as they are now, in place of all of them: a column, an expression, or a tuple of
    /// these.
    pub fn returning<P: Selection<T, I>, I>(self, what: P) -> ReturningMany<Self, P::Output> {
        ReturningMany::new(self, what)
    }

    /// Runs it, and says how many rows were changed and which were not found.
    ///
    /// # Errors
    /// The first one of a batch, after which no further batch is sent; [`Error::partial`] says which rows are written. Two
    /// rows of one key in a batch are refused (`is_invalid_statement`): only one of them would take effect.
    pub fn exec<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Updated>>
    where
        'r: 'a,
        T: 'a,
    {
        let rows = self.read_rows(executor.handle(), Returned::Nothing, |_: &RowReader<'_>| Ok(()));
        Box::pin(async move { Ok(rows.await?.1) })
    }

    /// The same, with the rows that were changed, as they are now, in the order in which they were given.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<(Vec<T>, Updated)>>
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
    ) -> Result<(Vec<O>, Updated)> {
        let (rerun, whole, returned) = (self.rerun, self.whole, &returned);
        let each = |batch: Batch| -> BoxFuture<'_, Result<(Vec<O>, Vec<MissedRow>)>> {
            Box::pin(async move {
                let Batch { range, columns } = batch;
                let prepared = check::<T>(&columns, range.start)
                    .and_then(|look| Ok((look, statement::<T>(columns, whole, returned, rerun)?)));
                let (look, statement) = prepared.inspect_err(|error| handle.fail(error))?;
                let numbered = |rows: &[Row]| -> Result<Vec<(u64, O)>> {
                    let one = |row| Ok((number(row)?, read(&RowReader::new(row, label::<T>()))?));
                    rows.iter().map(one).collect()
                };
                let mut rows = handle.read(&statement, numbered).await?;
                rows.sort_by_key(|(number, _)| *number);
                let changed: HashSet<u64> = rows.iter().map(|(number, _)| *number).collect();
                let missed: Vec<u64> = range.filter(|row| !changed.contains(row)).collect();
                // What was changed stays so, whatever becomes of the look for the rest.
                let missed = handle.answered(&statement, missed_rows(handle, look, missed).await)?;
                Ok((rows.into_iter().map(|(_, row)| row).collect(), missed))
            })
        };
        let batches = run(self.source, self.options, handle, label::<T>(), each)
            .await
            .map_err(|error| error.when_unknown(LOOK))?;
        let mut updated = Updated { changed: 0, missed: Vec::new(), label: label::<T>() };
        let mut all = Vec::new();
        for (rows, missed) in batches {
            updated.changed += rows.len() as u64;
            updated.missed.extend(missed);
            all.extend(rows);
        }
        Ok((all, updated))
    }
}

impl<T> fmt::Debug for UpdateMany<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateMany").field("options", &self.options).finish_non_exhaustive()
    }
}

/// What to do where nobody knows of a batch.
const LOOK: &str = "look at the rows of which nobody knows (`error.partial()`) before you run it again; a batch that names \
                    versions, or has `.rerun_if_unknown()`, is run again by itself";

/// The number of a row that was changed, which is its last column.
fn number(row: &Row) -> Result<u64> {
    let last = row.len().saturating_sub(1);
    let number = row.try_get::<_, i64>(last).ok().and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| {
        let label = Label { verb: "update", table: None };
        Error::decode(label, "row number", "INT8", "it is no number")
    })
}

/// Refuses what cannot be written, and returns the read that tells the missed rows of a table with versions apart.
fn check<T: Table>(columns: &Columns, start: u64) -> Result<Option<Statement>> {
    let label = label::<T>();
    let positions: Option<Vec<usize>> = T::KEY_COLUMNS.iter().map(|name| columns.position(name)).collect();
    let Some(positions) = positions else {
        return Err(Error::invalid_statement(label, "its rows do not give the whole primary key"));
    };
    if let Some((first, second)) = columns.duplicate(&positions) {
        let (first, second) = (start + first as u64, start + second as u64);
        let why = format!(
            "its rows {first} and {second}, counted from 0, have the same ({}), and only one of them would take effect",
            T::KEY_COLUMNS.join(", ")
        );
        return Err(Error::invalid_statement(label, why).with_advice("leave one of them out, or merge them"));
    }
    let Some(version) = T::__VERSION.filter(|version| columns.position(version).is_some()) else {
        return Ok(None);
    };
    let list = columns.list();
    let mut keys: Vec<Column> =
        positions.iter().filter_map(|position| list.get(*position).cloned()).collect();
    keys.extend(list.iter().find(|column| column.role == Role::Number).cloned());
    let mut sql = String::from("SELECT ");
    column::<T>(&mut sql, version);
    let alias = alias::<T>();
    sql.push_str("::INT8, ");
    sql.push_str(alias);
    sql.push_str(".\"row number\" FROM ");
    ident::push_name(&mut sql, &T::NAME);
    sql.push_str(" JOIN ");
    text::unnest(&mut sql, &keys, alias);
    sql.push_str(" ON ");
    by_key::<T>(&mut sql, &keys);
    guard::<T>(&mut sql, keys.len());
    let mut writer = Writer::new(&sql);
    let values = keys.into_iter().map(|column| column.into_value(columns.rows())).collect();
    writer.set_values(T::__GUARD.push(values));
    Ok(Some(writer.finish(Class::Read, label)))
}

/// Which of the rows that were not changed are gone, and which are at another version.
async fn missed_rows(
    handle: Handle<'_>,
    look: Option<Statement>,
    missed: Vec<u64>,
) -> Result<Vec<MissedRow>> {
    let mut found = HashMap::new();
    if let Some(look) = look.filter(|_| !missed.is_empty()) {
        for row in handle.rows(&look).await? {
            found.insert(number(&row)?, row.try_get::<_, i64>(0).unwrap_or_default());
        }
    }
    let missed = missed.into_iter().map(|row| match found.get(&row) {
        Some(&found) => MissedRow::Stale { row, found },
        None => MissedRow::Gone { row },
    });
    Ok(missed.collect())
}

/// What the rows of a batch are called beside the table: not like it.
fn alias<T: Table>() -> &'static str {
    if T::NAME.name == text::GIVEN { "given_rows" } else { text::GIVEN }
}

/// `orders.total`.
fn column<T: Table>(out: &mut String, name: &str) {
    ident::push_ident(out, T::NAME.name);
    out.push('.');
    ident::push_ident(out, name);
}

/// `orders.id = given.id AND ..`.
fn by_key<T: Table>(out: &mut String, columns: &[Column]) {
    let mut first = true;
    for key in columns.iter().filter(|key| key.role == Role::Value && T::KEY_COLUMNS.contains(&key.name)) {
        out.push_str(if first { "" } else { " AND " });
        first = false;
        column::<T>(out, key.name);
        out.push_str(" = ");
        text::given(out, key, alias::<T>());
    }
}

/// ` AND orders.tenant_id = $9 ..`: what narrows every statement of the table, behind so many values.
fn guard<T: Table>(out: &mut String, values: usize) {
    let guard = T::__GUARD;
    if let Some(tenant) = guard.tenant {
        out.push_str(" AND ");
        column::<T>(out, tenant.name);
        out.push_str(" = ");
        push_placeholder(out, values + 1, tenant.ty);
    }
    if let Some(deleted) = guard.deleted {
        out.push_str(" AND ");
        column::<T>(out, deleted);
        out.push_str(" IS NULL");
    }
}

fn statement<T: Table>(columns: Columns, whole: bool, returned: &Returned, rerun: bool) -> Result<Statement> {
    let list = columns.list();
    let version = T::__VERSION;
    let expected = list.iter().find(|column| column.role == Role::Value && version == Some(column.name));
    let mut sql = String::from("UPDATE ");
    ident::push_name(&mut sql, &T::NAME);
    sql.push_str(" SET ");
    let mut any = false;
    for given in list {
        let stays = T::KEY_COLUMNS.contains(&given.name)
            || [version, T::__UPDATED_AT].contains(&Some(given.name))
            || whole && sets_itself::<T>(given.name);
        if stays || !matches!(given.role, Role::Value | Role::Maybe) {
            continue;
        }
        sql.push_str(if any { ", " } else { "" });
        any = true;
        assign::<T>(&mut sql, given);
    }
    if !any && whole {
        return Err(no_column_beside_the_key(label::<T>()));
    }
    if !any {
        return Err(Error::invalid_statement(label::<T>(), "its rows set no column")
            .with_advice("leave out patches that give nothing: `patch.is_empty()`"));
    }
    let mut writer = Writer::new(&sql);
    writer.qualify(true);
    for (column, node) in bump::<T>().into_iter().chain(stamp::<T>()) {
        writer.push(", ").ident(column).push(" = ").node(node);
    }
    let mut rest = String::from(" FROM ");
    text::from(&mut rest, &columns, alias::<T>());
    rest.push_str(" WHERE ");
    by_key::<T>(&mut rest, list);
    if let Some(expected) = expected {
        rest.push_str(" AND ");
        column::<T>(&mut rest, expected.name);
        rest.push_str(" = ");
        text::given(&mut rest, expected, alias::<T>());
    }
    let class = match (rerun, expected) {
        // It changes nothing where the version has moved on, so it cannot take effect twice.
        (_, Some(_)) => Class::Versioned,
        (true, None) => Class::Rerun,
        (false, None) => Class::Write,
    };
    let values = T::__GUARD.push(OfTenant::of::<T>(&columns).given(columns));
    let own = usize::from(T::__GUARD.tenant.is_some());
    guard::<T>(&mut rest, values.len() - own);
    rest.push_str(" RETURNING ");
    if returned.is_rows() {
        for column in T::TABLE.columns {
            ident::push_ident(&mut rest, T::NAME.name);
            rest.push('.');
            push_read_column(&mut rest, column);
            rest.push_str(", ");
        }
    }
    writer.push(&rest).set_values(values);
    if let Returned::Values(listed) = returned {
        listed.clone().write(&mut writer, None);
        writer.push(", ");
    }
    writer.push(alias::<T>()).push(".\"row number\"");
    Ok(writer.finish(class, label::<T>()).reading(returned.expects::<T>([ColumnType::Int8])))
}

/// `total = given.total`, or `total = CASE WHEN given."set total" THEN given.total ELSE orders.total END`.
fn assign<T: Table>(out: &mut String, given: &Column) {
    ident::push_ident(out, given.name);
    out.push_str(" = ");
    if given.role == Role::Value {
        return text::given(out, given, alias::<T>());
    }
    out.push_str("CASE WHEN ");
    out.push_str(alias::<T>());
    out.push('.');
    ident::push_ident(out, &format!("set {}", given.name));
    out.push_str(" THEN ");
    text::given(out, given, alias::<T>());
    // Both branches have one type, and on CockroachDB the collation is part of it.
    if let Some(collation) = T::TABLE.column(given.name).and_then(|column| column.collation) {
        out.push_str(" COLLATE ");
        ident::push_ident(out, collation);
    }
    out.push_str(" ELSE ");
    column::<T>(out, given.name);
    out.push_str(" END");
}
