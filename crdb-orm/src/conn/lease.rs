//! A connection on loan from the pool.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::timeout;

use super::client::Conn;
use super::pool::{Mark, PoolSeat};
use crate::error::Driver;

/// How long an abandoned connection may take to become idle before it is closed.
const SETTLE: Duration = Duration::from_secs(5);
/// The same in a transaction, which holds locks. Its COMMIT was not sent, so nothing of it can be in doubt.
const SETTLE_LOCKS: Duration = Duration::from_secs(1);

/// What is known of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No answer is outstanding and no transaction is open.
    Idle,
    /// A statement in a transaction of its own was sent.
    Busy,
    /// A transaction was begun.
    InTransaction,
    /// ROLLBACK was sent.
    RollingBack,
    /// Nothing: it must not be used again.
    Doubt,
}

type Request = Pin<Box<dyn Future<Output = Result<(), Driver>> + Send>>;

/// A connection on loan. However it ends, dropped in the middle of anything too, the connection goes back to
/// the pool only when it is idle, and is closed otherwise.
pub(crate) struct Lease {
    conn: Arc<Conn>,
    seat: Option<PoolSeat>,
    state: State,
}

impl Lease {
    pub(super) fn new(conn: Arc<Conn>, seat: PoolSeat) -> Self {
        Self { conn, seat: Some(seat), state: State::Idle }
    }

    pub(crate) fn conn(&self) -> &Arc<Conn> {
        &self.conn
    }

    /// From now on a statement may be outstanding.
    pub(crate) fn busy(&mut self) {
        self.state = State::Busy;
    }

    /// From now on a transaction may be open.
    pub(crate) fn in_transaction(&mut self) {
        self.state = State::InTransaction;
    }

    /// From now on nothing is known: COMMIT was sent.
    pub(crate) fn in_doubt(&mut self) {
        self.state = State::Doubt;
    }

    /// Everything was answered and nothing is open.
    pub(crate) fn idle(&mut self) {
        self.state = State::Idle;
    }

    /// Sends ROLLBACK and waits for its answer, so that no lock is held any more when this returns. Where the
    /// answer does not come, the connection is closed.
    pub(crate) async fn roll_back(mut self) {
        if self.conn.is_closed() {
            return;
        }
        let request = Box::pin(rollback(self.conn.clone()));
        self.state = State::RollingBack;
        match timeout(SETTLE, request).await {
            Ok(Ok(())) => self.state = State::Idle,
            Ok(Err(_)) => self.state = State::Doubt,
            Err(_) => {
                self.state = State::Doubt;
                Box::pin(self.conn.cancel()).await;
            }
        }
    }

    /// What can say that nobody waits any more for what it is used for, as long as it is on loan.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.seat.as_ref().map(PoolSeat::mark)
    }

    /// Closes the connection.
    pub(crate) fn discard(mut self) {
        self.state = State::Doubt;
    }
}

async fn rollback(conn: Arc<Conn>) -> Result<(), Driver> {
    conn.batch("ROLLBACK").await
}

async fn sync(conn: Arc<Conn>) -> Result<(), Driver> {
    conn.sync().await
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(seat) = self.seat.take() else { return };
        let conn = self.conn.clone();
        if conn.is_closed() {
            return;
        }
        let settles = if self.state == State::InTransaction { SETTLE_LOCKS } else { SETTLE };
        let mut request: Request = match self.state {
            State::Idle => {
                seat.give_back(conn);
                return;
            }
            State::Doubt => {
                conn.kill();
                return;
            }
            State::Busy | State::RollingBack => Box::pin(sync(conn.clone())),
            State::InTransaction => Box::pin(rollback(conn.clone())),
        };
        seat.mark().abandon();
        let mut lease = Self { conn: conn.clone(), seat: Some(seat), state: State::Doubt };
        // The first poll puts the request into the connection's queue, now and without waiting.
        match request.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => lease.state = State::Idle,
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                // On a runtime that has ended this drops the lease, which closes the connection.
                drop(conn.runtime().spawn(settle(lease, request, settles)));
            }
        }
    }
}

/// Waits until an abandoned connection is idle, and gives it back; when that takes too long, what runs on it is cancelled, and
/// it is closed.
async fn settle(mut lease: Lease, request: Request, settles: Duration) {
    match timeout(settles, request).await {
        Ok(Ok(())) => lease.state = State::Idle,
        Ok(Err(error)) => {
            tracing::debug!(node = %lease.conn.node(), ?error, "an abandoned connection failed");
        }
        Err(_) => {
            tracing::warn!(node = %lease.conn.node(), "an abandoned connection is still busy: closing it");
            lease.conn.suspect_others();
            lease.conn.cancel().await;
        }
    }
}
