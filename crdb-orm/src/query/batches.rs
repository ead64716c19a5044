//! Deletes and updates of any number of rows, batch by batch along the primary key.
//!
//! The model is the manual's: <https://www.cockroachlabs.com/docs/stable/bulk-delete-data>,
//! <https://www.cockroachlabs.com/docs/stable/bulk-update-data>. A batch begins behind the last key of the one before, so
//! that no statement reads again what others have deleted.

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::Row;

use super::delete::{self, Delete};
use super::guard::Deleted;
use super::hint::Hint;
use super::node::{Node, Part};
use super::page::{Cursor, IntoCursor, Keyset, Place, Shape, bind, shape};
use super::row::raw;
use super::table::Table;
use super::update::{self, Update};
use super::writer::{Writer, push_read_column};
use crate::conn::ServerKind;
use crate::database::Database;
use crate::error::{BatchesDone, CommitOutcome, Error, Result};
use crate::exec::{BoxFuture, Class, Handle, Label, OnDatabase, Reaches, Statement};
use crate::types::Value;

/// Rows of a batch, unless told otherwise. The manual's advice is a thousand or a few.
const ROWS: u32 = 1000;
/// More than a statement should change at once.
const MANY: u64 = 10_000;
/// The rows of a batch, by a name that no table has.
const BATCH: &str = "\"rows of the batch\"";

/// Warns of a statement that has changed more rows than a transaction should.
pub(super) fn told(handle: Handle<'_>, label: Label, changed: u64) -> u64 {
    if changed > MANY && matches!(handle, Handle::Database(_)) {
        tracing::warn!(
            verb = label.verb,
            table = label.table,
            changed,
            "one statement has changed many rows: `.in_batches()` keeps transactions small"
        );
    }
    changed
}

/// What is done to the rows.
pub(super) enum Change<T> {
    Delete {
        deleted: Deleted,
        /// For good, where rows stay when they are deleted.
        hard: bool,
    },
    Update(Update<T>),
}

impl<T: Table> Change<T> {
    fn label(&self) -> Label {
        match self {
            Self::Delete { .. } => delete::label::<T>(),
            Self::Update(_) => update::label::<T>(),
        }
    }

    /// The change of the rows for which a condition holds.
    fn statement(&self, rows: Node, kind: Option<ServerKind>) -> Result<Statement> {
        match self {
            Self::Delete { deleted, hard } => {
                Delete::<T>::of_rows(rows, *deleted, *hard).statement(false, kind)
            }
            Self::Update(update) => update.of_rows(rows).statement(false, kind),
        }
    }
}

/// Refuses a hint: it would be dropped without a word.
pub(super) fn unhinted(
    hint: Option<Hint>,
    filter: Result<Option<Node>>,
    label: Label,
) -> Result<Option<Node>> {
    let why = "batches find their rows by the primary key, and take no index hint";
    if hint.is_some() { Err(Error::invalid_statement(label, why)) } else { filter }
}

/// A delete or an update of any number of rows, batch by batch: from [`Delete::in_batches`] and [`Update::in_batches`].
///
/// It walks along the primary key. Each batch is one statement and a transaction of its own, begins behind the last key of
/// the one before, and is run again on a serialization failure, so what is hot holds up one small batch and no more. When
/// a batch fails, what was done before stays done, and [`Error::batches`] says how much that is and where to go on.
///
/// ```no_run
/// # use crdb_orm::prelude::*;
/// # use std::time::Duration;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "events")]
/// # struct Event { #[crdb(primary_key)] id: Uuid, day: NaiveDate, kind: String, level: Option<i32> }
/// # async fn save(place: &str) {}
/// # async fn example(db: Database, last_year: NaiveDate, saved: Option<String>) -> crdb_orm::Result<()> {
/// let deleted = Event::filter(Event::DAY.lt(last_year)).delete().in_batches().exec(&db).await?;
/// let filled = Event::filter(Event::LEVEL.is_null())
///     .update()
///     .set(Event::LEVEL, 1)
///     .in_batches()
///     .batch_rows(500)
///     .pause(Duration::from_millis(50))
///     .resume(saved) // where an earlier run has stopped
///     .on_progress(|so_far| println!("{} rows; go on at {:?}", so_far.rows, so_far.resume.as_str()))
///     .exec(&db)
///     .await?;
/// # let _ = (deleted, filled);
/// # Ok(())
/// # }
/// ```
///
/// Rows that begin to meet the condition behind the place that the walk has come to are met, those before it are not: run
/// it again for these. So it is safe to run again after a crash, from the beginning or from a place that was saved.
///
/// It says how many rows were changed and not what they were: rows that were read of a batch would be gone with the process
/// that has not yet handled them, since the batch is committed. To move rows elsewhere, let one statement do both, by a
/// `.named` delete and [`with`](super::read::with).
///
/// Filter by a column that an index begins with, or by the key itself: else each batch reads the rows between as well.
#[must_use = "nothing is done until `exec` is awaited"]
pub struct InBatches<'r, T> {
    filter: Result<Option<Node>>,
    change: Change<T>,
    rows: u32,
    pause: Option<Duration>,
    rate: Option<u32>,
    resume: Option<Cursor>,
    rerun: bool,
    progress: Option<Callback<'r>>,
}

/// What hears of progress.
type Callback<'r> = Box<dyn FnMut(&BatchProgress) + Send + 'r>;

/// How far a delete or an update in batches has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgress {
    /// How many batches are committed, by this run.
    pub batches: u64,
    /// How many rows were changed in them.
    pub rows: u64,
    /// How many rows the last one has changed.
    pub last_rows: u64,
    /// Where to go on: what [`InBatches::resume`] takes.
    pub resume: Cursor,
}

impl<'r, T: Table> InBatches<'r, T> {
    pub(super) fn new(filter: Result<Option<Node>>, deleted: Deleted, change: Change<T>) -> Self {
        // What is deleted already keeps its time.
        let keeps = T::__GUARD.deleted.is_some() && matches!(change, Change::Delete { hard: false, .. });
        let deleted = if keeps { Deleted::Hidden } else { deleted };
        Self {
            filter: filter.map(|filter| T::__GUARD.narrow(filter, T::NAME, deleted)),
            change,
            rows: ROWS,
            pause: None,
            rate: None,
            resume: None,
            rerun: false,
            progress: None,
        }
    }

    /// Sets the most rows of a batch. 1,000 by default; fewer where rows are long, or where others are deleted with them
    /// (`on_delete = cascade`). A batch that the server calls too large is cut in half, and so are those after it.
    pub fn batch_rows(mut self, rows: u32) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// Waits so long between two batches. Not at all by default.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = Some(pause);
        self
    }

    /// Goes over no more rows a second than this, on average over the whole run. No limit by default.
    pub fn rows_per_second(mut self, rows: u32) -> Self {
        self.rate = Some(rows.max(1));
        self
    }

    /// Goes on where an earlier run of the same write has stopped: [`BatchProgress::resume`], or
    /// [`BatchesDone::resume`]. `None` is the beginning.
    pub fn resume(mut self, place: impl IntoCursor) -> Self {
        self.resume = place.into_cursor();
        self
    }

    /// Calls back after each batch.
    pub fn on_progress(mut self, callback: impl FnMut(&BatchProgress) + Send + 'r) -> Self {
        self.progress = Some(Box::new(callback));
        self
    }

    /// Allows a batch to be run again when nobody knows whether it took effect.
    ///
    /// Danger: it may then take effect twice, and at any later time. That is harmless to a delete, and to an update whose
    /// condition no longer holds when it was made, such as a backfill; an addition is added twice.
    pub fn rerun_if_unknown(mut self) -> Self {
        self.rerun = true;
        self
    }

    /// The text of the batches behind the first one, which has the same without the condition on the key.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn to_sql(self) -> Result<String> {
        let walk = self.walk()?;
        let nowhere = walk.keys.columns().iter().map(|_| None).collect();
        let statement = walk.statement(Some(&bind(&walk.keys, nowhere)), 1, None)?;
        Ok(statement.sql.into_owned())
    }

    /// The statement of the first batch.
    pub(super) fn of_first_batch(self, kind: Option<ServerKind>) -> Result<Statement> {
        let rows = self.rows;
        self.walk()?.statement(None, rows, kind)
    }

    /// Runs it and returns how many rows it has changed.
    ///
    /// Dropped half-way, the batches before are done, and the last call of [`on_progress`](Self::on_progress) told how far
    /// they came; the one on its way may be done or not.
    ///
    /// # Errors
    /// The first one of a batch, after which none follows; [`Error::batches`] says what is done. A place of another write,
    /// or one that was changed (`is_invalid_cursor`); an update of the primary key, along which it walks, or of no column
    /// (`is_invalid_statement`).
    pub fn exec<'a, X: OnDatabase + Reaches<T::Scope> + ?Sized>(
        mut self,
        db: &'a X,
    ) -> BoxFuture<'a, Result<u64>>
    where
        'r: 'a,
    {
        let db = db.database();
        Box::pin(async move {
            let (rows, pause, rate) = (self.rows, self.pause, self.rate);
            let (resume, mut progress) = (self.resume.take(), self.progress.take());
            let walk = self.walk()?;
            let mut run = Run { size: rows, pause, rate, place: None, batches: 0, rows: 0, taken: 0 };
            if let Some(cursor) = resume {
                let columns = walk.keys.columns().len();
                let place = Place::read(&cursor, walk.shape()?, columns, None, walk.label)?;
                run.place = place.values;
            }
            let result = run.all(&walk, db, progress.as_deref_mut()).await;
            result.map(|()| run.rows).map_err(|error| {
                let unknown = error.commit_outcome() == CommitOutcome::Unknown;
                let resume = run.cursor(&walk).ok().flatten().map(String::from);
                error.with_batches(BatchesDone::new(run.batches, run.rows, resume, unknown)).when_unknown(
                    "look whether the batch behind the last one that is committed took effect, and go on by `.resume(..)` with \
                     `error.batches()`; with `.rerun_if_unknown()` such a batch is run again by itself",
                )
            })
        })
    }

    fn walk(self) -> Result<Walk<T>> {
        let label = self.change.label();
        let filter = self.filter?;
        if let Change::Update(update) = &self.change
            && let Some(key) = T::KEY_COLUMNS.iter().find(|key| update.sets(key))
        {
            let why = format!("it sets `{key}`, which is of the primary key, along which the batches walk");
            return Err(Error::invalid_statement(label, why).with_column(key));
        }
        let keys = Keyset::new(T::TABLE, &[], label)?;
        let class = if self.rerun { Class::Rerun } else { Class::Write };
        let walk = Walk { filter, change: self.change, keys, class, label };
        // What is wrong with it is found before anything is done.
        walk.shape()?;
        Ok(walk)
    }
}

/// What every batch has in common.
struct Walk<T> {
    filter: Option<Node>,
    change: Change<T>,
    keys: Keyset,
    class: Class,
    label: Label,
}

impl<T: Table> Walk<T> {
    /// Which write a place belongs to.
    fn shape(&self) -> Result<Shape> {
        Ok(shape(&self.statement(None, 1, None)?.sql))
    }

    /// A batch: its rows by their keys, their change, and the last key with the numbers of both.
    fn statement(&self, after: Option<&[Value]>, rows: u32, kind: Option<ServerKind>) -> Result<Statement> {
        let keys = self.keys.columns();
        let names = |writer: &mut Writer| {
            for (i, key) in keys.iter().enumerate() {
                writer.push(if i == 0 { "" } else { ", " }).node(key.node.clone());
            }
        };
        let filter = match after {
            Some(place) => Some(Node::and(self.filter.clone(), self.keys.after(place))),
            None => self.filter.clone(),
        };
        let mut writer = Writer::new("WITH ");
        writer.of_kind(kind).push(BATCH).push(" AS (SELECT ");
        names(&mut writer);
        writer.push(" FROM ").name(&T::NAME).condition(filter);
        for (i, key) in keys.iter().enumerate() {
            writer.push(if i == 0 { " ORDER BY " } else { ", " }).node(key.node.clone()).push(key.suffix());
        }
        writer.push(" LIMIT ").value(Value::encode(&i64::from(rows))).push("), changed AS (");
        writer.resume(self.change.statement(self.of_the_batch(), kind)?);
        writer.push(" RETURNING 1 AS one) SELECT ");
        for key in keys {
            if let Some(column) = T::TABLE.columns.get(key.index) {
                let mut read = String::new();
                push_read_column(&mut read, column);
                writer.push(&read).push(", ");
            }
        }
        writer.push("(SELECT count(*) FROM ").push(BATCH).push("), (SELECT count(*) FROM changed) FROM ");
        writer.push(BATCH);
        for (i, key) in self.keys.reversed().columns().iter().enumerate() {
            // With its table: a bare name would mean what is read, which may be the text of it.
            writer.push(if i == 0 { " ORDER BY " } else { ", " }).push(BATCH).push(".");
            writer.node(key.node.clone()).push(key.suffix());
        }
        writer.push(" LIMIT 1");
        Ok(writer.finish(self.class, self.label))
    }

    /// `id IN (SELECT id FROM "rows of the batch")`.
    fn of_the_batch(&self) -> Node {
        let columns = || self.keys.columns().iter().map(|key| key.node.clone());
        let one = self.keys.columns().len() == 1;
        let row = if one { columns().next() } else { None };
        let mut parts = vec![Part::Whole(row.unwrap_or_else(|| Node::Row(columns().collect())))];
        parts.push(Part::Text(" IN (SELECT "));
        for (i, column) in columns().enumerate() {
            parts.push(Part::Text(if i == 0 { "" } else { ", " }));
            parts.push(Part::Whole(column));
        }
        parts.extend([Part::Text(" FROM "), Part::Text(BATCH), Part::Text(")")]);
        super::node::parts(super::node::Precedence::Compare, parts)
    }
}

/// How far it has come.
struct Run {
    size: u32,
    pause: Option<Duration>,
    rate: Option<u32>,
    place: Option<Vec<Option<Vec<u8>>>>,
    batches: u64,
    rows: u64,
    /// How many rows were gone over.
    taken: u64,
}

impl Run {
    async fn all<T: Table>(
        &mut self,
        walk: &Walk<T>,
        db: &Database,
        mut progress: Option<&mut (dyn FnMut(&BatchProgress) + Send + '_)>,
    ) -> Result<()> {
        let began = Instant::now();
        loop {
            let place = self.place.clone().map(|values| bind(&walk.keys, values));
            let statement = walk.statement(place.as_deref(), self.size, Some(db.server().kind()))?;
            let rows = match db.rows(&statement).await {
                Err(error) if self.size > 1 && is_too_large(&error) => {
                    self.size /= 2;
                    tracing::info!(rows = self.size, %error, "a batch was too large: it is cut in half");
                    continue;
                }
                result => result?,
            };
            // No row was left.
            let Some(row) = rows.first() else { return Ok(()) };
            let (taken, changed) = self.take(walk, row)?;
            if let Some(progress) = &mut progress
                && let Some(resume) = self.cursor(walk)?
            {
                let Self { batches, rows, .. } = *self;
                progress(&BatchProgress { batches, rows, last_rows: changed, resume });
            }
            if taken < u64::from(self.size) {
                return Ok(());
            }
            self.wait(began).await;
        }
    }

    /// Counts a batch that is done.
    fn take<T: Table>(&mut self, walk: &Walk<T>, row: &Row) -> Result<(u64, u64)> {
        let keys = walk.keys.columns().len();
        let count = |at: usize| {
            let count = row.try_get::<_, i64>(at).ok().and_then(|count| u64::try_from(count).ok());
            count.ok_or_else(|| Error::decode(walk.label, "count", "INT8", "it is no number"))
        };
        let (taken, changed) = (count(keys)?, count(keys + 1)?);
        self.batches += 1;
        self.rows += changed;
        self.taken += taken;
        self.place = Some((0..keys).map(|at| raw(row, at, walk.label)).collect::<Result<_>>()?);
        Ok((taken, changed))
    }

    fn cursor<T: Table>(&self, walk: &Walk<T>) -> Result<Option<Cursor>> {
        let Some(values) = self.place.clone() else { return Ok(None) };
        Ok(Some(Place { as_of: None, values: Some(values) }.write(walk.shape()?, None)))
    }

    async fn wait(&self, began: Instant) {
        if let Some(pause) = self.pause {
            sleep(pause).await;
        }
        if let Some(rate) = self.rate {
            let taken = u32::try_from(self.taken).map_or(f64::from(u32::MAX), f64::from);
            let due = Duration::try_from_secs_f64(taken / f64::from(rate)).unwrap_or(Duration::MAX);
            sleep(due.saturating_sub(began.elapsed())).await;
        }
    }
}

/// Whether fewer rows at once may succeed: limits of memory, of locks, of rows written.
fn is_too_large(error: &Error) -> bool {
    error.commit_outcome() == CommitOutcome::NotCommitted
        && matches!(error.sqlstate(), Some("53200" | "53400" | "54000"))
}

impl<T: Table> fmt::Debug for InBatches<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InBatches")
            .field("verb", &self.change.label().verb)
            .field("rows", &self.rows)
            .field("pause", &self.pause)
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}
