//! Promise 15: the pool has a bound on everything.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::{CommitOutcome, Result, RetryPolicy};
use futures_util::StreamExt;
use tokio::sync::{Barrier, Notify};

use crate::deferred::Number;
use crate::support::{insert, numbers, read, rows, set, until};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::{Fault, LogIn};

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
        assert!(took >= wait && took < wait + Duration::from_secs(8), "{took:?}");
        let text = error.to_string();
        let words = "held longest by transaction `holds` for ";
        // Who has given up does not wait.
        let waiting = "(0 are waiting)";
        for part in ["2 connections", " hint: ", "max_connections", "inside a transaction", words, waiting] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    assert_eq!(read(&pool, 1).await.expect("a free connection"), 1);
}

/// First polled by one task and then by another, as behind `select!` or when it is moved into a task of its own.
#[tokio::test]
async fn who_waits_for_a_connection_is_woken_wherever_it_was_polled_last() {
    let db = numbers(2).await;
    let pool = Database::builder(db.url()).max_connections(1).connect().await.unwrap();
    let (begun, enough) = (Notify::new(), Notify::new());
    let hold = pool.transaction("holds", async |tx| {
        set(&tx, 1, 1).await?;
        begun.notify_one();
        enough.notified().await;
        Ok(())
    });
    let moved = async {
        begun.notified().await;
        let (other, waits) = (pool.clone(), pool.clone());
        let mut first = Box::pin(async move { read(&other, 1).await });
        assert!(futures_util::poll!(&mut first).is_pending());
        let first = tokio::spawn(first);
        // One that is dropped in the queue keeps nobody up.
        let mut gone = Box::pin(async move { read(&waits, 2).await });
        assert!(futures_util::poll!(&mut gone).is_pending());
        until("both wait", 2, async || pool.status().waiting).await;
        drop(gone);
        enough.notify_one();
        first.await.expect("a task")
    };
    let (done, moved) = tokio::join!(hold, moved);
    done.expect("who held it");
    assert_eq!(moved.expect("a turn"), 1);
    assert_eq!(pool.status().waiting, 0);
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

/// A statement that began to run after its deadline would be cancelled at once, and be unknown.
#[tokio::test]
async fn a_deadline_that_passes_while_a_statement_waits_for_a_connection_is_both_and_nothing_is_sent() {
    let db = numbers(1).await;
    let (proxy, through) = {
        let proxy = FaultProxy::to(&db).await.expect("a proxy");
        let pool = Database::builder(&proxy.url()).max_connections(1).connect().await.expect("a pool");
        (proxy, pool)
    };
    let hurried = through.outside().with_retry(RetryPolicy::new().deadline(Duration::from_millis(300)));
    through
        .transaction("holds the only connection", async |_tx| {
            let began = Instant::now();
            let mut stream = pin!(Number::query().stream(&hurried));
            let errors = [
                insert(&hurried, 2).await.unwrap_err(),
                read(&hurried, 1).await.unwrap_err(),
                stream.next().await.expect("an answer").unwrap_err(),
            ];
            for error in errors {
                assert!(error.is_pool_timeout() && error.is_deadline(), "{error:?}");
                assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted);
            }
            assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
            Ok(())
        })
        .await
        .expect("a transaction");
    assert_eq!((proxy.count("INSERT"), rows(&db).await), (0, 1));
    insert(&through, 2).await.expect("a connection");
}

/// A pool that is closed has no connection any more, however often it is asked.
#[tokio::test]
async fn what_closing_cut_ends_at_once_and_is_not_tried_on_a_closed_pool() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url())
        .max_connections(4)
        .retry(RetryPolicy::new().attempts(1_000_000).deadline(Duration::from_mins(2)))
        .connect()
        .await
        .expect("a pool");
    let held = proxy.on("SELECT").always().silence();
    let reads = async { Number::find(1).one(&pool).await.unwrap_err() };
    let transaction = async {
        let reads = pool.transaction("reads", async |tx| read(&tx, 1).await);
        reads.await.unwrap_err()
    };
    let close = async {
        until("both are sent", true, async || held.struck() >= 2).await;
        pool.close_within(Duration::from_millis(50)).await
    };
    let began = Instant::now();
    let (read, transaction, closed) = tokio::join!(reads, transaction, close);
    assert_eq!(closed.running, 2, "{closed}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    for error in [read, transaction] {
        assert!(error.attempts() <= 2, "{error}");
        assert!(error.to_string().contains("the database was closed"), "{error}");
    }
}

#[tokio::test]
async fn another_attempt_waits_for_a_connection_until_its_deadline() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let wait = Duration::from_millis(400);
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
        let closed = pool.close().await;
        assert!(closed.is_clean() && closed.running == 1, "{closed}");
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
    assert!(asked.elapsed() < Duration::from_secs(8), "a closed database is not waited for");
    pool.close().await;
}

#[tokio::test]
async fn connections_are_renewed_at_the_end_of_their_lifetime_and_after_idleness() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let day = Duration::from_hours(24);
    let short = Duration::from_secs(1);
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

#[tokio::test]
async fn closing_cancels_on_the_server_what_has_not_ended_by_the_deadline_and_says_what_it_was() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(4).connect().await.unwrap();
    let begun = Notify::new();
    let ends = pool.transaction("ends in time", async |tx| {
        begun.notify_one();
        insert(&tx, 10).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        insert(&tx, 11).await
    });
    let sleeps = pool.transaction("sleeps on the server", async |tx| {
        insert(&tx, 20).await?;
        begun.notify_one();
        Sql::trusted("SELECT pg_sleep(60)").exec(&tx).await
    });
    let idles = pool.transaction("does something else", async |tx| {
        insert(&tx, 30).await?;
        begun.notify_one();
        tokio::time::sleep(Duration::from_mins(1)).await;
        insert(&tx, 31).await
    });
    let close = async {
        for _ in 0..3 {
            begun.notified().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        pool.close_within(Duration::from_secs(2)).await
    };
    let idles = async { tokio::time::timeout(Duration::from_secs(10), idles.into_future()).await };
    let (ends, sleeps, idles, closed) = tokio::join!(ends.into_future(), sleeps.into_future(), idles, close);
    assert_eq!(ends.expect("what ended in time"), 1);
    let error = sleeps.unwrap_err();
    assert_eq!((error.sqlstate(), error.is_outcome_unknown()), (Some("57014"), false), "{error}");
    assert!(error.to_string().contains("the database was closed while it ran"), "{error}");
    assert!(error.to_string().contains("; hint: `close()` was called on this database"), "{error}");
    assert!(idles.is_err(), "it was still busy with something else");
    assert!(closed.took < Duration::from_secs(20), "{closed}");
    assert_eq!((closed.running, closed.cut.len(), proxy.cancels()), (3, 2, 2), "{closed}");
    let cut: Vec<_> = closed.cut.iter().map(|cut| (cut.what.as_str(), cut.cancelled)).collect();
    assert!(cut.contains(&("transaction `sleeps on the server`", true)), "{closed}");
    assert!(cut.contains(&("transaction `does something else`", false)), "{closed}");
    assert!(closed.cut.iter().all(|cut| cut.held >= Duration::from_secs(2)), "{closed}");
    // What was cut left nothing behind.
    until("the server sees no connection", 0, async || proxy.open()).await;
    assert_eq!(rows(&db).await, 3);
}

#[tokio::test]
async fn closing_refuses_who_waits_for_a_first_connection_and_lets_attempts_go_on() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(1).connect().await.unwrap();
    let begun = Notify::new();
    let again = pool.transaction("needs another attempt", async |tx| {
        begun.notify_one();
        tokio::time::sleep(Duration::from_millis(200)).await;
        Sql::trusted("UPDATE n SET v = 3 WHERE id = 1").exec(&tx).await
    });
    proxy.on_prepare("SET v = 3").answer("40001");
    let waits = async {
        begun.notified().await;
        read(&pool, 1).await
    };
    let close = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        pool.close().await
    };
    let (again, waited, closed) = tokio::join!(again.into_future(), waits, close);
    assert_eq!(again.expect("a second attempt"), 1);
    let error = waited.unwrap_err();
    assert!(error.to_string().contains("was closed") && !error.is_pool_timeout(), "{error}");
    assert!(closed.is_clean() && closed.running == 2, "{closed}");
    assert_eq!(proxy.pending(), 0);
}

#[tokio::test]
async fn closing_ends_what_waits_for_a_connection_to_be_made() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(2).connect().await.unwrap();
    proxy.die();
    until("its connection is gone", 0, async || proxy.open()).await;
    // The node says nothing, for ten seconds.
    proxy.log_in(LogIn::Silence);
    let reads = async { (read(&pool, 1).await, Instant::now()) };
    let close = async {
        until("it connects", 1, async || proxy.open()).await;
        (pool.close_within(Duration::from_millis(200)).await, Instant::now())
    };
    let ((read, failed), (closed, ended)) = tokio::join!(reads, close);
    let error = read.unwrap_err();
    assert!(error.to_string().contains("the database was closed"), "{error}");
    assert!(closed.took < Duration::from_secs(8), "{closed}");
    // Which of the two is polled first is a matter of chance; the node would be waited for for ten seconds.
    let later = failed.saturating_duration_since(ended);
    assert!(later < Duration::from_secs(5), "who waits is told when it is closed: {later:?}");
    let cut: Vec<_> = closed.cut.iter().map(|cut| (cut.what.as_str(), cut.node.is_none())).collect();
    assert_eq!(cut, [("a statement (sql)", true)]);
    assert!(closed.to_string().ends_with("(it had no connection yet)"), "{closed}");
    until("nobody connects any more", 0, async || proxy.open()).await;
}

#[tokio::test]
async fn closing_does_not_wait_for_what_the_pool_makes_for_itself() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(4).min_idle(2).connect().await.unwrap();
    until("two are ready", true, async || pool.status().idle >= 2).await;
    // They are lost, and the node says nothing to who comes.
    proxy.log_in(LogIn::Silence);
    proxy.cut();
    until("the pool makes others", true, async || pool.status().in_use > 0).await;
    let (one, other) = tokio::join!(pool.close_within(Duration::from_secs(5)), pool.close());
    for closed in [one, other, pool.close().await] {
        assert!(closed.is_clean() && closed.took < Duration::from_secs(4), "{closed}");
    }
    until("nobody connects any more", 0, async || proxy.open()).await;
}

#[tokio::test]
async fn so_many_connections_are_kept_ready_as_are_asked_for() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let builder = Database::builder(&proxy.url()).max_connections(6).min_idle(4);
    let pool = builder.idle_timeout(Duration::from_millis(600)).connect().await.unwrap();
    // The first one may have been in use when the others were made.
    let ready = async || (4..=5).contains(&pool.status().idle);
    until("four are ready", true, ready).await;
    proxy.cut();
    until("others are made", true, async || proxy.accepted() >= 8 && ready().await).await;
    until("idle ones are renewed", true, async || proxy.accepted() >= 12).await;
    assert!(proxy.most() <= 6, "{} at once", proxy.most());
}

#[tokio::test]
async fn a_connection_to_a_server_that_is_known_is_set_up_without_a_round_trip() {
    let db = numbers(1).await;
    for version in [None, Some("25.2.0")] {
        let proxy = FaultProxy::to(&db).await.expect("a proxy");
        if let Some(version) = version {
            proxy.pose_as_cockroachdb(version);
        }
        let builder = Database::builder(&proxy.url()).max_connections(3).application_name("my shop");
        let builder = builder.lock_timeout(Duration::from_millis(1234)).safe_updates(true);
        let pool = builder.connect().await.unwrap();
        assert_eq!((proxy.count("default_transaction_isolation"), proxy.accepted()), (1, 1));
        let look = Sql::trusted(
            "SELECT current_setting('lock_timeout'), current_setting('application_name'), \
             current_setting('default_transaction_isolation'), \
             coalesce(current_setting('crdb.sql_safe_updates', true), '')",
        );
        let all = Barrier::new(3);
        let see = async || {
            pool.transaction("looks", async |tx| {
                let seen: (String, String, String, String) = look.clone().one(&tx).await?;
                all.wait().await;
                Ok(seen)
            })
            .await
            .expect("the settings")
        };
        let (one, other, third) = tokio::join!(see(), see(), see());
        let safe = if version.is_some() { "on" } else { "" };
        for seen in [one, other, third] {
            let seen = (seen.0.as_str(), seen.1.as_str(), seen.2.as_str(), seen.3.as_str());
            assert_eq!(seen, ("1234ms", "my shop", "serializable", safe));
        }
        assert_eq!(proxy.accepted(), 3);
        let set_up = match version {
            None => "SET default_transaction_isolation =",
            Some(_) => "set_config('default_transaction_isolation'",
        };
        assert_eq!(proxy.count(set_up), 1, "only the first one was asked");
    }
}

#[tokio::test]
async fn a_server_that_takes_no_settings_at_start_up_gets_them_afterwards() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(2).connect().await.unwrap();
    // What the first one was allowed; the connection without settings is let in.
    proxy.refuse_options(true);
    let both = Barrier::new(2);
    let hold = || {
        pool.transaction("holds", async |tx| {
            let found = isolation(&tx).await?;
            both.wait().await;
            Ok(found)
        })
    };
    let (one, other) = tokio::join!(hold().into_future(), hold().into_future());
    assert_eq!((one.unwrap(), other.unwrap()), ("serializable".to_owned(), "serializable".to_owned()));
    assert_eq!((proxy.accepted(), proxy.count("default_transaction_isolation =")), (3, 1));
    assert_eq!(pool.status().size, 2);
}

#[tokio::test]
async fn a_session_whose_set_up_meets_a_serialization_failure_is_set_up_again_three_times_at_most() {
    const SET_UP: &str = "SET default_transaction_isolation =";
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    for (failures, succeeds) in [(2, true), (3, false)] {
        let pool = Database::builder(&proxy.url()).max_connections(2).connect().await.unwrap();
        // Where a start-up message with settings is refused, they come in a message of their own.
        proxy.refuse_options(true);
        proxy.forget_statements();
        let rule = proxy.on(SET_UP).times(failures).fail("40001");
        let hold = || {
            pool.transaction("holds", async |tx| {
                let found = isolation(&tx).await;
                tokio::time::sleep(Duration::from_millis(300)).await;
                found
            })
        };
        let (one, other) = tokio::join!(hold().into_future(), hold().into_future());
        let result = one.and(other);
        assert_eq!((rule.struck(), proxy.count(SET_UP)), (failures, 3), "{result:?}");
        assert_eq!(result.is_ok(), succeeds, "{result:?}");
        if let Err(error) = result {
            assert!(error.is_serialization_failure(), "{error}");
            assert!(error.to_string().contains("setting up the session failed"), "{error}");
        }
        rule.remove();
        proxy.refuse_options(false);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_nobody_waits_for_holds_its_seat_in_sight_and_within_the_bound() {
    let db = numbers(3).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(2).connect().await.unwrap();
    let commit = proxy.on("COMMIT").hold_back();
    let work = pool.transaction("dropped", async |tx| set(&tx, 1, 7).await);
    tokio::select! {
        done = work.into_future() => panic!("its COMMIT is held back: {done:?}"),
        () = commit.holds() => {}
    }
    let status = pool.status();
    assert_eq!((status.in_use, status.abandoned, status.longest.len()), (1, 1, 1), "{status:?}");
    assert!(status.longest[0].abandoned, "{status:?}");
    assert!(
        status.longest[0].to_string().ends_with("which nobody waits for any more"),
        "{}",
        status.longest[0]
    );
    // One seat is left, so the second of two waits for the first, and there is never a third connection.
    let both = tokio::join!(read(&pool, 2), read(&pool, 3));
    both.0.and(both.1).expect("the other connection serves both");
    assert!(pool.status().size <= 2 && proxy.most() <= 2, "{:?}", pool.status());
    commit.release().await;
    until("its seat is free again", (0, 0), async || (pool.status().in_use, pool.status().abandoned)).await;
    assert_eq!(read(&pool, 1).await.expect("a read"), 7, "it was committed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_waits_is_served_by_whoever_leaves_however_that_ends() {
    // Waiting callers that give up, seats that end by errors, by panics and by lost connections: the queue goes on.
    let db = numbers(4).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(2).connect().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for seed in 0..24_u64 {
        let pool = pool.clone();
        tasks.spawn(async move {
            let mut random = fastrand::Rng::with_seed(seed);
            for _ in 0..60 {
                match random.u8(0..4) {
                    0 => drop(Sql::trusted("SELECT 1 / 0").exec(&pool).await.unwrap_err()),
                    1 => {
                        let patience = Duration::from_micros(random.u64(0..800));
                        drop(tokio::time::timeout(patience, read(&pool, 1)).await);
                    }
                    2 => {
                        let panics = tokio::spawn({
                            let pool = pool.clone();
                            async move {
                                pool.transaction("panics", async |tx| {
                                    read(&tx, 2).await?;
                                    std::panic::resume_unwind(Box::new("meant"));
                                    #[allow(unreachable_code, reason = "it says the type")]
                                    Ok(())
                                })
                                .await
                            }
                        });
                        assert!(panics.await.unwrap_err().is_panic());
                    }
                    _ => {
                        read(&pool, 3).await.expect("a read");
                    }
                }
            }
        });
    }
    tokio::time::timeout(Duration::from_mins(1), tasks.join_all()).await.expect("nobody waits for ever");
    crate::support::all_are_back(&pool).await;
    assert!(pool.status().size <= 2, "{:?}", pool.status());
}

async fn isolation(x: &(impl crdb_orm::Write + ?Sized)) -> Result<String> {
    let sql = Sql::trusted("SELECT current_setting('default_transaction_isolation')");
    let (found,): (String,) = sql.one(x).await?;
    Ok(found)
}

#[tokio::test]
async fn a_schema_change_makes_every_connection_prepare_its_statements_again() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(3).connect().await.unwrap();
    let star = async || {
        // Those who wait for each other have a connection each; an attempt that fails waits for nobody.
        let all = Barrier::new(3);
        let reads = || {
            pool.transaction("reads all", async |tx| {
                let read = Sql::trusted("SELECT * FROM n").exec(&tx).await?;
                all.wait().await;
                Ok(read)
            })
        };
        let (one, other, third) =
            tokio::join!(reads().into_future(), reads().into_future(), reads().into_future());
        one.and(other).and(third).expect("three connections that read");
    };
    star().await;
    star().await;
    assert_eq!((proxy.count_prepared("SELECT * FROM n"), pool.status().size), (3, 3));
    let before = pool.stats();
    // Through the pool: nobody fails, and nobody has to try again.
    pool.run_ddl(&["ALTER TABLE n ADD COLUMN w INT8"]).await.expect("a column");
    star().await;
    assert_eq!(proxy.count_prepared("SELECT * FROM n"), 6);
    assert_eq!(pool.stats().attempts - before.attempts, 3);
    // By somebody else: the first failure tells all of them.
    db.run_ddl(&["ALTER TABLE n ADD COLUMN x INT8"]).await.expect("another column");
    read(&pool, 1).await.expect("another statement");
    pool.transaction("learns", async |tx| Sql::trusted("SELECT * FROM n").exec(&tx).await)
        .await
        .expect("a read");
    let learnt = pool.stats();
    star().await;
    assert_eq!(pool.stats().attempts - learnt.attempts, 3, "the others did not have to fail");
}

/// Two thousand tasks on sixteen connections; says how many turns the most overtaken one was late.
async fn two_thousand_tasks() -> usize {
    const TASKS: usize = 2000;
    const EACH: usize = 5;
    let db = numbers(1).await;
    // However slow the machine is, nobody is to be sent away.
    let builder = Database::builder(db.url()).max_connections(16).min_idle(16);
    let pool = builder.wait_timeout(Duration::from_mins(5)).connect().await.unwrap();
    until("all connections are there", 16, async || pool.status().idle).await;
    let (asked, served) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..TASKS {
        let (pool, asked, served) = (pool.clone(), asked.clone(), served.clone());
        tasks.spawn(async move {
            let mut late = 0;
            for _ in 0..EACH {
                let ticket = asked.fetch_add(1, SeqCst);
                let work = pool.transaction("in turn", async |tx| {
                    // It has a connection, and nothing was sent yet: how long a server takes does not matter.
                    let turn = served.fetch_add(1, SeqCst);
                    read(&tx, 1).await.map(|_| turn)
                });
                let turn = work.attempts(1).deadline(Duration::from_mins(5)).await.expect("a read");
                late = late.max(turn.saturating_sub(ticket));
            }
            late
        });
    }
    let late = tasks.join_all().await.into_iter().max().unwrap_or_default();
    assert_eq!(served.load(SeqCst), TASKS * EACH);
    assert_eq!((pool.status().size, pool.status().idle, pool.status().waiting), (16, 16, 0));
    late
}

/// On one thread, so that nobody is interrupted between his question and his place in the queue.
#[tokio::test]
async fn two_thousand_tasks_on_sixteen_connections_are_all_served_in_turn() {
    let late = two_thousand_tasks().await;
    // Out of turn are at most those who find a connection idle while who was given one is woken.
    assert!(late <= 16, "somebody was overtaken by {late} others");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_thousand_tasks_on_sixteen_connections_and_several_threads_are_all_served() {
    println!("somebody was late by {} turns", two_thousand_tasks().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_requests_that_are_given_up_at_any_moment_leak_nothing() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let pool = Database::builder(&proxy.url()).max_connections(4).connect().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for seed in 0..20 {
        let pool = pool.clone();
        tasks.spawn(async move {
            let mut random = fastrand::Rng::with_seed(seed);
            for _ in 0..500 {
                let patience = Duration::from_micros(random.u64(0..3000));
                if random.bool() {
                    let _ = tokio::time::timeout(patience, read(&pool, 1)).await;
                } else {
                    let work = pool.transaction("given up", async |tx| set(&tx, 1, 1).await);
                    let _ = tokio::time::timeout(patience, work.into_future()).await;
                }
            }
        });
    }
    tasks.join_all().await;
    crate::support::all_are_back(&pool).await;
    let status = pool.status();
    assert!(status.size <= 4 && status.longest.is_empty() && status.in_use == 0, "{status:?}");
    until("no other connection is left", true, async || proxy.open() == pool.status().size).await;
    let nodes: usize = pool.status().nodes.iter().map(|node| node.connections).sum();
    assert_eq!(nodes, pool.status().size);
    // All four can be had.
    let all = Barrier::new(4);
    let hold = || {
        pool.transaction("holds", async |tx| {
            let read = read(&tx, 1).await?;
            all.wait().await;
            Ok(read)
        })
    };
    let four =
        tokio::join!(hold().into_future(), hold().into_future(), hold().into_future(), hold().into_future());
    four.0.and(four.1).and(four.2).and(four.3).expect("four at once");
    assert_eq!(pool.status().size, 4);
}

/// Eight callers on one connection, each of whom waits for less than the pool allows: once everybody has waited long for
/// five seconds, that is no burst.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_queue_stays_long_who_comes_is_told_soon_unless_all_are_to_wait() {
    let db = numbers(1).await;
    let refused = async |shed: bool| {
        let builder = Database::builder(db.url()).max_connections(1).wait_timeout(Duration::from_secs(3));
        let pool = builder.shed(shed).connect().await.unwrap();
        let began = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let pool = pool.clone();
            tasks.spawn(async move {
                let mut refused = Vec::new();
                while began.elapsed() < Duration::from_secs(7) {
                    let asked = Instant::now();
                    let sleep = Sql::trusted("SELECT CAST(pg_sleep(0.1) AS TEXT)").all::<(String,), _>(&pool);
                    if let Err(error) = sleep.await {
                        refused.push((asked.elapsed(), error));
                    }
                }
                refused
            });
        }
        tasks.join_all().await.into_iter().flatten().collect::<Vec<_>>()
    };
    let (cut, whole) = tokio::join!(refused(true), refused(false));
    assert!(whole.is_empty(), "{whole:?}");
    assert!(!cut.is_empty(), "nobody was told");
    for (took, error) in cut {
        assert!(error.is_pool_timeout(), "{error}");
        assert!(
            error.to_string().contains("no longer is allowed since nobody was served quickly"),
            "{error}"
        );
        assert!(took < Duration::from_secs(2), "{took:?}: {error}");
    }
}
