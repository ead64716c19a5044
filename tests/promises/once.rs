//! Promise 4: under a key a transaction happens exactly once, whatever becomes of answers, and its result comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use crdb_orm::prelude::try_join;
use crdb_orm::testing::{TestDb, skip_on_cockroachdb};
use crdb_orm::txn::{Isolation, RetryPolicy};
use crdb_orm::{CommitOutcome, Database, Error, Key, Ledger, Once, Result, Schema, Sql, Table};
use tokio::sync::Notify;

use crate::deferred::Number;
use crate::support::{all_are_back, numbers, proxied, read, until, value};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;

const SCHEMA: Schema = Schema::new("once").tables(&[Ledger::TABLE]);

/// A closure's own error.
#[derive(Debug)]
enum Refused {
    Own,
    Database(#[expect(dead_code, reason = "shown when a test fails")] Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// One number, and the ledger.
async fn books() -> TestDb {
    let db = numbers(1).await;
    db.create_schema(&SCHEMA).await.expect("the ledger");
    db
}

/// Adds one to the number, which is returned, and says how often the closure ran.
async fn pay_with(db: &Database, key: Key, isolation: Isolation) -> (Result<Once<i64>>, u32) {
    let ran = AtomicU32::new(0);
    let result = db
        .transaction("pay", async |tx| {
            ran.fetch_add(1, SeqCst);
            value::<i64>(&tx, Sql::trusted("/* pay */ UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
        })
        .transaction_timeout(Duration::from_secs(2))
        .isolation(isolation)
        .once(key)
        .await;
    (result, ran.load(SeqCst))
}

async fn pay(db: &Database, key: impl Into<Key>) -> (Result<Once<i64>>, u32) {
    pay_with(db, key.into(), Isolation::Serializable).await
}

/// The same database, as another process sees it: callers with one key do not meet before they are there.
async fn elsewhere(db: &TestDb) -> Database {
    Database::builder(db.url()).max_connections(8).connect().await.expect("the same database")
}

async fn paid(db: &TestDb) -> i64 {
    read(db, 1).await.expect("the number")
}

/// The states in the ledger.
async fn states(db: &TestDb) -> Vec<String> {
    let rows: Vec<(String,)> =
        Sql::trusted("SELECT state FROM crdb_orm_ledger ORDER BY state").all(db).await.expect("the ledger");
    rows.into_iter().map(|(state,)| state).collect()
}

#[tokio::test]
async fn a_key_that_is_new_runs_and_one_that_was_used_returns_its_result() {
    let db = books().await;
    assert_eq!((pay(&db, "a").await.0.unwrap(), paid(&db).await), (Once::Fresh(1), 1));
    let (again, ran) = pay(&db, "a").await;
    assert_eq!((again.unwrap(), ran, paid(&db).await), (Once::Replayed(1), 0, 1));
    assert_eq!((pay(&db, "b").await.0.unwrap(), paid(&db).await), (Once::Fresh(2), 2));
    let stats = db.stats();
    assert_eq!((stats.transactions, stats.commits, stats.replays, stats.unknown), (3, 2, 1, 0), "{stats:?}");
    assert_eq!(states(&db).await, ["done", "done"]);
}

#[tokio::test]
async fn after_a_lost_answer_to_commit_the_result_of_the_original_is_returned() {
    for isolation in [Isolation::Serializable, Isolation::ReadCommitted] {
        for fault in [Fault::CutAfterSend, Fault::Silence] {
            let db = books().await;
            let (proxy, through) = proxied(&db).await;
            proxy.on("; COMMIT").strike(fault.clone());
            let (result, ran) = pay_with(&through, Key::new("k"), isolation).await;
            assert_eq!(result.unwrap(), Once::Replayed(1), "{fault:?}");
            assert_eq!((ran, paid(&db).await), (1, 1), "{fault:?}");
            let stats = through.stats();
            assert_eq!((stats.unknown, stats.replays), (0, 1), "{stats:?}");
            assert_eq!(proxy.pending(), 0);
            if fault == Fault::CutAfterSend {
                all_are_back(&through).await;
            }
        }
    }
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_run_again_and_done_once() {
    for isolation in [Isolation::Serializable, Isolation::ReadCommitted] {
        let db = books().await;
        let (proxy, through) = proxied(&db).await;
        proxy.on("; COMMIT").strike(Fault::CutBeforeSend);
        let (result, ran) = pay_with(&through, Key::new("k"), isolation).await;
        assert_eq!((result.unwrap(), ran, paid(&db).await), (Once::Fresh(1), 2, 1));
        assert_eq!((proxy.pending(), through.stats().unknown), (0, 0));
        all_are_back(&through).await;
    }
}

#[tokio::test]
async fn every_failure_before_commit_is_run_again_under_the_same_key() {
    for (mark, fault) in [
        ("INSERT INTO crdb_orm_ledger", Fault::CutBeforeSend),
        ("INSERT INTO crdb_orm_ledger", Fault::CutAfterSend),
        ("INSERT INTO crdb_orm_ledger", Fault::Answer("40001".into())),
        ("/* pay */", Fault::CutBeforeSend),
        ("/* pay */", Fault::CutAfterSend),
        ("/* pay */", Fault::Answer("40001".into())),
        ("; COMMIT", Fault::Fail("40001".into())),
        ("; COMMIT", Fault::Fail("40003".into())),
        ("; COMMIT", Fault::Abort),
    ] {
        let db = books().await;
        let (proxy, through) = proxied(&db).await;
        proxy.on(mark).strike(fault.clone());
        let (result, _) = pay(&through, "k").await;
        assert_eq!(result.unwrap(), Once::Fresh(1), "{mark}, {fault:?}");
        assert_eq!((proxy.pending(), paid(&db).await), (0, 1), "{mark}, {fault:?}");
        assert_eq!(states(&db).await, ["done"]);
        all_are_back(&through).await;
    }
}

/// The original's COMMIT has reached the server and hangs there, while its client has given it up.
#[tokio::test]
async fn an_original_that_is_committed_late_is_waited_for_and_its_result_returned() {
    let test = "an_original_that_is_committed_late_is_waited_for_and_its_result_returned";
    let db = books().await;
    if skip_on_cockroachdb(&db, test, "it has no advisory locks to hold COMMIT back with") {
        return;
    }
    db.run_ddl(&[
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER wait AFTER UPDATE ON n DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION wait()",
    ])
    .await
    .unwrap();
    let held = Arc::new(Notify::new());
    let (holding, other) = (held.clone(), db.db().clone());
    let holder = tokio::spawn(async move {
        other
            .transaction("hold", async |tx| {
                Sql::trusted("SELECT pg_advisory_xact_lock(7)::TEXT").exec(&tx).await?;
                holding.notify_one();
                holding.notified().await;
                Ok(())
            })
            .await
            .unwrap();
    });
    tokio::task::yield_now().await;
    held.notified().await;
    let release = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        held.notify_one();
    };
    let ran = AtomicU32::new(0);
    let pay = async {
        db.transaction("pay", async |tx| {
            ran.fetch_add(1, SeqCst);
            value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
        })
        .transaction_timeout(Duration::from_millis(1200))
        .attempts(50)
        .once("k")
        .await
    };
    let (result, ()) = tokio::join!(pay, release);
    assert_eq!((result.unwrap(), ran.load(SeqCst), paid(&db).await), (Once::Replayed(1), 1, 1));
    holder.await.unwrap();
}

/// The original's COMMIT stays in the network while its client gives it up, and is delivered behind its back.
#[tokio::test]
async fn a_commit_that_arrives_late_is_waited_for_and_its_result_returned() {
    for (isolation, attempts) in
        [(Isolation::Serializable, 5), (Isolation::ReadCommitted, 5), (Isolation::Serializable, 1)]
    {
        let db = books().await;
        let (proxy, through) = proxied(&db).await;
        let late = proxy.on("; COMMIT").hold_back();
        let ran = AtomicU32::new(0);
        let pay = async {
            through
                .transaction("pay", async |tx| {
                    ran.fetch_add(1, SeqCst);
                    value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
                })
                .isolation(isolation)
                .attempts(attempts)
                .transaction_timeout(Duration::from_secs(1))
                .once("k")
                .await
        };
        let release = async {
            late.holds().await;
            tokio::time::sleep(Duration::from_millis(1300)).await;
            late.release().await;
        };
        let (result, ()) = tokio::join!(pay, release);
        // With one attempt it is the fence that waits, and finds that it comes too late.
        assert_eq!((result.unwrap(), ran.load(SeqCst), paid(&db).await), (Once::Replayed(1), 1, 1));
    }
}

#[tokio::test]
async fn a_commit_that_does_not_arrive_before_the_deadline_stays_unknown_and_counts_when_it_does() {
    let db = books().await;
    let (proxy, through) = proxied(&db).await;
    let late = proxy.on("; COMMIT").arrive_late();
    let pay_once = through.transaction("pay", async |tx| {
        value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
    });
    let error = pay_once.deadline(Duration::from_secs(2)).once("k").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!((paid(&db).await, late.held()), (0, 1));
    late.release().await;
    assert_eq!(pay(&through, "k").await.0.unwrap(), Once::Replayed(1));
    assert_eq!(paid(&db).await, 1);
}

#[tokio::test]
async fn of_two_callers_with_one_key_one_runs_and_the_other_gets_its_result() {
    for isolation in [Isolation::Serializable, Isolation::ReadCommitted] {
        let db = books().await;
        let other = elsewhere(&db).await;
        let (inside, go) = (Notify::new(), Notify::new());
        let first = async {
            db.transaction("pay", async |tx| {
                inside.notify_one();
                go.notified().await;
                value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
            })
            .isolation(isolation)
            .once("k")
            .await
        };
        let second = async {
            inside.notified().await;
            tokio::join!(pay_with(&other, Key::new("k"), isolation), async {
                tokio::time::sleep(Duration::from_millis(200)).await;
                go.notify_one();
            })
            .0
        };
        let (first, (second, ran)) = tokio::join!(first, second);
        assert_eq!((first.unwrap(), second.unwrap(), ran), (Once::Fresh(1), Once::Replayed(1), 0));
        assert_eq!(paid(&db).await, 1);
    }
}

#[tokio::test]
async fn when_the_first_of_two_callers_gives_up_the_other_runs() {
    let db = books().await;
    let other = elsewhere(&db).await;
    let (inside, go) = (Notify::new(), Notify::new());
    let first = async {
        db.try_transaction("pay", async |tx| {
            Sql::trusted("UPDATE n SET v = v + 100 WHERE id = 1").exec(&tx).await?;
            inside.notify_one();
            go.notified().await;
            Err::<i64, _>(Refused::Own)
        })
        .once("k")
        .await
    };
    let second = async {
        inside.notified().await;
        tokio::join!(pay(&other, "k"), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            go.notify_one();
        })
        .0
    };
    let (first, (second, ran)) = tokio::join!(first, second);
    assert!(matches!(first, Err(Refused::Own)));
    assert_eq!((second.unwrap(), ran, paid(&db).await), (Once::Fresh(1), 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_two_callers_with_one_key_one_runs_and_all_get_its_result() {
    for isolation in [Isolation::Serializable, Isolation::ReadCommitted] {
        let db = books().await;
        let handles = [db.db().clone(), elsewhere(&db).await, elsewhere(&db).await, elsewhere(&db).await];
        let mut tasks = tokio::task::JoinSet::new();
        for caller in 0..32 {
            let db = handles[caller % 4].clone();
            tasks.spawn(async move { pay_with(&db, Key::new("k"), isolation).await.0 });
        }
        let results: Vec<_> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
        assert_eq!(results.iter().filter(|result| !result.is_replayed()).count(), 1);
        assert!(results.iter().all(|result| **result == 1));
        assert_eq!(paid(&db).await, 1);
    }
}

#[tokio::test]
async fn callers_who_wait_for_a_key_take_no_connections_from_others() {
    let db = books().await;
    let small = Database::builder(db.url()).max_connections(2).connect().await.unwrap();
    let (inside, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (small, inside, go) = (small.clone(), inside.clone(), go.clone());
        tasks.spawn(async move {
            let pay = small.transaction("pay", async |tx| {
                inside.notify_one();
                go.notified().await;
                value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
            });
            pay.once("k").await
        });
    }
    inside.notified().await;
    // The others have come by now, too.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let free = tokio::time::timeout(Duration::from_secs(10), read(&small, 1)).await;
    assert_eq!(free.expect("a connection is free").unwrap(), 0);
    go.notify_one();
    let results: Vec<_> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!((results.iter().filter(|result| !result.is_replayed()).count(), paid(&db).await), (1, 1));
}

#[tokio::test]
async fn a_caller_whose_deadline_passes_while_another_runs_is_told_so_and_nothing_is_left_open() {
    let db = books().await;
    for (key, waiting) in [("a", db.db().clone()), ("b", elsewhere(&db).await)] {
        let (inside, go) = (Notify::new(), Notify::new());
        let first = async {
            db.transaction("pay", async |tx| {
                inside.notify_one();
                go.notified().await;
                value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
            })
            .once(key)
            .await
        };
        let second = async {
            inside.notified().await;
            let late = waiting
                .transaction("pay", async |_| Ok(7_i64))
                .deadline(Duration::from_millis(200))
                .once(key)
                .await;
            go.notify_one();
            late.unwrap_err()
        };
        let (first, error) = tokio::join!(first, second);
        let number = first.unwrap().into_inner();
        assert!(error.is_deadline() && error.commit_outcome() == CommitOutcome::NotCommitted, "{error}");
        assert!(error.to_string().contains("its key was being claimed"), "{error}");
        assert_eq!(pay(&db, key).await.0.unwrap(), Once::Replayed(number));
    }
}

#[tokio::test]
async fn a_key_of_another_request_is_an_error_and_that_of_another_scope_is_another_key() {
    let db = books().await;
    assert_eq!(pay(&db, Key::new("k").of(&("ann", 5))).await.0.unwrap(), Once::Fresh(1));
    assert_eq!(pay(&db, Key::new("k").of(&("ann", 5))).await.0.unwrap(), Once::Replayed(1));
    let (result, ran) = pay(&db, Key::new("k").of(&("ann", 6))).await;
    let error = result.unwrap_err();
    assert!(error.is_key_reused() && ran == 0, "{error}");
    assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted);
    assert_eq!(pay(&db, Key::new("k").of(&("ann", 6)).scope("other")).await.0.unwrap(), Once::Fresh(2));
}

#[tokio::test]
async fn an_error_of_the_closure_stores_nothing_and_leaves_the_key_free() {
    let db = books().await;
    let refused = db.try_transaction("pay", async |tx| {
        Sql::trusted("UPDATE n SET v = v + 100 WHERE id = 1").exec(&tx).await?;
        Err::<i64, _>(Refused::Own)
    });
    assert!(matches!(refused.once("k").await, Err(Refused::Own)));
    assert_eq!((states(&db).await.len(), paid(&db).await), (0, 0));
    assert_eq!(pay(&db, "k").await.0.unwrap(), Once::Fresh(1));
}

/// Its first attempt pays and is lost, and the second one finds that there is not enough.
async fn pay_then_refuse(db: &Database) -> Result<Once<i64>, Refused> {
    db.try_transaction("pay", async |tx| {
        if tx.attempt() > 1 {
            return Err(Refused::Own);
        }
        Ok(value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await?)
    })
    .once("k")
    .await
}

#[tokio::test]
async fn an_error_of_the_closure_after_an_unknown_attempt_fences_the_key_which_may_be_claimed_again() {
    let db = books().await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("; COMMIT").strike(Fault::CutBeforeSend);
    assert!(matches!(pay_then_refuse(&through).await, Err(Refused::Own)));
    assert_eq!((states(&db).await, paid(&db).await), (vec!["fenced".to_owned()], 0));
    assert_eq!(through.stats().unknown, 0);
    assert_eq!(pay(&through, Key::new("k").of(&"another request")).await.0.unwrap(), Once::Fresh(1));
    assert_eq!(pay(&through, "k").await.0.unwrap(), Once::Replayed(1));
    assert_eq!((states(&db).await, paid(&db).await), (vec!["done".to_owned()], 1));
}

#[tokio::test]
async fn many_callers_of_a_fenced_key_run_it_once() {
    let db = books().await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("; COMMIT").strike(Fault::CutBeforeSend);
    assert!(matches!(pay_then_refuse(&through).await, Err(Refused::Own)));
    let mut tasks = tokio::task::JoinSet::new();
    let handles = [db.db().clone(), elsewhere(&db).await, elsewhere(&db).await, elsewhere(&db).await];
    for caller in 0..8 {
        let db = handles[caller % 4].clone();
        tasks.spawn(async move { pay(&db, "k").await.0 });
    }
    let results: Vec<_> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!((results.iter().filter(|result| !result.is_replayed()).count(), paid(&db).await), (1, 1));
}

#[tokio::test]
async fn a_fence_whose_own_answer_is_lost_is_put_up_again() {
    for fault in [
        Fault::CutBeforeSend,
        Fault::CutAfterSend,
        Fault::Answer("40001".into()),
        Fault::Answer("40003".into()),
    ] {
        let db = books().await;
        let (proxy, through) = proxied(&db).await;
        proxy.on("; COMMIT").strike(Fault::CutBeforeSend);
        proxy.on("'fenced', now()").strike(fault.clone());
        assert!(matches!(pay_then_refuse(&through).await, Err(Refused::Own)), "{fault:?}");
        assert_eq!((states(&db).await, proxy.pending()), (vec!["fenced".to_owned()], 0), "{fault:?}");
        all_are_back(&through).await;
    }
}

#[tokio::test]
async fn with_no_attempt_left_an_unknown_one_is_found_out_without_running_it_again() {
    for (fault, expected) in [(Fault::CutAfterSend, 1), (Fault::CutBeforeSend, 0)] {
        let db = books().await;
        let (proxy, through) = proxied(&db).await;
        proxy.on("; COMMIT").strike(fault.clone());
        let result = through
            .transaction("pay", async |tx| {
                value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
            })
            .attempts(1)
            .once("k")
            .await;
        match result {
            Ok(result) => assert_eq!((result, expected), (Once::Replayed(1), 1)),
            Err(error) => {
                assert_eq!((error.commit_outcome(), expected), (CommitOutcome::NotCommitted, 0), "{error}");
                assert!(error.to_string().contains("certain now that nothing was committed"), "{error}");
            }
        }
        assert_eq!(paid(&db).await, expected);
    }
}

#[tokio::test]
async fn what_cannot_be_found_out_in_time_stays_unknown_with_its_history_and_a_later_call_finds_out() {
    for fault in [Fault::CutAfterSend, Fault::CutBeforeSend] {
        let db = books().await;
        let (proxy, through) = proxied(&db).await;
        proxy.on("; COMMIT").strike(fault.clone());
        let error = through
            .transaction("pay", async |tx| {
                // The claim of the next attempt is never answered.
                proxy.on("INSERT INTO crdb_orm_ledger").strike(Fault::Silence);
                value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
            })
            .deadline(Duration::from_secs(1))
            .once("k")
            .await
            .unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert!(error.attempts() >= 2 && error.history().len() >= 2, "{error:?}");
        assert!(error.to_string().contains("run it again under the same key"), "{error}");
        assert_eq!(through.stats().unknown, 1);
        let later = pay(&db, "k").await.0.unwrap();
        assert_eq!((later.is_replayed(), *later), (fault == Fault::CutAfterSend, 1));
        assert_eq!(paid(&db).await, 1);
    }
}

#[tokio::test]
async fn a_row_that_has_expired_counts_until_it_is_swept() {
    let db = books().await;
    for key in 0..3 {
        pay(&db, format!("k{key}")).await.0.unwrap();
    }
    assert_eq!(db.sweep_ledger().await.unwrap(), 0);
    let expire = "UPDATE crdb_orm_ledger SET expires_at = now() - INTERVAL '1 second' WHERE result <> $1";
    Sql::trusted(expire).bind(b"3".to_vec()).exec(&db).await.unwrap();
    assert_eq!(pay(&db, "k0").await.0.unwrap(), Once::Replayed(1));
    assert_eq!(db.sweep_ledger().await.unwrap(), 2);
    assert_eq!(pay(&db, "k0").await.0.unwrap(), Once::Fresh(4));
    assert_eq!(pay(&db, "k2").await.0.unwrap(), Once::Replayed(3));
    let kept = "SELECT count(*) FROM crdb_orm_ledger WHERE expires_at > now() + INTERVAL '6 days'";
    assert_eq!(value::<i64>(db.db(), Sql::trusted(kept)).await.unwrap(), 2);
}

#[tokio::test]
async fn a_sweep_goes_through_more_rows_than_one_statement_deletes() {
    let db = books().await;
    let fill = "INSERT INTO crdb_orm_ledger (key, state, expires_at) \
                SELECT decode(lpad(to_hex(i), 8, '0'), 'hex'), 'fenced', \
                now() + CASE WHEN i % 2 = 0 THEN INTERVAL '-1 hour' ELSE INTERVAL '1 hour' END \
                FROM generate_series(1, 2600) AS g(i)";
    Sql::trusted(fill).exec(&db).await.unwrap();
    assert_eq!(db.sweep_ledger().await.unwrap(), 1300);
    assert_eq!(states(&db).await.len(), 1300);
}

#[tokio::test]
async fn a_result_that_cannot_be_kept_is_rolled_back() {
    let db = books().await;
    let large = db.transaction("pay", async |tx| {
        Sql::trusted("UPDATE n SET v = v + 1").exec(&tx).await?;
        Ok("x".repeat(65_536))
    });
    let error = large.once("k").await.unwrap_err();
    assert!(error.is_result_too_large() && error.to_string().contains("65538 bytes"), "{error}");
    let nan = db.transaction("pay", async |tx| {
        Sql::trusted("UPDATE n SET v = v + 1").exec(&tx).await?;
        Ok(f64::NAN)
    });
    let error = nan.once("k").await.unwrap_err();
    assert!(error.is_result_not_storable(), "{error}");
    assert_eq!((paid(&db).await, states(&db).await.len()), (0, 0));
    let large = db.transaction("pay", async |_| Ok("x".repeat(65_534))).once("k").await.unwrap();
    let again = db.transaction("pay", async |_| Ok(String::new())).once("k").await.unwrap();
    assert_eq!((large.len(), again.is_replayed()), (65_534, true));
    assert_eq!(again.into_inner(), large.into_inner());
}

#[tokio::test]
async fn a_stored_result_of_another_type_is_an_error_that_says_committed() {
    let db = books().await;
    pay(&db, "k").await.0.unwrap();
    let other = db.transaction("pay", async |_| Ok(vec!["another type".to_owned()]));
    let error = other.once("k").await.unwrap_err();
    assert!(error.is_stored_result_undecodable(), "{error}");
    assert_eq!((error.commit_outcome(), paid(&db).await), (CommitOutcome::Committed, 1));
}

#[tokio::test]
async fn without_the_table_the_error_says_what_to_do() {
    let db = numbers(1).await;
    let (result, ran) = pay(&db, "k").await;
    let error = result.unwrap_err();
    assert!(error.is_undefined_table() && ran == 0, "{error}");
    assert!(error.to_string().contains("Ledger::TABLE"), "{error}");
    all_are_back(&db).await;
}

#[tokio::test]
async fn a_key_that_cannot_be_used_and_a_transaction_that_only_reads_are_refused_before_begin() {
    let db = books().await;
    let (proxy, through) = proxied(&db).await;
    for key in [Key::new(""), Key::new("k".repeat(1025)), Key::new("k").keep_for(Duration::from_secs(1))] {
        assert!(pay(&through, key).await.0.unwrap_err().is_invalid_key());
    }
    let reads = through.transaction("read", async |tx| read(&tx, 1).await).read_only().once("k").await;
    assert!(reads.unwrap_err().to_string().contains("only reads"));
    assert_eq!(proxy.count("BEGIN"), 0);
}

#[tokio::test]
async fn inside_a_closure_a_key_is_refused() {
    let db = books().await;
    let nested = db.transaction("outer", async |_| pay(&db, "k").await.0.map(Once::into_inner));
    let error = nested.await.unwrap_err();
    assert!(error.is_invalid_statement(), "{error}");
    let single = db.transaction("outer", async |_| {
        Number::update(1).add(Number::V, 1).once("k").exec(&db).await.map(drop)
    });
    assert!(single.await.unwrap_err().is_invalid_statement());
    assert_eq!((states(&db).await.len(), paid(&db).await), (0, 0));
}

#[tokio::test]
async fn a_panic_leaves_the_key_free() {
    let db = books().await;
    let panicking = db.db().clone();
    let panicked = tokio::spawn(async move {
        let transaction = panicking.transaction("pay", async |tx| {
            Sql::trusted("UPDATE n SET v = v + 100").exec(&tx).await?;
            assert_eq!(tx.attempt(), 0, "on purpose");
            Ok(0_i64)
        });
        transaction.once("k").await
    });
    assert!(panicked.await.unwrap_err().is_panic());
    assert_eq!(pay(&db, "k").await.0.unwrap(), Once::Fresh(1));
    all_are_back(&db).await;
}

#[tokio::test]
async fn dropped_at_any_moment_it_is_done_once_when_it_is_asked_for_again() {
    let db = books().await;
    let mut expected = 0;
    for polls in 0_u32.. {
        let key = format!("k{polls}");
        let mut left = polls;
        let mut future = Box::pin(pay(&db, key.clone()));
        let ended = std::future::poll_fn(|cx| {
            if left == 0 {
                return std::task::Poll::Ready(false);
            }
            left -= 1;
            future.as_mut().poll(cx).map(|_| true)
        })
        .await;
        drop(future);
        expected += 1;
        let again = pay(&db, key).await.0.unwrap();
        assert_eq!((*again, paid(&db).await), (expected, expected), "dropped after {polls} polls");
        if ended {
            assert!(polls > 3, "it ended after {polls} polls");
            break;
        }
    }
    all_are_back(&db).await;
}

#[tokio::test]
async fn hooks_run_after_a_fresh_commit_and_not_for_a_replay() {
    let db = books().await;
    let (proxy, through) = proxied(&db).await;
    let hooks = Arc::new(AtomicU32::new(0));
    let hooked = async || {
        through
            .transaction("hooked", async |tx| {
                let hooks = hooks.clone();
                tx.after_commit(move || {
                    hooks.fetch_add(1, SeqCst);
                });
                Ok(1_i64)
            })
            .once("k")
            .await
            .unwrap()
    };
    proxy.on("; COMMIT").strike(Fault::CutAfterSend);
    assert_eq!((hooked().await, hooks.load(SeqCst)), (Once::Replayed(1), 0));
    assert_eq!((hooked().await, hooks.load(SeqCst)), (Once::Replayed(1), 0));
    let fresh = through.transaction("hooked", async |tx| {
        let hooks = hooks.clone();
        tx.after_commit(move || {
            hooks.fetch_add(1, SeqCst);
        });
        Ok(1_i64)
    });
    assert_eq!((fresh.once("other").await.unwrap(), hooks.load(SeqCst)), (Once::Fresh(1), 1));
}

#[tokio::test]
async fn what_is_rolled_back_on_purpose_stores_nothing() {
    let db = books().await;
    let dry = db.transaction("pay", async |tx| {
        tx.rollback_only();
        value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await
    });
    assert_eq!(dry.once("k").await.unwrap(), Once::Fresh(1));
    assert_eq!((paid(&db).await, states(&db).await.len()), (0, 0));
}

#[tokio::test]
async fn a_transaction_that_loses_its_claim_is_not_committed() {
    let db = books().await;
    let thief = db.transaction("pay", async |tx| {
        Sql::trusted("UPDATE n SET v = v + 1").exec(&tx).await?;
        Sql::trusted("DELETE FROM crdb_orm_ledger").exec(&tx).await?;
        Ok(1_i64)
    });
    let error = thief.once("k").await.unwrap_err();
    assert!(error.to_string().contains("the claim in crdb_orm_ledger is gone"), "{error}");
    assert_eq!((error.commit_outcome(), paid(&db).await), (CommitOutcome::NotCommitted, 0));
    all_are_back(&db).await;
}

#[tokio::test]
async fn the_claim_travels_with_begin_the_result_with_commit_and_a_replay_is_two_messages() {
    let db = books().await;
    let (proxy, through) = proxied(&db).await;
    pay(&through, "k").await.0.unwrap();
    let begin = "BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO crdb_orm_ledger";
    assert_eq!((proxy.count(begin), proxy.count("AS stored FROM stored; COMMIT")), (1, 1));
    assert_eq!((proxy.count("BEGIN"), proxy.count("COMMIT"), proxy.count("crdb_orm_ledger")), (1, 1, 2));
    pay(&through, "k").await.0.unwrap();
    assert_eq!((proxy.count(begin), proxy.count("SELECT state"), proxy.count("; ROLLBACK")), (2, 1, 1));
    assert_eq!((proxy.count("crdb_orm_ledger"), proxy.count("ROLLBACK")), (4, 1));
}

#[tokio::test]
async fn a_key_costs_at_most_one_round_trip_and_a_replay_two_in_all() {
    let db = numbers(2).await;
    db.create_schema(&SCHEMA).await.unwrap();
    let (proxy, _) = proxied(&db).await;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await.unwrap();
    let transfer = async |key: &str| {
        let transfer = through.transaction("transfer", async |tx| {
            try_join!(Number::find(1).one(&tx), Number::find(2).one(&tx))?;
            Number::update(1).add(Number::V, -1).defer(&tx);
            Number::update(2).add(Number::V, 1).defer(&tx);
            Ok(7_i64)
        });
        transfer.once(key).await.unwrap().into_inner()
    };
    // The first run prepares.
    transfer("a").await;
    proxy.take_round_trips();
    transfer("b").await;
    assert_eq!(proxy.take_round_trips(), 3, "claim with BEGIN, reads, writes and result with COMMIT");
    transfer("b").await;
    assert_eq!(proxy.take_round_trips(), 2);
    let write = async |key: &str| {
        Number::update(1).add(Number::V, 1).once(key).exec(&through).await.unwrap();
    };
    write("a").await;
    proxy.take_round_trips();
    write("b").await;
    assert_eq!(proxy.take_round_trips(), 3, "a write awaits BEGIN in any case");
    assert_eq!((read(&db, 1).await.unwrap(), read(&db, 2).await.unwrap()), (0, 2));
}

#[tokio::test]
async fn a_single_write_under_a_key_that_is_held_up_speaks_of_no_closure() {
    let db = books().await;
    let policy = RetryPolicy::new().deadline(Duration::from_millis(1500));
    let hasty = Database::builder(db.url()).retry(policy).connect().await.unwrap();
    let error = db
        .transaction("hold", async |tx| {
            value::<i64>(&tx, Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 RETURNING v")).await?;
            Ok(Number::update(1).add(Number::V, 1).once("k").exec(&hasty).await.unwrap_err())
        })
        .await
        .unwrap();
    assert!(error.is_deadline() && error.commit_outcome() == CommitOutcome::NotCommitted, "{error}");
    let shown = error.to_string();
    assert!(shown.contains("while the write under its key ran (update on `n`)"), "{shown}");
    assert!(!shown.contains("closure") && !shown.contains("shorter"), "{shown}");
}

/// A deferred write that fails at COMMIT takes the result with it.
#[tokio::test]
async fn a_deferred_write_that_changes_nothing_leaves_the_key_free() {
    let db = books().await;
    let missing = db.transaction("pay", async |tx| {
        Number::update(77).add(Number::V, 1).defer(&tx);
        Ok(1_i64)
    });
    assert!(missing.once("k").await.unwrap_err().is_not_found());
    assert_eq!(states(&db).await.len(), 0);
    assert_eq!(pay(&db, "k").await.0.unwrap(), Once::Fresh(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_network_that_breaks_every_key_is_paid_once() {
    let db = books().await;
    let proxy = FaultProxy::to(&db).await.unwrap();
    let through = Database::builder(&proxy.url()).max_connections(4).connect().await.unwrap();
    let faults = [
        ("INSERT INTO crdb_orm_ledger", Fault::CutBeforeSend),
        ("INSERT INTO crdb_orm_ledger", Fault::CutAfterSend),
        ("; COMMIT", Fault::CutBeforeSend),
        ("; COMMIT", Fault::CutAfterSend),
        ("; COMMIT", Fault::Fail("40001".into())),
        ("; COMMIT", Fault::Fail("40003".into())),
        ("; COMMIT", Fault::Abort),
        ("; COMMIT", Fault::Silence),
    ];
    let mut keys = 0;
    for (round, (mark, fault)) in faults.into_iter().enumerate() {
        proxy.on(mark).strike(fault.clone());
        let mut tasks = tokio::task::JoinSet::new();
        for caller in 0..8 {
            // Two callers for each key.
            let (db, key) = (through.clone(), format!("{round}-{}", caller / 2));
            tasks.spawn(async move { pay(&db, key).await.0 });
        }
        for result in tasks.join_all().await {
            result.unwrap_or_else(|error| panic!("{mark}, {fault:?}: {error:?}"));
        }
        keys += 4;
        assert_eq!((proxy.pending(), paid(&db).await), (0, keys), "{mark}, {fault:?}");
    }
    until("nothing is left open", 0, async || {
        let open = "SELECT count(*) FROM crdb_orm_ledger WHERE state = 'claimed'";
        value::<i64>(db.db(), Sql::trusted(open)).await.unwrap()
    })
    .await;
}
