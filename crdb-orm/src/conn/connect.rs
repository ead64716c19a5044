//! Making a connection.

use std::sync::atomic::{
    AtomicU64,
    Ordering::{AcqRel, Relaxed},
};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::client::Conn;
use super::explain::none_reached;
use super::nodes::{Endpoint, Nodes, Occupied};
use super::open::{Opener, Start};
use super::pool::NodeStatus;
use super::ready::Prepared;
use super::server::ServerInfo;
use super::session::{self, Variable};
use super::url::{Settings, Wanted};
use crate::error::{Error, Kind, Result, ServerError};
use crate::exec::BoxFuture;
use crate::observe;

/// How long a node may take to let us in while there is another one.
const IMPATIENCE: Duration = Duration::from_secs(3);
/// A node that takes longer than this to let us in is raced by the next one: the connection attempt delay that RFC 8305
/// ("happy eyeballs") recommends.
const HEAD_START: Duration = Duration::from_millis(250);
/// The same where nodes are far and usually take longer.
const LONGEST_HEAD_START: Duration = Duration::from_millis(1_500);
/// How often a session is set up again after an error that may pass, such as a serialization failure.
const SET_UPS: u32 = 3;
const BETWEEN_SET_UPS: Duration = Duration::from_millis(20);

/// Makes connections to the nodes of a URL.
pub(crate) struct Connector {
    opener: Opener,
    pool_name: Arc<str>,
    nodes: Arc<Nodes>,
    /// Raised when the schema has changed.
    schema: Arc<AtomicU64>,
    /// What the server took as session settings, once it is known.
    known: Mutex<Option<Arc<[Variable]>>>,
    /// Set where a proxy lends connections of the server, so that nothing may rely on a session.
    lent: Arc<OnceLock<()>>,
    /// How long it usually takes to be let in, in microseconds; zero while it is not known.
    usual: AtomicU64,
}

/// An attempt to connect to a node, which may go on when another one has won.
type Attempt = BoxFuture<'static, Result<Conn>>;

impl Connector {
    /// Takes settings that are complete.
    pub(crate) fn new(settings: Settings) -> Self {
        let nodes = Nodes::new(settings.nodes.clone(), settings.region.clone());
        Self::to(settings, nodes)
    }

    /// The same to nodes that are theirs.
    pub(super) fn to(settings: Settings, mut nodes: Nodes) -> Self {
        if settings.in_order == Some(true) {
            nodes = nodes.in_order();
        }
        let nodes = Arc::new(nodes);
        let pool_name = settings.database.as_deref().unwrap_or("default").into();
        Self {
            opener: Opener::new(settings),
            pool_name,
            nodes,
            schema: Arc::default(),
            known: Mutex::default(),
            lent: Arc::default(),
            usual: AtomicU64::new(0),
        }
    }

    /// What the pool is called where several are watched.
    pub(super) fn pool_name(&self) -> &Arc<str> {
        &self.pool_name
    }

    pub(super) fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// Lets every connection forget its prepared statements before it uses one again.
    pub(super) fn schema_changed(&self) {
        self.schema.fetch_add(1, AcqRel);
    }

    pub(super) fn node_status(&self) -> Vec<NodeStatus> {
        self.nodes.all().iter().map(|node| node.status()).collect()
    }

    fn settings(&self) -> &Settings {
        self.opener.settings()
    }

    /// The name under which the server lists the connections.
    pub(crate) fn application_name(&self) -> &str {
        self.opener.application_name()
    }

    /// Connects to one of the nodes, beginning with the one that has the fewest connections.
    ///
    /// A node that says nothing for a while is raced by the next one that is up, unless nodes are to be tried in their
    /// order. Who comes second goes on in the background, so that it is known whether that node is up; its connection
    /// is closed.
    ///
    /// # Errors
    /// When no node can be reached, with the reason of each; at once when a node refuses user, password or
    /// database, since the others would do the same.
    pub(crate) async fn connect(self: &Arc<Self>) -> Result<Conn> {
        let first = self.nodes.candidates().await;
        let mut nodes = first.clone().into_iter().peekable();
        let mut tried = Some(first);
        let mut racing: FuturesUnordered<Attempt> = FuturesUnordered::new();
        let mut failures = Vec::new();
        loop {
            if racing.is_empty() {
                let Some(node) = nodes.next() else {
                    let Some(tried) = tried.take() else { return Err(none_reached(failures)) };
                    // A name may stand for others by now: what has failed is a reason to look it up again.
                    nodes = self.nodes.candidates_but(&tried).await.into_iter().peekable();
                    if nodes.peek().is_none() {
                        return Err(none_reached(failures));
                    }
                    continue;
                };
                let another = nodes.peek().is_some_and(|next| next.health().is_up());
                racing.push(self.attempt(node, another));
            }
            let may_race =
                !self.nodes.are_in_order() && nodes.peek().is_some_and(|next| next.health().is_up());
            let head_start = async {
                if may_race {
                    tokio::time::sleep(self.head_start()).await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                // Who is there already wins.
                biased;
                Some(result) = racing.next() => match result {
                    Ok(conn) => {
                        if !racing.is_empty() {
                            drop(tokio::spawn(racing.for_each(async |late| drop(late))));
                        }
                        return Ok(conn);
                    }
                    Err(error) if error.is_connection() => {
                        tracing::debug!(%error, "no connection to this node");
                        failures.push(error);
                    }
                    Err(error) => return Err(error),
                },
                () = head_start => {
                    if let Some(node) = nodes.next() {
                        tracing::debug!(node = %node.name(), "trying another node beside one that is slow");
                        let another = nodes.peek().is_some_and(|next| next.health().is_up());
                        racing.push(self.attempt(node, another));
                    }
                }
            }
        }
    }

    /// An attempt at a node. Where there is another one that is up, it does not take as long as it may.
    fn attempt(self: &Arc<Self>, node: Arc<Endpoint>, another: bool) -> Attempt {
        let timeout = self.settings().connect_timeout();
        let timeout = if another { timeout.min(IMPATIENCE) } else { timeout };
        let connector = self.clone();
        Box::pin(async move { connector.connect_within(&node, timeout).await })
    }

    /// How long the next node waits before it races: three times what is usual, within bounds.
    fn head_start(&self) -> Duration {
        let usual = Duration::from_micros(self.usual.load(Relaxed));
        (3 * usual).clamp(HEAD_START, LONGEST_HEAD_START)
    }

    /// Takes part in what is usual: an eighth of it is the latest.
    fn learn(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let learn = |usual: u64| Some(if usual == 0 { took } else { usual - usual / 8 + took / 8 });
        // Every run of it returns a value.
        let _ = self.usual.fetch_update(Relaxed, Relaxed, learn);
    }

    /// Whether the database of the URL is there. CockroachDB lets a client in that names a missing one.
    pub(crate) async fn check_database(&self, conn: &Conn) -> Result<()> {
        let Some(database) = self.settings().database.as_deref().filter(|_| conn.server().is_cockroachdb())
        else {
            return Ok(());
        };
        let sql = format!(
            "SELECT count(*) FROM [SHOW DATABASES] WHERE database_name = {}",
            session::literal(database)
        );
        match conn.scalar(&sql).await {
            Ok(Some(count)) if count == "0" => Err(Error::server(Arc::new(ServerError::new(
                "3D000",
                format!("database \"{database}\" does not exist, or this user may not see it"),
            )))
            .with_node(conn.node())),
            Ok(_) => Ok(()),
            Err(error) => Err(Error::driver(&error, conn.node())),
        }
    }

    /// Tries a node that may be down, for no longer than this.
    pub(super) async fn probe(&self, node: &Arc<Endpoint>, longest: Duration) -> Result<Conn> {
        self.connect_within(node, self.settings().connect_timeout().min(longest)).await
    }

    /// Connects to a node and notes whether that was possible.
    async fn connect_within(&self, node: &Arc<Endpoint>, timeout: Duration) -> Result<Conn> {
        let (name, began) = (node.name(), Instant::now());
        // Boxed: every statement may wait for a connection, and the compiler counts how deep futures are nested.
        let connecting: BoxFuture<'_, Result<Conn>> = Box::pin(self.connect_patiently(node));
        let mut result = match tokio::time::timeout(timeout, connecting).await {
            Ok(result) => result,
            Err(_) => Err(Error::of_kind(
                Kind::ConnectTimeout,
                format!("{name} did not let us in within {:.1} s", timeout.as_secs_f64()),
            )
            .with_advice("is the node overloaded, or a firewall in between? `connect_timeout` sets the time")
            .with_node(name)),
        };
        match &mut result {
            Ok(conn) => {
                conn.count();
                self.learn(began.elapsed());
                observe::node_up(name, began.elapsed());
                node.connected();
            }
            Err(error) if error.is_connection() => {
                observe::node_down(name);
                self.nodes.failed(node, error);
            }
            // It is there, and says what is wrong.
            Err(_) => {}
        }
        result
    }

    /// Connects, again after an error that may pass: a server that looks something up, or sets something, may answer by
    /// a serialization failure there, too. Nothing has been done then.
    async fn connect_patiently(&self, node: &Arc<Endpoint>) -> Result<Conn> {
        let mut tries = 1;
        loop {
            match self.connect_and_set_up(node).await {
                Err(error) if tries < SET_UPS && error.sqlstate().is_some_and(may_pass) => {
                    tracing::debug!(node = %node.name(), %error, "setting the session up again");
                    tokio::time::sleep(BETWEEN_SET_UPS.mul_f64(f64::from(tries) * fastrand::f64())).await;
                    tries += 1;
                }
                result => return result,
            }
        }
    }

    /// Connects with the settings of the session in the start-up message, if the server is known; without them, and
    /// with a message of their own, if it is not, or does not take them.
    async fn connect_and_set_up(&self, node: &Arc<Endpoint>) -> Result<Conn> {
        let occupied = node.occupy();
        let (known, lent) = (self.known(), self.is_lent());
        let first = known.is_none() && !lent;
        let known = known.unwrap_or_else(|| session::probe().into());
        if lent || node.is_plain() {
            return self.start(occupied, None).await.map_err(Start::into_error);
        }
        match self.start(occupied, Some(&known)).await {
            Ok(conn) => Ok(conn),
            Err(Start::Failed(error)) => Err(error),
            Err(Start::Settings) => {
                if first {
                    self.behind_a_proxy(node);
                }
                let conn = self.start(node.occupy(), None).await.map_err(Start::into_error)?;
                tracing::info!(node = %node.name(), "it takes no session settings at start-up");
                node.set_plain();
                Ok(conn)
            }
        }
    }

    /// Both servers take what the first connection asks for, so something in between does not.
    fn behind_a_proxy(&self, node: &Endpoint) {
        if self.lent.get().is_none() {
            tracing::info!(
                node = %node.name(),
                "there is a proxy in between, such as PgBouncer: settings travel with BEGIN, and nothing relies on a \
                 session"
            );
        }
        self.lent.get_or_init(|| ());
    }

    /// Whether a session may change from one transaction to the next.
    fn is_lent(&self) -> bool {
        self.settings().prepared == Prepared::Never || self.lent.get().is_some()
    }

    /// What travels with BEGIN, since no session keeps it.
    pub(crate) fn with_begin(&self, server: &ServerInfo) -> String {
        if self.is_lent() {
            session::of_transaction(server, &session::variables(server, &self.settings().session))
        } else {
            String::new()
        }
    }

    fn known(&self) -> Option<Arc<[Variable]>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn start(&self, occupied: Occupied, at_start: Option<&[Variable]>) -> Result<Conn, Start> {
        let node = occupied.endpoint().clone();
        let name = node.name();
        let mut opened = self.opener.open(&self.nodes, &node, at_start).await?;
        let server = opened.server.clone();
        let variables = session::variables(&server, &self.settings().session);
        // The name is told back: something in between that ignores the settings is found out by it.
        let told = opened.told_name.take();
        let heard = at_start.is_some()
            && told.is_some_and(|told| session::is_told_back(self.application_name(), &told));
        let taken = heard && at_start.is_some_and(|sent| *sent == *variables);
        if at_start.is_some() && !heard {
            if self.known().is_none() {
                self.behind_a_proxy(&node);
            }
            node.set_plain();
        }
        let (lent, told_standby) = (self.is_lent(), opened.told_standby);
        let lifetime = self.settings().pool.jittered_lifetime();
        let nodes = (self.nodes.clone(), occupied);
        let conn = Conn::new(opened, nodes, self.schema.clone(), lifetime)
            .report_slow(self.settings().slow_statements)
            .show_values(self.settings().show_values)
            .tagging(self.settings().tagging.clone())
            .of_database(self.settings().database.is_some().then(|| self.pool_name.clone()))
            .naming(self.settings().prepared, self.lent.clone());
        if self.settings().wanted == Some(Wanted::Primary) && is_standby(&conn, told_standby).await? {
            let error = Error::of_kind(Kind::Connect, format!("{name} is of no use to us: it is a standby"));
            let advice = "`target_session_attrs` says which kind of node is wanted";
            return Err(Start::Failed(error.with_advice(advice).with_node(name)));
        }
        if !taken && !lent {
            conn.batch(&session::set_up(conn.server(), &variables)).await.map_err(|error| {
                Start::Failed(Error::driver(&error, name).with_context("setting up the session failed"))
            })?;
        }
        if !lent {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.is_none() {
                session::notice(conn.server(), &self.settings().session);
                *known = Some(variables.into());
            }
        }
        if self.nodes.preferred_region().is_some() && conn.server().is_cockroachdb() && !node.knows_region() {
            match conn.scalar("SELECT gateway_region()").await {
                // It is asked again by the next connection.
                Err(error) if error.code().is_none_or(may_pass) => {}
                // An error is the answer of a node without a region.
                region => node.set_region(region.unwrap_or_default()),
            }
        }
        Ok(conn)
    }
}

/// Whether a node is a standby, which it may have told. CockroachDB has none.
async fn is_standby(conn: &Conn, told: Option<bool>) -> Result<bool, Start> {
    if conn.server().is_cockroachdb() {
        return Ok(false);
    }
    if let Some(told) = told {
        return Ok(told);
    }
    match conn.scalar("SELECT pg_catalog.pg_is_in_recovery()").await {
        Ok(answer) => Ok(answer.as_deref() == Some("t")),
        // It answers nobody whose session is SERIALIZABLE.
        Err(error) if error.code() == Some("0A000") => Ok(true),
        Err(error) => Err(Start::Failed(Error::driver(&error, conn.node()))),
    }
}

/// Whether an error of this SQLSTATE says nothing of the next try: all of class 40, transaction rollback.
fn may_pass(code: &str) -> bool {
    code.starts_with("40")
}
