//! Promise 9: writes that travel with COMMIT are done with it, or not at all.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::{Result, Schema};
use tokio::runtime;

use crate::support::{numbers, proxied, read, rows, set};
use crdb_orm::testing::proxy::Fault;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "n")]
pub(crate) struct Number {
    #[crdb(primary_key)]
    pub(crate) id: i64,
    pub(crate) v: i64,
}

const _: Schema = Schema::new("numbers").tables(&[Number::TABLE]);

#[tokio::test]
async fn deferred_writes_are_committed_in_their_order() {
    let db = numbers(2).await;
    db.transaction("defers", async |tx| {
        Number::update(1).set(Number::V, 5).defer(&tx);
        Number::update(1).add(Number::V, 2).defer(&tx);
        Number::filter(Number::ID.eq(2)).update().set(Number::V, 3).defer(&tx);
        Number::insert().id(9).v(1).build().defer(&tx);
        Sql::trusted("UPDATE n SET v = v * $1 WHERE id = 1").bind(10_i64).defer(&tx);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!((read(&db, 1).await.unwrap(), read(&db, 2).await.unwrap()), (70, 3));
    assert_eq!(read(&db, 9).await.unwrap(), 1);
}

#[tokio::test]
async fn a_deferred_write_by_key_that_finds_no_row_undoes_everything() {
    for delete in [false, true] {
        let db = numbers(1).await;
        let error = db
            .transaction("loses", async |tx| {
                Number::update(1).add(Number::V, -5).defer(&tx);
                if delete {
                    Number::delete(404).defer(&tx);
                } else {
                    Number::update(404).add(Number::V, 5).defer(&tx);
                }
                Ok(())
            })
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.table(), Some("n"));
        assert!(error.to_string().contains("deferred"), "{error}");
        assert_eq!(read(&db, 1).await.unwrap(), 0, "the other write is undone");
    }
}

#[tokio::test]
async fn a_deferred_write_that_fails_is_the_error_and_nothing_is_committed() {
    let db = numbers(1).await;
    let error = db
        .transaction("fails", async |tx| {
            Number::insert().id(2).v(0).build().defer(&tx);
            Number::insert().id(1).v(0).build().defer(&tx);
            Number::insert().id(3).v(0).build().defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "the first failure, not its echo: {error}");
    assert_eq!(rows(&db).await, 1);
    assert_eq!(db.stats().commits, 0);
    crate::support::all_are_back(&db).await;
}

#[tokio::test]
async fn a_later_statement_sees_what_was_deferred() {
    let db = numbers(1).await;
    let seen = db
        .transaction("sees", async |tx| {
            Number::update(1).set(Number::V, 42).defer(&tx);
            let seen = Number::find(1).one(&tx).await?.v;
            Number::update(1).add(Number::V, 1).defer(&tx);
            Ok((seen, Number::filter(Number::V.eq(43)).count(&tx).await?))
        })
        .await
        .unwrap();
    assert_eq!(seen, (42, 1));
    assert_eq!(read(&db, 1).await.unwrap(), 43);
}

#[tokio::test]
async fn what_is_deferred_in_a_savepoint_goes_with_it() {
    let db = numbers(1).await;
    db.transaction("scopes", async |tx| {
        Number::update(1).add(Number::V, 1).defer(&tx);
        let undone: Result<()> = tx
            .savepoint(async |sp| {
                Number::update(1).add(Number::V, 10).defer(&sp);
                Err(Number::find(404).one(&sp).await.unwrap_err())
            })
            .await;
        assert!(undone.unwrap_err().is_not_found());
        tx.savepoint(async |sp| {
            Number::update(1).add(Number::V, 100).defer(&sp);
            Ok(())
        })
        .await
    })
    .await
    .unwrap();
    assert_eq!(read(&db, 1).await.unwrap(), 101);
}

#[tokio::test]
async fn deferred_writes_are_written_again_when_the_transaction_is() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    through
        .transaction("again", async |tx| {
            Number::update(1).add(Number::V, 1).defer(&tx);
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!((read(&db, 1).await.unwrap(), proxy.count("COMMIT")), (1, 2));
}

#[tokio::test]
async fn a_conflict_that_a_deferred_write_meets_is_retried() {
    let db = numbers(1).await;
    db.transaction("conflict", async |tx| {
        let v = read(&tx, 1).await?;
        if tx.attempt() == 1 {
            set(&db.outside(), 1, 100).await?;
        }
        Number::update(1).set(Number::V, v + 1).defer(&tx);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(read(&db, 1).await.unwrap(), 101);
    assert_eq!(db.stats().attempts, 2);
}

#[tokio::test]
async fn a_lost_answer_to_deferred_writes_and_commit_is_unknown() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let error = through
        .transaction("lost", async |tx| {
            Number::update(1).add(Number::V, 1).defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(read(&db, 1).await.unwrap(), 1, "it was done once");
}

#[tokio::test]
async fn a_connection_that_breaks_at_a_deferred_write_is_unknown_since_commit_followed_it() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    // Prepared, so that the write itself travels with COMMIT.
    let write = async |tx: Tx| {
        Number::update(1).add(Number::V, 1).defer(&tx);
        Ok(())
    };
    through.transaction("warm", write).await.unwrap();
    assert_eq!(proxy.count("COMMIT"), 1);
    proxy.on("; COMMIT").strike(Fault::CutBeforeSend);
    let error = through.transaction("cut", write).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(read(&db, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_write_that_cannot_be_made_keeps_the_transaction_from_being_committed() {
    let db = numbers(1).await;
    let error = db
        .transaction("nothing to set", async |tx| {
            set(&tx, 1, 9).await?;
            Number::update(1).defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_invalid_statement(), "{error}");
    assert_eq!(read(&db, 1).await.unwrap(), 0);
}

#[tokio::test]
async fn a_deferred_write_that_fails_is_called_so_and_named() {
    let db = numbers(1).await;
    let errors = [
        // With COMMIT.
        db.transaction("pays", async |tx| {
            Number::insert().id(1).v(0).build().defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err(),
        // While it is prepared.
        db.transaction("pays", async |tx| {
            Sql::trusted("UPDATE n SET w = 1").defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err(),
        // Before another statement, whose closure ignores that it failed, too.
        db.transaction("pays", async |tx| {
            Number::insert().id(1).v(0).build().defer(&tx);
            drop(Number::find(1).one(&tx).await);
            Ok(())
        })
        .await
        .unwrap_err(),
    ];
    for error in errors {
        let shown = error.to_string();
        assert!(
            shown.starts_with("transaction `pays` was rolled back, since a deferred write failed: "),
            "{shown}"
        );
        assert!(error.table() == Some("n") || shown.contains("(sql"), "{shown}");
        assert!(error.is_unique_violation() || error.is_undefined_column(), "{shown}");
    }
}

/// In the first task of a runtime, which is dropped first: its runtime is ending as long as this takes.
#[derive(Clone)]
struct Lingers {
    ending: tokio::sync::mpsc::UnboundedSender<()>,
    may_end: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Drop for Lingers {
    fn drop(&mut self) {
        let _ = self.ending.send(());
        // An error is the word that it may end, for all of them.
        let _ = self.may_end.lock().map(|may_end| may_end.recv());
    }
}

#[test]
fn who_sends_deferred_writes_while_the_runtime_of_the_connection_ends_is_not_held_up_for_ever() {
    let (ending, mut ends) = tokio::sync::mpsc::unbounded_channel();
    let (end, may_end) = mpsc::channel::<()>();
    let (leave, left) = tokio::sync::oneshot::channel();
    let (made, is_made) = mpsc::channel();
    let of_the_connection = thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            // A runtime has its tasks in several lists, one of which is dropped after the other.
            for lingers in vec![Lingers { ending, may_end: Arc::new(Mutex::new(may_end)) }; 64] {
                drop(tokio::spawn(async move {
                    std::future::pending::<()>().await;
                    drop(lingers);
                }));
            }
            let db = numbers(1).await;
            let pool = Database::builder(db.url()).max_connections(1).connect().await.expect("a database");
            read(&pool, 1).await.expect("a connection");
            made.send((db, pool)).expect("somebody who waits");
            left.await.expect("a word");
        });
    });
    let (db, pool) = is_made.recv().expect("a database");
    let (done, is_done) = mpsc::channel();
    let of_the_transaction = thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let result = runtime.block_on(async {
            let (leave, end) = (Mutex::new(Some(leave)), Mutex::new(Some(end)));
            let ends = tokio::sync::Mutex::new(&mut ends);
            pool.transaction("defers", async |tx| {
                // BEGIN is done, and the write is prepared.
                Number::update(1).set(Number::V, 5).defer(&tx);
                assert_eq!(read(&tx, 1).await?, 5);
                let first = leave.lock().unwrap().take();
                if let Some(leave) = first {
                    leave.send(()).expect("a runtime");
                    ends.lock().await.recv().await.expect("its end");
                    Number::update(1).set(Number::V, 6).defer(&tx);
                    let unanswered = tokio::time::timeout(Duration::from_millis(100), read(&tx, 1)).await;
                    // The rest of the runtime may end now, with the connection.
                    drop(end.lock().unwrap().take());
                    unanswered.expect_err("nobody drives that runtime");
                    read(&tx, 1).await?;
                }
                Number::update(1).set(Number::V, 7).defer(&tx);
                Ok(())
            })
            .await
        });
        done.send(result).expect("somebody who waits");
    });
    let result = is_done.recv_timeout(Duration::from_secs(20)).expect("an end of the transaction");
    result.expect("it is run again on another connection");
    of_the_transaction.join().expect("its end");
    of_the_connection.join().expect("its end");
    drop(db);
}
