//! Upserts and updates of the rows of a stream: batch by batch, and an error of the stream says which rows are in.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::MissedRow;
use futures_util::{Stream, stream};

use crate::tables::{Document, Plain, database, proxied};

#[derive(CrdbPatch, Default)]
#[crdb(table = Plain)]
struct PlainPatch {
    n: Option<i64>,
}

/// What is in the table, by its keys.
async fn numbers(db: &Database) -> Result<Vec<(i64, i64)>> {
    Plain::query().select((Plain::ID, Plain::N)).order_by(Plain::ID.asc()).all(db).await
}

/// So many rows, and an error in the place of the one with this number; counts what is taken of it.
fn torn<R: Send>(
    rows: i64,
    failing: i64,
    taken: &AtomicI64,
    row: impl Fn(i64) -> R + Send,
) -> impl Stream<Item = std::io::Result<R>> + Send {
    stream::iter((0..rows).map(move |n| {
        taken.fetch_add(1, SeqCst);
        if n == failing { Err(std::io::Error::other("the file is torn")) } else { Ok(row(n)) }
    }))
}

#[tokio::test]
async fn an_upsert_of_a_stream_inserts_and_updates_batch_by_batch() -> Result<()> {
    let db = database().await?;
    Plain::insert_many((0..150).map(|n| Plain::insert().id(n).n(-1))).exec(&db).await?;
    let (proxy, through) = proxied(&db).await?;
    let mut batches = Vec::new();
    let written = Plain::upsert_stream(stream::iter((0..250).map(|n| Plain::insert().id(n).n(n))))
        .batch_rows(100)
        .in_flight(1)
        .on_progress(|progress| batches.push(progress.batch.clone()))
        .exec(&through)
        .await?;
    assert_eq!((written, batches), (250, vec![0..100, 100..200, 200..250]));
    assert_eq!(proxy.count("INSERT"), 3);
    assert_eq!(numbers(&db).await?, (0..250).map(|n| (n, n)).collect::<Vec<_>>());
    // Whole rows, which come back in the order of the stream.
    let rows: Vec<Plain> = [249, 0, 300].map(|id| Plain { id, n: -id, changed: None }).into();
    let stored = Plain::upsert_stream(stream::iter(rows)).batch_rows(2).all(&db).await?;
    assert_eq!(
        stored.iter().map(|row| (row.id, row.n)).collect::<Vec<_>>(),
        [(249, -249), (0, 0), (300, -300)]
    );
    assert_eq!(Plain::query().count(&db).await?, 251);
    Ok(())
}

#[tokio::test]
async fn an_upsert_of_a_stream_that_fails_half_way_says_which_rows_are_in() -> Result<()> {
    let db = database().await?;
    Plain::insert_many((0..250).map(|n| Plain::insert().id(n).n(-1))).exec(&db).await?;
    let taken = AtomicI64::new(0);
    let rows = torn(400, 250, &taken, |n| Plain::insert().id(n).n(n));
    let error = Plain::upsert_stream(rows).batch_rows(100).in_flight(1).exec(&db).await.expect_err("torn");
    assert!(error.to_string().contains("the file is torn"), "{error}");
    assert!(std::error::Error::source(&error).is_some(), "{error}");
    let partial = error.partial().expect("how far it came");
    assert_eq!((partial.written(), partial.not_written()), (&[0..200][..], &[200..251][..]));
    assert!(partial.unknown().is_empty() && partial.complete_before() == 200, "{error}");
    assert_eq!((partial.taken(), taken.load(SeqCst)), (251, 251), "after an error nothing is taken");
    let expected: Vec<_> = (0..250).map(|n| (n, if n < 200 { n } else { -1 })).collect();
    assert_eq!(numbers(&db).await?, expected);
    Ok(())
}

#[tokio::test]
async fn an_update_of_a_stream_says_by_number_which_rows_it_missed_in_whatever_batch() -> Result<()> {
    let db = database().await?;
    let names = ["a", "b", "c", "d", "e"];
    let seen = Document::insert_many(names.map(|name| Document::insert().name(name))).all(&db).await?;
    Document::delete(seen[2].id).exec(&db).await?;
    Document::update(seen[3].id).set(Document::TEXT, "theirs").exec(&db).await?;
    let (proxy, through) = proxied(&db).await?;
    let rows = seen.clone().into_iter().map(|row| Document { text: "mine".into(), ..row });
    let updated =
        Document::update_stream(stream::iter(rows)).batch_rows(2).in_flight(1).exec(&through).await?;
    assert_eq!(updated.changed(), 3);
    assert_eq!(updated.missed(), [MissedRow::Gone { row: 2 }, MissedRow::Stale { row: 3, found: 2 }]);
    assert_eq!(proxy.count("UPDATE documents"), 3);
    let texts = Document::query().select((Document::NAME, Document::TEXT, Document::VERSION));
    let texts = texts.order_by(Document::NAME.asc()).all(&db).await?;
    let texts: Vec<_> = texts.iter().map(|(name, text, version)| (&**name, &**text, *version)).collect();
    assert_eq!(texts, [("a", "mine", 2), ("b", "mine", 2), ("d", "theirs", 2), ("e", "mine", 2)]);
    Ok(())
}

#[tokio::test]
async fn an_update_of_a_stream_that_fails_half_way_says_which_rows_are_changed() -> Result<()> {
    let db = database().await?;
    Plain::insert_many((0..400).map(|n| Plain::insert().id(n).n(-1))).exec(&db).await?;
    let taken = AtomicI64::new(0);
    let patches = torn(400, 250, &taken, |n| (n, PlainPatch { n: Some(n) }));
    let error = Plain::update_stream(patches).batch_rows(100).in_flight(1).exec(&db).await.expect_err("torn");
    assert!(error.to_string().contains("the file is torn"), "{error}");
    let partial = error.partial().expect("how far it came");
    assert_eq!((partial.written(), partial.not_written()), (&[0..200][..], &[200..251][..]));
    assert_eq!((partial.taken(), taken.load(SeqCst)), (251, 251), "after an error nothing is taken");
    let expected: Vec<_> = (0..400).map(|n| (n, if n < 200 { n } else { -1 })).collect();
    assert_eq!(numbers(&db).await?, expected);
    Ok(())
}

#[tokio::test]
async fn in_a_transaction_a_stream_that_fails_leaves_nothing() -> Result<()> {
    let db = database().await?;
    Plain::insert_many((0..100).map(|n| Plain::insert().id(n).n(-1))).exec(&db).await?;
    let taken = AtomicI64::new(0);
    let upsert = db.transaction("upsert", async |tx| {
        let rows = torn(200, 150, &taken, |n| Plain::insert().id(n).n(n));
        Plain::upsert_stream(rows).batch_rows(50).exec(&tx).await
    });
    assert!(upsert.await.expect_err("torn").to_string().contains("the file is torn"));
    // Whoever ignores the error commits nothing, either.
    let update = db.transaction("update", async |tx| {
        let patches = torn(100, 70, &taken, |n| (n, PlainPatch { n: Some(n) }));
        Plain::update_stream(patches).batch_rows(50).exec(&tx).await.expect_err("torn");
        Ok(())
    });
    assert!(update.await.expect_err("torn").to_string().contains("the file is torn"));
    assert_eq!(numbers(&db).await?, (0..100).map(|n| (n, -1)).collect::<Vec<_>>());
    Ok(())
}
