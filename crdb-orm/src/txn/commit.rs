//! COMMIT, and finding out what became of it.

use std::borrow::Cow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::future::{MaybeDone, maybe_done};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::classify::{Outcome, Where, classify};
use super::deferred::{Deferred, explain_deferred};
use super::stats::Counters;
use crate::conn::{Answer, Conn, Lease, Mark};
use crate::error::{Driver, Error};
use crate::exec::{BoxFuture, Label};
use crate::observe::TxnWatch;

/// How long a COMMIT that nobody waits for any more may take, and hold its place in the pool.
const DETACHED: Duration = Duration::from_secs(5);

/// What became of a transaction at its COMMIT.
pub(super) struct Committed {
    pub(super) outcome: Outcome,
    /// What was reported, unless all went well.
    pub(super) error: Option<Error>,
    /// The connection, where the transaction is open still: another attempt may begin at its savepoint, or it has to be
    /// rolled back.
    pub(super) open: Option<Lease>,
}

impl Committed {
    fn failed(outcome: Outcome, error: Error) -> Self {
        Self { outcome, error: Some(error), open: None }
    }
}

/// What travels with COMMIT.
pub(super) struct Closing {
    /// Writes that were deferred.
    pub(super) deferred: Vec<Deferred>,
    /// One statement that fails in an aborted transaction and otherwise does what it has to.
    pub(super) last: Option<String>,
    /// It has the savepoint `cockroach_restart`, whose release commits.
    pub(super) release: bool,
}

/// COMMIT of an aborted transaction is answered by the tag ROLLBACK and no error, and the driver hides the tag. A
/// statement before it in the same message is refused in an aborted transaction, and COMMIT is then skipped; so the
/// server is asked each time, for one more statement and no round trip, and the library need not trust that it saw
/// every failure of its own. A savepoint is the cheapest such statement: it is not planned and has no result.
const ASK: &str = "SAVEPOINT crdb_orm_ask";
const ASK_AND_COMMIT: &str = "SAVEPOINT crdb_orm_ask; COMMIT";

/// Sends what was deferred, and COMMIT behind it, without waiting in between; gives the connection back.
async fn commit(mut lease: Lease, closing: Closing) -> Committed {
    let conn = lease.conn().clone();
    let Closing { deferred, last, release } = closing;
    lease.in_doubt();
    let asked = last.is_some();
    let end = if release { "RELEASE SAVEPOINT cockroach_restart" } else { "COMMIT" };
    let sql = match last {
        None if !release => Cow::Borrowed(ASK_AND_COMMIT),
        last => Cow::Owned(format!("{}; {end}", last.as_deref().unwrap_or(ASK))),
    };
    let mut writes = match requests(deferred, &conn) {
        Ok(writes) => writes,
        Err(label) => return still_open(lease, NOT_COMMITTED, unprepared(label)),
    };
    let mut ending = pin!(maybe_done(conn.counted(&sql)));
    let mut answers = Vec::with_capacity(writes.len());
    let answered = async {
        // The first poll of each sends it.
        for (_, write) in &mut writes {
            let _ = Pin::new(write).poll(&mut Context::from_waker(Waker::noop()));
        }
        if !writes.is_empty() {
            let _ = ending.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
        for (label, write) in &mut writes {
            (&mut *write).await;
            answers.extend(Pin::new(write).take_output().map(|answer| (*label, answer)));
        }
        ending.as_mut().await;
    };
    conn.while_awaiting(pin!(answered)).await;
    let Some((done, result)) = ending.as_mut().take_output() else {
        return Committed::failed(Outcome::Unknown, unprepared(Label { verb: "commit", table: None }));
    };
    for (label, answer) in answers {
        let Err(driver) = answer else { continue };
        let error = explain_deferred(&driver, conn.node(), label);
        if !driver.is_answer() {
            // COMMIT may have been done although this answer is lost.
            break;
        }
        // It aborted the transaction, so COMMIT behind it was skipped.
        let outcome = classify(&driver, Where::BeforeCommit);
        if driver.is_fatal() {
            // A good-bye in its place: the connection goes, and what is open with it.
            return Committed::failed(outcome, error);
        }
        return still_open(lease, outcome, error);
    }
    let Err(driver) = result else {
        lease.idle();
        if release {
            // It is committed, and nobody has to wait for the rest.
            let runtime = conn.runtime().clone();
            drop(runtime.spawn(after_release(lease)));
        }
        return Committed { outcome: Outcome::Committed, error: None, open: None };
    };
    let error = Error::driver(&driver, conn.node());
    let server_said_it = driver.is_answer();
    let refused = done == 0 && driver.code() == Some("25P02");
    let outcome = if refused {
        // Some statement had failed and nobody knows why, so another attempt may do better.
        Outcome::NotCommitted { retry: true }
    } else if done == 0 && asked && server_said_it {
        // The last statement failed, so COMMIT behind it was skipped.
        classify(&driver, Where::BeforeCommit)
    } else {
        classify(&driver, Where::CommitInFlight)
    };
    if server_said_it && !driver.is_fatal() && outcome != Outcome::Unknown {
        if done == 0 || release {
            // COMMIT was skipped, or the savepoint was not released: the transaction is still open.
            return still_open(lease, outcome, error);
        }
        // Both servers leave the transaction when its COMMIT fails.
        lease.idle();
    }
    Committed::failed(outcome, error)
}

/// The request of a write that was deferred, and its answer.
type Written = MaybeDone<BoxFuture<'static, Result<Answer, Driver>>>;

/// The requests of what was deferred, none of which is sent yet; or what is not prepared, which the runner sees to before.
fn requests(deferred: Vec<Deferred>, conn: &Arc<Conn>) -> Result<Vec<(Label, Written)>, Label> {
    let request = |write: Deferred| {
        let label = write.label();
        let request = write.send(conn).map_err(|_| label)?;
        Ok((label, maybe_done(Box::pin(request) as BoxFuture<'static, _>)))
    };
    deferred.into_iter().map(request).collect()
}

const NOT_COMMITTED: Outcome = Outcome::NotCommitted { retry: false };

fn unprepared(label: Label) -> Error {
    Error::invalid_statement(label, "it was deferred and could not be prepared in time")
}

/// A transaction that was not committed and is open.
fn still_open(mut lease: Lease, outcome: Outcome, error: Error) -> Committed {
    lease.in_transaction();
    Committed { outcome, error: Some(error), open: Some(lease) }
}

/// RELEASE of `cockroach_restart` has committed; COMMIT only ends the transaction. What it answers changes nothing.
async fn after_release(mut lease: Lease) {
    lease.in_doubt();
    let conn = lease.conn().clone();
    if matches!(timeout(DETACHED, conn.batch("COMMIT")).await, Ok(Ok(()))) {
        lease.idle();
    }
}

/// A COMMIT under way. Dropped after it was sent, it goes on in a task of its own, which says what came of it.
pub(super) struct InFlight {
    future: Option<BoxFuture<'static, Committed>>,
    sent: bool,
    mark: Option<Mark>,
    runtime: Handle,
    name: &'static str,
    counters: Arc<Counters>,
}

impl InFlight {
    pub(super) fn new(lease: Lease, closing: Closing, name: &'static str, counters: Arc<Counters>) -> Self {
        let (runtime, mark) = (lease.conn().runtime().clone(), lease.mark());
        Self { future: Some(Box::pin(commit(lease, closing))), sent: false, mark, runtime, name, counters }
    }
}

impl Future for InFlight {
    type Output = Committed;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Committed> {
        let this = self.get_mut();
        let Some(future) = &mut this.future else { return Poll::Pending };
        this.sent = true;
        let committed = std::task::ready!(future.as_mut().poll(cx));
        this.future = None;
        Poll::Ready(committed)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        // Not sent: dropping the future rolls back, through its lease.
        let Some(future) = self.future.take().filter(|_| self.sent) else { return };
        self.counters.unknown();
        // It has its connection as long as it has not ended.
        if let Some(mark) = &self.mark {
            mark.abandon();
        }
        let name = self.name;
        TxnWatch::unknown(name);
        drop(self.runtime.spawn(async move {
            if let Ok(Committed { outcome, .. }) = timeout(DETACHED, future).await {
                tracing::warn!(name, ?outcome, "a COMMIT that nobody waited for was answered");
            } else {
                tracing::warn!(name, "a COMMIT that nobody waited for was not answered: closing");
            }
        }));
    }
}
