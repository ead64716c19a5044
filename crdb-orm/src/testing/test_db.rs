//! A database of its own for each test.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use super::admin;
use super::name;
use super::server::DevServer;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::exec::{Handle, OnDatabase, Read, Write, sealed};

/// How long the connections of a test's pool are waited for before its database is dropped with force.
const PATIENCE: Duration = Duration::from_secs(2);

/// An empty database of its own on the server for tests, dropped at the end of the test, also when it panics.
///
/// It stands wherever a [`Database`] does. A database that a killed run has left behind on a server that is
/// [given](super::DevServerOptions::from_env) is dropped by a later run, two hours after it was made.
///
/// ```no_run
/// use crdb_orm::testing::TestDb;
///
/// # async fn test() -> crdb_orm::Result<()> {
/// let db = TestDb::new().await?;
/// crdb_orm::Sql::trusted("CREATE TABLE t (id INT8 PRIMARY KEY)").exec(&db).await?;
/// # Ok(())
/// # }
/// ```
pub struct TestDb {
    db: Database,
    name: String,
    url: String,
    server_url: String,
    cockroachdb: bool,
}

impl TestDb {
    /// Makes a database on [the server of this process](DevServer::shared), which is started if need be.
    ///
    /// # Errors
    /// There is no server (the message says what to install), or it does not let its user create a database.
    pub async fn new() -> Result<Self> {
        let server = tokio::task::spawn_blocking(DevServer::shared).await;
        let server = server
            .map_err(|error| Error::new(format!("the database server for tests did not start: {error}")))?;
        Self::on(server?).await
    }

    /// Makes a database on a server of your own, which must live longer than the database.
    ///
    /// # Errors
    /// The server does not let its user create a database.
    pub async fn on(server: &DevServer) -> Result<Self> {
        let name = name::unique();
        server.create_database(&name).await?;
        let url = server.url_for(&name);
        let server_url = server.url().to_owned();
        let cockroachdb = server.is_cockroachdb();
        match Database::connect(&url).await {
            Ok(db) => Ok(Self { db, name, url, server_url, cockroachdb }),
            Err(error) => {
                let _ = admin::drop_database(&server_url, &name, cockroachdb).await;
                Err(error)
            }
        }
    }

    /// The database.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// The URL of the database, for connections of the test's own. It may hold a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the server is a CockroachDB; else it is a PostgreSQL.
    pub fn is_cockroachdb(&self) -> bool {
        self.cockroachdb
    }
}

impl Deref for TestDb {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

impl sealed::Sealed for TestDb {}

impl Read for TestDb {
    fn handle(&self) -> Handle<'_> {
        self.db.handle()
    }
}

impl Write for TestDb {}

impl OnDatabase for TestDb {
    fn database(&self) -> &Database {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        // On another thread, since a drop may happen inside a runtime or after it. The connections of the pool belong to
        // the test's runtime, which may stand still meanwhile; the server ends what is left of them.
        let dropped = admin::block_on(async {
            let _ = tokio::time::timeout(PATIENCE, self.db.close()).await;
            admin::drop_database(&self.server_url, &self.name, self.cockroachdb).await
        });
        if let Err(error) = dropped {
            eprintln!("the test database {} was not dropped: {error}", self.name);
        }
    }
}

impl fmt::Debug for TestDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("TestDb")
            .field("name", &self.name)
            .field("cockroachdb", &self.cockroachdb)
            .finish_non_exhaustive()
    }
}
