//! Each kind of expression is read from a row: the driver refuses a column whose OID is not that of the Rust type.
//! The texts and the OIDs that every server must report are in `exprs/kinds.sql`.

use std::fmt::Write as _;

use crdb_orm::prelude::*;
use crdb_orm::query::{
    Encoding, Excluded, Expr, Filter, Language, Part, Selection, Unit, case, clock, cume_dist, current_row,
    dense_rank, following, json_object, now, ntile, percent_rank, pi, preceding, random, random_uuid, rank,
    row, row_number, text_query, unbounded_following, unbounded_preceding, value, window,
};
use crdb_orm::testing::column_oids;
use crdb_orm::types::Interval;
use crdb_orm::{Field, Result};
use crdb_tests::golden;
use serde_json::{Value as Any, json};

use crate::tables::{Mood, Thing, database, thing};

/// The OID of a type that travels as itself.
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
        T::Bytes => 17,
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
        let expected_oid = oid(<P::Output as Field>::TYPE);
        match column_oids(self.db, rows.clone()).await {
            Ok(oids) if oids == [expected_oid] => {}
            other => self.wrong.push(format!("{sql}\n  is of {other:?} and not {expected_oid}")),
        }
        writeln!(self.list, "{sql}; -- {expected_oid}").expect("a line");
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

    k.is(Thing::NAME.trim().left(3), "Ann".to_owned()).await;
    k.is(Thing::NAME.trim().right(-4), "Bob".to_owned()).await;
    k.is(Thing::NAME.trim().pad_left(9, "*-"), "*-Ann/Bob".to_owned()).await;
    k.is(Thing::NAME.trim().pad_right(8, "*"), "Ann/Bob*".to_owned()).await;
    k.is(Thing::NAME.trim().left(1).repeat(3), "AAA".to_owned()).await;
    k.is(Thing::NAME.trim().reverse(), "boB/nnA".to_owned()).await;
    k.is(Thing::NAME.lower().initcap(), " Ann/Bob ".to_owned()).await;
    k.is(Thing::NAME.trim_start(" A"), "nn/Bob ".to_owned()).await;
    k.is(Thing::NAME.trim_end(" b"), " Ann/Bo".to_owned()).await;
    k.is(Thing::NAME.trim().translate("An", "E"), "E/Bob".to_owned()).await;
    k.is(Thing::NAME.trim().regexp_replace("([a-z])", "<\\1>"), "A<n>n/Bob".to_owned()).await;
    k.is(Thing::NAME.trim().regexp_replace_all("[nb]", ""), "A/Bo".to_owned()).await;
    k.is(Thing::NOTE.left(3), None).await;
    k.is(Thing::NAME.trim().ascii(), 65).await;
    k.is(Thing::NAME.trim().split("/"), vec!["Ann".to_owned(), "Bob".to_owned()]).await;
    k.is(Thing::NAME.octet_length(), 9).await;
    k.is(Thing::NOTE.md5(), None).await;
    k.is(Thing::NAME.trim().md5(), "ba0ca1826767c382868b985172bf57db".to_owned()).await;

    // Words.
    let words = |text: &str| text_query::<Thing>(Language::English, text);
    let vector = || Thing::NAME.replace("/", " ").to_text_vector(Language::English);
    k.is(yes(vector().matches_words(words("Bob"))), true).await;
    k.is(yes(vector().matches_words(words("Bob Eve"))), false).await;
    k.is(yes(Thing::NOTE.to_text_vector(Language::Simple).matches_words(words("Bob"))), false).await;
    k.is(vector().rank(words("Eve")), 0.0).await;
    k.is(Thing::NOTE.to_text_vector(Language::English).rank(words("Bob")), None).await;

    // Bytes.
    k.is(Thing::DATA, b"hi".to_vec()).await;
    k.is(Thing::DATA.octet_length(), 2).await;
    k.is(Thing::DATA.encode(Encoding::Hex), "6869".to_owned()).await;
    k.is(Thing::DATA.encode(Encoding::Base64), "aGk=".to_owned()).await;
    k.is(Thing::DATA.md5(), "49f68a5c8493ec2c0bf489821c21fc3b".to_owned()).await;
    k.is(Thing::DATA.encode(Encoding::Hex).decode(Encoding::Hex), b"hi".to_vec()).await;

    // Functions of numbers.
    k.is((Thing::COUNT + 2).sqrt(), 3.0).await;
    k.is((Thing::COUNT + 1).cbrt(), 2.0).await;
    k.is((Thing::COUNT - 7).exp(), 1.0).await;
    k.is((Thing::COUNT - 6).ln(), 0.0).await;
    k.is((Thing::COUNT + 93).log10(), 2.0).await;
    k.is((Thing::COUNT - 7).sin(), 0.0).await;
    k.is((Thing::COUNT - 7).cos(), 1.0).await;
    k.is((Thing::COUNT - 7).tan(), 0.0).await;
    k.is((Thing::COUNT - 7).asin(), 0.0).await;
    k.is((Thing::COUNT - 6).acos(), 0.0).await;
    k.is((Thing::COUNT - 7).atan(), 0.0).await;
    k.is((Thing::COUNT - 7).degrees(), 0.0).await;
    k.is((Thing::RANK - 2).radians(), Some(0.0)).await;
    k.is((Thing::COUNT - 7).atan2(1), 0.0).await;
    k.is(Thing::COUNT.power(2), 49.0).await;
    k.is(Thing::PRICE.sqrt().floor(), 3.0).await;
    k.is(Thing::SMALL.sign(), -1).await;
    k.is(Thing::RATIO.sign(), -1.0).await;
    k.is(Thing::PRICE.sign(), Decimal::ONE).await;
    k.is(Thing::RATIO.trunc(), -2.0).await;
    k.is(Thing::SHORT.trunc(), 1.0).await;
    k.is(Thing::PRICE.trunc(), decimal("12")).await;
    k.is(Thing::COUNT.bits_and(3), 3).await;
    k.is(Thing::COUNT.bits_or(8), 15).await;
    k.is(Thing::SMALL.bits_and(15), 9).await;
    k.is(pi().floor(), 3.0).await;
    k.is(random().lt(1.0), true).await;
    k.is(random_uuid().is_not_null(), true).await;
    k.is(value(5_i16), 5).await;
    k.is(value(None::<String>), None).await;

    // SQL of one's own.
    k.is(Expr::<Thing, i32>::trusted("1", ()), 1).await;
    k.is(Expr::<Thing, i32>::trusted("$1 - $2 - $1", (Thing::COUNT, 10)), -10).await;
    k.is(
        Expr::<Thing, String>::trusted("$1 || '$2' || $2", (Thing::NAME.trim(), "x".to_owned())),
        "Ann/Bob$2x".to_owned(),
    )
    .await;
    k.is(Expr::<Thing, bool>::trusted("$1 > 1 OR $2", (Thing::COUNT, false)), true).await;
    k.is(!Expr::<Thing, bool>::trusted("$1 > 1 OR $2", (Thing::COUNT, false)), false).await;

    // NULL, choices, casts.
    k.is(Thing::NOTE.coalesce("none"), "none".to_owned()).await;
    k.is(Thing::COUNT.nullif(7), None).await;
    k.is(yes(Thing::NAME.same_as(Thing::NOTE)), false).await;
    k.is(yes(Thing::NAME.differs_from(Thing::NOTE)), true).await;
    k.is(yes(Thing::NOTE.eq("x")), false).await;
    k.is(yes(Filter::never()), false).await;
    k.is(yes(!Filter::<Thing>::never()), true).await;
    k.is(yes(Filter::never().or(Thing::HOT)), true).await;
    k.is(yes(Filter::always().and(Filter::never())), false).await;
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
    k.is(Thing::TAGS.prepend("c"), vec!["c".to_owned(), "a".to_owned(), "b".to_owned()]).await;
    k.is(Thing::TAGS.extend(vec!["c".to_owned()]).len(), 3).await;
    k.is(Thing::SCORES.extend(vec![1]), Some(vec![1])).await;
    k.is(Thing::TAGS.place_of("b"), Some(2)).await;
    k.is(Thing::TAGS.place_of("z"), None).await;
    k.is(Thing::TAGS.replace_each("a", "z").at(1), Some("z".to_owned())).await;
    k.is(Thing::TAGS.join_text("+"), "a+b".to_owned()).await;
    k.is(yes(Thing::TAGS.has("b")), true).await;
    k.is(yes(Thing::TAGS.contains_all(["a", "b"])), true).await;
    k.is(yes(Thing::TAGS.contains_all(Vec::<String>::new())), true).await;
    k.is(yes(Thing::TAGS.contains_any(["z"])), false).await;
    k.is(yes(Thing::TAGS.contains_any(Vec::<String>::new())), false).await;
    k.is(yes(Thing::TAGS.is_within(["a", "b", "c"])), true).await;
    k.is(yes(Thing::TAGS.overlaps(Thing::TAGS)), true).await;
    k.is(yes(Thing::TAGS.overlaps(Thing::TAGS.remove("a").replace_each("b", "z"))), false).await;
    k.is(yes(Thing::SCORES.overlaps(Thing::SCORES)), false).await;

    // Documents.
    k.is(Thing::DOC.get("a"), Some(json!({"b": "x"}))).await;
    k.is(Thing::DOC.get("a").get_text("b"), Some("x".to_owned())).await;
    k.is(Thing::DOC.get("list").element(-1), Some(json!("two"))).await;
    k.is(Thing::DOC.path(["list", "0"]), Some(json!(1))).await;
    k.is(Thing::DOC.path_text(["a", "b"]), Some("x".to_owned())).await;
    k.is(Thing::DOC.get("none"), Some(Any::Null)).await;
    k.is(Thing::DOC.get_text("none"), None).await;
    k.is(Thing::DOC.get("nowhere"), None).await;
    k.is(Thing::DOC.set_path(["a", "b"], json!(2)).path(["a", "b"]), Some(json!(2))).await;
    k.is(Thing::DOC.set_path(["new"], json!(null)).get("new"), Some(Any::Null)).await;
    k.is(Thing::DOC.merge(json!({"a": 1})).get("a"), Some(json!(1))).await;
    k.is(Thing::DOC.without("a").get("a"), None).await;
    k.is(Thing::DOC.without_path(["list", "0"]).get("list"), Some(json!(["two"]))).await;
    k.is(Thing::DOC.strip_nulls().without("a").without("list"), json!({})).await;
    k.is(Thing::DOC.json_type(), "object".to_owned()).await;
    k.is(Thing::DOC.get("list").json_len(), Some(2)).await;
    k.is(Thing::TAGS.to_jsonb(), json!(["a", "b"])).await;
    k.is(Thing::COUNT.to_jsonb(), json!(7)).await;
    k.is(Thing::NOTE.to_jsonb(), None).await;
    let object = json_object().field("n", Thing::COUNT).field("note", Thing::NOTE).field("x", 1_i64);
    k.is(object.build(), json!({"n": 7, "note": null, "x": 1})).await;
    k.is(json_object::<Thing>().build(), json!({})).await;
    k.is(yes(Thing::DOC.contains_json(json!({"list": [1]}))), true).await;
    k.is(yes(Thing::DOC.get("list").is_within_json(json!(["two", 1, null]))), true).await;
    k.is(yes(Thing::DOC.is_within_json(json!({"a": {"b": "x"}}))), false).await;
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

    let berlin = thing().day.and_hms_micro_opt(16, 9, 26, 535_897).expect("a moment");
    k.is(Thing::AT.at_time_zone("Europe/Berlin"), berlin).await;
    k.is(Thing::ENDED.at_time_zone("UTC"), None).await;
    k.is(Thing::AT.date_trunc(Unit::Day).age(midnight.and_utc()), Interval::from_days(0)).await;
    k.is(Thing::LOCAL.to_char("YYYY-MM-DD HH24:MI"), "2026-03-14 15:09".to_owned()).await;
    k.is(Thing::DAY.to_char("YYYY"), "2026".to_owned()).await;
    k.is(yes(clock::<_, DateTime<Utc>>().ge(now::<_, DateTime<Utc>>())), true).await;

    // Windows.
    let by_id = || window().order_by(Thing::ID.asc());
    k.is(ntile(4).over(by_id()), 1).await;
    k.is(rank().over(by_id()), 1).await;
    k.is(dense_rank().over(by_id()), 1).await;
    k.is(percent_rank().over(by_id()), 0.0).await;
    k.is(cume_dist().over(by_id()), 1.0).await;
    k.is(Thing::SMALL.lag_by(2).over(by_id()), None).await;
    k.is(Thing::SMALL.lag_or(2, 5).over(by_id()), 5).await;
    k.is(Thing::NOTE.lead_or(1, Thing::NAME).over(by_id()), Some(" Ann/Bob ".to_owned())).await;
    k.is(Thing::COUNT.lead_by(1).over(by_id()), None).await;
    k.is(Thing::SMALL.first_value().over(by_id()), Some(-7)).await;
    k.is(Thing::SHORT.last_value().over(by_id()), Some(1.5)).await;
    k.is(Thing::NAME.nth_value(2).over(by_id()), None).await;
    let rows = || by_id().rows(preceding(2), following(1));
    k.is(Thing::BIG.sum().over(rows()), Some(9_000_000_000)).await;
    k.is(Thing::BIG.sum().over(rows().exclude(Excluded::CurrentRow)), None).await;
    k.is(Thing::COUNT.count().over(by_id().groups(unbounded_preceding(), current_row())), 1).await;
    k.is(Thing::COUNT.count().over(by_id().exclude(Excluded::Ties)), 1).await;
    k.is(
        Thing::COUNT
            .count()
            .over(window().rows(current_row(), unbounded_following()).exclude(Excluded::Group)),
        0,
    )
    .await;
    k.is(Thing::SMALL.count().over(window().range(Thing::SMALL, preceding(1), current_row())), 1).await;
    k.is(Thing::SMALL.count().over(window().range(Thing::RANK, preceding(1), following(1))), 1).await;
    k.is(Thing::SMALL.count().over(window().range(Thing::BIG, following(1), following(2))), 0).await;
    k.is(Thing::SMALL.count().over(window().range(Thing::SHORT, preceding(1.0), current_row())), 1).await;
    k.is(Thing::SMALL.count().over(window().range(Thing::PRICE, preceding(Decimal::ONE), current_row())), 1)
        .await;
    let week = || preceding(Interval::from_days(7));
    k.is(
        Thing::SMALL.count().over(window().partition_by(Thing::HOT).range(Thing::AT, week(), current_row())),
        1,
    )
    .await;
    k.is(Thing::SMALL.count().over(window().range(Thing::DAY, week(), unbounded_following())), 1).await;
    k.is(Thing::SMALL.count().over(window().range(Thing::LOCAL, week(), week())), 0).await;
    k.is(row_number().over(window().order_by(Thing::ID.asc())), 1).await;
    k.is(Thing::COUNT.sum().over(window().partition_by(Thing::HOT)), Some(7)).await;
    k.is(Thing::COUNT.lag().over(window().order_by(Thing::ID.asc())), None).await;
    k.is(Thing::COUNT.lead().over(by_id()), None).await;
    k.is(Thing::NOTE.lead().over(by_id()), None).await;

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
    k.is(Thing::HOT.bool_or(), Some(true)).await;
    k.is(Thing::HOT.bool_or().filter(!Thing::HOT), None).await;
    k.is((!Thing::HOT).bool_or(), Some(false)).await;
    k.is(Thing::NAME.trim().string_agg(", "), Some("Ann/Bob".to_owned())).await;
    k.is(Thing::NAME.trim().array_agg(), Some(vec!["Ann/Bob".to_owned()])).await;

    k.is(Thing::NAME.trim().array_agg().order_by(Thing::COUNT.desc()), Some(vec!["Ann/Bob".to_owned()]))
        .await;
    k.is(Thing::RANK.array_agg().distinct(), Some(vec![Some(2)])).await;
    k.is(Thing::NAME.trim().string_agg("+").order_by(Thing::RANK.asc()), Some("Ann/Bob".to_owned())).await;
    k.is(Thing::NAME.trim().string_agg("+").filter(!Thing::HOT), None).await;
    k.is(Thing::COUNT.jsonb_agg().order_by(Thing::ID.asc()), Some(json!([7]))).await;
    k.is(Thing::MOOD.jsonb_agg(), Some(json!(["good"]))).await;
    k.is(Thing::NAME.trim().jsonb_object_agg(Thing::COUNT), Some(json!({"Ann/Bob": 7}))).await;
    k.is(Thing::COUNT.percentile_cont(0.5), Some(7.0)).await;
    k.is(Thing::SMALL.percentile_disc(0.5), Some(-7)).await;
    k.is(Thing::NAME.percentile_disc(1.0).filter(!Thing::HOT), None).await;
    k.is(Thing::COUNT.stddev(), None).await;
    k.is(Thing::COUNT.stddev_pop(), Some(0.0)).await;
    k.is(Thing::RATIO.variance(), None).await;
    k.is(Thing::PRICE.var_pop(), Some(Decimal::ZERO)).await;
    k.is(Thing::SHORT.stddev_pop(), Some(0.0)).await;
    k.is(Thing::COUNT.corr(Thing::SMALL), None).await;
    k.is(Thing::PRICE.covar_samp(Thing::RATIO), None).await;
    k.is(Thing::COUNT.regr_slope(Thing::SMALL), None).await;
    k.is(Thing::COUNT.regr_intercept(Thing::SMALL), None).await;
    k.is(Thing::COUNT.regr_r2(Thing::SMALL), None).await;
    k.is(Thing::SMALL.bit_and(), Some(-7)).await;
    k.is(Thing::COUNT.bit_or(), Some(7)).await;

    assert!(k.wrong.is_empty(), "{}", k.wrong.join("\n"));
    golden::check(&golden::path("../exprs/kinds.sql"), &k.list);
    Ok(())
}
