//! How often, how long and at what pace something is tried again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};

/// An attempt that failed, for a [`Backoff`] to decide on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// How many attempts have failed, this one included.
    pub attempts: u32,
    /// The time since the first one began.
    pub elapsed: Duration,
    /// What ended this one.
    pub error: &'a Error,
}

/// A pace of one's own for retries: see [`RetryPolicy::pace`].
///
/// ```
/// use std::time::Duration;
/// use crdb_orm::txn::{Backoff, Failure, RetryPolicy};
///
/// struct Steady;
///
/// impl Backoff for Steady {
///     fn sleep(&self, failure: &Failure<'_>) -> Option<Duration> {
///         (failure.attempts < 4).then_some(Duration::from_millis(20))
///     }
/// }
///
/// let policy = RetryPolicy::new().pace(Steady);
/// # drop(policy);
/// ```
pub trait Backoff: Send + Sync + 'static {
    /// How long to sleep before the next attempt, or `None` to give up. Number of attempts and deadline of the
    /// policy hold besides.
    fn sleep(&self, failure: &Failure<'_>) -> Option<Duration>;
}

/// A backoff of the user's, shared by the clones of a policy.
#[derive(Clone)]
struct Pace(Arc<dyn Backoff>);

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pace")
    }
}

impl PartialEq for Pace {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Pace {}

/// How often, how long and at what pace a transaction, or a single statement, is tried again.
///
/// Between attempts it sleeps for a random time between nothing and `base`, doubled with each attempt, up to
/// `cap` ("full jitter": <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>). What
/// comes first, the last attempt or the deadline, ends it.
///
/// An attempt that ends in a deadlock takes as long as the server needs to see it: CockroachDB sees it at once,
/// PostgreSQL looks after `deadlock_timeout`, a second unless it is set otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The most attempts, the first one included. 50 by default; zero is an error.
    pub attempts: u32,
    /// The time for all attempts together, waiting for a connection included. 30 s by default. A single statement that
    /// has no answer by then is cancelled, within a quarter of a second; streams, COPY and changes of the schema are not.
    pub deadline: Duration,
    /// The longest sleep before the second attempt. 5 ms by default.
    pub base: Duration,
    /// The longest sleep before any attempt. 250 ms by default.
    pub cap: Duration,
    /// The seed of the random sleeps, for tests that are to repeat them.
    pub seed: Option<u64>,
    /// Whether the first retry is made at once, on CockroachDB only: see [`savepoint`](Self::savepoint).
    pub savepoint: bool,
    pace: Option<Pace>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 50,
            deadline: Duration::from_secs(30),
            base: Duration::from_millis(5),
            cap: Duration::from_millis(250),
            seed: None,
            savepoint: false,
            pace: None,
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

    /// Runs something in what is left of the time of what began at that moment; nothing comes of it where none is, or it is
    /// over before. It is given this policy for that time.
    pub(crate) async fn in_what_is_left<Out>(
        &self,
        began: Instant,
        run: impl AsyncFnOnce(Self) -> Out,
    ) -> Option<Out> {
        let left = self.deadline.checked_sub(began.elapsed()).filter(|left| !left.is_zero())?;
        timeout(left, run(self.clone().deadline(left))).await.ok()
    }

    /// Makes the first retry at once, through `SAVEPOINT cockroach_restart`, on CockroachDB only. Off by default.
    ///
    /// The transaction then keeps its locks and its place in the queue, for one more round trip each time: the
    /// RELEASE that commits, and the COMMIT behind it
    /// (<https://www.cockroachlabs.com/docs/stable/advanced-client-side-transaction-retries>). Where many transactions
    /// want the same rows, to retry at once makes it worse: 32 tasks on 4 rows of CockroachDB 21.2 made 92 commits a
    /// second so, and 207 with the sleeps of this policy. On PostgreSQL the conflict would only recur, so it always
    /// begins anew.
    #[must_use]
    pub fn savepoint(mut self, savepoint: bool) -> Self {
        self.savepoint = savepoint;
        self
    }

    /// Sets a pace of one's own, in place of the random sleeps between `base` and `cap`.
    #[must_use]
    pub fn pace(mut self, pace: impl Backoff) -> Self {
        self.pace = Some(Pace(Arc::new(pace)));
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

    /// The sleep after a failed attempt, or nothing to give up.
    pub(crate) fn sleep(&self, failure: &Failure<'_>, random: &mut fastrand::Rng) -> Option<Duration> {
        match &self.pace {
            Some(pace) => pace.0.sleep(failure),
            None => Some(self.jitter(failure.attempts, random)),
        }
    }

    /// Whether the sleeps are the user's own.
    pub(crate) fn has_own_pace(&self) -> bool {
        self.pace.is_some()
    }

    fn jitter(&self, failed: u32, random: &mut fastrand::Rng) -> Duration {
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
            assert!(policy.jitter(failed, &mut random) <= longest);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_of_its_time_is_less_and_less_and_then_nothing() {
        let (policy, began) = (RetryPolicy::new().deadline(Duration::from_secs(3)), Instant::now());
        let left = async || policy.in_what_is_left(began, async |rest| rest.deadline).await;
        assert_eq!(left().await, Some(policy.deadline));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(left().await, Some(Duration::from_secs(1)));
        let late = policy.in_what_is_left(began, async |_| tokio::time::sleep(Duration::from_secs(2)).await);
        assert_eq!((late.await, began.elapsed()), (None, policy.deadline));
        for _ in 0..2 {
            assert_eq!(left().await, None);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
    }

    #[test]
    fn a_seed_repeats_the_sleeps() {
        let policy = RetryPolicy::new().seed(7);
        let sleeps = || -> Vec<_> {
            let mut random = policy.random();
            (1..20).map(|failed| policy.jitter(failed, &mut random)).collect()
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
