//! One connection.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use postgres_types::{ToSql, Type};
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinHandle};
use tokio_postgres::{Client, Row, SimpleQueryMessage};

use super::cache::Cache;
use super::cancel::Canceller;
use super::params::Params;
use super::server::ServerInfo;
use crate::error::{Driver, Error};
use crate::exec::Statement;
use crate::types::wire_type;

/// How long a closed connection may take to say good-bye to the server.
const GRACE: Duration = Duration::from_secs(2);
/// How long a cancel request may take.
const CANCEL: Duration = Duration::from_secs(1);
/// The wire counts parameters in 16 bits.
const MAX_VALUES: usize = 65_535;

/// What a statement answered.
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    /// How many rows it changed, or returned.
    pub(crate) changed: u64,
}

/// Why a statement failed, and how far it had come.
pub(crate) enum Failure {
    /// Nothing was sent.
    Local(Error),
    /// It was being prepared: nothing has run.
    Prepare(Driver),
    /// It was sent to be run.
    Execute(Driver),
}

/// A connection, its statements, and the task that moves its bytes.
pub(crate) struct Conn {
    client: Client,
    cache: Mutex<Cache>,
    node: Arc<str>,
    server: Arc<ServerInfo>,
    created: Instant,
    lifetime: Duration,
    returned: Mutex<Instant>,
    runtime: Handle,
    task: Option<JoinHandle<()>>,
    abort: AbortHandle,
    end: Arc<OnceLock<Driver>>,
    canceller: Canceller,
}

impl Conn {
    /// Takes over a connection whose task is running. `end` is where that task leaves the reason of its end.
    pub(super) fn new(
        client: Client,
        task: JoinHandle<()>,
        end: Arc<OnceLock<Driver>>,
        canceller: Canceller,
        node: Arc<str>,
        server: ServerInfo,
        lifetime: Duration,
    ) -> Self {
        let now = Instant::now();
        Self {
            client,
            cache: Mutex::default(),
            node,
            server: Arc::new(server),
            created: now,
            lifetime,
            returned: Mutex::new(now),
            runtime: Handle::current(),
            abort: task.abort_handle(),
            task: Some(task),
            end,
            canceller,
        }
    }

    /// The node, as `host:port`.
    pub(crate) fn node(&self) -> &Arc<str> {
        &self.node
    }

    pub(crate) fn server(&self) -> &Arc<ServerInfo> {
        &self.server
    }

    /// The runtime that its task runs on.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Whether nothing can be sent any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Closes the socket at once. The server rolls back what was open.
    pub(crate) fn kill(&self) {
        self.abort.abort();
    }

    pub(super) fn is_too_old(&self) -> bool {
        self.created.elapsed() >= self.lifetime
    }

    pub(super) fn idle_for(&self) -> Duration {
        self.returned.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    pub(super) fn touch(&self) {
        *self.returned.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Why it broke: the connection's own end says more than "closed".
    fn reason(&self, error: tokio_postgres::Error) -> Driver {
        match self.end.get() {
            Some(end) if error.is_closed() => end.clone(),
            _ => error.into(),
        }
    }

    /// Runs statements without values and throws their answers away.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), Driver> {
        self.client.batch_execute(sql).await.map_err(|error| self.reason(error))
    }

    /// Waits until everything sent so far has been answered.
    pub(crate) async fn sync(&self) -> Result<(), Driver> {
        self.client.check_connection().await.map_err(|error| self.reason(error))
    }

    /// Runs statements without values; says how many succeeded before the first error.
    pub(crate) async fn counted(&self, sql: &str) -> (usize, Result<(), Driver>) {
        let mut done = 0;
        let run = async {
            let mut messages = std::pin::pin!(self.client.simple_query_raw(sql).await?);
            while let Some(message) = messages.try_next().await? {
                if matches!(message, SimpleQueryMessage::CommandComplete(_)) {
                    done += 1;
                }
            }
            Ok(())
        };
        let result = run.await.map_err(|error| self.reason(error));
        (done, result)
    }

    /// Runs statements without values; returns the rows of all of them, as texts.
    pub(crate) async fn texts(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Driver> {
        let messages = self.client.simple_query(sql).await.map_err(|error| self.reason(error))?;
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect())
            }
            _ => None,
        });
        Ok(rows.collect())
    }

    /// The first value of the first row of a query without values.
    pub(super) async fn scalar(&self, sql: &str) -> Result<Option<String>, Driver> {
        let messages = self.client.simple_query(sql).await.map_err(|error| self.reason(error))?;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten().map(str::to_owned),
            _ => None,
        }))
    }

    /// Asks the server to stop what runs. The request may hit a later statement, so the connection must not be
    /// used afterwards. CockroachDB knows it from 22.1 on.
    pub(crate) async fn cancel(&self) {
        let _ = tokio::time::timeout(CANCEL, self.canceller.send()).await;
    }

    /// What can be known to be wrong before anything is sent.
    pub(crate) fn check(statement: &Statement) -> Result<(), Error> {
        if statement.values.len() > MAX_VALUES {
            let why =
                format!("it has {} values, and the protocol allows {MAX_VALUES}", statement.values.len());
            return Err(Error::invalid_statement(statement.label, why));
        }
        for (index, value) in statement.values.iter().enumerate() {
            if let Some(why) = value.invalid() {
                return Err(Error::invalid_value(statement.label, None, format!("${}: {why}", index + 1)));
            }
        }
        if statement.sql.contains('\0') {
            return Err(Error::invalid_statement(statement.label, "its text holds a NUL byte"));
        }
        Ok(())
    }

    /// Whether a prepared statement takes the values of this one.
    pub(crate) fn check_count(
        prepared: &tokio_postgres::Statement,
        statement: &Statement,
    ) -> Result<(), Error> {
        let (wanted, given) = (prepared.params().len(), statement.values.len());
        if wanted == given {
            return Ok(());
        }
        let why = format!("its text has {wanted} placeholders, and {given} values are bound");
        Err(Error::invalid_statement(statement.label, why))
    }

    /// The prepared statement, if this connection has it.
    pub(crate) fn prepared(&self, statement: &Statement) -> Option<tokio_postgres::Statement> {
        let types = statement.values.iter().map(|value| wire_type(value.column_type()));
        self.cache().get(&statement.sql, types)
    }

    /// Prepares a text for the types of its values, and keeps it.
    pub(crate) async fn prepare(
        &self,
        sql: Cow<'static, str>,
        types: Vec<Type>,
    ) -> Result<tokio_postgres::Statement, Driver> {
        let prepared = self.client.prepare_typed(&sql, &types).await.map_err(|error| self.reason(error))?;
        let gone = self.cache().put(sql, types, prepared.clone());
        drop(gone);
        Ok(prepared)
    }

    /// Forgets all prepared statements.
    pub(crate) fn forget_statements(&self) {
        let gone = self.cache().clear();
        drop(gone);
    }

    /// Runs a prepared statement with owned values.
    pub(crate) async fn execute(
        &self,
        prepared: tokio_postgres::Statement,
        params: Params,
    ) -> Result<Answer, Driver> {
        self.execute_with(&prepared, params.iter()).await
    }

    async fn execute_with<'p, P, I>(
        &self,
        prepared: &tokio_postgres::Statement,
        params: I,
    ) -> Result<Answer, Driver>
    where
        P: ToSql + 'p,
        I: ExactSizeIterator<Item = &'p P>,
    {
        let run = async {
            let mut stream = std::pin::pin!(self.client.query_raw(prepared, params).await?);
            let mut rows = Vec::new();
            while let Some(row) = stream.try_next().await? {
                rows.push(row);
            }
            Ok(Answer { rows, changed: stream.rows_affected().unwrap_or(0) })
        };
        run.await.map_err(|error| self.reason(error))
    }

    /// Runs a statement in a transaction of its own.
    ///
    /// A statement whose plan has become stale is prepared again and run once more: it failed before it did
    /// anything.
    pub(crate) async fn run(&self, statement: &Statement) -> Result<Answer, Failure> {
        Self::check(statement).map_err(Failure::Local)?;
        let mut fresh = false;
        loop {
            let prepared = if let Some(prepared) = self.prepared(statement) {
                prepared
            } else {
                fresh = true;
                let types = statement.values.iter().map(|value| wire_type(value.column_type())).collect();
                self.prepare(statement.sql.clone(), types).await.map_err(Failure::Prepare)?
            };
            Self::check_count(&prepared, statement).map_err(Failure::Local)?;
            match self.execute_with(&prepared, statement.values.iter()).await {
                Err(error) if is_stale(&error) => {
                    self.forget_statements();
                    if fresh {
                        return Err(Failure::Execute(error));
                    }
                }
                Err(error) => return Err(Failure::Execute(error)),
                Ok(answer) => return Ok(answer),
            }
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a prepared statement no longer fits the schema, or is gone.
///
/// CockroachDB uses 0A000 for everything that it does not implement, too, so the text decides
/// (<https://www.cockroachlabs.com/docs/stable/online-schema-changes>).
pub(crate) fn is_stale(error: &Driver) -> bool {
    match error {
        Driver::Server(error) => {
            error.code == "26000"
                || (error.code == "0A000"
                    && error.message.contains("cached plan must not change result type"))
        }
        Driver::Lost(_) => false,
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        // The client goes right after this, which makes the task take leave of the server and end by itself;
        // it must not wait for ever for a server that does not answer.
        if let Some(mut task) = self.task.take() {
            drop(self.runtime.spawn(async move {
                if tokio::time::timeout(GRACE, &mut task).await.is_err() {
                    task.abort();
                }
            }));
        }
    }
}
