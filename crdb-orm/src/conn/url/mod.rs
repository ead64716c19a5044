//! The URL of a database.
//!
//! Read in two steps: what the URL and the builder say ([`Settings::parse`]), then what they left out
//! ([`Settings::complete`]), which comes from the environment and from defaults.

mod complete;
mod environment;
mod keys;
mod nearest;
mod options;
mod parse;
mod passfile;
mod print;
mod ssl;
mod variables;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::PoolOptions;
use super::lists;
use super::ready::Prepared;
use super::secret::Secret;
use crate::error::{Error, Result};
use crate::observe::Tagging;

pub use self::ssl::{ChannelBinding, SslMode, SslNegotiation};

pub(crate) use self::options::Options;
#[cfg(feature = "tls")]
pub(crate) use self::ssl::SslVersion;
pub(crate) use self::ssl::{Roots, SslSettings};

/// How long one node may take, when nobody says it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle connections are probed after this time, and given up after as long without an answer.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A host name or an address. Where `address` is given, the name is for certificates and messages alone.
    Tcp { host: String, port: u16, address: Option<IpAddr> },
    /// A directory that holds the socket `.s.PGSQL.<port>`.
    Unix { directory: String, port: u16 },
}

impl Node {
    /// Whether nobody else can listen in between.
    fn is_local(&self) -> bool {
        match self {
            Self::Unix { .. }
            | Self::Tcp { address: Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)), .. } => true,
            Self::Tcp { address: Some(address), .. } => address.is_loopback(),
            Self::Tcp { host, .. } => {
                host.eq_ignore_ascii_case("localhost")
                    || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port, .. } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port, .. } => write!(f, "{host}:{port}"),
            Self::Unix { directory, port } => write!(f, "{directory}/.s.PGSQL.{port}"),
        }
    }
}

/// Which of the two families a URL begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `cockroachdb://` and `cockroach://`: port 26257 and the database `defaultdb`.
    Cockroach,
    /// `postgresql://` and `postgres://`: port 5432 and the database that is named like the user.
    Postgres,
}

impl Scheme {
    fn port(self) -> u16 {
        match self {
            Self::Cockroach => 26257,
            Self::Postgres => 5432,
        }
    }
}

/// A host as it was given. No name is the default host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenHost {
    pub(crate) name: String,
    pub(crate) port: Option<u16>,
}

/// How the kernel watches over an idle socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeepAlive {
    pub(crate) on: bool,
    pub(crate) idle: Duration,
    pub(crate) interval: Option<Duration>,
    pub(crate) retries: Option<u32>,
    /// How long sent bytes may stay without an acknowledgement.
    pub(crate) user_timeout: Duration,
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self { on: true, idle: KEEPALIVE, interval: None, retries: None, user_timeout: KEEPALIVE }
    }
}

/// Which kind of node is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Whichever.
    Any,
    /// One that takes writes.
    ReadWrite,
    /// One that does not.
    ReadOnly,
    /// One that is no standby.
    Primary,
}

/// What a URL says. `Debug` hides the password and the values of variables.
#[derive(Clone)]
pub(crate) struct Settings {
    scheme: Scheme,
    hosts: Vec<GivenHost>,
    addresses: Vec<Option<IpAddr>>,
    /// The nodes, once it is [complete](Self::complete).
    pub(crate) nodes: Vec<Node>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) passfile: Option<PathBuf>,
    /// What the password file holds, where no password was given.
    passwords: passfile::Passfile,
    pub(crate) database: Option<String>,
    pub(crate) application_name: Option<String>,
    pub(crate) options: Options,
    connect_timeout: Option<Duration>,
    pub(crate) prepared: Prepared,
    /// A statement that takes longer is reported.
    pub(crate) slow_statements: Option<Duration>,
    pub(crate) show_values: bool,
    pub(crate) keep_alive: KeepAlive,
    pub(crate) wanted: Option<Wanted>,
    /// Whether nodes are tried in their order, and not beginning with the one that has the fewest connections.
    pub(crate) in_order: Option<bool>,
    /// The region whose nodes come first.
    pub(crate) region: Option<String>,
    /// Session variables to set, in their order.
    pub(crate) session: Vec<(String, String)>,
    pub(crate) ssl: SslSettings,
    pub(crate) pool: PoolOptions,
    /// Statements bear tags. Not in a URL.
    pub(crate) tagging: Option<Arc<Tagging>>,
}

impl Settings {
    /// Reads a URL.
    ///
    /// # Errors
    /// A configuration error that says which part is wrong. It never holds the password.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        parse::parse(url)
    }

    /// Settings that say nothing yet.
    fn empty(scheme: Scheme) -> Self {
        Self {
            scheme,
            hosts: Vec::new(),
            addresses: Vec::new(),
            nodes: Vec::new(),
            user: None,
            password: None,
            passfile: None,
            passwords: passfile::Passfile::default(),
            database: None,
            application_name: None,
            options: Options::default(),
            connect_timeout: None,
            prepared: Prepared::default(),
            tagging: None,
            slow_statements: None,
            show_values: false,
            keep_alive: KeepAlive::default(),
            wanted: None,
            in_order: None,
            region: None,
            session: Vec::new(),
            ssl: SslSettings::default(),
            pool: PoolOptions::default(),
        }
    }

    /// Fills in what neither the URL nor the builder says, from the environment and from defaults.
    ///
    /// # Errors
    /// What was given does not fit together, or a variable of the environment makes no sense.
    pub(crate) fn complete(self) -> Result<Self> {
        complete::complete(self, &environment::Process)
    }

    /// How long one node may take, from the first packet until the session is set up.
    pub(crate) fn connect_timeout(&self) -> Duration {
        self.connect_timeout.unwrap_or(CONNECT_TIMEOUT)
    }

    pub(crate) fn set_connect_timeout(&mut self, timeout: Duration) {
        self.connect_timeout = Some(timeout);
    }

    /// Adds a host.
    pub(crate) fn add_host(&mut self, name: String, port: Option<u16>) {
        self.hosts.push(GivenHost { name, port });
    }

    /// Sets a session variable; the last one of a name wins.
    ///
    /// # Errors
    /// A name that no variable can have: it becomes part of a statement; and what is no list, for one that holds one.
    pub(crate) fn set_variable(&mut self, name: &str, value: String) -> Result<()> {
        if !variables::is_name(name) {
            let shown: String = name.chars().take(64).collect();
            return Err(Error::configuration(format!("`{shown}` is not the name of a session variable")));
        }
        let name = name.to_ascii_lowercase();
        if lists::is_list(&name) && lists::names(&name, &value).is_none() {
            return Err(Error::configuration(format!(
                "the session variable `{name}` is not a list of names"
            ))
            .with_advice(
                "separate them by commas, and write those that hold more than letters in double quotes",
            ));
        }
        self.session.retain(|(other, _)| *other != name);
        self.session.push((name, value));
        Ok(())
    }

    /// Sets what a key of the URL says; the last one of a key wins.
    ///
    /// # Errors
    /// An unknown key, or a value that it cannot have.
    pub(crate) fn set_key(&mut self, key: &str, value: String) -> Result<()> {
        if value.contains('\0') {
            return Err(Error::configuration(format!("the value of `{key}` holds a NUL byte")));
        }
        keys::apply_alone(self, key, value)
    }

    /// Looks at the password file again, where it is used.
    pub(crate) fn refresh_passwords(&self) {
        if self.password.is_none() {
            self.passwords.refresh();
        }
    }

    /// The password for a node.
    pub(crate) fn password_for(&self, node: &Node) -> Option<Secret> {
        self.password.clone().or_else(|| {
            let user = self.user.as_deref();
            self.passwords.find(node, self.database.as_deref().or(user), user)
        })
    }

    /// Why the password file that there is was not used.
    pub(crate) fn passfile_ignored(&self) -> Option<String> {
        self.passwords.ignored()
    }

    /// The URL without its password, for people.
    pub(crate) fn shown(&self) -> String {
        print::print(self, false)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("url", &self.shown())
            .field("password", &self.password)
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

#[cfg(any(fuzzing, test))]
pub(crate) use self::passfile::fuzz_passfile;

/// See `crate::__fuzz::url`.
#[cfg(any(fuzzing, test))]
pub(crate) fn fuzz_url(text: &str) {
    const SECRET: &str = "hunter2hunter2";
    for text in [text.to_owned(), format!("postgresql://{text}"), format!("postgresql://u:{SECRET}@{text}")] {
        match Settings::parse(&text) {
            Ok(settings) => {
                let shown = settings.shown();
                assert!(!text.contains(SECRET) || !shown.contains(SECRET), "{shown}");
                assert!(!format!("{settings:?}").contains(SECRET), "{settings:?}");
                match Settings::parse(&shown) {
                    Ok(again) => assert_eq!(again.shown(), shown, "of {text}"),
                    Err(error) => panic!("{shown}, which is shown of {text}: {error}"),
                }
            }
            Err(error) => {
                let said = format!("{error} {error:?}");
                assert!(!said.contains(SECRET), "{said}");
            }
        }
    }
}
