//! Statements to the server itself: which one it is, CREATE DATABASE, DROP DATABASE.

use std::thread;
use std::time::{Duration, SystemTime};

use super::name;
use crate::conn::visit;
use crate::error::{Error, Result};

/// How long one visit to the server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server says of itself.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) cockroachdb: bool,
    /// Such as `PostgreSQL 15.14` or `CockroachDB v25.1.2`.
    pub(super) product: String,
    /// Whether its nodes have regions, so that localities mean something.
    pub(super) regions: bool,
}

/// Asks a server which one it is.
pub(super) async fn identify(url: &str) -> Result<Identity> {
    let version = ask(url, "SELECT version()").await?.into_iter().next().unwrap_or_default();
    let cockroachdb = version.starts_with("CockroachDB");
    // `CockroachDB CCL v25.1.2 (x86_64-..., built ...)`, `PostgreSQL 15.14 (Debian 15.14-0+deb12u1) on x86_64-...`
    let number = version
        .split_whitespace()
        .find(|word| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()));
    let product = if cockroachdb { "CockroachDB" } else { "PostgreSQL" };
    let product = number.map_or_else(|| product.to_owned(), |number| format!("{product} {number}"));
    let regions = cockroachdb
        && ask(url, "SELECT region FROM [SHOW REGIONS FROM CLUSTER]")
            .await
            .is_ok_and(|regions| !regions.is_empty());
    Ok(Identity { cockroachdb, product, regions })
}

/// Makes an empty database.
pub(super) async fn create_database(url: &str, database: &str, cockroachdb: bool) -> Result<()> {
    ask(url, &create_text(database, cockroachdb)).await.map(drop)
}

fn create_text(database: &str, cockroachdb: bool) -> String {
    let database = quoted(database);
    if cockroachdb {
        format!("CREATE DATABASE {database}")
    } else {
        // template0 can always be copied, and its copies may have another order of text: CockroachDB's is by bytes.
        format!("CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    }
}

/// Drops a database and ends the sessions in it.
pub(super) async fn drop_database(url: &str, database: &str, cockroachdb: bool) -> Result<()> {
    ask(url, &drop_text(database, cockroachdb)).await.map(drop)
}

fn drop_text(database: &str, cockroachdb: bool) -> String {
    let how = if cockroachdb { "CASCADE" } else { "WITH (FORCE)" };
    format!("DROP DATABASE IF EXISTS {} {how}", quoted(database))
}

/// Drops the test databases that killed runs left behind. Returns their names.
pub(super) async fn sweep(url: &str, cockroachdb: bool) -> Result<Vec<String>> {
    let mut swept = Vec::new();
    for database in ask(url, "SELECT datname FROM pg_catalog.pg_database").await? {
        if name::is_abandoned(&database, SystemTime::now()) {
            // PostgreSQL refuses while somebody is connected: then it is not abandoned after all.
            let how = if cockroachdb { " CASCADE" } else { "" };
            if ask(url, &format!("DROP DATABASE IF EXISTS {}{how}", quoted(&database))).await.is_ok() {
                swept.push(database);
            }
        }
    }
    Ok(swept)
}

/// Runs one statement on a connection of its own, as the URL says, and returns the first column of its rows.
async fn ask(url: &str, text: &str) -> Result<Vec<String>> {
    let said = |error: Error| {
        let own = "check that the server in CRDB_TEST_URL or DATABASE_URL runs and that its user may create databases, \
                   or unset them to have a server started";
        let advice = error.advice().map_or_else(|| own.to_owned(), |advice| format!("{advice}; {own}"));
        error
            .with_context(format!("the database server for tests did not answer `{text}`"))
            .with_advice(advice)
    };
    match tokio::time::timeout(PATIENCE, visit(url, text)).await {
        Ok(answer) => answer.map_err(said),
        Err(_) => Err(said(Error::new(format!("nothing came within {} s", PATIENCE.as_secs())))),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Runs a future to its end on a thread of its own, so that it works inside a runtime and without one.
pub(super) fn block_on<T: Send>(future: impl Future<Output = Result<T>> + Send) -> Result<T> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::new(format!("cannot start a runtime: {error}")))?;
        runtime.block_on(future)
    };
    thread::scope(|scope| {
        let ended = scope.spawn(run).join();
        ended.unwrap_or_else(|_| {
            Err(Error::new("the thread that talks to the database server for tests panicked"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_is_told_in_its_own_words() {
        assert_eq!(create_text("a\"b", true), "CREATE DATABASE \"a\"\"b\"");
        assert_eq!(drop_text("x", true), "DROP DATABASE IF EXISTS \"x\" CASCADE");
        assert_eq!(drop_text("x", false), "DROP DATABASE IF EXISTS \"x\" WITH (FORCE)");
        assert!(create_text("x", false).contains("TEMPLATE template0"));
    }

    #[test]
    fn a_panic_of_the_visit_is_an_error() {
        let ended: Result<()> = block_on(async { panic!("on purpose") });
        assert!(ended.is_err());
    }
}
