//! What must hold.

use std::time::Duration;

use super::record::Outcomes;
use super::work::Work;
use super::{diesel, ours, raw, sea, sqlx, toasty};

/// The four peers.
pub(super) const PEERS: [&str; 4] = [diesel::NAME, sqlx::NAME, sea::NAME, toasty::NAME];

/// One thing that was promised, and what came of it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) what: String,
    pub(super) at_most: f64,
    pub(super) is: f64,
}

impl Target {
    pub(super) fn holds(&self) -> bool {
        self.is <= self.at_most
    }
}

/// All that can be said about one piece of work.
pub(super) fn of(outcomes: &Outcomes) -> Vec<Target> {
    let mut all = Vec::new();
    let mut ratio = |to: &str, at_most: f64| {
        if let Some(ratio) = outcomes.ratio(ours::NAME, to) {
            let what = format!("{}: time to that of {to}", outcomes.work);
            all.push(Target { what, at_most, is: ratio.median });
        }
    };
    match outcomes.work {
        Work::Trivial(_) | Work::Medium(_) | Work::Find => ratio(raw::NAME, 1.05),
        Work::Insert(_) => {
            ratio(raw::REPREPARING, 0.75);
            ratio(raw::NAME, 1.10);
        }
        Work::Associations => ratio(raw::REPREPARING, 0.75),
        // At least 0.85 of its rows per second.
        Work::Bulk(_) => ratio(raw::NAME, 1.0 / 0.85),
        _ => {}
    }
    for peer in PEERS {
        ratio(peer, 1.05);
    }
    let ours = outcomes.times_of(ours::NAME);
    if let (Work::Reads(latency), Some(times)) = (outcomes.work, ours)
        && latency >= Duration::from_millis(5)
    {
        let median = super::record::Spread::of(times.rounds.iter().copied()).median;
        let is = median / (latency.as_secs_f64() * 1e9);
        all.push(Target { what: format!("{}: round trips", outcomes.work), at_most: 1.2, is });
    }
    if let (Work::Stream(_), Some(peak)) = (outcomes.work, ours.and_then(|times| times.peak_rss_bytes)) {
        let is = mebibytes(peak);
        all.push(Target {
            what: format!("{}: MiB above the idle process", outcomes.work),
            at_most: 16.0,
            is,
        });
    }
    all
}

#[allow(clippy::cast_precision_loss, reason = "memory is far below 2^53 bytes")]
pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
