//! Pages by key.

use std::cmp::Ordering;

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{Cursor, OrderBy, Paged, Select};
use proptest::prelude::*;

use crate::support::{Point, database, points, posing};

const KEY: &str = "sixteen bytes or more";

/// The text behind `FROM points` of the page behind the first one.
async fn second_page(db: &Database, paged: Paged<Select<Point>>) -> Result<String> {
    let page = paged.clone().fetch(db).await?;
    let text = paged.after(page.next.expect("a next page")).to_sql()?;
    Ok(text.replace("SELECT id, name, rank, note FROM points", ""))
}

#[tokio::test]
async fn the_text_is_one_that_an_index_answers() -> Result<()> {
    let db = points(3).await?;
    let first = Point::order_by(Point::NAME.asc()).page(1).to_sql()?;
    assert_eq!(first, "SELECT id, name, rank, note FROM points ORDER BY name ASC, id ASC LIMIT $1");
    let last = Point::order_by(Point::RANK.asc()).page(1).last().to_sql()?;
    assert_eq!(
        last,
        "SELECT id, name, rank, note FROM points ORDER BY rank DESC NULLS LAST, id DESC LIMIT $1"
    );
    for (select, text) in [
        (Point::query(), " WHERE id > $1 ORDER BY id ASC LIMIT $2"),
        (Point::order_by(Point::ID.desc()), " WHERE id < $1 ORDER BY id DESC LIMIT $2"),
        (
            Point::order_by(Point::NAME.asc()),
            " WHERE (name, id) > ($1, $2) ORDER BY name ASC, id ASC LIMIT $3",
        ),
        (
            Point::filter(Point::NAME.ne("x").or(Point::RANK.is_null())).order_by(Point::NAME.desc()),
            " WHERE (name != $1 OR rank IS NULL) AND (name, id) < ($2, $3) ORDER BY name DESC, id DESC LIMIT $4",
        ),
        (
            Point::order_by(Point::NAME.asc()).order_by(Point::ID.desc()),
            " WHERE name >= $1 AND (name > $2 OR id < $3) ORDER BY name ASC, id DESC LIMIT $4",
        ),
        (
            Point::order_by(Point::RANK.asc()),
            " WHERE rank IS NOT NULL OR id > $1 ORDER BY rank ASC NULLS FIRST, id ASC LIMIT $2",
        ),
        (
            Point::order_by(Point::RANK.asc().nulls_last()),
            " WHERE rank IS NULL AND id > $1 ORDER BY rank ASC NULLS LAST, id ASC LIMIT $2",
        ),
    ] {
        assert_eq!(second_page(&db, select.page(1)).await?, text);
    }
    for n in 1..=3 {
        Point::update(Uuid::from_u128(n)).set(Point::RANK, 7).exec(&db).await?;
    }
    for (order, text) in [
        (
            Point::RANK.asc(),
            " WHERE rank >= $1 AND (rank > $2 OR id > $3) ORDER BY rank ASC NULLS FIRST, id ASC LIMIT $4",
        ),
        (
            Point::RANK.desc(),
            " WHERE (rank <= $1 OR rank IS NULL) AND (rank < $2 OR rank IS NULL OR id < $3) \
             ORDER BY rank DESC NULLS LAST, id DESC LIMIT $4",
        ),
    ] {
        assert_eq!(second_page(&db, Point::order_by(order).page(1)).await?, text);
    }
    Ok(())
}

#[tokio::test]
async fn pages_go_forwards_and_backwards() -> Result<()> {
    let db = points(5).await?;
    let paged = Point::order_by(Point::NAME.desc()).page(2);
    let names = |rows: &[Point]| rows.iter().map(|point| point.name.clone()).collect::<Vec<_>>().join(" ");
    let first = paged.clone().after(None::<String>).fetch(&db).await?;
    assert_eq!((names(&first.rows), first.has_prev(), first.has_next()), ("p5 p4".into(), false, true));
    let second = paged.clone().after(first.next.as_ref()).fetch(&db).await?;
    assert_eq!((names(&second.rows), second.has_prev(), second.has_next()), ("p3 p2".into(), true, true));
    let third = paged.clone().after(second.next.as_ref().map(Cursor::as_str)).fetch(&db).await?;
    assert_eq!((names(&third.rows), third.has_prev(), third.has_next()), ("p1".into(), true, false));
    let back = paged.clone().before(third.prev.as_ref()).fetch(&db).await?;
    assert_eq!((names(&back.rows), back.has_prev(), back.has_next()), ("p3 p2".into(), true, true));
    let back = paged.clone().before(back.prev.unwrap()).fetch(&db).await?;
    assert_eq!((names(&back.rows), back.has_prev(), back.has_next()), ("p5 p4".into(), false, true));
    let last = paged.clone().last().fetch(&db).await?;
    assert_eq!((names(&last.rows), last.has_prev(), last.has_next()), ("p2 p1".into(), true, false));
    // In a transaction, too.
    let count = db
        .transaction("pages", async |tx| Ok(Point::query().page(3).fetch(&tx).await?.into_iter().count()))
        .await?;
    assert_eq!(count, 3);
    let none = Point::filter(Point::NAME.eq("?")).page(3).fetch(&db).await?;
    assert_eq!((none.rows.len(), none.next, none.prev), (0, None, None));
    Ok(())
}

#[tokio::test]
async fn a_page_whose_rows_are_gone_has_the_way_back() -> Result<()> {
    let db = points(5).await?;
    let paged = || Point::order_by(Point::NAME.asc()).page(2);
    let names = |rows: &[Point]| rows.iter().map(|point| point.name.clone()).collect::<Vec<_>>().join(" ");
    let next = paged().fetch(&db).await?.next.expect("a next page");
    let middle = paged().after(&next).fetch(&db).await?;
    Point::filter(Point::NAME.gt("p2")).delete().exec(&db).await?;
    let empty = paged().after(&next).fetch(&db).await?;
    assert_eq!((empty.rows.len(), empty.has_next()), (0, false));
    let back = paged().before(empty.prev.as_ref()).fetch(&db).await?;
    assert_eq!((names(&back.rows), back.has_prev(), back.has_next()), ("p1 p2".into(), false, false));
    // The other way round.
    let prev = middle.prev.expect("a page before");
    Point::query().delete().exec(&db).await?;
    Point::insert().name("p9").exec(&db).await?;
    let empty = paged().before(&prev).fetch(&db).await?;
    assert_eq!((empty.rows.len(), empty.has_prev()), (0, false));
    let on = paged().after(empty.next.as_ref()).fetch(&db).await?;
    assert_eq!((names(&on.rows), on.has_prev(), on.has_next()), ("p9".into(), false, false));
    // Such a cursor goes with its query alone, too, and an empty table has neither.
    let other = Point::order_by(Point::NAME.desc()).page(2).after(empty.next.as_ref()).fetch(&db).await;
    assert!(other.expect_err("another order").is_invalid_cursor());
    Point::query().delete().exec(&db).await?;
    let none = paged().after(empty.next.as_ref()).fetch(&db).await?;
    assert_eq!((none.rows.len(), none.next, none.prev), (0, None, None));
    Ok(())
}

#[tokio::test]
async fn a_cursor_goes_with_its_query_alone() -> Result<()> {
    let db = points(3).await?;
    let by_name = || Point::order_by(Point::NAME.asc()).page(1);
    let cursor = by_name().fetch(&db).await?.next.expect("a next page");
    // Another size is the same query.
    assert_eq!(Point::order_by(Point::NAME.asc()).page(9).after(&cursor).fetch(&db).await?.rows.len(), 2);
    let signed = by_name().signed(KEY).fetch(&db).await?.next.expect("a next page");
    assert_eq!(by_name().signed(KEY).after(&signed).fetch(&db).await?.rows.len(), 1);
    let mut changed = cursor.to_string();
    changed.pop();
    for (paged, why) in [
        (Point::order_by(Point::NAME.desc()).page(1).after(&cursor), "another query"),
        (
            Point::filter(Point::NAME.ne("x")).order_by(Point::NAME.asc()).page(1).after(&cursor),
            "another query",
        ),
        (by_name().stable().after(&cursor), "another query"),
        (by_name().signed(KEY).after(&cursor), "not signed"),
        (by_name().after(&signed), "is signed"),
        (by_name().signed("another key, long enough").after(&signed), "changed"),
        (by_name().after(changed), "changed"),
        (by_name().after(""), "changed"),
        (by_name().before("../../etc/passwd"), "changed"),
    ] {
        let error = paged.fetch(&db).await.unwrap_err();
        assert!(error.is_invalid_cursor() && error.to_string().contains(why), "{why}: {error}");
        assert!(!error.to_string().contains("p1"));
    }
    assert!(!format!("{cursor:?}").contains(cursor.as_str()), "a cursor holds values");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_paged_is_refused() -> Result<()> {
    let db = points(1).await?;
    for (paged, why) in [
        (Point::query().limit(5).page(1), "`limit`"),
        (Point::query().page(0), "at least one"),
        (Point::order_by((Point::RANK + 1).asc()).page(1), "expression"),
    ] {
        let error = paged.fetch(&db).await.unwrap_err();
        assert!(error.is_invalid_statement() && error.to_string().contains(why), "{why}: {error}");
    }
    assert!(Point::query().page(1).signed("short").fetch(&db).await.unwrap_err().is_configuration());
    Ok(())
}

#[tokio::test]
async fn stable_pages_are_all_of_one_time() -> Result<()> {
    let db = points(5).await?;
    let (proxy, through) = posing(&db).await?;
    let mut pages = Point::query().page(2).stable().walk(&through);
    let mut sizes = Vec::new();
    while let Some(rows) = pages.next().await? {
        sizes.push(rows.len());
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(proxy.count("cluster_logical_timestamp"), 1, "asked once");
    assert_eq!(proxy.count("READ ONLY, AS OF SYSTEM TIME '"), 3);
    if !db.is_cockroachdb() {
        assert_eq!(proxy.count("AS OF SYSTEM TIME '1580361670629466905.0000000003'"), 3);
    }
    // A server without a past reads the present.
    assert_eq!(Point::query().page(9).stable().fetch(&*db).await?.rows.len(), 5);
    Ok(())
}

#[tokio::test]
async fn a_walk_goes_on_where_another_stopped() -> Result<()> {
    let db = points(5).await?;
    let paged = || Point::order_by(Point::NAME.asc()).page(2);
    let mut walk = paged().walk(&*db);
    assert_eq!(walk.next().await?.map(|rows| rows.len()), Some(2));
    let cursor = walk.cursor().cloned();
    drop(walk);
    let mut walk = paged().after(cursor).walk(&*db);
    assert_eq!(walk.next().await?.map(|rows| rows[0].name.clone()).as_deref(), Some("p3"));
    assert_eq!(walk.next().await?.map(|rows| rows[0].name.clone()).as_deref(), Some("p5"));
    assert_eq!((walk.next().await?, walk.cursor()), (None, None));
    Ok(())
}

/// A column of the order: which one, whether descending, and where NULLs are.
type By = (u8, bool, bool);

fn order(by: By) -> OrderBy<Point> {
    let (column, descending, nulls_last) = by;
    macro_rules! order {
        ($column:expr) => {{
            let order = if descending { $column.desc() } else { $column.asc() };
            if nulls_last { order.nulls_last() } else { order.nulls_first() }
        }};
    }
    match column {
        0 => order!(Point::ID),
        1 => order!(Point::NAME),
        2 => order!(Point::RANK),
        _ => order!(Point::NOTE),
    }
}

fn compare(by: By, a: &Point, b: &Point) -> Ordering {
    fn nulls<F: Ord>(a: Option<F>, b: Option<F>, descending: bool, nulls_last: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => {
                if descending {
                    b.cmp(&a)
                } else {
                    a.cmp(&b)
                }
            }
            (None, None) => Ordering::Equal,
            (None, Some(_)) => {
                if nulls_last {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (Some(_), None) => {
                if nulls_last {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
    let (column, descending, nulls_last) = by;
    match column {
        0 => nulls(Some(a.id), Some(b.id), descending, nulls_last),
        1 => nulls(Some(&a.name), Some(&b.name), descending, nulls_last),
        2 => nulls(a.rank, b.rank, descending, nulls_last),
        _ => nulls(a.note.as_ref(), b.note.as_ref(), descending, nulls_last),
    }
}

type Data = (u8, Option<i8>, Option<bool>);

async fn check(db: &Database, data: Vec<Data>, by: Vec<By>, size: u32) -> Result<()> {
    Point::query().delete().exec(db).await?;
    let mut expected: Vec<Point> = (0_u128..)
        .zip(data)
        .map(|(n, (name, rank, note))| Point {
            // In no order of the others.
            id: Uuid::from_u128(n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)),
            name: char::from(b'a' + name % 3).to_string(),
            rank: rank.map(|rank| i32::from(rank % 2)),
            note: note.map(|note| if note { "x".into() } else { String::new() }),
        })
        .collect();
    for point in &expected {
        Point::insert_row(point).exec(db).await?;
    }
    let by_or_key =
        |a: &Point, b: &Point| by.iter().fold(Ordering::Equal, |so_far, by| so_far.then(compare(*by, a, b)));
    // A column that was there before decides nothing more.
    let decides = |at: &usize| by[..*at].iter().all(|earlier| earlier.0 != by[*at].0);
    let tie = (0..by.len()).rev().find(decides).is_some_and(|at| by[at].1);
    expected.sort_by(|a, b| by_or_key(a, b).then(if tie { b.id.cmp(&a.id) } else { a.id.cmp(&b.id) }));
    let query = || by.iter().fold(Point::query(), |select: Select<Point>, by| select.order_by(order(*by)));
    let mut forwards = Vec::new();
    let mut walk = query().page(size).walk(db);
    while let Some(rows) = walk.next().await? {
        forwards.extend(rows);
    }
    assert_eq!(forwards, expected, "forwards by {by:?}, {size} at a time");
    let mut backwards: Vec<Point> = Vec::new();
    let mut walk = query().page(size).last().walk(db);
    while let Some(rows) = walk.next().await? {
        backwards.splice(0..0, rows);
    }
    assert_eq!(backwards, expected, "backwards by {by:?}, {size} at a time");
    Ok(())
}

#[test]
fn pages_put_together_are_the_whole_whatever_the_rows_and_the_order() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let db = runtime.block_on(database()).expect("a database");
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let data = proptest::collection::vec((any::<u8>(), any::<Option<i8>>(), any::<Option<bool>>()), 0..18);
    let by = proptest::collection::vec((0_u8..4, any::<bool>(), any::<bool>()), 0..4);
    let result = runner.run(&(data, by, 1_u32..6), |(data, by, size)| {
        runtime.block_on(check(&db, data, by, size)).map_err(|error| TestCaseError::fail(error.to_string()))
    });
    let _inside = runtime.enter();
    drop(db);
    result.unwrap_or_else(|error| panic!("{error}"));
}
