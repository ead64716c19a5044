//! Closing a pool while work is under way.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use tokio::time::{timeout, timeout_at};

use super::seat::Holder;
use super::{Phase, Pool, Shared, Who};
use crate::error::Result;

/// How long what was cancelled may take to end before its connection is closed.
const GRACE: Duration = Duration::from_secs(1);

/// A piece of work under way: a transaction with all its attempts, or a statement.
pub(crate) struct Running<'a>(&'a Shared);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, SeqCst) == 1 && self.0.phase() != Phase::Open {
            self.0.ended.notify_waiters();
        }
    }
}

/// What became of the work that was under way when a database was closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Closed {
    /// How many transactions and statements were under way when it began to close.
    pub running: usize,
    /// What was cut, since it had not ended by the deadline. All the rest had.
    pub cut: Vec<Cut>,
    /// How long it took.
    pub took: Duration,
}

impl Closed {
    /// Whether everything that was under way could end by itself.
    pub fn is_clean(&self) -> bool {
        self.cut.is_empty()
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "closed in {:.1} s, {} under way", self.took.as_secs_f64(), self.running)?;
        for (index, cut) in self.cut.iter().enumerate() {
            f.write_str(if index == 0 { ", cut: " } else { ", " })?;
            write!(f, "{cut}")?;
        }
        Ok(())
    }
}

/// Work that was cut when its database was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cut {
    /// What it was, such as ``transaction `transfer` ``.
    pub what: String,
    /// How long it had had its connection, or had been waiting for one to be made.
    pub held: Duration,
    /// The node that it ran on; nothing where it was still waiting for a connection to be made.
    pub node: Option<Arc<str>>,
    /// Whether it ended when the server was asked to cancel it; else its connection was closed.
    pub cancelled: bool,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match (&self.node, self.cancelled) {
            (None, _) => "it had no connection yet",
            (Some(_), true) => "cancelled",
            (Some(_), false) => "connection closed",
        };
        write!(f, "{} after {:.1} s ({how})", self.what, self.held.as_secs_f64())
    }
}

impl Pool {
    /// Says that a piece of work is under way, until what is returned goes.
    ///
    /// # Errors
    /// The pool is closing.
    pub(crate) fn begin(&self) -> Result<Running<'_>> {
        self.0.running.fetch_add(1, SeqCst);
        let running = Running(&self.0);
        // Looked at after it was counted: who closes sees the one or is seen.
        self.0.refuse_after(Phase::Open)?;
        Ok(running)
    }

    /// Lets nothing new in, waits until the deadline for what is under way, and cuts what is left.
    pub(crate) async fn close(&self, deadline: Duration) -> Closed {
        let began = Instant::now();
        let shared = &self.0;
        let running = shared.running.load(SeqCst);
        shared.enter(Phase::Closing);
        let until = tokio::time::Instant::now().checked_add(deadline);
        let ended = async {
            shared.work_has_ended().await;
            shared.connections_are_back().await;
        };
        let in_time = if let Some(until) = until {
            timeout_at(until, ended).await.is_ok()
        } else {
            ended.await;
            true
        };
        shared.close();
        let cut = if in_time { Vec::new() } else { shared.cut().await };
        let closed = Closed { running, cut, took: began.elapsed() };
        tracing::info!(%closed, "the database was closed");
        closed
    }
}

impl Shared {
    async fn work_has_ended(&self) {
        loop {
            let ended = self.ended.notified();
            if self.running.load(SeqCst) == 0 {
                return;
            }
            ended.await;
        }
    }

    /// What was abandoned is rolled back in the background. What the pool makes for itself is not waited for.
    async fn connections_are_back(&self) {
        let is_held = || self.state().held.iter().flatten().any(|holder| holder.who != Who::Pool);
        while is_held() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Asks the servers to cancel what runs, and closes the connections of what does not end soon.
    async fn cut(&self) -> Vec<Cut> {
        let holders: Vec<Holder> = self.state().held.iter().flatten().cloned().collect();
        let holders: Vec<_> = holders.into_iter().filter(|holder| holder.who != Who::Pool).collect();
        futures_util::future::join_all(
            holders.iter().filter_map(|holder| holder.conn.as_ref()).map(|conn| conn.cancel()),
        )
        .await;
        let ended = timeout(GRACE, self.connections_are_back()).await.is_ok();
        let left: Vec<_> = if ended {
            Vec::new()
        } else {
            self.state().held.iter().flatten().filter_map(|holder| holder.conn.clone()).collect()
        };
        for conn in &left {
            conn.kill();
        }
        let cut = holders.into_iter().map(|holder| {
            let conn = holder.conn;
            let killed = conn.as_ref().is_none_or(|conn| left.iter().any(|left| Arc::ptr_eq(left, conn)));
            Cut {
                what: holder.who.to_string(),
                held: holder.since.elapsed(),
                node: conn.map(|conn| conn.node().clone()),
                cancelled: !killed,
            }
        });
        let cut = cut.collect();
        drop(left);
        // Those whose connection was closed notice it now.
        let _ = timeout(GRACE, self.connections_are_back()).await;
        cut
    }
}
