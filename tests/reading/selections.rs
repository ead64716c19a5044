//! Pages of selections: of joins, of groups, of expressions.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{Expr, Rows, Unit, row_number, window, with};
use crdb_orm::testing::TestDb;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "writers", has_many(texts = Text::WRITER_ID))]
#[crdb(many_to_many(tags = Tag, through(Tagged::WRITER_ID, Tagged::TAG_ID)))]
struct Writer {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    rank: Option<i32>,
    born: Option<DateTime<Utc>>,
    about: Option<serde_json::Value>,
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

/// Its `id` is not that of the table that it is read from.
#[derive(CrdbRow, Debug, Clone, PartialEq)]
struct Written {
    id: Uuid,
    rank: i64,
}

crdb_orm::cte! { Long as "long" { words: i64 } }
crdb_orm::cte! { Ranks as "ranks" { rank: Option<i32> } }
crdb_orm::cte! { Placed as "placed" { id: Uuid, place: i64 } }

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
            .born((n > 2).then(|| DateTime::from_timestamp(i64::from(n / 3) * 86_400, 0).expect("a day")))
            .about(
                (n % 3 != 1).then(|| serde_json::json!({ "city": (n != 5).then(|| format!("c{}", n % 2)) })),
            )
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
async fn a_group_without_a_value_is_on_a_page_like_any_other() -> Result<()> {
    let db = library().await?;
    let day = || Writer::BORN.date_trunc(Unit::Day);
    let days = || Writer::query().select((day(), Writer::ID.count())).group_by(day());
    assert!(days().all(&db).await?.contains(&(None, 2)), "two were born nobody knows when");
    walks(&db, days).await?;
    let city = || Writer::ABOUT.get_text("city");
    let cities = || Writer::query().select((city(), Writer::ID.count())).group_by(city());
    assert!(cities().all(&db).await?.iter().any(|(city, _)| city.is_none()), "of some there is no city");
    walks(&db, cities).await?;
    // In the middle of the others, and behind an order in either direction.
    let both = || {
        let rows = Writer::query().select((Writer::NAME, day(), Writer::ID.count()));
        rows.group_by((Writer::NAME, day()))
    };
    walks(&db, both).await?;
    walks(&db, || both().order_by(Writer::NAME.desc())).await?;
    walks(&db, || both().order_by((day().desc(), Writer::NAME))).await?;
    walks(&db, || both().order_by(day().asc().nulls_last())).await?;
    // A group of a joined table, and one of a part with a name, which has no columns that are known.
    walks(&db, || {
        let rows = Text::query().join(Text::WRITER).select((city(), Text::ID.count()));
        rows.group_by(city())
    })
    .await?;
    walks(&db, || {
        let named = Writer::query().select((Writer::RANK,)).named::<Ranks>();
        with(named).from::<Ranks>().select((Ranks::rank(), Ranks::rank().count())).group_by(Ranks::rank())
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn pages_over_an_outer_join_come_in_the_order_of_the_whole() -> Result<()> {
    let db = library().await?;
    macro_rules! same {
        ($join:ident: $($order:expr),*) => {$(
            let rows = || {
                let joined = Writer::query().$join(Writer::TEXTS).select((Writer::NAME, Text::WORDS, Text::ID));
                // The last ones tell the rows apart, which the pages do by themselves.
                joined.order_by(($order, Writer::ID, Text::ID))
            };
            let all = rows().all(&db).await?;
            assert_eq!(rows().page(1000).fetch(&db).await?.rows, all, "{}", rows().page(1000).to_sql()?);
            walks(&db, rows).await?;
        )*};
    }
    same!(left_join: Text::WORDS.desc(), Text::WORDS.asc(), Text::WORDS.desc().nulls_first(), Text::WORDS.asc().nulls_last());
    same!(full_join: Text::WORDS.desc(), Writer::NAME.desc(), Writer::RANK.desc());
    same!(right_join: Writer::NAME.desc(), Text::WORDS.desc());
    Ok(())
}

#[tokio::test]
async fn names_of_fields_change_no_order_of_pages() -> Result<()> {
    let db = library().await?;
    let texts = || Text::query().select((Text::WRITER_ID, Text::WORDS));
    let named = || texts().into_struct::<Written>();
    assert_eq!(
        named().page(2).to_sql()?,
        "SELECT writer_id AS id, words AS rank, id FROM texts ORDER BY texts.id ASC LIMIT $1"
    );
    walks(&db, named).await?;
    walks(&db, || named().order_by(Text::WORDS.desc())).await?;
    for descending in [false, true] {
        let order = || if descending { Text::ID.desc() } else { Text::ID.asc() };
        let expected = texts().order_by(order()).all(&db).await?;
        let expected: Vec<_> = expected.into_iter().map(|(id, rank)| Written { id, rank }).collect();
        assert_eq!(named().order_by(order()).page(1000).fetch(&db).await?.rows, expected);
        walks(&db, || named().order_by(order())).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_window_has_pages_where_it_was_computed_before() -> Result<()> {
    let db = library().await?;
    let place = || row_number().over(window().order_by((Text::WORDS.desc(), Text::ID)));
    let count = Text::query().count(&db).await?;
    let placed = || {
        let named = Text::query().select((Text::ID, place())).named::<Placed>();
        let rows = with(named).from::<Placed>().select((Placed::place(), Placed::id()));
        rows.group_by((Placed::place(), Placed::id()))
    };
    let mut walk = placed().page(2).walk(&db);
    let mut seen = Vec::new();
    while let Some(rows) = walk.next().await? {
        seen.extend(rows.into_iter().map(|(place, _)| place));
    }
    assert_eq!(seen, (1..=i64::try_from(count).expect("few")).collect::<Vec<_>>());
    walks(&db, placed).await?;
    // An aggregate over a part of the rows is no window.
    let groups = || {
        let written = Expr::<Text, i64>::trusted("count($1) FILTER (WHERE $1 < 1)", (Text::WORDS,));
        Text::query().select((Text::WRITER_ID, written)).group_by(Text::WRITER_ID)
    };
    walks(&db, groups).await?;
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
        Writer::query().select((Writer::NAME, row_number::<Writer>().over(window()))) => "`.named::<..>()`";
        Writer::query().select((Writer::NAME, Writer::ID.count().over(window()) + 1)) => "window functions";
        names().order_by(row_number().over(window().order_by(Writer::RANK))) => "window functions";
        Writer::query().select(Expr::<Writer, i64>::trusted("rank() over  (ORDER BY $1)", (Writer::RANK,)))
            => "window functions";
        names().union(names()) => "UNION";
        names().order_by(Writer::NAME.lower().asc()) => "read it, too";
        Writer::query().select((Writer::NAME, Writer::ID.count())).group_by(Writer::NAME).order_by(Writer::ID.count().asc())
            => "grouped by";
        crdb_orm::query::with(Text::query().select((Text::WORDS,)).named::<Long>()).from::<Long>().select(Long::words())
            => "`long`";
    }
    Ok(())
}
