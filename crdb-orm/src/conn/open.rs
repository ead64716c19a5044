//! Opening a connection: with or without TLS, as `sslmode` allows, until the server has let us in.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket, config};

use super::cancel::Canceller;
use super::drive::Drive;
use super::explain::Attempt;
use super::nodes::{Endpoint, Nodes};
use super::server::ServerInfo;
use super::session::{self, Variable};
use super::tls;
use super::url::{ChannelBinding, Node, Settings, SslMode, SslNegotiation, Wanted};
use crate::error::{Driver, Error, Kind, Result};

/// Opens connections.
pub(super) struct Opener {
    settings: Settings,
    tls: tls::Store,
}

/// A connection that was let in.
pub(super) struct Opened {
    pub(super) client: Client,
    pub(super) server: ServerInfo,
    /// Moves its bytes.
    pub(super) drive: Arc<Drive>,
    /// Does so where nobody else does.
    pub(super) task: JoinHandle<()>,
    /// Where the reason of its end is left.
    pub(super) end: Arc<OnceLock<Driver>>,
    pub(super) canceller: Canceller,
    /// The application name that the server told us back.
    pub(super) told_name: Option<String>,
    /// Whether it says that it is a standby; PostgreSQL does from version 14 on.
    pub(super) told_standby: Option<bool>,
}

/// Why a node did not let us in.
pub(super) enum Start {
    /// It may do so without settings in the start-up message.
    Settings,
    Failed(Error),
}

/// The kernel counts keepalives in whole seconds, from 1 up to this many (`MAX_TCP_KEEPIDLE` and `MAX_TCP_KEEPINTVL` of
/// Linux), and refuses anything else.
const MOST_SECONDS: u64 = 32_767;
/// `MAX_TCP_KEEPCNT`.
const MOST_PROBES: u32 = 127;
/// It counts this in milliseconds, in an `int`.
const LONGEST_UNACKNOWLEDGED: Duration = Duration::from_millis(i32::MAX.unsigned_abs() as u64);

/// The next longer duration that the kernel takes.
fn whole_seconds(asked: Duration) -> Duration {
    let seconds = asked.as_secs().saturating_add(u64::from(asked.subsec_nanos() > 0));
    Duration::from_secs(seconds.clamp(1, MOST_SECONDS))
}

/// Whether an attempt uses TLS. What `sslmode` allows is tried in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Plain,
    /// TLS where the server has it.
    TlsIfAny,
    Tls,
}

impl Opener {
    pub(super) fn new(settings: Settings) -> Self {
        let tls = tls::Store::new(&settings.ssl);
        Self { settings, tls }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn application_name(&self) -> &str {
        self.settings.application_name.as_deref().unwrap_or("crdb-orm")
    }

    /// Opens a connection, with settings of the session in the start-up message if there are any.
    #[cfg_attr(not(feature = "tls"), allow(clippy::clone_on_copy, reason = "that of TLS is no Copy"))]
    pub(super) async fn open(
        &self,
        nodes: &Arc<Nodes>,
        node: &Arc<Endpoint>,
        at_start: Option<&[Variable]>,
    ) -> Result<Opened, Start> {
        let mut before: Option<Error> = None;
        let mut refused = false;
        let (name, ways) = (node.name(), self.ways(node.node()));
        let heard = (nodes, node);
        self.settings.refresh_passwords();
        for (index, way) in ways.iter().enumerate() {
            let config = self.config(node, *way, at_start);
            let (result, trusts) = if *way == Way::Plain {
                (open_with(&config, NoTls, None, heard).await, String::new())
            } else {
                let maker = self.tls.maker().await.map_err(Start::Failed)?;
                (open_with(&config, maker.clone(), Some(maker), heard).await, self.tls.trusts())
            };
            let error = match result {
                Ok(opened) => return Ok(opened),
                Err(error) => error,
            };
            // The other way comes first: the same code says "no TLS" and "no such setting".
            refused |= at_start.is_some() && session::is_refusal(&error);
            let again = index + 1 < ways.len() && may_do_better(*way, &error);
            if refused && !again {
                return Err(Start::Settings);
            }
            let attempt = Attempt { settings: &self.settings, node: node.node(), name, trusts: &trusts };
            let error = attempt.explain(error);
            if !again {
                return Err(Start::Failed(match before {
                    Some(before) => {
                        error.with_context(format!("after another way had failed ({})", before.message()))
                    }
                    None => error,
                }));
            }
            tracing::debug!(node = %name, %error, "trying the other way that `sslmode` allows");
            before = Some(error);
        }
        let no_way = || Error::of_kind(Kind::Connect, format!("no way leads to {name}"));
        Err(Start::Failed(before.unwrap_or_else(no_way)))
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

    fn config(&self, endpoint: &Endpoint, way: Way, at_start: Option<&[Variable]>) -> Config {
        let (settings, node) = (&self.settings, endpoint.node());
        let mut config = Config::new();
        match node {
            Node::Tcp { host, port, address } => {
                config.port(*port);
                let address = endpoint.address().or(*address);
                let addresses = address.map_or_else(|| endpoint.addresses(), |address| vec![address]);
                // One host for each address, which are tried in turn. The driver looks up what nobody could.
                for address in &addresses {
                    config.host(host).hostaddr(*address);
                }
                if addresses.is_empty() {
                    config.host(host);
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
            // Who is a standby is looked at when the server is known.
            None | Some(Wanted::Any | Wanted::Primary) => config::TargetSessionAttrs::Any,
            Some(Wanted::ReadWrite) => config::TargetSessionAttrs::ReadWrite,
            Some(Wanted::ReadOnly) => config::TargetSessionAttrs::ReadOnly,
        });
        let keep_alive = &settings.keep_alive;
        config
            .keepalives(keep_alive.on)
            .keepalives_idle(whole_seconds(keep_alive.idle))
            .keepalives_interval(whole_seconds(keep_alive.interval.unwrap_or(keep_alive.idle / 3)))
            .keepalives_retries(keep_alive.retries.unwrap_or(3).clamp(1, MOST_PROBES))
            .tcp_user_timeout(keep_alive.user_timeout.min(LONGEST_UNACKNOWLEDGED));
        if let Some(user) = &settings.user {
            config.user(user);
        }
        if let Some(password) = settings.password_for(node) {
            config.password(password.reveal());
        }
        if let Some(database) = &settings.database {
            config.dbname(database);
        }
        let given = settings.options.text();
        match (at_start, given) {
            (Some(variables), given) => {
                config.options(session::options(given.as_deref(), self.application_name(), variables));
            }
            (None, given) => {
                config.application_name(self.application_name());
                if let Some(given) = given {
                    config.options(given);
                }
            }
        }
        config
    }
}

impl Start {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Failed(error) => error,
            // It is asked for only where there were settings.
            Self::Settings => {
                Error::of_kind(Kind::Connect, "the server takes no session settings at start-up")
            }
        }
    }
}

async fn open_with<T>(
    config: &Config,
    tls: T,
    cancel_by: Option<tls::Maker>,
    (nodes, node): (&Arc<Nodes>, &Arc<Endpoint>),
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
    let told_name = connection.parameter("application_name").map(str::to_owned);
    let told_standby = connection.parameter("in_hot_standby").map(|told| told == "on");
    let end = Arc::new(OnceLock::new());
    let reason = end.clone();
    let (nodes, node) = (nodes.clone(), node.clone());
    let drive = Drive::new(async move {
        if let Err(error) = (&mut connection).await {
            let driver = Driver::from(error);
            nodes.heard(&node, &driver);
            let _ = reason.set(driver);
        }
        // Only now do waiting requests learn of the end, and can look up its reason.
        drop(connection);
    });
    let task = tokio::spawn(drive.clone().attend());
    let canceller = Canceller { token: client.cancel_token(), tls: cancel_by };
    Ok(Opened { client, server, drive, task, end, canceller, told_name, told_standby })
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
