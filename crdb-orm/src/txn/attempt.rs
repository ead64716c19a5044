//! One attempt of a transaction: what was sent, what was answered, and whether more may be sent.
//!
//! Every statement of a `Tx` passes through a [`Request`](super::request::Request), the one place where answers of
//! the driver are seen. It records them here whatever the closure does with its errors.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::Shared;
use tokio::sync::{Notify, watch};

use super::classify::{Outcome, Where, classify};
use super::deferred::{Deferred, explain, explain_deferred};
use super::request::{Sender, Travel};
use crate::conn::{Conn, is_stale};
use crate::error::{Driver, Error};
use crate::exec::{BoxFuture, Label};

/// What BEGIN answers; everything that waits for it shares it.
pub(super) type Begun = Shared<BoxFuture<'static, Result<(), Driver>>>;

/// A hook that runs after COMMIT.
pub(super) type Hook = Box<dyn FnOnce() + Send>;

/// Hooks with the scopes that they were registered in.
pub(super) type Hooks = Vec<(u32, Hook)>;

/// The scope of a transaction itself; savepoints are numbered from 1 on.
pub(super) const OUTERMOST: u32 = 0;

/// One attempt of a transaction.
pub(super) struct Attempt {
    number: u32,
    locks_reads: bool,
    pub(super) state: Mutex<State>,
    pub(super) changed: Notify,
}

pub(super) struct State {
    pub(super) phase: Phase,
    /// Gone when the attempt has ended, so that a forgotten clone of `Tx` keeps no connection open.
    pub(super) conn: Option<Arc<Conn>>,
    pub(super) begin: Begin,
    pub(super) in_flight: usize,
    /// The open savepoints, the innermost last.
    pub(super) scopes: Vec<u32>,
    /// The number that the latest savepoint got.
    pub(super) last_scope: u32,
    pub(super) deferred: Vec<Deferred>,
    /// The stream whose rows are being read: nothing else may be sent meanwhile, since its answer would come behind them.
    pub(super) streaming: Option<Streaming>,
    pub(super) hooks: Hooks,
    pub(super) rollback_only: bool,
    /// The first failure that is worth another attempt. A savepoint cannot mend it.
    transient: Option<Error>,
    /// The first failure of any other kind, for each scope that has one.
    failures: Vec<(u32, Error)>,
    /// The server said 25P02: some statement failed, perhaps one whose answer is still on its way.
    aborted: Option<Error>,
}

/// An open stream of rows. Dropped, it tells the stream that nobody reads it any longer.
pub(super) struct Streaming {
    pub(super) token: Arc<()>,
    pub(super) _open: watch::Sender<()>,
}

/// BEGIN is sent together with the first statement.
pub(super) enum Begin {
    NotSent(String),
    Sent(Begun),
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Statements may be sent.
    Open,
    /// No more statements; those that were sent may still be answered.
    Closing,
    /// COMMIT or ROLLBACK was sent.
    Ended,
}

/// What an attempt has come to.
pub(super) enum Verdict {
    /// No statement is known to have failed; COMMIT asks the server whether it agrees.
    Clean,
    /// Something failed that another attempt may not meet.
    Transient(Error),
    /// A statement failed.
    Failed(Error),
}

impl Attempt {
    /// An attempt that will begin with this text when it sends its first statement.
    pub(super) fn new(number: u32, conn: Arc<Conn>, begin: String) -> Self {
        Self::with(number, conn, Begin::NotSent(begin))
    }

    /// An attempt whose transaction is open already.
    pub(super) fn begun(number: u32, conn: Arc<Conn>) -> Self {
        Self::with(number, conn, Begin::Done)
    }

    fn with(number: u32, conn: Arc<Conn>, begin: Begin) -> Self {
        let state = State {
            phase: Phase::Open,
            conn: Some(conn),
            begin,
            in_flight: 0,
            scopes: Vec::new(),
            last_scope: OUTERMOST,
            deferred: Vec::new(),
            streaming: None,
            hooks: Vec::new(),
            rollback_only: false,
            transient: None,
            failures: Vec::new(),
            aborted: None,
        };
        Self { number, locks_reads: false, state: Mutex::new(state), changed: Notify::new() }
    }

    /// Whether reads by key lock their row.
    pub(super) fn locking_reads(self, locks_reads: bool) -> Self {
        Self { locks_reads, ..self }
    }

    pub(super) fn locks_reads(&self) -> bool {
        self.locks_reads
    }

    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The connection, while statements may be sent.
    pub(super) fn conn(&self) -> Option<Arc<Conn>> {
        let state = self.state();
        state.conn.clone().filter(|_| state.phase == Phase::Open)
    }

    /// Whether BEGIN was sent.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self.state().begin, Begin::NotSent(_))
    }

    /// Waits for the answer to BEGIN, which is sent if it was not yet. A failure is recorded.
    pub(super) async fn begin(&self) {
        let begun = {
            let mut state = self.state();
            let Some(conn) = state.conn.clone() else { return };
            state.begin(&conn)
        };
        let Some(begun) = begun else { return };
        let result = begun.await;
        let mut state = self.state();
        match result {
            Ok(()) => state.begin = Begin::Done,
            Err(driver) => {
                let label = Label { verb: "begin", table: None };
                let sender = Sender { label, scope: OUTERMOST, travel: Travel::Mark, deferred: false };
                state.record(&driver, sender);
            }
        }
    }

    /// Lets no more statements in.
    pub(super) fn close(&self) {
        let mut state = self.state();
        if state.phase == Phase::Open {
            state.phase = Phase::Closing;
        }
    }

    /// Ends it: from now on not even an answer is looked at.
    pub(super) fn end(&self) {
        let (conn, deferred, hooks) = {
            let mut state = self.state();
            state.phase = Phase::Ended;
            (state.conn.take(), std::mem::take(&mut state.deferred), std::mem::take(&mut state.hooks))
        };
        if let Some(conn) = &conn {
            // Who awaits one of its answers still may never be polled again. As long as it is kept, the task moves the
            // bytes of whatever follows on this connection, too.
            conn.share();
        }
        drop((conn, deferred, hooks));
        self.changed.notify_waiters();
    }

    /// Whether a savepoint was opened and has not ended.
    pub(super) fn has_open_scope(&self) -> bool {
        !self.state().scopes.is_empty()
    }

    pub(super) fn has_deferred(&self) -> bool {
        !self.state().deferred.is_empty()
    }

    pub(super) fn is_rollback_only(&self) -> bool {
        self.state().rollback_only
    }

    /// Waits until everything that was sent has been answered. A stream that somebody has kept open is given up.
    pub(super) async fn settled(&self) {
        let forgotten = self.state().streaming.take();
        drop(forgotten);
        loop {
            let changed = self.changed.notified();
            if self.state().in_flight == 0 {
                return;
            }
            changed.await;
        }
    }

    pub(super) fn is_settled(&self) -> bool {
        self.state().in_flight == 0
    }

    /// Waits until the first failure is known.
    pub(super) async fn first_failure(&self) -> Error {
        loop {
            let changed = self.changed.notified();
            if let Some(first) = self.state().failure() {
                return first.duplicate();
            }
            changed.await;
        }
    }

    /// Records a failure that never reached the server. That of a handle whose savepoint has ended counts where the
    /// transaction is now.
    pub(super) fn fail(&self, scope: u32, error: &Error) {
        let mut state = self.state();
        let scope = if state.is_open(scope) { scope } else { state.scope() };
        state.add_failure(scope, error);
    }

    pub(super) fn verdict(&self) -> Verdict {
        let state = self.state();
        if let Some(error) = &state.transient {
            Verdict::Transient(error.duplicate())
        } else if let Some((_, error)) = state.failures.first() {
            Verdict::Failed(error.duplicate())
        } else if let Some(error) = &state.aborted {
            // The server rolled back and it was never seen why.
            Verdict::Transient(error.duplicate())
        } else {
            Verdict::Clean
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The scope that may send: that of the innermost savepoint.
    pub(super) fn scope(&self) -> u32 {
        self.scopes.last().copied().unwrap_or(OUTERMOST)
    }

    /// Puts BEGIN before whatever is sent next, unless it is there already. What may only be sent after its answer
    /// waits for what this returns.
    pub(super) fn begin(&mut self, conn: &Arc<Conn>) -> Option<Begun> {
        match &mut self.begin {
            Begin::Done => None,
            Begin::Sent(begun) => Some(begun.clone()),
            Begin::NotSent(sql) => {
                let (conn, sql) = (conn.clone(), std::mem::take(sql));
                let begun = async move { conn.batch(&sql).await }.boxed().shared();
                self.begin = Begin::Sent(begun.clone());
                Some(begun)
            }
        }
    }

    /// The first failure of any kind.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.transient.as_ref().or_else(|| self.failures.first().map(|(_, error)| error))
    }

    /// The failure that no savepoint can mend.
    pub(super) fn transient(&self) -> Option<&Error> {
        self.transient.as_ref()
    }

    /// The first failure inside a scope.
    pub(super) fn failure_in(&self, scope: u32) -> Option<&Error> {
        self.failures.iter().find(|(inside, _)| *inside >= scope).map(|(_, error)| error)
    }

    /// Forgets what happened inside a scope, since it was rolled back.
    pub(super) fn forget(&mut self, scope: u32) {
        self.failures.retain(|(inside, _)| *inside < scope);
        self.aborted = None;
    }

    /// Whether what happens in a scope still counts: it has been neither undone nor given up.
    pub(super) fn is_open(&self, scope: u32) -> bool {
        scope == OUTERMOST || self.scopes.contains(&scope)
    }

    fn add_failure(&mut self, scope: u32, error: &Error) {
        if self.is_open(scope) && !self.failures.iter().any(|(inside, _)| *inside == scope) {
            self.failures.push((scope, error.duplicate()));
        }
    }

    pub(super) fn record(&mut self, driver: &Driver, sender: Sender) {
        let Sender { label, scope, deferred, .. } = sender;
        let Some(conn) = &self.conn else { return };
        let explain = if deferred { explain_deferred } else { explain };
        let error = explain(driver, conn.node(), label);
        // 25P02 is the echo of an earlier failure and must not hide it.
        if driver.code() == Some("25P02") {
            if self.is_open(scope) {
                self.aborted.get_or_insert(error);
            }
            return;
        }
        let stale = is_stale(driver);
        if stale {
            conn.forget_stale(driver);
        }
        let retry = stale || classify(driver, Where::BeforeCommit) == Outcome::NotCommitted { retry: true };
        if retry {
            self.transient.get_or_insert(error);
        } else {
            self.add_failure(scope, &error);
        }
    }
}
