//! The right to have a connection.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::{Phase, Shared, State, Who};
use crate::conn::client::Conn;

/// Who has a connection.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) who: Who,
    pub(super) since: Instant,
    /// Nothing while it is being made.
    pub(super) conn: Option<Arc<Conn>>,
    /// Nobody waits for what it is used for any more.
    pub(super) abandoned: bool,
}

impl Holder {
    fn has(&self, conn: &Arc<Conn>) -> bool {
        self.conn.as_ref().is_some_and(|held| Arc::ptr_eq(held, conn))
    }
}

/// A place among those who have a connection, and the idle connection for it, if there is one.
pub(super) struct Place {
    index: usize,
    conn: Option<Arc<Conn>>,
    /// When it was taken, or given.
    since: Instant,
    /// Whether somebody gave it who had the connection until then.
    handed: bool,
}

/// Where the connection of a place comes from, and when.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// It was idle until now.
    Idle(Instant),
    /// Somebody has used it until then.
    Hand(Instant),
}

impl Place {
    pub(super) fn origin(&self) -> Origin {
        if self.handed { Origin::Hand(self.since) } else { Origin::Idle(self.since) }
    }
}

/// What becomes of who waits.
pub(super) enum Given {
    Place(Place),
    /// It has waited long enough.
    Late,
    /// The pool is closed.
    Closed,
}

/// One of the connections that there may be. However it ends, the counts are right; a connection that is not given back
/// by [`give_back`](Self::give_back) is no longer the pool's.
pub(in crate::conn) struct Seat {
    shared: Arc<Shared>,
    index: usize,
    /// What goes back to the pool.
    back: Option<(Arc<Conn>, Instant)>,
}

/// A seat that somebody else sits on.
pub(crate) struct Mark {
    shared: Arc<Shared>,
    index: usize,
}

impl Mark {
    /// Nobody waits any more for what its connection is used for. The seat must be taken still.
    pub(crate) fn abandon(&self) {
        if let Some(holder) = &mut self.shared.state().held[self.index] {
            holder.abandoned = true;
        }
        self.shared.observe();
    }
}

/// Waiting in the queue. Dropped, it leaves the queue, and what it was given meanwhile is given on.
pub(super) struct Wait<'a> {
    shared: &'a Arc<Shared>,
    number: Option<usize>,
    began: Instant,
}

impl State {
    /// Takes a seat for who came now, if there is one, and the idle connection that was used last.
    pub(super) fn sit(&mut self, who: Who, now: Instant) -> Option<Place> {
        self.free_seats = self.free_seats.checked_sub(1)?;
        let conn = self.idle.pop();
        if conn.is_none() {
            self.size += 1;
        }
        Some(Place { index: self.hold(who, now, conn.clone()), conn, since: now, handed: false })
    }

    /// Takes a seat for a connection that is made without being asked for, where there is room for one more.
    fn sit_apart(&mut self, max_size: usize) -> Option<usize> {
        if self.free_seats == 0 || self.size >= max_size {
            return None;
        }
        self.free_seats -= 1;
        self.size += 1;
        Some(self.hold(Who::Pool, Instant::now(), None))
    }

    /// Notes who has a connection; says where.
    fn hold(&mut self, who: Who, since: Instant, conn: Option<Arc<Conn>>) -> usize {
        let holder = Some(Holder { who, since, conn, abandoned: false });
        if let Some(free) = self.unheld.pop() {
            self.held[free] = holder;
            free
        } else {
            self.held.push(holder);
            self.held.len() - 1
        }
    }

    /// Leaves a seat, and a connection with it unless it is closed. Who waits first gets both at once. What is returned
    /// goes, and is woken, when nothing is locked.
    fn leave(&mut self, index: usize, back: Option<(Arc<Conn>, Instant)>) -> (Option<Holder>, Option<Waker>) {
        let Some(who) = self.queue.first() else {
            self.free_seats += 1;
            self.unheld.push(index);
            match back {
                Some((conn, now)) => {
                    conn.touch(now);
                    self.idle.push(conn);
                }
                None => self.size -= 1,
            }
            return (self.held[index].take(), None);
        };
        let (conn, since) = match back {
            Some((conn, now)) => (Some(conn), now),
            None => (None, Instant::now()),
        };
        let before = match &mut self.held[index] {
            // Mostly the same connection: who has it is all that changes.
            Some(holder) if conn.as_ref().is_some_and(|conn| holder.has(conn)) => {
                (holder.who, holder.since, holder.abandoned) = (who, since, false);
                None
            }
            held => held.replace(Holder { who, since, conn: conn.clone(), abandoned: false }),
        };
        let handed = conn.is_some();
        (before, self.queue.serve(Given::Place(Place { index, conn, since, handed })))
    }
}

impl Seat {
    /// Sits down.
    pub(super) fn at(shared: &Arc<Shared>, place: Place) -> (Self, Option<Arc<Conn>>) {
        let Place { index, conn, since: _, handed: _ } = place;
        (Self { shared: shared.clone(), index, back: None }, conn)
    }

    /// Takes a seat for a connection that is made without being asked for, where there is room for one more.
    pub(super) fn spare(shared: &Arc<Shared>) -> Option<Self> {
        let index = shared.state().sit_apart(shared.options.max_size)?;
        Some(Self { shared: shared.clone(), index, back: None })
    }

    /// Closes the connection, and takes over the next idle one.
    pub(super) fn next_idle(&mut self) -> Option<Arc<Conn>> {
        let mut state = self.shared.state();
        let conn = state.idle.pop();
        if conn.is_some() {
            state.size -= 1;
        }
        let before = state.held[self.index]
            .as_mut()
            .and_then(|holder| std::mem::replace(&mut holder.conn, conn.clone()));
        drop(state);
        drop(before);
        conn
    }

    /// Sits down with a connection that was made.
    pub(super) fn put(&mut self, conn: Arc<Conn>) {
        if let Some(holder) = &mut self.shared.state().held[self.index] {
            holder.conn = Some(conn);
        }
    }

    /// Whoever sat down here has gone: it is the pool that waits for the connection.
    pub(super) fn leave_to_the_pool(&self) {
        if let Some(holder) = &mut self.shared.state().held[self.index] {
            holder.who = Who::Pool;
        }
    }

    /// What can say later that nobody waits any more for what the connection is used for.
    pub(in crate::conn) fn mark(&self) -> Mark {
        Mark { shared: self.shared.clone(), index: self.index }
    }

    /// Gives the connection back to the pool, which keeps it if it may be used again.
    pub(in crate::conn) fn give_back(mut self, conn: Arc<Conn>) {
        let now = Instant::now();
        if self.shared.may_keep(&conn, now) && !conn.is_surplus() {
            self.back = Some((conn, now));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut back = self.back.take();
        let mut gone = None;
        let (holder, waker) = {
            let mut state = self.shared.state();
            // Under this lock, under which `close` takes away what is idle.
            if self.shared.phase() == Phase::Closed {
                gone = back.take();
            }
            state.leave(self.index, back)
        };
        drop((holder, gone));
        if let Some(waker) = waker {
            waker.wake();
        }
        self.shared.observe();
    }
}

impl<'a> Wait<'a> {
    /// Waits at a place of the queue that was taken for it.
    pub(super) fn at(shared: &'a Arc<Shared>, number: usize, began: Instant) -> Self {
        Self { shared, number: Some(number), began }
    }
}

impl Future for Wait<'_> {
    type Output = Given;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(number) = self.number else { return Poll::Ready(Given::Closed) };
        let mut state = self.shared.state();
        let (answer, before) = state.queue.poll(number, cx);
        if let Poll::Ready(Given::Place(Place { since, .. })) = &answer {
            state.shed.waited(self.began, *since);
        }
        drop(state);
        drop(before);
        if answer.is_ready() {
            self.number = None;
        }
        answer
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let (answer, waker, waiting) = {
            let mut state = self.shared.state();
            let (answer, waker) = state.queue.leave(number);
            (answer, waker, state.queue.len())
        };
        drop(waker);
        self.shared.numbers.waiting(waiting);
        if let Some(Given::Place(place)) = answer {
            let (seat, conn) = Seat::at(self.shared, place);
            if let Some(conn) = conn {
                seat.give_back(conn);
            }
        }
    }
}
