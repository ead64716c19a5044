//! COPY FROM STDIN: all rows of one statement, as fast as the server takes them, in the binary format where that can be.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::Stream;
use futures_util::stream::poll_fn;

use super::columns::Columns;
use super::options::Options;
use super::plain;
use super::run::{Batch, Cutter, first};
use super::source::{self, NewRow, Source};
use super::tenant::OfTenant;
use super::text;
use crate::database::Database;
use crate::error::{CommitOutcome, Error, PartialWrite, Result, RowOutcome};
use crate::exec::{BoxFuture, Class, Expects, Handle, Label, Statement};
use crate::query::table::Table;
use crate::query::writer::Writer;
use crate::schema::{ColumnType, ident};
use crate::txn::{Tx, copy};
use crate::types::text_cast;

/// Signature, flags, and the length of an extension of the header
/// (<https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format").
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Where a row would say how many columns it has.
const TRAILER: &[u8] = &[0xff, 0xff];

/// A COPY of rows into a table: from [`Table::copy_in`].
///
/// One statement, and all rows or none: where it fails, nothing is there. Rows are read once, so it is not run again, not
/// even after a serialization failure, and a lost answer to its end leaves the outcome unknown. Use it to fill tables;
/// [`Table::insert_many`] writes nearly as fast, batch by batch, with `ON CONFLICT`, and says what is done when it fails.
///
/// CockroachDB takes COPY by the simple protocol only, and the driver sends it by the extended one: where the server refuses
/// it so, the rows are inserted in one transaction, batch by batch, with the same promise. Keep it to what a transaction
/// may be there, some thousand rows.
///
/// ```no_run
/// # use crdb_orm::prelude::*;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "readings")]
/// # struct Reading { #[crdb(primary_key)] id: Uuid, sensor: i32, value: f64 }
/// # async fn example(db: Database, values: Vec<(i32, f64)>) -> crdb_orm::Result<()> {
/// let new = values.iter().map(|(sensor, value)| Reading::insert().sensor(*sensor).value(*value));
/// let count = Reading::copy_in(new).exec(&db).await?;
/// # let _ = count;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is copied until `exec` is awaited"]
pub struct CopyIn<'r, T> {
    source: Box<dyn Source + 'r>,
    progress: Option<Box<dyn FnMut(u64) + Send + 'r>>,
    text: bool,
    table: PhantomData<fn() -> T>,
}

const fn label<T: Table>() -> Label {
    Label { verb: "copy", table: Some(T::NAME.name) }
}

impl<'r, T: Table> CopyIn<'r, T> {
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
        Self { source, progress: None, text: false, table: PhantomData }
    }

    /// Sends the values as texts. Without it they are, too, where a column has no binary form that both servers read, such
    /// as a TSVECTOR; else they are sent in the binary format, which is shorter and faster.
    pub fn text_format(mut self) -> Self {
        self.text = true;
        self
    }

    /// Calls back with the number of rows that were sent so far, of which none is there before the end.
    pub fn on_sent(mut self, callback: impl FnMut(u64) + Send + 'r) -> Self {
        self.progress = Some(Box::new(callback));
        self
    }

    /// The statement's text.
    ///
    /// # Errors
    /// When there is no row, or its values cannot be sent.
    pub fn to_sql(self) -> Result<String> {
        let columns = first(self.source, label::<T>())?;
        Ok(statement::<T>(&columns, Format::of(&columns, self.text)).sql.into_owned())
    }

    /// Runs it and returns how many rows were copied. Without a row nothing is sent.
    ///
    /// Dropped before its end, nothing is there, and its connection is closed.
    ///
    /// # Errors
    /// What the server refuses, with the row where it says which; a row that cannot be sent, or the error of a stream;
    /// a connection through `PgBouncer` in transaction mode, before anything is sent. [`Error::partial`] says what became
    /// of the rows that were taken: they are all not written, or all unknown.
    pub fn exec<'a>(mut self, db: &'a Database) -> BoxFuture<'a, Result<u64>>
    where
        'r: 'a,
        T: 'a,
    {
        Box::pin(async move {
            db.refuse_inside(label::<T>())?;
            if T::__GUARD.tenant.is_some() {
                let why = "its rows travel as they are, and nothing sees to it that they are of one tenant";
                return Err(Error::invalid_statement(label::<T>(), why)
                    .with_advice("`insert_many` on `db.scoped(tenant)` writes nearly as fast"));
            }
            let cut = Options::default().cut(Handle::Database(db));
            let mut cutter = Cutter::new(self.source, cut, label::<T>());
            let Some(first) = std::future::poll_fn(|context| cutter.poll_next(context)).await else {
                return Ok(0);
            };
            let first = first?;
            let format = Format::of(&first.columns, self.text);
            let statement = statement::<T>(&first.columns, format);
            let taken = Arc::new(AtomicU64::new(0));
            let so_far = taken.clone();
            let Some(copying) = copy::begin(db, &statement).await? else {
                let rest = Rest { first, cutter, progress: self.progress };
                return insert::<T>(db, rest, &taken).await.map_err(|error| all_or_none(error, &taken));
            };
            let mut next = Some(Part::Begin(first));
            // Each part is sent before the next is made.
            let data = poll_fn(move |context| {
                let mut out = BytesMut::new();
                let batch = match next.take() {
                    None => return Poll::Ready(None),
                    Some(Part::Begin(batch)) => {
                        out.put_slice(if format == Format::Binary { HEADER } else { &[] });
                        batch
                    }
                    Some(Part::More) => match cutter.poll_next(context) {
                        Poll::Pending => {
                            next = Some(Part::More);
                            return Poll::Pending;
                        }
                        Poll::Ready(Some(Ok(batch))) => batch,
                        Poll::Ready(Some(Err(error))) => {
                            so_far.store(cutter.taken(), Relaxed);
                            return Poll::Ready(Some(Err(error)));
                        }
                        Poll::Ready(None) if format == Format::Text => return Poll::Ready(None),
                        Poll::Ready(None) => return Poll::Ready(Some(Ok(Bytes::from_static(TRAILER)))),
                    },
                };
                let rows = batch.range.end;
                so_far.store(rows, Relaxed);
                next = Some(Part::More);
                match format {
                    Format::Binary => push(&mut out, &batch.columns),
                    Format::Text => match lines(&batch, label::<T>()) {
                        Ok(lines) => out = BytesMut::from(lines.as_str()),
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    },
                }
                if let Some(progress) = &mut self.progress {
                    progress(rows);
                }
                Poll::Ready(Some(Ok(out.freeze())))
            });
            copy::run(copying, &statement, data).await.map_err(|error| all_or_none(error, &taken))
        })
    }
}

impl<T> fmt::Debug for CopyIn<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyIn").finish_non_exhaustive()
    }
}

/// What became of the rows that were taken.
fn all_or_none(error: Error, taken: &AtomicU64) -> Error {
    let outcome = match error.commit_outcome() {
        // One statement, or one transaction: never a part.
        CommitOutcome::Unknown | CommitOutcome::Partly => RowOutcome::Unknown,
        CommitOutcome::Committed => RowOutcome::Written,
        CommitOutcome::NotCommitted => RowOutcome::NotWritten,
    };
    let error = match error.copied_row() {
        Some(row) => error.with_context(format!("row {row}, counted from 0, was refused")),
        None => error,
    };
    let taken = taken.load(Relaxed);
    error.with_partial(PartialWrite::new([(0..taken, outcome)], taken, false)).when_unknown(
        "all of its rows are in the database or none: look for one of them before you run it again; `insert_many` and \
         `insert_stream` with `.or_ignore()` can be run again without",
    )
}

/// Rows for a server that takes no COPY.
struct Rest<'r> {
    first: Batch,
    cutter: Cutter<'r>,
    progress: Option<Box<dyn FnMut(u64) + Send + 'r>>,
}

/// Inserts the rows in one transaction, batch by batch, once: they are gone when they were read.
async fn insert<T: Table>(db: &Database, rest: Rest<'_>, taken: &AtomicU64) -> Result<u64> {
    let rest = &Mutex::new(Some(rest));
    let run = async |tx: Tx| {
        let taken_once = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Rest { first, mut cutter, mut progress }) = taken_once else {
            return Err(Error::invalid_statement(
                label::<T>(),
                "its rows are read once, and it cannot be run again",
            ));
        };
        let (mut next, mut rows) = (Some(first), 0);
        while let Some(batch) = next {
            let end = batch.range.end;
            taken.store(end, Relaxed);
            // A table of tenants is refused before.
            let tenant = OfTenant::of::<T>(&batch.columns);
            let mut writer = Writer::new(&text::insert(&T::NAME, &batch.columns, &tenant));
            writer.set_values(tenant.values(batch.columns));
            rows += tx.execute(&writer.finish(Class::Write, label::<T>())).await?;
            if let Some(progress) = &mut progress {
                progress(end);
            }
            next = std::future::poll_fn(|context| cutter.poll_next(context)).await.transpose().inspect_err(
                |error| {
                    taken.store(cutter.taken(), Relaxed);
                    Handle::Tx(&tx).fail(error);
                },
            )?;
        }
        Ok(rows)
    };
    db.transaction(&T::__texts().names.copy, run).of_statements(label::<T>()).attempts(1).await
}

/// What is sent next.
enum Part {
    Begin(Batch),
    More,
}

/// How the values are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Binary,
    Text,
}

impl Format {
    fn of(columns: &Columns, text: bool) -> Self {
        let binary = columns.list().iter().all(|column| has_binary_form(column.ty));
        if text || !binary { Self::Text } else { Self::Binary }
    }
}

fn statement<T: Table>(columns: &Columns, format: Format) -> Statement {
    let mut sql = String::from("COPY ");
    ident::push_name(&mut sql, &T::NAME);
    sql.push_str(" (");
    text::names(&mut sql, columns.list().iter().map(|column| column.name));
    sql.push_str(if format == Format::Binary { ") FROM STDIN WITH BINARY" } else { ") FROM STDIN" });
    Statement {
        sql: sql.into(),
        values: Vec::new(),
        locking: None,
        class: Class::Write,
        label: label::<T>(),
        expects: Expects::Any,
    }
}

/// Whether what is bound for a type is also its binary form. Of a label of an enum, and of CITEXT, it is the text itself.
fn has_binary_form(ty: ColumnType) -> bool {
    text_cast(ty).is_none() || matches!(ty, ColumnType::Enum(_) | ColumnType::Region | ColumnType::CiText)
}

/// The rows of a batch as lines of text, whose fields are separated by tabs.
fn lines(batch: &Batch, label: Label) -> Result<String> {
    let list = batch.columns.list();
    let mut elements: Vec<_> = list.iter().map(|column| (column, column.elements())).collect();
    let mut out = String::with_capacity(batch.columns.bytes() * 2);
    let mut text = String::new();
    for row in batch.range.clone() {
        for (i, (column, elements)) in elements.iter_mut().enumerate() {
            out.push_str(if i == 0 { "" } else { "\t" });
            let Some(value) = elements.next().flatten() else {
                out.push_str("\\N");
                continue;
            };
            text.clear();
            if plain::push(&mut text, column.ty, value).is_none() {
                return Err(Error::invalid_value(
                    label,
                    Some(column.name),
                    "it has no text that servers read".to_owned(),
                )
                .with_context(format!("row {row}, counted from 0")));
            }
            plain::push_field(&mut out, &text);
        }
        out.push('\n');
    }
    Ok(out)
}

/// The rows of a batch, one after another: how many columns, and each with its length.
fn push(out: &mut BytesMut, columns: &Columns) {
    let list = columns.list();
    let width = i16::try_from(list.len()).unwrap_or(i16::MAX);
    let mut elements: Vec<_> = list.iter().map(super::columns::Column::elements).collect();
    for _ in 0..columns.rows() {
        out.put_i16(width);
        for column in &mut elements {
            match column.next().flatten() {
                Some(value) => {
                    out.put_i32(i32::try_from(value.len()).unwrap_or(i32::MAX));
                    out.put_slice(value);
                }
                None => out.put_i32(-1),
            }
        }
    }
}
