//! Texts of a length, keys that only clients make, and keys to unique indexes are on the server what they are said to be.

use crdb_orm::prelude::*;
use crdb_orm::schema::{DdlStatement, SequenceDef, SequenceOptions, SequenceType, TypeName};
use crdb_orm::testing::TestDb;

type Result = std::result::Result<(), crdb_orm::Error>;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "countries", has_many(cities = City::COUNTRY))]
struct Country {
    #[crdb(primary_key, char(3))]
    code: String,
    #[crdb(varchar(10), unique)]
    name: String,
    #[crdb(char(4))]
    note: Option<String>,
    #[crdb(varchar(4))]
    words: Vec<String>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "cities", belongs_to(home = country))]
struct City {
    #[crdb(primary_key)]
    id: i64,
    // As wide as a text can be: rows are put together by what is said, and not by how it is filled up.
    #[crdb(references = Country, index)]
    country: String,
}

const COUNTRIES: Schema = Schema::new("countries").tables(&[Country::TABLE, City::TABLE]);

fn country(code: &str, name: &str, note: Option<&str>) -> Country {
    let text = str::to_owned;
    Country { code: text(code), name: text(name), note: note.map(text), words: vec![text("a"), text("b ")] }
}

#[tokio::test]
async fn a_text_of_a_length_comes_back_as_it_was_written() -> Result {
    let db = TestDb::new().await?;
    db.create_schema(&COUNTRIES).await?;
    let rows = [
        country("de", "Deutsch ", Some("")),
        country("f", "", None),
        country("\u{fc}\u{fc}\u{fc}", "x", Some(" y")),
    ];
    for row in &rows {
        assert_eq!(Country::insert_row(row).one(&db).await?, *row);
    }
    for row in &rows {
        assert_eq!(Country::find(row.code.as_str()).one(&db).await?, *row, "by the key");
        let found = Country::filter(Country::CODE.eq(&row.code)).all(&db).await?;
        assert_eq!(found.as_slice(), std::slice::from_ref(row), "by a filter");
    }
    let codes = ["de", "f", "other"];
    assert_eq!(Country::filter(Country::CODE.eq_any(codes)).count(&db).await?, 2, "by a list");
    assert_eq!(Country::filter(Country::NAME.eq_any(["Deutsch ", "x"])).count(&db).await?, 2);
    assert_eq!(Country::update("de").set(Country::NOTE, "new").one(&db).await?.note.as_deref(), Some("new"));
    let changed = country("f", "much", Some("ab"));
    Country::update_many([&changed]).exec(&db).await?.complete()?;
    assert_eq!(Country::find("f").one(&db).await?, changed, "an update of many");
    Country::upsert_many([&rows[0], &rows[1]]).exec(&db).await?;
    assert_eq!(Country::find("de").one(&db).await?, rows[0], "an upsert of many");
    // Pages, of which the cursors hold keys.
    let (mut walk, mut seen) = (Country::order_by(Country::CODE.asc()).page(1).walk(&*db), Vec::new());
    while let Some(page) = walk.next().await? {
        seen.extend(page.into_iter().map(|row| row.code));
    }
    assert_eq!(seen, ["de", "f", "\u{fc}\u{fc}\u{fc}"]);
    Ok(())
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused() -> Result {
    let db = TestDb::new().await?;
    db.create_schema(&COUNTRIES).await?;
    for wrong in
        [country("long", "x", None), country("x", "more than ten", None), country("x", "y", Some("12345"))]
    {
        let error = Country::insert_row(&wrong).exec(&db).await.expect_err("it is too long");
        assert_eq!(error.sqlstate(), Some("22001"), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_put_together_by_a_text_that_is_filled_up() -> Result {
    let db = TestDb::new().await?;
    db.create_schema(&COUNTRIES).await?;
    Country::insert_row(&country("de", "Deutsch", None)).exec(&db).await?;
    City::insert_many([City::insert().id(1).country("de"), City::insert().id(2).country("de")])
        .exec(&db)
        .await?;
    let all = Country::query().with(Country::CITIES).all(&db).await?;
    assert_eq!(all.iter().map(|(_, cities)| cities.len()).collect::<Vec<_>>(), [2]);
    let all = City::query().with(City::HOME).all(&db).await?;
    assert_eq!(all.iter().map(|(_, country)| country.name.as_str()).collect::<Vec<_>>(), ["Deutsch"; 2]);
    Ok(())
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "uploads")]
struct Upload {
    #[crdb(primary_key, default = none)]
    id: Uuid,
    name: String,
}

const UPLOADS: Schema = Schema::new("uploads").tables(&[Upload::TABLE]);

#[tokio::test]
async fn a_key_without_a_default_is_always_given() -> Result {
    let db = TestDb::new().await?;
    db.create_schema(&UPLOADS).await?;
    let id = Uuid::from_u128(7);
    assert_eq!(Upload::insert().id(id).name("a").one(&db).await?, Upload { id, name: "a".to_owned() });
    let error = db.run_ddl(&["INSERT INTO uploads (name) VALUES ('b')"]).await.expect_err("it has no key");
    assert_eq!(error.sqlstate(), Some("23502"), "{error}");
    Ok(())
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "rooms", index(on(house, number desc), unique), index(on(code), unique))]
struct Room {
    #[crdb(primary_key)]
    id: i64,
    house: String,
    number: i64,
    code: Option<String>,
    #[crdb(references(Room, key = Room::CODE), index)]
    beside: Option<String>,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "guests", index(on(room, house)))]
#[crdb(foreign_key(room, house, references = Room, key = (Room::NUMBER, Room::HOUSE), on_update = cascade))]
struct Guest {
    #[crdb(primary_key)]
    id: i64,
    house: String,
    room: i64,
}

const HOTEL: Schema = Schema::new("hotel").tables(&[Guest::TABLE, Room::TABLE]);

#[tokio::test]
async fn a_foreign_key_follows_a_unique_index() -> Result {
    let db = TestDb::new().await?;
    db.create_schema(&HOTEL).await?;
    let room = |id, beside: Option<&str>| Room {
        id,
        house: "a".to_owned(),
        number: id,
        code: Some(format!("c{id}")),
        beside: beside.map(str::to_owned),
    };
    Room::insert_row(&room(1, None)).exec(&db).await?;
    Room::insert_row(&room(2, Some("c1"))).exec(&db).await?;
    let error = Room::insert_row(&room(3, Some("c9"))).exec(&db).await.expect_err("there is none");
    assert_eq!(error.sqlstate(), Some("23503"), "{error}");
    Guest::insert_row(&Guest { id: 1, house: "a".to_owned(), room: 2 }).exec(&db).await?;
    let error = Guest::insert_row(&Guest { id: 2, house: "b".to_owned(), room: 2 }).exec(&db).await;
    assert_eq!(error.expect_err("there is none").sqlstate(), Some("23503"));
    Room::update(2).set(Room::NUMBER, 20).exec(&db).await?;
    assert_eq!(Guest::find(1).one(&db).await?.room, 20, "it follows the index");
    let target = db.target(&HOTEL).await?;
    let drop = HOTEL.drop_ddl(target)?;
    db.run_ddl(&drop.statements().iter().map(DdlStatement::sql).collect::<Vec<_>>()).await?;
    Ok(())
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "shelves")]
struct Shelf {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = nextval("small"))]
    number: i16,
}

const SHELVES: Schema = Schema::new("shelves").tables(&[Shelf::TABLE]).sequences(&[SequenceDef::allowed(
    TypeName::new("small"),
    "shelves are numbered",
)
.of_type(SequenceType::Int2)
.options(SequenceOptions::new().start(32_766))]);

#[tokio::test]
async fn a_sequence_ends_where_its_type_does() -> Result {
    let db = TestDb::new().await?;
    db.create_schema(&SHELVES).await?;
    for number in [32_766, 32_767] {
        assert_eq!(Shelf::insert().one(&db).await?.number, number);
    }
    let error = Shelf::insert().one(&db).await.expect_err("there are no more");
    assert_eq!(error.sqlstate(), Some("2200H"), "{error}");
    Ok(())
}
