//! Failing early when the queue stays long.
//!
//! When more work comes than the pool can do, a queue with one long limit makes everybody wait for that long, and most
//! in vain. Controlled delay (Nichols and Jacobson, "Controlling Queue Delay"; in the form for servers that Facebook
//! described in "Fail at Scale") looks at how long the quickest had to wait: a burst is short-lived and is waited out;
//! a queue that stays is cut, so that who gets a connection gets it soon.

use std::time::{Duration, Instant};

/// The part of the wait timeout that is allowed while the queue stays long.
const PART: u32 = 10;
/// What is allowed at least, unless the wait timeout is shorter.
const LEAST: Duration = Duration::from_millis(50);
/// A queue is long for long only after this time, however short the wait timeout is.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long who comes may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) longest: Duration,
    /// That is less than usual.
    pub(super) shedding: bool,
}

/// How long callers may wait.
pub(super) struct Shed {
    full: Duration,
    on: bool,
    /// When a wait was short last.
    short: Instant,
}

impl Shed {
    pub(super) fn new(full: Duration, on: bool) -> Self {
        Self { full, on, short: Instant::now() }
    }

    /// How long who comes now may wait.
    pub(super) fn allowed(&self, now: Instant) -> Bound {
        let shedding = self.on && now.saturating_duration_since(self.short) > self.full.max(PATIENCE);
        Bound { longest: if shedding { self.least() } else { self.full }, shedding }
    }

    fn least(&self) -> Duration {
        (self.full / PART).max(LEAST).min(self.full)
    }

    /// Somebody got a connection after waiting so long, or found nobody waiting; a queue that has become half as long
    /// as it may is short again.
    pub(super) fn waited(&mut self, wait: Duration, now: Instant) {
        if wait <= self.least() / 2 {
            self.short = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn whole(longest: Duration) -> Bound {
        Bound { longest, shedding: false }
    }

    fn cut(longest: Duration) -> Bound {
        Bound { longest, shedding: true }
    }

    #[test]
    fn a_burst_is_waited_out_and_a_queue_that_stays_is_cut() {
        let mut shed = Shed::new(10 * S, true);
        let start = Instant::now();
        shed.waited(Duration::ZERO, start);
        // Waits become long; nothing changes as long as it may be a burst.
        for second in 1..=10 {
            shed.waited(4 * S, start + second * S);
            assert_eq!(shed.allowed(start + second * S), whole(10 * S));
        }
        shed.waited(4 * S, start + 11 * S);
        assert_eq!(shed.allowed(start + 11 * S), cut(S));
        // A wait that is as long as allowed now does not end it; a short one does.
        shed.waited(S, start + 12 * S);
        assert_eq!(shed.allowed(start + 12 * S), cut(S));
        shed.waited(S / 2, start + 13 * S);
        assert_eq!(shed.allowed(start + 13 * S), whole(10 * S));
    }

    #[test]
    fn a_short_wait_timeout_is_not_cut_at_once_nor_to_nothing() {
        let mut shed = Shed::new(S / 10, true);
        let start = Instant::now();
        shed.waited(Duration::ZERO, start);
        assert_eq!(shed.allowed(start + 4 * S), whole(S / 10));
        assert_eq!(shed.allowed(start + 6 * S), cut(S / 20));
        assert_eq!(Shed::new(S / 100, true).allowed(start + 60 * S).longest, S / 100);
    }

    #[test]
    fn who_does_not_want_it_waits_in_full() {
        let shed = Shed::new(10 * S, false);
        assert_eq!(shed.allowed(Instant::now() + 60 * S), whole(10 * S));
    }
}
