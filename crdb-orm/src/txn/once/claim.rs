//! The first statement of a transaction under a key.

use tokio::time::timeout_at;

use super::key::Sealed;
use super::sql;
use super::stored::Stored;
use crate::conn::Lease;
use crate::error::{Driver, Error};
use crate::txn::attempt::Attempt;
use crate::txn::classify::{Outcome, Where, classify};
use crate::txn::run::{Context, Limit, NotBegun, Open, acquire};

/// When a deadline passed that another caller used up.
pub(super) const WAITED: &str =
    "while its key was being claimed; another transaction under it may be running";

/// What is claimed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Claim {
    /// A key that is new.
    New,
    /// One that was fenced.
    Again,
}

/// What an attempt has found at its beginning.
pub(super) enum Entered<'a> {
    /// The key is ours until the transaction ends.
    Claimed(Open<'a>),
    /// It was committed, with this result.
    Done(Vec<u8>),
    /// It was fenced, and may be claimed again.
    Fenced,
    /// Somebody else was quicker, or its row is gone: look again.
    Busy,
    /// Another attempt would not mend it.
    Failed(Error),
    /// Another attempt may succeed.
    Again(Error),
}

/// Sends BEGIN and the claim together, and reads the answer before anything else is sent.
///
/// The claim is never sent together with COMMIT: who loses would commit the work a second time.
pub(super) async fn enter<'a>(
    context: &Context<'a>,
    limit: &Limit,
    number: u32,
    key: &Sealed,
    claim: Claim,
) -> Entered<'a> {
    let mut lease = match acquire(context, limit.at(), number).await {
        Ok(lease) => lease,
        Err(NotBegun::Failed(error)) => return Entered::Failed(error),
        Err(NotBegun::Again(error)) => return Entered::Again(error),
    };
    let conn = lease.conn().clone();
    lease.in_transaction();
    let statement = match claim {
        Claim::New => sql::claim(key),
        Claim::Again => sql::claim_again(key),
    };
    let begin = format!("{}; {statement}", context.begin);
    // It waits for whoever holds the key.
    let Ok(answer) = timeout_at(limit.at(), conn.texts(&begin)).await else {
        return Entered::Failed(limit.passed(WAITED));
    };
    match answer {
        Ok(rows) if !rows.is_empty() => {
            let attempt = Attempt::begun(number, conn).locking_reads(context.options.locks_reads(number));
            Entered::Claimed(Open::new(attempt, lease, context.counters))
        }
        Ok(_) => match claim {
            Claim::New => look_up(context, limit, lease, key).await,
            Claim::Again => {
                lease.roll_back().await;
                Entered::Busy
            }
        },
        Err(driver) => failed(&driver, lease).await,
    }
}

/// Reads the row that was in the way, and leaves the transaction.
async fn look_up<'a>(context: &Context<'_>, limit: &Limit, mut lease: Lease, key: &Sealed) -> Entered<'a> {
    let conn = lease.conn().clone();
    let look_up = format!("{}; ROLLBACK", sql::look_up(key));
    let Ok(answer) = timeout_at(limit.at(), conn.texts(&look_up)).await else {
        return Entered::Failed(limit.passed("while the result under its key was being read"));
    };
    match answer {
        Ok(rows) => {
            lease.idle();
            match Stored::read(rows.first().map(Vec::as_slice), key, context.name) {
                Ok(Stored::Done(json)) => Entered::Done(json),
                Ok(Stored::Fenced) => Entered::Fenced,
                Ok(Stored::Nothing) => Entered::Busy,
                Err(error) => Entered::Failed(error),
            }
        }
        Err(driver) => failed(&driver, lease).await,
    }
}

async fn failed<'a>(driver: &Driver, lease: Lease) -> Entered<'a> {
    let error = Error::driver(driver, lease.conn().node());
    lease.roll_back().await;
    if error.is_serialization_failure() {
        // Nothing has run yet but the claim, so it was another transaction with this key that was in the way. That
        // is how PostgreSQL tells, when the row is newer than what this transaction may see.
        return Entered::Busy;
    }
    match classify(driver, Where::BeforeCommit) {
        Outcome::NotCommitted { retry: true } => Entered::Again(error),
        _ => Entered::Failed(explain(error)),
    }
}

/// What people forget.
pub(super) fn explain(error: Error) -> Error {
    if error.is_undefined_table() {
        return error.with_context("the ledger of keys is not there").with_advice(
            "add `Ledger::TABLE` to `Schema::tables(&[..])` and create the schema: `.once(key)` needs its table",
        );
    }
    error.with_context("the key could not be claimed")
}
