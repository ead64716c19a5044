//! What each statement does on a running database.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::{Color, Owner, Thing, database, owner};

#[tokio::test]
async fn defaults_are_the_servers_and_the_key_is_the_clients() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    let thing = Thing::insert().owner_id(ann.id).price(Decimal::new(150, 2)).one(&db).await?;
    assert_eq!(thing.id.get_version_num(), 4);
    assert_eq!(
        thing,
        Thing {
            id: thing.id,
            owner_id: ann.id,
            price: Decimal::new(150, 2),
            color: Color::Green,
            count: 1,
            note: None,
            short: "abc".into(),
            double: 2,
            cache: 0,
        }
    );
    assert_eq!(Thing::find(thing.id).one(&db).await?, thing);
    let key = Uuid::from_u128(7);
    assert_eq!(Thing::insert().id(key).owner_id(ann.id).price(Decimal::ONE).one(&db).await?.id, key);
    Ok(())
}

#[tokio::test]
async fn an_insert_can_be_run_without_reading_the_row_back() -> Result<()> {
    let db = database().await?;
    Owner::insert().name("Ann").exec(&db).await?;
    assert_eq!(Owner::query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_update_changes_in_the_database_and_returns_the_row() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    let thing = Thing::insert().owner_id(ann.id).price(Decimal::ONE).one(&db).await?;
    let updated = Thing::update(thing.id)
        .add(Thing::COUNT, 4)
        .set(Thing::PRICE, Thing::PRICE * Decimal::TEN)
        .set(Thing::COLOR, Color::Red)
        .set(Thing::NOTE, "x")
        .one(&db)
        .await?;
    assert_eq!((updated.count, updated.double, updated.price), (5, 10, Decimal::new(1000, 2)));
    assert_eq!((updated.color, updated.note.as_deref()), (Color::Red, Some("x")));
    Thing::update(thing.id).set(Thing::NOTE, None).exec(&db).await?;
    assert_eq!(Thing::find(thing.id).one(&db).await?.note, None);
    Ok(())
}

#[tokio::test]
async fn an_update_of_a_row_that_is_gone_is_an_error_and_a_delete_of_one_is_not() -> Result<()> {
    let db = database().await?;
    let nobody = Uuid::from_u128(9);
    let error = Owner::update(nobody).set(Owner::NAME, "x").exec(&db).await.expect_err("no such row");
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().contains("owners"), "{error}");
    assert!(Owner::update(nobody).set(Owner::NAME, "x").optional(&db).await?.is_none());
    assert!(!Owner::delete(nobody).exec(&db).await?);
    let ann = owner(&db, "Ann").await?;
    assert_eq!(Owner::delete(ann.id).optional(&db).await?, Some(ann.clone()));
    assert!(!Owner::find(ann.id).exists(&db).await?);
    Ok(())
}

#[tokio::test]
async fn an_upsert_inserts_and_then_updates() -> Result<()> {
    let db = database().await?;
    let mut ann = Owner { id: Uuid::from_u128(1), name: "Ann".into() };
    assert_eq!(Owner::upsert(&ann).one(&db).await?, ann);
    ann.name = "Anna".into();
    assert_eq!(Owner::upsert(&ann).one(&db).await?, ann);
    assert_eq!(Owner::query().all(&db).await?, [ann.clone()]);
    assert!(!Owner::insert().name("Anna").build().or_ignore().exec(&db).await?, "the name is taken");
    assert!(Owner::insert().name("Bob").build().or_ignore().optional(&db).await?.is_some());
    Ok(())
}

#[tokio::test]
async fn one_optional_and_first_differ_in_how_many_they_take() -> Result<()> {
    let db = database().await?;
    let error = Owner::query().one(&db).await.expect_err("none");
    assert!(error.is_not_found(), "{error}");
    assert!(Owner::query().optional(&db).await?.is_none());
    owner(&db, "Bob").await?;
    owner(&db, "Ann").await?;
    assert_eq!(
        Owner::order_by(Owner::NAME.asc()).first(&db).await?.map(|owner| owner.name).as_deref(),
        Some("Ann")
    );
    assert!(Owner::query().one(&db).await.expect_err("two").is_too_many_rows());
    assert!(Owner::query().optional(&db).await.expect_err("two").is_too_many_rows());
    assert_eq!(Owner::filter(Owner::NAME.eq("Bob")).one(&db).await?.name, "Bob");
    Ok(())
}

#[tokio::test]
async fn aggregates_have_the_same_type_on_every_server() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    assert_eq!(Thing::query().sum(Thing::COUNT, &db).await?, None);
    for n in 1..=4_i32 {
        Thing::insert().owner_id(ann.id).price(Decimal::from(n)).count(n).exec(&db).await?;
    }
    let all = Thing::query();
    assert_eq!(all.clone().count(&db).await?, 4);
    assert_eq!(all.clone().sum(Thing::COUNT, &db).await?, Some(10_i64));
    assert_eq!(all.clone().sum(Thing::PRICE, &db).await?, Some(Decimal::TEN));
    assert_eq!(all.clone().avg(Thing::COUNT, &db).await?, Some(2.5));
    assert_eq!(all.clone().avg(Thing::PRICE, &db).await?, Some(2.5));
    assert_eq!(all.clone().min(Thing::COUNT, &db).await?, Some(1));
    assert_eq!(all.clone().max(Thing::PRICE, &db).await?, Some(Decimal::new(400, 2)));
    assert_eq!(all.clone().max(Thing::COLOR, &db).await?, Some(Color::Green));
    assert_eq!(all.clone().min(Thing::NOTE, &db).await?, None);
    assert!(all.clone().exists(&db).await?);
    assert!(!Thing::filter(Thing::COUNT.gt(4)).exists(&db).await?);
    // Over a limited set the aggregate is of that set.
    let two = all.order_by(Thing::COUNT.desc()).limit(2);
    assert_eq!(two.clone().count(&db).await?, 2);
    assert_eq!(two.sum(Thing::COUNT, &db).await?, Some(7));
    Ok(())
}

#[tokio::test]
async fn many_rows_are_changed_by_a_condition() -> Result<()> {
    let db = database().await?;
    for name in ["a", "b", "c"] {
        owner(&db, name).await?;
    }
    let renamed = Owner::filter(Owner::NAME.eq("a")).update().set(Owner::NAME, "z").all(&db).await?;
    assert_eq!(renamed.len(), 1);
    assert_eq!(Owner::filter(Owner::NAME.eq_any(["b", "c", "nobody"])).delete().exec(&db).await?, 2);
    assert_eq!(Owner::filter(Owner::NAME.eq_any(Vec::<String>::new())).delete().exec(&db).await?, 0);
    assert_eq!(Owner::query().delete().all(&db).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn nulls_come_first_in_ascending_order_on_every_server() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    for note in [Some("b"), None, Some("a")] {
        Thing::insert().owner_id(ann.id).price(Decimal::ONE).note(note.map(str::to_owned)).exec(&db).await?;
    }
    let notes = |order| async {
        let things = Thing::order_by(order).all(&db).await?;
        Ok::<_, crdb_orm::Error>(things.into_iter().map(|thing| thing.note).collect::<Vec<_>>())
    };
    let (a, b) = (Some("a".to_owned()), Some("b".to_owned()));
    assert_eq!(notes(Thing::NOTE.asc()).await?, [None, a.clone(), b.clone()]);
    assert_eq!(notes(Thing::NOTE.desc()).await?, [b.clone(), a.clone(), None]);
    assert_eq!(notes(Thing::NOTE.asc().nulls_last()).await?, [a, b, None]);
    Ok(())
}

#[tokio::test]
async fn patterns_take_no_character_of_the_callers_for_a_wildcard() -> Result<()> {
    let db = database().await?;
    for name in ["100%", "100 percent", "a_b", "axb", "back\\slash"] {
        owner(&db, name).await?;
    }
    let count = |filter| Owner::filter(filter).count(&db);
    assert_eq!(count(Owner::NAME.starts_with("100%")).await?, 1);
    assert_eq!(count(Owner::NAME.contains("_")).await?, 1);
    assert_eq!(count(Owner::NAME.contains("\\")).await?, 1);
    assert_eq!(count(Owner::NAME.like("a_b")).await?, 2);
    assert_eq!(count(Owner::NAME.ilike("A_B")).await?, 2);
    Ok(())
}

#[tokio::test]
async fn executors_are_objects_too() -> Result<()> {
    async fn count(executor: &dyn Read) -> Result<u64> {
        Owner::query().count(executor).await
    }
    async fn add(executor: &dyn Write) -> Result<Owner> {
        Owner::insert().name("Ann").one(executor).await
    }
    let db = database().await?;
    add(&*db).await?;
    assert_eq!(count(&*db).await?, 1);
    assert_eq!(count(&std::sync::Arc::new((*db).clone())).await?, 1);
    db.transaction("objects", async |tx| {
        assert_eq!(count(&tx).await?, 1);
        Owner::query().delete().exec(&tx).await?;
        add(&tx).await
    })
    .await?;
    assert_eq!(count(&*db).await?, 1);
    Ok(())
}
