//! What does not fit is an error that names table, column and cause; nothing panics, nothing is cut off.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::{Color, Owner, Thing, database, owner};

/// The same table, as somebody believes it to be.
mod belief {
    use crdb_orm::prelude::*;

    #[derive(CrdbTable, Debug)]
    #[crdb(table = "things")]
    pub(super) struct WrongWidth {
        #[crdb(primary_key)]
        pub(super) id: Uuid,
        pub(super) count: i64,
    }

    #[derive(CrdbTable, Debug)]
    #[crdb(table = "things")]
    pub(super) struct NeverNull {
        #[crdb(primary_key)]
        pub(super) id: Uuid,
        pub(super) note: String,
    }

    #[derive(CrdbTable, Debug)]
    #[crdb(table = "things")]
    pub(super) struct NoSuchColumn {
        #[crdb(primary_key)]
        pub(super) id: Uuid,
        pub(super) weight: i32,
    }

    #[derive(CrdbTable, Debug)]
    #[crdb(table = "no_such_table")]
    pub(super) struct NoSuchTable {
        #[crdb(primary_key)]
        pub(super) id: Uuid,
    }

    #[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
    #[crdb(name = "color")]
    pub(super) enum OnlyRed {
        Red,
    }

    #[derive(CrdbTable, Debug)]
    #[crdb(table = "things")]
    pub(super) struct FewerColors {
        #[crdb(primary_key)]
        pub(super) id: Uuid,
        pub(super) color: OnlyRed,
    }
}

async fn one_thing() -> Result<(crdb_orm::testing::TestDb, Thing)> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    let thing = Thing::insert().owner_id(ann.id).price(Decimal::ONE).one(&db).await?;
    Ok((db, thing))
}

#[tokio::test]
async fn a_column_of_another_type_is_named_with_both_types() -> Result<()> {
    let (db, thing) = one_thing().await?;
    let error = belief::WrongWidth::find(thing.id).one(&db).await.expect_err("INT4 is not INT8");
    assert!(error.is_decode(), "{error:?}");
    assert_eq!((error.table(), error.column()), (Some("things"), Some("count")));
    let text = error.to_string();
    assert!(text.contains("INT4") && text.contains("INT8") && text.contains("count"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_null_in_a_field_that_is_no_option_is_named() -> Result<()> {
    let (db, thing) = one_thing().await?;
    let error = belief::NeverNull::find(thing.id).one(&db).await.expect_err("NULL");
    assert!(error.is_decode(), "{error:?}");
    assert_eq!((error.table(), error.column()), (Some("things"), Some("note")));
    assert!(error.to_string().contains("NULL"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_label_that_the_enum_has_not_is_named() -> Result<()> {
    let (db, thing) = one_thing().await?;
    let error = belief::FewerColors::find(thing.id).one(&db).await.expect_err("green is not there");
    assert!(error.is_decode(), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("green") && text.contains("color"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_missing_column_or_table_is_said_so() -> Result<()> {
    let (db, thing) = one_thing().await?;
    let error = belief::NoSuchColumn::find(thing.id).one(&db).await.expect_err("no such column");
    assert!(error.is_undefined_column(), "{error:?}");
    assert!(error.to_string().contains("weight"), "{error}");
    let error = belief::NoSuchTable::query().all(&db).await.expect_err("no such table");
    assert!(error.is_undefined_table(), "{error:?}");
    assert!(error.to_string().contains("no_such_table") && error.advice().is_some(), "{error}");
    Ok(())
}

#[tokio::test]
async fn constraints_are_told_apart_and_named() -> Result<()> {
    let (db, thing) = one_thing().await?;
    let unique = owner(&db, "Ann").await.expect_err("taken");
    assert!(unique.is_unique_violation(), "{unique}");
    assert_eq!((unique.table(), unique.constraint()), (Some("owners"), Some("owners_name_key")));
    let foreign =
        Thing::insert().owner_id(Uuid::nil()).price(Decimal::ONE).one(&db).await.expect_err("nobody");
    assert!(foreign.is_foreign_key_violation(), "{foreign}");
    assert_eq!(foreign.constraint(), Some("things_owner_id_fkey"));
    let check =
        Thing::update(thing.id).set(Thing::PRICE, Decimal::NEGATIVE_ONE).exec(&db).await.expect_err("< 0");
    assert!(check.is_check_violation(), "{check}");
    assert_eq!(check.constraint(), Some("price_positive"));
    let null = Thing::update(thing.id).set(Thing::SHORT, Thing::NOTE).exec(&db).await.expect_err("NULL");
    assert!(null.is_not_null_violation(), "{null}");
    assert_eq!((null.table(), null.column()), (Some("things"), Some("short")));
    let referred = Owner::delete(thing.owner_id).exec(&db).await.expect_err("still referred to");
    assert!(referred.is_foreign_key_violation(), "{referred}");
    Ok(())
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_refused_and_not_cut() -> Result<()> {
    let (db, thing) = one_thing().await?;
    let long = Thing::update(thing.id).set(Thing::SHORT, "toolong").exec(&db).await.expect_err("too long");
    assert!(long.is_data_exception(), "{long}");
    let large =
        Thing::update(thing.id).set(Thing::PRICE, Decimal::MAX).exec(&db).await.expect_err("too large");
    assert!(large.is_data_exception(), "{large}");
    let over = Thing::update(thing.id).add(Thing::COUNT, i32::MAX).exec(&db).await.expect_err("overflow");
    assert!(over.is_data_exception(), "{over}");
    assert_eq!(Thing::find(thing.id).one(&db).await?, thing, "nothing has changed");
    Ok(())
}

#[derive(CrdbRow, Debug, PartialEq)]
struct Pair {
    name: String,
    other: String,
}

#[tokio::test]
async fn raw_rows_are_held_against_the_names_of_the_struct() -> Result<()> {
    let db = database().await?;
    let rows: Vec<Pair> = Sql::trusted("SELECT $1::TEXT AS name, $2::TEXT AS other")
        .bind("a".to_owned())
        .bind("b".to_owned())
        .all(&db)
        .await?;
    assert_eq!(rows, [Pair { name: "a".into(), other: "b".into() }]);
    // Both are texts, so reading by position would swap them without a word.
    let swapped = Sql::trusted("SELECT 'a'::TEXT AS other, 'b'::TEXT AS name").all::<Pair, _>(&db).await;
    let text = swapped.expect_err("swapped").to_string();
    assert!(text.contains("(other, name)") && text.contains("(name, other)"), "{text}");
    let fewer = Sql::trusted("SELECT 1::INT8").one::<(i64, i64), _>(&db).await.expect_err("one column");
    assert!(fewer.is_invalid_statement(), "{fewer}");
    assert!(
        fewer.to_string().contains("the result has one column")
            && fewer.to_string().contains("the tuple reads 2")
    );
    assert_eq!(Sql::trusted("SELECT 7::INT8").one::<(i64,), _>(&db).await?, (7,));
    Ok(())
}

#[tokio::test]
async fn a_network_is_not_taken_for_an_address() -> Result<()> {
    let db = database().await?;
    let error = Sql::trusted("SELECT '10.1.0.0/16'::INET")
        .one::<(std::net::IpAddr,), _>(&db)
        .await
        .expect_err("the mask would be lost");
    assert!(error.is_decode() && error.to_string().contains("/16"), "{error}");
    Ok(())
}

#[tokio::test]
async fn midnight_at_the_end_of_a_day_is_not_taken_for_its_start() -> Result<()> {
    let db = database().await?;
    let error =
        Sql::trusted("SELECT '24:00:00'::TIME").one::<(NaiveTime,), _>(&db).await.expect_err("no such time");
    assert!(error.is_decode() && error.to_string().contains("24:00"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_row_that_others_refer_to_names_its_own_table_and_theirs() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    Thing::insert().owner_id(ann.id).price(Decimal::ONE).exec(&db).await?;
    let typed = Owner::delete(ann.id).exec(&db).await.expect_err("a thing refers to it");
    let raw = Sql::trusted("DELETE FROM owners").exec(&db).await.expect_err("a thing refers to it");
    for error in [typed, raw] {
        assert!(error.is_foreign_key_violation(), "{error}");
        assert_eq!((error.table(), error.constraint_table()), (Some("owners"), Some("things")), "{error}");
        assert!(error.to_string().contains(" on `owners`"), "{error}");
    }
    let none =
        Thing::insert().owner_id(Uuid::nil()).price(Decimal::ONE).exec(&db).await.expect_err("no owner");
    assert_eq!((none.table(), none.constraint_table()), (Some("things"), Some("things")), "{none}");
    Ok(())
}

#[tokio::test]
async fn an_enum_in_sql_of_ones_own_is_what_its_place_wants() -> Result<()> {
    let db = database().await?;
    let whole = Database::builder(db.url()).prepared(crdb_orm::Prepared::Never).connect().await?;
    let ann = owner(&db, "Ann").await?;
    let thing = Thing::insert().owner_id(ann.id).price(Decimal::ONE).color(Color::Red).one(&db).await?;
    for db in [&db as &Database, &whole] {
        for text in [
            "SELECT id FROM things WHERE color = $1",
            "SELECT id FROM things WHERE color = $1::TEXT::color",
            "SELECT id FROM things WHERE color::TEXT = $1",
            "UPDATE things SET color = $1 RETURNING id",
        ] {
            let found = Sql::trusted(text).bind(Color::Red).all::<(Uuid,), _>(db).await;
            assert_eq!(found.map_err(|error| format!("{text}: {error}")), Ok(vec![(thing.id,)]));
        }
        let null = Sql::trusted("SELECT id FROM things WHERE color = $1").bind(None::<Color>);
        assert_eq!(null.all::<(Uuid,), _>(db).await?, []);
        let other = Sql::trusted("SELECT id FROM things WHERE color = $1").bind(Color::Green);
        assert_eq!(other.read_only().all::<(Uuid,), _>(db).await?, []);
        db.transaction("t", async |tx| {
            Sql::trusted("UPDATE things SET color = $1 WHERE color = $2")
                .bind(Color::Red)
                .bind(Color::Red)
                .exec(&tx)
                .await
        })
        .await?;
    }
    // Texts of several are cast as before.
    let any = Sql::trusted("SELECT id FROM things WHERE color::TEXT = ANY($1)").bind(vec![Color::Red]);
    assert_eq!(any.one::<(Uuid,), _>(&db).await?, (thing.id,));
    let text = Sql::trusted("SELECT id FROM things WHERE color = $1").bind("red".to_owned()).exec(&db).await;
    let text = text.expect_err("a text is no enum");
    assert!(text.advice().is_some_and(|advice| advice.contains("$1::TEXT::my_enum")), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_decimal_that_its_columns_scale_would_round_is_refused() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    let thing = |price| Thing::insert().owner_id(ann.id).price(price).one(&db);
    let error = thing(Decimal::new(10_005, 3)).await.expect_err("the server would round it without a word");
    assert!(error.is_data_exception() && error.column() == Some("price"), "{error}");
    assert_eq!(thing(Decimal::new(10_010, 3)).await?.price, Decimal::new(1001, 2));
    Ok(())
}
