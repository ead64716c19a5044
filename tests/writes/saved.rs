//! A row that was read and changed is saved whole by its key, and only over the version that was read.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;

use crate::tables::{
    Cart, Document, Draft, DraftPage, Event, Order, OrderTag, Plain, Status, Tag, Visit, VisitPatch,
    database, proxied,
};

#[tokio::test]
async fn a_row_is_saved_with_all_its_columns_over_the_version_that_was_read() -> Result<()> {
    let db = database().await?;
    let mut document = Document::insert().name("a").text("first").one(&db).await?;
    let seen = document.clone();
    document.name = "b".to_owned();
    document.text = "second".to_owned();
    // It is set anew, whatever it is.
    document.updated_at = DateTime::UNIX_EPOCH;
    let saved = Document::update_row(&document).one(&db).await?;
    assert_eq!((&*saved.name, &*saved.text, saved.version), ("b", "second", seen.version + 1));
    assert!(saved.updated_at >= seen.updated_at);
    // Whoever has read the row before does not write over it.
    let stale = Document::update_row(&seen).exec(&db).await.expect_err("somebody was faster");
    assert!(stale.is_stale(), "{stale}");
    assert_eq!(Document::find(seen.id).one(&db).await?, saved);
    Document::delete(saved.id).exec(&db).await?;
    let gone = Document::update_row(&saved).one(&db).await.expect_err("it is gone");
    assert!(gone.is_not_found(), "{gone}");
    assert_eq!(Document::update_row(&saved).optional(&db).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_row_saved_over_its_version_is_saved_once_after_a_lost_answer() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let mut document = Document::insert().name("a").one(&db).await?;
    document.text = "new".to_owned();
    proxy.on("UPDATE documents").strike(Fault::CutBeforeSend);
    let saved = Document::update_row(&document).one(&through).await?;
    assert_eq!((saved.version, proxy.pending()), (document.version + 1, 0));
    Ok(())
}

#[tokio::test]
async fn a_row_without_a_version_is_saved_by_its_key() -> Result<()> {
    let db = database().await?;
    let mut plain = Plain::insert().id(-3).n(1).one(&db).await?;
    plain.n = i64::MIN;
    assert_eq!(Plain::update_row(&plain).one(&db).await?.n, i64::MIN);
    // Of a key of two columns, with a NULL, and the value that was its default.
    let mut event = Event::insert().status(Status::Closed).number(7).level(3).one(&db).await?;
    Event::insert().status(Status::Open).number(7).exec(&db).await?;
    (event.level, event.seen) = (None, 9);
    assert_eq!(
        Event::update_row(&event).to_sql()?,
        "UPDATE events SET level = $1, seen = $2 WHERE status = $3::TEXT::status AND number = $4 \
         RETURNING status::TEXT, number, level, seen"
    );
    assert_eq!(Event::update_row(&event).one(&db).await?, event);
    assert_eq!(Event::filter(Event::SEEN.eq(9)).count(&db).await?, 1);
    // In a transaction, with COMMIT.
    db.transaction("save", async |tx| {
        Plain::update_row(&Plain { id: -3, n: 5, changed: None }).defer(&tx);
        Ok(())
    })
    .await?;
    assert_eq!(Plain::find(-3).one(&db).await?.n, 5);
    Ok(())
}

#[tokio::test]
async fn a_row_of_a_key_alone_has_nothing_to_save() -> Result<()> {
    let db = database().await?;
    let link = OrderTag { order_id: Uuid::nil(), tag: "x".to_owned() };
    let error = OrderTag::update_row(&link).exec(&db).await.expect_err("it has no other column");
    assert!(
        error.is_invalid_statement() && error.to_string().contains("no column beside its key"),
        "{error}"
    );
    let many = OrderTag::update_many([&link]).exec(&db).await.expect_err("it has no other column");
    assert!(many.is_invalid_statement() && many.to_string().contains("no column beside its key"), "{many}");
    assert!(Tag::update_row(&Tag { name: "x".to_owned() }).to_sql().is_err());
    assert!(Order::update(Uuid::nil()).to_sql().is_err());
    Ok(())
}

#[tokio::test]
async fn whole_rows_write_nothing_back_that_every_update_sets_by_itself() -> Result<()> {
    let db = database().await?;
    let long_ago: DateTime<Utc> = "2001-02-03T04:05:06Z".parse().expect("a time");
    let first = Visit::insert().id(1).page("a").one(&db).await?;
    let old = |page: &str| Visit { id: 1, page: page.to_owned(), seen: long_ago };
    let now = async |page: &str| {
        let visit = Visit::find(1).one(&db).await?;
        assert_eq!(visit.page, page);
        // As it was on PostgreSQL, which has no ON UPDATE; now on CockroachDB.
        assert!(visit.seen >= first.seen, "{visit:?}");
        Ok::<(), crdb_orm::Error>(())
    };
    Visit::update_row(&old("b")).exec(&db).await?;
    now("b").await?;
    Visit::update_many([old("c")]).exec(&db).await?.complete()?;
    now("c").await?;
    Visit::upsert(&old("d")).exec(&db).await?;
    now("d").await?;
    Visit::upsert_many([old("e")]).exec(&db).await?;
    now("e").await?;
    // Whoever says so sets it.
    let seen = async || Visit::find(1).one(&db).await.map(|visit| visit.seen);
    Visit::update_row(&old("f")).set(Visit::SEEN, long_ago).exec(&db).await?;
    assert_eq!(seen().await?, long_ago);
    let later = long_ago + std::time::Duration::from_mins(1);
    Visit::update_many([(1, VisitPatch { seen: Some(later) })]).exec(&db).await?.complete()?;
    assert_eq!(seen().await?, later);
    let again = Visit::insert().id(1).page("g").seen(long_ago).build().on_conflict(Visit::ID);
    again.do_update_with(|row| row.take(Visit::SEEN)).exec(&db).await?;
    assert_eq!(seen().await?, long_ago);
    // A new row is inserted as it is.
    Visit::upsert(&Visit { id: 2, page: "a".to_owned(), seen: long_ago }).exec(&db).await?;
    assert_eq!(Visit::find(2).one(&db).await?.seen, long_ago);
    Ok(())
}

#[test]
fn a_row_that_moves_is_not_sent_back_to_its_old_region() -> Result<()> {
    let cart = Cart { id: Uuid::nil(), total: 1, region: Region::from_static("eu") };
    let sets = |sql: &str| {
        sql.split_once("SET ").map(|(_, rest)| rest.split(['W', 'F', 'R']).next().map(str::to_owned))
    };
    let texts = [
        Cart::update_row(&cart).to_sql()?,
        Cart::update_many([&cart]).to_sql()?,
        Cart::upsert(&cart).to_sql(),
        Cart::upsert_many([&cart]).to_sql()?,
    ];
    for text in texts {
        let set = sets(&text).flatten().expect("what it sets");
        assert!(set.contains("total") && !set.contains("region"), "{text}");
    }
    let moved = Cart::update_row(&cart).set(Cart::REGION, cart.region.clone()).to_sql()?;
    assert!(sets(&moved).flatten().is_some_and(|set| set.contains("region")), "{moved}");
    Ok(())
}

#[tokio::test]
async fn after_a_lost_answer_a_deleted_row_is_found_too() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let draft = || Draft::insert().text("x").deleted_at(Utc::now());
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let (root, pages) = draft().with(Draft::PAGES, [DraftPage::insert()]).one(&through).await?;
    assert_eq!((root.deleted_at.is_some(), pages.len()), (true, 1));
    proxy.on("INSERT INTO drafts").strike(Fault::CutAfterSend);
    let rows = Draft::insert_many([draft(), draft()]).all(&through).await?;
    assert!(rows.len() == 2 && rows.iter().all(|row| row.deleted_at.is_some()), "{rows:?}");
    proxy.on("INSERT INTO drafts").strike(Fault::CutAfterSend);
    assert_eq!(Draft::insert_many([draft()]).exec(&through).await?, 1);
    proxy.on("INSERT INTO drafts").strike(Fault::CutAfterSend);
    assert!(draft().one(&through).await?.deleted_at.is_some());
    assert_eq!(proxy.pending(), 0);
    Ok(())
}
