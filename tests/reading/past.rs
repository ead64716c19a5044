//! Follower reads, a time of one's own, bounded staleness.

use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::say_skipped;
use crdb_orm::{CommitOutcome, Hlc, Result, sql};

use crate::support::{Point, points, posing};

#[tokio::test]
async fn a_read_of_the_past_is_one_transaction_in_one_round_trip() -> Result<()> {
    let db = points(3).await?;
    let (proxy, through) = posing(&db).await?;
    for (past, clause) in [
        (through.follower_reads(), "AS OF SYSTEM TIME follower_read_timestamp()"),
        (through.as_of(AsOf::Ago(Duration::from_millis(1))), "AS OF SYSTEM TIME '-1000us'"),
    ] {
        if db.is_cockroachdb() {
            // The rows are younger than the time that is read.
            tokio::time::sleep(Duration::from_secs(6)).await;
        }
        Point::query().all(&past).await?;
        proxy.take_round_trips();
        let before = proxy.count(clause);
        assert_eq!(Point::query().all(&past).await?.len(), 3);
        assert_eq!(proxy.take_round_trips(), 1, "{clause}");
        assert_eq!(proxy.count(clause), before + 1, "{clause}");
    }
    Ok(())
}

#[tokio::test]
async fn everything_that_reads_reads_the_past() -> Result<()> {
    let db = points(3).await?;
    let (proxy, through) = posing(&db).await?;
    let past = through.snapshot().await?;
    let id = Uuid::from_u128(2);
    assert_eq!(Point::find(id).one(&past).await?.name, "p2");
    assert_eq!(Point::find(Uuid::nil()).optional(&past).await?, None);
    assert!(Point::find(Uuid::nil()).one(&past).await.unwrap_err().is_not_found());
    assert!(Point::find(id).exists(&past).await?);
    assert_eq!(Point::query().count(&past).await?, 3);
    assert_eq!(Point::query().max(Point::NAME, &past as &dyn Read).await?.as_deref(), Some("p3"));
    let (one, all) = past.read_together((Point::find(id), Point::query())).await?;
    assert_eq!((one.map(|point| point.name).as_deref(), all.len()), (Some("p2"), 3));
    assert_eq!(proxy.count("READ ONLY, AS OF SYSTEM TIME '"), 7, "one transaction each");
    if !db.is_cockroachdb() {
        assert_eq!(past.time(), AsOf::Hlc(Hlc::new(1_580_361_670_629_466_905, 3)));
        assert_eq!(proxy.count("AS OF SYSTEM TIME '1580361670629466905.0000000003'"), 7);
    }
    Ok(())
}

#[tokio::test]
async fn without_a_past_the_present_is_read() -> Result<()> {
    let db = points(2).await?;
    if db.is_cockroachdb() {
        say_skipped("CockroachDB", "without_a_past_the_present_is_read", "it keeps a past");
        return Ok(());
    }
    let id = Uuid::from_u128(2);
    assert_eq!(Point::query().count(&db.follower_reads()).await?, 2);
    assert_eq!(Point::query().count(&db.snapshot().await?).await?, 2);
    assert_eq!(Point::find(id).one(&db.with_max_staleness(Duration::from_secs(9))).await?.name, "p2");
    assert_eq!(
        db.as_of(AsOf::FollowerRead).read_together((Point::find(id), Point::query())).await?.1.len(),
        2
    );
    Ok(())
}

#[tokio::test]
async fn a_bounded_staleness_stands_behind_the_table_of_a_single_statement() -> Result<()> {
    let db = points(2).await?;
    if db.is_cockroachdb() {
        Point::find(Uuid::from_u128(2)).one(&db.with_max_staleness(Duration::from_mins(1))).await?;
        return Ok(());
    }
    let (proxy, through) = posing(&db).await?;
    let id = Uuid::from_u128(2);
    for (bounded, clause) in [
        (through.with_max_staleness(Duration::from_secs(10)), "with_max_staleness('10000000us')"),
        (through.with_max_staleness(Duration::ZERO).nearest_only(), "with_max_staleness('1us', true)"),
        (
            through.with_min_timestamp(1_580_361_670_629_466_905),
            "with_min_timestamp('2020-01-30 05:21:10.629467+00')",
        ),
    ] {
        // The PostgreSQL behind the proxy does not know the words.
        let error = Point::find(id).one(&bounded).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some("42601"), "{error}");
        let text =
            format!("SELECT id, name, rank, note FROM points AS OF SYSTEM TIME {clause} WHERE id = $1");
        assert_eq!(proxy.count_prepared(&text), 1, "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn a_conflict_or_a_lost_connection_in_the_past_is_tried_again() -> Result<()> {
    let db = points(1).await?;
    let (proxy, through) = posing(&db).await?;
    let past = through.snapshot().await?;
    Point::query().count(&past).await?;
    proxy.on("COMMIT").cut_after_send();
    assert_eq!(Point::query().count(&past).await?, 1);
    proxy.on("READ ONLY").fail("40001");
    assert_eq!(Point::query().count(&past).await?, 1);
    assert_eq!(proxy.pending(), 0);
    Ok(())
}

#[tokio::test]
async fn sql_of_ones_own_that_only_reads_runs_wherever_a_read_does_and_the_server_sees_to_it() -> Result<()> {
    let db = points(3).await?;
    let (proxy, through) = posing(&db).await?;
    let past = through.snapshot().await?;
    let tx = async |x: &(dyn Read + Sync), writes: bool| -> Result<()> {
        let count = sql!("SELECT count(*) FROM points WHERE rank IS NULL OR rank > $1", 5_i32).read_only();
        assert_eq!(count.one::<(i64,), _>(x).await?, (3,));
        let none = sql!("SELECT name FROM points WHERE false").read_only();
        assert_eq!(none.optional::<(String,), _>(x).await?, None);
        if !writes {
            let error = sql!("DELETE FROM points RETURNING name")
                .read_only()
                .all::<(String,), _>(x)
                .await
                .unwrap_err();
            assert_eq!(error.sqlstate(), Some("25006"), "{error}");
            let error =
                sql!("SET TRANSACTION READ WRITE").read_only().all::<(String,), _>(x).await.unwrap_err();
            assert!(error.is_invalid_statement(), "{error}");
        }
        Ok(())
    };
    tx(&db, false).await?;
    tx(&past, false).await?;
    assert_eq!(proxy.count("READ ONLY, AS OF SYSTEM TIME '"), 3, "one transaction each");
    db.transaction("reads", async |inner| tx(&inner, true).await).await?;
    assert_eq!(Point::query().count(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn sql_of_ones_own_that_only_reads_is_one_round_trip_and_not_run_again_when_its_answer_is_lost()
-> Result<()> {
    let db = points(3).await?;
    let proxy = FaultProxy::to(&db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    let count = || sql!("SELECT count(*) FROM points").read_only();
    count().one::<(i64,), _>(&through).await?;
    proxy.take_round_trips();
    count().one::<(i64,), _>(&through).await?;
    assert_eq!(proxy.take_round_trips(), 1);
    let before = proxy.count("SELECT count(*) FROM points");
    proxy.on("SELECT count(*) FROM points").strike(Fault::CutAfterSend);
    let error = count().one::<(i64,), _>(&through).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted, "it cannot have written");
    assert_eq!(proxy.count("SELECT count(*) FROM points"), before + 1);
    // A serialization failure has done nothing and is met by another attempt.
    proxy.on("SELECT count(*) FROM points").answer("40001");
    assert_eq!(count().one::<(i64,), _>(&through).await?, (3,));
    Ok(())
}
