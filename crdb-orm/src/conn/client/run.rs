//! Statements that are run to their end.

use std::pin::pin;

use futures_util::TryStreamExt;
use postgres_types::ToSql;
use tokio_postgres::Row;
use tracing::Instrument;

use super::failure::Unanswered;
use super::{Conn, Failure, is_stale, read_of};
use crate::conn::params::Params;
use crate::conn::ready::{Ready, types};
use crate::conn::sink::Sink;
use crate::error::Driver;
use crate::exec::Statement;
use crate::observe::Watch;

/// What a statement answered.
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    /// How many rows it changed, or returned.
    pub(crate) changed: u64,
}

impl Conn {
    /// Runs a prepared statement with owned values.
    pub(crate) async fn execute(&self, ready: Ready, params: Params, watch: Watch) -> Result<Answer, Driver> {
        let mut rows = Vec::new();
        let answer = self.execute_into(&ready, params.iter(), watch, &mut rows).await;
        // In a transaction nothing depends on whether it was begun.
        answer.map(|changed| Answer { rows, changed }).map_err(|unanswered| unanswered.driver)
    }

    #[allow(
        clippy::manual_async_fn,
        reason = "an async fn would hold its arguments twice, and this is part of every statement"
    )]
    fn execute_into<'a, 'p, P, I>(
        &'a self,
        ready: &'a Ready,
        params: I,
        watch: Watch,
        rows: &'a mut dyn Sink,
    ) -> impl Future<Output = Result<u64, Unanswered>> + use<'a, 'p, P, I>
    where
        P: ToSql + 'p,
        I: ExactSizeIterator<Item = &'p P>,
    {
        async move {
            // Pinned here, since what is moved twice is there twice: these futures are part of every statement's.
            let answer = pin!(self.answer(ready, params, rows));
            let span = watch.span(self);
            let result = if span.is_disabled() {
                answer.await
            } else {
                Box::pin(answer.instrument(span.clone())).await
            };
            watch.end(self, &span, result.as_ref().err().map(|unanswered| &unanswered.driver));
            result
        }
    }

    async fn answer<'p, P, I>(&self, ready: &Ready, params: I, rows: &mut dyn Sink) -> Result<u64, Unanswered>
    where
        P: ToSql + 'p,
        I: ExactSizeIterator<Item = &'p P>,
    {
        // Boxed, since it is large: each future around it would be as large, and is moved into the next one.
        let sent = match ready {
            Ready::Named(prepared) | Ready::Fresh(prepared) => {
                Box::pin(self.client.query_raw(prepared, params)).await
            }
            Ready::Unnamed(whole) => {
                let (sql, types) = &**whole;
                Box::pin(self.client.query_typed_raw(sql, params.zip(types.iter().cloned()))).await
            }
        };
        let mut stream = pin!(sent.map_err(|error| self.unanswered(error, ready))?);
        rows.clear();
        loop {
            match stream.try_next().await {
                Ok(Some(row)) => rows.take(row),
                Ok(None) => return Ok(stream.rows_affected().unwrap_or(0)),
                Err(error) => return Err(Unanswered::begun(self.reason(error))),
            }
        }
    }

    /// Runs a statement in a transaction of its own, on a connection that nothing else runs on meanwhile.
    ///
    /// A statement whose plan has become stale, or that the server has lost, is prepared again and run once more: it failed
    /// before it did anything. So often for each run of it, whatever became of others on this connection. Returns how many
    /// rows it changed, or returned.
    #[allow(
        clippy::manual_async_fn,
        reason = "an async fn would hold its arguments twice, and this is part of every statement"
    )]
    pub(crate) fn run<'a>(
        &'a self,
        statement: &'a Statement,
        rows: &'a mut dyn Sink,
    ) -> impl Future<Output = Result<u64, Failure>> + Send + use<'a> {
        async move {
            Self::check(statement).map_err(Failure::Local)?;
            let Some(ready) = self.prepared(statement) else {
                return Box::pin(self.run_anew(statement, rows)).await;
            };
            ready.check(statement, &self.server).map_err(Failure::Local)?;
            let answer = {
                let watch = Watch::new(statement, self);
                let answer = pin!(self.execute_into(&ready, statement.values.iter(), watch, rows));
                self.drive.while_awaiting(answer).await
            };
            match answer {
                Ok(changed) => Ok(changed),
                Err(unanswered) if is_stale(&unanswered.driver) => {
                    self.forget_stale(&unanswered.driver);
                    Box::pin(self.run_anew(statement, rows)).await
                }
                Err(unanswered) => Err(unanswered.into()),
            }
        }
    }

    /// Prepares a statement and runs it; sends it whole where a server that has lost it at once shows that there is a proxy.
    async fn run_anew(&self, statement: &Statement, rows: &mut dyn Sink) -> Result<u64, Failure> {
        let named = !self.is_unnamed();
        match self.prepare_and_run(statement, rows).await {
            Err(Failure::Prepare(error) | Failure::Execute(error))
                if named && self.is_unnamed() && is_stale(&error) =>
            {
                self.prepare_and_run(statement, rows).await
            }
            result => result,
        }
    }

    async fn prepare_and_run(&self, statement: &Statement, rows: &mut dyn Sink) -> Result<u64, Failure> {
        let ready = if let Some(ready) = self.prepared(statement) {
            // Sent whole each time.
            ready
        } else {
            let prepare = pin!(self.prepare(statement.sql.clone(), types(statement), read_of(statement)));
            let prepared = self.drive.while_awaiting(prepare).await;
            prepared.map_err(Failure::Prepare)?.map_err(Failure::Local)?
        };
        ready.check(statement, &self.server).map_err(Failure::Local)?;
        let watch = Watch::new(statement, self);
        let answer = pin!(self.execute_into(&ready, statement.values.iter(), watch, rows));
        self.drive.while_awaiting(answer).await.map_err(|unanswered| {
            if is_stale(&unanswered.driver) {
                self.forget_stale(&unanswered.driver);
            }
            unanswered.into()
        })
    }
}
