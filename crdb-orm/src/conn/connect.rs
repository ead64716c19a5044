//! Making a connection.

use std::error::Error as StdError;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio_postgres::{Config, NoTls};

use super::client::Conn;
use super::server::ServerInfo;
use super::session;
use super::url::{Node, Settings};
use crate::error::{Driver, Error, Kind, Result, ServerError};
use crate::observe;

/// Idle connections are probed after this time, and given up after as long without an answer.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Makes connections to the nodes of a URL.
pub(crate) struct Connector {
    settings: Settings,
    pool_name: Arc<str>,
}

impl Connector {
    pub(crate) fn new(settings: Settings) -> Self {
        let pool_name = settings.database.as_deref().unwrap_or("default").into();
        Self { settings, pool_name }
    }

    /// What the pool is called where several are watched.
    pub(super) fn pool_name(&self) -> &Arc<str> {
        &self.pool_name
    }

    /// The name under which the server lists the connections.
    pub(crate) fn application_name(&self) -> &str {
        self.settings.application_name.as_deref().unwrap_or("crdb-orm")
    }

    /// Connects to one of the nodes, beginning with any of them.
    ///
    /// # Errors
    /// When no node can be reached, with the reason of each; at once when a node refuses user, password or
    /// database, since the others would do the same.
    pub(crate) async fn connect(&self) -> Result<Conn> {
        let nodes = &self.settings.nodes;
        let first = fastrand::usize(..nodes.len().max(1));
        let mut failures = Vec::new();
        for node in nodes[first..].iter().chain(&nodes[..first]) {
            let began = Instant::now();
            match self.connect_to(node).await {
                Ok(conn) => {
                    observe::node_up(conn.node(), began.elapsed());
                    return Ok(conn);
                }
                Err(error) if error.is_connection() => {
                    observe::node_down(&node.to_string().into());
                    tracing::debug!(node = %node, %error, "no connection to this node");
                    failures.push(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(none_reached(failures))
    }

    /// Whether the database of the URL is there. CockroachDB lets a client in that names a missing one.
    pub(crate) async fn check_database(&self, conn: &Conn) -> Result<()> {
        let Some(database) = self.settings.database.as_deref().filter(|_| conn.server().is_cockroachdb())
        else {
            return Ok(());
        };
        let sql = format!(
            "SELECT count(*) FROM [SHOW DATABASES] WHERE database_name = {}",
            session::literal(database)
        );
        match conn.scalar(&sql).await {
            Ok(Some(count)) if count == "0" => Err(Error::server(Arc::new(ServerError {
                code: "3D000".to_owned(),
                message: format!("database \"{database}\" does not exist, or this user may not see it"),
                detail: None,
                hint: None,
                table: None,
                column: None,
                constraint: None,
                fatal: false,
            }))
            .with_node(conn.node())),
            Ok(_) => Ok(()),
            Err(error) => Err(Error::driver(&error, conn.node())),
        }
    }

    async fn connect_to(&self, node: &Node) -> Result<Conn> {
        let name: Arc<str> = node.to_string().into();
        let timeout = self.settings.connect_timeout;
        match tokio::time::timeout(timeout, self.connect_and_set_up(node, &name)).await {
            Ok(result) => result,
            Err(_) => Err(Error::of_kind(
                Kind::ConnectTimeout,
                format!("{name} did not let us in within {:.1} s", timeout.as_secs_f64()),
            )
            .with_advice("is the node overloaded, or a firewall in between? `connect_timeout` sets the time")
            .with_node(&name)),
        }
    }

    async fn connect_and_set_up(&self, node: &Node, name: &Arc<str>) -> Result<Conn> {
        let (client, mut connection) =
            self.config(node).connect(NoTls).await.map_err(|error| explain(error, name))?;
        let server =
            ServerInfo::detect(connection.parameter("crdb_version"), connection.parameter("server_version"));
        let sql = session::set_up(&server, &self.settings.session);
        let end = Arc::new(OnceLock::new());
        let reason = end.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = (&mut connection).await {
                let _ = reason.set(Driver::from(error));
            }
            // Only now do waiting requests learn of the end, and can look up its reason.
            drop(connection);
        });
        let lifetime = self.settings.pool.jittered_lifetime();
        let conn = Conn::new(client, task, end, name.clone(), server, lifetime)
            .report_slow(self.settings.slow_statements);
        conn.batch(&sql)
            .await
            .map_err(|error| Error::driver(&error, name).with_context("setting up the session failed"))?;
        Ok(conn)
    }

    fn config(&self, node: &Node) -> Config {
        let settings = &self.settings;
        let mut config = Config::new();
        match node {
            Node::Tcp { host, port } => config.host(host).port(*port),
            Node::Unix { directory, port } => config.host_path(directory).port(*port),
        };
        config.keepalives(true).keepalives_idle(KEEPALIVE).tcp_user_timeout(KEEPALIVE);
        if let Some(user) = &settings.user {
            config.user(user);
        }
        if let Some(password) = &settings.password {
            config.password(password.reveal());
        }
        if let Some(database) = &settings.database {
            config.dbname(database);
        }
        if let Some(options) = &settings.options {
            config.options(options);
        }
        config.application_name(self.application_name());
        config
    }
}

/// What went wrong, by name of the node and with what to check.
fn explain(error: tokio_postgres::Error, node: &Arc<str>) -> Error {
    let text = error.to_string();
    let cause = error.source().map(ToString::to_string);
    let io = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    let driver = Driver::from(error);
    if let Driver::Server(_) = driver {
        return Error::driver(&driver, node);
    }
    let made = if text.starts_with("invalid configuration") && cause.as_deref() == Some("password missing") {
        Error::of_kind(Kind::Authentication, format!("{node} asks for a password and the URL has none"))
            .with_advice("write it as user:password@ into the URL, percent-encoded")
    } else if text.starts_with("authentication error") {
        let cause = cause.unwrap_or_default();
        Error::of_kind(Kind::Authentication, format!("{node} cannot be logged in to: {cause}"))
    } else {
        match io {
            Some(io::ErrorKind::ConnectionRefused) => {
                Error::of_kind(Kind::Connect, format!("connection refused by {node}")).with_advice(
                    "is the node up, and does it listen on this address and port? check the port in the URL \
                     (CockroachDB: 26257, PostgreSQL: 5432) and any firewall",
                )
            }
            Some(io::ErrorKind::NotFound) => {
                Error::of_kind(Kind::Connect, format!("there is no socket {node}"))
                    .with_advice("is the server up, and is this its socket directory?")
            }
            _ => {
                let cause = cause.map_or(text.clone(), |cause| format!("{text}: {cause}"));
                Error::of_kind(Kind::Connect, format!("no connection to {node}: {cause}")).with_advice(
                    "is the host name right, the node up, and is it a CockroachDB or PostgreSQL port?",
                )
            }
        }
    };
    let made = made.with_node(node);
    match driver {
        Driver::Lost(cause) => made.with_source(cause),
        Driver::Server(_) => made,
    }
}

fn none_reached(mut failures: Vec<Error>) -> Error {
    if failures.len() == 1
        && let Some(only) = failures.pop()
    {
        return only;
    }
    let all: Vec<String> = failures
        .iter()
        .map(|error| match error.node() {
            Some(node) if !error.message().contains(node) => format!("{node}: {}", error.message()),
            _ => error.message().to_owned(),
        })
        .collect();
    Error::of_kind(Kind::Connect, format!("none of {} nodes can be reached: {}", all.len(), all.join("; ")))
        .with_advice("are the nodes up, and do they listen on these addresses and ports?")
}
