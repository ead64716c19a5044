//! The pool, with a bound on everything.

use std::sync::Arc;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{self, Metrics, PoolError, RecycleError, RecycleResult, TimeoutType, Timeouts};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Instrument;

use super::client::Conn;
use super::connect::Connector;
use super::lease::Lease;
use crate::error::{Error, Kind, Result};
use crate::observe;

/// A connection that was idle for longer is asked for a sign of life before it is lent.
const CHECK_AFTER: Duration = Duration::from_secs(30);
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// The bounds of a pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolOptions {
    pub(crate) max_size: usize,
    pub(crate) wait_timeout: Duration,
    pub(crate) max_lifetime: Duration,
    pub(crate) idle_timeout: Duration,
}

impl Default for PoolOptions {
    /// Four connections per processor, at least eight; CockroachDB's advice counts the processors of the
    /// cluster (<https://www.cockroachlabs.com/docs/stable/connection-pooling>).
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            max_size: (4 * processors).max(8),
            wait_timeout: Duration::from_secs(10),
            max_lifetime: Duration::from_mins(5),
            idle_timeout: Duration::from_mins(5),
        }
    }
}

impl PoolOptions {
    /// The lifetime of one connection: up to 10 % shorter, so that they do not all end at once.
    pub(super) fn jittered_lifetime(&self) -> Duration {
        self.max_lifetime.mul_f64(0.9 + 0.1 * fastrand::f64())
    }
}

/// How a pool is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// The most connections that it may have.
    pub max_size: usize,
    /// The connections that it has.
    pub size: usize,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// The tasks that wait for one.
    pub waiting: usize,
}

/// Makes connections and says which may be used again.
pub(crate) struct Manager {
    connector: Connector,
    options: PoolOptions,
}

impl managed::Manager for Manager {
    type Type = Arc<Conn>;
    type Error = Error;

    async fn create(&self) -> Result<Arc<Conn>> {
        // Boxed, since it is rare and large, and would be part of every statement's future.
        Box::pin(self.connector.connect()).await.map(Arc::new)
    }

    async fn recycle(&self, conn: &mut Arc<Conn>, _: &Metrics) -> RecycleResult<Error> {
        let idle = conn.idle_for();
        if conn.is_closed() {
            observe::closed(conn.node(), "lost");
            return Err(RecycleError::message("closed"));
        }
        if conn.is_too_old() || idle >= self.options.idle_timeout {
            observe::closed(conn.node(), "too old");
            return Err(RecycleError::message("too old"));
        }
        if idle >= CHECK_AFTER && !matches!(timeout(CHECK_TIMEOUT, Box::pin(conn.sync())).await, Ok(Ok(()))) {
            conn.kill();
            observe::closed(conn.node(), "no sign of life");
            return Err(RecycleError::message("gives no sign of life"));
        }
        Ok(())
    }
}

/// A bounded pool of connections.
pub(crate) struct Pool {
    inner: managed::Pool<Manager>,
}

impl Pool {
    pub(crate) fn new(connector: Connector, options: PoolOptions) -> Result<Self> {
        let timeouts = Timeouts { wait: Some(options.wait_timeout), create: None, recycle: None };
        let inner = managed::Pool::builder(Manager { connector, options })
            .max_size(options.max_size)
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::configuration(error.to_string()))?;
        Ok(Self { inner })
    }

    /// Takes a connection, waiting for one until the pool's wait timeout or the deadline.
    pub(crate) async fn acquire(&self, deadline: Option<Instant>) -> Result<Lease> {
        let timeouts = self.inner.timeouts();
        let lease = async {
            match deadline {
                None => self.inner.get().await.map(Lease::new).map_err(|error| self.explain(error)),
                Some(deadline) => self.acquire_until(deadline, &timeouts).await,
            }
        };
        self.watch(lease).await
    }

    /// Lets an operator see how long it takes.
    async fn watch(&self, lease: impl Future<Output = Result<Lease>>) -> Result<Lease> {
        let began = Instant::now();
        let lease = lease.instrument(tracing::debug_span!("acquire")).await;
        let name = self.connector().pool_name();
        observe::acquire(name, began.elapsed(), lease.as_ref().err());
        observe::pool(name, self.status());
        lease
    }

    /// Takes a connection for another attempt, waiting for one until the deadline. The pool's wait timeout sheds work
    /// that has not begun; it does not end work that was promised to be tried until its deadline.
    pub(crate) async fn acquire_again(&self, deadline: Instant) -> Result<Lease> {
        let timeouts = Timeouts { wait: None, ..self.inner.timeouts() };
        self.watch(self.acquire_until(deadline, &timeouts)).await
    }

    async fn acquire_until(&self, deadline: Instant, timeouts: &Timeouts) -> Result<Lease> {
        match timeout_at(deadline, self.inner.timeout_get(timeouts)).await {
            Ok(object) => object.map(Lease::new).map_err(|error| self.explain(error)),
            Err(_) => Err(self.timed_out("the deadline passed").at_deadline()),
        }
    }

    fn explain(&self, error: PoolError<Error>) -> Error {
        match error {
            PoolError::Backend(error) => error,
            PoolError::Closed => Error::of_kind(Kind::Closed, "the database was closed"),
            PoolError::Timeout(TimeoutType::Wait) => {
                let wait = self.inner.timeouts().wait.unwrap_or_default();
                self.timed_out(&format!("{:.1} s have passed", wait.as_secs_f64()))
            }
            other => Error::of_kind(Kind::Connect, other.to_string()),
        }
    }

    fn timed_out(&self, what: &str) -> Error {
        let PoolStatus { max_size, waiting, .. } = self.status();
        let message = format!(
            "{what} and none of the {max_size} connections of the pool became free ({waiting} are waiting)"
        );
        Error::of_kind(Kind::PoolTimeout, message)
    }

    pub(crate) fn connector(&self) -> &Connector {
        &self.inner.manager().connector
    }

    pub(crate) fn status(&self) -> PoolStatus {
        status(&self.inner)
    }

    /// Closes it: idle connections at once, the others when they come back.
    pub(crate) fn close(&self) {
        self.inner.close();
    }
}

fn status(pool: &managed::Pool<Manager>) -> PoolStatus {
    let status = pool.status();
    PoolStatus {
        max_size: status.max_size,
        size: status.size,
        idle: status.available,
        waiting: status.waiting,
    }
}

/// Lets an operator see that a connection came back, or was closed.
pub(super) fn returned(pool: Option<managed::Pool<Manager>>) {
    if let Some(pool) = pool {
        observe::pool(pool.manager().connector.pool_name(), status(&pool));
    }
}
