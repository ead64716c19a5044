//! One attempt of a transaction: what was sent, what was answered, and whether more may be sent.
//!
//! Every statement of a `Tx` passes through a [`Request`], the one place where answers of the driver are seen.
//! It records them whatever the closure does with its errors, and even when the closure drops the future of a
//! statement: then a task awaits the answer in its stead.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::Notify;

use super::classify::{Outcome, Where, classify};
use crate::conn::{Conn, is_stale};
use crate::error::{Driver, Error};
use crate::exec::{BoxFuture, Label};

/// One attempt of a transaction.
pub(super) struct Attempt {
    number: u32,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    phase: Phase,
    /// Gone when the attempt has ended, so that a forgotten clone of `Tx` keeps no connection open.
    conn: Option<Arc<Conn>>,
    in_flight: usize,
    /// The first failure that is worth another attempt.
    transient: Option<Error>,
    /// The first failure of any kind.
    first: Option<Error>,
    /// The server said 25P02: some statement failed, perhaps one whose answer is still on its way.
    aborted: Option<Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
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

/// Why a request has no answer.
pub(super) enum Halt {
    /// The attempt has ended; it was not sent.
    Ended,
    /// The driver reported an error, which is recorded.
    Failed(Driver),
}

impl Attempt {
    pub(super) fn new(number: u32, conn: Arc<Conn>) -> Self {
        let state = State {
            phase: Phase::Open,
            conn: Some(conn),
            in_flight: 0,
            transient: None,
            first: None,
            aborted: None,
        };
        Self { number, state: Mutex::new(state), changed: Notify::new() }
    }

    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The connection, while statements may be sent.
    pub(super) fn conn(&self) -> Option<Arc<Conn>> {
        let state = self.state();
        state.conn.clone().filter(|_| state.phase == Phase::Open)
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
        let conn = {
            let mut state = self.state();
            state.phase = Phase::Ended;
            state.conn.take()
        };
        drop(conn);
        self.changed.notify_waiters();
    }

    /// Waits until everything that was sent has been answered.
    pub(super) async fn settled(&self) {
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
            if let Some(first) = &self.state().first {
                return first.duplicate();
            }
            changed.await;
        }
    }

    /// Records a failure that never reached the server.
    pub(super) fn fail(&self, error: &Error) {
        let mut state = self.state();
        if state.first.is_none() {
            state.first = Some(error.duplicate());
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        let state = self.state();
        if let Some(error) = &state.transient {
            Verdict::Transient(error.duplicate())
        } else if let Some(error) = &state.first {
            Verdict::Failed(error.duplicate())
        } else if let Some(error) = &state.aborted {
            // The server rolled back and it was never seen why.
            Verdict::Transient(error.duplicate())
        } else {
            Verdict::Clean
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn record(&mut self, driver: &Driver, label: Label) {
        let Some(conn) = &self.conn else { return };
        let error = Error::driver(driver, conn.node()).with_label(label);
        // 25P02 is the echo of an earlier failure and must not hide it.
        if driver.code() == Some("25P02") {
            self.aborted.get_or_insert(error);
            return;
        }
        let stale = is_stale(driver);
        if stale {
            conn.forget_statements();
        }
        let retry =
            stale || classify(driver.code(), Where::BeforeCommit) == Outcome::NotCommitted { retry: true };
        if retry && self.transient.is_none() {
            self.transient = Some(error.duplicate());
        }
        self.first.get_or_insert(error);
    }
}

/// One message to the server and its answer, as part of an attempt.
pub(super) struct Request<O: Send + 'static> {
    attempt: Arc<Attempt>,
    label: Label,
    inner: Option<BoxFuture<'static, Result<O, Driver>>>,
    begun: bool,
    detached: bool,
}

impl<O: Send + 'static> Request<O> {
    pub(super) fn new(
        attempt: &Arc<Attempt>,
        label: Label,
        inner: impl Future<Output = Result<O, Driver>> + Send + 'static,
    ) -> Self {
        Self { attempt: attempt.clone(), label, inner: Some(Box::pin(inner)), begun: false, detached: false }
    }
}

impl<O: Send + 'static> Future for Request<O> {
    type Output = Result<O, Halt>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Some(inner) = &mut this.inner else { return Poll::Ready(Err(Halt::Ended)) };
        // Sending happens inside the first poll of `inner`. Polling under the lock makes "may it be sent?" and
        // "sent" one step, so nothing can be sent behind COMMIT or ROLLBACK, on a connection of somebody else.
        let mut state = this.attempt.state();
        let allowed = match state.phase {
            Phase::Open => true,
            Phase::Closing => this.begun,
            Phase::Ended => false,
        };
        if !allowed {
            drop(state);
            this.inner = None;
            return Poll::Ready(Err(Halt::Ended));
        }
        if !this.begun {
            this.begun = true;
            state.in_flight += 1;
        }
        let result = match inner.as_mut().poll(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(result) => result,
        };
        state.in_flight -= 1;
        if let Err(driver) = &result {
            state.record(driver, this.label);
        }
        drop(state);
        this.inner = None;
        this.attempt.changed.notify_waiters();
        Poll::Ready(result.map_err(Halt::Failed))
    }
}

impl<O: Send + 'static> Drop for Request<O> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take().filter(|_| self.begun) else { return };
        let mut state = self.attempt.state();
        let Some(conn) = state.conn.clone() else { return };
        if self.detached {
            // Only when its runtime is ending.
            state.in_flight -= 1;
            drop(state);
            self.attempt.changed.notify_waiters();
            return;
        }
        drop(state);
        let request = Self {
            attempt: self.attempt.clone(),
            label: self.label,
            inner: Some(inner),
            begun: true,
            detached: true,
        };
        drop(conn.runtime().spawn(async move {
            drop(request.await);
        }));
    }
}
