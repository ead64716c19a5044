//! Updates of many rows, and patches.

#![allow(clippy::option_option, reason = "NULL and not given are two things")]

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::MissedRow;
use crdb_orm::testing::TestDb;

/// A text that several people edit.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "documents")]
struct Document {
    #[crdb(primary_key)]
    id: Uuid,
    text: String,
    note: Option<String>,
    #[crdb(decimal(10, 2), default = 0)]
    price: Decimal,
    #[crdb(version)]
    version: i64,
}

/// No version, a key of two columns, an enum and arrays.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "Odd places", primary_key(color, number))]
struct Place {
    color: Color,
    number: i32,
    tags: Vec<String>,
    second: Option<Color>,
}

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[crdb(name = "color")]
enum Color {
    Red,
    Green,
}

#[derive(CrdbPatch, Default, Clone)]
#[crdb(table = Document)]
struct DocumentPatch {
    text: Option<String>,
    note: Option<Option<String>>,
    price: Option<Decimal>,
}

#[derive(CrdbPatch, Default, Clone)]
#[crdb(table = Place)]
struct PlacePatch {
    second: Option<Color>,
}

const SCHEMA: Schema = Schema::new("patches").tables(&[Document::TABLE, Place::TABLE]);

async fn database() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Ok(db)
}

async fn documents(db: &Database, count: usize) -> Result<Vec<Document>> {
    Document::insert_many((0..count).map(|n| Document::insert().text(format!("{n}")).note("n"))).all(db).await
}

#[tokio::test]
async fn a_patch_sets_what_is_given_and_counts_a_version() -> Result<()> {
    let db = database().await?;
    let first = documents(&db, 1).await?.remove(0);
    let patch = DocumentPatch { note: Some(None), ..DocumentPatch::default() };
    let second = Document::update(first.id).version(first.version).patch(&patch).one(&db).await?;
    assert_eq!(second, Document { note: None, version: 2, ..first.clone() });
    let stale = Document::update(first.id).version(first.version).patch(&patch).exec(&db).await;
    assert!(stale.expect_err("it is at 2").is_stale());
    let empty = Document::update(first.id).patch(&DocumentPatch::default()).exec(&db).await;
    assert!(empty.expect_err("it sets nothing").is_invalid_statement());
    Ok(())
}

#[tokio::test]
async fn whole_rows_are_updated_at_their_version_and_told_apart_where_not() -> Result<()> {
    let db = database().await?;
    let mut rows = documents(&db, 120).await?;
    Document::update(rows[7].id).set(Document::TEXT, "changed").exec(&db).await?;
    Document::delete(rows[99].id).exec(&db).await?;
    for row in &mut rows {
        row.text.push('!');
        row.price = Decimal::ONE;
    }
    let (now, updated) = Document::update_many(&rows).batch_rows(50).all(&db).await?;
    assert_eq!(updated.changed(), 118);
    assert_eq!(updated.missed(), [MissedRow::Stale { row: 7, found: 2 }, MissedRow::Gone { row: 99 }]);
    let expected = rows.iter().enumerate().filter(|(n, _)| ![7, 99].contains(n)).map(|(_, row)| row);
    assert!(now.iter().zip(expected).all(|(now, row)| *now == Document { version: 2, ..row.clone() }));
    let error = updated.complete().expect_err("two were not changed");
    assert!(error.is_stale() && error.to_string().contains("2 of 120 rows"), "{error}");
    assert_eq!(Document::find(rows[7].id).one(&db).await?.text, "changed");
    Ok(())
}

#[tokio::test]
async fn patches_of_different_columns_travel_together() -> Result<()> {
    let db = database().await?;
    let rows = documents(&db, 4).await?;
    let patches = [
        DocumentPatch { text: Some("x".into()), ..DocumentPatch::default() },
        DocumentPatch { note: Some(None), ..DocumentPatch::default() },
        DocumentPatch { price: Some(Decimal::TEN), note: Some(Some("y".into())), text: None },
        DocumentPatch::default(),
    ];
    let given = rows.iter().map(|row| row.id).zip(&patches);
    let (now, updated) = Document::update_many(given).all(&db).await?;
    assert_eq!(updated.complete()?, 4);
    assert_eq!(now[0], Document { text: "x".into(), version: 2, ..rows[0].clone() });
    assert_eq!(now[1], Document { note: None, version: 2, ..rows[1].clone() });
    assert_eq!((now[2].price, now[2].note.as_deref()), (Decimal::TEN, Some("y")));
    assert_eq!(now[3], Document { version: 2, ..rows[3].clone() });
    let stale = now.iter().zip(&patches).map(|(row, patch)| (row.id, row.version - 1, patch));
    let updated = Document::update_many(stale).exec(&db).await?;
    assert_eq!((updated.changed(), updated.missed().len()), (0, 4));
    Ok(())
}

#[tokio::test]
async fn a_key_of_two_columns_enums_and_arrays() -> Result<()> {
    let db = database().await?;
    let mut places: Vec<Place> = (0..30)
        .map(|number| Place {
            color: if number % 2 == 0 { Color::Red } else { Color::Green },
            number,
            tags: vec![],
            second: None,
        })
        .collect();
    Place::insert_many(&places).exec(&db).await?;
    for place in &mut places {
        place.tags = vec![format!("tag {}", place.number)];
        place.second = Some(Color::Red);
    }
    let (now, updated) = Place::update_many(&places).batch_rows(7).all(&db).await?;
    assert_eq!((updated.complete()?, &now), (30, &places));
    let green = PlacePatch { second: Some(Color::Green) };
    let keys = [(Color::Red, 0), (Color::Red, 1)];
    let updated = Place::update_many(keys.map(|key| (key, &green))).exec(&db).await?;
    assert_eq!((updated.changed(), updated.missed()), (1, &[MissedRow::Gone { row: 1 }][..]));
    assert_eq!(Place::find((Color::Red, 0)).one(&db).await?.second, Some(Color::Green));
    Ok(())
}

#[tokio::test]
async fn the_same_key_twice_and_an_incomplete_update_in_a_transaction() -> Result<()> {
    let db = database().await?;
    let rows = documents(&db, 3).await?;
    let twice = [&rows[0], &rows[1], &rows[0]];
    let error = Document::update_many(twice).exec(&db).await.expect_err("only one would count");
    assert!(error.is_invalid_statement(), "{error}");
    assert!(error.to_string().contains("rows 0 and 2, counted from 0"), "{error}");
    Document::delete(rows[2].id).exec(&db).await?;
    let error = db
        .transaction("all or none", async |tx| Document::update_many(&rows).exec(&tx).await?.complete())
        .await
        .expect_err("one is gone");
    assert!(error.is_not_found(), "{error}");
    assert!(Document::query().all(&db).await?.iter().all(|row| row.version == 1));
    assert_eq!(Document::update_many(&[] as &[Document]).exec(&db).await?.complete()?, 0);
    Ok(())
}
