//! The loop around a transaction under a key.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::claim::{Claim, Entered, WAITED, enter};
use super::fence::fence;
use super::flights::{Flight, Flights};
use super::key::{Key, Sealed};
use super::outcome::Once;
use super::sql;
use super::stored::{decode, encode};
use crate::error::{CommitOutcome, Error, Kind, Result};
use crate::txn::policy::RetryPolicy;
use crate::txn::reason::reason;
use crate::txn::retries::Retries;
use crate::txn::run::{Context, End, Failure, Limit, Open, commit, give_back, work};
use crate::txn::tx::Tx;

/// The longest pause before a key is looked at again that somebody else has just used.
const PAUSE_MS: u64 = 10;

/// Runs attempts until one is committed, or the result of one that was is found, or it is certain that none can be.
pub(super) async fn run<F, Fut, T, E>(
    context: Context<'_>,
    flights: &Flights,
    policy: RetryPolicy,
    key: Key,
    closure: &F,
) -> Result<Once<T>, Failure<E>>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    T: Serialize + DeserializeOwned,
{
    policy.check()?;
    let key = key.seal(context.name, policy.deadline)?;
    if !context.options.writes() {
        return Err(reads_only(context.name).into());
    }
    let _running = context.pool.begin()?;
    context.counters.transaction();
    let retries = Retries::new(policy);
    let row = key.row;
    let mut run = Run { context: &context, key, unknown: 0, seen: (1, "failed") };
    let result = match flights.enter(row) {
        Flight::First(_working) => run.attempts(retries, closure).await,
        Flight::Other(mut closed) => {
            // Nothing is ever sent; it is closed.
            if timeout_at(retries.deadline(), closed.changed()).await.is_ok() {
                run.attempts(retries, closure).await
            } else {
                Err(Stop::Known(Limit::deadline(&retries, run.context).passed(WAITED)))
            }
        }
    };
    let left_open = matches!(&result, Err(Stop::Open(_)));
    context.counters.known(run.unknown.saturating_sub(u64::from(left_open)));
    let (attempts, seen) = run.seen;
    let replayed = matches!(&result, Ok(once) if once.is_replayed());
    let outcome = match (left_open, replayed) {
        (true, _) => "unknown",
        (_, true) => "replayed",
        _ => seen,
    };
    context.watch.end(attempts, outcome);
    match result {
        Ok(once) => {
            if replayed {
                context.counters.replay();
            }
            Ok(once)
        }
        Err(Stop::Closure(error)) => Err(Failure::Theirs(error)),
        Err(Stop::Known(error) | Stop::Open(error)) => Err(error.into()),
    }
}

/// One call.
struct Run<'a> {
    context: &'a Context<'a>,
    key: Sealed,
    /// How many attempts may have been committed, and may still arrive.
    unknown: u64,
    /// The number of the last attempt, and how it ended.
    seen: (u32, &'static str),
}

/// Why there is no result.
enum Stop<E> {
    /// The closure's own error, which left nothing behind.
    Closure(E),
    /// It is known what became of it.
    Known(Error),
    /// It is not.
    Open(Error),
}

/// How an attempt ended that brought no result.
enum Ended<T, E> {
    RolledBack(T),
    Rejected(E),
    Failed(Error),
}

impl Run<'_> {
    async fn attempts<F, Fut, T, E>(&mut self, mut retries: Retries, closure: &F) -> Result<Once<T>, Stop<E>>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        T: Serialize + DeserializeOwned,
    {
        let (context, name) = (self.context, self.context.name);
        let mut claim = Claim::New;
        let mut began = Instant::now();
        context.counters.attempt();
        context.watch.attempt();
        loop {
            let number = retries.number();
            let permit = match context.turn(&retries).await {
                Ok(permit) => permit,
                Err(error) => {
                    self.seen = (number, "failed");
                    let deadline = retries.deadline();
                    return self.end(deadline, Ended::Failed(retries.end(error, began))).await;
                }
            };
            // Waiting for somebody else is no part of an attempt, and only the deadline bounds it.
            let entered = enter(context, &Limit::deadline(&retries, context), number, &self.key, claim).await;
            claim = Claim::New;
            let end = match entered {
                Entered::Claimed(open) => {
                    let limit = Limit::of(&retries, context);
                    self.work(&limit, number, open, closure).await
                }
                Entered::Done(json) => return self.replay(&json),
                Entered::Fenced => {
                    claim = Claim::Again;
                    continue;
                }
                Entered::Busy => {
                    drop(permit);
                    let pause = Duration::from_millis(fastrand::u64(1..=PAUSE_MS));
                    tokio::time::sleep(pause).await;
                    continue;
                }
                Entered::Failed(error) => End::Failed(error),
                Entered::Again(error) => End::Again(error),
            };
            drop(give_back(permit, &end));
            let error = match end {
                End::Committed(value) => {
                    context.counters.commit();
                    self.seen = (number, "committed");
                    return Ok(Once::Fresh(value));
                }
                End::RolledBack(value) => {
                    self.seen = (number, "rolled_back");
                    return self.end(retries.deadline(), Ended::RolledBack(value)).await;
                }
                End::Rejected(error) => {
                    self.seen = (number, "rolled_back");
                    return self.end(retries.deadline(), Ended::Rejected(error)).await;
                }
                End::Failed(error) if error.is_outcome_unknown() => {
                    // The claim finds out what became of it.
                    self.unknown += 1;
                    error
                }
                End::Failed(error) => {
                    self.seen = (number, "failed");
                    let deadline = retries.deadline();
                    return self.end(deadline, Ended::Failed(retries.end(error, began))).await;
                }
                End::Again(error) => error,
                End::Restart(error, lease) => {
                    lease.roll_back().await;
                    error
                }
            };
            let cause = reason(error.sqlstate(), error.message());
            context.counters.retry(cause);
            context.watch.retry(cause);
            tracing::debug!(name, number, cause, sqlstate = error.sqlstate(), "retrying");
            let pause = context.pause(&error);
            if let Err(error) =
                retries.again_within(pause, &format!("transaction `{name}`"), error, began).await
            {
                self.seen = (number, "gave_up");
                return self.end(retries.deadline(), Ended::Failed(error)).await;
            }
            began = Instant::now();
            context.counters.attempt();
            context.watch.attempt();
        }
    }

    /// Runs the closure under its claim, and commits what it returns together with its work.
    async fn work<F, Fut, T, E>(&self, limit: &Limit, number: u32, open: Open<'_>, closure: &F) -> End<T, E>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        T: Serialize + DeserializeOwned,
    {
        let (value, open) = match work(self.context, limit, open, closure).await {
            Ok(done) => done,
            Err(end) => return end,
        };
        match encode(&value, &self.key, self.context.name) {
            Ok(json) => {
                let finish = sql::finish(&self.key, &json);
                commit(self.context, limit, number, open, Some(finish), value).await
            }
            Err(error) => {
                open.roll_back().await;
                End::Failed(error)
            }
        }
    }

    fn replay<T: DeserializeOwned, E>(&self, json: &[u8]) -> Result<Once<T>, Stop<E>> {
        decode(json, self.context.name).map(Once::Replayed).map_err(Stop::Known)
    }

    /// Ends without a commit of its own: whatever may still arrive of earlier attempts is kept out first.
    async fn end<T, E>(&self, deadline: Instant, ended: Ended<T, E>) -> Result<Once<T>, Stop<E>>
    where
        T: DeserializeOwned,
    {
        let committed =
            matches!(&ended, Ended::Failed(error) if error.commit_outcome() == CommitOutcome::Committed);
        if self.unknown == 0 || committed {
            return match ended {
                Ended::RolledBack(value) => Ok(Once::Fresh(value)),
                Ended::Rejected(error) => Err(Stop::Closure(error)),
                Ended::Failed(error) => Err(Stop::Known(error)),
            };
        }
        match (fence(self.context, deadline, &self.key).await, ended) {
            (Ok(Some(json)), _) => self.replay(&json),
            (Ok(None), Ended::RolledBack(value)) => Ok(Once::Fresh(value)),
            (Ok(None), Ended::Rejected(error)) => Err(Stop::Closure(error)),
            (Ok(None), Ended::Failed(error)) => Err(Stop::Known(kept_out(error))),
            // Somebody else has used the key, so it was not us.
            (Err(error), _) if error.is_key_reused() => Err(Stop::Known(error)),
            (Err(error), ended) => {
                let error = if let Ended::Failed(first) = ended { first } else { error };
                Err(Stop::Open(self.left_open(error)))
            }
        }
    }

    fn left_open(&self, error: Error) -> Error {
        let name = self.context.name;
        error
            .with_outcome(CommitOutcome::Unknown)
            .with_context(format!(
                "an earlier attempt of transaction `{name}` may have been committed, and it could not be found out"
            ))
            .with_advice("run it again under the same key: that finds out, and does nothing twice")
    }
}

/// The outcome was unknown and is not any more.
fn kept_out(error: Error) -> Error {
    if !error.is_outcome_unknown() {
        return error;
    }
    error
        .with_outcome(CommitOutcome::NotCommitted)
        .with_advice("it is certain now that nothing was committed: run it again under the same key")
}

fn reads_only(name: &str) -> Error {
    let message = format!("transaction `{name}` only reads, so it cannot have a key");
    Error::of_kind(Kind::Refused, message)
        .with_advice("leave `.once(..)` out: what only reads can be run again")
}
