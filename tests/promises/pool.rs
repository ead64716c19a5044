//! Promise 15: the pool has a bound on everything.

use std::pin::Pin;
use std::time::{Duration, Instant};

use crdb_orm::{Database, Result, Sql};
use tokio::sync::Notify;

use crate::support::{insert, numbers, read, rows, set, until};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;

#[tokio::test]
async fn a_pool_without_a_free_connection_is_a_timeout_that_says_what_to_do() {
    let db = numbers(2).await;
    let wait = Duration::from_millis(300);
    let pool = Database::builder(db.url()).max_connections(2).wait_timeout(wait).connect().await.unwrap();
    let (begun, enough) = (Notify::new(), Notify::new());
    let hold = async |id: i64| {
        pool.transaction("holds", async |tx| {
            set(&tx, id, 1).await?;
            begun.notify_one();
            enough.notified().await;
            Ok(())
        })
        .await
    };
    let look = async {
        begun.notified().await;
        begun.notified().await;
        let mut errors = Vec::new();
        for _ in 0..2 {
            let asked = Instant::now();
            let error = if errors.is_empty() {
                read(&pool, 1).await.unwrap_err()
            } else {
                pool.transaction("waits", async |tx| read(&tx, 1).await).await.unwrap_err()
            };
            errors.push((error, asked.elapsed()));
        }
        enough.notify_waiters();
        errors
    };
    let (first, second, errors) = tokio::join!(hold(1), hold(2), look);
    first.and(second).expect("those that held the connections");
    for (error, took) in errors {
        assert!(error.is_pool_timeout() && error.is_timeout() && !error.is_connection(), "{error}");
        assert!(took >= wait && took < wait + Duration::from_secs(1), "{took:?}");
        let text = error.to_string();
        for part in ["2 connections", " hint: ", "max_connections", "inside a transaction"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    assert_eq!(read(&pool, 1).await.expect("a free connection"), 1);
}

#[tokio::test]
async fn a_statement_outside_of_a_transaction_that_holds_the_last_connection_does_not_hang() {
    let db = numbers(1).await;
    let builder = Database::builder(db.url()).max_connections(1).wait_timeout(Duration::from_millis(100));
    let pool = builder.connect().await.unwrap();
    let error = pool
        .transaction("waits for itself", async |tx| {
            insert(&tx, 10).await?;
            read(&pool.outside(), 1).await
        })
        .await
        .unwrap_err();
    assert!(error.is_pool_timeout(), "{error}");
    assert_eq!(rows(&pool).await, 1);
}

#[tokio::test]
async fn a_deadline_that_passes_while_a_transaction_waits_for_a_connection_is_both() {
    let db = numbers(1).await;
    let pool = Database::builder(db.url()).max_connections(1).connect().await.unwrap();
    let error = pool
        .transaction("holds the only connection", async |_tx| {
            let apart = pool.outside();
            let inner = apart.transaction("waits", async |tx| read(&tx, 1).await);
            inner.deadline(Duration::from_millis(100)).await
        })
        .await
        .unwrap_err();
    assert!(error.is_pool_timeout() && error.is_deadline() && error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn another_attempt_waits_for_a_connection_until_its_deadline() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let wait = Duration::from_millis(100);
    let builder = Database::builder(&proxy.url()).max_connections(1).wait_timeout(wait);
    let pool = builder.connect().await.unwrap();
    // Runs `work`, whose statement fails once, and takes the connection in between, for longer than the pool lets a
    // first attempt wait. Each text is a new one: the proxy sees only what is not prepared yet.
    let between = async |text: &str, work: Pin<Box<dyn Future<Output = Result<u64>> + Send + '_>>| {
        proxy.on(text).strike(Fault::Answer("40001".into()));
        let hold = pool.transaction("takes the connection in between", async |tx| {
            tokio::time::sleep(wait * 4).await;
            read(&tx, 1).await
        });
        tokio::join!(work, hold.into_future())
    };
    let [alone, inside, late] = [7, 8, 9].map(|v| format!("UPDATE n SET v = {v} WHERE id = 1"));

    let (changed, held) = between(&alone, Sql::trusted(alone.clone()).exec(&pool)).await;
    assert_eq!((changed.expect("a second attempt"), held.expect("the other one")), (1, 0));

    let work = pool.transaction("fails once", async |tx| Sql::trusted(inside.clone()).exec(&tx).await);
    let (changed, held) = between(&inside, work.into_future()).await;
    assert_eq!((changed.expect("a second attempt"), held.expect("the other one")), (1, 7));

    let work = pool.transaction("is too late", async |tx| Sql::trusted(late.clone()).exec(&tx).await);
    let (changed, held) = between(&late, work.deadline(wait * 2).into_future()).await;
    let error = changed.unwrap_err();
    assert!(error.is_pool_timeout() && error.is_deadline(), "{error}");
    assert_eq!((error.attempts(), error.history()[0].sqlstate()), (2, Some("40001")), "{error:?}");
    assert_eq!((held.expect("the other one"), read(&pool, 1).await.unwrap()), (8, 8));
    assert_eq!(proxy.pending(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_tasks_never_have_more_connections_than_the_pool_allows() {
    const ALLOWED: usize = 5;
    let db = numbers(50).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(ALLOWED).connect().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for id in 1..=50 {
        let pool = pool.clone();
        tasks.spawn(async move {
            for _ in 0..4 {
                pool.transaction("works", async |tx| {
                    let v = read(&tx, id).await?;
                    set(&tx, id, v + 1).await
                })
                .await?;
                read(&pool, id).await?;
                assert!(pool.status().size <= ALLOWED);
            }
            Ok(())
        });
    }
    let all: Result<Vec<()>> = tasks.join_all().await.into_iter().collect();
    assert_eq!(all.expect("all of them worked").len(), 50);
    assert_eq!(proxy.most(), ALLOWED);
    assert_eq!(proxy.accepted(), ALLOWED, "connections were not used again");
    assert_eq!(pool.status().idle, ALLOWED);
}

#[tokio::test]
async fn a_closed_database_has_no_connection_and_fails_with_an_error() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(4).connect().await.unwrap();
    // One in use when it is closed is waited for.
    let begun = Notify::new();
    let transaction = pool.transaction("is under way", async |tx| {
        insert(&tx, 10).await?;
        begun.notify_one();
        tokio::time::sleep(Duration::from_millis(200)).await;
        insert(&tx, 11).await
    });
    let close = async {
        begun.notified().await;
        pool.close().await;
    };
    let (result, ()) = tokio::join!(transaction.into_future(), close);
    assert_eq!(result.expect("what was under way"), 1);
    assert_eq!((rows(&db).await, pool.status().size), (3, 0));
    until("the server sees no connection", 0, async || proxy.open()).await;

    let asked = Instant::now();
    let statement = read(&pool, 1).await.unwrap_err();
    let transaction = pool.transaction("late", async |tx| read(&tx, 1).await).await.unwrap_err();
    for error in [statement, transaction] {
        assert!(error.is_connection() && error.to_string().contains("was closed"), "{error}");
        assert!(!error.is_outcome_unknown());
    }
    assert!(asked.elapsed() < Duration::from_secs(1), "a closed database is not waited for");
    pool.close().await;
}

#[tokio::test]
async fn connections_are_renewed_at_the_end_of_their_lifetime_and_after_idleness() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let day = Duration::from_hours(24);
    let short = Duration::from_millis(200);
    for (lifetime, idle) in [(short, day), (day, short)] {
        let before = proxy.accepted();
        let builder = Database::builder(&proxy.url()).max_connections(1);
        let pool = builder.max_lifetime(lifetime).idle_timeout(idle).connect().await.unwrap();
        for _ in 0..3 {
            read(&pool, 1).await.expect("a connection");
        }
        assert_eq!(proxy.accepted() - before, 1, "used again while young");
        tokio::time::sleep(short + Duration::from_millis(50)).await;
        read(&pool, 1).await.expect("a new connection");
        assert_eq!(proxy.accepted() - before, 2, "{lifetime:?}, {idle:?}");
        until("the old one is closed", 1, async || proxy.open()).await;
        assert_eq!(pool.status().size, 1);
        pool.close().await;
        until("the last one is closed", 0, async || proxy.open()).await;
    }
}

#[tokio::test]
async fn a_pool_of_no_connections_is_refused() {
    let db = numbers(1).await;
    let error = Database::builder(db.url()).max_connections(0).connect().await.unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("max_connections"), "{error}");
}

#[tokio::test]
async fn a_connection_outlives_statements_that_fail() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(1).connect().await.unwrap();
    for _ in 0..10 {
        assert!(insert(&pool, 1).await.unwrap_err().is_unique_violation());
        assert!(Sql::trusted("SELECT nothing").exec(&pool).await.unwrap_err().is_undefined_column());
        let error = pool.transaction("fails", async |tx| insert(&tx, 1).await).await.unwrap_err();
        assert!(error.is_unique_violation());
    }
    assert_eq!(proxy.accepted(), 1);
}

#[tokio::test]
async fn no_statement_leaves_a_transaction_open_on_a_connection_that_others_use() {
    let db = numbers(1).await;
    let pool = Database::builder(db.url()).max_connections(1).connect().await.unwrap();
    for text in ["BEGIN", "-- open\nstart transaction", "PREPARE p AS SELECT 1", "SAVEPOINT s"] {
        let error = Sql::trusted(text).exec(&pool).await.unwrap_err();
        assert!(error.is_invalid_statement() && !error.is_outcome_unknown(), "{text}: {error}");
        assert!(pool.run_ddl(&[text]).await.unwrap_err().is_invalid_statement(), "{text}");
    }
    // Else this row would never be committed.
    insert(&pool, 10).await.unwrap();
    assert_eq!(rows(&db).await, 2);
}

#[tokio::test]
async fn copy_is_refused_before_it_breaks_a_connection_and_not_retried() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(1).connect().await.unwrap();
    for text in ["COPY n FROM STDIN", "/* all */ copy n to stdout"] {
        let alone = Sql::trusted(text).exec(&pool).await.unwrap_err();
        let inside =
            pool.transaction("copies", async |tx| Sql::trusted(text).exec(&tx).await).await.unwrap_err();
        for error in [alone, inside] {
            assert!(error.is_invalid_statement() && error.attempts() == 1, "{text}: {error}");
        }
    }
    assert_eq!((rows(&pool).await, proxy.accepted()), (1, 1));
}
