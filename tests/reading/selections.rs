//! Pages of selections: of joins, of groups, of expressions.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::Rows;
use crdb_orm::testing::TestDb;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "writers", has_many(texts = Text::WRITER_ID))]
#[crdb(many_to_many(tags = Tag, through(Tagged::WRITER_ID, Tagged::TAG_ID)))]
struct Writer {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    rank: Option<i32>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "texts", belongs_to(writer = writer_id))]
struct Text {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Writer, index)]
    writer_id: Uuid,
    words: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "tags")]
struct Tag {
    #[crdb(primary_key)]
    id: Uuid,
    label: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "tagged", primary_key(writer_id, tag_id), index(on(tag_id)))]
struct Tagged {
    #[crdb(references = Writer)]
    writer_id: Uuid,
    #[crdb(references = Tag)]
    tag_id: Uuid,
}

crdb_orm::cte! { Long as "long" { words: i64 } }

const SCHEMA: Schema = Schema::new("pages").tables(&[Writer::TABLE, Text::TABLE, Tag::TABLE, Tagged::TABLE]);

/// Seven writers, of whom every third has no text and every second no rank; many are equal in all but their keys.
async fn library() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    for n in 1..=2 {
        Tag::insert().id(Uuid::from_u128(n)).label("same").exec(&db).await?;
    }
    for n in 1..=7_u8 {
        let id = Uuid::from_u128(u128::from(n) * 37 % 101);
        Writer::insert()
            .id(id)
            .name(format!("w{}", n % 2))
            .rank(n.is_multiple_of(2).then_some(1))
            .exec(&db)
            .await?;
        for words in 0..i64::from(n % 3) {
            Text::insert().writer_id(id).words(words % 2).exec(&db).await?;
        }
        for tag in 1..=u128::from(n % 3) {
            Tagged::insert().writer_id(id).tag_id(Uuid::from_u128(tag)).exec(&db).await?;
        }
    }
    Ok(db)
}

/// Pages of every size, forwards and backwards, put together are the whole.
async fn walks<S: 'static, O>(db: &TestDb, rows: impl Fn() -> Rows<S, O>) -> Result<()>
where
    O: PartialEq + std::fmt::Debug + Send + 'static,
    TestDb: crdb_orm::query::ReachesAll<S>,
    Database: crdb_orm::query::ReachesAll<S>,
{
    let count = rows().all(db).await?.len();
    let first = rows().page(1000).fetch(db).await?.rows;
    assert_eq!(first.len(), count, "no row is lost or doubled: {}", rows().to_sql());
    for size in 1..5 {
        let mut forwards = Vec::new();
        let mut walk = rows().page(size).walk(db);
        while let Some(page) = walk.next().await? {
            forwards.extend(page);
        }
        assert_eq!(forwards, first, "{size} at a time: {}", rows().page(size).to_sql()?);
        let mut backwards = Vec::new();
        let mut walk = rows().page(size).last().walk(db);
        while let Some(page) = walk.next().await? {
            backwards.splice(0..0, page);
        }
        assert_eq!(backwards, first, "{size} at a time, from the end");
    }
    Ok(())
}

#[tokio::test]
async fn pages_of_selections_put_together_are_the_whole() -> Result<()> {
    let db = library().await?;
    walks(&db, || Writer::query().select((Writer::NAME, Writer::RANK)).order_by(Writer::RANK.desc())).await?;
    walks(&db, || Writer::query().select(Writer::NAME.concat("!")).order_by(Writer::NAME.concat("!").asc()))
        .await?;
    walks(&db, || {
        Text::query()
            .join(Text::WRITER)
            .select((Writer::NAME, Text::WORDS))
            .order_by(Writer::NAME.desc())
            .order_by(Text::WORDS.asc())
    })
    .await?;
    // Rows that a left join has not found, and a table between that is not named.
    walks(&db, || {
        Writer::query()
            .left_join(Writer::TEXTS)
            .select((Writer::NAME, Text::WORDS))
            .order_by(Text::WORDS.desc())
            .order_by(Writer::RANK.asc().nulls_last())
    })
    .await?;
    walks(&db, || {
        Writer::query().left_join(Writer::TAGS).select((Writer::NAME, Tag::LABEL)).order_by(Tag::LABEL.asc())
    })
    .await?;
    walks(&db, || Writer::query().full_join(Writer::TEXTS).select((Writer::NAME, Text::WORDS))).await?;
    // Groups.
    walks(&db, || {
        Writer::query()
            .left_join(Writer::TEXTS)
            .select((Writer::NAME, Text::ID.count()))
            .group_by((Writer::NAME, Writer::RANK))
            .having(Text::ID.count().ge(0))
            .order_by(Writer::RANK.desc())
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_cursor_of_a_selection_goes_with_it_alone() -> Result<()> {
    let db = library().await?;
    let names = || Writer::query().select(Writer::NAME).order_by(Writer::NAME.asc());
    let cursor = names().page(2).fetch(&db).await?.next.expect("a next page");
    assert_eq!(names().page(5).after(&cursor).fetch(&db).await?.rows.len(), 5);
    let others = Writer::order_by(Writer::NAME.asc()).page(2).after(&cursor).fetch(&db).await;
    assert!(others.expect_err("whole rows").is_invalid_cursor());
    let others = names().filter(Writer::RANK.is_null()).page(2).after(&cursor).fetch(&db).await;
    assert!(others.expect_err("another filter").is_invalid_cursor());
    Ok(())
}

#[tokio::test]
async fn rows_that_nothing_tells_apart_have_no_pages() -> Result<()> {
    let db = library().await?;
    let names = || Writer::query().select(Writer::NAME);
    macro_rules! refused {
        ($($rows:expr => $why:literal;)*) => {$(
            let error = $rows.page(2).fetch(&db).await.expect_err($why);
            assert!(error.is_invalid_statement() && error.to_string().contains($why), "{error}");
        )*};
    }
    refused! {
        names().limit(3) => "`limit`";
        names().offset(3) => "`limit`";
        names().distinct() => "DISTINCT";
        names().union(names()) => "UNION";
        names().order_by(Writer::NAME.lower().asc()) => "read it, too";
        Writer::query().select((Writer::NAME, Writer::ID.count())).group_by(Writer::NAME).order_by(Writer::ID.count().asc())
            => "grouped by";
        crdb_orm::query::with(Text::query().select((Text::WORDS,)).named::<Long>()).from::<Long>().select(Long::words())
            => "`long`";
    }
    Ok(())
}
