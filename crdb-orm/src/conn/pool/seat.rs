//! The right to have a connection.

use std::sync::Arc;
use std::time::Instant;

use super::{Phase, Shared, Who};
use crate::conn::client::Conn;

/// Who has a connection.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) who: Who,
    pub(super) since: Instant,
    /// Nothing while it is being made.
    pub(super) conn: Option<Arc<Conn>>,
}

/// A permit of the pool and the connection that it is for, if there is one. However it ends, the counts are right; a
/// connection that is not given back by [`give_back`](Self::give_back) is no longer the pool's.
pub(in crate::conn) struct Seat {
    shared: Arc<Shared>,
    index: usize,
    /// What goes back to the pool.
    back: Option<Arc<Conn>>,
}

impl Seat {
    /// Takes a seat, for which a permit was taken, and the idle connection that was used last.
    pub(super) fn new(shared: Arc<Shared>, who: Who) -> (Self, Option<Arc<Conn>>) {
        let mut state = shared.state();
        let conn = state.idle.pop();
        if conn.is_none() {
            state.size += 1;
        }
        let index = state.hold(who, conn.clone());
        drop(state);
        (Self { shared, index, back: None }, conn)
    }

    /// Takes a seat for a connection that is to be made, where there is room for one more; the permit was taken.
    pub(super) fn spare(shared: Arc<Shared>) -> Option<Self> {
        let mut state = shared.state();
        if state.size >= shared.options.max_size {
            drop(state);
            shared.give_permit();
            return None;
        }
        state.size += 1;
        let index = state.hold(Who::Pool, None);
        drop(state);
        Some(Self { shared, index, back: None })
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

    /// Gives the connection back to the pool, which keeps it if it may be used again.
    pub(in crate::conn) fn give_back(mut self, conn: Arc<Conn>) {
        if self.shared.may_keep(&conn) && !conn.is_surplus() {
            conn.touch();
            self.back = Some(conn);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut back = self.back.take();
        let holder = {
            let mut state = self.shared.state();
            // Under this lock, under which `close` takes away what is idle.
            if self.shared.phase() == Phase::Closed || back.is_none() {
                state.size -= 1;
            } else {
                state.idle.extend(back.take());
            }
            state.held[self.index].take()
        };
        drop((holder, back));
        self.shared.give_permit();
        self.shared.observe();
    }
}
