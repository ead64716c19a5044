//! Which statements are struck, by what, and how often.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::fault::Fault;
use super::request::Request;

/// Statements that a fault waits for.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) mark: String,
    /// Where it is prepared, instead of where it runs.
    pub(super) prepared: bool,
    /// How many matches pass first.
    pub(super) skip: u64,
    /// How often it strikes.
    pub(super) times: u64,
    /// By chance only: with this probability, from this seed.
    pub(super) chance: Option<(f64, u64)>,
}

/// A fault and what it waits for.
pub(super) struct State {
    pattern: Pattern,
    pub(super) fault: Fault,
    random: Option<(f64, Mutex<fastrand::Rng>)>,
    matched: AtomicU64,
    struck: AtomicU64,
    released: watch::Sender<bool>,
    held: watch::Sender<usize>,
}

impl State {
    fn strikes(&self) -> bool {
        if self.matched.fetch_add(1, SeqCst) < self.pattern.skip || self.left() == 0 {
            return false;
        }
        match &self.random {
            Some((probability, random)) => lock(random).f64() < *probability,
            None => true,
        }
    }

    fn left(&self) -> u64 {
        self.pattern.times.saturating_sub(self.struck.load(SeqCst))
    }

    /// Waits until what is held back may go.
    pub(super) async fn released(&self) {
        // The sender lives as long as `self`.
        let _ = self.released.subscribe().wait_for(|released| *released).await;
    }
}

/// Something that is held back, until it has arrived or been lost.
pub(super) struct Held(Arc<State>);

impl Held {
    pub(super) fn by(rule: &Arc<State>) -> Self {
        rule.held.send_modify(|held| *held += 1);
        Self(rule.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.held.send_modify(|held| *held = held.saturating_sub(1));
    }
}

/// What strikes a request, and at which of its statements.
pub(super) struct Strike {
    pub(super) rule: Arc<State>,
    pub(super) statement: usize,
}

/// All rules of a proxy.
#[derive(Default)]
pub(super) struct Rules {
    all: Mutex<Vec<Arc<State>>>,
    struck: Mutex<BTreeMap<&'static str, u64>>,
}

impl Rules {
    pub(super) fn add(&self, pattern: Pattern, fault: Fault) -> Arc<State> {
        let random = pattern
            .chance
            .map(|(probability, seed)| (probability, Mutex::new(fastrand::Rng::with_seed(seed))));
        let state = Arc::new(State {
            pattern,
            fault,
            random,
            matched: AtomicU64::new(0),
            struck: AtomicU64::new(0),
            released: watch::Sender::new(false),
            held: watch::Sender::new(0),
        });
        lock(&self.all).push(state.clone());
        state
    }

    /// The first rule that strikes; every rule that the request matches counts it.
    pub(super) fn strike(&self, request: &Request) -> Option<Strike> {
        let mut all = lock(&self.all);
        let mut strike = None;
        for rule in all.iter() {
            let Some(statement) = request.find(&rule.pattern.mark, rule.pattern.prepared) else { continue };
            if strike.is_some() {
                // It is counted, and cannot strike any more.
                rule.matched.fetch_add(1, SeqCst);
            } else if rule.strikes() {
                strike = Some(Strike { rule: rule.clone(), statement });
            }
        }
        if let Some(Strike { rule, .. }) = &strike {
            rule.struck.fetch_add(1, SeqCst);
            *lock(&self.struck).entry(rule.fault.name()).or_default() += 1;
        }
        all.retain(|rule| rule.left() > 0);
        strike
    }

    /// The rules that have not struck as often as they shall, without those that have no end.
    pub(super) fn pending(&self) -> usize {
        lock(&self.all).iter().filter(|rule| rule.pattern.times != u64::MAX).count()
    }

    pub(super) fn clear(&self) {
        lock(&self.all).clear();
    }

    pub(super) fn remove(&self, rule: &Arc<State>) {
        lock(&self.all).retain(|other| !Arc::ptr_eq(other, rule));
    }

    pub(super) fn struck(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.struck).clone()
    }
}

/// A fault that was set, from [`On`](super::On): how often it has struck, and letting go what it holds back.
#[derive(Clone)]
pub struct Rule {
    pub(super) rules: Arc<Rules>,
    pub(super) state: Arc<State>,
}

impl Rule {
    /// How often it has struck.
    pub fn struck(&self) -> u64 {
        self.state.struck.load(SeqCst)
    }

    /// How many requests it holds back, or has released and are not answered yet.
    pub fn held(&self) -> usize {
        *self.state.held.borrow()
    }

    /// Waits until it has struck and holds back something, for [`Fault::HoldBack`] and [`Fault::ArriveLate`].
    pub async fn holds(&self) {
        let _ = self.state.held.subscribe().wait_for(|held| *held > 0).await;
    }

    /// Lets go what it holds back, and waits until the server has answered it (to nobody, if the client has gone). What
    /// it strikes later is not held back.
    pub async fn release(&self) {
        self.state.released.send_replace(true);
        let _ = self.state.held.subscribe().wait_for(|held| *held == 0).await;
    }

    /// Lets it strike no more. What it holds back stays held.
    pub fn remove(&self) {
        self.rules.remove(&self.state);
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("pattern", &self.state.pattern)
            .field("fault", &self.state.fault)
            .field("struck", &self.struck())
            .field("held", &self.held())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
