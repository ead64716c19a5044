//! The loop around a transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use super::attempt::{Attempt, Hooks, Verdict};
use super::classify::{Outcome, Where, classify, read_again_after};
use super::commit::{Closing, Committed, InFlight};
use super::deferred::{OWN_FAILED, undone};
use super::hooks;
use super::inside::inside;
use super::limit::{Gate, Permit};
use super::options::{Own, TxnOptions};
use super::policy::RetryPolicy;
use super::reason::{self, reason};
use super::retries::Retries;
use super::stats::Counters;
use super::tx::Tx;
use crate::conn::{Lease, Pool, Who};
use crate::error::{CommitOutcome, Error, Kind, contention};
use crate::exec::{Label, Reach};
use crate::observe::{self, TxnWatch};

/// How long the answers of dropped statements are waited for when the closure has failed anyway.
const GLANCE: Duration = Duration::from_millis(100);

/// How long is slept at most before an attempt that waits for its turn then.
const BEFORE_A_TURN: Duration = Duration::from_millis(20);

/// What the loop works on.
pub(super) struct Context<'a> {
    pub(super) pool: &'a Pool,
    pub(super) counters: &'a Arc<Counters>,
    pub(super) name: &'static str,
    pub(super) watch: TxnWatch,
    pub(super) options: &'a TxnOptions,
    /// BEGIN and what travels with it.
    pub(super) begin: String,
    /// Retry once at once, through the savepoint `cockroach_restart`, which BEGIN then holds.
    pub(super) restart: bool,
    /// Which database this is, for statements that must not run on it meanwhile.
    pub(super) database: usize,
    /// Whose rows its closure reaches.
    pub(super) reach: Reach,
    /// What lets its attempts in.
    pub(super) gate: Option<Arc<Gate>>,
}

impl Context<'_> {
    /// Waits until an attempt may run.
    ///
    /// # Errors
    /// The deadline comes first.
    pub(super) async fn turn(&self, retries: &Retries) -> Result<Option<Permit>, Error> {
        let Some(gate) = &self.gate else { return Ok(None) };
        let limited = gate.is_limited();
        let permit = gate.enter(retries.number() > 1, retries.deadline()).await;
        observe::limit(self.name, if limited { gate.limit() } else { None });
        if let Some(permit) = permit {
            return Ok(Some(permit));
        }
        let limit = gate.limit().unwrap_or_default();
        let allowed = retries.allowed().as_secs_f64();
        let message = format!(
            "the deadline of {allowed:.1} s passed while it waited for its turn: {limit} attempts of transaction `{}` \
             run at once, since more of them only conflict",
            self.name
        );
        Err(Error::of_kind(Kind::Deadline, message).with_advice(contention()))
    }

    /// Says that it was rolled back, and why, in words of what the caller knows of it.
    fn rolled_back(&self, error: Error, why: &str) -> Error {
        let what = format!("transaction `{}` was rolled back", self.name);
        undone(error, &what, why, self.options.own.is_some())
    }

    /// The longest sleep before another attempt.
    ///
    /// Sleeps grow so that fewer attempts meet. Where the gate sees to that, they only delay who goes first anyway.
    pub(super) fn pause(&self, error: &Error) -> Duration {
        match &self.gate {
            Some(gate) if gate.is_limited() && error.is_serialization_failure() => BEFORE_A_TURN,
            _ => Duration::MAX,
        }
    }
}

/// Gives the turn to the next, and says how this attempt ended.
pub(super) fn give_back<T, E>(permit: Option<Permit>, end: &End<T, E>) -> Option<Permit> {
    let permit = permit?;
    match end {
        End::Again(error) => permit.ended(error.is_serialization_failure()),
        End::Restart(..) => {
            permit.conflicted();
            return Some(permit);
        }
        _ => permit.ended(false),
    }
    None
}

/// How an attempt ended.
pub(super) enum End<T, E> {
    Committed(T),
    /// As the closure wanted it.
    RolledBack(T),
    /// The closure's own error, after ROLLBACK.
    Rejected(E),
    /// An error that another attempt would not mend.
    Failed(Error),
    /// Certainly not committed, and another attempt may succeed.
    Again(Error),
    /// The same, and it may begin at its savepoint.
    Restart(Error, Lease),
}

/// Why a transaction came to nothing.
pub(super) enum Failure<E> {
    Ours(Error),
    /// The closure's own error.
    Theirs(E),
}

impl<E> Failure<E> {
    /// The caller's error.
    pub(super) fn into_error(self, ours: fn(Error) -> E) -> E {
        match self {
            Self::Ours(error) => ours(error),
            Self::Theirs(error) => error,
        }
    }
}

impl<E> From<Error> for Failure<E> {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Runs attempts until one is committed, or none may follow.
pub(super) async fn run<F, Fut, T, E>(
    context: Context<'_>,
    policy: RetryPolicy,
    closure: &F,
) -> Result<T, Failure<E>>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    policy.check()?;
    let _running = context.pool.begin()?;
    let counters = context.counters;
    counters.transaction();
    let mut retries = Retries::new(policy);
    let mut restart = None;
    let mut permit = None;
    loop {
        let began = Instant::now();
        let number = retries.number();
        if permit.is_none() {
            permit = match context.turn(&retries).await {
                Ok(permit) => permit,
                Err(error) => {
                    context.watch.end(number, "gave_up");
                    return Err(retries.end(error, began).into());
                }
            };
        }
        counters.attempt();
        context.watch.attempt();
        let end = attempt(&context, &retries, number, restart.take(), closure).await;
        permit = give_back(permit, &end);
        let (error, lease) = match end {
            End::Committed(value) => {
                counters.commit();
                context.watch.end(number, "committed");
                return Ok(value);
            }
            End::RolledBack(value) => {
                context.watch.end(number, "rolled_back");
                return Ok(value);
            }
            End::Rejected(error) => {
                context.watch.end(number, "rolled_back");
                return Err(Failure::Theirs(error));
            }
            End::Failed(error) => {
                context.watch.end(number, if error.is_outcome_unknown() { "unknown" } else { "failed" });
                return Err(retries.end(error, began).into());
            }
            End::Again(error) => (error, None),
            End::Restart(error, lease) => (error, Some(lease)),
        };
        let cause = reason(error.sqlstate(), error.message());
        counters.retry(cause);
        context.watch.retry(cause);
        tracing::debug!(name = context.name, number, cause, sqlstate = error.sqlstate(), "retrying");
        let what = format!("transaction `{}`", context.name);
        let pause = context.pause(&error);
        let again = match lease {
            Some(lease) => {
                let again = retries.again_at_once(&what, error, began);
                if again.is_ok() {
                    restart = Some(lease);
                } else {
                    lease.roll_back().await;
                }
                again
            }
            None => retries.again_within(pause, &what, error, began).await,
        };
        if let Err(error) = again {
            context.watch.end(number, "gave_up");
            return Err(error.into());
        }
    }
}

/// An attempt and its connection. Dropped, it ends: ROLLBACK is queued at once, and a task sees to the rest.
pub(super) struct Open<'a> {
    pub(super) attempt: Arc<Attempt>,
    lease: Option<Lease>,
    counters: &'a Counters,
}

impl<'a> Open<'a> {
    pub(super) fn new(attempt: Attempt, lease: Lease, counters: &'a Counters) -> Self {
        Self { attempt: Arc::new(attempt), lease: Some(lease), counters }
    }

    /// Ends it and waits for the answer to ROLLBACK, so that no lock is held while the next attempt sleeps.
    pub(super) async fn roll_back(mut self) {
        let settled = self.attempt.is_settled();
        let begun = self.attempt.has_begun();
        self.attempt.end();
        if let Some(mut lease) = self.lease.take() {
            self.counters.rollback();
            if !begun {
                lease.idle();
            } else if settled {
                lease.roll_back().await;
            }
            // Else a statement is running that nobody waits for: the dropped lease waits in the background.
        }
    }

    /// Its connection, what was deferred, and what is to run after COMMIT; it has ended then.
    fn into_parts(mut self) -> Option<(Lease, Closing, Hooks)> {
        let (deferred, hooks) = {
            let mut state = self.attempt.state();
            (std::mem::take(&mut state.deferred), std::mem::take(&mut state.hooks))
        };
        self.attempt.end();
        Some((self.lease.take()?, Closing { deferred, last: None, release: false }, hooks))
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let begun = self.attempt.has_begun();
        self.attempt.end();
        if let Some(mut lease) = self.lease.take() {
            if !begun {
                lease.idle();
            }
            self.counters.rollback();
        }
    }
}

/// The moment by which an attempt must be over, and what it is called.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    at: Instant,
    what: &'static str,
    allowed: Duration,
    /// The transaction's.
    name: &'static str,
    own: Option<Own>,
}

impl Limit {
    /// That of all attempts together.
    pub(super) fn deadline(retries: &Retries, context: &Context<'_>) -> Self {
        let (name, own) = (context.name, context.options.own);
        Self { at: retries.deadline(), what: "deadline", allowed: retries.allowed(), name, own }
    }

    pub(super) fn of(retries: &Retries, context: &Context<'_>) -> Self {
        let deadline = Self::deadline(retries, context);
        let Some(allowed) = context.options.transaction_timeout else { return deadline };
        match Instant::now().checked_add(allowed) {
            Some(at) if at < deadline.at => Self { at, what: "transaction timeout", allowed, ..deadline },
            _ => deadline,
        }
    }

    /// When it is.
    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// The time passed while the closure ran, of which nothing is said where it is the library's own.
    fn passed_inside(&self, when: &str) -> Error {
        match self.own {
            None => self.passed(when),
            Some(Own::Statements(_)) => self.passed("while its statements ran"),
            Some(Own::Keyed(label)) => self.passed_of_single_write(label),
        }
    }

    fn passed_of_single_write(&self, label: Label) -> Error {
        let allowed = self.allowed.as_secs_f64();
        Error::of_kind(
            Kind::Deadline,
            format!("the {} of {allowed:.1} s passed while the write under its key ran", self.what),
        )
        .with_label(label)
        .with_advice(
            "another transaction may hold the row; give it more time by the retry policy of the database, or by a transaction \
             around it: `db.transaction(..).deadline(..).once(key)`",
        )
    }

    pub(super) fn passed(&self, when: &str) -> Error {
        let Self { what, name, .. } = self;
        let allowed = self.allowed.as_secs_f64();
        let message = format!("transaction `{name}`: the {what} of {allowed:.1} s passed {when}");
        let error = Error::of_kind(Kind::Deadline, message);
        match self.own {
            None => error,
            // It has no `.deadline(..)`.
            Some(Own::Keyed(label) | Own::Statements(label)) => error
                .with_label(label)
                .with_advice("give it more time by `db.with_retry(RetryPolicy::new().deadline(..))`"),
        }
    }
}

async fn attempt<F, Fut, T, E>(
    context: &Context<'_>,
    retries: &Retries,
    number: u32,
    restart: Option<Lease>,
    closure: &F,
) -> End<T, E>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let begun = match restart {
        Some(lease) => begin_again(context, number, lease).await,
        None => begin(context, retries, number).await,
    };
    let open = match begun {
        Ok(open) => open,
        Err(end) => return end.into_end(),
    };
    let limit = Limit::of(retries, context);
    match work(context, &limit, open, closure).await {
        Ok((value, open)) => commit(context, &limit, number, open, None, value).await,
        Err(end) => end,
    }
}

/// Runs the closure; its value is there when the transaction may be committed.
pub(super) async fn work<'a, F, Fut, T, E>(
    context: &Context<'_>,
    limit: &Limit,
    open: Open<'a>,
    closure: &F,
) -> Result<(T, Open<'a>), End<T, E>>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let tx = Tx::new(open.attempt.clone()).reaching(context.reach.clone());
    let running = inside(context.database, context.name, closure(tx.clone()));
    let Ok(result) = timeout_at(limit.at, running).await else {
        return Err(End::Failed(limit.passed_inside("while its closure ran")));
    };

    // Everything that was sent has its answer recorded before the outcome is decided.
    if result.is_ok() {
        if timeout_at(limit.at, settle(&open.attempt, &tx)).await.is_err() {
            let when = "while statements that its closure had begun still ran";
            return Err(End::Failed(limit.passed_inside(when)));
        }
    } else {
        open.attempt.close();
        if !open.attempt.is_settled() {
            let _ = timeout(GLANCE, open.attempt.settled()).await;
        }
    }

    match (result, open.attempt.verdict()) {
        (_, Verdict::Transient(error)) => Err(again(context, open, error).await),
        (Err(error), _) => {
            open.roll_back().await;
            Err(End::Rejected(error))
        }
        (Ok(_), Verdict::Failed(error)) => {
            open.roll_back().await;
            let why = match context.options.own {
                None => "a statement had failed although its closure returned Ok",
                Some(_) => OWN_FAILED,
            };
            Err(End::Failed(context.rolled_back(error, why)))
        }
        (Ok(_), Verdict::Clean) if open.attempt.has_open_scope() => {
            open.roll_back().await;
            Err(End::Failed(still_open(context.name)))
        }
        (Ok(value), Verdict::Clean) if open.attempt.is_rollback_only() => {
            open.roll_back().await;
            Err(End::RolledBack(value))
        }
        // Asked for by a test: see `testing::force_retries`.
        (Ok(_), Verdict::Clean) if open.attempt.number() <= context.counters.forced() => {
            open.roll_back().await;
            Err(End::Again(reason::forced()))
        }
        (Ok(value), Verdict::Clean) => Ok((value, open)),
    }
}

/// Lets nothing more in, and waits for the answers to what was sent.
async fn settle(attempt: &Attempt, tx: &Tx) {
    if attempt.has_deferred() {
        // A failure is recorded, and the verdict tells.
        let _ = tx.prepare_deferred().await;
        attempt.begin().await;
    }
    attempt.close();
    attempt.settled().await;
}

fn still_open(name: &str) -> Error {
    let message = format!(
        "transaction `{name}` was rolled back, since a savepoint of it was still open when its closure returned"
    );
    Error::of_kind(Kind::Refused, message).with_advice("await every savepoint before the closure returns")
}

/// Ends an attempt that another one may follow.
async fn again<T, E>(context: &Context<'_>, mut open: Open<'_>, error: Error) -> End<T, E> {
    let first = open.attempt.number() == 1 && open.attempt.is_settled();
    if context.restart && first && error.sqlstate() == Some("40001") {
        open.attempt.end();
        if let Some(lease) = open.lease.take() {
            return End::Restart(error, lease);
        }
    }
    open.roll_back().await;
    End::Again(error)
}

/// Why an attempt did not even begin.
pub(super) enum NotBegun {
    Failed(Error),
    Again(Error),
}

impl NotBegun {
    pub(super) fn into_end<T, E>(self) -> End<T, E> {
        match self {
            Self::Failed(error) => End::Failed(error),
            Self::Again(error) => End::Again(error),
        }
    }
}

async fn begin<'a>(context: &Context<'a>, retries: &Retries, number: u32) -> Result<Open<'a>, NotBegun> {
    let mut lease = acquire(context, retries.deadline(), number).await?;
    lease.in_transaction();
    let attempt = Attempt::new(number, lease.conn().clone(), context.begin.clone())
        .locking_reads(context.options.locks_reads(number));
    Ok(Open::new(attempt, lease, context.counters))
}

/// A connection for an attempt.
pub(super) async fn acquire(
    context: &Context<'_>,
    deadline: Instant,
    number: u32,
) -> Result<Lease, NotBegun> {
    let who = Who::Transaction(context.name);
    let acquired = match number {
        1 => context.pool.acquire(who, Some(deadline)).await,
        _ => context.pool.acquire_again(who, deadline).await,
    };
    // A server that is not ready, or that went away after an attempt, may be back soon; a first connection that is
    // refused is reported at once.
    acquired.map_err(|error| {
        if error.is_connection() && !error.is_closed() && (number > 1 || error.sqlstate().is_some()) {
            NotBegun::Again(error)
        } else {
            NotBegun::Failed(error)
        }
    })
}

/// Begins another attempt at the savepoint of the one before.
async fn begin_again<'a>(context: &Context<'a>, number: u32, lease: Lease) -> Result<Open<'a>, NotBegun> {
    let conn = lease.conn().clone();
    let attempt = Attempt::begun(number, conn.clone()).locking_reads(context.options.locks_reads(number));
    let open = Open::new(attempt, lease, context.counters);
    match conn.batch("ROLLBACK TO SAVEPOINT cockroach_restart").await {
        Ok(()) => Ok(open),
        Err(driver) => {
            let error = Error::driver(&driver, conn.node());
            Err(match classify(&driver, Where::BeforeCommit) {
                Outcome::NotCommitted { retry: true } => NotBegun::Again(error),
                _ => NotBegun::Failed(error),
            })
        }
    }
}

/// Commits; `last` is one statement that travels with COMMIT and fails in an aborted transaction.
pub(super) async fn commit<T, E>(
    context: &Context<'_>,
    limit: &Limit,
    number: u32,
    open: Open<'_>,
    last: Option<String>,
    value: T,
) -> End<T, E> {
    // Once COMMIT is sent, a deadline makes the outcome unknown; before, it does not.
    if Instant::now() >= limit.at {
        open.roll_back().await;
        return End::Failed(limit.passed("before COMMIT was sent"));
    }
    let begun = open.attempt.has_begun();
    let Some((mut lease, mut closing, hooks)) = open.into_parts() else {
        return End::Failed(Error::of_kind(Kind::Ended, "the transaction has ended"));
    };
    if !begun {
        // Nothing was sent, and there is nothing to commit.
        lease.idle();
        hooks::run(context.name, hooks);
        return End::Committed(value);
    }
    if lease.conn().is_closed() {
        let node = lease.conn().node().clone();
        let message = format!("the connection to {node} was lost before COMMIT was sent");
        return End::Again(Error::of_kind(Kind::Lost, message).with_node(&node));
    }
    closing.last = last;
    closing.release = context.restart;
    let mut in_flight = InFlight::new(lease, closing, context.name, context.counters.clone());
    let Ok(Committed { outcome, error, open }) = timeout_at(limit.at, &mut in_flight).await else {
        return End::Failed(limit.passed("while COMMIT was in flight").with_outcome(CommitOutcome::Unknown));
    };
    let Some(error) = error else {
        hooks::run(context.name, hooks);
        return End::Committed(value);
    };
    match (outcome, open) {
        (Outcome::NotCommitted { retry: true }, Some(lease)) if context.restart && number == 1 => {
            End::Restart(error, lease)
        }
        (Outcome::NotCommitted { retry }, open) => {
            context.counters.rollback();
            // What became of it is known, and is not forgotten over a ROLLBACK that is not answered in time.
            if let Some(lease) = open {
                // Where the time is over, it goes on by itself.
                let _ = timeout_at(limit.at, lease.roll_back()).await;
            }
            if retry {
                End::Again(error)
            } else {
                End::Failed(context.rolled_back(error, "its COMMIT failed"))
            }
        }
        (Outcome::Committed, _) => {
            context.counters.commit();
            hooks::run(context.name, hooks);
            End::Failed(
                error
                    .with_outcome(CommitOutcome::Committed)
                    .with_context(format!("transaction `{}` was committed, but not all of it", context.name)),
            )
        }
        // Reads leave nothing behind, so it does not matter what became of them.
        (Outcome::Unknown, _) if !context.options.writes() && read_again_after(&error) => {
            context.counters.rollback();
            End::Again(error)
        }
        (Outcome::Unknown, _) => {
            context.counters.unknown();
            TxnWatch::unknown(context.name);
            End::Failed(error.with_outcome(CommitOutcome::Unknown).with_context(format!(
                "it is not known whether transaction `{}` was committed",
                context.name
            )))
        }
    }
}
