//! How often, how long and at what pace something is tried again.

use std::time::Duration;

use crate::error::{Error, Result};

/// How often, how long and at what pace a transaction, or a single statement, is tried again.
///
/// Between attempts it sleeps for a random time between nothing and `base`, doubled with each attempt, up to
/// `cap` ("full jitter": <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>). What
/// comes first, the last attempt or the deadline, ends it.
///
/// An attempt that ends in a deadlock takes as long as the server needs to see it: CockroachDB sees it at once,
/// PostgreSQL looks after `deadlock_timeout`, a second unless it is set otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The most attempts, the first one included. 50 by default; zero is an error.
    pub attempts: u32,
    /// The time for all attempts together, waiting for a connection included. 30 s by default.
    pub deadline: Duration,
    /// The longest sleep before the second attempt. 5 ms by default.
    pub base: Duration,
    /// The longest sleep before any attempt. 250 ms by default.
    pub cap: Duration,
    /// The seed of the random sleeps, for tests that are to repeat them.
    pub seed: Option<u64>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 50,
            deadline: Duration::from_secs(30),
            base: Duration::from_millis(5),
            cap: Duration::from_millis(250),
            seed: None,
        }
    }
}

impl RetryPolicy {
    /// The default policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the most attempts, the first one included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the time for all attempts together.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the longest sleep before the second attempt, and before any attempt.
    #[must_use]
    pub fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// Sets the seed of the random sleeps.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.attempts == 0 {
            return Err(Error::configuration(
                "a retry policy of zero attempts runs nothing: give it at least one",
            ));
        }
        if self.deadline.is_zero() {
            return Err(Error::configuration(
                "a retry policy with a deadline of zero runs nothing: give it time",
            ));
        }
        Ok(())
    }

    /// The source of its random sleeps.
    pub(crate) fn random(&self) -> fastrand::Rng {
        self.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)
    }

    /// The sleep after `failed` failed attempts.
    pub(crate) fn sleep(&self, failed: u32, random: &mut fastrand::Rng) -> Duration {
        let doublings = failed.saturating_sub(1).min(30);
        let longest = self.base.saturating_mul(1 << doublings).min(self.cap);
        longest.mul_f64(random.f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeps_are_random_and_never_longer_than_the_doubled_base_or_the_cap() {
        let policy = RetryPolicy::new().seed(7);
        let mut random = policy.random();
        for failed in 1..200 {
            let longest = Duration::from_millis(5 << (failed - 1).min(10)).min(policy.cap);
            assert!(policy.sleep(failed, &mut random) <= longest);
        }
    }

    #[test]
    fn a_seed_repeats_the_sleeps() {
        let policy = RetryPolicy::new().seed(7);
        let sleeps = || -> Vec<_> {
            let mut random = policy.random();
            (1..20).map(|failed| policy.sleep(failed, &mut random)).collect()
        };
        assert_eq!(sleeps(), sleeps());
        assert_ne!(sleeps()[3], sleeps()[4]);
    }

    #[test]
    fn zero_attempts_are_an_error() {
        assert!(RetryPolicy::new().attempts(0).check().unwrap_err().is_configuration());
        assert!(RetryPolicy::new().deadline(Duration::ZERO).check().unwrap_err().is_configuration());
    }
}
