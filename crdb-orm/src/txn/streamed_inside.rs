//! A read inside a transaction whose rows are handed on as they come.
//!
//! A task reads them from the connection, so that the transaction knows of their end and of their failure whatever becomes
//! of their reader; a reader that is gone makes it throw the rest away.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{mpsc, oneshot, watch};
use tokio_postgres::Row;
use tracing::Instrument as _;

use super::attempt::{Attempt, Streaming};
use super::request::{Request, Sender, Travel};
use super::tx::{Tx, ended};
use crate::conn::Params;
use crate::error::Result;
use crate::exec::{Label, Statement};
use crate::observe::Watch;

/// How many rows wait for their reader before the server does.
const ROWS: usize = 16;

/// An answer that is being read inside of a transaction.
pub(crate) struct StreamedInside {
    rows: mpsc::Receiver<Row>,
    /// Whether all rows were handed on.
    end: oneshot::Receiver<Result<bool>>,
    label: Label,
    _open: Open,
}

/// That a stream is open: dropped, it lets other statements in.
struct Open {
    attempt: Arc<Attempt>,
    token: Arc<()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.attempt.state();
        let own = state.streaming.take_if(|streaming| Arc::ptr_eq(&streaming.token, &self.token));
        drop(state);
        drop(own);
    }
}

/// Sends a read; from then on nothing else may be sent until its end.
pub(crate) async fn open(tx: &Tx, statement: &Statement) -> Result<StreamedInside> {
    let label = statement.label;
    let statement = &*tx.fit(statement)?;
    let (conn, ready) = tx.ready(statement).await?;
    let (sender, rows) = mpsc::channel(ROWS);
    let (keeps_open, mut given_up) = watch::channel(());
    let (params, watch) = (Params::new(&statement.values), Watch::new(statement, &conn));
    let reading = conn.clone();
    // It is polled under the lock of the attempt, of which it must not ask anything.
    let read = async move {
        let span = watch.span(&reading);
        let result = async {
            let mut rows = reading.open_rows(&ready, params.iter()).await?;
            let mut sender = Some(sender);
            while let Some(row) = reading.next_row(&mut rows).await? {
                let Some(reader) = &sender else { continue };
                let gone = tokio::select! {
                    sent = reader.send(row) => sent.is_err(),
                    _ = given_up.changed() => true,
                };
                if gone {
                    sender = None;
                }
            }
            Ok(sender.is_some())
        };
        let result = result.instrument(span.clone()).await;
        watch.end(&reading, &span, result.as_ref().err());
        result
    };
    let attempt = tx.of();
    let token = Arc::new(());
    let opens = Streaming { token: token.clone(), _open: keeps_open };
    let request = Request::new(
        attempt,
        Sender { label, scope: tx.scope(), travel: Travel::WithBegin, deferred: false },
        Box::pin(read),
    );
    // Before it is sent: what fails at once leaves nothing open.
    let open = Open { attempt: attempt.clone(), token };
    let request = match request.open(opens) {
        Ok(request) => request,
        Err(halt) => return Err(tx.halted(halt, &conn, label).await),
    };
    conn.share();
    let (told, end) = oneshot::channel();
    let (tx, node) = (tx.clone(), conn.clone());
    drop(conn.runtime().spawn(async move {
        let result = match request.await {
            Ok(whole) => Ok(whole),
            Err(halt) => Err(tx.halted(halt, &node, label).await),
        };
        // Nobody waits where the stream was dropped.
        drop(told.send(result));
    }));
    Ok(StreamedInside { rows, end, label, _open: open })
}

impl StreamedInside {
    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// The statement failed in its middle, which fails the transaction; or the transaction has ended.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Row>>> {
        if let Some(row) = ready!(self.rows.poll_recv(cx)) {
            return Poll::Ready(Ok(Some(row)));
        }
        Poll::Ready(match ready!(Pin::new(&mut self.end).poll(cx)) {
            Ok(Ok(true)) => Ok(None),
            Ok(Err(error)) => Err(error),
            Ok(Ok(false)) | Err(_) => Err(ended(self.label)),
        })
    }
}
