//! Promise 7: a part of a transaction can fail alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use crdb_orm::{Error, Result, Sql};
use tokio::sync::Notify;

use crate::support::{all_are_back, insert, numbers, proxied, read, rows, set};
use crdb_orm::testing::proxy::Fault;

#[derive(Debug)]
enum Domain {
    Database(#[expect(dead_code, reason = "shown when a test fails")] Error),
    No,
}

impl From<Error> for Domain {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

#[tokio::test]
async fn a_constraint_violation_inside_a_savepoint_undoes_it_and_no_more() {
    let db = numbers(1).await;
    db.transaction("sign up", async |tx| {
        insert(&tx, 10).await?;
        let taken = tx
            .savepoint(async |sp| {
                insert(&sp, 11).await?;
                insert(&sp, 1).await
            })
            .await
            .unwrap_err();
        assert!(taken.is_unique_violation(), "{taken}");
        insert(&tx, 12).await
    })
    .await
    .expect("the rest is committed");
    assert_eq!(rows(&db).await, 3);
    read(&db, 10).await.unwrap();
    read(&db, 12).await.unwrap();
}

#[tokio::test]
async fn what_a_savepoint_keeps_is_committed_with_the_rest() {
    let db = numbers(0).await;
    let value = db
        .transaction("keeps", async |tx| {
            let inner = tx.savepoint(async |sp| insert(&sp, 1).await.map(|_| 7)).await?;
            insert(&tx, 2).await?;
            Ok(inner)
        })
        .await
        .unwrap();
    assert_eq!((value, rows(&db).await), (7, 2));
}

#[tokio::test]
async fn a_domain_error_undoes_its_savepoint_and_is_returned_as_it_is() {
    let db = numbers(0).await;
    db.try_transaction("domain", async |tx| {
        insert(&tx, 1).await?;
        let result = tx
            .try_savepoint(async |sp| {
                insert(&sp, 2).await?;
                Err::<(), _>(Domain::No)
            })
            .await;
        assert!(matches!(result, Err(Domain::No)));
        Ok::<_, Domain>(())
    })
    .await
    .unwrap();
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn a_failure_that_a_savepoint_ignores_undoes_it_all_the_same() {
    let db = numbers(1).await;
    db.transaction("ignores", async |tx| {
        let result = tx
            .savepoint(async |sp| {
                insert(&sp, 2).await?;
                let _ = insert(&sp, 1).await;
                Ok(())
            })
            .await;
        assert!(result.unwrap_err().is_unique_violation());
        insert(&tx, 3).await
    })
    .await
    .unwrap();
    assert_eq!(rows(&db).await, 2);
}

#[tokio::test]
async fn savepoints_nest_and_each_is_undone_alone() {
    let db = numbers(1).await;
    db.transaction("nests", async |tx| {
        tx.savepoint(async |outer| {
            insert(&outer, 10).await?;
            let inner = outer.savepoint(async |inner| insert(&inner, 1).await).await;
            assert!(inner.unwrap_err().is_unique_violation());
            outer.savepoint(async |inner| insert(&inner, 11).await).await?;
            Ok(())
        })
        .await?;
        let undone: Result<()> = tx
            .savepoint(async |outer| {
                outer.savepoint(async |inner| insert(&inner, 12).await).await?;
                Err(insert(&outer, 1).await.unwrap_err())
            })
            .await;
        assert!(undone.unwrap_err().is_unique_violation());
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(rows(&db).await, 3, "1, 10 and 11");
}

#[tokio::test]
async fn a_serialization_failure_inside_a_savepoint_runs_the_whole_transaction_again() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("/* conflict */").strike(Fault::Answer("40001".into()));
    let outer = AtomicU32::new(0);
    through
        .transaction("outermost", async |tx| {
            outer.fetch_add(1, SeqCst);
            set(&tx, 1, 5).await?;
            // Whatever is made of its error.
            let _ = tx
                .savepoint(async |sp| {
                    Sql::trusted("/* conflict */ INSERT INTO n (id, v) VALUES (7, 0)").exec(&sp).await
                })
                .await;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!((outer.load(SeqCst), rows(&db).await, proxy.pending()), (2, 2, 0));
    assert_eq!(proxy.count("ROLLBACK TO"), 0, "a savepoint cannot mend it");
}

#[tokio::test]
async fn the_parent_and_siblings_are_refused_while_a_savepoint_is_open() {
    let db = numbers(1).await;
    let error = db
        .transaction("parent", async |tx| {
            tx.savepoint(async |sp| {
                insert(&sp, 2).await?;
                let refused = insert(&tx, 3).await.unwrap_err();
                assert!(refused.is_invalid_statement(), "{refused}");
                let sibling = tx.savepoint(async |other| insert(&other, 4).await).await.unwrap_err();
                assert!(sibling.is_invalid_statement(), "{sibling}");
                Ok(())
            })
            .await
        })
        .await
        .unwrap_err();
    assert!(error.is_invalid_statement(), "a closure that ignores it does not commit: {error}");
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn a_handle_that_outlives_its_savepoint_is_refused() {
    let db = numbers(0).await;
    let error = db
        .transaction("outlives", async |tx| {
            let kept = tx.savepoint(async |sp| Ok(sp.clone())).await?;
            insert(&kept, 1).await
        })
        .await
        .unwrap_err();
    assert!(error.is_invalid_statement() && error.to_string().contains("savepoint"), "{error}");
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn a_savepoint_that_is_dropped_at_any_poll_is_undone_or_kept_whole() {
    use std::task::{Context, Poll, Waker};
    let db = numbers(0).await;
    let mut kept = 0;
    for polls in 0..60_i64 {
        let id = 1000 * polls;
        db.transaction("drops", async |tx| {
            insert(&tx, id + 1).await?;
            {
                let mut savepoint = tx.savepoint(async |sp| {
                    insert(&sp, id + 2).await?;
                    insert(&sp, id + 3).await
                });
                for _ in 0..polls {
                    if let Poll::Ready(result) =
                        savepoint.as_mut().poll(&mut Context::from_waker(Waker::noop()))
                    {
                        result?;
                        break;
                    }
                    tokio::time::sleep(Duration::from_micros(200)).await;
                }
            }
            insert(&tx, id + 4).await
        })
        .await
        .unwrap_or_else(|error| panic!("{polls}: {error}"));
        let inside: Vec<(i64,)> =
            Sql::trusted("SELECT id FROM n WHERE id > $1 AND id < $1 + 1000 ORDER BY id")
                .bind(id)
                .all(db.db())
                .await
                .unwrap();
        let inside: Vec<i64> = inside.into_iter().map(|(row,)| row - id).collect();
        if inside.len() == 4 {
            kept += 1;
        } else {
            assert_eq!(inside, [1, 4], "{polls}");
        }
    }
    assert!(kept > 0 && kept < 60, "both happen: {kept} kept");
    all_are_back(&db).await;
}

#[tokio::test]
async fn a_panic_inside_a_savepoint_ends_the_transaction() {
    let db = numbers(0).await;
    let handle = db.db().clone();
    let task = tokio::spawn(async move {
        handle
            .transaction("panics", async |tx| {
                insert(&tx, 1).await?;
                tx.savepoint(async |sp| -> Result<()> {
                    insert(&sp, 2).await?;
                    panic!("on purpose")
                })
                .await
            })
            .await
    });
    assert!(task.await.unwrap_err().is_panic());
    all_are_back(&db).await;
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn a_savepoint_that_nobody_awaits_keeps_the_transaction_from_being_committed() {
    let db = numbers(0).await;
    let hold = Arc::new(Notify::new());
    let error = db
        .transaction("leaks", async |tx| {
            let (inner, started, hold) = (tx.clone(), Arc::new(Notify::new()), hold.clone());
            let began = started.clone();
            tokio::spawn(async move {
                let _ = inner
                    .savepoint(async |sp| {
                        insert(&sp, 1).await?;
                        began.notify_one();
                        hold.notified().await;
                        Ok(())
                    })
                    .await;
            });
            started.notified().await;
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_invalid_statement() && error.to_string().contains("savepoint"), "{error}");
    hold.notify_one();
    assert_eq!(rows(&db).await, 0);
}
