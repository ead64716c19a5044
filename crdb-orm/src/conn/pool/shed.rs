//! Failing early when the queue stays long.
//!
//! When more work comes than the pool can do, a queue with one long limit makes everybody wait for that long, and most
//! in vain. Controlled delay (Nichols and Jacobson, "Controlling Queue Delay"; in the form for servers that Facebook
//! described in "Fail at Scale") looks at how long the quickest had to wait: a burst is short-lived and is waited out;
//! a queue that stays is cut, so that who gets a connection gets it soon.

use std::time::{Duration, Instant};

use tokio::time;

/// The part of the wait timeout that is allowed while the queue stays long.
const PART: u32 = 10;
/// What is allowed at least, unless the wait timeout is shorter.
const LEAST: Duration = Duration::from_millis(50);
/// A queue is long for long only after this time, however short the wait timeout is.
const PATIENCE: Duration = Duration::from_secs(5);

/// What no clock ends: a century.
const FOR_EVER: Duration = Duration::from_hours(100 * 365 * 24);

/// How long who comes may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) longest: Duration,
    /// That is less than usual.
    pub(super) shedding: bool,
}

impl Bound {
    /// When a wait that began at this moment ends: by the bound, which is returned then, or by the deadline where that one
    /// comes first.
    pub(super) fn or_deadline(
        bound: Option<Self>,
        deadline: Option<time::Instant>,
        began: time::Instant,
    ) -> (time::Instant, Option<Self>) {
        let allowed = bound.and_then(|bound| began.checked_add(bound.longest));
        match (allowed, deadline) {
            (Some(allowed), None) => (allowed, bound),
            (Some(allowed), Some(deadline)) if allowed < deadline => (allowed, bound),
            (_, Some(deadline)) => (deadline, None),
            (None, None) => (began + FOR_EVER, None),
        }
    }
}

/// How long callers may wait.
pub(super) struct Shed {
    full: Duration,
    /// What is allowed while the queue stays long.
    least: Duration,
    on: bool,
    /// When a wait was short last.
    short: Instant,
}

impl Shed {
    pub(super) fn new(full: Duration, on: bool) -> Self {
        let least = (full / PART).max(LEAST).min(full);
        Self { full, least, on, short: Instant::now() }
    }

    /// How long who comes now may wait.
    pub(super) fn allowed(&self, now: Instant) -> Bound {
        let patience = self.full.max(PATIENCE);
        let shedding = self.on && self.short.checked_add(patience).is_some_and(|until| until < now);
        Bound { longest: if shedding { self.least } else { self.full }, shedding }
    }

    /// Somebody who began to wait at one moment got a connection at another one, or found nobody waiting; a queue that has
    /// become half as long as it may is short again.
    pub(super) fn waited(&mut self, began: Instant, now: Instant) {
        if began.checked_add(self.least / 2).is_none_or(|until| now <= until) {
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
        let waited = |shed: &mut Shed, wait: Duration, now: Instant| {
            shed.waited(now.checked_sub(wait).expect("a clock that runs"), now);
        };
        waited(&mut shed, Duration::ZERO, start);
        // Waits become long; nothing changes as long as it may be a burst.
        for second in 1..=10 {
            waited(&mut shed, 4 * S, start + second * S);
            assert_eq!(shed.allowed(start + second * S), whole(10 * S));
        }
        waited(&mut shed, 4 * S, start + 11 * S);
        assert_eq!(shed.allowed(start + 11 * S), cut(S));
        // A wait that is as long as allowed now does not end it; a short one does.
        waited(&mut shed, S, start + 12 * S);
        assert_eq!(shed.allowed(start + 12 * S), cut(S));
        waited(&mut shed, S / 2, start + 13 * S);
        assert_eq!(shed.allowed(start + 13 * S), whole(10 * S));
    }

    #[test]
    fn a_short_wait_timeout_is_not_cut_at_once_nor_to_nothing() {
        let mut shed = Shed::new(S / 10, true);
        let start = Instant::now();
        shed.waited(start, start);
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
