//! COPY: one statement whose rows follow it, and are read once.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;
use tokio_postgres::CopyInSink;
use tracing::Instrument as _;

use super::classify::{Outcome, Where, classify};
use super::retries::Retries;
use super::single::{Refused, acquire, left_open};
use crate::conn::{Conn, Lease, Running};
use crate::database::Database;
use crate::error::{CommitOutcome, Driver, Error, Kind, Result};
use crate::exec::Statement;
use crate::observe::Watch;

/// A COPY for whose data a server waits. However it ends but well, dropped too, its connection is closed.
pub(crate) struct Copying<'d> {
    lease: Lease,
    copy: Copy,
    _running: Running<'d>,
}

/// Begins a COPY as a transaction of its own. It is tried again until the server waits for data; `None` where the server
/// takes no COPY.
pub(crate) async fn begin<'d>(db: &'d Database, statement: &Statement) -> Result<Option<Copying<'d>>> {
    let label = statement.label;
    let running = db.pool().begin().map_err(|error| error.with_label(label))?;
    let begun = send(db, statement).await?;
    Ok(begun.map(|(lease, copy)| Copying { lease, copy, _running: running }))
}

/// Sends its data. It is never run again, since they are gone then.
pub(crate) async fn run(
    copying: Copying<'_>,
    statement: &Statement,
    data: impl Stream<Item = Result<Bytes>> + Send,
) -> Result<u64> {
    let label = statement.label;
    let Copying { mut lease, mut copy, _running } = copying;
    let conn = lease.conn().clone();
    let watch = Watch::new(statement, &conn);
    let span = watch.span(&conn);
    let mut data = std::pin::pin!(data);
    while let Some(chunk) = data.next().await {
        let sent = conn.copy_more(&mut copy, chunk?).instrument(span.clone()).await;
        if let Err(driver) = &sent {
            // The end was not sent, so nothing can have been committed.
            watch.end(&conn, &span, Some(driver));
            return Err(failed(driver, &conn, Where::BeforeCommit).with_label(label));
        }
    }
    let result = conn.copy_done(&mut copy).instrument(span.clone()).await;
    watch.end(&conn, &span, result.as_ref().err());
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
async fn send(db: &Database, statement: &Statement) -> Result<Option<(Lease, Copy)>> {
    let label = statement.label;
    let mut retries = Retries::new(db.policy().clone());
    loop {
        let began = Instant::now();
        let error = match acquire(db.pool(), &retries, label, None).await {
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
                    Ok(copy) => return Ok(Some((lease, copy))),
                    Err(driver) => {
                        if !driver.is_fatal() {
                            lease.idle();
                        }
                        if takes_none(&driver) {
                            return Ok(None);
                        }
                        let error = failed(&driver, &conn, Where::BeforeCommit);
                        let retry = classify(&driver, Where::BeforeCommit);
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

/// Whether the server has no COPY by the extended protocol, the only one by which the driver sends it: CockroachDB says so
/// (`CopyFrom not supported in extended protocol mode`).
fn takes_none(driver: &Driver) -> bool {
    matches!(driver, Driver::Server(error) if error.message.contains("not supported in extended protocol"))
}

fn failed(driver: &Driver, conn: &Conn, place: Where) -> Error {
    let error = Error::driver(driver, conn.node());
    match classify(driver, place) {
        Outcome::Unknown => left_open(error),
        Outcome::Committed => error.with_outcome(CommitOutcome::Committed),
        Outcome::NotCommitted { .. } => error,
    }
}
