//! The server that tests and examples run on.

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use super::admin::{self, Identity};
use super::options::DevServerOptions;
use super::programs;
use super::{address, supervisor};
use crate::error::{Error, Result};

/// What no PostgreSQL has.
const NOT_ON_POSTGRESQL: &str =
    "localities, hash-sharded indexes, column families, row-level TTL, changefeeds and AS OF SYSTEM TIME";

/// A database server for development and tests.
///
/// It is the one that `CRDB_TEST_URL`, else `DATABASE_URL`, names. Where neither is set, one is started and belongs to
/// this process alone: `cockroach` on `PATH` (single node, in memory), else PostgreSQL from `PATH` and the usual places
/// (a temporary cluster with a unix socket in its own folder, as an unprivileged user when run as root).
///
/// A server that was started ends, and its folder goes, when this value is dropped or the process ends, in whatever way.
/// That needs nothing of the process: a small script watches a pipe that closes with it, so a value in a static, a
/// panic, Ctrl-C, SIGTERM and SIGKILL are all the same. Several servers can run side by side.
pub struct DevServer {
    url: String,
    origin: Origin,
    identity: Identity,
}

/// Where a server comes from.
enum Origin {
    /// Named by somebody else, such as an environment variable: its name.
    Given(&'static str),
    /// Started here; ends when it is dropped.
    Started(supervisor::Supervisor),
}

impl DevServer {
    /// Starts the server that the environment asks for: see [`DevServerOptions::from_env`].
    ///
    /// Blocks for as long as the server takes to start, usually a second.
    ///
    /// # Errors
    /// As [`DevServerOptions::start`].
    pub fn start() -> Result<Self> {
        DevServerOptions::from_env().start()
    }

    /// The server of this process, started at the first call.
    ///
    /// Processes that `cargo xtask test` runs share one through the environment.
    ///
    /// # Errors
    /// As [`DevServer::start`]; the same error at every call.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<DevServer, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| error.to_string()));
        shared.as_ref().map_err(|message| Error::new(message.clone()))
    }

    pub(super) fn start_with(options: &DevServerOptions) -> Result<Self> {
        let (url, origin) = if let Some((url, name)) = &options.given {
            (url.clone(), Origin::Given(name))
        } else {
            let programs = programs::find(options.search.as_deref());
            let programs = programs.ok_or_else(|| Error::new(programs::ADVICE))?;
            let (supervisor, url) = supervisor::start(&programs, options.tcp)?;
            (url, Origin::Started(supervisor))
        };
        let visit = async {
            let identity = admin::identify(&url).await?;
            if matches!(origin, Origin::Given(_)) {
                // Not worth an error: nobody asked for it, and the next run tries again.
                let _ = admin::sweep(&url, identity.cockroachdb).await;
            }
            Ok(identity)
        };
        let identity = admin::block_on(visit)?;
        Ok(Self { url, origin, identity })
    }

    /// The URL of the server, with a database that always exists. It may hold a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL of a database on this server. It may hold a password.
    pub fn url_for(&self, database: &str) -> String {
        address::with_database(&self.url, database)
    }

    /// Whether the server is a CockroachDB; else it is a PostgreSQL.
    pub fn is_cockroachdb(&self) -> bool {
        self.identity.cockroachdb
    }

    /// The folder of a server that was started here, which goes with it.
    pub fn folder(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Given(_) => None,
            Origin::Started(supervisor) => Some(supervisor.folder()),
        }
    }

    /// One line: which server this is, and what it cannot mean.
    pub fn describe(&self) -> String {
        let Identity { cockroachdb, product, regions } = &self.identity;
        let origin = match (&self.origin, cockroachdb) {
            (Origin::Given(name), _) => format!("given by {name}"),
            (Origin::Started(_), true) => "a single node in memory, started for this run".to_owned(),
            (Origin::Started(_), false) => "a temporary cluster, started for this run".to_owned(),
        };
        let limits = match (cockroachdb, regions) {
            (false, _) => format!("it stands in for CockroachDB and has no {NOT_ON_POSTGRESQL}"),
            (true, false) => "its nodes have no regions, so localities mean nothing".to_owned(),
            (true, true) => "everything can be tried on it".to_owned(),
        };
        format!("{product} ({origin}): {limits}")
    }

    pub(super) async fn create_database(&self, database: &str) -> Result<()> {
        admin::create_database(&self.url, database, self.identity.cockroachdb).await
    }
}

impl fmt::Debug for DevServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("DevServer").field("server", &self.describe()).field("folder", &self.folder()).finish()
    }
}
