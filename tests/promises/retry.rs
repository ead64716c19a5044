//! Promises 1 and 2: 40001 is retried wherever it appears and whatever became of it, and what gives up says why.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crdb_orm::testing::{TestDb, skip_on_cockroachdb};
use crdb_orm::{CommitOutcome, Database, Error, Result, RetryPolicy, Sql, Tx};
use tokio::sync::{Barrier, Notify};

use crate::support::{all_are_back, insert, numbers, proxied, read, rows, set, value};
use crdb_orm::testing::proxy::Fault;

/// A write that really meets 40001 in the first attempt: another session changes the row after it was read.
async fn conflicting(tx: &Tx, others: &Database) -> Result<u64> {
    let v = read(tx, 1).await?;
    if tx.attempt() == 1 {
        set(&others.outside(), 1, 100).await?;
    }
    set(tx, 1, v + 1).await
}

/// The same in every attempt.
async fn always_conflicting(tx: &Tx, others: &Database) -> Result<u64> {
    let v = read(tx, 1).await?;
    set(&others.outside(), 1, v + 100).await?;
    set(tx, 1, v + 1).await
}

/// Waits for the others, and not for ever: one of them may have been retried before it came here.
async fn meet(barrier: &Barrier) {
    let _ = tokio::time::timeout(Duration::from_secs(2), barrier.wait()).await;
}

#[derive(Debug)]
enum Domain {
    Database(Error),
    NotEnough { wanted: i64 },
}

impl From<Error> for Domain {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_skew_is_retried_and_the_invariant_holds() {
    // Two are on call; each may leave if the other stays. Both read both rows before any of them writes.
    let db = numbers(2).await;
    for id in [1, 2] {
        set(&db, id, 1).await.unwrap();
    }
    let both_have_read = Barrier::new(2);
    let leave = async |id: i64| {
        db.transaction("leave", async |tx| {
            let on_call: i64 = value(&tx, Sql::trusted("SELECT count(*) FROM n WHERE v = 1")).await?;
            if tx.attempt() == 1 {
                meet(&both_have_read).await;
            }
            if on_call == 2 {
                set(&tx, id, 0).await?;
            }
            Ok(on_call == 2)
        })
        .await
        .unwrap()
    };
    let (first, second) = tokio::join!(leave(1), leave(2));
    assert!(first != second, "one leaves and one stays: {first}, {second}");
    assert_eq!(read(&db, 1).await.unwrap() + read(&db, 2).await.unwrap(), 1);
    let stats = db.stats();
    assert_eq!(stats.commits, 2);
    assert!(stats.attempts > 2, "{stats:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_update_is_lost_when_tasks_read_and_then_write_one_row() {
    const TASKS: i64 = 16;
    let db = numbers(1).await;
    let through = Arc::new(db.db().clone());
    let all_have_read = Arc::new(Barrier::new(4));
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let (db, all_have_read) = (through.clone(), all_have_read.clone());
        tasks.spawn(async move {
            db.transaction("increment", async |tx| {
                let v = read(&tx, 1).await?;
                if task < 4 && tx.attempt() == 1 {
                    // So that some of them conflict on any machine.
                    meet(&all_have_read).await;
                }
                set(&tx, 1, v + 1).await
            })
            .await
            .unwrap()
        });
    }
    while let Some(task) = tasks.join_next().await {
        assert_eq!(task.unwrap(), 1);
    }
    assert_eq!(read(&db, 1).await.unwrap(), TASKS);
    let stats = db.stats();
    assert_eq!((stats.transactions, stats.commits, stats.unknown), (16, 16, 0));
    assert!(stats.attempts > stats.commits, "{stats:?}");
    assert_eq!(stats.attempts, stats.commits + stats.rollbacks, "{stats:?}");
    assert_eq!(stats.retries.iter().map(|(_, count)| count).sum::<u64>(), stats.attempts - 16);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_retried_and_both_are_done() {
    let db = numbers(2).await;
    let both_hold_one = Barrier::new(2);
    let write = async |first: i64, second: i64| {
        db.transaction("writes two", async |tx| {
            Sql::trusted("UPDATE n SET v = v + 1 WHERE id = $1").bind(first).exec(&tx).await?;
            if tx.attempt() == 1 {
                meet(&both_hold_one).await;
            }
            Sql::trusted("UPDATE n SET v = v + 1 WHERE id = $1").bind(second).exec(&tx).await
        })
        .await
    };
    let (one, other) = tokio::join!(write(1, 2), write(2, 1));
    assert_eq!((one.unwrap(), other.unwrap()), (1, 1));
    assert_eq!((read(&db, 1).await.unwrap(), read(&db, 2).await.unwrap()), (2, 2));
    assert!(db.stats().attempts > 2);
}

#[tokio::test]
async fn a_40001_that_the_closure_ignores_is_retried_and_not_committed() {
    let db = numbers(1).await;
    let committed = db
        .transaction("ignores", async |tx| {
            insert(&tx, 10 + i64::from(tx.attempt())).await?;
            let _ = conflicting(&tx, &db).await;
            Ok(tx.attempt())
        })
        .await
        .unwrap();
    assert_eq!(committed, 2);
    // Of the first attempt nothing is left, of the second everything is there.
    assert_eq!(read(&db, 1).await.unwrap(), 101);
    assert_eq!(rows(&db).await, 2);
    assert_eq!(read(&db, 12).await.unwrap(), 0);
}

#[tokio::test]
async fn a_40001_that_the_closure_turns_into_ok_is_retried_and_not_committed() {
    let db = numbers(1).await;
    let worked = db
        .transaction("turns into Ok", async |tx| {
            insert(&tx, 10 + i64::from(tx.attempt())).await?;
            Ok(conflicting(&tx, &db).await.is_ok())
        })
        .await
        .unwrap();
    assert!(worked, "the value of the attempt that failed was returned");
    assert_eq!((read(&db, 1).await.unwrap(), rows(&db).await), (101, 2));
}

#[tokio::test]
async fn a_40001_that_the_closure_maps_to_another_error_is_retried() {
    let db = numbers(1).await;
    let committed = db
        .try_transaction("maps", async |tx| {
            insert(&tx, 10 + i64::from(tx.attempt())).await?;
            conflicting(&tx, &db).await.map_err(|_| Domain::NotEnough { wanted: 5 })?;
            Ok::<_, Domain>(tx.attempt())
        })
        .await
        .unwrap();
    assert_eq!(committed, 2);
    assert_eq!((read(&db, 1).await.unwrap(), rows(&db).await), (101, 2));
}

#[tokio::test]
async fn a_40001_of_a_statement_that_was_dropped_is_retried() {
    // Its answer comes when nobody waits for it any more.
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    let slow = if db.is_cockroachdb() { "pg_sleep(0.1)" } else { "pg_sleep(0.1)::TEXT" };
    let committed = through
        .transaction("drops", async |tx| {
            insert(&tx, 10 + i64::from(tx.attempt())).await?;
            if tx.attempt() == 1 {
                proxy.on("/* dropped */").strike(Fault::Answer("40001".into()));
            }
            let text = format!("/* dropped */ SELECT {slow}");
            let dropped = Sql::trusted(text).exec(&tx);
            let mut dropped = std::pin::pin!(dropped);
            // Until it is on its way, and no longer.
            while proxy.pending() > 0 {
                let glance = Duration::from_millis(1);
                if tokio::time::timeout(glance, dropped.as_mut()).await.is_ok() {
                    break;
                }
            }
            Ok(tx.attempt())
        })
        .await
        .unwrap();
    assert_eq!((committed, proxy.pending()), (2, 0));
    assert_eq!((read(&db, 12).await.unwrap(), rows(&db).await), (0, 2));
}

#[tokio::test]
async fn an_attempt_that_saw_40001_is_not_committed_even_where_the_server_would_commit_it() {
    // The server's transaction stays as good as if it had been rolled back to a savepoint: COMMIT would succeed
    // and keep half of the work.
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("/* fails once */").strike(Fault::Answer("40001".into()));
    let committed = through
        .transaction("half", async |tx| {
            insert(&tx, 10 + i64::from(tx.attempt())).await?;
            let _ = Sql::trusted("/* fails once */ UPDATE n SET v = 7 WHERE id = 1").exec(&tx).await;
            Ok(tx.attempt())
        })
        .await
        .unwrap();
    assert_eq!((committed, proxy.pending()), (2, 0));
    assert_eq!((read(&db, 1).await.unwrap(), rows(&db).await), (7, 2));
    assert_eq!(read(&db, 12).await.unwrap(), 0);
    assert_eq!(proxy.count("COMMIT"), 1);
}

#[tokio::test]
async fn a_savepoint_by_raw_sql_cannot_save_an_attempt_that_failed() {
    let db = numbers(1).await;
    for savepoint in ["SAVEPOINT s", "/* hidden */ savepoint s", "\u{b}SAVEPOINT s"] {
        let error = db
            .transaction("saves", async |tx| {
                insert(&tx, 10).await?;
                // Refused; and whoever ignores that cannot commit.
                let _ = Sql::trusted(savepoint).exec(&tx).await;
                let _ = Sql::trusted("INSERT INTO n (id, v) VALUES (1, 0)").exec(&tx).await;
                let _ = Sql::trusted("ROLLBACK TO SAVEPOINT s").exec(&tx).await;
                Ok(())
            })
            .await
            .unwrap_err();
        assert!(error.is_invalid_statement(), "{savepoint:?}: {error}");
        assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted);
        assert_eq!(rows(&db).await, 1, "{savepoint:?}");
    }
}

#[tokio::test]
async fn a_unique_violation_that_the_closure_ignores_is_returned_and_nothing_is_committed() {
    let db = numbers(1).await;
    let error = db
        .transaction("ignores", async |tx| {
            insert(&tx, 10).await?;
            let _ = insert(&tx, 1).await;
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted);
    assert!(error.constraint().is_some_and(|name| name.starts_with("n_pkey") || name == "primary"));
    assert!(error.to_string().contains("although its closure returned Ok"), "{error}");
    assert_eq!(rows(&db).await, 1);
    assert_eq!((db.stats().attempts, db.stats().commits), (1, 0));
}

#[tokio::test]
async fn an_error_that_only_echoes_an_earlier_one_names_the_earlier_one() {
    let db = numbers(1).await;
    let error = db
        .transaction("echo", async |tx| {
            let _ = insert(&tx, 1).await;
            read(&tx, 1).await
        })
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "25P02 hides the cause: {error}");
}

#[tokio::test]
async fn a_domain_error_rolls_back_and_is_returned_as_it_is_and_not_retried() {
    let db = numbers(1).await;
    let ran = AtomicU32::new(0);
    let result = db
        .try_transaction("domain", async |tx| {
            ran.fetch_add(1, SeqCst);
            insert(&tx, 10).await?;
            Err::<(), _>(Domain::NotEnough { wanted: 5 })
        })
        .await;
    assert!(matches!(result, Err(Domain::NotEnough { wanted: 5 })), "{result:?}");
    assert_eq!((ran.load(SeqCst), rows(&db).await), (1, 1));
    assert_eq!((db.stats().rollbacks, db.stats().commits), (1, 0));
    // One of the library's comes by `From`.
    let result: Result<u64, Domain> =
        db.try_transaction("domain", async |tx| Ok(insert(&tx, 1).await?)).await;
    assert!(matches!(result, Err(Domain::Database(error)) if error.is_unique_violation()));
}

#[tokio::test]
async fn giving_up_tells_the_attempts_and_their_history() {
    let db = numbers(1).await;
    let ran = AtomicU32::new(0);
    let error = db
        .transaction("stubborn", async |tx| {
            ran.fetch_add(1, SeqCst);
            insert(&tx, 10).await?;
            always_conflicting(&tx, &db).await
        })
        .attempts(3)
        .await
        .unwrap_err();
    assert!(error.is_serialization_failure() && !error.is_deadline(), "{error}");
    assert_eq!((error.attempts(), error.history().len(), ran.load(SeqCst)), (3, 3, 3));
    assert!(error.history().iter().all(|attempt| attempt.sqlstate() == Some("40001")));
    assert!(error.history().iter().all(|attempt| attempt.duration() > Duration::ZERO));
    assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted);
    let text = error.to_string();
    assert!(text.contains("`stubborn` gave up after 3 attempts") && text.contains(" hint: "), "{text}");
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn the_deadline_is_kept_over_all_attempts_and_says_so() {
    let db = numbers(1).await;
    let slow = RetryPolicy::new().backoff(Duration::from_millis(20), Duration::from_millis(20));
    let deadline = Duration::from_secs(1);
    let began = Instant::now();
    let error = db
        .transaction("endless", async |tx| always_conflicting(&tx, &db).await)
        .policy(slow.attempts(u32::MAX).deadline(deadline))
        .await
        .unwrap_err();
    let took = began.elapsed();
    assert!(error.is_deadline() && error.is_timeout(), "{error}");
    assert!(error.attempts() > 1 && error.history().len() > 1, "{error:?}");
    assert!(took >= deadline.mul_f64(0.9) && took < deadline + Duration::from_secs(8), "{took:?}");
}

#[tokio::test]
async fn a_closure_that_outlives_the_deadline_is_dropped_and_rolled_back() {
    let db = numbers(1).await;
    let began = Instant::now();
    let error = db
        .transaction("sleeps", async |tx| {
            insert(&tx, 10).await?;
            tokio::time::sleep(Duration::from_mins(1)).await;
            Ok(())
        })
        .deadline(Duration::from_millis(300))
        .await
        .unwrap_err();
    assert!(error.is_deadline() && began.elapsed() < Duration::from_secs(20), "{error}");
    assert!(
        error.to_string().starts_with("transaction `sleeps`: the deadline of 0.3 s passed while "),
        "{error}"
    );
    assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted);
    all_are_back(&db).await;
    assert_eq!(rows(&db).await, 1);
}

/// Runs a transaction whose first attempt locks row 2 and then meets 40001, and has a look while it sleeps; `None` is a
/// look that did not end in time.
///
/// The 40001 comes from the proxy: PostgreSQL lets locks go where it means one itself, and CockroachDB does not always.
async fn look_while_it_sleeps<T>(db: &TestDb, look: impl AsyncFn() -> Result<T>) -> Option<T> {
    let (proxy, through) = proxied(db).await;
    for seed in 0..20 {
        let (attempts, failed) = (AtomicU32::new(0), Notify::new());
        let policy = RetryPolicy::new().backoff(Duration::from_secs(5), Duration::from_secs(5)).seed(seed);
        proxy.on("/* conflict */").strike(Fault::Answer("40001".into()));
        let transaction = through
            .transaction("sleeper", async |tx| {
                attempts.store(tx.attempt(), SeqCst);
                set(&tx, 2, 1).await?;
                if tx.attempt() == 1 {
                    let result =
                        Sql::trusted("/* conflict */ UPDATE n SET v = 1 WHERE id = 1").exec(&tx).await;
                    failed.notify_one();
                    result?;
                }
                Ok(())
            })
            .policy(policy);
        let look = async {
            failed.notified().await;
            // ROLLBACK takes a moment.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let found = tokio::time::timeout(Duration::from_secs(2), look()).await;
            (attempts.load(SeqCst) == 1).then_some(found)
        };
        let (result, found) = tokio::join!(transaction.into_future(), look);
        result.expect("the second attempt");
        // The sleep is random: a look that ended after it is of no use.
        if let Some(found) = found {
            return found.ok().map(|found| found.expect("a look"));
        }
    }
    panic!("of twenty sleeps none was long enough to look");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_lock_is_held_while_the_runner_sleeps() {
    let db = numbers(2).await;
    let other = look_while_it_sleeps(&db, async || set(&db, 2, 50).await).await;
    assert_eq!(other, Some(1), "the row was locked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_transaction_is_open_while_the_runner_sleeps() {
    let db = numbers(2).await;
    let reason = "its sessions do not say in pg_stat_activity whether a transaction is open";
    if skip_on_cockroachdb(&db, "no_transaction_is_open_while_the_runner_sleeps", reason) {
        return;
    }
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND state LIKE 'idle in transaction%'";
    let open = look_while_it_sleeps(&db, async || value::<i64>(db.db(), Sql::trusted(open)).await).await;
    assert_eq!(open, Some(0));
}

#[tokio::test]
async fn a_single_statement_that_meets_40001_is_run_again() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("/* once */").strike(Fault::Answer("40001".into()));
    proxy.on("/* once */").strike(Fault::Answer("40001".into()));
    let changed = Sql::trusted("/* once */ UPDATE n SET v = v + 1").exec(&through).await.unwrap();
    assert_eq!((changed, proxy.pending(), proxy.count("/* once */")), (1, 0, 3));
    assert_eq!(read(&db, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_clone_of_tx_that_outlives_its_closure_sends_nothing() {
    let db = numbers(1).await;
    let kept = db.transaction("keeps", async |tx| Ok(tx.clone())).await.unwrap();
    let error = insert(&kept, 10).await.unwrap_err();
    assert!(error.is_transaction_ended(), "{error}");
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn a_statement_that_nobody_awaits_is_waited_for_and_its_failure_stops_the_commit() {
    let db = numbers(1).await;
    for (id, expected) in [(11, true), (1, false)] {
        let result = db
            .transaction("spawns", async |tx| {
                // Prepared, so that the next one is sent by its first poll.
                insert(&tx, 10).await?;
                let statement = tokio::spawn(async move { insert(&tx, id).await });
                tokio::task::yield_now().await;
                drop(statement);
                Ok(())
            })
            .await;
        assert_eq!(result.is_ok(), expected, "{result:?}");
        if let Err(error) = result {
            assert!(error.is_unique_violation(), "{error}");
        }
        assert_eq!(rows(&db).await, if expected { 3 } else { 1 });
        Sql::trusted("DELETE FROM n WHERE id > 1").exec(&db).await.unwrap();
    }
}

#[tokio::test]
async fn statements_that_are_awaited_together_fail_with_the_first_cause() {
    let db = numbers(1).await;
    let error = db
        .transaction("together", async |tx| {
            tokio::try_join!(insert(&tx, 10), insert(&tx, 1), insert(&tx, 11), read(&tx, 1)).map(drop)
        })
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    all_are_back(&db).await;
    assert_eq!(rows(&db).await, 1);
}
