//! Which server to use, for the rare case that the environment does not decide.

use std::env;
use std::path::PathBuf;

use super::programs::{self, SEARCH_PATH};
use super::server::DevServer;
use crate::error::Result;

/// The variables that name a server, in this order.
const URLS: [&str; 2] = ["CRDB_TEST_URL", "DATABASE_URL"];

/// Which server [`DevServer`] uses, and where it looks for its programs.
///
/// ```no_run
/// use crdb_orm::testing::DevServerOptions;
///
/// // A server of its own whatever the environment says, which other programs reach over TCP.
/// let server = DevServerOptions::new().tcp().start()?;
/// println!("psql '{}'", server.url());
/// # Ok::<(), crdb_orm::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct DevServerOptions {
    /// The URL, and what it is called in messages (which do not show it: it may hold a password).
    pub(super) given: Option<(String, &'static str)>,
    pub(super) search: Option<Vec<PathBuf>>,
    pub(super) tcp: bool,
}

impl DevServerOptions {
    /// A server of its own, found on `PATH` and in the usual places, whatever the environment says.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the environment says: `CRDB_TEST_URL`, else `DATABASE_URL`, is used as it is; else a server is started, from
    /// the folders in `CRDB_DEV_SERVER_PATH` when that is set, else from `PATH` and the usual places.
    pub fn from_env() -> Self {
        let given =
            URLS.iter().find_map(|&name| Some((env::var(name).ok().filter(|url| !url.is_empty())?, name)));
        let search = env::var_os(SEARCH_PATH).map(|folders| env::split_paths(&folders).collect());
        Self { given, search, tcp: false }
    }

    /// Uses the server at this URL; nothing is started.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.given = Some((url.into(), "the given URL"));
        self
    }

    /// Looks for the programs of a server in these folders only.
    #[must_use]
    pub fn search_in<P: Into<PathBuf>>(mut self, folders: impl IntoIterator<Item = P>) -> Self {
        self.search = Some(folders.into_iter().map(Into::into).collect());
        self
    }

    /// Lets a PostgreSQL listen on a local port instead of a unix socket in its own folder.
    ///
    /// Its superuser needs no password, so every account of this machine can then connect.
    #[must_use]
    pub fn tcp(mut self) -> Self {
        self.tcp = true;
        self
    }

    /// Whether there is a server to use: one that is given, or programs to start one. Connects to nothing.
    pub fn is_available(&self) -> bool {
        self.given.is_some() || programs::find(self.search.as_deref()).is_some()
    }

    /// Starts the server, or connects to the one that is given.
    ///
    /// Blocks for as long as the server takes to start, usually a second.
    ///
    /// # Errors
    /// There is no server: the message says what to install and how. The server does not start or does not answer: the
    /// message has the end of its log.
    pub fn start(&self) -> Result<DevServer> {
        DevServer::start_with(self)
    }
}

impl std::fmt::Debug for DevServerOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevServerOptions")
            .field("given", &self.given.as_ref().map(|(_, name)| name))
            .field("search", &self.search)
            .field("tcp", &self.tcp)
            .finish()
    }
}
