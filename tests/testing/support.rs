//! What these tests share.

use std::time::{Duration, Instant};

use crdb_orm::testing::{FaultProxy, TestDb};
use crdb_orm::{Database, Error, FromRow, Result, Sql, Write};

/// A table of numbers with one row, `(1, 0)`.
pub(crate) async fn numbers() -> TestDb {
    let db = TestDb::new().await.expect("a database");
    db.run_ddl(&["CREATE TABLE n (id INT8 PRIMARY KEY, v INT8 NOT NULL)"]).await.expect("a table");
    Sql::trusted("INSERT INTO n (id, v) VALUES (1, 0)").exec(&db).await.expect("a row");
    db
}

/// The same through a proxy, on one connection.
pub(crate) async fn proxied() -> (TestDb, FaultProxy, Database) {
    let test_db = numbers().await;
    let proxy = FaultProxy::to(&test_db).await.expect("a proxy");
    let db = Database::builder(&proxy.url()).max_connections(1).connect().await.expect("a way through");
    (test_db, proxy, db)
}

/// Adds one to the row, in a transaction.
pub(crate) async fn add(db: &Database) -> Result<u32> {
    let add = async |tx: crdb_orm::Tx| {
        add_one(&tx).await?;
        Ok::<_, Error>(tx.attempt())
    };
    db.transaction("add", add).deadline(Duration::from_secs(20)).await
}

/// Adds one to the row.
pub(crate) async fn add_one(x: &(impl Write + ?Sized)) -> Result<u64> {
    Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1").exec(x).await
}

/// The value of the row.
pub(crate) async fn value(x: &(impl Write + ?Sized)) -> i64 {
    one(x, "SELECT v FROM n WHERE id = 1").await.expect("a value")
}

/// The only value of the only row.
pub(crate) async fn one<T>(x: &(impl Write + ?Sized), sql: &'static str) -> Result<T>
where
    (T,): FromRow,
{
    let (value,): (T,) = Sql::trusted(sql).one(x).await?;
    Ok(value)
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !so().await {
        assert!(Instant::now() < deadline, "not within 10 seconds: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
