//! Rows that are taken one by one.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::{Stream, TryStreamExt};
use postgres_types::ToSql;
use tokio_postgres::{Row, RowStream};

use super::{Conn, Failure, read_of};
use crate::conn::drive::Reading;
use crate::conn::ready::{Ready, types};
use crate::error::Driver;
use crate::exec::Statement;

impl Conn {
    /// Sends a read whose rows are taken one by one. While nobody takes them, the connection does not read on.
    pub(crate) async fn stream(&self, statement: &Statement) -> Result<Pin<Box<RowStream>>, Failure> {
        Self::check(statement).map_err(Failure::Local)?;
        let ready = if let Some(ready) = self.prepared(statement) {
            ready
        } else {
            let prepared = self.prepare(statement.sql.clone(), types(statement), read_of(statement)).await;
            prepared.map_err(Failure::Prepare)?.map_err(Failure::Local)?
        };
        ready.check(statement, &self.server).map_err(Failure::Local)?;
        self.open_rows(&ready, statement.values.iter()).await.map_err(Failure::Execute)
    }

    /// Sends a statement that is prepared; its rows are read one by one.
    pub(crate) async fn open_rows<'p, P, I>(
        &self,
        ready: &Ready,
        params: I,
    ) -> Result<Pin<Box<RowStream>>, Driver>
    where
        P: ToSql + 'p,
        I: ExactSizeIterator<Item = &'p P>,
    {
        let sent = match ready {
            Ready::Named(prepared) | Ready::Fresh(prepared) => self.client.query_raw(prepared, params).await,
            Ready::Unnamed(whole) => {
                let (sql, types) = &**whole;
                self.client.query_typed_raw(sql, params.zip(types.iter().cloned())).await
            }
        };
        sent.map(Box::pin).map_err(|error| self.refused(error, Some(ready)))
    }

    /// The next row of an answer.
    pub(crate) async fn next_row(&self, rows: &mut Pin<Box<RowStream>>) -> Result<Option<Row>, Driver> {
        rows.try_next().await.map_err(|error| self.reason(error))
    }

    /// The same for who polls.
    pub(crate) fn poll_row(
        &self,
        rows: &mut Pin<Box<RowStream>>,
        reading: &Reading,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Row>, Driver>> {
        let row = ready!(reading.poll(cx, |cx| rows.as_mut().poll_next(cx)));
        Poll::Ready(row.transpose().map_err(|error| self.reason(error)))
    }
}
