//! Making a connection.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket, config};

use super::cancel::Canceller;
use super::client::Conn;
use super::explain::{Attempt, none_reached};
use super::server::ServerInfo;
use super::url::{ChannelBinding, Node, Settings, SslMode, SslNegotiation, Wanted};
use super::{session, tls};
use crate::error::{Driver, Error, Kind, Result, ServerError};
use crate::exec::BoxFuture;

/// Makes connections to the nodes of a URL.
pub(crate) struct Connector {
    settings: Settings,
    tls: tls::Store,
}

/// Whether an attempt uses TLS. What `sslmode` allows is tried in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Plain,
    /// TLS where the server has it.
    TlsIfAny,
    Tls,
}

impl Connector {
    /// Takes settings that are complete.
    pub(crate) fn new(settings: Settings) -> Self {
        let tls = tls::Store::new(&settings.ssl);
        Self { settings, tls }
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
        let first = if self.settings.in_order { 0 } else { fastrand::usize(..nodes.len().max(1)) };
        let mut failures = Vec::new();
        for node in nodes[first..].iter().chain(&nodes[..first]) {
            match self.connect_to(node, None).await {
                Ok(conn) => return Ok(conn),
                Err(error) if error.is_connection() => {
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

    /// Connects to one node, at one of its addresses if it has several and one is given, and sets up the session; all
    /// of it within the connect timeout.
    ///
    /// # Errors
    /// They name the node and say what to check. `is_connection` tells that another node may do better.
    pub(crate) async fn connect_to(&self, node: &Node, address: Option<IpAddr>) -> Result<Conn> {
        let name: Arc<str> = node.to_string().into();
        let timeout = self.settings.connect_timeout();
        // Boxed: every statement may wait for a connection, and the compiler counts how deep futures are nested.
        let connecting: BoxFuture<'_, Result<Conn>> = Box::pin(self.connect_and_set_up(node, address, &name));
        match tokio::time::timeout(timeout, connecting).await {
            Ok(result) => result,
            Err(_) => Err(Error::of_kind(
                Kind::ConnectTimeout,
                format!("{name} did not let us in within {:.1} s", timeout.as_secs_f64()),
            )
            .with_advice("is the node overloaded, or a firewall in between? `connect_timeout` sets the time")
            .with_node(&name)),
        }
    }

    async fn connect_and_set_up(
        &self,
        node: &Node,
        address: Option<IpAddr>,
        name: &Arc<str>,
    ) -> Result<Conn> {
        let Opened { client, server, task, end, canceller } = self.open(node, address, name).await?;
        let sql = session::set_up(&server, &self.settings.session);
        let lifetime = self.settings.pool.jittered_lifetime();
        let conn = Conn::new(client, task, end, canceller, name.clone(), server, lifetime);
        conn.batch(&sql)
            .await
            .map_err(|error| Error::driver(&error, name).with_context("setting up the session failed"))?;
        Ok(conn)
    }

    /// Tries with and without TLS, as `sslmode` allows.
    async fn open(&self, node: &Node, address: Option<IpAddr>, name: &Arc<str>) -> Result<Opened> {
        let mut before: Option<Error> = None;
        let ways = self.ways(node);
        for (index, way) in ways.iter().enumerate() {
            let config = self.config(node, address, *way);
            let (result, trusts) = if *way == Way::Plain {
                (open_with(&config, NoTls, None).await, String::new())
            } else {
                let maker = self.tls.maker().await?;
                (open_with(&config, maker.clone(), Some(maker)).await, self.tls.trusts())
            };
            let error = match result {
                Ok(opened) => return Ok(opened),
                Err(error) => error,
            };
            let again = index + 1 < ways.len() && may_do_better(*way, &error);
            let attempt = Attempt { settings: &self.settings, node, name, trusts: &trusts };
            let error = attempt.explain(error);
            if !again {
                return Err(match before {
                    Some(before) => {
                        error.with_context(format!("after another way had failed ({})", before.message()))
                    }
                    None => error,
                });
            }
            tracing::debug!(node = %name, %error, "trying the other way that `sslmode` allows");
            before = Some(error);
        }
        Err(before.unwrap_or_else(|| Error::of_kind(Kind::Connect, format!("no way leads to {name}"))))
    }

    /// The ways to a node that `sslmode` allows. A socket of this machine needs no TLS.
    fn ways(&self, node: &Node) -> &'static [Way] {
        if matches!(node, Node::Unix { .. }) {
            return &[Way::Plain];
        }
        match self.settings.ssl.mode() {
            SslMode::Disable => &[Way::Plain],
            SslMode::Allow | SslMode::Prefer if cfg!(not(feature = "tls")) => &[Way::Plain],
            SslMode::Allow => &[Way::Plain, Way::Tls],
            SslMode::Prefer => &[Way::TlsIfAny, Way::Plain],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[Way::Tls],
        }
    }

    fn config(&self, node: &Node, one: Option<IpAddr>, way: Way) -> Config {
        let settings = &self.settings;
        let mut config = Config::new();
        match node {
            Node::Tcp { host, port, address } => {
                config.host(host).port(*port);
                if let Some(address) = one.or(*address) {
                    config.hostaddr(address);
                }
            }
            Node::Unix { directory, port } => {
                config.host_path(directory).port(*port);
            }
        }
        config.ssl_mode(match way {
            Way::Plain => config::SslMode::Disable,
            Way::TlsIfAny => config::SslMode::Prefer,
            Way::Tls => config::SslMode::Require,
        });
        if settings.ssl.negotiation() == SslNegotiation::Direct {
            config.ssl_negotiation(config::SslNegotiation::Direct);
        }
        config.channel_binding(match settings.ssl.channel_binding() {
            ChannelBinding::Disable => config::ChannelBinding::Disable,
            ChannelBinding::Prefer => config::ChannelBinding::Prefer,
            ChannelBinding::Require => config::ChannelBinding::Require,
        });
        config.target_session_attrs(match settings.wanted {
            Wanted::Any => config::TargetSessionAttrs::Any,
            Wanted::ReadWrite => config::TargetSessionAttrs::ReadWrite,
            Wanted::ReadOnly => config::TargetSessionAttrs::ReadOnly,
        });
        let keep_alive = &settings.keep_alive;
        config.keepalives(keep_alive.on).keepalives_idle(keep_alive.idle);
        config.tcp_user_timeout(keep_alive.user_timeout);
        if let Some(interval) = keep_alive.interval {
            config.keepalives_interval(interval);
        }
        if let Some(retries) = keep_alive.retries {
            config.keepalives_retries(retries);
        }
        if let Some(user) = &settings.user {
            config.user(user);
        }
        if let Some(password) = settings.password_for(node) {
            config.password(password.reveal());
        }
        if let Some(database) = &settings.database {
            config.dbname(database);
        }
        if let Some(options) = settings.options.text() {
            config.options(options);
        }
        config.application_name(self.application_name());
        config
    }
}

/// A connection that was let in.
struct Opened {
    client: Client,
    server: ServerInfo,
    task: JoinHandle<()>,
    end: Arc<OnceLock<Driver>>,
    canceller: Canceller,
}

async fn open_with<T>(
    config: &Config,
    tls: T,
    cancel_by: Option<tls::Maker>,
) -> std::result::Result<Opened, tokio_postgres::Error>
where
    T: MakeTlsConnect<Socket> + Send,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, mut connection) = config.connect(tls).await?;
    let server =
        ServerInfo::detect(connection.parameter("crdb_version"), connection.parameter("server_version"));
    let end = Arc::new(OnceLock::new());
    let reason = end.clone();
    let task = tokio::spawn(async move {
        if let Err(error) = (&mut connection).await {
            let _ = reason.set(Driver::from(error));
        }
        // Only now do waiting requests learn of the end, and can look up its reason.
        drop(connection);
    });
    let canceller = Canceller { token: client.cancel_token(), tls: cancel_by };
    Ok(Opened { client, server, task, end, canceller })
}

/// Whether an attempt failed in a way that the other one, with or without TLS, may not.
///
/// libpq tries again after every answer. A wrong password is not sent once more here, nor without TLS.
fn may_do_better(way: Way, error: &tokio_postgres::Error) -> bool {
    match error.code().map(SqlState::code) {
        // PostgreSQL: no entry in pg_hba.conf; CockroachDB: the same, and "SSL connection required".
        Some(code) => code == "28000" || code == "08P01",
        None => way == Way::TlsIfAny && error.to_string().starts_with("error performing TLS handshake"),
    }
}
