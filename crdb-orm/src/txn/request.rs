//! A message to the server and its answer, as part of an attempt.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::attempt::{Attempt, Begin, Begun, Phase, State, Streaming};
use crate::conn::{Answer, Conn};
use crate::error::Driver;
use crate::exec::{BoxFuture, Label};

/// Whether a message may be sent before BEGIN has been answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Travel {
    /// Outside of a transaction it would change nothing, so it travels with BEGIN.
    WithBegin,
    /// It writes: had BEGIN failed, it would be committed by itself.
    AfterBegin,
    /// It only marks a place, and outside of a transaction it is an error: it travels with BEGIN, and what is
    /// deferred stays so. COMMIT does not wait for its answer: it would be refused if this failed.
    Mark,
}

/// Who sends a message, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender {
    pub(super) label: Label,
    pub(super) scope: u32,
    pub(super) travel: Travel,
    /// It is a deferred write: whoever made it waits for no answer.
    pub(super) deferred: bool,
}

/// Why a request has no answer.
pub(super) enum Halt {
    /// The attempt has ended; it was not sent.
    Ended,
    /// A savepoint of another handle is open; it was not sent.
    Scope,
    /// The rows of a stream are being read; it was not sent.
    Streaming,
    /// The driver reported an error, which is recorded.
    Failed(Driver),
}

/// One message to the server and its answer, as part of an attempt.
///
/// When it is dropped before its answer, a task awaits the answer in its stead.
pub(super) struct Request<O: Send + 'static> {
    attempt: Arc<Attempt>,
    sender: Sender,
    inner: Option<BoxFuture<'static, Result<O, Driver>>>,
    begin: Option<Begun>,
    stage: Stage,
    /// The stream that it opens.
    opens: Option<Streaming>,
    detached: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not known to the attempt yet.
    New,
    /// Counted as in flight; waits for BEGIN.
    Waiting,
    Sent,
}

impl<O: Send + 'static> Request<O> {
    pub(super) fn new(
        attempt: &Arc<Attempt>,
        sender: Sender,
        inner: BoxFuture<'static, Result<O, Driver>>,
    ) -> Self {
        Self {
            attempt: attempt.clone(),
            sender,
            inner: Some(inner),
            begin: None,
            stage: Stage::New,
            opens: None,
            detached: false,
        }
    }

    /// Sends it now and lets a task await its answer.
    pub(super) fn post(mut self, conn: &Conn) {
        if Pin::new(&mut self).poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            self.detached = true;
            drop(conn.runtime().spawn(async move {
                drop(self.await);
            }));
        }
    }

    /// Sends it now as the opening of a stream; what it returns is to be awaited by a task.
    ///
    /// # Errors
    /// It was not sent, or has failed already.
    pub(super) fn open(mut self, opens: Streaming) -> Result<Self, Halt> {
        self.opens = Some(opens);
        match Pin::new(&mut self).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Err(halt)) => Err(halt),
            // Its future has not ended before its rows are read: this one has been read.
            Poll::Ready(Ok(_)) => Err(Halt::Ended),
            Poll::Pending => {
                self.detached = true;
                Ok(self)
            }
        }
    }

    /// Whether it may go on, and with BEGIN on its way.
    fn admit(&mut self, state: &mut State) -> Result<(), Halt> {
        let begun = self.stage != Stage::New;
        let Some(conn) = state.conn.clone().filter(|_| match state.phase {
            Phase::Open => true,
            Phase::Closing => begun,
            Phase::Ended => false,
        }) else {
            return Err(Halt::Ended);
        };
        if begun {
            return Ok(());
        }
        // What marks a place is sent when a stream is over, or given up.
        if state.streaming.is_some() && self.sender.travel != Travel::Mark {
            return Err(Halt::Streaming);
        }
        if state.scope() != self.sender.scope {
            return Err(Halt::Scope);
        }
        if let Some(stream) = self.opens.take() {
            state.streaming = Some(stream);
        }
        self.begin = state.begin(&conn);
        if self.sender.travel == Travel::WithBegin && !state.deferred.is_empty() {
            // Writes go first, and they wait for BEGIN.
            self.sender.travel = Travel::AfterBegin;
        }
        self.stage = Stage::Waiting;
        state.in_flight += self.weight();
        Ok(())
    }

    /// What it counts for among the statements in flight.
    fn weight(&self) -> usize {
        usize::from(self.sender.travel != Travel::Mark)
    }

    fn advance(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
        posted: &mut Posted,
    ) -> Poll<Result<O, Halt>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(Err(Halt::Ended)) };
        if let Some(begin) = &mut self.begin {
            match Pin::new(begin).poll(cx) {
                Poll::Ready(Ok(())) => {
                    state.begin = Begin::Done;
                    self.begin = None;
                }
                Poll::Ready(Err(driver)) => return Poll::Ready(Err(Halt::Failed(driver))),
                Poll::Pending => {
                    if self.sender.travel != Travel::AfterBegin && self.stage == Stage::Waiting {
                        self.stage = Stage::Sent;
                        if let Poll::Ready(result) = inner.as_mut().poll(cx) {
                            return Poll::Ready(result.map_err(Halt::Failed));
                        }
                    }
                    // The answer to BEGIN comes first and is looked at first.
                    return Poll::Pending;
                }
            }
        }
        if self.stage == Stage::Waiting {
            // A savepoint may have been opened meanwhile, with which this would be undone.
            if state.scope() != self.sender.scope {
                return Poll::Ready(Err(Halt::Scope));
            }
            self.stage = Stage::Sent;
            if self.sender.travel != Travel::Mark {
                flush(&self.attempt, state, posted);
            }
        }
        inner.as_mut().poll(cx).map(|result| result.map_err(Halt::Failed))
    }
}

/// Deferred writes that were sent, whose answers nobody awaits yet.
///
/// A runtime that is ending drops what it is to run at once, and a request that is dropped looks at its attempt: so tasks
/// are made of them when the attempt is not locked.
#[derive(Default)]
struct Posted(Vec<Request<Answer>>);

impl Posted {
    /// Lets tasks await the answers. The attempt must not be locked.
    fn detach(self) {
        for request in self.0 {
            let conn = request.attempt.state().conn.clone();
            // An attempt that has ended meanwhile has no use for them.
            if let Some(conn) = conn {
                drop(conn.runtime().spawn(async move {
                    drop(request.await);
                }));
            }
        }
    }
}

/// Sends the deferred writes that are ready to be sent.
fn flush(attempt: &Arc<Attempt>, state: &mut State, posted: &mut Posted) {
    let Some(conn) = state.conn.clone() else { return };
    let deferred = std::mem::take(&mut state.deferred);
    for write in deferred {
        let sender =
            Sender { label: write.label(), scope: write.scope(), travel: Travel::AfterBegin, deferred: true };
        let mut inner: BoxFuture<'static, _> = match write.send(&conn) {
            Ok(future) => Box::pin(future),
            Err(write) => {
                state.deferred.push(*write);
                continue;
            }
        };
        state.in_flight += 1;
        // The first poll sends it.
        match inner.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                state.in_flight -= 1;
                if let Err(driver) = result {
                    state.record(&driver, sender);
                }
            }
            Poll::Pending => {
                posted.0.push(Request {
                    attempt: attempt.clone(),
                    sender,
                    inner: Some(inner),
                    begin: None,
                    stage: Stage::Sent,
                    opens: None,
                    detached: true,
                });
            }
        }
    }
}

impl<O: Send + 'static> Future for Request<O> {
    type Output = Result<O, Halt>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if this.inner.is_none() {
            return Poll::Ready(Err(Halt::Ended));
        }
        // Sending happens inside the first poll of `inner`. Polling under the lock makes "may it be sent?" and
        // "sent" one step, so nothing can be sent behind COMMIT or ROLLBACK, on a connection of somebody else.
        let attempt = this.attempt.clone();
        let mut state = attempt.state();
        if let Err(halt) = this.admit(&mut state) {
            drop(state);
            this.inner = None;
            return Poll::Ready(Err(halt));
        }
        let mut posted = Posted::default();
        let Poll::Ready(result) = this.advance(&mut state, cx, &mut posted) else {
            drop(state);
            posted.detach();
            return Poll::Pending;
        };
        state.in_flight -= this.weight();
        if let Err(Halt::Failed(driver)) = &result {
            state.record(driver, this.sender);
        }
        drop(state);
        posted.detach();
        this.inner = None;
        attempt.changed.notify_waiters();
        Poll::Ready(result)
    }
}

impl<O: Send + 'static> Drop for Request<O> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take().filter(|_| self.stage != Stage::New) else { return };
        let mut state = self.attempt.state();
        let Some(conn) = state.conn.clone() else { return };
        // A detached one is dropped only when its runtime is ending. One that waits for BEGIN was never sent; then
        // BEGIN alone is awaited.
        if self.detached {
            state.in_flight -= self.weight();
            drop(state);
            self.attempt.changed.notify_waiters();
            return;
        }
        let unsent = self.stage == Stage::Waiting;
        let begin = self.begin.take();
        drop(state);
        if unsent {
            drop(inner);
            let inner: BoxFuture<'static, Result<(), Driver>> = Box::pin(std::future::ready(Ok(())));
            detach(&self.attempt, self.sender, inner, begin, &conn);
        } else {
            detach(&self.attempt, self.sender, inner, begin, &conn);
        }
    }
}

fn detach<O: Send + 'static>(
    attempt: &Arc<Attempt>,
    sender: Sender,
    inner: BoxFuture<'static, Result<O, Driver>>,
    begin: Option<Begun>,
    conn: &Conn,
) {
    let request = Request {
        attempt: attempt.clone(),
        sender,
        inner: Some(inner),
        begin,
        stage: Stage::Sent,
        opens: None,
        detached: true,
    };
    drop(conn.runtime().spawn(async move {
        drop(request.await);
    }));
}
