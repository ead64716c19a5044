//! The pool, with a bound on everything.
//!
//! There are as many seats as there may be connections, and who has a connection has a seat. Who finds none waits in a
//! queue, and is handed the seat and the connection of the first who leaves, in one step: nobody comes in between, and
//! no lock is taken twice. What is idle is used again, the one that was used last first; else a connection is made.

mod keeper;
mod lend;
mod make;
mod options;
mod overdue;
mod queue;
mod room;
mod seat;
mod shed;
mod shutdown;
mod status;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::{self, timeout};

use self::lend::{Ask, Lend};
use self::overdue::Watched;
use self::queue::Queue;
use self::seat::{Given, Holder, Origin, Place};
use self::shed::{Bound, Shed};
use super::client::{Conn, micros};
use super::connect::Connector;
use crate::apart::Apart;
use crate::error::{Error, Kind, Result};
use crate::observe::PoolNumbers;

pub(crate) use self::options::PoolOptions;
pub(crate) use self::seat::Mark;
pub(super) use self::seat::Seat as PoolSeat;
pub(crate) use self::shutdown::Running;
pub use self::shutdown::{Closed, Cut};
pub(crate) use self::status::Who;
pub use self::status::{InUse, NodeStatus, Status};

/// How long a connection may take to give a sign of life.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// How many of those that hold a connection are named where none became free.
const NAMED: usize = 3;

/// A bounded pool of connections.
pub(crate) struct Pool(Arc<Shared>);

/// What the pool, its connections and its keeper share.
struct Shared {
    connector: Arc<Connector>,
    options: PoolOptions,
    state: Apart<Mutex<State>>,
    /// Transactions and statements under way, those included that have no connection at the moment.
    running: Apart<AtomicUsize>,
    ended: Notify,
    phase: AtomicU8,
    closed: Notify,
    kept: AtomicBool,
    numbers: PoolNumbers,
}

struct State {
    /// The one that was used last is at the end.
    idle: Vec<Arc<Conn>>,
    held: Vec<Option<Holder>>,
    /// The places among them that nobody has.
    unheld: Vec<usize>,
    /// Connections that there are, or that are being made.
    size: usize,
    /// Where there is one, nobody waits.
    free_seats: usize,
    queue: Queue<Who, Given>,
    shed: Shed,
    watched: Watched,
}

/// What becomes of who comes for a connection.
enum Come {
    Seated(Place),
    /// A place in the queue, and when the wait ends: by the bound, or by the caller's deadline. Where nobody watches it,
    /// it has to look at the clock itself.
    Waits {
        number: usize,
        until: time::Instant,
        bound: Option<Bound>,
        watched: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
enum Phase {
    Open,
    /// Nothing new is let in.
    Closing,
    /// Nobody gets a connection any more.
    Closed,
}

impl Pool {
    pub(crate) fn new(connector: Connector, options: PoolOptions) -> Self {
        let state = State {
            idle: Vec::new(),
            held: Vec::new(),
            unheld: Vec::new(),
            size: 0,
            free_seats: options.max_size,
            queue: Queue::default(),
            shed: Shed::new(options.wait_timeout, options.shed),
            watched: Watched::not_yet(),
        };
        Self(Arc::new(Shared {
            numbers: PoolNumbers::new(connector.pool_name()),
            connector: Arc::new(connector),
            options,
            state: Apart(Mutex::new(state)),
            running: Apart::default(),
            ended: Notify::new(),
            phase: AtomicU8::new(Phase::Open as u8),
            closed: Notify::new(),
            kept: AtomicBool::new(false),
        }))
    }

    /// Takes a connection, waiting for one until the pool's wait timeout or the deadline.
    pub(crate) fn acquire(&self, who: Who, deadline: Option<time::Instant>) -> Lend<'_> {
        let began = time::Instant::now();
        Lend::new(self, Ask { who, last: Phase::Open, deadline, began })
    }

    /// The same for what began at this moment.
    pub(crate) fn acquire_since(
        &self,
        who: Who,
        deadline: Option<time::Instant>,
        began: time::Instant,
    ) -> Lend<'_> {
        Lend::new(self, Ask { who, last: Phase::Open, deadline, began })
    }

    /// Takes a connection for another attempt, waiting for one until the deadline. The pool's wait timeout sheds work
    /// that has not begun; it does not end work that was promised to be tried until its deadline.
    pub(crate) fn acquire_again(&self, who: Who, deadline: time::Instant) -> Lend<'_> {
        let began = time::Instant::now();
        Lend::new(self, Ask { who, last: Phase::Closing, deadline: Some(deadline), began })
    }

    fn late(&self) -> Error {
        self.timed_out("the deadline passed").at_deadline()
    }

    fn waited(&self, Bound { longest, shedding }: Bound) -> Error {
        let passed = format!("{:.1} s have passed", longest.as_secs_f64());
        if !shedding {
            return self.timed_out(&passed);
        }
        let full = self.0.options.wait_timeout.as_secs_f64();
        self.timed_out(&format!(
            "{passed}, no longer is allowed since nobody was served quickly for {full:.1} s,"
        ))
    }

    fn timed_out(&self, what: &str) -> Error {
        let shared = &self.0;
        let waiting = shared.state().queue.len();
        let max = shared.options.max_size;
        let none = if max == 1 {
            "the only connection of the pool did not become free".to_owned()
        } else {
            format!("none of the {max} connections of the pool became free")
        };
        let are = if waiting == 1 { "is" } else { "are" };
        let mut message = format!("{what} and {none} ({waiting} {are} waiting)");
        let longest = shared.longest();
        if !longest.is_empty() {
            let named: Vec<String> = longest.iter().take(NAMED).map(ToString::to_string).collect();
            message.push_str("; held longest by ");
            message.push_str(&named.join(", "));
        }
        Error::of_kind(Kind::PoolTimeout, message)
    }

    pub(crate) fn connector(&self) -> &Connector {
        &self.0.connector
    }

    /// The most connections that it may have.
    pub(crate) fn max_size(&self) -> usize {
        self.0.options.max_size
    }

    /// Forgets the prepared statements of all connections: the schema has changed.
    pub(crate) fn forget_statements(&self) {
        self.0.connector.schema_changed();
    }

    /// How it is doing; nothing of the transactions.
    pub(crate) fn status(&self) -> Status {
        let shared = &self.0;
        let (size, idle, waiting, shedding, abandoned) = {
            let state = shared.state();
            let waiting = state.queue.len();
            let shedding = waiting > 0 && state.shed.allowed(Instant::now()).shedding;
            (state.size, state.idle.len(), waiting, shedding, state.abandoned())
        };
        Status {
            max_size: shared.options.max_size,
            size,
            idle,
            in_use: size - idle,
            abandoned,
            waiting,
            shedding,
            closed: shared.phase() != Phase::Open,
            longest: shared.longest(),
            nodes: shared.connector.node_status(),
            contention: Vec::new(),
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // The keeper may hold what is shared for a moment longer.
        self.0.close();
    }
}

impl State {
    /// How many connections are held for what nobody waits for any more.
    fn abandoned(&self) -> usize {
        self.held.iter().flatten().filter(|holder| holder.abandoned).count()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seats who comes, or gives a place in the queue.
    ///
    /// # Errors
    /// The pool is closing: looked at under the lock under which who waits is refused.
    fn come(&self, ask: &Ask, waker: &Waker) -> Result<Come> {
        let Ask { who, last, deadline, began } = *ask;
        let now = began.into_std();
        let mut state = self.state();
        self.refuse_after(last)?;
        if let Some(place) = state.sit(who, now) {
            return Ok(Come::Seated(place));
        }
        if state.queue.len() == 0 {
            state.shed.waited(now, now);
        }
        let bound = (last == Phase::Open).then(|| state.shed.allowed(now));
        let (until, bound) = Bound::or_deadline(bound, deadline, began);
        let watched = state.watched.sees(began, until);
        let number = state.queue.join(who, last >= Phase::Closing, watched.then_some(until), Some(waker));
        let waiting = state.queue.len();
        drop(state);
        self.numbers.waiting(waiting);
        Ok(Come::Waits { number, until, bound, watched })
    }

    /// Lets an operator see how full it is.
    fn observe(&self) {
        if cfg!(feature = "metrics") {
            let (size, idle, waiting, abandoned) = {
                let state = self.state();
                (state.size, state.idle.len(), state.queue.len(), state.abandoned())
            };
            let numbers = [self.options.max_size, size, idle, waiting, abandoned];
            self.numbers.set(numbers);
        }
    }

    fn refuse_after(&self, last: Phase) -> Result<()> {
        if self.phase() > last { Err(closed()) } else { Ok(()) }
    }

    /// Whether a connection that is not in use may stay.
    fn may_keep(&self, conn: &Conn, now: Instant) -> bool {
        !conn.is_closed()
            && !conn.is_too_old(now)
            && !conn.was_cancelled()
            && !conn.is_leaving()
            && !conn.is_left()
            && self.phase() != Phase::Closed
    }

    fn phase(&self) -> Phase {
        match self.phase.load(SeqCst) {
            0 => Phase::Open,
            1 => Phase::Closing,
            _ => Phase::Closed,
        }
    }

    /// Enters a phase; there is no way back.
    fn enter(&self, phase: Phase) {
        let wakers = {
            let mut state = self.state();
            self.phase.fetch_max(phase as u8, SeqCst);
            state.queue.refuse(phase == Phase::Closed, || Given::Closed)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Whether an idle connection may be lent, as far as is known without asking its server.
    fn may_lend(&self, conn: &Conn, now: Instant) -> bool {
        self.may_keep(conn, now) && conn.idle_for(now) < micros(self.options.idle_timeout)
    }

    /// Whether there is reason to ask an idle connection for a sign of life.
    fn wants_check(&self, conn: &Conn, now: Instant) -> bool {
        conn.idle_for(now) >= micros(self.options.check_idle_after) || conn.is_suspect()
    }

    /// The same of one that was idle, which is asked for a sign of life where there is reason to.
    async fn may_lend_now(&self, conn: &Conn, silent: &mut Vec<Arc<str>>) -> bool {
        let now = Instant::now();
        self.may_lend(conn, now) && (!self.wants_check(conn, now) || Box::pin(is_alive(conn, silent)).await)
    }

    /// The same without a sign of life before, for one that was idle or was handed over.
    fn may_lend_at_once(&self, conn: &Conn, origin: Origin) -> bool {
        match origin {
            Origin::Idle(now) => self.may_lend(conn, now) && !self.wants_check(conn, now),
            Origin::Hand(since) => self.may_keep(conn, since),
        }
    }

    /// What is in use, the longest one first.
    fn longest(&self) -> Vec<InUse> {
        let mut holders: Vec<Holder> = self.state().held.iter().flatten().cloned().collect();
        holders.sort_by_key(|holder| holder.since);
        holders
            .iter()
            .filter(|holder| holder.who != Who::Pool)
            .map(|holder| InUse {
                by: holder.who.to_string(),
                since: holder.since.elapsed(),
                abandoned: holder.abandoned,
                node: holder
                    .conn
                    .as_ref()
                    .map_or_else(|| "not connected yet".into(), |conn| conn.node().clone()),
            })
            .collect()
    }

    /// Waits for what is of no use any more once the pool is closed.
    async fn unless_closed<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        let mut ends = pin!(self.closed.notified());
        // Enabled before it is looked: a pool that closes in between is noticed.
        ends.as_mut().enable();
        self.refuse_after(Phase::Closing)?;
        tokio::select! {
            done = work => Ok(done),
            () = ends => Err(closed()),
        }
    }

    /// Gives nobody a connection any more, and closes those that are idle.
    fn close(&self) {
        self.enter(Phase::Closed);
        self.closed.notify_waiters();
        let idle = {
            let mut state = self.state();
            state.size -= state.idle.len();
            std::mem::take(&mut state.idle)
        };
        drop(idle);
        self.observe();
    }
}

/// Asks an idle connection for a sign of life. Who finds several that say nothing waits for the first one of a node alone:
/// the way to it is lost, as behind a firewall that has forgotten them.
async fn is_alive(conn: &Conn, silent: &mut Vec<Arc<str>>) -> bool {
    if !silent.contains(conn.node()) {
        match timeout(CHECK_TIMEOUT, conn.sync()).await {
            Ok(Ok(())) => return true,
            Ok(Err(_)) => {}
            Err(_) => {
                conn.suspect_others();
                silent.push(conn.node().clone());
            }
        }
    }
    tracing::debug!(node = %conn.node(), "an idle connection gives no sign of life: closing it");
    conn.give_up();
    false
}

fn closed() -> Error {
    Error::of_kind(Kind::Closed, "the database was closed")
}
