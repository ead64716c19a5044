//! COPY: one statement whose rows follow it, and are read once.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;
use tokio_postgres::CopyInSink;

use super::classify::{Outcome, Where, classify};
use super::retries::Retries;
use super::single::{Refused, acquire, left_open};
use crate::conn::{Conn, Lease};
use crate::database::Database;
use crate::error::{CommitOutcome, Driver, Error, Kind, Result};
use crate::exec::Statement;
use crate::observe::Watch;

/// Runs a COPY as a transaction of its own, with these data.
///
/// It is tried again until the server waits for data; from then on never, since they are gone. However it ends but well,
/// dropped too, its connection is closed.
pub(crate) async fn run(
    db: &Database,
    statement: &Statement,
    data: impl Stream<Item = Result<Bytes>> + Send,
) -> Result<u64> {
    let label = statement.label;
    let _running = db.pool().begin().map_err(|error| error.with_label(label))?;
    let (mut lease, mut copy) = begin(db, statement).await?;
    let conn = lease.conn().clone();
    let (watch, began) = (Watch::new(statement, &conn), std::time::Instant::now());
    let mut data = std::pin::pin!(data);
    while let Some(chunk) = data.next().await {
        let sent = conn.copy_more(&mut copy, chunk?).await;
        if let Err(driver) = &sent {
            // The end was not sent, so nothing can have been committed.
            watch.end(&conn, began, Some(driver));
            return Err(failed(driver, &conn, Where::BeforeCommit).with_label(label));
        }
    }
    let result = conn.copy_done(&mut copy).await;
    watch.end(&conn, began, result.as_ref().err());
    match result {
        Ok(rows) => {
            lease.idle();
            Ok(rows)
        }
        Err(driver) => Err(failed(&driver, &conn, Where::SingleStatement).with_label(label)),
    }
}

type Copy = Pin<Box<CopyInSink<Bytes>>>;

/// Sends the statement, until a server waits for its data.
async fn begin(db: &Database, statement: &Statement) -> Result<(Lease, Copy)> {
    let label = statement.label;
    let mut retries = Retries::new(db.policy().clone());
    loop {
        let began = Instant::now();
        let error = match acquire(db.pool(), &retries, label).await {
            Err(Refused::Failed(error)) => return Err(retries.end(error.with_label(label), began)),
            Err(Refused::Again(error)) => error,
            Ok(mut lease) => {
                let conn = lease.conn().clone();
                if conn.is_unnamed() {
                    let why = "COPY needs a statement with a name, which is not sent behind a proxy such as PgBouncer";
                    return Err(Error::of_kind(Kind::Refused, why)
                        .with_advice("use `insert_many`, or connect to the server itself")
                        .with_label(label));
                }
                // Whoever gives up now leaves a connection that waits for data.
                lease.in_doubt();
                match conn.copy_in(&statement.sql).await {
                    Ok(copy) => return Ok((lease, copy)),
                    Err(driver) => {
                        if !driver.is_fatal() {
                            lease.idle();
                        }
                        let error = failed(&driver, &conn, Where::BeforeCommit);
                        let retry = classify(driver.code(), Where::BeforeCommit);
                        if retry != (Outcome::NotCommitted { retry: true }) {
                            return Err(retries.end(error.with_label(label), began));
                        }
                        error
                    }
                }
            }
        };
        retries.again("the copy", error.with_label(label), began).await?;
    }
}

fn failed(driver: &Driver, conn: &Conn, place: Where) -> Error {
    let error = Error::driver(driver, conn.node());
    match classify(driver.code(), place) {
        Outcome::Unknown => left_open(error),
        Outcome::Committed => error.with_outcome(CommitOutcome::Committed),
        Outcome::NotCommitted { .. } if driver.code() == Some("XXUUU") && place == Where::BeforeCommit => {
            error.with_advice("servers before 22.2 take no COPY by the extended protocol: use `insert_many`")
        }
        Outcome::NotCommitted { .. } => error,
    }
}
