//! A row that was read and changed is saved whole by its key, and only over the version that was read.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;

use crate::tables::{Document, Event, Order, OrderTag, Plain, Status, Tag, database, proxied};

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
    assert!(error.is_invalid_statement(), "{error}");
    assert!(Tag::update_row(&Tag { name: "x".to_owned() }).to_sql().is_err());
    assert!(Order::update(Uuid::nil()).to_sql().is_err());
    Ok(())
}
