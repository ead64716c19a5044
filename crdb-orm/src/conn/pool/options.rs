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
    /// One that was idle for so long is asked for a sign of life before it is lent.
    pub(crate) check_idle_after: Duration,
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
            check_idle_after: Duration::from_secs(30),
            shed: true,
        }
    }
}

impl PoolOptions {
    /// The lifetime of one connection: up to 10 % shorter, so that they do not all end at once.
    pub(crate) fn jittered_lifetime(&self) -> Duration {
        self.lifetime_at(fastrand::f64())
    }

    /// The same for a number that chance gives, from 0 to 1.
    fn lifetime_at(&self, chance: f64) -> Duration {
        self.max_lifetime.saturating_sub(self.max_lifetime.mul_f64(0.1 * chance))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lasting(max_lifetime: Duration) -> PoolOptions {
        PoolOptions { max_lifetime, ..PoolOptions::default() }
    }

    proptest! {
        #[test]
        fn a_connection_lives_for_nine_tenths_of_the_longest_lifetime_at_least(
            (secs, nanos) in (any::<u64>(), 0..1_000_000_000_u32), chance in 0.0..1.0
        ) {
            let longest = Duration::new(secs, nanos);
            let lifetime = lasting(longest).lifetime_at(chance);
            prop_assert!(lifetime <= longest, "{lifetime:?} of {longest:?}");
            // What a float cannot tell apart.
            let rounded = longest.mul_f64(1e-12) + Duration::from_nanos(2);
            prop_assert!(lifetime + rounded >= longest / 10 * 9, "{lifetime:?} of {longest:?}");
        }
    }

    #[test]
    fn connections_that_are_made_at_once_do_not_end_at_once() {
        let options = lasting(Duration::from_secs(1000));
        let mut lifetimes: Vec<Duration> = (0..1000).map(|_| options.jittered_lifetime()).collect();
        lifetimes.sort_unstable();
        let (first, last) = (lifetimes[0], lifetimes[999]);
        assert!(first < Duration::from_secs(910) && last > Duration::from_secs(990), "{first:?} to {last:?}");
        // They are spread, and not in a few places.
        let widest = lifetimes.windows(2).map(|two| two[1].saturating_sub(two[0])).max().unwrap_or_default();
        assert!(widest < Duration::from_secs(5), "{widest:?}");
        assert_eq!(lasting(Duration::ZERO).jittered_lifetime(), Duration::ZERO);
        assert!(lasting(Duration::MAX).jittered_lifetime() > Duration::MAX / 2);
    }
}
