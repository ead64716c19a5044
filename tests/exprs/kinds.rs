//! Each kind of expression is read from a row: the driver refuses a column whose OID is not that of the Rust type.
//! The texts and the OIDs that every server must report are in `exprs/kinds.sql`.

use std::fmt::Write as _;

use crdb_orm::prelude::*;
use crdb_orm::query::{Expr, Filter, Part, Selection, Unit, case, now, row, row_number, window};
use crdb_orm::types::Interval;
use crdb_orm::{Field, Result};
use crdb_tests::golden;
use serde_json::{Value as Any, json};

use crate::tables::{Mood, Thing, database, thing};

/// The OID of a type that travels as itself. Source: CockroachDB's `types/oid.go`, which has PostgreSQL's numbers.
fn oid(ty: crdb_orm::schema::ColumnType) -> u32 {
    use crdb_orm::schema::ColumnType as T;
    match ty {
        T::Bool => 16,
        T::Int2 => 21,
        T::Int4 => 23,
        T::Int8 => 20,
        T::Float4 => 700,
        T::Float8 => 701,
        T::Decimal => 1700,
        // An enum is read as text.
        T::String | T::Enum(_) => 25,
        T::Uuid => 2950,
        T::Jsonb => 3802,
        T::Date => 1082,
        T::Time => 1083,
        T::Timestamp => 1114,
        T::TimestampTz => 1184,
        T::Interval => 1186,
        T::Array(element) => match element {
            T::String => 1009,
            T::Int8 => 1016,
            T::Int4 => 1007,
            other => panic!("no array of {other:?} is here"),
        },
        other => panic!("no {other:?} is here"),
    }
}

struct Kinds<'a> {
    db: &'a Database,
    list: String,
    wrong: Vec<String>,
}

impl Kinds<'_> {
    async fn is<P, I>(&mut self, what: P, expected: P::Output)
    where
        P: Selection<Thing, I>,
        P::Output: Field + PartialEq + std::fmt::Debug,
    {
        let rows = Thing::query().select(what);
        let sql = rows.to_sql();
        writeln!(self.list, "{sql}; -- {}", oid(<P::Output as Field>::TYPE)).expect("a line");
        match rows.one(self.db).await {
            Ok(value) if value == expected => {}
            Ok(value) => self.wrong.push(format!("{sql}\n  is {value:?} and not {expected:?}")),
            Err(error) => self.wrong.push(format!("{sql}\n  {error}")),
        }
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn yes(filter: Filter<Thing>) -> Expr<Thing, bool> {
    filter
}

#[tokio::test]
async fn every_kind_of_expression_has_its_type_and_value() -> Result<()> {
    let db = database().await?;
    Thing::insert_row(&thing()).exec(&db).await?;
    let k = &mut Kinds { db: &db, list: String::new(), wrong: Vec::new() };

    // Numbers: what widens on CockroachDB is cast back.
    k.is(Thing::SMALL + 1, -6).await;
    k.is(Thing::SMALL * Thing::SMALL, 49).await;
    k.is(Thing::COUNT + 1, 8).await;
    k.is(Thing::COUNT + Thing::RANK, Some(9)).await;
    k.is(Thing::COUNT - 10, -3).await;
    k.is(Thing::COUNT / 2, 3).await;
    k.is(Thing::SMALL / 2, -3).await;
    k.is(Thing::BIG / 7, 1_285_714_285).await;
    k.is(Thing::SMALL % 4, -3).await;
    k.is(Thing::PRICE % Decimal::TEN, decimal("2.345")).await;
    k.is(-Thing::COUNT, -7).await;
    k.is(Thing::SMALL.abs(), 7).await;
    k.is(Thing::SHORT + 1.0, 2.5).await;
    k.is(Thing::SHORT / 2.0, 0.75).await;
    k.is(Thing::RATIO * 2.0, -4.5).await;
    k.is(Thing::PRICE + Decimal::ONE, decimal("13.345")).await;
    k.is(Thing::RATIO.ceil(), -2.0).await;
    k.is(Thing::RATIO.floor(), -3.0).await;
    k.is(Thing::SHORT.floor(), 1.0).await;
    k.is(Thing::PRICE.round(1), decimal("12.3")).await;
    k.is(Thing::RATIO.round(1), -2.3).await;
    k.is(Thing::COUNT.greatest(10), 10).await;
    k.is(Thing::COUNT.least(Thing::RANK), 2).await;

    // Text.
    k.is(Thing::NAME.lower(), " ann/bob ".to_owned()).await;
    k.is(Thing::NAME.upper().trim(), "ANN/BOB".to_owned()).await;
    k.is(Thing::NAME.length(), 9).await;
    k.is(Thing::NOTE.length(), None).await;
    k.is(Thing::NAME.trim().concat("!"), "Ann/Bob!".to_owned()).await;
    k.is(Thing::NAME.concat(Thing::NOTE), None).await;
    k.is(Thing::NAME.substring(2, 3), "Ann".to_owned()).await;
    k.is(Thing::NAME.trim().replace("Bob", "Eve"), "Ann/Eve".to_owned()).await;
    k.is(Thing::NAME.trim().split_part("/", 2), "Bob".to_owned()).await;
    k.is(Thing::NAME.position("/"), 5).await;
    k.is(yes(Thing::NAME.like("Ann%")), false).await;
    k.is(yes(Thing::NAME.starts_with(" A")), true).await;
    k.is(yes(Thing::NAME.ends_with("b ")), true).await;
    k.is(yes(Thing::NAME.icontains("BOB")), true).await;
    k.is(yes(Thing::NAME.contains("%")), false).await;
    k.is(yes(Thing::NAME.matches("A.n/")), true).await;
    k.is(yes(Thing::NAME.imatches("^ ann")), true).await;

    // NULL, choices, casts.
    k.is(Thing::NOTE.coalesce("none"), "none".to_owned()).await;
    k.is(Thing::COUNT.nullif(7), None).await;
    k.is(yes(Thing::NAME.same_as(Thing::NOTE)), false).await;
    k.is(yes(Thing::NAME.differs_from(Thing::NOTE)), true).await;
    k.is(yes(Thing::NOTE.eq("x")), false).await;
    k.is(case::<i32>().when(Thing::HOT, 1).otherwise(2), 1).await;
    k.is(case::<String>().when(!Thing::HOT, "cold").or_null(), None).await;
    k.is(case::<Mood>().when(!Thing::HOT, Mood::Good).otherwise(Mood::Bad), Mood::Bad).await;
    k.is(Thing::COUNT.cast::<i16>(), 7).await;
    k.is(Thing::COUNT.cast::<i64>(), 7).await;
    k.is(Thing::COUNT.cast::<f64>(), 7.0).await;
    k.is(Thing::COUNT.cast::<String>(), "7".to_owned()).await;
    k.is(Thing::PRICE.cast::<i32>(), 12).await;
    k.is(Thing::MOOD.cast::<String>(), "good".to_owned()).await;
    k.is(Thing::LOCAL.cast::<NaiveDate>(), thing().day).await;
    k.is(Thing::MOOD, Mood::Good).await;

    // Lists and rows.
    k.is(yes(Thing::COUNT.eq_any([6, 7])), true).await;
    k.is(yes(Thing::COUNT.eq_any(Vec::<i32>::new())), false).await;
    k.is(yes(Thing::COUNT.ne_all(Vec::<i32>::new())), true).await;
    k.is(yes(Thing::COUNT.ne_all([7])), false).await;
    k.is(yes(Thing::MOOD.eq_any([Mood::Good])), true).await;
    k.is(yes(row((Thing::COUNT, Thing::SMALL)).gt((7, -8))), true).await;
    k.is(yes(row((Thing::COUNT, Thing::NAME)).eq_any([(7, "x".to_owned())])), false).await;
    k.is(yes(row((Thing::COUNT, Thing::HOT)).eq_any([(7, true), (8, false)])), true).await;
    k.is(yes(row((Thing::COUNT, Thing::HOT)).eq_any([])), false).await;

    // Arrays.
    k.is(Thing::TAGS.len(), 2).await;
    k.is(Thing::SCORES.len(), None).await;
    k.is(Thing::TAGS.at(1), Some("a".to_owned())).await;
    k.is(Thing::TAGS.at(9), None).await;
    k.is(Thing::TAGS.append("c"), vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]).await;
    k.is(Thing::TAGS.remove("a"), vec!["b".to_owned()]).await;
    k.is(yes(Thing::TAGS.has("b")), true).await;
    k.is(yes(Thing::TAGS.contains_all(["a", "b"])), true).await;
    k.is(yes(Thing::TAGS.contains_all(Vec::<String>::new())), true).await;
    k.is(yes(Thing::TAGS.contains_any(["z"])), false).await;
    k.is(yes(Thing::TAGS.contains_any(Vec::<String>::new())), false).await;
    k.is(yes(Thing::TAGS.is_within(["a", "b", "c"])), true).await;

    // Documents.
    k.is(Thing::DOC.get("a"), Some(json!({"b": "x"}))).await;
    k.is(Thing::DOC.get("a").get_text("b"), Some("x".to_owned())).await;
    k.is(Thing::DOC.get("list").element(-1), Some(json!("two"))).await;
    k.is(Thing::DOC.path(["list", "0"]), Some(json!(1))).await;
    k.is(Thing::DOC.path_text(["a", "b"]), Some("x".to_owned())).await;
    k.is(Thing::DOC.get("none"), Some(Any::Null)).await;
    k.is(Thing::DOC.get_text("none"), None).await;
    k.is(Thing::DOC.get("nowhere"), None).await;
    k.is(yes(Thing::DOC.contains_json(json!({"list": [1]}))), true).await;
    k.is(yes(Thing::DOC.has_key("a")), true).await;
    k.is(yes(Thing::DOC.has_any_key(["y", "z"])), false).await;
    k.is(yes(Thing::DOC.has_all_keys(["a", "list"])), true).await;

    // Time.
    let midnight = thing().day.and_hms_opt(0, 0, 0).expect("midnight");
    k.is(Thing::AT.date_trunc(Unit::Day), midnight.and_utc()).await;
    k.is(Thing::LOCAL.date_trunc(Unit::Day), midnight).await;
    k.is(Thing::DAY.date_trunc(Unit::Year), NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day")).await;
    k.is(Thing::AT.extract(Part::Hour), 15.0).await;
    k.is(Thing::AT.extract(Part::Second), 26.535_897).await;
    k.is(Thing::DAY.extract(Part::IsoDayOfWeek), 6.0).await;
    k.is(Thing::ENDED.extract(Part::Hour), None).await;
    k.is(Thing::DAY.plus(Interval::from_days(1)), thing().day.succ_opt().expect("a day")).await;
    k.is(Thing::AT.minus(Interval::from_micros(535_897)).extract(Part::Second), 26.0).await;
    k.is(Thing::AT.seconds_since(midnight.and_utc()).round(0), 54_566.0 + 1.0).await;
    k.is(yes(Thing::AT.gt(now::<_, DateTime<Utc>>().plus(Interval::from_months(1200)))), false).await;

    // Windows.
    k.is(row_number().over(window().order_by(Thing::ID.asc())), 1).await;
    k.is(Thing::COUNT.sum().over(window().partition_by(Thing::HOT)), Some(7)).await;
    k.is(Thing::COUNT.lag().over(window().order_by(Thing::ID.asc())), None).await;

    // Aggregates.
    k.is(Thing::SMALL.sum(), Some(-7)).await;
    k.is(Thing::BIG.sum(), Some(9_000_000_000)).await;
    k.is(Thing::SHORT.sum(), Some(1.5)).await;
    k.is(Thing::PRICE.sum(), Some(decimal("12.345"))).await;
    k.is(Thing::COUNT.avg(), Some(7.0)).await;
    k.is(Thing::PRICE.avg().coalesce(Decimal::ZERO), decimal("12.345")).await;
    k.is(Thing::RATIO.avg(), Some(-2.25)).await;
    k.is(Thing::COUNT.sum().filter(!Thing::HOT), None).await;
    k.is(Thing::RANK.count(), 1).await;
    k.is(Thing::RANK.count_distinct(), 1).await;
    k.is(Thing::SMALL.min(), Some(-7)).await;
    k.is(Thing::MOOD.max(), Some(Mood::Good)).await;
    k.is(Thing::HOT.bool_and(), Some(true)).await;
    k.is(Thing::NAME.trim().string_agg(", "), Some("Ann/Bob".to_owned())).await;
    k.is(Thing::NAME.trim().array_agg(), Some(vec!["Ann/Bob".to_owned()])).await;

    assert!(k.wrong.is_empty(), "{}", k.wrong.join("\n"));
    golden::check(&golden::path("../exprs/kinds.sql"), &k.list);
    Ok(())
}
