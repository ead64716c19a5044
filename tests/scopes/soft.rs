//! Deleted rows are nowhere unless they are asked for.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::{A, Customer, Order, Page, empty, filled, order_id};

async fn pages() -> Result<crdb_orm::testing::TestDb> {
    let db = empty().await?;
    Page::insert().id(1).slug("home").exec(&db).await?;
    for n in 2..=4 {
        Page::insert().id(n).slug(format!("p{n}")).parent_id(1).exec(&db).await?;
    }
    Ok(db)
}

#[tokio::test]
async fn a_deleted_row_stays_and_comes_back() -> Result<()> {
    let db = pages().await?;
    let before = Utc::now();
    assert!(Page::delete(2).exec(&db).await?);
    assert!(!Page::delete(2).exec(&db).await?);
    assert!(Page::find(2).optional(&db).await?.is_none());
    assert!(!Page::find(2).exists(&db).await?);
    assert_eq!(Page::query().count(&db).await?, 3);
    let gone = Page::find(2).with_deleted().one(&db).await?;
    let at = gone.removed_at.expect("a time");
    assert!((before - chrono_minute()..=Utc::now() + chrono_minute()).contains(&at), "{at}");
    assert_eq!(Page::query().only_deleted().all(&db).await?, [gone]);
    assert_eq!(Page::query().with_deleted().count(&db).await?, 4);
    // Nothing changes it, and its time stays.
    assert!(Page::update(2).set(Page::HITS, 5).exec(&db).await.unwrap_err().is_not_found());
    assert_eq!(Page::query().update().add(Page::HITS, 1).exec(&db).await?, 3);
    assert_eq!(Page::filter(Page::ID.eq(2)).with_deleted().delete().exec(&db).await?, 0);
    assert_eq!(Page::find(2).only_deleted().one(&db).await?.removed_at, Some(at));
    assert_eq!(Page::restore(2).one(&db).await?.removed_at, None);
    assert!(Page::restore(2).exec(&db).await.unwrap_err().is_not_found());
    assert_eq!(Page::find(2).one(&db).await?.hits, 0);
    Ok(())
}

fn chrono_minute() -> std::time::Duration {
    std::time::Duration::from_mins(1)
}

#[tokio::test]
async fn a_hard_delete_is_for_good() -> Result<()> {
    let db = pages().await?;
    Page::delete(2).exec(&db).await?;
    assert!(Page::delete(2).hard().exec(&db).await?);
    assert!(Page::find(2).with_deleted().optional(&db).await?.is_none());
    assert!(Page::delete(3).hard().optional(&db).await?.is_some());
    // Of many, those that are deleted only where they are asked for.
    Page::delete(4).exec(&db).await?;
    assert_eq!(Page::filter(Page::ID.gt(1)).delete().hard().exec(&db).await?, 0);
    let twice = Page::query().only_deleted().delete().exec(&db).await.unwrap_err();
    assert!(twice.is_invalid_statement() && twice.to_string().contains("deleted already"), "{twice}");
    assert_eq!(Page::query().only_deleted().delete().hard().exec(&db).await?, 1);
    assert_eq!(Page::query().with_deleted().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn relations_and_conditions_on_them_leave_deleted_rows_out() -> Result<()> {
    let db = pages().await?;
    Page::delete(2).exec(&db).await?;
    let (_, children) = Page::find(1).with(Page::CHILDREN.order_by(Page::ID.asc())).one(&db).await?;
    assert_eq!(children.iter().map(|page| page.id).collect::<Vec<_>>(), [3, 4]);
    let (_, all) = Page::find(1).with(Page::CHILDREN.with_deleted()).one(&db).await?;
    assert_eq!(all.len(), 3);
    let (_, first) = Page::find(1).with(Page::CHILDREN.order_by(Page::ID.asc()).limit(1)).one(&db).await?;
    assert_eq!(first[0].id, 3);
    assert!(Page::filter(Page::CHILDREN.any(Page::ID.eq(2))).all(&db).await?.is_empty());
    // What had to be there and is deleted.
    Page::delete(1).exec(&db).await?;
    assert_eq!(
        Page::find(3).with(Page::PARENT).one(&db).await.map(|(_, parent)| parent.is_some()).ok(),
        Some(false)
    );
    let a = filled().await?;
    let a = a.scoped(A);
    Customer::delete((A, 2)).exec(&a).await?;
    let missing = Order::filter(Order::CUSTOMER_ID.eq(2)).with(Order::CUSTOMER).all(&a).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert!(format!("{missing:?}").contains("with_deleted"), "{missing:?}");
    let found = Order::filter(Order::CUSTOMER_ID.eq(2)).with(Order::CUSTOMER.with_deleted()).all(&a).await?;
    assert!(found.iter().all(|(_, customer)| customer.deleted_at.is_some()) && !found.is_empty());
    let joined = Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID)).select(Order::ID);
    assert_eq!(joined.clone().all(&a).await?.len(), 3);
    assert!(joined.with_deleted().all(&a).await?.len() > 3);
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_deleted_is_still_taken_and_the_error_says_what_to_do() -> Result<()> {
    let db = pages().await?;
    Page::delete(2).exec(&db).await?;
    let again = Page::insert().id(2).slug("new").exec(&db).await.unwrap_err();
    assert!(again.is_unique_violation(), "{again}");
    assert!(again.advice().is_some_and(|advice| advice.contains("restore")), "{again:?}");
    let row = Page { id: 2, slug: "new".into(), hits: 9, parent_id: None, removed_at: None };
    for error in
        [Page::upsert(&row).exec(&db).await.unwrap_err(), Page::upsert(&row).one(&db).await.unwrap_err()]
    {
        assert!(error.is_not_found() && error.to_string().contains("it is deleted"), "{error}");
    }
    assert_eq!(Page::upsert_many([row.clone()]).exec(&db).await?, 0);
    assert!(!Page::insert_row(&row).or_ignore().exec(&db).await?);
    assert_eq!(Page::find(2).only_deleted().one(&db).await?.slug, "p2");
    Page::delete(2).hard().exec(&db).await?;
    Page::upsert(&row).exec(&db).await?;
    assert_eq!(Page::find(2).one(&db).await?, row);
    Ok(())
}

#[tokio::test]
async fn a_partial_unique_index_is_free_for_new_rows() -> Result<()> {
    let db = pages().await?;
    let take = |id: i64| Page::insert().id(id).slug("home").build();
    assert!(take(9).exec(&db).await.unwrap_err().is_unique_violation());
    let kept =
        take(9).on_conflict(Page::PAGES_SLUG).do_update_with(|page| page.add(Page::HITS, 1)).one(&db).await?;
    assert_eq!((kept.id, kept.hits), (1, 1));
    let kept =
        take(9).on_conflict(Page::SLUG).do_update_with(|page| page.add(Page::HITS, 1)).one(&db).await?;
    assert_eq!((kept.id, kept.hits), (1, 2));
    Page::delete(1).exec(&db).await?;
    let new = take(9).on_conflict(Page::SLUG).do_update_with(|page| page.add(Page::HITS, 1)).one(&db).await?;
    assert_eq!((new.id, new.hits), (9, 0));
    let back = Page::restore(1).exec(&db).await.unwrap_err();
    assert!(back.is_unique_violation(), "{back}");
    Ok(())
}

#[tokio::test]
async fn a_soft_delete_counts_the_version_and_asks_for_it() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let key = (A, 1);
    let stale = Customer::delete(key).version(7).exec(&a).await.unwrap_err();
    assert!(stale.is_stale(), "{stale}");
    let gone = Customer::delete(key).version(1).optional(&a).await?.expect("the row");
    assert_eq!(gone.version, 2);
    assert!(gone.deleted_at.is_some());
    // It is gone for those who do not ask for it.
    assert!(!Customer::delete(key).version(2).exec(&a).await?);
    assert!(
        Customer::update(key).version(2).set(Customer::NAME, "x").exec(&a).await.unwrap_err().is_not_found()
    );
    let stale = Customer::restore(key).version(1).exec(&a).await.unwrap_err();
    assert!(stale.is_stale(), "{stale}");
    assert_eq!(Customer::restore(key).version(2).one(&a).await?.version, 3);
    assert_eq!(Customer::filter(Customer::ID.eq(2)).delete().all(&a).await?[0].version, 2);
    let stale = Customer::delete((A, 2)).hard().version(1).exec(&a).await.unwrap_err();
    assert!(stale.is_stale(), "{stale}");
    Ok(())
}

#[tokio::test]
async fn updates_of_many_rows_and_deferred_deletes_leave_deleted_rows_alone() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let mut orders = Order::query().with_deleted().order_by(Order::ID.asc()).all(&a).await?;
    for order in &mut orders {
        order.total = 1000;
        order.deleted_at = None;
    }
    let updated = Order::update_many(&orders).exec(&a).await?;
    assert_eq!(updated.changed(), 5);
    let deleted = Order::find(order_id(A, 6)).only_deleted().one(&a).await?;
    assert_eq!(deleted.total, 60);
    let failed = a
        .transaction("t", async |tx| {
            Order::delete(order_id(A, 6)).defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(failed.is_not_found(), "{failed}");
    a.transaction("t", async |tx| {
        Order::delete(order_id(A, 1)).defer(&tx);
        Order::restore(order_id(A, 6)).defer(&tx);
        Ok(())
    })
    .await?;
    assert_eq!(Order::query().count(&a).await?, 5);
    Ok(())
}
