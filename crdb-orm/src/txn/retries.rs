//! The pace of a retry loop, and the history that it leaves.

use std::time::Duration;

use tokio::time::Instant;

use super::policy::{Failure, RetryPolicy};
use crate::error::{Error, FailedAttempt, GaveUp};

/// The failed attempts of one loop so far.
pub(super) struct Retries {
    policy: RetryPolicy,
    random: fastrand::Rng,
    started: Instant,
    deadline: Instant,
    history: Vec<FailedAttempt>,
}

impl Retries {
    pub(super) fn new(policy: RetryPolicy) -> Self {
        Self::since(policy, Instant::now())
    }

    /// A loop whose first attempt began at this moment.
    pub(super) fn since(policy: RetryPolicy, started: Instant) -> Self {
        let random = policy.random();
        // Far in the future, where the clock cannot hold the sum.
        let deadline =
            started.checked_add(policy.deadline).unwrap_or_else(|| started + Duration::from_hours(24 * 365));
        Self { policy, random, started, deadline, history: Vec::new() }
    }

    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(super) fn allowed(&self) -> Duration {
        self.policy.deadline
    }

    /// The number of the attempt that is running, from 1 on.
    pub(super) fn number(&self) -> u32 {
        self.failures().saturating_add(1)
    }

    /// Sleeps before another attempt.
    ///
    /// # Errors
    /// The same error with its history, when there may be no other attempt.
    pub(super) async fn again(&mut self, what: &str, error: Error, began: Instant) -> Result<(), Error> {
        self.again_within(Duration::MAX, what, error, began).await
    }

    /// Sleeps before another attempt, but not longer than this, unless the pace is the user's own.
    ///
    /// # Errors
    /// See [`again`](Self::again).
    pub(super) async fn again_within(
        &mut self,
        longest: Duration,
        what: &str,
        error: Error,
        began: Instant,
    ) -> Result<(), Error> {
        let error = self.failed(what, error, began)?;
        let failure = Failure { attempts: self.failures(), elapsed: self.started.elapsed(), error: &error };
        let Some(sleep) = self.policy.sleep(&failure, &mut self.random) else {
            return Err(self.give_up(what, error, GaveUp::Attempts));
        };
        let sleep = if self.policy.has_own_pace() { sleep } else { sleep.min(longest) };
        if Instant::now().checked_add(sleep).is_none_or(|wake| wake >= self.deadline) {
            return Err(self.give_up(what, error, GaveUp::Deadline));
        }
        tokio::time::sleep(sleep).await;
        Ok(())
    }

    /// Allows another attempt at once.
    ///
    /// # Errors
    /// See [`again`](Self::again).
    pub(super) fn again_at_once(&mut self, what: &str, error: Error, began: Instant) -> Result<(), Error> {
        let error = self.failed(what, error, began)?;
        if Instant::now() >= self.deadline {
            return Err(self.give_up(what, error, GaveUp::Deadline));
        }
        Ok(())
    }

    fn failed(&mut self, what: &str, error: Error, began: Instant) -> Result<Error, Error> {
        self.history.push(FailedAttempt::new(&error, began.elapsed()));
        if self.failures() >= self.policy.attempts {
            return Err(self.give_up(what, error, GaveUp::Attempts));
        }
        Ok(error)
    }

    fn failures(&self) -> u32 {
        u32::try_from(self.history.len()).unwrap_or(u32::MAX)
    }

    fn give_up(&mut self, what: &str, error: Error, why: GaveUp) -> Error {
        error.gave_up(what, why, std::mem::take(&mut self.history), self.started.elapsed())
    }

    /// Ends the loop with an error that another attempt would only meet again.
    pub(super) fn end(mut self, error: Error, began: Instant) -> Error {
        if self.history.is_empty() {
            return error;
        }
        self.history.push(FailedAttempt::new(&error, began.elapsed()));
        error.with_history(self.history)
    }
}
