//! Tests that only one server can mean, skipped by name and visibly.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;

use super::test_db::TestDb;

/// The variable that names a file to which the line of each skipped test is added.
///
/// `cargo test` hides what a passing test prints; `cargo xtask test` sets this and lists the tests at its end.
pub const SKIPPED_TESTS_FILE: &str = "CRDB_SKIPPED_TESTS_FILE";

/// Whether to leave a test that only PostgreSQL can mean, because the server is a CockroachDB.
///
/// Prints `skipped on CockroachDB: <test>: <reason>` when it is.
///
/// ```no_run
/// # use crdb_orm::testing::{TestDb, skip_on_cockroachdb};
/// # async fn test() -> crdb_orm::Result<()> {
/// let db = TestDb::new().await?;
/// if skip_on_cockroachdb(&db, "terminated_backends_are_replaced", "it has no pg_terminate_backend") {
///     return Ok(());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn skip_on_cockroachdb(db: &TestDb, test: &str, reason: &str) -> bool {
    if db.is_cockroachdb() {
        say_skipped("CockroachDB", test, reason);
    }
    db.is_cockroachdb()
}

/// Whether to leave a test that only CockroachDB can mean, because the server is a PostgreSQL.
///
/// Prints `skipped on PostgreSQL: <test>: <reason>` when it is.
#[must_use]
pub fn skip_on_postgresql(db: &TestDb, test: &str, reason: &str) -> bool {
    if !db.is_cockroachdb() {
        say_skipped("PostgreSQL", test, reason);
    }
    !db.is_cockroachdb()
}

/// Says that a test is skipped where it cannot mean anything, such as `skipped on a machine without sh: <test>: <reason>`.
///
/// For the cases that [`skip_on_cockroachdb`] and [`skip_on_postgresql`] do not cover.
pub fn say_skipped(place: &str, test: &str, reason: &str) {
    let line = format!("skipped on {place}: {test}: {reason}\n");
    print!("{line}");
    if let Some(path) = env::var_os(SKIPPED_TESTS_FILE) {
        // One write of one line in append mode: lines of tests that run at the same time do not mix.
        let added = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .and_then(|mut file| file.write_all(line.as_bytes()));
        if let Err(error) = added {
            eprintln!("cannot note a skipped test in the file that {SKIPPED_TESTS_FILE} names: {error}");
        }
    }
}
