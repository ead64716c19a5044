//! The pool, with a bound on everything.
//!
//! Who comes first is served first: the semaphore is fair, and its permits are the right to have a connection, so there
//! are never more connections than permits. What is idle is used again, the one that was used last first; else a
//! connection is made.

mod keeper;
mod options;
mod seat;
mod shed;
mod shutdown;
mod status;

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, Semaphore, TryAcquireError};
use tokio::time::{self, timeout, timeout_at};
use tracing::Instrument;

use self::seat::{Holder, Seat};
use self::shed::Shed;
use super::client::Conn;
use super::connect::Connector;
use super::lease::Lease;
use crate::error::{Error, Kind, Result};
use crate::observe;

pub(crate) use self::options::PoolOptions;
pub(super) use self::seat::Seat as PoolSeat;
pub(crate) use self::shutdown::Running;
pub use self::shutdown::{Closed, Cut};
pub(crate) use self::status::Who;
pub use self::status::{InUse, NodeStatus, Status};

/// A connection that was idle for longer is asked for a sign of life before it is lent.
const CHECK_AFTER: Duration = Duration::from_secs(30);
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// How many of those that hold a connection are named where none became free.
const NAMED: usize = 3;

/// A bounded pool of connections.
pub(crate) struct Pool(Arc<Shared>);

/// What the pool, its connections and its keeper share.
struct Shared {
    connector: Connector,
    options: PoolOptions,
    /// One for each connection that there may be. Closed when nothing new is let in.
    permits: Semaphore,
    /// What is left of them from then on, for attempts of what is under way.
    late: Semaphore,
    state: Mutex<State>,
    shed: Shed,
    waiting: AtomicUsize,
    /// Transactions and statements under way, those included that have no connection at the moment.
    running: AtomicUsize,
    ended: Notify,
    phase: AtomicU8,
    closed: Notify,
    kept: AtomicBool,
}

#[derive(Default)]
struct State {
    /// The one that was used last is at the end.
    idle: Vec<Arc<Conn>>,
    held: Vec<Option<Holder>>,
    /// Connections that there are, or that are being made.
    size: usize,
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

/// Counts a task as waiting.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Pool {
    pub(crate) fn new(connector: Connector, options: PoolOptions) -> Self {
        Self(Arc::new(Shared {
            connector,
            options,
            permits: Semaphore::new(options.max_size.min(Semaphore::MAX_PERMITS)),
            late: Semaphore::new(0),
            state: Mutex::default(),
            shed: Shed::new(options.wait_timeout, options.shed),
            waiting: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            ended: Notify::new(),
            phase: AtomicU8::new(Phase::Open as u8),
            closed: Notify::new(),
            kept: AtomicBool::new(false),
        }))
    }

    /// Takes a connection, waiting for one until the pool's wait timeout or the deadline.
    pub(crate) async fn acquire(&self, who: Who, deadline: Option<time::Instant>) -> Result<Lease> {
        let take = self.take(who, Phase::Open);
        self.watch(async {
            match deadline {
                None => take.await,
                Some(deadline) => self.until(deadline, take).await,
            }
        })
        .await
    }

    /// Takes a connection for another attempt, waiting for one until the deadline. The pool's wait timeout sheds work
    /// that has not begun; it does not end work that was promised to be tried until its deadline.
    pub(crate) async fn acquire_again(&self, who: Who, deadline: time::Instant) -> Result<Lease> {
        self.watch(self.until(deadline, self.take(who, Phase::Closing))).await
    }

    /// Lets an operator see how long it takes.
    async fn watch(&self, lease: impl Future<Output = Result<Lease>>) -> Result<Lease> {
        let began = Instant::now();
        let lease = lease.instrument(tracing::debug_span!("acquire")).await;
        observe::acquire(self.connector().pool_name(), began.elapsed(), lease.as_ref().err());
        self.0.observe();
        lease
    }

    async fn until(
        &self,
        deadline: time::Instant,
        take: impl Future<Output = Result<Lease>>,
    ) -> Result<Lease> {
        match timeout_at(deadline, take).await {
            Ok(taken) => taken,
            Err(_) => Err(self.timed_out("the deadline passed").at_deadline()),
        }
    }

    /// Takes a connection while the pool is in this phase, or an earlier one: new work while it is open, further
    /// attempts while it is closing.
    ///
    /// What is rare and large is boxed: it would be part of every statement's future.
    async fn take(&self, who: Who, last: Phase) -> Result<Lease> {
        let shared = &self.0;
        shared.refuse_after(last)?;
        match shared.permits.try_acquire() {
            Ok(permit) => permit.forget(),
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
                Box::pin(self.wait(last)).await?;
            }
        }
        let (mut seat, mut idle) = Seat::new(shared.clone(), who);
        while let Some(conn) = idle {
            let unused = conn.idle_for();
            if shared.may_lend(&conn, unused)
                && (!wants_check(&conn, unused) || Box::pin(is_alive(&conn)).await)
            {
                return Ok(Lease::new(conn, seat));
            }
            idle = seat.next_idle();
        }
        shared.keep();
        let conn = Box::pin(shared.connector.connect()).await.map(Arc::new)?;
        shared.refuse_after(last)?;
        seat.put(conn.clone());
        Ok(Lease::new(conn, seat))
    }

    /// Waits for a permit, and takes it. Only new work has to wait no longer than the pool says.
    async fn wait(&self, last: Phase) -> Result<()> {
        let shared = &self.0;
        let began = Instant::now();
        if shared.waiting.load(SeqCst) == 0 {
            shared.shed.waited(Duration::ZERO, began);
        }
        let bound = (last == Phase::Open).then(|| shared.shed.allowed(began));
        let _waiting = Waiting::new(&shared.waiting);
        let permit = async {
            match shared.permits.acquire().await {
                Err(_) if last >= Phase::Closing => shared.late.acquire().await,
                permit => permit,
            }
        };
        let permit = match bound {
            Some((wait, shedding)) => match timeout(wait, permit).await {
                Ok(permit) => permit,
                Err(_) => return Err(self.waited(wait, shedding)),
            },
            None => permit.await,
        };
        permit.map_err(|_| closed())?.forget();
        shared.shed.waited(began.elapsed(), Instant::now());
        Ok(())
    }

    fn waited(&self, wait: Duration, shedding: bool) -> Error {
        let passed = format!("{:.1} s have passed", wait.as_secs_f64());
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
        let waiting = shared.waiting.load(SeqCst);
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
        let (size, idle) = {
            let state = shared.state();
            (state.size, state.idle.len())
        };
        Status {
            max_size: shared.options.max_size,
            size,
            idle,
            in_use: size - idle,
            waiting: shared.waiting.load(SeqCst),
            shedding: shared.waiting.load(SeqCst) > 0 && shared.shed.allowed(Instant::now()).1,
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
    /// Notes who has a connection; says where.
    fn hold(&mut self, who: Who, conn: Option<Arc<Conn>>) -> usize {
        let holder = Some(Holder { who, since: Instant::now(), conn });
        if let Some(free) = self.held.iter().position(Option::is_none) {
            self.held[free] = holder;
            free
        } else {
            self.held.push(holder);
            self.held.len() - 1
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets an operator see how full it is.
    fn observe(&self) {
        if cfg!(feature = "metrics") {
            let (size, idle) = {
                let state = self.state();
                (state.size, state.idle.len())
            };
            let waiting = self.waiting.load(SeqCst);
            observe::pool(self.connector.pool_name(), [self.options.max_size, size, idle, waiting]);
        }
    }

    fn refuse_after(&self, last: Phase) -> Result<()> {
        if self.phase() > last { Err(closed()) } else { Ok(()) }
    }

    /// Whether a connection that is not in use may stay.
    fn may_keep(&self, conn: &Conn) -> bool {
        !conn.is_closed()
            && !conn.is_too_old()
            && !conn.was_cancelled()
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
        self.phase.fetch_max(phase as u8, SeqCst);
        self.permits.close();
        self.pass_on();
    }

    /// Gives a permit back.
    fn give_permit(&self) {
        self.permits.add_permits(1);
        if self.permits.is_closed() {
            self.pass_on();
        }
    }

    /// Permits that nobody new may have are for those who are under way.
    fn pass_on(&self) {
        let left = self.permits.forget_permits(Semaphore::MAX_PERMITS);
        self.late.add_permits(left);
    }

    /// Whether an idle connection may be lent, as far as is known without asking its server.
    fn may_lend(&self, conn: &Conn, idle: Duration) -> bool {
        self.may_keep(conn) && idle < self.options.idle_timeout
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
                node: holder
                    .conn
                    .as_ref()
                    .map_or_else(|| "not connected yet".into(), |conn| conn.node().clone()),
            })
            .collect()
    }

    /// Gives nobody a connection any more, and closes those that are idle.
    fn close(&self) {
        self.enter(Phase::Closed);
        self.late.close();
        self.closed.notify_waiters();
        let idle = {
            let mut state = self.state();
            state.size -= state.idle.len();
            std::mem::take(&mut state.idle)
        };
        drop(idle);
    }
}

/// Whether there is reason to ask an idle connection for a sign of life.
fn wants_check(conn: &Conn, idle: Duration) -> bool {
    idle >= CHECK_AFTER || conn.is_suspect()
}

async fn is_alive(conn: &Conn) -> bool {
    if matches!(timeout(CHECK_TIMEOUT, conn.sync()).await, Ok(Ok(()))) {
        return true;
    }
    tracing::debug!(node = %conn.node(), "an idle connection gives no sign of life: closing it");
    conn.kill();
    false
}

fn closed() -> Error {
    Error::of_kind(Kind::Closed, "the database was closed")
}
