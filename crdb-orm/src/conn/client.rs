//! One connection.

use std::borrow::Cow;
use std::pin::{Pin, pin};
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{SinkExt, Stream, TryStreamExt};
use postgres_types::{ToSql, Type};
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinHandle};
use tokio_postgres::{Client, CopyInSink, Row, RowStream, SimpleQueryMessage};
use tracing::Instrument;

use super::cache::Cache;
use super::cancel::Canceller;
use super::drive::{Drive, Reading};
use super::nodes::{Endpoint, Nodes, Occupied};
use super::open::Opened;
use super::params::Params;
use super::ready::{Prepared, Ready, announced, types};
use super::server::ServerInfo;
use super::sink::Sink;
use crate::error::{CLOSED, Driver, EXPIRED, Error, ServerError};
use crate::exec::{Expects, Label, Statement};
use crate::observe::{self, Tagging, Watch};

/// How long a closed connection may take to say good-bye to the server.
const GRACE: Duration = Duration::from_secs(2);
/// How long a cancel request may take.
const CANCEL: Duration = Duration::from_secs(1);
/// The wire counts parameters in 16 bits.
const MAX_VALUES: usize = 65_535;

/// Notes the text of a statement where all of them are checked: see `testing::SENT_STATEMENTS_FOLDER`.
#[cfg(feature = "testing")]
use crate::testing::note;

#[cfg(not(feature = "testing"))]
const fn note(_: &str) {}

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
    /// Its statement had no answer at its deadline.
    expired: AtomicBool,
    killed: AtomicBool,
    server: Arc<ServerInfo>,
    created: Instant,
    /// When it is too old; never where the clock cannot hold that.
    old_at: Option<Instant>,
    /// When it became idle last, in microseconds since `created`.
    returned: AtomicU64,
    runtime: Handle,
    drive: Arc<Drive>,
    task: Option<JoinHandle<()>>,
    abort: AbortHandle,
    end: Arc<OnceLock<Driver>>,
    canceller: Canceller,
    /// A statement that takes longer is reported.
    slow: Option<Duration>,
    /// Values are shown beside the texts of statements.
    shows_values: bool,
    /// How statements are sent.
    prepared: Prepared,
    /// Set where a proxy lends connections of the server: see [`Connector`](super::connect::Connector).
    lent: Arc<OnceLock<()>>,
    /// The database that it is connected to, where its name is known.
    database: Option<Arc<str>>,
    /// Texts bear tags.
    tagging: Option<Arc<Tagging>>,
}

impl Conn {
    /// Takes over a connection that was let in.
    pub(super) fn new(
        opened: Opened,
        (nodes, occupied): (Arc<Nodes>, Occupied),
        schema: Arc<AtomicU64>,
        lifetime: Duration,
    ) -> Self {
        let Opened { client, server, drive, task, end, canceller, told_name: _ } = opened;
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
            expired: AtomicBool::new(false),
            killed: AtomicBool::new(false),
            server: Arc::new(server),
            created: now,
            old_at: now.checked_add(lifetime),
            returned: AtomicU64::new(0),
            runtime: Handle::current(),
            drive,
            abort: task.abort_handle(),
            task: Some(task),
            end,
            canceller,
            slow: None,
            shows_values: false,
            prepared: Prepared::Auto,
            lent: Arc::default(),
            database: None,
            tagging: None,
        }
    }

    /// Reports statements that take so long.
    pub(super) fn report_slow(mut self, slow: Option<Duration>) -> Self {
        self.slow = slow;
        self
    }

    /// Shows values beside the texts of statements.
    pub(super) fn show_values(mut self, shows: bool) -> Self {
        self.shows_values = shows;
        self
    }

    /// Sends statements so; whole, and relying on no state of the session, as soon as that is found to be needed.
    pub(super) fn naming(mut self, prepared: Prepared, lent: Arc<OnceLock<()>>) -> Self {
        (self.prepared, self.lent) = (prepared, lent);
        self
    }

    /// Knows which database it is connected to.
    pub(super) fn of_database(mut self, database: Option<Arc<str>>) -> Self {
        self.database = database;
        self
    }

    /// Lets texts bear tags.
    pub(super) fn tagging(mut self, tagging: Option<Arc<Tagging>>) -> Self {
        self.tagging = tagging;
        self
    }

    pub(crate) fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    pub(crate) fn slow(&self) -> Option<Duration> {
        self.slow
    }

    pub(crate) fn shows_values(&self) -> bool {
        self.shows_values
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
        self.drive.cut();
        self.abort.abort();
    }

    /// Why it is closed, when it is.
    fn cause(&self) -> &'static str {
        if self.killed.load(Acquire) || self.was_cancelled() {
            "in doubt"
        } else if self.is_closed() {
            "lost"
        } else if self.is_too_old(Instant::now()) {
            "too old"
        } else if self.is_left() {
            "node left"
        } else {
            "idle"
        }
    }

    /// Its age in microseconds.
    fn age(&self, now: Instant) -> u64 {
        micros(now.saturating_duration_since(self.created))
    }

    pub(super) fn is_too_old(&self, now: Instant) -> bool {
        self.old_at.is_some_and(|at| at <= now)
    }

    /// For how many microseconds it has been idle. Of one that goes from hand to hand nothing is known.
    pub(super) fn idle_for(&self, now: Instant) -> u64 {
        self.age(now).saturating_sub(self.returned.load(Relaxed))
    }

    /// It becomes idle.
    pub(super) fn touch(&self, now: Instant) {
        self.returned.store(self.age(now), Relaxed);
    }

    /// Whether its node is not to be used any more.
    pub(super) fn is_left(&self) -> bool {
        self.occupied.is_left()
    }

    /// Whether another connection to its node was lost since this one was used.
    pub(super) fn is_suspect(&self) -> bool {
        self.endpoint().is_suspect_since(|| self.created + Duration::from_micros(self.returned.load(Relaxed)))
    }

    /// It has said nothing for too long: the others of its node are looked at before they are used.
    pub(super) fn suspect_others(&self) {
        self.endpoint().suspect();
    }

    /// Whether its node has one connection too many; this one then counts as gone.
    pub(super) fn is_surplus(&self) -> bool {
        self.endpoint().take_surplus()
    }

    /// Says that the time of its statement has passed; whether that is new. From now on nobody else gets it.
    pub(super) fn expire(&self) -> bool {
        self.cancelled.store(true, Release);
        !self.expired.swap(true, AcqRel)
    }

    /// Whether its statement was ended since it had no answer at its deadline.
    pub(crate) fn has_expired(&self) -> bool {
        self.expired.load(Acquire)
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

    /// Who is cancelled while its statement is awaited is cut by the pool, at its deadline or since the pool is closed: the
    /// server's words would name a user.
    fn explained(&self, driver: Driver) -> Driver {
        match driver {
            Driver::Server(server) if server.code == "57014" && self.was_cancelled() => {
                let why = if self.has_expired() { EXPIRED } else { CLOSED };
                let message = format!("{why} ({})", server.message);
                Driver::Server(Arc::new(ServerError { message, ..ServerError::clone(&server) }))
            }
            driver => driver,
        }
    }

    /// Runs statements without values and throws their answers away.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), Driver> {
        note(sql);
        self.client.batch_execute(sql).await.map_err(|error| self.reason(error))
    }

    /// Waits until everything sent so far has been answered.
    pub(crate) async fn sync(&self) -> Result<(), Driver> {
        self.client.check_connection().await.map_err(|error| self.reason(error))
    }

    /// Runs statements without values; says how many succeeded before the first error.
    pub(crate) async fn counted(&self, sql: &str) -> (usize, Result<(), Driver>) {
        let mut done = 0;
        note(sql);
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
        note(sql);
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
        note(sql);
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
                let column = value.invalid_column();
                let place = column.map_or_else(|| format!("${}: ", index + 1), |_| String::new());
                return Err(Error::invalid_value(statement.label, column, format!("{place}{why}")));
            }
        }
        // A fixed text of ours holds names alone, which the compiler has looked at.
        let fixed = statement.label.table.is_some() && matches!(statement.sql, Cow::Borrowed(_));
        if !fixed && statement.sql.as_bytes().contains(&0) {
            return Err(Error::invalid_statement(statement.label, "its text holds a NUL byte"));
        }
        Ok(())
    }

    /// The statement as it can be sent at once, if this connection has prepared it or need not.
    pub(crate) fn prepared(&self, statement: &Statement) -> Option<Ready> {
        if let Some(tagging) = &self.tagging
            && let Some(tagged) = tagging.of_request(&statement.sql)
        {
            // Another text for each request: to prepare it would push out what is used again.
            return Some(Ready::unnamed(tagged.into(), statement));
        }
        if self.is_unnamed() {
            note(&statement.sql);
            let tagged = self.tagging.as_ref().and_then(|tagging| tagging.constant(&statement.sql));
            return Some(Ready::unnamed(tagged.map_or_else(|| statement.sql.clone(), Cow::Owned), statement));
        }
        let schema = self.schema.load(Acquire);
        if self.known_schema.load(Acquire) != schema && self.known_schema.swap(schema, AcqRel) != schema {
            self.forget_statements();
        }
        let types = statement.values.iter().map(|value| announced(statement, value));
        self.cache().get(&statement.sql, types).map(Ready::Named)
    }

    /// Prepares a text for the types of its values, and keeps it, unless its answer could not be read: it is refused then,
    /// as long as nothing has run, each time.
    pub(crate) async fn prepare(
        &self,
        sql: Cow<'static, str>,
        types: Vec<Type>,
        (expects, label): (Expects, Label),
    ) -> Result<Result<Ready, Error>, Driver> {
        note(&sql);
        // Boxed, since it is rare and large.
        let tagged = self.tagging.as_ref().and_then(|tagging| tagging.constant(&sql));
        let preparing = Box::pin(self.client.prepare_typed(tagged.as_deref().unwrap_or(&sql), &types));
        let prepared = preparing.await.map_err(|error| self.refused(error, None))?;
        if let Expects::Rows(_) | Expects::Values(_) = expects
            && let Err(unfit) = expects.check_types(prepared.columns(), label)
        {
            return Ok(Err(unfit));
        }
        let gone = self.cache().put(sql, types, prepared.clone());
        drop(gone);
        Ok(Ok(Ready::Fresh(prepared)))
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
        let mut rows = Vec::new();
        let changed = self.execute_into(&ready, params.iter(), watch, &mut rows).await?;
        Ok(Answer { rows, changed })
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
    ) -> impl Future<Output = Result<u64, Driver>> + use<'a, 'p, P, I>
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
            watch.end(self, &span, result.as_ref().err());
            result
        }
    }

    async fn answer<'p, P, I>(&self, ready: &Ready, params: I, rows: &mut dyn Sink) -> Result<u64, Driver>
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
        let mut stream = pin!(sent.map_err(|error| self.refused(error, Some(ready)))?);
        rows.clear();
        loop {
            match stream.try_next().await {
                Ok(Some(row)) => rows.take(row),
                Ok(None) => return Ok(stream.rows_affected().unwrap_or(0)),
                Err(error) => return Err(self.reason(error)),
            }
        }
    }

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

    /// Awaits a request, and moves the bytes of the connection meanwhile.
    ///
    /// Who waits for an answer in another way, while somebody else may do so in this one, has to
    /// [`share`](Self::share) first.
    pub(crate) async fn while_awaiting<F: Future>(&self, request: Pin<&mut F>) -> F::Output {
        self.drive.while_awaiting(request).await
    }

    /// Lets the connection's task move its bytes: who does may not be polled any more.
    pub(crate) fn share(&self) {
        self.drive.share();
    }

    /// For who reads a long answer: see [`poll_row`](Self::poll_row).
    pub(crate) fn reading(&self) -> Reading {
        self.drive.reading()
    }

    /// Whether statements are sent whole: a proxy may give each transaction another connection.
    pub(crate) fn is_unnamed(&self) -> bool {
        match self.prepared {
            Prepared::Auto => self.lent.get().is_some(),
            Prepared::Never => true,
            Prepared::Always => false,
        }
    }

    /// Why a statement was not prepared, or not begun.
    fn refused(&self, error: tokio_postgres::Error, sent: Option<&Ready>) -> Driver {
        let driver = self.reason(error);
        if let Driver::Server(server) = &driver
            && shows_a_proxy(server, sent)
            && self.lent.set(()).is_ok()
        {
            let sqlstate = &*server.code;
            tracing::warn!(
                node = %self.node(),
                sqlstate,
                "a proxy in between, such as PgBouncer, runs statements on other connections of the server than they were \
                 prepared on: they are sent whole from now on, unless that was forbidden by prepared=always"
            );
        }
        driver
    }

    /// Begins a COPY FROM STDIN, which waits for its data.
    pub(crate) async fn copy_in(&self, sql: &str) -> Result<Pin<Box<CopyInSink<Bytes>>>, Driver> {
        self.client.copy_in(sql).await.map(Box::pin).map_err(|error| self.reason(error))
    }

    /// Sends data of a COPY; waits while the network does not take it.
    pub(crate) async fn copy_more(
        &self,
        copy: &mut Pin<Box<CopyInSink<Bytes>>>,
        data: Bytes,
    ) -> Result<(), Driver> {
        copy.send(data).await.map_err(|error| self.reason(error))
    }

    /// Says that all data was sent; returns the number of rows.
    pub(crate) async fn copy_done(&self, copy: &mut Pin<Box<CopyInSink<Bytes>>>) -> Result<u64, Driver> {
        copy.as_mut().finish().await.map_err(|error| self.reason(error))
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
                Err(error) if is_stale(&error) => {
                    self.forget_stale(&error);
                    Box::pin(self.run_anew(statement, rows)).await
                }
                Err(error) => Err(Failure::Execute(error)),
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
        self.drive.while_awaiting(answer).await.map_err(|error| {
            if is_stale(&error) {
                self.forget_stale(&error);
            }
            Failure::Execute(error)
        })
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is read of its answer, and what it is called where that cannot be.
pub(crate) fn read_of(statement: &Statement) -> (Expects, Label) {
    (statement.expects.clone(), statement.label)
}

/// Whole microseconds, as many as there can be at most.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Whether a prepared statement no longer fits the schema, or is gone.
///
/// CockroachDB uses 0A000 for everything that it does not implement, too, so the text decides
/// (<https://www.cockroachlabs.com/docs/stable/online-schema-changes>).
pub(crate) fn is_stale(error: &Driver) -> bool {
    match error {
        Driver::Server(error) => {
            is_lost(error)
                || (error.code == "0A000"
                    && error.message.contains("cached plan must not change result type"))
        }
        Driver::Lost(_) => false,
    }
}

/// Whether a server has no statement of this name, or another client's.
fn is_lost(error: &ServerError) -> bool {
    matches!(&*error.code, "26000" | "42P05") || is_of_another_client(error)
}

/// Whether another statement than ours has the name: the driver counts the values of ours.
fn is_of_another_client(error: &ServerError) -> bool {
    error.code == "08P01" && error.message.starts_with("bind message supplies")
}

/// Whether an error shows that one connection to us is several of the server: a statement is lost at once, or the name of
/// one that is new is taken, or is another client's. `sent` is `None` while it was being prepared.
fn shows_a_proxy(error: &ServerError, sent: Option<&Ready>) -> bool {
    match sent {
        Some(Ready::Fresh(_)) => error.code == "26000" || is_of_another_client(error),
        Some(Ready::Named(_)) => is_of_another_client(error),
        Some(Ready::Unnamed(_)) => false,
        // The driver asks for types by statements of its own. Another name is one in the caller's own text.
        None => matches!(&*error.code, "26000" | "42P05") && error.names_a_statement_of_the_driver(),
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
