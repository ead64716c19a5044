//! What went through a proxy.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::request::Request;

/// Counts of everything that went through.
#[derive(Default)]
pub(super) struct Counters {
    runs: Mutex<Vec<Arc<str>>>,
    prepares: Mutex<Vec<Arc<str>>>,
    accepted: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
    cancels: AtomicUsize,
    round_trips: AtomicUsize,
}

impl Counters {
    pub(super) fn request(&self, request: &Request) {
        lock(&self.runs).extend(request.runs.iter().cloned());
        lock(&self.prepares).extend(request.prepares.iter().cloned());
    }

    pub(super) fn round_trip(&self) {
        self.round_trips.fetch_add(1, SeqCst);
    }

    pub(super) fn cancel(&self) {
        self.cancels.fetch_add(1, SeqCst);
    }

    /// Counts a connection as open until the guard goes.
    pub(super) fn connection(self: &Arc<Self>) -> Open {
        self.accepted.fetch_add(1, SeqCst);
        let open = self.open.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(open, SeqCst);
        Open(self.clone())
    }

    pub(super) fn runs(&self) -> MutexGuard<'_, Vec<Arc<str>>> {
        lock(&self.runs)
    }

    pub(super) fn prepares(&self) -> MutexGuard<'_, Vec<Arc<str>>> {
        lock(&self.prepares)
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted.load(SeqCst)
    }

    pub(super) fn open(&self) -> usize {
        self.open.load(SeqCst)
    }

    pub(super) fn most(&self) -> usize {
        self.most.load(SeqCst)
    }

    pub(super) fn cancels(&self) -> usize {
        self.cancels.load(SeqCst)
    }

    pub(super) fn round_trips(&self) -> usize {
        self.round_trips.load(SeqCst)
    }

    pub(super) fn take_round_trips(&self) -> usize {
        self.round_trips.swap(0, SeqCst)
    }
}

/// An open connection.
pub(super) struct Open(Arc<Counters>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
