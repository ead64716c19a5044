//! What these tests share.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::{FaultProxy, TestDb};

#[derive(CrdbTable, Debug, Clone, PartialEq, Eq)]
#[crdb(table = "points")]
pub(crate) struct Point {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) rank: Option<i32>,
    pub(crate) note: Option<String>,
}

const SCHEMA: Schema = Schema::new("reading").tables(&[Point::TABLE]);

/// An empty table of points.
pub(crate) async fn database() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Ok(db)
}

/// So many points.
pub(crate) async fn points(count: u128) -> Result<TestDb> {
    let db = database().await?;
    for n in 1..=count {
        Point::insert().id(Uuid::from_u128(n)).name(format!("p{n}")).exec(&db).await?;
    }
    Ok(db)
}

/// The same database through a proxy, as a CockroachDB, over one connection. Its clock stands still.
pub(crate) async fn posing(db: &TestDb) -> Result<(FaultProxy, Database)> {
    let clock = "CREATE FUNCTION cluster_logical_timestamp() RETURNS NUMERIC LANGUAGE SQL AS \
                 'SELECT 1580361670629466905.0000000003'";
    if !db.is_cockroachdb() {
        Sql::trusted(clock).exec(db).await?;
    }
    let proxy = FaultProxy::to(db).await?;
    if !db.is_cockroachdb() {
        proxy.pose_as_cockroachdb("25.2.0");
    }
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    Ok((proxy, through))
}
