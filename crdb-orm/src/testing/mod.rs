//! Throw-away databases for development and tests (feature `testing`).
//!
//! [`DevServer`] finds or starts a server: the one that `CRDB_TEST_URL` or `DATABASE_URL` names, else a
//! CockroachDB of its own in memory, else a PostgreSQL of its own in a temporary folder. [`TestDb`] is a database of
//! its own on that server for each test:
//!
//! ```no_run
//! use crdb_orm::testing::TestDb;
//!
//! # async fn test() -> crdb_orm::Result<()> {
//! let db = TestDb::new().await?;
//! crdb_orm::Sql::trusted("CREATE TABLE t (id INT8 PRIMARY KEY)").exec(&db).await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`crdb_test`] makes a test of an `async fn` that takes such a database, and can run it once more with retries.
//! [`force_retries`] lets transactions be tried again, and [`FaultProxy`] breaks the network where a test names it.
//! [`errors`] makes errors for tests without a server.
//!
//! Nothing is left running or on disk after a normal end, a failed test, Ctrl-C, SIGTERM or SIGKILL of the process
//! that started a server; see [`DevServer`].

#[cfg(unix)]
mod account;
mod address;
mod admin;
mod bare;
pub mod errors;
#[cfg(unix)]
mod folder;
mod full_scan;
mod name;
mod options;
mod programs;
pub mod proxy;
mod retries;
mod run_test;
mod sent;
mod server;
mod skip;
#[cfg(unix)]
mod supervisor;
#[cfg(not(unix))]
#[path = "supervisor_elsewhere.rs"]
mod supervisor;
mod test_db;

#[doc(hidden)]
pub use self::bare::BareConnection;
pub use self::full_scan::{assert_no_full_scan, column_oids};
pub use self::options::DevServerOptions;
pub use self::proxy::FaultProxy;
pub use self::retries::{ForcedRetries, InjectRetries, force_retries, inject_retries};
#[doc(hidden)]
pub use self::run_test::{__TestArgument, __TestOptions, __TestResult, __run_test};
pub use self::sent::SENT_STATEMENTS_FOLDER;
#[doc(hidden)]
pub use self::sent::note as __note_statement;
pub(crate) use self::sent::note;
pub use self::server::DevServer;
pub use self::skip::{SKIPPED_TESTS_FILE, say_skipped, skip_on_cockroachdb, skip_on_postgresql};
pub use self::test_db::TestDb;
pub use crdb_derive::crdb_test;
