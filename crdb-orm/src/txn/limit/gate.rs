//! The gate that the attempts of one transaction go through.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::control::Control;
use super::state::Contention;
use crate::observe;

/// Lets attempts of one transaction in.
pub(in crate::txn) struct Gate {
    /// The name of the transaction.
    name: &'static str,
    /// Whether there is a limit: all that an attempt looks at when there is none. In one order with `running`, so that
    /// who leaves sees whoever found no room.
    limited: AtomicBool,
    running: AtomicU32,
    /// Attempts that ended well since the last conflict, while there was no limit.
    quiet: AtomicU32,
    conflicts: AtomicU64,
    waits: AtomicU64,
    waited_us: AtomicU64,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    control: Control,
    /// Attempts that failed before: they go first.
    again: VecDeque<oneshot::Sender<Permit>>,
    new: VecDeque<oneshot::Sender<Permit>>,
}

impl Queue {
    fn len(&self) -> usize {
        self.again.len() + self.new.len()
    }

    fn next(&mut self) -> Option<oneshot::Sender<Permit>> {
        self.again.pop_front().or_else(|| self.new.pop_front())
    }
}

/// The right to run one attempt; given back when it is dropped.
pub(in crate::txn) struct Permit {
    gate: Arc<Gate>,
    conflict: Option<bool>,
    /// It was meant for somebody who has gone, and nobody else is to be let in for it.
    void: bool,
}

impl Permit {
    /// The attempt ended, in a serialization failure or not.
    pub(in crate::txn) fn ended(mut self, conflict: bool) {
        self.conflict = Some(conflict);
    }

    /// The attempt ended in a serialization failure, and another one follows at once, under the same permit.
    pub(in crate::txn) fn conflicted(&self) {
        self.gate.conflicted();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.void {
            self.gate.running.fetch_sub(1, SeqCst);
        } else {
            self.gate.leave(self.conflict);
        }
    }
}

/// A wait that is counted, and told of when it ends, however that is.
struct Waiting<'g> {
    gate: &'g Gate,
    began: Instant,
}

impl<'g> Waiting<'g> {
    fn at(gate: &'g Gate) -> Self {
        gate.waits.fetch_add(1, Relaxed);
        Self { gate, began: Instant::now() }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let waited = self.began.elapsed();
        let micros = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
        self.gate.waited_us.fetch_add(micros, Relaxed);
        observe::contended(self.gate.name, waited);
    }
}

impl Gate {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            limited: AtomicBool::default(),
            running: AtomicU32::default(),
            quiet: AtomicU32::default(),
            conflicts: AtomicU64::default(),
            waits: AtomicU64::default(),
            waited_us: AtomicU64::default(),
            queue: Mutex::default(),
        }
    }

    /// Waits for its turn; `None` when the deadline comes first.
    pub(in crate::txn) async fn enter(self: &Arc<Self>, again: bool, deadline: Instant) -> Option<Permit> {
        if !self.limited.load(SeqCst) {
            self.running.fetch_add(1, SeqCst);
            return Some(Permit { gate: self.clone(), conflict: None, void: false });
        }
        let turn = {
            let mut queue = self.queue();
            let room = queue.control.limit().is_none_or(|limit| self.running.load(SeqCst) < limit);
            // Who failed before goes first, so it need not look at those that are new.
            if room && queue.again.is_empty() && (again || queue.new.is_empty()) {
                self.running.fetch_add(1, SeqCst);
                return Some(Permit { gate: self.clone(), conflict: None, void: false });
            }
            let (sender, turn) = oneshot::channel();
            if again {
                queue.again.push_back(sender);
            } else {
                queue.new.push_back(sender);
            }
            turn
        };
        // Some may have left, or the limit have gone, before it stood in the queue.
        self.let_in();
        let _waiting = Waiting::at(self);
        let permit = timeout_at(deadline, turn).await;
        // A gate is never dropped with somebody in its queue, so the sender answers.
        permit.ok().and_then(Result::ok)
    }

    /// How many may run at once.
    pub(in crate::txn) fn limit(&self) -> Option<u32> {
        self.queue().control.limit()
    }

    /// Whether attempts wait for each other here, and need not sleep for it.
    pub(in crate::txn) fn is_limited(&self) -> bool {
        self.limited.load(SeqCst)
    }

    fn leave(self: &Arc<Self>, conflict: Option<bool>) {
        let running = self.running.fetch_sub(1, SeqCst);
        let limited = self.limited.load(SeqCst);
        match conflict {
            Some(false) if !limited => {
                self.quiet.fetch_add(1, Relaxed);
                return;
            }
            Some(conflict) => self.note(conflict, running),
            None => {}
        }
        if limited {
            self.let_in();
        }
    }

    fn conflicted(&self) {
        self.note(true, self.running.load(SeqCst));
    }

    fn note(&self, conflict: bool, running: u32) {
        let mut queue = self.queue();
        let waiting = queue.len();
        for _ in 0..self.quiet.swap(0, Relaxed) {
            queue.control.ended(false, running, waiting);
        }
        if conflict {
            self.conflicts.fetch_add(1, Relaxed);
        }
        queue.control.ended(conflict, running, waiting);
        self.limited.store(queue.control.limit().is_some() || waiting > 0, SeqCst);
    }

    /// Lets in as many as there is room for.
    fn let_in(self: &Arc<Self>) {
        loop {
            let sender = {
                let mut queue = self.queue();
                let room = queue.control.limit().is_none_or(|limit| self.running.load(SeqCst) < limit);
                if !room {
                    return;
                }
                let Some(sender) = queue.next() else {
                    self.limited.store(queue.control.limit().is_some(), SeqCst);
                    return;
                };
                self.running.fetch_add(1, SeqCst);
                sender
            };
            // Outside of the lock. Where somebody has gone, the next one is looked for here.
            if let Err(mut permit) = sender.send(Permit { gate: self.clone(), conflict: None, void: false }) {
                permit.void = true;
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn snapshot(&self) -> Contention {
        let queue = self.queue();
        let waiting = queue.again.iter().chain(&queue.new).filter(|waiter| !waiter.is_closed()).count();
        Contention {
            name: self.name,
            limit: queue.control.limit(),
            running: self.running.load(SeqCst),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            conflicts: self.conflicts.load(Relaxed),
            waits: self.waits.load(Relaxed),
            waited: Duration::from_micros(self.waited_us.load(Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    /// A gate that lets so many in.
    async fn limited_to(limit: u32) -> Arc<Gate> {
        let gate = Arc::new(Gate::new("t"));
        while gate.limit() != Some(limit) {
            let permit = gate.enter(false, far()).await.expect("a permit");
            let more = gate.limit().is_some_and(|now| now < limit);
            permit.ended(!more);
        }
        gate
    }

    async fn yielded() {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_conflicts_everybody_gets_in() {
        let gate = Arc::new(Gate::new("t"));
        let mut permits = Vec::new();
        for _ in 0..1000 {
            permits.push(gate.enter(false, far()).await.expect("a permit"));
        }
        assert_eq!(gate.snapshot().running, 1000);
        for permit in permits {
            permit.ended(false);
        }
        assert_eq!((gate.snapshot().running, gate.limit()), (0, None));
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_limit_run_and_each_gets_its_turn_in_order_retries_first() {
        let gate = limited_to(1).await;
        let first = gate.enter(false, far()).await.expect("a permit");
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for (name, again) in [("new 1", false), ("new 2", false), ("again 1", true), ("again 2", true)] {
            let (gate, order) = (gate.clone(), order.clone());
            tasks.push(tokio::spawn(async move {
                let permit = gate.enter(again, far()).await.expect("a permit");
                order.lock().expect("the order").push(name);
                tokio::task::yield_now().await;
                drop(permit);
            }));
            yielded().await;
        }
        assert_eq!((gate.snapshot().waiting, gate.snapshot().running), (4, 1));
        drop(first);
        for task in tasks {
            task.await.expect("a turn");
        }
        assert_eq!(*order.lock().expect("the order"), ["again 1", "again 2", "new 1", "new 2"]);
        assert_eq!((gate.snapshot().running, gate.snapshot().waits), (0, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_ends_the_wait_and_the_turn_goes_to_the_next() {
        let gate = limited_to(1).await;
        let first = gate.enter(false, far()).await.expect("a permit");
        let hasty = gate.enter(false, Instant::now() + Duration::from_millis(10)).await;
        assert!(hasty.is_none());
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter(false, far()).await.is_some() }
        });
        yielded().await;
        drop(first);
        assert!(waiting.await.expect("a task"));
        assert_eq!(gate.snapshot().running, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiter_that_is_dropped_swallows_no_permit_at_whatever_moment() {
        let gate = limited_to(2).await;
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..2000 {
            let held: Vec<_> = [gate.enter(false, far()).await, gate.enter(true, far()).await].into();
            let mut waiting: Vec<_> = (0..4).map(|n| Box::pin(gate.enter(n % 2 == 0, far()))).collect();
            for future in &mut waiting {
                for _ in 0..random.u32(0..2) {
                    let _ = futures_util::poll!(future.as_mut());
                }
            }
            let mut held = held;
            held.truncate(random.usize(0..2));
            random.shuffle(&mut waiting);
            waiting.truncate(random.usize(0..4));
            drop(held);
            drop(waiting);
            let state = gate.snapshot();
            assert_eq!((state.running, state.waiting), (0, 0));
        }
    }
}
