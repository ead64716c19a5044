//! The bounds of a pool.

use std::time::Duration;

/// The bounds of a pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolOptions {
    pub(crate) max_size: usize,
    /// So many are kept ready, and made before they are asked for.
    pub(crate) min_idle: usize,
    pub(crate) wait_timeout: Duration,
    pub(crate) max_lifetime: Duration,
    pub(crate) idle_timeout: Duration,
    /// Lets callers wait shorter while the queue does not become short.
    pub(crate) shed: bool,
}

impl Default for PoolOptions {
    /// Four connections per processor, at least eight; CockroachDB's advice counts the processors of the
    /// cluster (<https://www.cockroachlabs.com/docs/stable/connection-pooling>).
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            max_size: (4 * processors).max(8),
            min_idle: 0,
            wait_timeout: Duration::from_secs(10),
            max_lifetime: Duration::from_mins(5),
            idle_timeout: Duration::from_mins(5),
            shed: true,
        }
    }
}

impl PoolOptions {
    /// The lifetime of one connection: up to 10 % shorter, so that they do not all end at once.
    pub(crate) fn jittered_lifetime(&self) -> Duration {
        self.max_lifetime.mul_f64(0.9 + 0.1 * fastrand::f64())
    }
}
