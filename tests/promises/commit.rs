//! Promise 3: what became of COMMIT is known, or the error says that it is not; nothing is done twice.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::testing::skip_on_cockroachdb;
use crdb_orm::{CommitOutcome, Error};
use tokio::sync::Barrier;

use crate::deferred::Number;
use crate::support::{all_are_back, insert, numbers, proxied, read, rows, until, value};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::{Fault, Reply};

/// A closure's own error, to roll back.
#[derive(Debug)]
struct Enough(Option<Error>);

impl From<Error> for Enough {
    fn from(error: Error) -> Self {
        Self(Some(error))
    }
}

/// A transaction that inserts one row, whose id is the number of the attempt, and how often its closure ran.
async fn insert_once(db: &Database) -> (Result<u32, Error>, u32) {
    let ran = AtomicU32::new(0);
    let result = db
        .transaction("insert once", async |tx| {
            ran.fetch_add(1, SeqCst);
            Sql::trusted("/* insert */ INSERT INTO n (id, v) VALUES ($1, 0)")
                .bind(i64::from(tx.attempt()))
                .exec(&tx)
                .await?;
            Ok(tx.attempt())
        })
        .await;
    (result, ran.load(SeqCst))
}

/// An error that leaves open whether the transaction was committed.
fn is_unknown(error: &Error) {
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(error.commit_outcome(), CommitOutcome::Unknown);
    let text = error.to_string();
    assert!(text.contains("`insert once`") && text.contains("look for what it writes"), "{text}");
}

/// The database is as good as before.
async fn works(db: &Database, proxy: &FaultProxy) {
    assert_eq!(proxy.pending(), 0, "the fault did not strike");
    all_are_back(db).await;
    insert(db, 1000).await.expect("a statement");
    db.transaction("afterwards", async |tx| insert(&tx, 1001).await).await.expect("a transaction");
}

#[tokio::test]
async fn a_lost_answer_to_a_commit_that_was_done_is_unknown_and_not_run_again() {
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let (result, ran) = insert_once(&through).await;
    is_unknown(&result.unwrap_err());
    assert_eq!((ran, proxy.count("COMMIT"), rows(&db).await), (1, 1, 1));
    assert_eq!((through.stats().unknown, through.stats().commits), (1, 0));
    works(&through, &proxy).await;
}

#[tokio::test]
async fn a_lost_answer_to_a_commit_that_never_arrived_is_unknown_and_not_run_again() {
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::CutBeforeSend);
    let (result, ran) = insert_once(&through).await;
    is_unknown(&result.unwrap_err());
    assert_eq!((ran, proxy.count("COMMIT"), rows(&db).await), (1, 1, 0));
    works(&through, &proxy).await;
}

#[tokio::test]
async fn an_answer_to_commit_that_does_not_come_by_the_deadline_is_unknown() {
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Silence);
    let error = through
        .transaction("insert once", async |tx| insert(&tx, 1).await)
        .deadline(Duration::from_millis(1500))
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown() && error.is_deadline(), "{error}");
    until("the row arrives", 1, async || rows(&db).await).await;
}

#[tokio::test]
async fn a_connection_that_breaks_before_commit_is_sent_is_run_again_and_committed_once() {
    for mark in ["BEGIN", "/* insert */"] {
        for fault in [Fault::CutBeforeSend, Fault::CutAfterSend] {
            let db = numbers(0).await;
            let (proxy, through) = proxied(&db).await;
            proxy.on(mark).strike(fault.clone());
            let (result, _) = insert_once(&through).await;
            assert_eq!(result.expect("committed"), 2, "{mark}, {fault:?}");
            assert_eq!((rows(&db).await, proxy.count("COMMIT")), (1, 1), "{mark}, {fault:?}");
            works(&through, &proxy).await;
        }
    }
}

#[tokio::test]
async fn a_commit_that_is_answered_with_40001_is_run_again() {
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    let (result, ran) = insert_once(&through).await;
    assert_eq!((result.expect("committed"), ran, rows(&db).await), (2, 2, 1));
    assert_eq!((through.stats().commits, through.stats().rollbacks), (1, 1));
    works(&through, &proxy).await;
}

#[tokio::test]
async fn a_commit_that_the_server_calls_ambiguous_is_unknown_and_not_run_again() {
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Fail("40003".into()));
    let (result, ran) = insert_once(&through).await;
    is_unknown(&result.unwrap_err());
    assert_eq!((ran, proxy.count("COMMIT")), (1, 1));
    works(&through, &proxy).await;
}

/// `PgBouncer` says 08P01 of whatever it has to say itself, and ends the connection: "server conn crashed?" may be said of
/// what was committed.
#[tokio::test]
async fn the_last_word_of_a_proxy_is_a_lost_connection_and_no_answer() {
    let word = || Reply::error("08P01").severity("FATAL").message("server conn crashed?");
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Rewrite(word()));
    let (result, ran) = insert_once(&through).await;
    let error = result.unwrap_err();
    is_unknown(&error);
    assert!(error.is_connection() && error.to_string().contains("server conn crashed?"), "{error}");
    assert_eq!((ran, proxy.count("COMMIT"), rows(&db).await), (1, 1, 1));

    proxy.on("INSERT").strike(Fault::Rewrite(word()));
    let error = insert(&through, 7).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(rows(&db).await, 2, "it was done");

    // What has left nothing behind is run again.
    proxy.on("FROM n ").strike(Fault::Answer(word()));
    assert_eq!(Number::find(7).one(&through).await.expect("a read").v, 0);
    proxy.on("/* insert */").strike(Fault::Answer(word()));
    let (result, ran) = insert_once(&through).await;
    assert_eq!((result.expect("committed"), ran, rows(&db).await), (2, 2, 3));
    works(&through, &proxy).await;
}

/// What the server has said of a COMMIT stands, although the ROLLBACK behind it has no answer in time.
#[tokio::test]
async fn a_commit_that_is_known_to_have_failed_is_not_unknown_because_its_rollback_is_late() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    // The row that is written is not there, so what was deferred fails, and COMMIT behind it is skipped.
    proxy.on("ROLLBACK").strike(Fault::Silence);
    let error = through
        .transaction("insert once", async |tx| {
            Number::update(2).add(Number::V, 1).defer(&tx);
            Ok(())
        })
        .deadline(Duration::from_secs(1))
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!((error.commit_outcome(), proxy.pending()), (CommitOutcome::NotCommitted, 0), "{error}");
    assert_eq!((through.stats().unknown, through.stats().rollbacks), (0, 1));
}

#[tokio::test]
async fn a_commit_after_which_only_the_schema_change_failed_is_known_to_be_committed() {
    // The proxy rolls back here, so only what is said of it can be looked at.
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Fail("XXA00".into()));
    let (result, ran) = insert_once(&through).await;
    let error = result.unwrap_err();
    assert_eq!((error.commit_outcome(), ran), (CommitOutcome::Committed, 1), "{error}");
    works(&through, &proxy).await;
}

#[tokio::test]
async fn a_commit_that_the_server_turns_into_a_rollback_is_not_taken_for_committed() {
    // The transaction is aborted and the client was never told: COMMIT is then answered without an error, by the
    // tag ROLLBACK alone.
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Abort);
    let (result, ran) = insert_once(&through).await;
    assert_eq!(result.expect("committed by a second attempt"), 2);
    assert_eq!((ran, rows(&db).await), (2, 1));
    works(&through, &proxy).await;
}

#[tokio::test]
async fn a_write_of_its_own_whose_answer_is_lost_is_unknown_and_not_run_again() {
    for fault in [Fault::CutAfterSend, Fault::CutBeforeSend] {
        let db = numbers(1).await;
        let (proxy, through) = proxied(&db).await;
        // By the simple protocol: the text is sent and run at once.
        proxy.on("/* add */").strike(fault.clone());
        let error = through.run_ddl(&["/* add */ UPDATE n SET v = v + 1"]).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{fault:?}: {error}");
        assert_eq!(proxy.count("/* add */"), 1);
        let expected = i64::from(fault == Fault::CutAfterSend);
        assert_eq!(read(&db, 1).await.unwrap(), expected, "{fault:?}");
        works(&through, &proxy).await;
    }
}

#[tokio::test]
async fn a_write_of_its_own_that_breaks_before_it_runs_is_run_again() {
    // While it is prepared nothing has run.
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on_prepare("/* add */").strike(Fault::CutAfterSend);
    let changed = Sql::trusted("/* add */ UPDATE n SET v = v + 1").exec(&through).await.unwrap();
    assert_eq!((changed, read(&db, 1).await.unwrap()), (1, 1));
    works(&through, &proxy).await;
}

#[tokio::test]
async fn a_backend_that_is_terminated_during_the_closure_is_replaced_and_the_work_is_done_once() {
    let test = "a_backend_that_is_terminated_during_the_closure_is_replaced_and_the_work_is_done_once";
    let db = numbers(0).await;
    if skip_on_cockroachdb(&db, test, "it has no pg_terminate_backend") {
        return;
    }
    let committed = db
        .transaction("killed", async |tx| {
            insert(&tx, i64::from(tx.attempt())).await?;
            if tx.attempt() == 1 {
                let pid: i32 = value(&tx, Sql::trusted("SELECT pg_backend_pid()")).await?;
                let ended: bool =
                    value(&db.outside(), Sql::trusted("SELECT pg_terminate_backend($1)").bind(pid)).await?;
                assert!(ended);
            }
            insert(&tx, 10 + i64::from(tx.attempt())).await?;
            Ok(tx.attempt())
        })
        .await
        .unwrap();
    assert_eq!((committed, rows(&db).await), (2, 2));
    assert_eq!(read(&db, 12).await.unwrap(), 0);
}

#[tokio::test]
async fn idle_connections_that_the_server_ended_are_replaced_and_the_next_statement_succeeds() {
    let test = "idle_connections_that_the_server_ended_are_replaced_and_the_next_statement_succeeds";
    let db = numbers(0).await;
    if skip_on_cockroachdb(&db, test, "it has no pg_terminate_backend") {
        return;
    }
    let pool = Database::builder(db.url()).max_connections(4).application_name("victims").connect().await;
    let pool = pool.unwrap();
    // Four connections at once, with the statement prepared on each of them: it would run without any other word.
    let together = Barrier::new(4);
    let warm = async |id: i64| {
        let warm = pool.try_transaction("warm", async |tx| {
            insert(&tx, id).await?;
            together.wait().await;
            Err::<(), _>(Enough(None))
        });
        assert!(matches!(warm.await, Err(Enough(None))));
    };
    tokio::join!(warm(-1), warm(-2), warm(-3), warm(-4));
    all_are_back(&pool).await;
    assert_eq!(pool.status().idle, 4);
    let victims = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE application_name = 'victims' AND datname = current_database()";
    assert_eq!(value::<i64>(db.db(), Sql::trusted(victims)).await.unwrap(), 4);
    let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victims' \
                AND datname = current_database()";
    until("they are gone", 0, async || value::<i64>(db.db(), Sql::trusted(left)).await.unwrap()).await;
    // The news travels.
    tokio::time::sleep(Duration::from_millis(500)).await;
    for id in 1..=8 {
        insert(&pool, id).await.expect("a statement after the server ended its connections");
    }
    assert_eq!(rows(&db).await, 8);
}

#[tokio::test]
async fn a_read_only_transaction_whose_commit_is_lost_is_run_again() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    for lose in [0, 1] {
        match lose {
            0 => proxy.on("COMMIT").cut_after_send(),
            _ => proxy.on("COMMIT").cut_before_send(),
        };
        let found = through.transaction("reads", async |tx| read(&tx, 1).await).read_only().await;
        assert_eq!(found.expect("another attempt"), 0);
        assert_eq!(proxy.pending(), 0);
        // What may write is unknown still, even if it only read.
        proxy.on("COMMIT").cut_after_send();
        let error = through.transaction("may write", async |tx| read(&tx, 1).await).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
    }
    assert_eq!(through.stats().unknown, 2);
}
