//! One connection.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{AcqRel, Acquire, Release},
};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use postgres_types::{ToSql, Type};
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinHandle};
use tokio_postgres::{Client, Row, RowStream, SimpleQueryMessage};
use tracing::Instrument;

use super::cache::Cache;
use super::cancel::Canceller;
use super::nodes::{Endpoint, Nodes, Occupied};
use super::open::Opened;
use super::params::Params;
use super::ready::{Ready, announced, types};
use super::server::ServerInfo;
use crate::error::{CLOSED, Driver, Error, ServerError};
use crate::exec::Statement;
use crate::observe::{self, Watch};

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
    occupied: Occupied,
    nodes: Arc<Nodes>,
    schema: Arc<AtomicU64>,
    /// The schema whose statements are in the cache.
    known_schema: AtomicU64,
    cancelled: AtomicBool,
    killed: AtomicBool,
    server: Arc<ServerInfo>,
    created: Instant,
    lifetime: Duration,
    returned: Mutex<Instant>,
    runtime: Handle,
    task: Option<JoinHandle<()>>,
    abort: AbortHandle,
    end: Arc<OnceLock<Driver>>,
    canceller: Canceller,
    /// A statement that takes longer is reported.
    slow: Option<Duration>,
    /// Statements are sent whole.
    unnamed: bool,
}

impl Conn {
    /// Takes over a connection that was let in.
    pub(super) fn new(
        opened: Opened,
        (nodes, occupied): (Arc<Nodes>, Occupied),
        schema: Arc<AtomicU64>,
        lifetime: Duration,
    ) -> Self {
        let Opened { client, server, task, end, canceller, told_name: _ } = opened;
        let now = Instant::now();
        let known_schema = AtomicU64::new(schema.load(Acquire));
        Self {
            client,
            cache: Mutex::default(),
            occupied,
            nodes,
            schema,
            known_schema,
            cancelled: AtomicBool::new(false),
            killed: AtomicBool::new(false),
            server: Arc::new(server),
            created: now,
            lifetime,
            returned: Mutex::new(now),
            runtime: Handle::current(),
            abort: task.abort_handle(),
            task: Some(task),
            end,
            canceller,
            slow: None,
            unnamed: false,
        }
    }

    /// Reports statements that take so long.
    pub(super) fn report_slow(mut self, slow: Option<Duration>) -> Self {
        self.slow = slow;
        self
    }

    /// Sends statements whole, and relies on no state of the session.
    pub(super) fn without_names(mut self, unnamed: bool) -> Self {
        self.unnamed = unnamed;
        self
    }

    pub(crate) fn slow(&self) -> Option<Duration> {
        self.slow
    }

    /// The node, as `host:port`.
    pub(crate) fn node(&self) -> &Arc<str> {
        self.endpoint().name()
    }

    fn endpoint(&self) -> &Arc<Endpoint> {
        self.occupied.endpoint()
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
        self.killed.store(true, Release);
        self.abort.abort();
    }

    /// Why it is closed, when it is.
    fn cause(&self) -> &'static str {
        if self.killed.load(Acquire) || self.was_cancelled() {
            "in doubt"
        } else if self.is_closed() {
            "lost"
        } else if self.is_too_old() {
            "too old"
        } else if self.is_left() {
            "node left"
        } else {
            "idle"
        }
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

    /// Whether its node is not to be used any more.
    pub(super) fn is_left(&self) -> bool {
        self.occupied.is_left()
    }

    /// Whether another connection to its node was lost since this one was used.
    pub(super) fn is_suspect(&self) -> bool {
        self.endpoint().is_suspect_since(*self.returned.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether its node has one connection too many; this one then counts as gone.
    pub(super) fn is_surplus(&self) -> bool {
        self.endpoint().take_surplus()
    }

    /// Whether a cancel request was sent, which may hit whatever runs on it later.
    pub(super) fn was_cancelled(&self) -> bool {
        self.cancelled.load(Acquire)
    }

    /// Why it broke: the connection's own end says more than "closed".
    fn reason(&self, error: tokio_postgres::Error) -> Driver {
        let driver = match self.end.get() {
            Some(end) if error.is_closed() => end.clone(),
            _ => error.into(),
        };
        let driver = self.explained(driver);
        self.nodes.heard(self.endpoint(), &driver);
        driver
    }

    /// Who is cancelled while its statement is awaited is cut by the pool: the server's words would name a user.
    fn explained(&self, driver: Driver) -> Driver {
        match driver {
            Driver::Server(server) if server.code == "57014" && self.was_cancelled() => {
                let message = format!("{CLOSED} ({})", server.message);
                Driver::Server(Arc::new(ServerError { message, ..ServerError::clone(&server) }))
            }
            driver => driver,
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
        self.cancelled.store(true, Release);
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

    /// The statement as it can be sent at once, if this connection has prepared it or need not.
    pub(crate) fn prepared(&self, statement: &Statement) -> Option<Ready> {
        if self.unnamed {
            return Some(Ready::unnamed(statement));
        }
        let schema = self.schema.load(Acquire);
        if self.known_schema.swap(schema, AcqRel) != schema {
            self.forget_statements();
        }
        let types = statement.values.iter().map(|value| announced(statement, value));
        self.cache().get(&statement.sql, types).map(Ready::Named)
    }

    /// Prepares a text for the types of its values, and keeps it.
    pub(crate) async fn prepare(&self, sql: Cow<'static, str>, types: Vec<Type>) -> Result<Ready, Driver> {
        // Boxed, since it is rare and large.
        let preparing = Box::pin(self.client.prepare_typed(&sql, &types));
        let prepared = preparing.await.map_err(|error| self.reason(error))?;
        let gone = self.cache().put(sql, types, prepared.clone());
        drop(gone);
        Ok(Ready::Named(prepared))
    }

    /// Forgets what a failure has shown to be stale: where the schema has changed, the statements of all connections.
    pub(crate) fn forget_stale(&self, failure: &Driver) {
        if failure.code() == Some("0A000") {
            self.schema.fetch_add(1, AcqRel);
        }
        self.forget_statements();
    }

    /// Forgets all prepared statements of this connection.
    fn forget_statements(&self) {
        let gone = self.cache().clear();
        drop(gone);
    }

    /// Runs a prepared statement with owned values.
    pub(crate) async fn execute(&self, ready: Ready, params: Params, watch: Watch) -> Result<Answer, Driver> {
        self.execute_with(&ready, params.iter(), watch).await
    }

    async fn execute_with<'p, P, I>(&self, ready: &Ready, params: I, watch: Watch) -> Result<Answer, Driver>
    where
        P: ToSql + 'p,
        I: ExactSizeIterator<Item = &'p P>,
    {
        let span = watch.span(self);
        let run = async {
            let began = Instant::now();
            let result = self.answer(ready, params).await;
            watch.end(self, began, result.as_ref().err());
            result
        };
        run.instrument(span).await
    }

    async fn answer<'p, P, I>(&self, ready: &Ready, params: I) -> Result<Answer, Driver>
    where
        P: ToSql + 'p,
        I: ExactSizeIterator<Item = &'p P>,
    {
        let run = async {
            let stream = match ready {
                Ready::Named(prepared) => self.client.query_raw(prepared, params).await?,
                Ready::Unnamed(sql, types) => {
                    self.client.query_typed_raw(sql, params.zip(types.iter().cloned())).await?
                }
            };
            let mut stream = std::pin::pin!(stream);
            let mut rows = Vec::new();
            while let Some(row) = stream.try_next().await? {
                rows.push(row);
            }
            Ok(Answer { rows, changed: stream.rows_affected().unwrap_or(0) })
        };
        run.await.map_err(|error| self.reason(error))
    }

    /// Sends a read whose rows are taken one by one. While nobody takes them, the connection does not read on.
    pub(crate) async fn stream(&self, statement: &Statement) -> Result<Pin<Box<RowStream>>, Failure> {
        Self::check(statement).map_err(Failure::Local)?;
        let ready = match self.prepared(statement) {
            Some(ready) => ready,
            None => self.prepare(statement.sql.clone(), types(statement)).await.map_err(Failure::Prepare)?,
        };
        ready.check(statement).map_err(Failure::Local)?;
        let params = statement.values.iter();
        let sent = match &ready {
            Ready::Named(prepared) => self.client.query_raw(prepared, params).await,
            Ready::Unnamed(sql, types) => {
                self.client.query_typed_raw(sql, params.zip(types.iter().cloned())).await
            }
        };
        sent.map(Box::pin).map_err(|error| Failure::Execute(self.reason(error)))
    }

    /// The next row of an answer.
    pub(crate) async fn next_row(&self, rows: &mut Pin<Box<RowStream>>) -> Result<Option<Row>, Driver> {
        rows.try_next().await.map_err(|error| self.reason(error))
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
                self.prepare(statement.sql.clone(), types(statement)).await.map_err(Failure::Prepare)?
            };
            prepared.check(statement).map_err(Failure::Local)?;
            let watch = Watch::new(statement, self);
            match self.execute_with(&prepared, statement.values.iter(), watch).await {
                Err(error) if is_stale(&error) => {
                    self.forget_stale(&error);
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
        observe::closed(self.node(), self.cause());
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
