//! A statement on `db` inside a transaction is said to be one, before it can wait for itself.

use std::time::{Duration, Instant};

use crate::support::{insert, numbers, rows, set};

#[tokio::test]
async fn a_statement_on_the_database_inside_a_transaction_of_it_is_refused() {
    let db = numbers(1).await;
    let began = Instant::now();
    let error = db
        .transaction("itself", async |tx| {
            set(&tx, 1, 5).await?;
            // It would wait for the row that the transaction holds.
            set(db.db(), 1, 6).await
        })
        .await
        .unwrap_err();
    assert!(error.is_invalid_statement(), "{error}");
    let text = error.to_string();
    for part in ["`itself`", "&tx", "outside()"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_transaction_inside_another_one_is_refused_and_points_to_savepoints() {
    let db = numbers(0).await;
    let error = db
        .transaction("outer", async |_tx| db.transaction("inner", async |tx| insert(&tx, 1).await).await)
        .await
        .unwrap_err();
    assert!(error.is_invalid_statement() && error.to_string().contains("savepoint"), "{error}");
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn what_is_meant_to_be_apart_is_allowed_and_so_are_other_databases() {
    let (db, other) = (numbers(0).await, numbers(0).await);
    db.transaction("apart", async |tx| {
        insert(&db.outside(), 1).await?;
        insert(other.db(), 1).await?;
        insert(&tx, 2).await
    })
    .await
    .unwrap();
    assert_eq!((rows(&db).await, rows(&other).await), (2, 1));
    insert(&db, 3).await.expect("afterwards it is as always");
}
