//! Promise 8: what waits for COMMIT runs at most once, after a known commit of that very attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use crdb_orm::{Error, Result, Tx};

use crate::support::{all_are_back, insert, numbers, proxied, rows};
use crdb_orm::testing::proxy::Fault;

fn counter() -> (Arc<AtomicU32>, impl Fn(&Tx)) {
    let ran = Arc::new(AtomicU32::new(0));
    let counted = ran.clone();
    let register = move |tx: &Tx| {
        let ran = counted.clone();
        tx.after_commit(move || {
            ran.fetch_add(1, SeqCst);
        });
    };
    (ran, register)
}

#[tokio::test]
async fn a_hook_runs_once_after_the_commit_of_its_own_attempt() {
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    let (ran, register) = counter();
    through
        .transaction("hook", async |tx| {
            register(&tx);
            insert(&tx, 1).await?;
            assert_eq!(ran.load(SeqCst), 0, "not before COMMIT");
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!((ran.load(SeqCst), through.stats().attempts), (1, 2));
}

#[tokio::test]
async fn a_hook_does_not_run_when_nothing_is_committed_or_nobody_knows() {
    let db = numbers(0).await;
    let (proxy, through) = proxied(&db).await;
    let (ran, register) = counter();
    let rejected: Result<()> = through
        .transaction("rejected", async |tx| {
            register(&tx);
            insert(&tx, 1).await?;
            Err(insert(&tx, 1).await.unwrap_err())
        })
        .await;
    assert!(rejected.unwrap_err().is_unique_violation());
    let dry = through
        .transaction("dry run", async |tx| {
            register(&tx);
            tx.rollback_only();
            insert(&tx, 1).await
        })
        .await;
    assert_eq!(dry.unwrap(), 1, "the value of the closure");
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let unknown = through
        .transaction("unknown", async |tx| {
            register(&tx);
            insert(&tx, 1).await
        })
        .await;
    assert!(unknown.unwrap_err().is_outcome_unknown());
    assert_eq!((ran.load(SeqCst), rows(&db).await), (0, 1));
}

#[tokio::test]
async fn a_hook_of_a_savepoint_shares_its_fate() {
    let db = numbers(1).await;
    let (ran, register) = counter();
    db.transaction("savepoints", async |tx| {
        let undone = tx
            .savepoint(async |sp| {
                register(&sp);
                insert(&sp, 1).await
            })
            .await;
        assert!(undone.is_err());
        tx.savepoint(async |sp| {
            register(&sp);
            Ok(())
        })
        .await
    })
    .await
    .unwrap();
    assert_eq!(ran.load(SeqCst), 1);
}

#[tokio::test]
async fn a_hook_that_panics_does_not_hide_the_commit() {
    let db = numbers(0).await;
    let (ran, register) = counter();
    let value: Result<u32, Error> = db
        .transaction("panics", async |tx| {
            tx.after_commit(|| panic!("on purpose"));
            register(&tx);
            insert(&tx, 1).await?;
            Ok(7)
        })
        .await;
    assert_eq!((value.unwrap(), ran.load(SeqCst), rows(&db).await), (7, 1, 1));
}

#[tokio::test]
async fn a_dry_run_leaves_nothing() {
    let db = numbers(0).await;
    let seen = db
        .transaction("dry run", async |tx| {
            insert(&tx, 1).await?;
            tx.rollback_only();
            Ok(rows(&tx).await)
        })
        .await
        .unwrap();
    assert_eq!((seen, rows(&db).await, db.stats().commits), (1, 0, 0));
    all_are_back(&db).await;
}
