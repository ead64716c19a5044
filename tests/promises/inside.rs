//! A statement on `db` inside a transaction is said to be one, before it can wait for itself.

use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use crdb_orm::prelude::*;
use crdb_orm::schema::ColumnType;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::types::{BoxError, SqlType};

use crate::support::{insert, numbers, proxied, rows, set};

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

/// Numbers, as a table of the library.
#[derive(CrdbTable, Debug, PartialEq)]
#[crdb(table = "n")]
struct Number {
    #[crdb(primary_key)]
    id: i64,
    v: i64,
}

/// Who awaits a statement moves the bytes of its connection, and may stop to do so at any time.
#[tokio::test]
async fn no_statement_waits_for_another_one_that_nobody_polls() {
    let db = numbers(5).await;
    db.transaction("left lying", async |tx| {
        // So that it is prepared, and is sent when it is polled first.
        set(&tx, 5, 50).await?;
        let mut left = pin!(set(&tx, 1, 10));
        assert!(futures_util::poll!(left.as_mut()).is_pending());
        // Each of these is answered behind it.
        soon("a statement", set(&tx, 2, 20)).await?;
        soon("a new text", Number::filter(Number::V.eq(20)).all(&tx)).await?;
        let stream = async {
            let mut rows = Number::query().order_by(Number::ID.asc()).stream(&tx);
            let mut read = Vec::new();
            while let Some(row) = rows.try_next().await? {
                read.push(row.v);
            }
            Ok::<_, crdb_orm::Error>(read)
        };
        assert_eq!(soon("a stream", stream).await?, [10, 20, 0, 0, 50]);
        // And it has its own.
        assert_eq!(soon("itself", left).await?, 1);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(rows(&db).await, 5);
}

#[tokio::test]
async fn a_statement_that_nobody_polls_any_more_holds_no_connection_beyond_its_transaction() {
    let db = numbers(1).await;
    let one = Database::builder(db.url()).max_connections(1).connect().await.unwrap();
    let kept = Mutex::new(None);
    let refused = one
        .transaction("kept", async |tx| {
            insert(&tx, 2).await?;
            let own = tx.clone();
            let mut left = Box::pin(async move { set(&own, 1, 10).await });
            assert!(futures_util::poll!(left.as_mut()).is_pending());
            *kept.lock().unwrap() = Some(left);
            // The closure has had enough.
            Err::<(), _>(set(&tx, 1, 2_000_000).await.unwrap_err())
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(soon("the next one", async { Ok(rows(&one).await) }).await.unwrap(), 1);
    let left = kept.lock().unwrap().take().unwrap();
    assert!(left.await.is_err_and(|error| error.is_transaction_ended()));
}

/// The second one makes the task of the connection move its bytes, and the first one has to be told all the same.
#[tokio::test]
async fn statements_of_one_transaction_in_several_tasks_all_hear_of_a_lost_connection() {
    let db = numbers(2).await;
    let (proxy, through) = proxied(&db).await;
    let attempts = AtomicUsize::new(0);
    let run = through.transaction("two tasks", async |tx| {
        if attempts.fetch_add(1, SeqCst) > 0 {
            return Ok(());
        }
        set(&tx, 1, 1).await?;
        let held = proxy.on("UPDATE").strike(Fault::HoldBack);
        let spawn = |id| {
            let tx = tx.clone();
            tokio::spawn(async move { set(&tx, id, 2).await })
        };
        let (one, two) = (spawn(1), spawn(2));
        tokio::time::sleep(Duration::from_millis(100)).await;
        proxy.cut();
        drop(held);
        let (one, two) = (one.await.expect("it ends"), two.await.expect("it ends"));
        assert!(one.is_err() && two.is_err());
        one.map(drop)
    });
    soon("the transaction", async { run.await }).await.expect("another attempt goes well");
    assert_eq!(attempts.into_inner(), 2);
}

/// A type that panics, as no type should.
#[derive(Debug, Clone, Copy)]
struct Picky(i64);

impl SqlType for Picky {
    const TYPE: ColumnType = i64::TYPE;

    fn encode(&self, out: &mut BytesMut) -> std::result::Result<(), BoxError> {
        self.0.encode(out)
    }

    fn decode(raw: &[u8]) -> std::result::Result<Self, BoxError> {
        let number = i64::decode(raw)?;
        assert!(number != 13, "thirteen");
        Ok(Self(number))
    }
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "n")]
struct Picked {
    #[crdb(primary_key)]
    id: i64,
    v: Picky,
}

#[tokio::test]
async fn a_type_that_panics_takes_no_connection_with_it() {
    let db = numbers(3).await;
    set(&db, 2, 13).await.unwrap();
    let one = Database::builder(db.url()).max_connections(1).connect().await.unwrap();
    for _ in 0..2 {
        let reader = one.clone();
        let read = tokio::spawn(async move { Picked::query().all(&reader).await.map(|rows| rows.len()) });
        assert!(read.await.is_err_and(|error| error.is_panic()));
        let began = Instant::now();
        assert_eq!(soon("the next one", async { Ok(rows(&one).await) }).await.unwrap(), 3);
        // A connection that is left in the middle is waited for longer.
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    }
}

async fn soon<T>(what: &str, work: impl Future<Output = crdb_orm::Result<T>>) -> crdb_orm::Result<T> {
    tokio::time::timeout(Duration::from_secs(5), work).await.unwrap_or_else(|_| panic!("{what} hangs"))
}
