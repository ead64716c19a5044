//! Promise: a value can be given in the form in which it is there.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::Item;

#[test]
#[allow(clippy::needless_borrows_for_generic_args, reason = "a reference is what is tried")]
fn values_that_are_there_are_given_by_reference() {
    let (id, name) = (Uuid::nil(), "a".to_owned());
    let ids = [id, Uuid::max()];
    let texts = [
        Item::filter(Item::ID.eq(id).and(Item::NAME.eq(&*name))).to_sql(),
        Item::filter(Item::ID.eq(&id).and(Item::NAME.eq(&name))).to_sql(),
    ];
    assert_eq!(texts[0], texts[1]);
    let texts = [
        Item::filter(Item::ID.eq_any(ids)).to_sql(),
        Item::filter(Item::ID.eq_any(&ids)).to_sql(),
        Item::filter(Item::ID.eq_any(ids.iter())).to_sql(),
        Item::filter(Item::ID.eq_any(ids.to_vec())).to_sql(),
    ];
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    for filter in [
        Item::NAME.eq_any(["a", "b"]),
        Item::NAME.eq_any(&["a", "b"]),
        Item::NAME.eq_any(std::slice::from_ref(&name)),
        Item::NAME.eq_any([name.as_str()].iter()),
    ] {
        assert!(Item::filter(filter).to_sql().ends_with("WHERE name = ANY ($1)"));
    }
    let set = Item::update(id).set(Item::NAME, &name).set(Item::NOTE, &name).set(Item::NOTE, None);
    assert!(set.to_sql().is_ok_and(|text| text.contains("SET name = $1")));
}

#[test]
#[allow(clippy::needless_borrows_for_generic_args, reason = "a reference is what is tried")]
fn an_insert_takes_what_is_there() {
    let (name, count) = ("a".to_owned(), 2);
    let given = || Item::insert().name(&name).small(1).count(&count).big(3).ratio(0.5);
    let texts = [
        given().note(&name).tags(["a", "b"]).build(),
        given().note("x").tags(&["a", "b"][..]).build(),
        given().note(None).tags(vec!["a".to_owned()]).build(),
    ];
    for insert in texts {
        assert!(insert.to_sql().starts_with("INSERT INTO items"));
    }
}

#[tokio::test]
async fn sql_of_ones_own_takes_borrowed_values() -> Result<()> {
    let db = crdb_orm::testing::TestDb::new().await?;
    let (name, bytes) = ("b".to_owned(), vec![1_u8, 2]);
    let query = sql!(
        "SELECT $1::TEXT || $2::TEXT, $3::TEXT IS NULL, octet_length($4::BYTEA)::INT8, $5::TEXT",
        "a",
        &name,
        None::<&str>,
        bytes.as_slice(),
        Some("c")
    );
    let row: (String, bool, i64, Option<String>) = query.one(&db).await?;
    assert_eq!(row, ("ab".into(), true, 2, Some("c".into())));
    Ok(())
}
