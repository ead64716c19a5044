//! A stream holds as much at its last row as at its first, however many there are. Alone in its process, since the allocator
//! counts for all of it.

use std::alloc::System;
use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::query::RowStream;
use crdb_orm::testing::TestDb;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Somewhere.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "points")]
struct Point {
    #[crdb(primary_key)]
    id: i64,
    name: String,
}

const SCHEMA: Schema = Schema::new("memory").tables(&[Point::TABLE]);
const ROWS: i64 = 50_000;
/// What the rows take at least where they are kept: each name is so long.
const NAME: usize = 200;
const ALL: usize = NAME * 50_000;

/// The bytes that are allocated at this moment.
fn held() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// Reads all rows; says by how much more was held at some time than before the first.
async fn most_while_reading(mut rows: RowStream<'_, Point>) -> usize {
    let before = held();
    let (mut count, mut sum, mut most) = (0, 0, 0);
    while let Some(point) = rows.try_next().await.expect("a row") {
        assert!(point.name.len() >= NAME);
        (count, sum) = (count + 1, sum + point.id);
        if count % (ROWS / 4) == 1 {
            // A slow reader makes the server wait, and nothing pile up here.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        most = most.max(held().saturating_sub(before));
    }
    assert_eq!((count, sum), (ROWS, ROWS * (ROWS + 1) / 2));
    most
}

#[tokio::test]
async fn a_stream_of_many_rows_holds_no_more_than_one_of_few() {
    let test = TestDb::new().await.expect("a database");
    test.create_schema(&SCHEMA).await.expect("the schema");
    let fill = "INSERT INTO points (id, name) \
                SELECT n, repeat('x', 200) || CAST(n AS TEXT) FROM generate_series(CAST($1 AS INT8), CAST($2 AS INT8)) AS g (n)";
    // Cut, since a CockroachDB would refuse a transaction of too many rows.
    for first in (1..=ROWS).step_by(10_000) {
        Sql::trusted(fill).bind(first).bind(first + 9_999).exec(&*test).await.expect("rows");
    }
    let db = Database::builder(test.url()).max_connections(1).connect().await.expect("a database");

    // Buffers grow once; and all at once would be seen.
    let before = held();
    let all = Point::query().all(&db).await.expect("all rows");
    let kept = held().saturating_sub(before);
    assert!(i64::try_from(all.len()) == Ok(ROWS) && kept > ALL, "{} rows in {kept} bytes", all.len());
    drop(all);

    let most = most_while_reading(Point::query().stream(&db)).await;
    let inside = db.transaction("reads", async |tx| Ok(most_while_reading(Point::query().stream(&tx)).await));
    let inside = inside.await.expect("a transaction");
    println!("{most} bytes, in a transaction {inside}, of {kept}");
    assert!(most.max(inside) < 512 << 10, "{most} bytes, in a transaction {inside}");
}
