//! One connection.

mod copy;
mod failure;
mod life;
mod prepare;
mod rows;
mod run;
mod simple;

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Acquire};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinHandle};
use tokio_postgres::Client;

use super::cache::Cache;
use super::cancel::Canceller;
use super::drive::{Drive, Reading};
use super::nodes::{Endpoint, Nodes, Occupied};
use super::open::Opened;
use super::ready::Prepared;
use super::server::ServerInfo;
use crate::error::Driver;
use crate::observe::Tagging;

pub(crate) use self::failure::{Failure, is_stale};
pub(crate) use self::prepare::read_of;
pub(crate) use self::run::Answer;

/// Notes the text of a statement where all of them are checked: see `testing::SENT_STATEMENTS_FOLDER`.
#[cfg(feature = "testing")]
use crate::testing::note;

#[cfg(not(feature = "testing"))]
const fn note(_: &str) {}

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
    /// It was told that it goes: a good-bye of its node may be a mere error, behind which it is open for a moment.
    leaving: AtomicBool,
    /// It gave no sign of life.
    silent: AtomicBool,
    server: Arc<ServerInfo>,
    /// Whether it is counted among those that were made, and so among those that are closed.
    counted: bool,
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
        let Opened { client, server, drive, task, end, canceller, told_name: _, told_standby: _ } = opened;
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
            leaving: AtomicBool::new(false),
            silent: AtomicBool::new(false),
            server: Arc::new(server),
            counted: false,
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

    /// The driver's own client.
    #[cfg(feature = "testing")]
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Whether statements are sent whole: a proxy may give each transaction another connection.
    pub(crate) fn is_unnamed(&self) -> bool {
        match self.prepared {
            Prepared::Auto => self.lent.get().is_some(),
            Prepared::Never => true,
            Prepared::Always => false,
        }
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
}

/// Whole microseconds, as many as there can be at most.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
