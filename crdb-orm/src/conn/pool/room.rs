//! Servers that have no room for one more connection.
//!
//! Who finds that out while others of the pool have a connection waits for one of theirs: asking the server again and
//! again would only make it busier, and the pool can do its work with fewer connections.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::seat::{Seat, Wait};
use super::{Phase, Shared, Who, closed};
use crate::conn::client::Conn;
use crate::error::{Error, Result};

/// How often a server is asked for room, more or less.
const ASK: Duration = Duration::from_secs(1);

/// Whether there is no room for one more connection.
pub(super) fn is_missing(error: &Error) -> bool {
    error.sqlstate() == Some("53300")
}

impl Shared {
    /// Waits in the queue for a connection that becomes free, or for room; new work as long as the pool's wait timeout.
    /// Where no other connection is, there is nothing to wait for. The seat is kept: whoever had it would not find
    /// room either.
    pub(super) async fn wait_for_room(
        self: &Arc<Self>,
        seat: &mut Seat,
        who: Who,
        last: Phase,
        mut error: Error,
    ) -> Result<Arc<Conn>> {
        let began = Instant::now();
        loop {
            let number = {
                let mut state = self.state();
                self.refuse_after(last)?;
                state.queue.join(who, last >= Phase::Closing)
            };
            let wait = Wait::at(self, number, Instant::now());
            // Those that came back before this stood in the queue. What may not be lent goes.
            while let Some(conn) = seat.next_idle() {
                if self.may_lend_at_once(&conn, Instant::now()) {
                    return Ok(conn);
                }
            }
            let ask = ASK.mul_f64(0.5 + fastrand::f64());
            let pause = match last {
                Phase::Open => ask.min(self.options.wait_timeout.saturating_sub(began.elapsed())),
                _ => ask,
            };
            if pause.is_zero() || !self.has_connections() {
                return Err(error);
            }
            if let Ok(served) = timeout(pause, wait).await {
                let (place, now) = served.ok_or_else(closed)?;
                let (given, conn) = Seat::at(self, place);
                // The one that was kept goes to who comes next.
                *seat = given;
                if let Some(conn) = conn.filter(|conn| self.may_lend_at_once(conn, now)) {
                    return Ok(conn);
                }
            }
            match self.unless_closed(self.connector.connect()).await? {
                Ok(conn) => return Ok(Arc::new(conn)),
                Err(other) if is_missing(&other) => error = other,
                Err(other) => return Err(other),
            }
        }
    }

    /// Whether anybody has a connection that may become free.
    fn has_connections(&self) -> bool {
        let state = self.state();
        !state.idle.is_empty() || state.held.iter().flatten().any(|holder| holder.conn.is_some())
    }
}
