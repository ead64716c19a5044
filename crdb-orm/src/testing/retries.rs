//! Transactions that have to be tried again, on purpose.

use std::fmt;

use super::test_db::TestDb;
use crate::database::Database;
use crate::error::{Error, Result};

/// Lets the first `attempts` attempts of every transaction of a database fail with a serialization failure (40001), at
/// their end: the closure has run, and instead of COMMIT the attempt is rolled back. It works on every server.
///
/// A closure that is not harmless to repeat shows itself at once. It holds for this [`Database`] and its clones until
/// the guard is dropped; the guard of a later call replaces the number, and its end restores that of the earlier one.
/// A transaction that is not tried often enough fails, as it would in earnest. Single statements are not touched.
///
/// ```no_run
/// use crdb_orm::testing::{TestDb, force_retries};
///
/// # async fn test() -> crdb_orm::Result<()> {
/// let db = TestDb::new().await?;
/// let forced = force_retries(&db, 1);
/// let attempt = db.transaction("greet", async |tx| Ok(tx.attempt())).await?;
/// assert_eq!(attempt, 2);
/// drop(forced);
/// # Ok(())
/// # }
/// ```
#[must_use = "it ends when the guard is dropped"]
pub fn force_retries(db: &Database, attempts: u32) -> ForcedRetries {
    let before = db.counters().force(attempts);
    ForcedRetries { db: db.clone(), before }
}

/// Forced retries, from [`force_retries`]; dropped, they end.
pub struct ForcedRetries {
    db: Database,
    before: u32,
}

impl Drop for ForcedRetries {
    fn drop(&mut self) {
        self.db.counters().force(self.before);
    }
}

impl fmt::Debug for ForcedRetries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForcedRetries")
            .field("attempts", &self.db.counters().forced())
            .finish_non_exhaustive()
    }
}

/// What CockroachDB itself answers with an injected 40001, for [`inject_retries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InjectRetries {
    /// Every statement in a transaction, except SET and SHOW: `inject_retry_errors_enabled`, from v22.1.
    Statements,
    /// COMMIT: `inject_retry_errors_on_commit_enabled`, from v23.1.
    Commit,
}

impl InjectRetries {
    /// The session variable.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Statements => "inject_retry_errors_enabled",
            Self::Commit => "inject_retry_errors_on_commit_enabled",
        }
    }

    fn since(self) -> (u16, u16) {
        match self {
            Self::Statements => (22, 1),
            Self::Commit => (23, 1),
        }
    }
}

/// Connects once more to a test's database, with sessions in which CockroachDB itself injects retry errors.
///
/// The server goes on injecting until a transaction has been restarted three times through the savepoint
/// `cockroach_restart`; where each attempt begins anew, it goes on until the variable is set to `off`, which a statement
/// inside the transaction may do: <https://www.cockroachlabs.com/docs/stable/transaction-retry-error-example>.
/// [`force_retries`] counts attempts on its own and works on every server.
///
/// # Errors
/// The server is a PostgreSQL, or a CockroachDB that has no such variable yet; the message says so. And those of
/// [`Database::connect`].
pub async fn inject_retries(db: &TestDb, what: InjectRetries) -> Result<Database> {
    supported(db.db(), what)?;
    Database::connect(&with_variable(db.url(), what)).await
}

fn with_variable(url: &str, what: InjectRetries) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-c%20{}%3Don", what.variable())
}

fn supported(db: &Database, what: InjectRetries) -> Result<()> {
    let (major, minor) = what.since();
    if db.server().is_cockroachdb_since(major, minor) {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "`{}` needs CockroachDB {major}.{minor} or later, and this is {}",
        what.variable(),
        db.server()
    ))
    .with_advice("`testing::force_retries` forces retries on every server"))
}
