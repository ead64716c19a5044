//! The life of a connection: how old it is, whether it may be used again, and how it ends.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::time::{Duration, Instant};

use super::{Conn, micros};
use crate::observe;

/// How long a closed connection may take to say good-bye to the server.
const GRACE: Duration = Duration::from_secs(2);
/// How long a cancel request may take.
const CANCEL: Duration = Duration::from_secs(1);

impl Conn {
    /// It is made, and one of those whose end is counted. One that is closed before, such as that to a standby which is passed
    /// over, never was.
    pub(in crate::conn) fn count(&mut self) {
        self.counted = true;
    }

    /// Whether it was told that it goes, or has gone.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Acquire)
    }

    /// Whether nothing can be sent any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Closes the socket at once. The server rolls back what was open.
    pub(crate) fn kill(&self) {
        self.killed.store(true, Release);
        self.cut();
    }

    /// The same for one that was idle and gave no sign of life: nothing on it can be in doubt.
    pub(in crate::conn) fn give_up(&self) {
        self.silent.store(true, Release);
        self.cut();
    }

    fn cut(&self) {
        self.drive.cut();
        self.abort.abort();
    }

    /// Why it is closed, when it is.
    fn cause(&self) -> &'static str {
        if self.killed.load(Acquire) || self.was_cancelled() {
            "in doubt"
        } else if self.is_closed() || self.is_leaving() || self.silent.load(Acquire) {
            "lost"
        } else if self.is_too_old(Instant::now()) {
            "too old"
        } else if self.is_left() {
            "node left"
        } else {
            "idle"
        }
    }

    /// Its age in microseconds.
    fn age(&self, now: Instant) -> u64 {
        micros(now.saturating_duration_since(self.created))
    }

    pub(in crate::conn) fn is_too_old(&self, now: Instant) -> bool {
        self.old_at.is_some_and(|at| at <= now)
    }

    /// For how many microseconds it has been idle. Of one that goes from hand to hand nothing is known.
    pub(in crate::conn) fn idle_for(&self, now: Instant) -> u64 {
        self.age(now).saturating_sub(self.returned.load(Relaxed))
    }

    /// It becomes idle.
    pub(in crate::conn) fn touch(&self, now: Instant) {
        self.returned.store(self.age(now), Relaxed);
    }

    /// Whether its node is not to be used any more.
    pub(in crate::conn) fn is_left(&self) -> bool {
        self.occupied.is_left()
    }

    /// Whether another connection to its node was lost since this one was used.
    pub(in crate::conn) fn is_suspect(&self) -> bool {
        self.endpoint().is_suspect_since(|| self.created + Duration::from_micros(self.returned.load(Relaxed)))
    }

    /// It has said nothing for too long: the others of its node are looked at before they are used.
    pub(in crate::conn) fn suspect_others(&self) {
        self.endpoint().suspect();
    }

    /// Whether its node has one connection too many; this one then counts as gone.
    pub(in crate::conn) fn is_surplus(&self) -> bool {
        self.endpoint().take_surplus()
    }

    /// Says that the time of its statement has passed; whether that is new. From now on nobody else gets it.
    pub(in crate::conn) fn expire(&self) -> bool {
        self.cancelled.store(true, Release);
        !self.expired.swap(true, AcqRel)
    }

    /// Whether its statement was ended since it had no answer at its deadline.
    pub(crate) fn has_expired(&self) -> bool {
        self.expired.load(Acquire)
    }

    /// Whether a cancel request was sent, which may hit whatever runs on it later.
    pub(in crate::conn) fn was_cancelled(&self) -> bool {
        self.cancelled.load(Acquire)
    }

    /// Asks the server to stop what runs. The request may hit a later statement, so the connection must not be
    /// used afterwards. CockroachDB knows it from 22.1 on.
    pub(crate) async fn cancel(&self) {
        self.cancelled.store(true, Release);
        let _ = tokio::time::timeout(CANCEL, self.canceller.send()).await;
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        if self.counted {
            observe::closed(self.node(), self.cause());
        }
        // The client goes right after this, which makes the task take leave of the server and end by itself;
        // it must not wait for ever for a server that does not answer.
        if let Some(mut task) = self.task.take() {
            drop(self.runtime.spawn(async move {
                if tokio::time::timeout(GRACE, &mut task).await.is_err() {
                    task.abort();
                }
            }));
        }
    }
}
