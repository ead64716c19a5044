//! Forms of columns and keys beside the ordinary ones do on a server what they say.

use crdb_orm::prelude::*;
use crdb_orm::schema::{SequenceDef, TypeName};
use crdb_orm::testing::{TestDb, say_skipped};
use crdb_orm::types::{Interval, JsonPath};

/// Texts that are compared by the rules of a language: capitals are no difference in `code`.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "words")]
struct Word {
    #[crdb(primary_key)]
    id: i64,
    #[crdb(collate = "de")]
    german: String,
    #[crdb(collate = "en-US-u-ks-level2", index)]
    code: Option<String>,
}

const WORDS: Schema = Schema::new("words").tables(&[Word::TABLE]);

async fn ids(db: &TestDb, filter: crdb_orm::query::Filter<Word>) -> Result<Vec<i64>, crdb_orm::Error> {
    let words = Word::filter(filter).order_by(Word::ID.asc()).all(db).await?;
    Ok(words.into_iter().map(|word| word.id).collect())
}

#[tokio::test]
async fn a_column_with_a_collation_is_compared_by_its_rules() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    db.create_schema(&WORDS).await?;
    for (id, german, code) in [(1, "Zebra", Some("Ab")), (2, "Äpfel", Some("cd")), (3, "aber", None)] {
        let word = Word { id, german: german.to_owned(), code: code.map(str::to_owned) };
        Word::insert_row(&word).exec(&db).await?;
    }
    let ordered = Word::query().order_by(Word::GERMAN.asc()).all(&db).await?;
    assert_eq!(ordered.iter().map(|word| word.id).collect::<Vec<_>>(), [3, 2, 1], "the German order");
    assert_eq!(ids(&db, Word::GERMAN.eq("Zebra")).await?, [1]);
    assert_eq!(ids(&db, Word::GERMAN.gt("Äpfel")).await?, [1], "Z is after Ä");
    assert_eq!(ids(&db, Word::GERMAN.between("a", "b")).await?, [2, 3]);
    assert_eq!(ids(&db, Word::GERMAN.eq_any(["aber", "Zebra", "nothing"])).await?, [1, 3]);
    assert_eq!(ids(&db, Word::GERMAN.eq_any(Vec::<String>::new())).await?, [] as [i64; 0]);
    assert_eq!(ids(&db, Word::GERMAN.ne_all(["aber", "Zebra"])).await?, [2]);
    assert_eq!(ids(&db, Word::GERMAN.ne_all(Vec::<String>::new())).await?, [1, 2, 3]);
    assert_eq!(ids(&db, Word::GERMAN.same_as(Word::GERMAN)).await?, [1, 2, 3]);
    assert_eq!(ids(&db, Word::CODE.eq("aB")).await?, [1], "capitals are no difference");
    assert_eq!(ids(&db, Word::CODE.is_distinct_from(Some("AB".to_owned()))).await?, [2, 3]);
    assert_eq!(ids(&db, Word::CODE.is_not_distinct_from(None)).await?, [3]);
    assert_eq!(Word::update(2).set(Word::CODE, "AB").one(&db).await?.code.as_deref(), Some("AB"));
    assert_eq!(ids(&db, Word::CODE.ne("ab")).await?, [] as [i64; 0]);
    Ok(())
}

#[tokio::test]
async fn pages_are_ordered_by_a_collation() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    db.create_schema(&WORDS).await?;
    // By bytes it is `Zebra`, `aber`, `apfel`, `zoo`, `Äpfel`; and two words are equal but for their capitals.
    let words = [
        ("Zebra", Some("Ab")),
        ("Äpfel", Some("cd")),
        ("aber", None),
        ("zoo", Some("aB")),
        ("apfel", Some("b")),
    ];
    for (id, (german, code)) in (1..).zip(words) {
        let word = Word { id, german: german.to_owned(), code: code.map(str::to_owned) };
        Word::insert_row(&word).exec(&db).await?;
    }
    let ids = |page: &[Word]| page.iter().map(|word| word.id).collect::<Vec<_>>();
    let orders: [(crdb_orm::query::Select<Word>, [i64; 5]); 4] = [
        (Word::order_by(Word::GERMAN.asc()), [3, 5, 2, 1, 4]),
        (Word::order_by(Word::GERMAN.desc()), [4, 1, 2, 5, 3]),
        // `Ab` and `aB` are told apart by their keys alone.
        (Word::order_by(Word::CODE.asc()), [3, 1, 4, 5, 2]),
        (Word::order_by(Word::CODE.desc()).order_by(Word::ID.asc()), [2, 5, 1, 4, 3]),
    ];
    for (select, expected) in orders {
        for size in [1, 2] {
            let (mut walk, mut seen) = (select.clone().page(size).walk(&*db), Vec::new());
            while let Some(page) = walk.next().await? {
                seen.extend(ids(&page));
            }
            assert_eq!(seen, expected, "pages of {size} rows");
            let (mut walk, mut back) = (select.clone().page(size).last().walk(&*db), Vec::new());
            while let Some(page) = walk.next().await? {
                back.extend(ids(&page).into_iter().rev());
            }
            back.reverse();
            assert_eq!(back, expected, "pages of {size} rows from the end");
        }
    }
    // Of a selection, too.
    let mut walk = Word::query().select(Word::GERMAN).order_by(Word::GERMAN.asc()).page(2).walk(&*db);
    let mut seen = Vec::new();
    while let Some(page) = walk.next().await? {
        seen.extend(page);
    }
    assert_eq!(seen, ["aber", "apfel", "Äpfel", "Zebra", "zoo"]);
    Ok(())
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "clubs", unique(city, name))]
struct Club {
    #[crdb(primary_key)]
    id: i64,
    city: String,
    name: String,
    #[crdb(unique)]
    email: String,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "members", index(on(city, club)))]
#[crdb(foreign_key(city, club, references = Club, key = (Club::CITY, Club::NAME), match_full, on_delete = set_null))]
struct Member {
    #[crdb(primary_key)]
    id: i64,
    city: Option<String>,
    club: Option<String>,
    #[crdb(references(Club, key = Club::EMAIL, on_update = cascade), index)]
    address: String,
}

const CLUBS: Schema = Schema::new("clubs").tables(&[Member::TABLE, Club::TABLE]);

#[tokio::test]
async fn a_foreign_key_follows_a_unique_key() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    db.create_schema(&CLUBS).await?;
    let text = str::to_owned;
    let club = Club { id: 1, city: text("rome"), name: text("chess"), email: text("a@rome") };
    Club::insert_row(&club).exec(&db).await?;
    let member =
        Member { id: 1, city: Some(text("rome")), club: Some(text("chess")), address: text("a@rome") };
    Member::insert_row(&member).exec(&db).await?;
    for wrong in [
        Member { id: 2, club: Some(text("go")), ..member.clone() },
        Member { id: 2, address: text("b@rome"), ..member.clone() },
        // A part of the key is NULL, and `match_full` refuses that.
        Member { id: 2, club: None, ..member.clone() },
    ] {
        let error = Member::insert_row(&wrong).exec(&db).await.expect_err("it refers to nothing");
        assert_eq!(error.sqlstate(), Some("23503"), "{wrong:?}: {error}");
    }
    Club::update(1).set(Club::EMAIL, "new@rome").one(&db).await?;
    assert_eq!(Member::find(1).one(&db).await?.address, "new@rome", "it follows the key");
    Ok(())
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "tickets", allow(identity, reason = "people queue by the number"))]
struct Ticket {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity(always, start = 1000, increment = 10))]
    number: i64,
    #[crdb(default = nextval("pages"))]
    page: i64,
    #[crdb(interval(day_to_minute))]
    lasts: Interval,
    #[crdb(interval(second, 1))]
    wait: Option<Interval>,
    #[crdb(default = sql("1 IN (1, 2) OR false"))]
    loose: bool,
}

const TICKETS: Schema = Schema::new("tickets").tables(&[Ticket::TABLE]).sequences(&[SequenceDef::allowed(
    TypeName::new("pages"),
    "readers count them",
)
.owned_by(TypeName::new("tickets"), "page")]);

#[tokio::test]
async fn identities_intervals_and_defaults_are_as_they_are_said() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    db.create_schema(&TICKETS).await?;
    let span = Interval { months: 0, days: 1, micros: 3_661_250_000 };
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let ticket = Ticket::insert().lasts(span).wait(span).one(&db).await?;
        assert!(ticket.loose);
        assert_eq!(ticket.lasts, Interval { micros: 3_660_000_000, ..span }, "seconds are cut off");
        assert_eq!(ticket.wait, Some(Interval { micros: 3_661_300_000, ..span }), "one digit is kept");
        numbers.push((ticket.number, ticket.page));
    }
    assert_eq!(numbers, [(1000, 1), (1010, 2)]);
    // The sequence goes with its table.
    db.run_ddl(&["DROP TABLE tickets", "CREATE SEQUENCE pages"]).await?;
    Ok(())
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "paths")]
struct Way {
    #[crdb(primary_key)]
    id: i64,
    path: JsonPath,
    other: Option<JsonPath>,
}

const PATHS: Schema = Schema::new("paths").tables(&[Way::TABLE]);

#[tokio::test]
async fn a_path_into_a_document_comes_back() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    if db.server().is_cockroachdb() && !db.server().is_cockroachdb_since(25, 2) {
        say_skipped(&db.server().to_string(), "a_path_into_a_document_comes_back", "it has no JSONPATH");
        return Ok(());
    }
    db.create_schema(&PATHS).await?;
    let row = Way { id: 1, path: JsonPath::new("$.\"a\"[*].\"b\""), other: None };
    assert_eq!(Way::insert_row(&row).one(&db).await?, row);
    assert_eq!(Way::find(1).one(&db).await?, row);
    let error = Way::insert_row(&Way { id: 2, path: "$[".into(), other: None }).exec(&db).await;
    assert!(error.expect_err("it is no path").sqlstate().is_some());
    Ok(())
}
