//! COMMIT, and finding out what became of it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::classify::{Outcome, Where, classify};
use super::stats::Counters;
use crate::conn::Lease;
use crate::error::{Driver, Error};
use crate::exec::BoxFuture;

/// How long a COMMIT that nobody waits for any more may take.
const DETACHED: Duration = Duration::from_secs(30);

/// What became of a transaction at its COMMIT.
pub(super) struct Committed {
    pub(super) outcome: Outcome,
    /// What was reported, unless all went well.
    pub(super) error: Option<Error>,
}

/// COMMIT of an aborted transaction is answered by the tag ROLLBACK and no error, and the driver hides the tag. A
/// statement before it in the same message is refused in an aborted transaction, and COMMIT is then skipped; so the
/// server is asked each time, for one more statement and no round trip, and the library need not trust that it saw
/// every failure of its own.
const COMMIT: &str = "SELECT 1; COMMIT";

/// Sends COMMIT and gives the connection back.
async fn commit(mut lease: Lease) -> Committed {
    let conn = lease.conn().clone();
    lease.in_doubt();
    let (done, result) = conn.counted(COMMIT).await;
    let Err(driver) = result else {
        lease.idle();
        return Committed { outcome: Outcome::Committed, error: None };
    };
    let error = Some(Error::driver(&driver, conn.node()));
    let server_said_it = matches!(driver, Driver::Server(_)) && !driver.is_fatal();
    let refused = done == 0 && driver.code() == Some("25P02");
    let outcome = if refused {
        // Some statement had failed and nobody knows why, so another attempt may do better.
        Outcome::NotCommitted { retry: true }
    } else {
        classify(driver.code(), Where::CommitInFlight)
    };
    if server_said_it && outcome != Outcome::Unknown {
        if done == 0 {
            // COMMIT was skipped, and the transaction is still open.
            lease.in_transaction();
            lease.roll_back().await;
        } else {
            // Both servers leave the transaction when its COMMIT fails.
            lease.idle();
        }
    }
    Committed { outcome, error }
}

/// A COMMIT under way. Dropped after it was sent, it goes on in a task of its own, which says what came of it.
pub(super) struct InFlight {
    future: Option<BoxFuture<'static, Committed>>,
    sent: bool,
    runtime: Handle,
    name: &'static str,
    counters: Arc<Counters>,
}

impl InFlight {
    pub(super) fn new(lease: Lease, name: &'static str, counters: Arc<Counters>) -> Self {
        let runtime = lease.conn().runtime().clone();
        Self { future: Some(Box::pin(commit(lease))), sent: false, runtime, name, counters }
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
        let name = self.name;
        drop(self.runtime.spawn(async move {
            if let Ok(Committed { outcome, .. }) = timeout(DETACHED, future).await {
                tracing::warn!(name, ?outcome, "a COMMIT that nobody waited for was answered");
            } else {
                tracing::warn!(name, "a COMMIT that nobody waited for was not answered: closing");
            }
        }));
    }
}
