//! A read whose rows are handed on as they come.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use tokio::time::Instant;
use tokio_postgres::{Row, RowStream};

use super::classify::{Outcome, Where, classify, read_again};
use super::retries::Retries;
use super::single::{Refused, acquire};
use crate::conn::{Conn, Failure, Lease, Reading, Running};
use crate::database::Database;
use crate::error::{Driver, Error, Result};
use crate::exec::Statement;
use crate::observe::Watch;

/// An answer that is being read. Dropped before its end, its connection is read to the end by the pool for a moment,
/// and closed if that is not enough.
pub(crate) struct Streamed<'a> {
    first: Option<Row>,
    /// Gone at the end.
    open: Option<Open>,
    read: u64,
    label: crate::exec::Label,
    _running: Running<'a>,
}

/// In the order in which they go.
struct Open {
    reading: Reading,
    rows: Pin<Box<RowStream>>,
    lease: Lease,
}

/// Runs a read until its first row is there, again as often as needed.
pub(crate) async fn open<'a>(db: &'a Database, statement: &Statement) -> Result<Streamed<'a>> {
    let label = statement.label;
    let pool = db.pool();
    let running = pool.begin().map_err(|error| error.with_label(label))?;
    let mut retries = Retries::new(db.policy().clone());
    loop {
        let began = Instant::now();
        let error = match acquire(pool, &retries, label, None).await {
            Err(Refused::Failed(error)) => return Err(retries.end(error.with_label(label), began)),
            Err(Refused::Again(error)) => error,
            Ok(mut lease) => {
                lease.busy();
                let conn = lease.conn().clone();
                let reading = conn.reading();
                match begin(&conn, &reading, statement).await {
                    Ok((rows, first)) => {
                        let open = Some(Open { reading, rows, lease });
                        return Ok(Streamed { first, open, read: 0, label, _running: running });
                    }
                    Err(Failure::Local(error)) => {
                        drop(reading);
                        lease.idle();
                        return Err(retries.end(error.with_label(label), began));
                    }
                    Err(Failure::Prepare(driver) | Failure::Execute(driver)) => {
                        let again = again(&driver);
                        if crate::conn::is_stale(&driver) {
                            conn.forget_stale(&driver);
                        }
                        // The next one on this connection is to find it free.
                        drop(reading);
                        let error = ended(lease, &driver);
                        if !again {
                            return Err(retries.end(error.with_label(label), began));
                        }
                        error
                    }
                }
            }
        };
        retries.again("the stream", error.with_label(label), began).await?;
    }
}

async fn begin(
    conn: &Conn,
    reading: &Reading,
    statement: &Statement,
) -> Result<(Pin<Box<RowStream>>, Option<Row>), Failure> {
    let watch = Watch::new(statement, conn);
    let mut opening = pin!(conn.stream(statement));
    let mut rows = poll_fn(|cx| reading.poll(cx, |cx| opening.as_mut().poll(cx))).await?;
    let first = poll_fn(|cx| conn.poll_row(&mut rows, reading, cx)).await;
    watch.end(conn, &tracing::Span::current(), first.as_ref().err());
    Ok((rows, first.map_err(Failure::Execute)?))
}

/// Reads change nothing, so what is not known does not matter.
fn again(driver: &Driver) -> bool {
    crate::conn::is_stale(driver)
        || read_again(driver)
        || classify(driver, Where::BeforeCommit) == Outcome::NotCommitted { retry: true }
}

/// The error, and what becomes of the connection.
fn ended(mut lease: Lease, driver: &Driver) -> Error {
    let error = Error::driver(driver, lease.conn().node());
    if driver.is_fatal() {
        lease.discard();
    } else {
        lease.idle();
    }
    error
}

impl Streamed<'_> {
    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// The connection was lost, or the statement failed in its middle: what was handed on cannot be taken back, so it is
    /// not run again.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Row>>> {
        if let Some(row) = self.first.take() {
            self.read += 1;
            return Poll::Ready(Ok(Some(row)));
        }
        let Some(open) = self.open.as_mut().filter(|_| self.read > 0) else {
            self.end(false);
            return Poll::Ready(Ok(None));
        };
        match ready!(open.lease.conn().poll_row(&mut open.rows, &open.reading, cx)) {
            Ok(Some(row)) => {
                self.read += 1;
                Poll::Ready(Ok(Some(row)))
            }
            Ok(None) => {
                self.end(false);
                Poll::Ready(Ok(None))
            }
            Err(driver) => {
                let rows = self.read;
                let error = Error::driver(&driver, open.lease.conn().node());
                self.end(driver.is_fatal());
                Poll::Ready(Err(error
                    .with_label(self.label)
                    .with_advice(
                        "begin anew, or read pages (`.page(1000).walk(&db)`), which go on where they stopped",
                    )
                    .with_context(format!("the stream ended after {rows} rows and cannot be run again"))))
            }
        }
    }

    /// Gives the connection back, or closes what is lost.
    fn end(&mut self, lost: bool) {
        let Some(Open { reading, rows, mut lease }) = self.open.take() else { return };
        drop((reading, rows));
        if lost {
            lease.discard();
        } else {
            lease.idle();
        }
    }
}
