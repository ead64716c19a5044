//! Servers that have no room for one more connection.
//!
//! Who finds that out while others of the pool have a connection waits for one of theirs: asking the server again and
//! again would only make it busier, and the pool can do its work with fewer connections.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::seat::{Given, Seat, Wait};
use super::{Phase, Shared, Who, closed};
use crate::conn::client::Conn;
use crate::error::Result;

/// How often it is looked whether there is room now, more or less. Only the keeper asks the server.
const LOOK: Duration = Duration::from_millis(250);

impl Shared {
    /// Makes a connection; where there is no room for one more, waits in the queue for one that becomes free, or for room.
    /// New work waits as long as the pool's wait timeout. Where no other connection is, there is nothing to wait for.
    pub(super) async fn connect_or_wait(
        self: &Arc<Self>,
        mut seat: Seat,
        who: Who,
        last: Phase,
    ) -> Result<(Seat, Arc<Conn>)> {
        let began = Instant::now();
        loop {
            let is_late = last == Phase::Open && began.elapsed() >= self.options.wait_timeout;
            let may_wait = !is_late && self.has_connections();
            if !may_wait || !self.connector.nodes().are_full() {
                let (kept, made) = self.make(seat).await?;
                seat = kept;
                match made {
                    Err(error) if may_wait && error.sqlstate() == Some("53300") => {}
                    made => return made.map(|conn| (seat, Arc::new(conn))),
                }
            }
            let number = {
                let mut state = self.state();
                self.refuse_after(last)?;
                state.queue.join(who, last >= Phase::Closing, None, None)
            };
            let wait = Wait::at(self, number, Instant::now());
            // Those that came back before this stood in the queue. What may not be lent goes.
            let mut silent = Vec::new();
            while let Some(conn) = seat.next_idle() {
                if self.may_lend_now(&conn, &mut silent).await {
                    return Ok((seat, conn));
                }
            }
            let look = LOOK.mul_f64(0.5 + fastrand::f64());
            let pause = match last {
                Phase::Open => look.min(self.options.wait_timeout.saturating_sub(began.elapsed())),
                _ => look,
            };
            if let Ok(given) = timeout(pause, wait).await {
                let place = match given {
                    Given::Place(place) => place,
                    Given::Late => continue,
                    Given::Closed => return Err(closed()),
                };
                let origin = place.origin();
                let (given, conn) = Seat::at(self, place);
                // The one that was kept goes to who comes next.
                seat = given;
                if let Some(conn) = conn.filter(|conn| self.may_lend_at_once(conn, origin)) {
                    return Ok((seat, conn));
                }
            }
        }
    }

    /// Whether anybody has a connection that may become free.
    fn has_connections(&self) -> bool {
        let state = self.state();
        !state.idle.is_empty() || state.held.iter().flatten().any(|holder| holder.conn.is_some())
    }
}
