//! The loop around a transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use super::attempt::{Attempt, Verdict};
use super::classify::{Outcome, Where, classify};
use super::commit::{Committed, InFlight};
use super::policy::RetryPolicy;
use super::reason::reason;
use super::retries::Retries;
use super::stats::Counters;
use super::tx::Tx;
use crate::conn::{Lease, Pool};
use crate::error::{CommitOutcome, Error, Kind};

/// How long the answers of dropped statements are waited for when the closure has failed anyway.
const GLANCE: Duration = Duration::from_millis(100);

/// What the loop works on.
pub(super) struct Context<'a> {
    pub(super) pool: &'a Pool,
    pub(super) counters: &'a Arc<Counters>,
    pub(super) name: &'static str,
}

/// How an attempt ended.
enum End<T, E> {
    Committed(T),
    /// The closure's own error, after ROLLBACK.
    Rejected(E),
    /// An error that another attempt would not mend.
    Failed(Error),
    /// Certainly not committed, and another attempt may succeed.
    Again(Error),
}

/// Runs attempts until one is committed, or none may follow.
pub(super) async fn run<F, Fut, T, E>(context: Context<'_>, policy: RetryPolicy, closure: &F) -> Result<T, E>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: From<Error>,
{
    policy.check()?;
    let counters = context.counters;
    counters.transaction();
    let mut retries = Retries::new(policy);
    loop {
        let began = Instant::now();
        let number = retries.number();
        counters.attempt();
        match attempt(&context, &retries, number, closure).await {
            End::Committed(value) => {
                counters.commit();
                record(number, "committed");
                return Ok(value);
            }
            End::Rejected(error) => {
                record(number, "rolled back");
                return Err(error);
            }
            End::Failed(error) => {
                record(number, if error.is_outcome_unknown() { "unknown" } else { "failed" });
                return Err(retries.end(error, began).into());
            }
            End::Again(error) => {
                let cause = reason(error.sqlstate(), error.message());
                counters.retry(cause);
                tracing::debug!(name = context.name, number, cause, sqlstate = error.sqlstate(), "retrying");
                let what = format!("transaction `{}`", context.name);
                if let Err(error) = retries.again(&what, error, began).await {
                    record(number, "gave up");
                    return Err(error.into());
                }
            }
        }
    }
}

fn record(attempts: u32, outcome: &str) {
    tracing::Span::current().record("attempts", attempts).record("outcome", outcome);
}

/// An attempt and its connection. Dropped, it ends: ROLLBACK is queued at once, and a task sees to the rest.
struct Open<'a> {
    attempt: Arc<Attempt>,
    lease: Option<Lease>,
    counters: &'a Counters,
}

impl Open<'_> {
    /// Ends it and waits for the answer to ROLLBACK, so that no lock is held while the next attempt sleeps.
    async fn roll_back(mut self) {
        let settled = self.attempt.is_settled();
        self.attempt.end();
        if let Some(lease) = self.lease.take() {
            self.counters.rollback();
            if settled {
                lease.roll_back().await;
            }
            // Else a statement is running that nobody waits for: the dropped lease waits in the background.
        }
    }

    fn take_lease(mut self) -> Option<Lease> {
        self.attempt.end();
        self.lease.take()
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.attempt.end();
        if self.lease.take().is_some() {
            self.counters.rollback();
        }
    }
}

async fn attempt<F, Fut, T, E>(
    context: &Context<'_>,
    retries: &Retries,
    number: u32,
    closure: &F,
) -> End<T, E>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let deadline = retries.deadline();
    let open = match begin(context, retries, number).await {
        Ok(open) => open,
        Err(end) => return end.into_end(),
    };

    let Ok(result) = timeout_at(deadline, closure(Tx::new(open.attempt.clone()))).await else {
        return End::Failed(past_deadline(retries, "while its closure ran"));
    };

    // Everything that was sent has its answer recorded before the outcome is decided.
    open.attempt.close();
    if result.is_ok() {
        if timeout_at(deadline, open.attempt.settled()).await.is_err() {
            return End::Failed(past_deadline(
                retries,
                "while statements that its closure had begun still ran",
            ));
        }
    } else if !open.attempt.is_settled() {
        let _ = timeout(GLANCE, open.attempt.settled()).await;
    }

    match (result, open.attempt.verdict()) {
        (_, Verdict::Transient(error)) => {
            open.roll_back().await;
            End::Again(error)
        }
        (Err(error), _) => {
            open.roll_back().await;
            End::Rejected(error)
        }
        (Ok(_), Verdict::Failed(error)) => {
            open.roll_back().await;
            End::Failed(error.with_context(format!(
                "transaction `{}` was rolled back, since a statement had failed although its closure returned Ok",
                context.name
            )))
        }
        (Ok(value), Verdict::Clean) => commit(context, retries, open, value).await,
    }
}

/// Why an attempt did not even begin.
enum NotBegun {
    Failed(Error),
    Again(Error),
}

impl NotBegun {
    fn into_end<T, E>(self) -> End<T, E> {
        match self {
            Self::Failed(error) => End::Failed(error),
            Self::Again(error) => End::Again(error),
        }
    }
}

async fn begin<'a>(context: &Context<'a>, retries: &Retries, number: u32) -> Result<Open<'a>, NotBegun> {
    let deadline = retries.deadline();
    let acquired = match number {
        1 => context.pool.acquire(Some(deadline)).await,
        _ => context.pool.acquire_again(deadline).await,
    };
    let mut lease = match acquired {
        Ok(lease) => lease,
        // A server that is not ready, or that went away after an attempt, may be back soon; a first connection
        // that is refused is reported at once.
        Err(error) if error.is_connection() && (number > 1 || error.sqlstate().is_some()) => {
            return Err(NotBegun::Again(error));
        }
        Err(error) => return Err(NotBegun::Failed(error)),
    };
    let conn = lease.conn().clone();
    lease.in_transaction();
    let attempt = Arc::new(Attempt::new(number, conn.clone()));
    let open = Open { attempt, lease: Some(lease), counters: context.counters };
    match timeout_at(deadline, conn.batch("BEGIN ISOLATION LEVEL SERIALIZABLE")).await {
        Err(_) => Err(NotBegun::Failed(past_deadline(retries, "before BEGIN was answered"))),
        Ok(Ok(())) => Ok(open),
        Ok(Err(driver)) => {
            let error = Error::driver(&driver, conn.node());
            Err(match classify(driver.code(), Where::BeforeCommit) {
                Outcome::NotCommitted { retry: true } => NotBegun::Again(error),
                _ => NotBegun::Failed(error),
            })
        }
    }
}

async fn commit<T, E>(context: &Context<'_>, retries: &Retries, open: Open<'_>, value: T) -> End<T, E> {
    let deadline = retries.deadline();
    // Once COMMIT is sent, a deadline makes the outcome unknown; before, it does not.
    if Instant::now() >= deadline {
        open.roll_back().await;
        return End::Failed(past_deadline(retries, "before COMMIT was sent"));
    }
    let Some(lease) = open.take_lease() else {
        return End::Failed(Error::of_kind(Kind::Ended, "the transaction has ended"));
    };
    if lease.conn().is_closed() {
        let node = lease.conn().node().clone();
        let message = format!("the connection to {node} was lost before COMMIT was sent");
        return End::Again(Error::of_kind(Kind::Lost, message).with_node(&node));
    }
    let mut in_flight = InFlight::new(lease, context.name, context.counters.clone());
    let Ok(Committed { outcome, error }) = timeout_at(deadline, &mut in_flight).await else {
        return End::Failed(
            past_deadline(retries, "while COMMIT was in flight").with_outcome(CommitOutcome::Unknown),
        );
    };
    let Some(error) = error else { return End::Committed(value) };
    match outcome {
        Outcome::NotCommitted { retry } => {
            context.counters.rollback();
            if retry { End::Again(error) } else { End::Failed(error) }
        }
        Outcome::Committed => {
            context.counters.commit();
            End::Failed(
                error
                    .with_outcome(CommitOutcome::Committed)
                    .with_context(format!("transaction `{}` was committed, but not all of it", context.name)),
            )
        }
        Outcome::Unknown => {
            context.counters.unknown();
            End::Failed(error.with_outcome(CommitOutcome::Unknown).with_context(format!(
                "it is not known whether transaction `{}` was committed",
                context.name
            )))
        }
    }
}

fn past_deadline(retries: &Retries, when: &str) -> Error {
    let allowed = retries.allowed().as_secs_f64();
    Error::of_kind(Kind::Deadline, format!("the deadline of {allowed:.1} s passed {when}"))
}
