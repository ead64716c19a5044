//! Statements that take longer than they may.
//!
//! A server that says nothing, or whose answers are lost on the way, would keep who waits for ever: the network notices only
//! what it is told of. A timer for each statement would cost a part of every statement. So one task looks now and then at all
//! that are under way, and ends those whose time has passed: the server is asked to cancel, which it answers where it still
//! can, and then the connection is closed.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Phase, Shared, State, Who};
use crate::conn::client::Conn;

/// How often it looks: so much later than its time at most a statement is ended.
const LOOK: Duration = Duration::from_millis(250);
/// How long a server may take to answer that it has cancelled.
const GRACE: Duration = Duration::from_secs(1);

impl State {
    /// The connections whose time has passed. They are marked here, under the lock under which they are lent, so that
    /// nobody else gets one of them.
    fn overdue(&self, now: Instant) -> Vec<Arc<Conn>> {
        let is_over = |who: Who| matches!(who, Who::Statement(_, Some(until)) if until <= now);
        let held = self.held.iter().flatten().filter(|holder| is_over(holder.who) && !holder.abandoned);
        held.filter_map(|holder| holder.conn.as_ref()).filter(|conn| conn.expire()).cloned().collect()
    }
}

impl Shared {
    /// Ends statements whose time has passed, until the pool is closed.
    pub(super) async fn watch(shared: Weak<Self>) {
        loop {
            {
                let Some(shared) = shared.upgrade().filter(|shared| shared.phase() != Phase::Closed) else {
                    return;
                };
                let overdue = shared.state().overdue(Instant::now());
                for conn in overdue {
                    drop(tokio::spawn(end(conn)));
                }
            }
            sleep(LOOK).await;
        }
    }
}

async fn end(conn: Arc<Conn>) {
    tracing::warn!(node = %conn.node(), "a statement has no answer at its deadline: cancelling it");
    conn.cancel().await;
    let conn = {
        let left = Arc::downgrade(&conn);
        // Given back, it is closed, and nothing of it is left.
        drop(conn);
        sleep(GRACE).await;
        left
    };
    if let Some(conn) = conn.upgrade() {
        conn.kill();
    }
}
