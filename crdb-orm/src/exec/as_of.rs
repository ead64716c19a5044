//! Handles that read the past: follower reads, a time of one's own, bounded staleness.
//!
//! CockroachDB takes no placeholder in `AS OF SYSTEM TIME`
//! (<https://www.cockroachlabs.com/docs/stable/as-of-system-time>), so the literal is written here, from closed types.

use std::fmt::Write as _;
use std::time::Duration;

use tokio_postgres::Row;

use super::{BoxFuture, Class, Expects, Handle, Label, Reach, Read, ReadsTogether, Statement, sealed};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::query::{BatchSteps, Queries, read_all};
use crate::txn::{AsOf, Hlc};

const SNAPSHOT: Label = Label { verb: "snapshot", table: None };

/// A database as it was: read-only, from [`Database::follower_reads`], [`Database::as_of`] or [`Database::snapshot`].
///
/// Cheap to make and to clone. It implements [`Read`] and not [`Write`](super::Write): a write through it, or a row lock,
/// does not compile. Each statement is a read-only transaction of one round trip, `BEGIN .. AS OF SYSTEM TIME ..` and
/// `COMMIT` travelling with it, so joins and subqueries are read as of one moment, and the text stays the one that is
/// prepared for `&db`.
///
/// A PostgreSQL keeps no past: it reads the present there, and says so once, as a warning of `tracing`.
#[derive(Debug, Clone)]
pub struct AsOfReads {
    db: Database,
    as_of: AsOf,
}

impl AsOfReads {
    pub(crate) fn new(db: Database, as_of: AsOf) -> Self {
        Self { db, as_of }
    }

    /// The time as of which it reads.
    pub fn time(&self) -> AsOf {
        self.as_of
    }

    pub(super) fn reaching(&self, reach: Reach) -> Self {
        Self { db: self.db.reaching(reach), as_of: self.as_of }
    }

    pub(super) fn server_kind(&self) -> crate::conn::ServerKind {
        self.db.server().kind()
    }

    /// Reads several things as of one moment, in one round trip: see [`Database::read_together`].
    ///
    /// # Errors
    /// See [`Database::read_together`].
    pub fn read_together<'a, Q: Queries<Self> + 'a>(&'a self, queries: Q) -> BoxFuture<'a, Result<Q::Output>>
    where
        Q::Output: 'a,
    {
        self.together_of(queries)
    }

    pub(super) async fn rows(&self, statement: &Statement) -> Result<Vec<Row>> {
        let Some(past) = self.past() else { return self.db.rows(statement).await };
        let answers = self.db.together_as_of(std::slice::from_ref(statement), Some(past)).await?;
        Ok(answers.into_iter().next().map(|answer| answer.rows).unwrap_or_default())
    }

    /// The time, where the server keeps a past.
    fn past(&self) -> Option<AsOf> {
        self.db.keeps_past().then_some(self.as_of)
    }
}

impl ReadsTogether for AsOfReads {
    fn together_of<'a, Q: BatchSteps + 'a>(&'a self, reads: Q) -> BoxFuture<'a, Result<Q::Output>>
    where
        Q::Output: 'a,
    {
        let mut reads = reads.__steps(Some(self.server_kind()));
        Box::pin(async move {
            let statements = reads.take_statements()?;
            reads.read(self.db.together_as_of(&statements, self.past()).await?)
        })
    }
}

impl sealed::Sealed for AsOfReads {}
impl Read for AsOfReads {
    fn handle(&self) -> Handle<'_> {
        Handle::AsOf(self)
    }
}

/// A database that may answer from the nearest replica, if that is not too far behind: from
/// [`Database::with_max_staleness`] or [`Database::with_min_timestamp`].
///
/// CockroachDB allows it for a single statement that reads one row by one index and nothing else
/// (<https://www.cockroachlabs.com/docs/stable/follower-reads#bounded-staleness-reads>), so it serves
/// [`Find`](crate::query::Find) alone; anything else does not compile. It needs CockroachDB 22.1 or later and reads from
/// the present on PostgreSQL, which is said once, as a warning of `tracing`.
#[derive(Debug, Clone)]
pub struct BoundedStaleness {
    db: Database,
    bound: Bound,
    nearest_only: bool,
}

#[derive(Debug, Clone, Copy)]
enum Bound {
    Staleness(Duration),
    /// Nanoseconds since 1970.
    Since(u128),
}

impl BoundedStaleness {
    /// Reads from the nearest replica or fails (SQLSTATE `XCUBS`), where otherwise the leaseholder would be asked.
    #[must_use]
    pub fn nearest_only(mut self) -> Self {
        self.nearest_only = true;
        self
    }

    pub(super) fn reaching(&self, reach: Reach) -> Self {
        Self { db: self.db.reaching(reach), ..self.clone() }
    }

    /// What stands behind `AS OF SYSTEM TIME`.
    fn expression(&self) -> String {
        let mut sql = match self.bound {
            // At least a microsecond: zero would be refused.
            Bound::Staleness(staleness) => {
                format!("with_max_staleness('{}us'", staleness.as_micros().max(1))
            }
            Bound::Since(nanoseconds) => {
                format!("with_min_timestamp('{}'", timestamp(nanoseconds))
            }
        };
        sql.push_str(if self.nearest_only { ", true)" } else { ")" });
        sql
    }
}

/// A point in time as a TIMESTAMPTZ literal, rounded up to the microsecond.
fn timestamp(nanoseconds: u128) -> String {
    const DAY: u128 = 86_400_000_000;
    let micros = nanoseconds.div_ceil(1000);
    let (days, of_day) = (micros / DAY, micros % DAY);
    // The civil date of a number of days, after Howard Hinnant's `civil_from_days`.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u128::from(month <= 2);
    let (seconds, micros) = (of_day / 1_000_000, of_day % 1_000_000);
    let mut out = format!("{year:04}-{month:02}-{day:02} ");
    // Writing to a String cannot fail.
    let _ = write!(out, "{:02}:{:02}:{:02}.{micros:06}+00", seconds / 3600, seconds / 60 % 60, seconds % 60);
    out
}

/// Where a read of one row by its primary key runs.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum RowHandle<'a> {
    /// Where any statement may run.
    Any(Handle<'a>),
    /// From a replica that may be behind.
    Bounded(&'a BoundedStaleness),
}

impl<'a> RowHandle<'a> {
    /// The handle, and the statement as it runs there; `stale` writes it with a clause behind its table.
    pub(crate) fn fit(
        self,
        statement: Statement,
        stale: impl FnOnce(Statement, &str) -> Statement,
    ) -> (Handle<'a>, Statement) {
        match self {
            Self::Any(handle) => (handle, statement),
            Self::Bounded(bounded) => {
                let handle = Handle::Database(&bounded.db);
                if bounded.db.keeps_past() {
                    let clause = format!(" AS OF SYSTEM TIME {}", bounded.expression());
                    (handle, stale(statement, &clause))
                } else {
                    (handle, statement)
                }
            }
        }
    }
}

/// Runs a read of one row by its primary key: whatever is [`Read`], and [`BoundedStaleness`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run queries",
    note = "give it `&db` (a `Database`) or, inside a transaction, `&tx`"
)]
pub trait ReadRow: sealed::Sealed + Send + Sync {
    #[doc(hidden)]
    fn row_handle(&self) -> RowHandle<'_>;
}

#[diagnostic::do_not_recommend]
impl<X: Read + ?Sized> ReadRow for X {
    fn row_handle(&self) -> RowHandle<'_> {
        RowHandle::Any(self.handle())
    }
}

impl sealed::Sealed for BoundedStaleness {}
impl ReadRow for BoundedStaleness {
    fn row_handle(&self) -> RowHandle<'_> {
        RowHandle::Bounded(self)
    }
}

impl Database {
    /// The database some seconds ago, when the nearest replica can answer: reads that wait for no other region and
    /// conflict with no write.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "accounts")]
    /// # struct Account { #[crdb(primary_key)] id: Uuid, owner: String }
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// let accounts = Account::query().all(&db.follower_reads()).await?;
    /// # drop(accounts);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A write through it does not compile:
    ///
    /// ```compile_fail,E0277
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "accounts")]
    /// # struct Account { #[crdb(primary_key)] id: Uuid, owner: String }
    /// # async fn example(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    /// Account::delete(id).exec(&db.follower_reads()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn follower_reads(&self) -> AsOfReads {
        self.as_of(AsOf::FollowerRead)
    }

    /// The database as of a time.
    ///
    /// The times that count from now ([`AsOf::Ago`], [`AsOf::FollowerRead`]) are those of each statement; for several
    /// statements that see the same, see [`snapshot`](Self::snapshot) and [`AsOfReads::read_together`]. A time before
    /// the table's `gc.ttlseconds` (4 hours by default) is an error of the server.
    pub fn as_of(&self, as_of: AsOf) -> AsOfReads {
        AsOfReads::new(self.clone(), as_of)
    }

    /// The database as it is now, and stays: everything that is read through it is as of this moment.
    ///
    /// Asks the server for its time, in one round trip. On PostgreSQL each statement reads the present instead; use a
    /// transaction there.
    ///
    /// # Errors
    /// A statement's errors.
    pub async fn snapshot(&self) -> Result<AsOfReads> {
        let now = self.now().await?;
        // Without a past the time is not used.
        Ok(self.as_of(AsOf::Hlc(now.unwrap_or(Hlc::new(0, 0)))))
    }

    /// The database at most so long ago, from the nearest replica where that is possible.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # use std::time::Duration;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "accounts")]
    /// # struct Account { #[crdb(primary_key)] id: Uuid, owner: String }
    /// # async fn example(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    /// let account = Account::find(id).one(&db.with_max_staleness(Duration::from_secs(10))).await?;
    /// # drop(account);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It reads one row by its key and nothing else:
    ///
    /// ```compile_fail,E0277
    /// # use crdb_orm::prelude::*;
    /// # use std::time::Duration;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "accounts")]
    /// # struct Account { #[crdb(primary_key)] id: Uuid, owner: String }
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// Account::query().all(&db.with_max_staleness(Duration::from_secs(10))).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_max_staleness(&self, staleness: Duration) -> BoundedStaleness {
        BoundedStaleness { db: self.clone(), bound: Bound::Staleness(staleness), nearest_only: false }
    }

    /// The database no earlier than a time, in nanoseconds since 1970-01-01 UTC, from the nearest replica where that is
    /// possible: so that what was written then is seen.
    pub fn with_min_timestamp(&self, nanoseconds: u128) -> BoundedStaleness {
        BoundedStaleness { db: self.clone(), bound: Bound::Since(nanoseconds), nearest_only: false }
    }

    /// The server's time, where it keeps a past. The whole of it: while its clock stands, only the logical part tells what was
    /// written before from what is written after.
    pub(crate) async fn now(&self) -> Result<Option<Hlc>> {
        if !self.keeps_past() {
            return Ok(None);
        }
        let statement = Statement {
            sql: "SELECT cluster_logical_timestamp()::TEXT".into(),
            values: Vec::new(),
            locking: None,
            class: Class::Read,
            label: SNAPSHOT,
            expects: Expects::Any,
        };
        let rows: Vec<(String,)> = read_all(&self.rows(&statement).await?, SNAPSHOT)?;
        let text = rows.into_iter().next().map(|(text,)| text).unwrap_or_default();
        text.parse().map(Some).map_err(|why: Error| {
            Error::decode(SNAPSHOT, "cluster_logical_timestamp", "a time of the cluster's clock", why)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn a_time_is_written_as_its_civil_date() {
        assert_eq!(timestamp(0), "1970-01-01 00:00:00.000000+00");
        assert_eq!(timestamp(951_782_400_000_000_000), "2000-02-29 00:00:00.000000+00");
        assert_eq!(timestamp(1_580_361_670_629_466_905), "2020-01-30 05:21:10.629467+00");
        assert_eq!(timestamp(4_102_444_799_999_999_000), "2099-12-31 23:59:59.999999+00");
    }
}
