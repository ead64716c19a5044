//! A proxy between a pool and its server that breaks what a test names, and counts what goes through.
//!
//! ```no_run
//! use crdb_orm::Database;
//! use crdb_orm::testing::{FaultProxy, TestDb};
//!
//! # async fn test() -> crdb_orm::Result<()> {
//! let test_db = TestDb::new().await?;
//! let proxy = FaultProxy::to(&test_db).await?;
//! let db = Database::connect(&proxy.url()).await?;
//!
//! proxy.on("COMMIT").cut_after_send();            // the answer to the next COMMIT is lost
//! let result = db.transaction("pay", async |tx| { let _ = tx; Ok(()) }).await;
//! assert!(result.unwrap_err().is_outcome_unknown());
//! assert_eq!(proxy.count("COMMIT"), 1);           // and nobody sent it again
//! # Ok(())
//! # }
//! ```
//!
//! It speaks the wire protocol of PostgreSQL, which CockroachDB speaks, too. With the server it has TLS as the URL of the
//! server says (`sslmode`, `sslrootcert`, `sslcert` ..), so a secure cluster is no hindrance; with its clients, which are
//! on this machine, it has none until it is given a certificate to show:
//!
//! ```no_run
//! # #[cfg(feature = "tls")]
//! # async fn test() -> crdb_orm::Result<()> {
//! # use crdb_orm::{Database, testing::{FaultProxy, TestDb}};
//! // CRDB_TEST_URL=postgresql://root@localhost:26257/defaultdb?sslrootcert=certs/ca.crt&sslmode=verify-full
//! //     &sslcert=certs/client.root.crt&sslkey=certs/client.root.key
//! let test_db = TestDb::new().await?;
//! let proxy = FaultProxy::to(&test_db).await?;
//! let read = |file: &str| std::fs::read(file).expect("a file of `cockroach cert`");
//! proxy.serve_tls(read("certs/node.crt"), read("certs/node.key"))?;
//! let db = Database::builder(&proxy.url()).ssl_root_cert("certs/ca.crt").connect().await?;
//! # let _ = db;
//! # Ok(())
//! # }
//! ```

mod answers;
mod cockroach;
mod counters;
mod fault;
mod frame;
mod greet;
mod link;
mod on;
mod pace;
mod recording;
mod reply;
mod request;
mod rules;
mod split;
mod start;
#[cfg(feature = "tls")]
mod tls;
#[cfg(not(feature = "tls"))]
#[path = "without_tls.rs"]
mod tls;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use self::cockroach::Translation;
use self::counters::Counters;
use self::rules::{Pattern, Rules};
use self::tls::Shown;
use super::TestDb;
use super::address;
use crate::conn::{Dialer, Settings};
use crate::error::{Error, Result};

pub use self::fault::Fault;
pub use self::on::On;
pub use self::recording::Recording;
pub use self::reply::Reply;
pub use self::rules::Rule;
pub use self::start::LogIn;

/// Where a proxy listens.
const LOCAL: &str = "127.0.0.1";

/// A proxy between a pool and its server that breaks what a test names, and counts what goes through.
///
/// A fault waits for a *mark*, a piece of a statement's text as it stands in it, and strikes where such a statement
/// runs: a simple query, or an Execute, whose text is known from its Parse. Faults are set by [`on`](Self::on) and its
/// siblings and can be set while statements run; they strike whichever connection comes first.
///
/// It ends, with its connections, when it is dropped. It runs on the runtime that it was made on.
///
/// [The module](self) has an example.
pub struct FaultProxy {
    port: u16,
    user: String,
    password: Option<String>,
    database: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What the connections of a proxy share.
struct Shared {
    upstream: Option<Dialer>,
    /// The certificate that clients are shown.
    shown: Mutex<Option<Arc<Shown>>>,
    log_in: Mutex<LogIn>,
    refuse_options: AtomicBool,
    translation: Mutex<Option<Arc<Translation>>>,
    rules: Arc<Rules>,
    counters: Arc<Counters>,
    /// Nanoseconds in one direction.
    latency: AtomicU64,
    orders: watch::Sender<Order>,
}

/// Something that all open connections do at once.
#[derive(Debug, Clone)]
enum Order {
    None,
    Cut,
    Say(Reply),
    /// Say it when there is nothing to answer and no transaction open.
    Leave(Reply),
}

impl Shared {
    fn log_in(&self) -> LogIn {
        lock(&self.log_in).clone()
    }

    fn shown(&self) -> Option<Arc<Shown>> {
        lock(&self.shown).clone()
    }

    fn translation(&self) -> Option<Arc<Translation>> {
        lock(&self.translation).clone()
    }

    /// When what is sent now arrives.
    fn due(&self) -> Option<Instant> {
        match self.latency.load(SeqCst) {
            0 => None,
            latency => Instant::now().checked_add(Duration::from_nanos(latency)),
        }
    }
}

impl FaultProxy {
    /// A proxy to a test's database.
    ///
    /// # Errors
    /// As [`to_url`](Self::to_url).
    pub async fn to(db: &TestDb) -> Result<Self> {
        Self::to_url(db.url()).await
    }

    /// A proxy to the database of a URL, on its first host, with TLS as [`Database::connect`](crate::Database::connect)
    /// would have it with this URL; `allow` and `prefer` use it where the server has it. Nothing is connected yet.
    ///
    /// The client certificate that the URL names is the proxy's, whoever comes through it; passwords are the client's.
    ///
    /// # Errors
    /// The URL makes no sense, or lacks a user or a database; a file of TLS that it names cannot be used; or no local
    /// port is free.
    pub async fn to_url(url: &str) -> Result<Self> {
        let of_the_server = |error: Error| error.with_context("the URL of a test proxy's server");
        let settings = Settings::parse(url).and_then(Settings::complete).map_err(of_the_server)?;
        let lacks = |what| Error::configuration(format!("the URL of a test proxy's server has no {what}"));
        let upstream = Dialer::new(&settings).ok_or_else(|| lacks("host"))?;
        upstream.check().await.map_err(of_the_server)?;
        let password = settings.nodes.first().and_then(|node| settings.password_for(node));
        let password = password.map(|password| password.reveal().to_owned());
        let user = settings.user.ok_or_else(|| lacks("user"))?;
        let database = settings.database.ok_or_else(|| lacks("database"))?;
        Self::start(Some(upstream), LogIn::Forward, user, password, database).await
    }

    /// Something that listens like a server and lets nobody in.
    ///
    /// # Errors
    /// No local port is free.
    pub async fn without_server(log_in: LogIn) -> Result<Self> {
        Self::start(None, log_in, "somebody".to_owned(), None, "somewhere".to_owned()).await
    }

    async fn start(
        upstream: Option<Dialer>,
        log_in: LogIn,
        user: String,
        password: Option<String>,
        database: String,
    ) -> Result<Self> {
        let no_port = |error| Error::new(format!("a test proxy cannot listen on a local port: {error}"));
        let listener = TcpListener::bind((LOCAL, 0)).await.map_err(no_port)?;
        let port = listener.local_addr().map_err(no_port)?.port();
        let shared = Arc::new(Shared {
            upstream,
            shown: Mutex::default(),
            log_in: Mutex::new(log_in),
            refuse_options: AtomicBool::new(false),
            translation: Mutex::default(),
            rules: Arc::default(),
            counters: Arc::default(),
            latency: AtomicU64::new(0),
            orders: watch::Sender::new(Order::None),
        });
        let task = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self { port, user, password, database, shared, task })
    }

    /// The URL that leads through it. It may hold a password.
    ///
    /// Where the proxy [serves TLS](Self::serve_tls) it says `sslmode=verify-full`, for a host that the certificate is
    /// for if there is one that leads here. Whom to trust is left to say: add `&sslrootcert=..`, or ask
    /// [`ssl_root_cert`](crate::DatabaseBuilder::ssl_root_cert) of a builder.
    pub fn url(&self) -> String {
        self.url_as(&self.user, self.password.as_deref())
    }

    /// The URL that leads through it, for another user.
    pub fn url_as(&self, user: &str, password: Option<&str>) -> String {
        let Some(shown) = self.shared.shown() else {
            return address::tcp(user, password, &self.node(), &self.database, "sslmode=disable");
        };
        let servers = self.shared.upstream.as_ref().map_or("localhost", Dialer::host);
        let host = shown.host(&[LOCAL, "localhost", servers]).unwrap_or(LOCAL);
        let node = if host.contains(':') {
            format!("[{host}]:{}", self.port)
        } else {
            format!("{host}:{}", self.port)
        };
        let address = if host == LOCAL { String::new() } else { format!("&hostaddr={LOCAL}") };
        // A password that is bound to the TLS of the proxy is none to the server.
        let keys = format!("sslmode=verify-full&channel_binding=disable{address}");
        address::tcp(user, password, &node, &self.database, &keys)
    }

    /// Its address, as `host:port`.
    pub fn node(&self) -> String {
        format!("{LOCAL}:{}", self.port)
    }

    /// Ends TLS here, as a node of a secure CockroachDB cluster does, for clients that connect from now on: who asks for
    /// TLS, or begins it without asking (`sslnegotiation=direct`), is shown this certificate, and who does not is refused
    /// (08P01). Before, TLS is refused as by a server that has none. Both are PEM texts; behind the certificate may stand
    /// those that it is signed by. No client is asked for a certificate of its own.
    ///
    /// A password that a client binds to its TLS (`channel_binding`, SCRAM-SHA-256-PLUS, which PostgreSQL offers and
    /// CockroachDB does not) is bound to this certificate. The server would refuse it, so the proxy does, with 28000 and
    /// the reason: say `channel_binding=disable`, as [`url`](Self::url) does, or pass the server's own certificate
    /// and key.
    ///
    /// # Errors
    /// One of the two cannot be read, or they do not belong together.
    #[cfg(feature = "tls")]
    pub fn serve_tls(&self, certificate: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<()> {
        let shown = Shown::new(certificate.as_ref(), key.as_ref())?;
        *lock(&self.shared.shown) = Some(Arc::new(shown));
        Ok(())
    }

    /// Waits for statements that run and whose text contains the mark, which is compared letter by letter. An empty
    /// mark is in every text.
    pub fn on(&self, mark: impl Into<String>) -> On<'_> {
        let pattern = Pattern { mark: mark.into(), prepared: false, skip: 0, times: 1, chance: None };
        On { proxy: self, pattern }
    }

    /// Waits for statements with the mark where they are prepared, at their Parse.
    pub fn on_prepare(&self, mark: impl Into<String>) -> On<'_> {
        let mut on = self.on(mark);
        on.pattern.prepared = true;
        on
    }

    /// Waits for the n-th statement that runs, whatever its text, counted from now; the next one is the first.
    pub fn on_statement(&self, n: u64) -> On<'_> {
        self.on("").nth(n)
    }

    /// Waits for statements by chance, with a seed: see [`On::by_chance`].
    pub fn by_chance(&self, probability: f64, seed: u64) -> On<'_> {
        self.on("").by_chance(probability, seed)
    }

    fn rules(&self) -> &Arc<Rules> {
        &self.shared.rules
    }

    /// How many faults have not struck as often as they shall. Those that strike always or by chance do not count.
    pub fn pending(&self) -> usize {
        self.shared.rules.pending()
    }

    /// Takes back every fault that was set. What is held back stays held.
    pub fn clear(&self) {
        self.shared.rules.clear();
    }

    /// How often each fault has struck, by [its name](Fault::name).
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.shared.rules.struck()
    }

    /// How many statements with this mark came from the client to be run; a simple query is one, whatever its text.
    pub fn count(&self, mark: &str) -> usize {
        self.shared.counters.runs().iter().filter(|text| text.contains(mark)).count()
    }

    /// How many statements with this mark came from the client to be prepared.
    pub fn count_prepared(&self, mark: &str) -> usize {
        self.shared.counters.prepares().iter().filter(|text| text.contains(mark)).count()
    }

    /// The text of every statement that came to be run, in this order.
    pub fn statements(&self) -> Vec<String> {
        self.shared.counters.runs().iter().map(ToString::to_string).collect()
    }

    /// Forgets the statements that were seen, for long runs.
    pub fn forget_statements(&self) {
        self.shared.counters.runs().clear();
        self.shared.counters.prepares().clear();
    }

    /// How many connections were made so far; cancel requests do not count.
    pub fn accepted(&self) -> usize {
        self.shared.counters.accepted()
    }

    /// How many clients are connected.
    pub fn open(&self) -> usize {
        self.shared.counters.open()
    }

    /// How many clients were connected at most.
    pub fn most(&self) -> usize {
        self.shared.counters.most()
    }

    /// How many cancel requests came.
    pub fn cancels(&self) -> usize {
        self.shared.counters.cancels()
    }

    /// How often a client began to send when everything that it had sent before was answered, on all connections,
    /// logging in left out. This is how often it waited for the network; what is sent together waits once.
    pub fn round_trips(&self) -> usize {
        self.shared.counters.round_trips()
    }

    /// The same, and counts from zero again.
    pub fn take_round_trips(&self) -> usize {
        self.shared.counters.take_round_trips()
    }

    /// Adds latency to each round trip, half of it in each direction; zero takes it away. What is sent together is
    /// delayed together, as on a longer wire. Precise to about a tenth of a millisecond.
    pub fn latency(&self, round_trip: Duration) {
        let one_way = u64::try_from((round_trip / 2).as_nanos()).unwrap_or(u64::MAX);
        self.shared.latency.store(one_way, SeqCst);
    }

    /// Sets how clients that connect from now on are let in.
    pub fn log_in(&self, log_in: LogIn) {
        *lock(&self.shared.log_in) = log_in;
    }

    /// Refuses clients that connect from now on with `options` in their start-up message, in the words of PgBouncer.
    pub fn refuse_options(&self, refuse: bool) {
        self.shared.refuse_options.store(refuse, SeqCst);
    }

    /// Breaks every open connection.
    pub fn cut(&self) {
        self.shared.orders.send_replace(Order::Cut);
    }

    /// Sends an answer that nobody asked for on every open connection, and closes it: as a server does with 57P01 when
    /// it shuts down.
    pub fn say(&self, reply: impl Into<Reply>) {
        self.shared.orders.send_replace(Order::Say(reply.into()));
    }

    /// Does what a CockroachDB node does at the end of its drain, as recorded on v21.2: every open connection gets
    /// 57P01 and is closed, and whoever connects gets it, too, until [`log_in`](Self::log_in) says otherwise.
    pub fn drain(&self) {
        // Of severity ERROR, as recorded.
        let said = Reply::error("57P01");
        self.log_in(LogIn::Answer(said.clone().message("server is not accepting clients")));
        self.say(said.message("server is shutting down"));
    }

    /// Does what a CockroachDB node does at the beginning of its drain: every connection gets 57P01 and is closed, at
    /// once where it is idle, and else when its statement or transaction has ended; what a client sends behind that
    /// reaches nobody. Whoever connects gets 57P01, too, until the node is [back](Self::come_back).
    pub fn drain_gracefully(&self) {
        // Of severity ERROR, as recorded.
        let said = Reply::error("57P01");
        let refused = said.clone().message("server is not accepting clients, try another node");
        self.log_in(LogIn::Answer(refused));
        self.shared.orders.send_replace(Order::Leave(said.message("server is shutting down")));
    }

    /// Does what a node does that dies: every open connection breaks, and nobody gets in, until the node is
    /// [back](Self::come_back).
    pub fn die(&self) {
        self.log_in(LogIn::Close);
        self.cut();
    }

    /// Lets clients in again, after [`drain`](Self::drain), [`drain_gracefully`](Self::drain_gracefully) or
    /// [`die`](Self::die).
    pub fn come_back(&self) {
        self.shared.orders.send_replace(Order::None);
        self.log_in(LogIn::Forward);
    }

    /// Makes the server look like a CockroachDB of this version (`"25.2.0"`) to clients that connect from now on, so
    /// that what is done on CockroachDB only can run on a PostgreSQL.
    ///
    /// It tells the parameter `crdb_version`. Session variables that PostgreSQL does not know are set under another
    /// name, and mean nothing. The release of the savepoint `cockroach_restart` becomes a COMMIT, as it is one on
    /// CockroachDB. Priority and AS OF SYSTEM TIME are taken out of BEGIN. Other statements are PostgreSQL's own:
    /// [`Fault::Answer`] with [`Reply::tag`] answers what it does not know.
    pub fn pose_as_cockroachdb(&self, version: &str) {
        let translation = Translation { version: cockroach::version(version) };
        *lock(&self.shared.translation) = Some(Arc::new(translation));
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // They end with this task.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                // An error is the end of one side, which is what a proxy passes on.
                Ok((client, _)) => drop(connections.spawn(start::serve(shared.clone(), client))),
                Err(error) => {
                    tracing::warn!(%error, "a test proxy could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for FaultProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the password.
        f.debug_struct("FaultProxy")
            .field("node", &self.node())
            .field("database", &self.database)
            .field("open", &self.open())
            .field("pending", &self.pending())
            .field("struck", &self.struck())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
