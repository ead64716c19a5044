//! Searches by words, by likeness and by distance: what they find, in which order, and of which types they are.

use crdb_orm::prelude::*;
use crdb_orm::query::{Language, text_query};
use crdb_orm::testing::{TestDb, column_oids, say_skipped};
use crdb_orm::types::TsVector;
use crdb_orm::{Result, ServerKind};
use pgvector::Vector;

const FLOAT4: u32 = 700;
const FLOAT8: u32 = 701;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "pages")]
struct Page {
    #[crdb(primary_key)]
    id: i64,
    text: String,
    note: Option<String>,
    words: TsVector,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "points")]
struct Point {
    #[crdb(primary_key)]
    id: i64,
    place: Vector,
    before: Option<Vector>,
}

const SCHEMA: Schema = Schema::new("words").tables(&[Page::TABLE]);
// Only a server with vectors is given it.
const _: Schema = Schema::new("points").tables(&[Point::TABLE]);

/// Page 1 has "rat" three times, 2 once, and 3 not at all.
async fn pages() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    let texts = ["The rats: one rat and another rat", "A fat rat has many friends here", "Cats and dogs"];
    for (id, text) in (1..).zip(texts) {
        let note = (id == 2).then(|| "a running joke".to_owned());
        let words = TsVector::new(if id == 3 { "'cat':1A 'dog':3" } else { "'rat':2" });
        Page::insert_row(&Page { id, text: text.to_owned(), note, words }).exec(&db).await?;
    }
    Ok(db)
}

#[tokio::test]
async fn a_search_finds_the_rows_that_have_all_its_words_in_whatever_form() -> Result<()> {
    let db = pages().await?;
    let found = async |filter| Page::filter(filter).select(Page::ID).order_by(Page::ID.asc()).all(&db).await;
    let english = |text: &str| text_query(Language::English, text);
    let text = || Page::TEXT.to_text_vector(Language::English);
    assert_eq!(found(text().matches_words(english("rats"))).await?, [1, 2]);
    assert_eq!(found(text().matches_words(english("friend of fat rats"))).await?, [2]);
    assert_eq!(found(!text().matches_words(english("rat"))).await?, [3]);
    // A person's words are no syntax.
    assert_eq!(found(text().matches_words(english("rat | cat & !'"))).await?, [0; 0]);
    // Of a column, and of one that may be NULL.
    assert_eq!(found(Page::WORDS.matches_words(english("dogs cats"))).await?, [3]);
    let note = Page::NOTE.to_text_vector(Language::English);
    assert_eq!(found(note.matches_words(english("runs"))).await?, [2]);
    // Without the rules of a language, a word has one form.
    let simple = || Page::TEXT.to_text_vector(Language::Simple);
    assert_eq!(found(simple().matches_words(text_query(Language::Simple, "rats"))).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn the_best_fit_comes_first_and_its_rank_is_a_float4_on_every_server() -> Result<()> {
    let db = pages().await?;
    let rank = || Page::TEXT.to_text_vector(Language::English).rank(text_query(Language::English, "rat"));
    let ranks = Page::query().select((Page::ID, rank())).order_by(rank().desc());
    let ranks: Vec<(i64, f32)> = ranks.all(&db).await?;
    assert_eq!(ranks.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2, 3], "{ranks:?}");
    assert!(ranks[0].1 > ranks[1].1 && ranks[1].1 > 0.0 && ranks[2].1 == 0.0, "{ranks:?}");
    // Weights of the column count.
    let of_column = Page::WORDS.rank(text_query(Language::English, "cat"));
    assert!(Page::find_rank(of_column, 3, &db).await? > 0.5);
    let none = Page::NOTE.to_text_vector(Language::English).rank(text_query(Language::English, "joke"));
    let none = Page::filter(Page::ID.eq(1)).select(none);
    assert_eq!(column_oids(&db, none.clone()).await?, [FLOAT4]);
    assert_eq!(none.one(&db).await?, None::<f32>);
    assert_eq!(column_oids(&db, Page::query().select(rank())).await?, [FLOAT4]);
    Ok(())
}

impl Page {
    async fn find_rank(rank: crdb_orm::query::Expr<Self, f32>, id: i64, db: &Database) -> Result<f32> {
        Self::filter(Self::ID.eq(id)).select(rank).one(db).await
    }
}

#[tokio::test]
async fn every_language_is_one_that_the_server_knows() -> Result<()> {
    use Language as L;
    let db = pages().await?;
    for language in [
        L::Simple,
        L::Danish,
        L::Dutch,
        L::English,
        L::Finnish,
        L::French,
        L::German,
        L::Hungarian,
        L::Italian,
        L::Norwegian,
        L::Portuguese,
        L::Romanian,
        L::Russian,
        L::Spanish,
        L::Swedish,
        L::Turkish,
    ] {
        let same = Page::TEXT.to_text_vector(language).matches_words(text_query(language, "friends"));
        let found = Page::filter(same).select(Page::ID).all(&db).await;
        assert_eq!(found.map_err(|error| error.to_string()), Ok(vec![2]), "{language:?}");
    }
    Ok(())
}

#[tokio::test]
async fn likeness_of_texts_is_told_by_their_trigrams() -> Result<()> {
    let db = pages().await?;
    let test = "likeness_of_texts_is_told_by_their_trigrams";
    if !extension(&db, "pg_trgm", test).await {
        return Ok(());
    }
    let like = Page::filter(Page::TEXT.is_similar_to("cats and dog")).select(Page::ID);
    assert_eq!(like.all(&db).await?, [3]);
    let likeness = || Page::TEXT.similarity("Cats and dogs");
    let all = Page::query().select((Page::ID, likeness())).order_by(likeness().desc());
    assert_eq!(all.first(&db).await?, Some((3, 1.0)));
    assert_eq!(column_oids(&db, Page::query().select(likeness())).await?, [FLOAT8]);
    let none = Page::filter(Page::ID.eq(1)).select(Page::NOTE.similarity("joke"));
    assert_eq!(none.one(&db).await?, None::<f64>);
    Ok(())
}

#[tokio::test]
async fn distances_of_vectors_are_float8_and_order_the_nearest_first() -> Result<()> {
    let db = TestDb::new().await?;
    if !extension(&db, "vector", "distances_of_vectors_are_float8_and_order_the_nearest_first").await {
        return Ok(());
    }
    db.run_ddl(&["CREATE TABLE points (id INT8 PRIMARY KEY, place VECTOR(2) NOT NULL, before VECTOR(2))"])
        .await?;
    for (id, place) in [(1, [3.0, 4.0]), (2, [0.0, 1.0]), (3, [1.0, 0.0])] {
        let point = Point { id, place: Vector::from(place.to_vec()), before: None };
        Point::insert_row(&point).exec(&db).await?;
        assert_eq!(Point::find(id).one(&db).await?, point);
    }
    let from = || Vector::from(vec![0.0, 2.0]);
    let near = Point::order_by(Point::PLACE.l2_distance(from()).asc()).limit(2);
    assert_eq!(near.all(&db).await?.iter().map(|point| point.id).collect::<Vec<_>>(), [2, 3]);
    let distances = || {
        Point::filter(Point::ID.eq(1)).select((
            Point::PLACE.l2_distance(Vector::from(vec![0.0, 0.0])),
            Point::PLACE.cosine_distance(Vector::from(vec![6.0, 8.0])),
            Point::PLACE.negative_inner_product(from()),
            Point::BEFORE.negative_inner_product(from()),
        ))
    };
    assert_eq!(column_oids(&db, distances()).await?, [FLOAT8; 4]);
    let (straight, cosine, inner, none) = distances().one(&db).await?;
    assert_eq!((straight, inner, none), (5.0, -8.0, None));
    assert!(cosine.abs() < 1e-6, "{cosine}");
    Ok(())
}

/// Whether the server has it: on `PostgreSQL` an extension that can be made, on CockroachDB what the version knows.
async fn extension(db: &TestDb, name: &str, test: &str) -> bool {
    let result = match db.server().kind() {
        ServerKind::PostgreSql => db.run_ddl(&[&*format!("CREATE EXTENSION {name}")]).await.map(drop),
        _ if name == "vector" => Sql::trusted("SELECT '[1]'::VECTOR::TEXT").exec(&**db).await.map(drop),
        _ => Ok(()),
    };
    if let Err(error) = &result {
        say_skipped("this server", test, &format!("it has no {name}: {error}"));
    }
    result.is_ok()
}
