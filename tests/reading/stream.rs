//! Rows as they come.

use std::time::{Duration, Instant};

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::FaultProxy;

use crate::support::{Point, database, points};

/// Waits until every connection of the pool is idle, or gone.
async fn settled(db: &Database) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while db.status().idle != db.status().size {
        assert!(Instant::now() < deadline, "a connection is still out: {:?}", db.status());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn through(db: &crdb_orm::testing::TestDb) -> Result<(FaultProxy, Database)> {
    let proxy = FaultProxy::to(db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    Ok((proxy, through))
}

#[tokio::test]
async fn a_stream_gives_every_row_in_its_order() -> Result<()> {
    let db = points(4).await?;
    let mut rows = Point::order_by(Point::NAME.desc()).stream(&db);
    let mut names = Vec::new();
    while let Some(point) = rows.try_next().await? {
        names.push(point.name);
    }
    assert_eq!(names, ["p4", "p3", "p2", "p1"]);
    assert!(rows.try_next().await?.is_none(), "it stays at its end");
    assert!(Point::filter(Point::NAME.eq("?")).stream(&db).try_next().await?.is_none());
    assert!(Point::query().limit(1).stream(&db).try_next().await?.is_some());
    settled(&db).await;
    Ok(())
}

#[tokio::test]
async fn until_its_first_row_a_stream_is_run_again() -> Result<()> {
    let db = points(2).await?;
    let (proxy, through) = through(&db).await?;
    Point::query().all(&through).await?;
    proxy.on("FROM points").fail("40001");
    assert!(Point::query().stream(&through).try_next().await?.is_some());
    settled(&through).await;
    proxy.on("FROM points").cut_before_send();
    assert!(Point::query().stream(&through).try_next().await?.is_some());
    settled(&through).await;
    proxy.on("FROM points").fail("42501");
    assert_eq!(Point::query().stream(&through).try_next().await.unwrap_err().sqlstate(), Some("42501"));
    assert_eq!(proxy.pending(), 0);
    settled(&through).await;
    Ok(())
}

#[tokio::test]
async fn after_its_first_row_a_stream_that_breaks_says_so() -> Result<()> {
    let db = many(100_000).await?;
    let (proxy, through) = through(&db).await?;
    Point::query().limit(1).all(&through).await?;
    let mut rows = Point::query().stream(&through);
    for _ in 0..3 {
        assert!(rows.try_next().await?.is_some());
    }
    proxy.cut();
    let error = loop {
        match rows.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("all rows came"),
            Err(error) => break error,
        }
    };
    assert!(error.is_connection() && error.to_string().contains("cannot be run again"), "{error}");
    assert!(rows.try_next().await?.is_none(), "an error is its end");
    drop(rows);
    assert_eq!(Point::query().count(&through).await?, 100_000);
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_dropped_leaves_no_connection_in_doubt() -> Result<()> {
    let db = many(50_000).await?;
    let one = Database::builder(db.url()).max_connections(1).connect().await?;
    for _ in 0..5 {
        let mut rows = Point::query().stream(&one);
        assert!(rows.try_next().await?.is_some());
        drop(rows);
        // The only connection is read to its end, or another takes its place.
        assert_eq!(Point::find(Uuid::nil()).optional(&one).await?, None);
    }
    settled(&one).await;
    Ok(())
}

#[tokio::test]
async fn a_stream_of_a_database_has_no_place_inside_a_transaction() -> Result<()> {
    let db = points(1).await?;
    let refused = db.transaction("t", async |_| Point::query().stream(&db).try_next().await).await;
    assert!(refused.unwrap_err().is_invalid_statement());
    Ok(())
}

#[tokio::test]
async fn a_stream_of_a_transaction_reads_what_it_has_written() -> Result<()> {
    let db = points(3).await?;
    let names = db
        .transaction("t", async |tx| {
            Point::insert().name("p4").build().defer(&tx);
            let mut rows = Point::order_by(Point::NAME.desc()).stream(&tx);
            let mut names = Vec::new();
            while let Some(point) = rows.try_next().await? {
                names.push(point.name);
            }
            assert!(rows.try_next().await?.is_none(), "it stays at its end");
            // After its end there is room for others, also while it is still there.
            assert_eq!(Point::query().count(&tx).await?, 4);
            let mut values = Point::query().select(Point::NAME.max()).stream(&tx);
            assert_eq!(values.try_next().await?, Some(Some("p4".to_owned())));
            Ok(names)
        })
        .await?;
    assert_eq!(names, ["p4", "p3", "p2", "p1"]);
    Ok(())
}

#[tokio::test]
async fn while_a_stream_is_open_its_transaction_runs_nothing_else() -> Result<()> {
    let db = many(20_000).await?;
    for ignored in [false, true] {
        let result = db
            .transaction("t", async |tx| {
                let mut rows = Point::query().stream(&tx);
                assert!(rows.try_next().await?.is_some());
                let refused =
                    Point::find(Uuid::nil()).optional(&tx).await.expect_err("its answer would come behind");
                assert!(
                    refused.is_invalid_statement() && refused.to_string().contains("stream"),
                    "{refused}"
                );
                let inside = tx.savepoint(async |_| Ok(())).await.expect_err("so would that of a savepoint");
                assert!(inside.is_invalid_statement(), "{inside}");
                let second = Point::query().stream(&tx).try_next().await.expect_err("one at a time");
                assert!(second.is_invalid_statement(), "{second}");
                // The first one goes on.
                assert!(rows.try_next().await?.is_some());
                if ignored { Ok(()) } else { Err(refused) }
            })
            .await;
        assert!(result.expect_err("a refusal is not ignored").is_invalid_statement());
    }
    settled(&db).await;
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_dropped_leaves_its_transaction_usable() -> Result<()> {
    let db = many(50_000).await?;
    let one = Database::builder(db.url()).max_connections(1).connect().await?;
    let count = one
        .transaction("t", async |tx| {
            for _ in 0..3 {
                let mut rows = Point::query().stream(&tx);
                assert!(rows.try_next().await?.is_some());
                drop(rows);
                Point::insert().name("new").exec(&tx).await?;
            }
            // Also right before its end.
            assert!(Point::query().stream(&tx).try_next().await?.is_some());
            let inside = tx.savepoint(async |sp| Point::query().stream(&sp).try_next().await).await?;
            assert!(inside.is_some());
            Point::filter(Point::NAME.eq("new")).count(&tx).await
        })
        .await?;
    assert_eq!(count, 3);
    assert_eq!(Point::filter(Point::NAME.eq("new")).count(&one).await?, 3, "it was committed");
    settled(&one).await;
    Ok(())
}

#[tokio::test]
async fn a_stream_that_outlives_its_transaction_holds_it_up_for_nothing() -> Result<()> {
    let db = many(50_000).await?;
    let escaped = std::sync::Mutex::new(None);
    let ended = tokio::time::timeout(
        Duration::from_secs(20),
        db.transaction("t", async |tx| {
            // A task that goes on after the closure has returned.
            let (first, seen) = tokio::sync::oneshot::channel();
            let task = tokio::spawn(async move {
                let mut rows = Point::query().stream(&tx);
                let mut count = 1;
                rows.try_next().await?;
                first.send(()).expect("the closure waits");
                tokio::time::sleep(Duration::from_millis(300)).await;
                while rows.try_next().await?.is_some() {
                    count += 1;
                }
                Ok::<i32, crdb_orm::Error>(count)
            });
            seen.await.expect("a first row");
            *escaped.lock().expect("a lock") = Some(task);
            Ok(())
        }),
    );
    ended.await.expect("it does not wait for a reader")?;
    let task = escaped.lock().expect("a lock").take().expect("a task");
    let error = task.await.expect("no panic").expect_err("not all rows");
    assert!(error.is_transaction_ended(), "{error}");
    settled(&db).await;
    Ok(())
}

#[tokio::test]
async fn a_failure_in_the_middle_of_a_stream_fails_its_transaction() -> Result<()> {
    let db = many(20_000).await?;
    // The last row has no quotient; its reader has long gone then.
    let failing = || {
        let by_rank = Point::query().select(Point::RANK / (Point::RANK - 20_000));
        by_rank.order_by(Point::RANK.asc())
    };
    let read = db.transaction("t", async |tx| {
        let mut rows = failing().stream(&tx);
        while rows.try_next().await?.is_some() {}
        Ok(())
    });
    assert_eq!(read.await.expect_err("a division by zero").sqlstate(), Some("22012"));
    let dropped = db.transaction("t", async |tx| {
        Point::insert().name("lost").exec(&tx).await?;
        drop(failing().stream(&tx).try_next().await);
        Ok(())
    });
    assert_eq!(dropped.await.expect_err("it is told nevertheless").sqlstate(), Some("22012"));
    assert_eq!(Point::filter(Point::NAME.eq("lost")).count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_streams_is_run_again_like_any_other() -> Result<()> {
    let db = points(2).await?;
    let (proxy, through) = through(&db).await?;
    Point::query().all(&through).await?;
    proxy.on("FROM points").fail("40001");
    let attempts = through
        .transaction("t", async |tx| {
            let mut rows = Point::query().stream(&tx);
            while rows.try_next().await?.is_some() {}
            Ok(tx.attempt())
        })
        .await?;
    assert_eq!((attempts, proxy.pending()), (2, 0));
    Ok(())
}

#[tokio::test]
async fn values_are_streamed_too() -> Result<()> {
    let db = points(3).await?;
    let mut rows = Point::query().select((Point::NAME, Point::RANK)).order_by(Point::NAME.asc()).stream(&db);
    assert_eq!(rows.try_next().await?, Some(("p1".to_owned(), None)));
    drop(rows);
    settled(&db).await;
    Ok(())
}

/// So many points, made by the server.
async fn many(count: i64) -> Result<crdb_orm::testing::TestDb> {
    let db = database().await?;
    fill(&db, count).await?;
    Ok(db)
}

async fn fill(db: &Database, count: i64) -> Result<()> {
    let sql = "INSERT INTO points (id, name, rank) \
               SELECT gen_random_uuid(), 'the point of the number ' || n::TEXT, n::INT4 FROM generate_series($1::INT8, $2::INT8) AS g (n)";
    // Cut, since a CockroachDB would refuse a transaction of too many rows.
    for start in (0..count).step_by(50_000) {
        Sql::trusted(sql).bind(start + 1).bind(count.min(start + 50_000)).exec(db).await?;
    }
    Ok(())
}
