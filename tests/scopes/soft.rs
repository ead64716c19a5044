//! Deleted rows are nowhere unless they are asked for.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::{A, B, Customer, Order, Page, Sale, empty, filled, order_id};

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
    // The orders are there: whoever lists them answers no 404.
    assert!(missing.is_related_not_found() && !missing.is_not_found(), "{missing}");
    assert!(format!("{missing:?}").contains("with_deleted"), "{missing:?}");
    let found = Order::filter(Order::CUSTOMER_ID.eq(2)).with(Order::CUSTOMER.with_deleted()).all(&a).await?;
    assert!(found.iter().all(|(_, customer)| customer.deleted_at.is_some()) && !found.is_empty());
    let joined = Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID)).select(Order::ID);
    assert_eq!(joined.clone().all(&a).await?.len(), 3);
    assert!(joined.with_deleted().all(&a).await?.len() > 3);
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_deleted_is_still_taken_and_the_error_says_what_to_do_where_it_may_be() -> Result<()> {
    let db = pages().await?;
    Page::delete(2).exec(&db).await?;
    let again = Page::insert().id(2).slug("new").exec(&db).await.unwrap_err();
    assert!(again.is_unique_violation(), "{again}");
    let advised = |error: &crdb_orm::Error| error.advice().is_some_and(|advice| advice.contains("restore"));
    assert!(advised(&again) && again.to_string().contains("`filter = \"removed IS NULL\"`"), "{again:?}");
    // The index of addresses has that filter: no deleted row is in the way.
    let taken = Page::insert().id(7).slug("home").exec(&db).await.unwrap_err();
    assert_eq!(taken.constraint(), Some("pages_slug"), "{taken}");
    assert!(!advised(&taken), "{taken}");
    let taken = Page::insert().id(7).slug("home").one(&db).await.unwrap_err();
    assert!(taken.is_unique_violation() && !advised(&taken), "{taken}");
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

/// A deletion and a restoration are changes as any other: the version is counted and the time noted.
#[tokio::test]
async fn every_way_to_delete_softly_counts_the_version_and_notes_the_time() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let long_ago: DateTime<Utc> = "2001-02-03T04:05:06Z".parse().expect("a time");
    let old = async || -> Result<i64> {
        Sale::query().only_deleted().delete().hard().exec(&a).await?;
        Sale::filter(Sale::NUMBER.eq(9)).delete().hard().exec(&a).await?;
        let new =
            Sale { tenant_id: A, number: 9, amount: 0, deleted_at: None, version: 1, updated_at: long_ago };
        Sale::insert_row(&new).exec(&a).await?;
        Ok(new.version)
    };
    let key = (A, 9);
    let nine = || Sale::filter(Sale::NUMBER.eq(9));
    for way in 0..7 {
        let before = old().await?;
        match way {
            0 => assert!(Sale::delete(key).exec(&a).await?),
            1 => assert!(Sale::delete(key).version(before).optional(&a).await?.is_some()),
            2 => assert_eq!(nine().delete().exec(&a).await?, 1),
            3 => assert_eq!(nine().delete().in_batches().exec(&a).await?, 1),
            4 => {
                let page = Page::insert().id(9).slug("nine").build().or_ignore().exec(&db).await?;
                let joined = nine().join(Sale::NUMBER.joins(Page::ID)).delete();
                assert_eq!((page, joined.exec(&a).await?), (true, 1));
            }
            5 => drop(a.batch((Sale::delete(key), Sale::query())).await?),
            _ => {
                a.transaction("deferred", async |tx| {
                    Sale::delete(key).defer(&tx);
                    Ok(())
                })
                .await?;
            }
        }
        let gone = Sale::find(key).only_deleted().one(&a).await?;
        assert_eq!(gone.version, before + 1, "way {way}");
        assert!(gone.updated_at > long_ago && gone.deleted_at.is_some(), "way {way}: {gone:?}");
    }
    Sale::query().only_deleted().update().set(Sale::UPDATED_AT, long_ago).exec(&a).await?;
    let deleted = Sale::find(key).only_deleted().one(&a).await?;
    assert_eq!(deleted.updated_at, long_ago);
    let back = Sale::restore(key).version(deleted.version).one(&a).await?;
    assert!(back.updated_at > long_ago && back.version == deleted.version + 1, "{back:?}");
    Ok(())
}

#[tokio::test]
async fn batches_keep_what_is_deleted_and_purge_it_when_they_are_told_to() -> Result<()> {
    let db = pages().await?;
    Page::delete(2).exec(&db).await?;
    let gone = Page::find(2).only_deleted().one(&db).await?;
    assert_eq!(Page::query().update().add(Page::HITS, 1).in_batches().batch_rows(1).exec(&db).await?, 3);
    let both = Page::query().with_deleted().update().add(Page::HITS, 1).in_batches();
    assert_eq!(both.batch_rows(1).exec(&db).await?, 4);
    let deleted = Page::filter(Page::ID.ge(3)).with_deleted().delete().in_batches().batch_rows(1);
    assert_eq!(deleted.exec(&db).await?, 2);
    assert_eq!(Page::query().with_deleted().delete().in_batches().batch_rows(1).exec(&db).await?, 1);
    let still = Page::find(2).only_deleted().one(&db).await?;
    assert_eq!((still.removed_at, still.hits), (gone.removed_at, 1));
    assert_eq!(Page::query().with_deleted().count(&db).await?, 4);
    assert_eq!(Page::query().delete().hard().in_batches().exec(&db).await?, 0);
    let twice = Page::query().only_deleted().delete().in_batches().exec(&db).await.unwrap_err();
    assert!(twice.is_invalid_statement() && twice.to_string().contains("deleted already"), "{twice}");
    let leaves = || Page::filter(Page::PARENT_ID.is_not_null()).only_deleted().delete().hard().in_batches();
    let (mut place, mut rows) = (None, 0);
    leaves()
        .batch_rows(1)
        .on_progress(|so_far| (place, rows) = (Some(so_far.resume.clone()), so_far.rows))
        .exec(&db)
        .await?;
    assert_eq!((rows, leaves().resume(place).exec(&db).await?), (3, 0));
    assert_eq!(Page::query().only_deleted().delete().hard().in_batches().exec(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn writes_by_the_rows_of_others_leave_deleted_rows_alone() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let of_two = || Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID)).filter(Customer::ID.eq(2));
    assert_eq!(of_two().update().set(Order::TOTAL, 7).exec(&a).await?, 2);
    assert_eq!(of_two().with_deleted().update().set(Order::TOTAL, 8).exec(&a).await?, 3);
    let six = Order::find(order_id(A, 6)).only_deleted().one(&a).await?;
    assert_eq!(six.total, 8);
    // Asked for the deleted ones, it neither deletes others nor does it again.
    let only = || Order::query().only_deleted().join(Order::CUSTOMER_ID.joins(Customer::ID));
    let twice = only().delete().exec(&a).await.unwrap_err();
    assert!(twice.is_invalid_statement() && twice.to_string().contains("deleted already"), "{twice}");
    assert_eq!(Order::query().count(&a).await?, 5);
    assert_eq!(of_two().with_deleted().delete().exec(&a).await?, 2);
    let still = Order::find(order_id(A, 6)).only_deleted().one(&a).await?;
    assert_eq!(still.deleted_at, six.deleted_at);
    // By a customer who is deleted, unless these are shown, nothing is done.
    Customer::delete((A, 1)).exec(&a).await?;
    let of_one = || Order::query().join(Order::CUSTOMER).filter(Customer::ID.eq(1));
    assert_eq!(of_one().delete().exec(&a).await?, 0);
    assert_eq!(of_one().with_deleted().filter(Order::NUMBER.gt(1)).delete().hard().exec(&a).await?, 2);
    assert_eq!(only().delete().hard().exec(&a).await?, 3);
    assert_eq!(Order::query().with_deleted().count(&a).await?, 1);
    assert_eq!(Order::query().with_deleted().count(&db.scoped(B)).await?, 6);
    Ok(())
}

#[tokio::test]
async fn joins_that_keep_rows_of_both_sides_leave_deleted_rows_out() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    for id in 1..=4 {
        Page::insert().id(id).slug(format!("p{id}")).exec(&db).await?;
    }
    Page::delete(1).exec(&db).await?;
    let joined = || Page::query().full_join(Page::ID.joins(Sale::NUMBER));
    let rows = joined().select((Page::ID, Sale::NUMBER)).order_by(Page::ID.asc()).all(&a).await?;
    assert_eq!(rows, [(None, Some(1)), (Some(2), Some(2)), (Some(3), None), (Some(4), None)]);
    let all = joined().with_deleted().select((Page::ID, Sale::NUMBER)).order_by(Page::ID.asc());
    assert_eq!(
        all.all(&a).await?,
        [(Some(1), Some(1)), (Some(2), Some(2)), (Some(3), Some(3)), (Some(4), None)]
    );
    Ok(())
}
