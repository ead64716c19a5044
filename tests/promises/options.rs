//! A transaction runs as its options say.

use std::time::{Duration, Instant};

use crdb_orm::testing::skip_on_cockroachdb;
use crdb_orm::txn::{AsOf, Backoff, Failure, Isolation, Priority, QualityOfService};
use crdb_orm::{Database, RetryPolicy, Sql};

use crate::support::{all_are_back, insert, numbers, proxied, read, rows, set, value};

#[tokio::test]
async fn the_isolation_is_the_one_that_was_asked_for() {
    let db = numbers(1).await;
    let level = |isolation| {
        let db = db.db().clone();
        async move {
            db.transaction("level", async |tx| {
                value::<String>(&tx, Sql::trusted("SHOW transaction_isolation")).await
            })
            .isolation(isolation)
            .await
            .unwrap()
        }
    };
    assert_eq!(level(Isolation::Serializable).await, "serializable");
    // An old CockroachDB runs SERIALIZABLE instead.
    let weak = level(Isolation::ReadCommitted).await;
    assert!(weak == "read committed" || db.is_cockroachdb(), "{weak}");
    let weak = Database::builder(db.url()).isolation(Isolation::ReadCommitted).connect().await.unwrap();
    let level = weak
        .transaction("default", async |tx| {
            value::<String>(&tx, Sql::trusted("SHOW transaction_isolation")).await
        })
        .await
        .unwrap();
    assert!(level == "read committed" || db.is_cockroachdb(), "{level}");
}

#[tokio::test]
async fn a_read_only_transaction_writes_nothing() {
    let db = numbers(1).await;
    let error = db
        .transaction("reads", async |tx| {
            read(&tx, 1).await?;
            insert(&tx, 2).await
        })
        .read_only()
        .await
        .unwrap_err();
    assert_eq!(error.sqlstate(), Some("25006"), "{error}");
    db.transaction("reads", async |tx| read(&tx, 1).await).read_only().deferrable().await.unwrap();
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn options_that_exclude_each_other_are_refused_before_anything_is_sent() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    let error = through.transaction("waits", async |tx| read(&tx, 1).await).deferrable().await.unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("deferrable"), "{error}");
    let error = through
        .transaction("short", async |tx| read(&tx, 1).await)
        .statement_timeout(Duration::from_nanos(1))
        .await
        .unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("`statement_timeout`"), "{error}");
    if !db.is_cockroachdb() {
        let past = through.transaction("past", async |tx| read(&tx, 1).await).as_of(AsOf::FollowerRead).await;
        assert!(past.unwrap_err().is_configuration());
    }
    assert_eq!(proxy.count("BEGIN"), 0);
}

#[tokio::test]
async fn what_only_cockroachdb_knows_changes_nothing_on_postgresql() {
    let db = numbers(1).await;
    db.transaction("background", async |tx| set(&tx, 1, 3).await)
        .priority(Priority::Low)
        .quality_of_service(QualityOfService::Background)
        .await
        .unwrap();
    assert_eq!(read(&db, 1).await.unwrap(), 3);
}

#[tokio::test]
async fn a_statement_that_runs_for_too_long_is_ended_by_the_server() {
    let db = numbers(1).await;
    let error = db
        .transaction("slow", async |tx| value::<bool>(&tx, Sql::trusted("SELECT pg_sleep(30) IS NULL")).await)
        .statement_timeout(Duration::from_millis(100))
        .await
        .unwrap_err();
    assert!(error.sqlstate() == Some("57014") && error.is_timeout(), "{error}");
    // The setting has ended with its transaction.
    db.transaction("patient", async |tx| {
        value::<bool>(&tx, Sql::trusted("SELECT pg_sleep(0.3) IS NULL")).await
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_lock_that_is_waited_for_for_too_long_is_an_error() {
    let db = numbers(1).await;
    let held = db.transaction("holds", async |tx| {
        set(&tx, 1, 1).await?;
        let waits = db.outside();
        let waiting = waits.transaction("waits", async |tx| set(&tx, 1, 2).await);
        let error = waiting.lock_timeout(Duration::from_millis(100)).await.unwrap_err();
        assert!(error.sqlstate() == Some("55P03") && error.is_timeout(), "{error}");
        Ok(())
    });
    held.await.unwrap();
    assert_eq!(read(&db, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_rolled_back_and_not_run_again() {
    let db = numbers(0).await;
    let began = Instant::now();
    let error = db
        .transaction("long", async |tx| {
            insert(&tx, 1).await?;
            tokio::time::sleep(Duration::from_secs(20)).await;
            Ok(())
        })
        .transaction_timeout(Duration::from_millis(200))
        .await
        .unwrap_err();
    assert!(error.is_deadline() && error.to_string().contains("transaction timeout of 0.2 s"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
    all_are_back(&db).await;
    assert_eq!((rows(&db).await, db.stats().attempts), (0, 1));
}

#[tokio::test]
async fn a_transaction_that_idles_for_too_long_is_ended_by_the_server() {
    let db = numbers(0).await;
    let name = "a_transaction_that_idles_for_too_long_is_ended_by_the_server";
    if skip_on_cockroachdb(&db, name, "an old one was seen to ignore this timeout for a second") {
        return;
    }
    let error = db
        .transaction("idles", async |tx| {
            insert(&tx, 1).await?;
            tokio::time::sleep(Duration::from_millis(1500)).await;
            insert(&tx, 2).await
        })
        .idle_timeout(Duration::from_millis(100))
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.sqlstate() == Some("25P03"), "{error}");
    assert!(error.to_string().contains("without a statement"), "{error}");
    all_are_back(&db).await;
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn the_name_is_shown_in_the_list_of_sessions_while_it_runs() {
    let db = numbers(0).await;
    let name = "the_name_is_shown_in_the_list_of_sessions_while_it_runs";
    if skip_on_cockroachdb(&db, name, "it looks into pg_stat_activity") {
        return;
    }
    let named = Database::builder(db.url()).application_name("shop").tag_transactions(true).connect().await;
    let sql = "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    let named = named.unwrap();
    let inside = named
        .transaction("it's a name", async |tx| value::<String>(&tx, Sql::trusted(format!("{sql} "))).await)
        .await;
    assert_eq!(inside.unwrap(), "shop: it's a name");
    assert_eq!(value::<String>(&named, Sql::trusted(sql)).await.unwrap(), "shop");
}

struct Twice;

impl Backoff for Twice {
    fn sleep(&self, failure: &Failure<'_>) -> Option<Duration> {
        assert_eq!(failure.error.sqlstate(), Some("40001"));
        (failure.attempts < 2).then_some(Duration::from_millis(30))
    }
}

#[tokio::test]
async fn a_pace_of_ones_own_is_kept() {
    let db = numbers(1).await;
    let began = Instant::now();
    let error = db
        .transaction("paced", async |tx| {
            let v = read(&tx, 1).await?;
            set(&db.outside(), 1, v + 100).await?;
            set(&tx, 1, v + 1).await
        })
        .policy(RetryPolicy::new().pace(Twice))
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().contains("gave up after 2 attempts"), "{error}");
    assert!(began.elapsed() >= Duration::from_millis(30));
}
