//! What these tests share.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use crdb_orm::testing::TestDb;
use crdb_orm::{Database, FromRow, Result, Sql, Write};

use crdb_orm::testing::FaultProxy;

/// A number for each name: `n(id, v)`, filled with the rows of ids 1 to `rows` and the value 0.
pub(crate) async fn numbers(rows: i64) -> TestDb {
    let db = TestDb::new().await.expect("a database");
    let ddl = ["CREATE TABLE n (id INT8 PRIMARY KEY, v INT8 NOT NULL, CONSTRAINT small CHECK (v < 1000000))"];
    db.run_ddl(&ddl).await.expect("a table");
    for id in 1..=rows {
        Sql::trusted("INSERT INTO n (id, v) VALUES ($1, 0)").bind(id).exec(&db).await.expect("a row");
    }
    db
}

/// The same database through a proxy.
pub(crate) async fn proxied(db: &TestDb) -> (FaultProxy, Database) {
    let proxy = FaultProxy::to(db).await.expect("a proxy");
    let through = Database::builder(&proxy.url()).max_connections(4).connect().await.expect("a way through");
    (proxy, through)
}

/// The value of a row.
pub(crate) async fn read(x: &(impl Write + ?Sized), id: i64) -> Result<i64> {
    value(x, Sql::trusted("SELECT v FROM n WHERE id = $1").bind(id)).await
}

/// Sets the value of a row.
pub(crate) async fn set(x: &(impl Write + ?Sized), id: i64, v: i64) -> Result<u64> {
    Sql::trusted("UPDATE n SET v = $2 WHERE id = $1").bind(id).bind(v).exec(x).await
}

/// Adds a row.
pub(crate) async fn insert(x: &(impl Write + ?Sized), id: i64) -> Result<u64> {
    Sql::trusted("INSERT INTO n (id, v) VALUES ($1, 0)").bind(id).exec(x).await
}

/// How many rows there are.
pub(crate) async fn rows(x: &(impl Write + ?Sized)) -> i64 {
    value(x, Sql::trusted("SELECT count(*) FROM n")).await.expect("a count")
}

/// The only value of the only row.
pub(crate) async fn value<T>(x: &(impl Write + ?Sized), sql: Sql) -> Result<T>
where
    (T,): FromRow,
{
    let (value,): (T,) = sql.one(x).await?;
    Ok(value)
}

/// Waits until something is so, and fails when it is not so within ten seconds.
pub(crate) async fn until<T: Debug + PartialEq>(what: &str, expected: T, mut look: impl AsyncFnMut() -> T) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let found = look().await;
        if found == expected {
            return;
        }
        assert!(Instant::now() < deadline, "not within 10 seconds: {what}: {found:?}, not {expected:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Every connection of the pool is there and idle.
pub(crate) async fn all_are_back(db: &Database) {
    until("every connection is back in the pool", true, async || {
        let status = db.status();
        status.idle == status.size && status.waiting == 0
    })
    .await;
}
