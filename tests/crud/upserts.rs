//! Inserts that meet rows that are there already.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;

/// A page that was visited.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "pages")]
#[crdb(index(one_live_handle, on(handle), unique, filter = "NOT gone"))]
struct Page {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(unique)]
    path: String,
    handle: String,
    #[crdb(default = 1)]
    visits: i64,
    #[crdb(default = false)]
    gone: bool,
    #[crdb(version)]
    version: i64,
}

const SCHEMA: Schema = Schema::new("upserts").tables(&[Page::TABLE]);

async fn pages() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Ok(db)
}

macro_rules! page {
    ($path:expr) => {
        Page::insert().path($path).handle(format!("handle of {}", $path))
    };
}

#[tokio::test]
async fn a_unique_key_tells_that_a_row_is_there() -> Result<()> {
    let db = pages().await?;
    let first = page!("/a").one(&db).await?;
    assert_eq!(page!("/a").build().on_conflict(Page::PATH).do_nothing().optional(&db).await?, None);
    let visit =
        || {
            page!("/a").visits(10).build().on_conflict(Page::PATH).do_update_with(|row| {
                row.add(Page::VISITS, Page::VISITS.excluded()).filter(Page::VISITS.lt(20))
            })
        };
    let second = visit().one(&db).await?;
    assert_eq!((second.id, second.visits, second.version), (first.id, 11, 2));
    assert_eq!(visit().one(&db).await?.visits, 21);
    assert!(visit().one(&db).await.expect_err("it has visits enough").is_not_found());
    let taken = page!("/a").visits(3).build().on_conflict(Page::PATH).do_update().one(&db).await?;
    assert_eq!((taken.id, taken.visits, taken.version), (first.id, 3, 4));
    Ok(())
}

#[tokio::test]
async fn a_partial_index_tells_it_of_its_rows_only() -> Result<()> {
    let db = pages().await?;
    let gone = Page::insert().path("/a").handle("h").gone(true).one(&db).await?;
    let live = Page::insert().path("/b").handle("h").one(&db).await?;
    let upsert = Page::insert().path("/c").handle("h").visits(7).build();
    let upsert = upsert.on_conflict(Page::ONE_LIVE_HANDLE).do_update_with(|row| row.take(Page::VISITS));
    let updated = upsert.one(&db).await?;
    assert_eq!((updated.id, updated.visits, updated.path.as_str()), (live.id, 7, "/b"));
    assert_eq!(Page::find(gone.id).one(&db).await?, gone);
    Ok(())
}

#[tokio::test]
async fn columns_that_are_no_unique_key_are_the_servers_error_with_advice() -> Result<()> {
    let db = pages().await?;
    let error =
        page!("/a").build().on_conflict(Page::VISITS).do_nothing().exec(&db).await.expect_err("no key");
    assert_eq!(error.sqlstate(), Some("42P10"));
    assert!(error.advice().is_some_and(|advice| advice.contains("unique index")), "{error}");
    Ok(())
}

#[tokio::test]
async fn many_rows_are_upserted_in_order() -> Result<()> {
    let db = pages().await?;
    let mut rows: Vec<Page> = Page::insert_many((0..100).map(|n| page!(format!("/{n}")))).all(&db).await?;
    for row in &mut rows {
        row.visits += 1;
    }
    rows.reverse();
    rows.extend((100..150).map(|n| Page {
        id: Uuid::new_v4(),
        path: format!("/{n}"),
        handle: format!("{n}"),
        visits: 5,
        gone: false,
        version: 1,
    }));
    let upserted = Page::upsert_many(&rows).batch_rows(40).all(&db).await?;
    assert!(upserted.iter().map(|row| row.id).eq(rows.iter().map(|row| row.id)));
    assert!(upserted[..100].iter().all(|row| (row.visits, row.version) == (2, 2)));
    assert!(upserted[100..].iter().all(|row| (row.visits, row.version) == (5, 1)));
    // By another key than the primary one, each row still stands where it was given.
    let again = (0..150).rev().map(|n| page!(format!("/{n}")).visits(9));
    let again = Page::insert_many(again).batch_rows(40).on_conflict(Page::PATH).do_update().all(&db).await?;
    assert!(again.iter().map(|row| row.path.clone()).eq((0..150).rev().map(|n| format!("/{n}"))));
    assert_eq!(Page::query().count(&db).await?, 150);
    Ok(())
}

#[tokio::test]
async fn rows_that_are_there_are_left_out() -> Result<()> {
    let db = pages().await?;
    page!("/3").exec(&db).await?;
    let many = || Page::insert_many((0..10).map(|n| page!(format!("/{}", n % 8))));
    let inserted = many().or_ignore().all(&db).await?;
    let paths: Vec<&str> = inserted.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths, ["/0", "/1", "/2", "/4", "/5", "/6", "/7"]);
    assert_eq!(many().on_conflict(Page::PATH).do_nothing().exec(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_same_key_twice_in_a_batch_is_an_error_before_it_is_sent() -> Result<()> {
    let db = pages().await?;
    let rows = || ["/0", "/1", "/2", "/3", "/1"].map(|path| page!(path));
    let upsert = |rows: Vec<_>| Page::insert_many(rows).on_conflict(Page::PATH).do_update();
    let error = upsert(rows().into()).exec(&db).await.expect_err("the same path");
    assert!(error.is_invalid_statement() && error.sqlstate().is_none(), "{error}");
    assert!(error.to_string().contains("rows 1 and 4, counted from 0, have the same (path)"), "{error}");
    assert_eq!(error.partial().map(crdb_orm::PartialWrite::complete_before), Some(0));
    assert_eq!(Page::query().count(&db).await?, 0);
    // In two batches, one after the other, it is no mistake.
    assert_eq!(upsert(rows().into()).batch_rows(4).in_flight(1).exec(&db).await?, 5);
    assert_eq!(Page::query().count(&db).await?, 4);
    // Nor can a transaction be committed without the batch.
    let error = db
        .transaction("twice", async |tx| {
            page!("/9").exec(&tx).await?;
            let _ = upsert(rows().into()).exec(&tx).await;
            Ok(())
        })
        .await
        .expect_err("the same path");
    assert!(error.is_invalid_statement(), "{error}");
    assert_eq!(Page::query().count(&db).await?, 4);
    Ok(())
}
