//! Reads that are made together: one transaction in one round trip.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_util::future::maybe_done;
use tokio::time::Instant;

use super::classify::{Outcome, Where, classify, read_again};
use super::keyword;
use super::policy::RetryPolicy;
use super::retries::Retries;
use super::single::{Refused, acquire, failed};
use crate::conn::{Answer, Conn, Lease, Params, Pool, read_of, types};
use crate::error::{Driver, Error, Kind, Result};
use crate::exec::{Class, Label, Statement};
use crate::observe::Watch;

const LABEL: Label = Label { verb: "read together", table: None };

/// Runs reads as one read-only transaction, whose BEGIN and COMMIT travel with them; again as often as needed, since
/// reads change nothing.
pub(crate) async fn run(
    pool: &Pool,
    policy: &RetryPolicy,
    begin: &str,
    statements: &[Statement],
) -> Result<Vec<Answer>> {
    let _running = pool.begin().map_err(|error| error.with_label(LABEL))?;
    let mut retries = Retries::new(policy.clone());
    loop {
        let started = Instant::now();
        let error = match acquire(pool, &retries, LABEL, Some(retries.deadline())).await {
            Err(Refused::Failed(error)) => {
                return Err(retries.end(error.with_label(LABEL), started));
            }
            Err(Refused::Again(error)) => error,
            Ok(lease) => match attempt(lease, begin, statements).await {
                Ok(answers) => return Ok(answers),
                Err(Refused::Failed(error)) => {
                    return Err(retries.end(error, started));
                }
                Err(Refused::Again(error)) => error,
            },
        };
        retries.again("the reads", error.with_label(LABEL), started).await?;
    }
}

async fn attempt(mut lease: Lease, begin: &str, statements: &[Statement]) -> Result<Vec<Answer>, Refused> {
    let conn = lease.conn().clone();
    let mut prepared = Vec::with_capacity(statements.len());
    for statement in statements {
        check(statement).map_err(Refused::Failed)?;
        lease.busy();
        let ready = if let Some(ready) = conn.prepared(statement) {
            ready
        } else {
            let prepared = conn.prepare(statement.sql.clone(), types(statement), read_of(statement)).await;
            let prepared = prepared.map_err(|driver| judge(&driver, &conn, statement.label, true))?;
            prepared.map_err(Refused::Failed)?
        };
        lease.idle();
        ready.check(statement, conn.server()).map_err(Refused::Failed)?;
        prepared.push(ready);
    }
    lease.in_transaction();
    let mut sent = Vec::with_capacity(statements.len());
    let mut beginning = pin!(maybe_done(conn.batch(begin)));
    let mut ending = pin!(maybe_done(conn.batch("COMMIT")));
    let answered = async {
        // The first poll of each sends it.
        let _ = beginning.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        for (statement, ready) in statements.iter().zip(prepared) {
            let params = Params::new(&statement.values);
            let mut request = Box::pin(maybe_done(conn.execute(ready, params, Watch::new(statement, &conn))));
            let _: Poll<()> = request.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            sent.push(request);
        }
        let _ = ending.as_mut().poll(&mut Context::from_waker(Waker::noop()));

        beginning.as_mut().await;
        for request in &mut sent {
            request.as_mut().await;
        }
        ending.as_mut().await;
    };
    conn.while_awaiting(pin!(answered)).await;
    let mut failed = match beginning.as_mut().take_output() {
        Some(Err(driver)) => Some((driver, LABEL)),
        _ => None,
    };
    let mut answers = Vec::with_capacity(sent.len());
    for (request, statement) in sent.iter_mut().zip(statements) {
        match request.as_mut().take_output() {
            Some(Ok(answer)) => answers.push(answer),
            Some(Err(driver)) if failed.is_none() => failed = Some((driver, statement.label)),
            _ => {}
        }
    }
    let ended = ending.as_mut().take_output();
    if failed.is_none()
        && let Some(Err(driver)) = ended
    {
        failed = Some((driver, LABEL));
    }
    match failed {
        None => {
            lease.idle();
            Ok(answers)
        }
        Some((driver, label)) => {
            if crate::conn::is_stale(&driver) {
                conn.forget_stale(&driver);
            }
            // COMMIT of the failed transaction was answered by ROLLBACK, on either server; where it was not, the
            // connection is closed.
            if driver.is_fatal() {
                lease.discard();
            } else {
                lease.idle();
            }
            let own = statements.iter().any(|statement| statement.class == Class::ReadOnly);
            Err(judge(&driver, &conn, label, !own))
        }
    }
}

/// What can be known to be wrong before anything is sent.
fn check(statement: &Statement) -> Result<()> {
    if statement.class == Class::ReadOnly
        && let Some(why) = keyword::refusal_of_a_read(&statement.sql)
    {
        let message = format!("this statement has no place in a read of its own: {why}");
        return Err(Error::of_kind(Kind::Refused, message).with_label(statement.label));
    }
    Conn::check(statement)
}

/// Reads change nothing, so what is not known does not matter; SQL of the caller's own is not sent again all the same.
fn judge(driver: &Driver, conn: &Conn, label: Label, again: bool) -> Refused {
    let error = failed(driver, conn).with_label(label);
    let retry = crate::conn::is_stale(driver)
        || again && read_again(driver)
        || classify(driver, if again { Where::BeforeCommit } else { Where::SingleStatement })
            == Outcome::NotCommitted { retry: true };
    if retry { Refused::Again(error) } else { Refused::Failed(error) }
}
