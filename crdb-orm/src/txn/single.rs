//! The loop around a statement that is a transaction of its own.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::Instant;

use super::classify::{Outcome, Where, classify, read_again};
use super::keyword;
use super::policy::RetryPolicy;
use super::retries::Retries;
use crate::conn::{Conn, Failure, Lease, Pool, Running, Sink, Who};
use crate::database::Database;
use crate::error::{CommitOutcome, Driver, Error, Kind, MORE_TIME, NOT_FOUND_YET, Result};
use crate::exec::{Class, Label, Statement};

/// Runs statements without values as one text, which is one transaction on PostgreSQL; says how many of them were
/// answered before the end.
pub(crate) async fn run_script(pool: &Pool, policy: &RetryPolicy, sql: &str) -> (usize, Result<()>) {
    let done = AtomicUsize::new(0);
    let result = looped(pool, policy, Request::Script(sql, &done), &mut ()).await.map(drop);
    (done.into_inner(), result)
}

/// What is run.
enum Request<'r> {
    Statement(&'r Statement),
    /// A text without values, by the simple protocol.
    Text(&'r str),
    /// A text that needs a setting of the session, which is reset afterwards.
    Set(&'r str, &'r str),
    /// Several statements in one text; the number is that of those which were answered.
    Script(&'r str, &'r AtomicUsize),
}

impl Request<'_> {
    fn class(&self) -> Class {
        match self {
            Self::Statement(statement) => statement.class,
            Self::Text(_) | Self::Set(..) | Self::Script(..) => Class::Write,
        }
    }

    fn label(&self) -> Label {
        match self {
            Self::Statement(statement) => statement.label,
            Self::Text(_) | Self::Set(..) | Self::Script(..) => Label { verb: "sql", table: None },
        }
    }

    /// Whether its text may say anything; what is generated names its table.
    fn is_of_the_caller(&self) -> bool {
        self.label().table.is_none()
    }

    /// Whether it has to end by its deadline. A change of the schema, or a script, may take as long as it takes.
    fn ends(&self) -> bool {
        matches!(self, Self::Statement(statement) if !(self.is_of_the_caller() && keyword::changes_schema(&statement.sql)))
    }

    /// Says that it is under way.
    ///
    /// # Errors
    /// It has no place on a connection of the pool, or the pool is closing.
    fn begin<'p>(&self, pool: &'p Pool) -> Result<Running<'p>> {
        let label = self.label();
        if self.is_of_the_caller()
            && let Some(why) = keyword::refusal_alone(self.sql())
        {
            let message = format!("this statement has no place on a connection of the pool: {why}");
            return Err(Error::of_kind(Kind::Refused, message).with_label(label));
        }
        pool.begin().map_err(|error| error.with_label(label))
    }

    fn sql(&self) -> &str {
        match self {
            Self::Statement(statement) => &statement.sql,
            Self::Text(sql) | Self::Set(_, sql) | Self::Script(sql, _) => sql,
        }
    }

    /// Runs it; says how many rows it changed, or returned.
    async fn send(&self, conn: &Conn, rows: &mut dyn Sink) -> Result<u64, Failure> {
        match self {
            Self::Statement(statement) => conn.run(statement, rows).await,
            Self::Text(sql) => conn.batch(sql).await.map(|()| 0).map_err(Failure::Execute),
            Self::Set(setting, sql) => {
                conn.batch(&format!("SET {setting} = on")).await.map_err(Failure::Prepare)?;
                let result = conn.batch(sql).await;
                // The connection serves others next. Where it is lost, so is the setting.
                let reset = conn.batch(&format!("RESET {setting}")).await;
                result.map_err(Failure::Execute)?;
                if reset.is_err() {
                    tracing::debug!(setting, "the connection is lost, and its setting with it");
                }
                Ok(0)
            }
            Self::Script(sql, done) => {
                let (answered, result) = conn.counted(sql).await;
                done.store(answered, Ordering::Relaxed);
                result.map(|()| 0).map_err(Failure::Execute)
            }
        }
    }
}

/// Runs a statement, again after a serialization failure, and a pure read also after a lost answer; an insert with a
/// key made for it looks for its row then.
///
/// The policy's deadline bounds the wait for each answer, too: what has none by then is cancelled.
///
/// Returns how many rows it changed, or returned; `rows` holds those of the run that succeeded.
#[allow(
    clippy::manual_async_fn,
    reason = "an async fn would hold its arguments twice, and this is part of every statement"
)]
pub(crate) fn run<'a>(
    db: &'a Database,
    statement: &'a Statement,
    rows: &'a mut dyn Sink,
) -> impl Future<Output = Result<u64>> + Send + use<'a> {
    async move {
        if statement.class == Class::ReadOnly {
            return Box::pin(db.run_read_only(statement, rows)).await;
        }
        let (pool, policy) = (db.pool(), db.policy());
        // Kept apart, since this future is part of every statement's.
        let fitted;
        let statement = match db.fit(statement)? {
            Cow::Borrowed(statement) => statement,
            Cow::Owned(statement) => {
                fitted = Box::new(statement);
                &*fitted
            }
        };
        // What goes well goes this short way; all else is boxed, since it is large and rare.
        let _running = {
            let request = Request::Statement(statement);
            if request.is_of_the_caller() && keyword::changes_schema(&statement.sql) {
                return Box::pin(looped(pool, policy, request, rows)).await;
            }
            request.begin(pool)?
        };
        let began = Instant::now();
        let missed = 'run: {
            let mut lease = match pool
                .acquire_since(Who::Statement(statement.label, until(policy, began)), began)
                .await
            {
                Ok(lease) => lease,
                Err(error) => break 'run Missed::NoConnection { first: true, error },
            };
            lease.busy();
            match lease.conn().run(statement, rows).await {
                Ok(changed) => {
                    lease.idle();
                    return Ok(changed);
                }
                Err(failure) => Missed::Judged(judge(failure, lease)),
            }
        };
        Box::pin(again_or_look(pool, policy, statement, rows, (began, missed))).await
    }
}

/// What became of a statement whose first run has no answer.
async fn again_or_look(
    pool: &Pool,
    policy: &RetryPolicy,
    statement: &Statement,
    rows: &mut dyn Sink,
    first: (Instant, Missed),
) -> Result<u64> {
    let (began, _) = first;
    let lost = match again(pool, policy, &Request::Statement(statement), rows, first).await {
        Err(error) if error.is_outcome_unknown() => error,
        known => return known,
    };
    let Class::KeyedInsert(probe) = statement.class else { return Err(lost) };
    let probe = probe.statement(statement);
    // The look is a part of the whole, whose time may be over.
    let look = policy
        .in_what_is_left(began, async |policy| looped(pool, &policy, Request::Statement(&probe), rows).await);
    // Nobody else can have made its key, so a row that is there was committed, and is what the insert would have
    // answered. One that is not there may still arrive.
    match look.await {
        Some(Ok(1..)) => Ok(1),
        Some(Ok(_)) => Err(lost.with_context(NOT_FOUND_YET)),
        Some(Err(_)) | None => Err(lost),
    }
}

/// Runs a text without values in a transaction of its own.
pub(crate) async fn run_text(pool: &Pool, policy: &RetryPolicy, sql: &str) -> Result<()> {
    looped(pool, policy, Request::Text(sql), &mut ()).await.map(drop)
}

/// The same, with a setting of the session turned on for it.
pub(crate) async fn run_text_with(
    pool: &Pool,
    policy: &RetryPolicy,
    setting: Option<&str>,
    sql: &str,
) -> Result<()> {
    let request = match setting {
        Some(setting) => Request::Set(setting, sql),
        None => Request::Text(sql),
    };
    looped(pool, policy, request, &mut ()).await.map(drop)
}

async fn looped(pool: &Pool, policy: &RetryPolicy, request: Request<'_>, rows: &mut dyn Sink) -> Result<u64> {
    let result = attempts(pool, policy, &request, rows).await;
    if request.is_of_the_caller() && keyword::changes_schema(request.sql()) {
        // Whatever became of it: other connections have statements that were prepared for the tables as they were.
        pool.forget_statements();
    }
    result
}

async fn attempts(
    pool: &Pool,
    policy: &RetryPolicy,
    request: &Request<'_>,
    rows: &mut dyn Sink,
) -> Result<u64> {
    let _running = request.begin(pool)?;
    let began = Instant::now();
    // The first wait is the pool's to bound: the deadline is for retries.
    let until = request.ends().then(|| until(policy, began)).flatten();
    let lease = pool.acquire(Who::Statement(request.label(), until), None).await;
    match once(lease.map_err(|error| Missed::NoConnection { first: true, error }), request, rows).await {
        Ok(changed) => Ok(changed),
        Err(missed) => again(pool, policy, request, rows, (began, missed)).await,
    }
}

/// Runs it on a connection.
async fn once(
    lease: Result<Lease, Missed>,
    request: &Request<'_>,
    rows: &mut dyn Sink,
) -> Result<u64, Missed> {
    let mut lease = lease?;
    lease.busy();
    match request.send(lease.conn(), rows).await {
        Ok(changed) => {
            lease.idle();
            Ok(changed)
        }
        Err(failure) => Err(Missed::Judged(judge(failure, lease))),
    }
}

/// Runs it again after a failure, as often as it may do some good.
async fn again(
    pool: &Pool,
    policy: &RetryPolicy,
    request: &Request<'_>,
    rows: &mut dyn Sink,
    (started, mut missed): (Instant, Missed),
) -> Result<u64> {
    let (class, label) = (request.class(), request.label());
    let mut retries = Retries::since(policy.clone(), started);
    let mut began = started;
    // Once a run of it is unknown, only a later commit clears that: the original may still arrive behind any error.
    let mut unknown: Option<Error> = None;
    let still =
        |error: Error, unknown: &Option<Error>| if unknown.is_some() { left_open(error) } else { error };
    loop {
        let judged = match missed {
            Missed::Judged(judged) => judged,
            Missed::NoConnection { first, error } => match refused(error, first) {
                Refused::Failed(error) => Judged::Failed(error),
                Refused::Again(error) => Judged::Again(error),
            },
        };
        let error = match judged {
            Judged::Failed(error) => {
                return Err(still(retries.end(error.with_label(label), began), &unknown));
            }
            Judged::Again(error) => error,
            Judged::Unknown { error, again } => match class {
                // A read leaves nothing behind.
                Class::Read if again => error,
                Class::Read => return Err(retries.end(error.with_label(label), began)),
                Class::Rerun | Class::Versioned => {
                    let error = left_open(error);
                    unknown = Some(error.duplicate());
                    error
                }
                Class::Locking | Class::KeyedInsert(_) | Class::Write | Class::ReadOnly => {
                    return Err(left_open(retries.end(error.with_label(label), began)));
                }
            },
        };
        tracing::debug!(
            verb = label.verb,
            table = label.table,
            sqlstate = error.sqlstate(),
            "running it again"
        );
        if let Err(error) = retries.again("the statement", error.with_label(label), began).await {
            return Err(still(error, &unknown));
        }
        began = Instant::now();
        let until = request.ends().then(|| retries.deadline().into_std());
        let lease = pool.acquire_again(Who::Statement(label, until), retries.deadline()).await;
        let lease = lease.map_err(|error| Missed::NoConnection { first: false, error });
        missed = match once(lease, request, rows).await {
            Err(missed) => missed,
            Ok(changed) => {
                return match unknown {
                    Some(lost) if class == Class::Versioned && changed == 0 => {
                        Err(lost.with_context("the version has moved since, by this write or by another"))
                    }
                    _ => Ok(changed),
                };
            }
        };
    }
}

/// Why a run of it has no answer.
enum Missed {
    NoConnection { first: bool, error: Error },
    Judged(Judged),
}

pub(super) fn left_open(error: Error) -> Error {
    let context = if error.is_deadline() {
        "the statement had no answer at its deadline, and it is not known whether it took effect"
    } else {
        "it is not known whether the statement took effect"
    };
    error.with_outcome(CommitOutcome::Unknown).with_context(context)
}

/// Why there is no connection.
pub(super) enum Refused {
    Failed(Error),
    Again(Error),
}

/// What a failure means.
enum Judged {
    /// It did nothing, or it is known what it did, and it would fail again.
    Failed(Error),
    /// It did nothing, and may succeed now.
    Again(Error),
    /// Nobody knows what it did, and whether it may be answered if it is sent again.
    Unknown { error: Error, again: bool },
}

/// A connection for an attempt, which is taken away from it when this moment comes.
pub(super) async fn acquire(
    pool: &Pool,
    retries: &Retries,
    label: Label,
    until: Option<Instant>,
) -> Result<Lease, Refused> {
    let first = retries.number() == 1;
    // The first wait is the pool's to bound: the deadline is for retries.
    let who = Who::Statement(label, until.map(Instant::into_std));
    let acquired =
        if first { pool.acquire(who, None).await } else { pool.acquire_again(who, retries.deadline()).await };
    acquired.map_err(|error| refused(error, first))
}

/// The deadline of a statement that began at this moment; none where the clock cannot hold it.
fn until(policy: &RetryPolicy, began: Instant) -> Option<std::time::Instant> {
    began.checked_add(policy.deadline).map(Instant::into_std)
}

/// What it means that there is no connection.
fn refused(error: Error, first: bool) -> Refused {
    if error.is_connection() && (!first || error.sqlstate().is_some()) {
        Refused::Again(error)
    } else {
        Refused::Failed(error)
    }
}

/// A failure on a connection, which may be that it had no answer at its deadline.
pub(super) fn failed(driver: &Driver, conn: &Conn) -> Error {
    let error = Error::driver(driver, conn.node());
    // Another answer may have come just in time.
    if !conn.has_expired() || driver.code().is_some_and(|code| code != "57014") {
        return error;
    }
    let error = error.at_deadline();
    if error.sqlstate().is_some() {
        // Its message and its advice say so already.
        return error;
    }
    error.with_advice(MORE_TIME).with_context("it had no answer at its deadline")
}

/// What a failure means, and what becomes of the connection.
fn judge(failure: Failure, mut lease: Lease) -> Judged {
    let (driver, place) = match failure {
        Failure::Local(error) => {
            lease.idle();
            return Judged::Failed(error);
        }
        // Nothing has run yet, so nothing can have been committed.
        Failure::Prepare(driver) => (driver, Where::BeforeCommit),
        Failure::Execute(driver) => (driver, Where::SingleStatement),
    };
    let error = failed(&driver, lease.conn());
    if driver.is_fatal() {
        lease.discard();
    } else {
        lease.idle();
        drop(lease);
    }
    match classify(driver.code(), place) {
        Outcome::NotCommitted { retry: true } => Judged::Again(error),
        Outcome::NotCommitted { retry: false } => Judged::Failed(error),
        Outcome::Committed => Judged::Failed(error.with_outcome(CommitOutcome::Committed)),
        Outcome::Unknown => Judged::Unknown { error, again: read_again(driver.code()) },
    }
}
