//! Taking a connection.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Timeout, timeout_at};
use tracing::instrument::Instrumented;
use tracing::{Instrument, Level};

use super::seat::{Given, Seat, Wait};
use super::shed::Bound;
use super::{Come, Phase, Pool, Shared, Who, closed};
use crate::conn::client::Conn;
use crate::conn::lease::Lease;
use crate::error::{Error, Result};
use crate::exec::BoxFuture;

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Ask {
    pub(super) who: Who,
    /// It is let in while the pool is in this phase, or an earlier one: new work while it is open, further attempts while it
    /// is closing.
    pub(super) last: Phase,
    pub(super) deadline: Option<Instant>,
    pub(super) began: Instant,
}

/// Lends an idle connection, or one that becomes free, or a new one.
///
/// It is a part of the future of every statement, and all of that lies in memory that has grown cold where many wait for long:
/// written by hand it is less than half of what layers of `async fn` make. What takes its time anyway is boxed.
#[must_use = "nothing is lent until it is awaited"]
pub(crate) struct Lend<'p> {
    pool: &'p Pool,
    ask: Ask,
    step: Step<'p>,
}

enum Step<'p> {
    /// Somebody may watch.
    Begins,
    Comes,
    /// It is told when it has waited long enough.
    Waits(Wait<'p>, Option<Bound>),
    /// It has to look at the clock itself.
    Timed(Pin<Box<Timeout<Wait<'p>>>>, Option<Bound>),
    /// A connection is asked for a sign of life, or made.
    Checks(BoxFuture<'p, Result<Lease>>),
    /// The same from its beginning, inside of a span.
    Traced(Pin<Box<Instrumented<Lend<'p>>>>),
    Ended,
}

impl<'p> Lend<'p> {
    pub(super) fn new(pool: &'p Pool, ask: Ask) -> Self {
        Self { pool, ask, step: Step::Begins }
    }

    /// Why it is late. It waits no more then, and is not counted among those who do.
    fn late(&mut self) -> Error {
        match std::mem::replace(&mut self.step, Step::Ended) {
            Step::Waits(_, Some(bound)) | Step::Timed(_, Some(bound)) => self.pool.waited(bound),
            _ => self.pool.late(),
        }
    }
}

impl Future for Lend<'_> {
    type Output = Result<Lease>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let shared = &this.pool.0;
        let lease = loop {
            let given = match &mut this.step {
                // Most of the time nobody watches.
                Step::Begins if tracing::enabled!(Level::DEBUG) => {
                    let lend = Lend { pool: this.pool, ask: this.ask, step: Step::Comes };
                    let lend = lend.instrument(tracing::debug_span!("acquire"));
                    this.step = Step::Traced(Box::pin(lend));
                    continue;
                }
                Step::Begins | Step::Comes => match shared.come(&this.ask, cx.waker()) {
                    Err(error) => break Err(error),
                    Ok(Come::Seated(place)) => Given::Place(place),
                    Ok(Come::Waits { number, until, bound, watched }) => {
                        let wait = Wait::at(shared, number, this.ask.began.into_std());
                        if watched {
                            this.step = Step::Waits(wait, bound);
                            // Its waker is in the queue, under the lock that was taken anyway.
                            return Poll::Pending;
                        }
                        this.step = Step::Timed(Box::pin(timeout_at(until, wait)), bound);
                        continue;
                    }
                },
                Step::Waits(wait, _) => ready!(Pin::new(wait).poll(cx)),
                Step::Timed(wait, _) => ready!(wait.as_mut().poll(cx)).unwrap_or(Given::Late),
                Step::Checks(lend) => break ready!(lend.as_mut().poll(cx)),
                // It was counted there.
                Step::Traced(lend) => return lend.as_mut().poll(cx),
                Step::Ended => return Poll::Ready(Err(closed())),
            };
            let place = match given {
                Given::Place(place) => place,
                Given::Late => break Err(this.late()),
                Given::Closed => break Err(closed()),
            };
            let origin = place.origin();
            let seated = match Seat::at(shared, place) {
                (seat, Some(conn)) if shared.may_lend_at_once(&conn, origin) => {
                    break Ok(Lease::new(conn, seat));
                }
                seated => seated,
            };
            this.step = Step::Checks(Box::pin(checked(this.pool, this.ask, seated)));
        };
        this.step = Step::Ended;
        if cfg!(feature = "metrics") {
            shared.numbers.acquired(this.ask.began.elapsed(), lease.as_ref().err());
            shared.observe();
        }
        Poll::Ready(lease)
    }
}

/// Lends an idle connection that may be used, or makes one, until the deadline.
async fn checked(pool: &Pool, ask: Ask, seated: (Seat, Option<Arc<Conn>>)) -> Result<Lease> {
    let lend = find(&pool.0, ask, seated);
    match ask.deadline {
        None => lend.await,
        Some(deadline) => timeout_at(deadline, lend).await.unwrap_or_else(|_| Err(pool.late())),
    }
}

async fn find(
    shared: &Arc<Shared>,
    Ask { who, last, .. }: Ask,
    (mut seat, mut idle): (Seat, Option<Arc<Conn>>),
) -> Result<Lease> {
    let mut silent = Vec::new();
    while let Some(conn) = idle {
        if shared.may_lend_now(&conn, &mut silent).await {
            return Ok(Lease::new(conn, seat));
        }
        idle = seat.next_idle();
    }
    shared.keep();
    let (mut seat, conn) = Box::pin(shared.connect_or_wait(seat, who, last)).await?;
    shared.refuse_after(last)?;
    seat.put(conn.clone());
    Ok(Lease::new(conn, seat))
}
