//! The URL of a database.

mod keys;
mod nearest;
mod parse;
mod tls;

use std::fmt;
use std::time::Duration;

use super::PoolOptions;
use super::ready::Prepared;
use super::secret::Secret;
use crate::error::Result;

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A host name or an address.
    Tcp { host: String, port: u16 },
    /// A directory that holds the socket `.s.PGSQL.<port>`.
    Unix { directory: String, port: u16 },
}

impl Node {
    /// Whether nobody else can listen in between.
    fn is_local(&self) -> bool {
        match self {
            Self::Unix { .. } => true,
            Self::Tcp { host, .. } => {
                host.eq_ignore_ascii_case("localhost")
                    || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix { directory, port } => write!(f, "{directory}/.s.PGSQL.{port}"),
        }
    }
}

/// What a URL says. `Debug` hides the password.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) nodes: Vec<Node>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) database: Option<String>,
    pub(crate) application_name: Option<String>,
    pub(crate) options: Option<String>,
    pub(crate) connect_timeout: Duration,
    pub(crate) prepared: Prepared,
    /// A statement that takes longer is reported.
    pub(crate) slow_statements: Option<Duration>,
    /// Session variables to set, in their order.
    pub(crate) session: Vec<(String, String)>,
    pub(crate) pool: PoolOptions,
    pub(crate) net: NetOptions,
}

/// How nodes are chosen, and dead ones noticed.
#[derive(Debug, Clone)]
pub(crate) struct NetOptions {
    /// The region whose nodes come first.
    pub(crate) region: Option<String>,
    /// Silent connections are probed after this time.
    pub(crate) keepalive: Duration,
    /// And given up when what was sent is not acknowledged for so long.
    pub(crate) user_timeout: Duration,
}

impl Default for NetOptions {
    fn default() -> Self {
        Self { region: None, keepalive: Duration::from_secs(30), user_timeout: Duration::from_secs(30) }
    }
}

impl Settings {
    /// Reads a URL.
    ///
    /// # Errors
    /// A configuration error that says which part is wrong. It never holds the password.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        parse::parse(url)
    }
}

#[cfg(test)]
mod tests;
