//! Statements, and waits for a connection, that take longer than they may.
//!
//! A server that says nothing, or whose answers are lost on the way, would keep who waits for ever: the network notices only
//! what it is told of. A timer for each statement would cost a part of every statement, and so would one for each wait for a
//! connection. So one task looks now and then at all of them. It ends statements whose time has passed: the server is asked
//! to cancel, which it answers where it still can, and then the connection is closed. Who has waited long enough for a
//! connection is told so, where it waits on the same runtime: another one may be driven while this one is not. Everywhere
//! else, and where nobody has looked for a while, waits have timers.

use std::sync::{Arc, Weak};
use std::task::Waker;
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, Id};
use tokio::time::{self, sleep, sleep_until};

use super::seat::Given;
use super::{Phase, Shared, State, Who};
use crate::conn::client::Conn;

/// How often it looks: so much later than its time at most a statement is ended.
const LOOK: Duration = Duration::from_millis(250);
/// How much later than that it may look, and still counts as looking.
const LATE: Duration = Duration::from_millis(750);
/// How soon it looks again at the earliest: those whose waits end in between are told so much later.
const PAUSE: Duration = Duration::from_millis(5);
/// How long a server may take to answer that it has cancelled.
const GRACE: Duration = Duration::from_secs(1);

/// Whether somebody looks.
pub(super) struct Watched {
    /// When at the latest.
    next: time::Instant,
    /// From then on nobody does.
    ends: time::Instant,
    /// On which runtime.
    runtime: Option<Id>,
}

impl Watched {
    pub(super) fn not_yet() -> Self {
        let now = time::Instant::now();
        Self { next: now, ends: now, runtime: None }
    }

    fn from(now: time::Instant) -> Self {
        let next = now + LOOK;
        Self { next, ends: next + LATE, runtime: Some(Handle::current().id()) }
    }

    /// Whether who begins to wait now is told in time that the wait is over.
    pub(super) fn sees(&self, now: time::Instant, until: time::Instant) -> bool {
        now < self.ends && self.next <= until && self.runtime == Handle::try_current().ok().map(|it| it.id())
    }
}

/// What was seen.
struct Seen {
    overdue: Vec<Arc<Conn>>,
    /// Who has waited long enough.
    late: Vec<Waker>,
    /// When to look again.
    next: time::Instant,
}

impl State {
    fn look(&mut self) -> Seen {
        let now = time::Instant::now();
        self.watched = Watched::from(now);
        let (late, earliest) = self.queue.end(now, || Given::Late);
        let latest = self.watched.next;
        let next = earliest.map_or(latest, |earliest| earliest.max(now + PAUSE).min(latest));
        // Where a test has stopped the clock of the runtime, that of the server goes on.
        Seen { overdue: self.overdue(Instant::now()), late, next }
    }

    /// The connections whose time has passed. They are marked here, under the lock under which they are lent, so that
    /// nobody else gets one of them.
    fn overdue(&self, now: Instant) -> Vec<Arc<Conn>> {
        let is_over = |who: Who| matches!(who, Who::Statement(_, Some(until)) if until <= now);
        let held = self.held.iter().flatten().filter(|holder| is_over(holder.who) && !holder.abandoned);
        held.filter_map(|holder| holder.conn.as_ref()).filter(|conn| conn.expire()).cloned().collect()
    }
}

impl Shared {
    /// Ends what has taken too long, until the pool is closed.
    pub(super) async fn watch(shared: Weak<Self>) {
        let watching = Watching(shared);
        loop {
            let next = {
                let Some(shared) = watching.0.upgrade().filter(|shared| shared.phase() != Phase::Closed)
                else {
                    return;
                };
                let Seen { overdue, late, next } = shared.state().look();
                late.into_iter().for_each(Waker::wake);
                for conn in overdue {
                    drop(tokio::spawn(end(conn)));
                }
                next
            };
            sleep_until(next).await;
        }
    }
}

/// However it ends, nobody relies on it afterwards.
struct Watching(Weak<Shared>);

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.state().watched = Watched::not_yet();
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
