//! Promise: transactions are tried again as often as a test wants.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use crdb_orm::testing::{InjectRetries, force_retries, inject_retries};

use crate::support::{add, add_one, numbers, value};

#[tokio::test]
async fn forced_retries_run_each_closure_so_often_and_take_effect_once() {
    let db = numbers().await;
    let ran = AtomicU32::new(0);
    let forced = force_retries(&db, 2);
    for expected in [1, 2] {
        let attempt = db
            .transaction("add", async |tx| {
                ran.fetch_add(1, SeqCst);
                add_one(&tx).await?;
                Ok(tx.attempt())
            })
            .await
            .unwrap();
        assert_eq!((attempt, value(&db).await), (3, expected));
    }
    assert_eq!(ran.load(SeqCst), 6);
    assert_eq!(db.stats().retries, [("INJECTED".to_owned(), 4)]);
    drop(forced);
    assert_eq!(add(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn forced_retries_touch_neither_single_statements_nor_another_database_and_end_with_their_guards() {
    let (db, other) = (numbers().await, numbers().await);
    let outer = force_retries(&db, 1);
    assert_eq!((add_one(db.db()).await.unwrap(), add(&other).await.unwrap()), (1, 1));
    let inner = force_retries(&db, 3);
    assert_eq!(add(&db).await.unwrap(), 4);
    drop(inner);
    assert_eq!(add(&db).await.unwrap(), 2);
    drop(outer);
    assert_eq!(add(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_transaction_that_is_not_tried_often_enough_fails_as_it_would_in_earnest() {
    let db = numbers().await;
    let _forced = force_retries(&db, 2);
    let work = async |tx: crdb_orm::Tx| add_one(&tx).await;
    let error = db.transaction("add", work).attempts(2).await.unwrap_err();
    assert_eq!((error.sqlstate(), value(&db).await), (Some("40001"), 0), "{error}");
}

#[tokio::test]
async fn injected_retries_are_refused_where_the_server_has_none() {
    let db = numbers().await;
    for what in [InjectRetries::Statements, InjectRetries::Commit] {
        match inject_retries(&db, what).await {
            Ok(through) => {
                assert!(db.is_cockroachdb());
                let variable = what.variable();
                let retried = through
                    .transaction("add", async |tx| {
                        if tx.attempt() > 1 {
                            let off = format!("SET {variable} = off");
                            crdb_orm::Sql::trusted(off).exec(&tx).await?;
                        }
                        add_one(&tx).await?;
                        Ok(tx.attempt())
                    })
                    .await;
                assert!(retried.unwrap() > 1);
            }
            Err(error) => {
                let text = error.to_string();
                assert!(error.is_configuration() && text.contains(what.variable()), "{text}");
                assert!(text.contains("or later") && text.contains("force_retries"), "{text}");
            }
        }
    }
}
