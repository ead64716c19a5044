//! Counts of what transactions did.

use std::collections::BTreeMap;
#[cfg(feature = "testing")]
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use super::limit::{Contention, Limits};

/// What the transactions of a database have done since it was connected. Single statements are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TxnStats {
    /// Transactions that were begun by a caller, each counted once.
    pub transactions: u64,
    /// Attempts, the first of each transaction included.
    pub attempts: u64,
    /// Transactions that were committed.
    pub commits: u64,
    /// Transactions under a key that returned the result of an earlier commit.
    pub replays: u64,
    /// Attempts that were rolled back.
    pub rollbacks: u64,
    /// Transactions whose outcome is not known.
    pub unknown: u64,
    /// Retries by cause, the most frequent first.
    pub retries: Vec<(String, u64)>,
    /// How much the attempts of each transaction conflict, by name: see [`Database::contention`](crate::Database::contention).
    pub contention: Vec<Contention>,
}

#[derive(Default)]
pub(crate) struct Counters {
    transactions: AtomicU64,
    attempts: AtomicU64,
    commits: AtomicU64,
    replays: AtomicU64,
    rollbacks: AtomicU64,
    unknown: AtomicU64,
    retries: Mutex<BTreeMap<&'static str, u64>>,
    /// How many attempts of each transaction fail at their end, for tests.
    #[cfg(feature = "testing")]
    forced: AtomicU32,
}

impl Counters {
    /// Sets how many attempts of each transaction fail at their end; returns how many it were before.
    #[cfg(feature = "testing")]
    pub(crate) fn force(&self, attempts: u32) -> u32 {
        self.forced.swap(attempts, Relaxed)
    }

    /// How many attempts of each transaction fail at their end.
    #[cfg(feature = "testing")]
    pub(crate) fn forced(&self) -> u32 {
        self.forced.load(Relaxed)
    }

    /// How many attempts of each transaction fail at their end.
    #[cfg(not(feature = "testing"))]
    #[allow(clippy::unused_self, reason = "tests ask something else")]
    pub(crate) const fn forced(&self) -> u32 {
        0
    }

    pub(super) fn transaction(&self) {
        self.transactions.fetch_add(1, Relaxed);
    }

    pub(super) fn attempt(&self) {
        self.attempts.fetch_add(1, Relaxed);
    }

    pub(super) fn commit(&self) {
        self.commits.fetch_add(1, Relaxed);
    }

    pub(super) fn rollback(&self) {
        self.rollbacks.fetch_add(1, Relaxed);
    }

    pub(super) fn unknown(&self) {
        self.unknown.fetch_add(1, Relaxed);
    }

    /// Some of those were found out under a key.
    pub(super) fn known(&self, commits: u64) {
        let less = |unknown: u64| Some(unknown.saturating_sub(commits));
        let _ = self.unknown.fetch_update(Relaxed, Relaxed, less);
    }

    pub(super) fn replay(&self) {
        self.replays.fetch_add(1, Relaxed);
    }

    pub(super) fn retry(&self, cause: &'static str) {
        *self.retries.lock().unwrap_or_else(PoisonError::into_inner).entry(cause).or_default() += 1;
    }

    pub(crate) fn snapshot(&self, limits: &Limits) -> TxnStats {
        let mut retries: Vec<(String, u64)> = self
            .retries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(cause, count)| ((*cause).to_owned(), *count))
            .collect();
        retries.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        TxnStats {
            transactions: self.transactions.load(Relaxed),
            attempts: self.attempts.load(Relaxed),
            commits: self.commits.load(Relaxed),
            replays: self.replays.load(Relaxed),
            rollbacks: self.rollbacks.load(Relaxed),
            unknown: self.unknown.load(Relaxed),
            retries,
            contention: limits.snapshot(),
        }
    }
}
