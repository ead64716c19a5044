//! Expressions of every kind of value.

use crdb_orm::prelude::*;
use crdb_orm::query::{Expr, Filter, Language, Part, Sorting, Unit, case, now, row, text_query};
use crdb_orm::types::{Interval, TsVector};
use serde_json::json;

#[derive(CrdbTable, Debug)]
#[crdb(table = "things")]
#[allow(dead_code, reason = "only the texts are looked at")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    small: i16,
    count: i32,
    big: i64,
    real: f32,
    ratio: f64,
    price: Decimal,
    name: String,
    note: Option<String>,
    rank: Option<i32>,
    tags: Vec<String>,
    scores: Option<Vec<i64>>,
    doc: serde_json::Value,
    at: DateTime<Utc>,
    day: NaiveDate,
    ended: Option<DateTime<Utc>>,
    words: TsVector,
    place: pgvector::Vector,
}

/// The text after `WHERE`.
fn condition(filter: Filter<Thing>) -> String {
    let text = Thing::filter(filter).to_sql();
    text.split_once(" WHERE ").map_or_else(|| panic!("no condition: {text}"), |(_, text)| text.to_owned())
}

/// The text of an expression.
fn text<F>(expr: impl Into<Expr<Thing, F>>) -> String
where
    F: crdb_orm::Field,
{
    condition(expr.into().is_null()).strip_suffix(" IS NULL").expect("the end").to_owned()
}

#[test]
fn arithmetic_has_the_type_of_its_column() {
    assert_eq!(text(Thing::COUNT + 1), "(count + $1)::INT4");
    assert_eq!(text(Thing::SMALL - 1), "(small - $1)::INT2");
    assert_eq!(text(Thing::REAL * 2.0), "(\"real\" * $1)::FLOAT4");
    assert_eq!(text(Thing::PRICE / Decimal::TWO), "(price / $1)::DECIMAL");
    assert_eq!(text(Thing::COUNT % 2), "(count % $1)::INT4");
    assert_eq!(text(-Thing::COUNT), "(-count)::INT4");
    assert_eq!(text(-(Thing::BIG + 1)), "(-(big + $1)::INT8)::INT8");
    assert_eq!(text(Thing::SMALL.abs()), "abs(small)::INT2");
    assert_eq!(text(Thing::RATIO.ceil()), "ceil(ratio)::FLOAT8");
    assert_eq!(text(Thing::PRICE.round(2)), "round(price, $1)::DECIMAL");
    assert_eq!(text(Thing::RATIO.round(2)), "round(ratio::DECIMAL, $1)::FLOAT8");
    assert_eq!(text(Thing::COUNT.greatest(Thing::RANK)), "greatest(count, rank)::INT4");
}

#[test]
fn whole_numbers_divide_into_whole_numbers_on_both_servers() {
    assert_eq!(text(Thing::COUNT / 2), "div(count, $1)::INT4");
    assert_eq!(text(Thing::BIG / Thing::BIG), "div(big, big)::INT8");
}

#[test]
fn what_is_made_of_a_nullable_column_may_be_null() {
    let _: Expr<Thing, Option<i32>> = Thing::COUNT + Thing::RANK;
    let _: Expr<Thing, Option<i32>> = Thing::RANK * 2;
    let _: Expr<Thing, i32> = Thing::COUNT * 2;
    let _: Expr<Thing, i32> = Thing::RANK.coalesce(0);
    let _: Expr<Thing, Option<i32>> = Thing::RANK.coalesce(Thing::RANK);
    let _: Expr<Thing, Option<i32>> = Thing::COUNT.nullif(0);
    let _: Expr<Thing, Option<String>> = Thing::NAME.concat(Thing::NOTE);
    let _: Expr<Thing, Option<f64>> = Thing::ENDED.extract(Part::Hour);
    let _: Expr<Thing, Option<f64>> = Thing::AT.seconds_since(Thing::ENDED);
    let _: Expr<Thing, Option<i64>> = Thing::SCORES.len();
}

#[test]
fn text_has_its_functions() {
    assert_eq!(text(Thing::NAME.lower()), "lower(name)");
    assert_eq!(text(Thing::NAME.upper()), "upper(name)");
    assert_eq!(text(Thing::NAME.trim()), "btrim(name)");
    assert_eq!(text(Thing::NAME.length()), "length(name)::INT8");
    assert_eq!(text(Thing::NAME.concat("!").concat(Thing::NOTE)), "((name || $1) || note)");
    assert_eq!(text(Thing::NAME.substring(1, 3)), "substr(name, $1, $2)");
    assert_eq!(text(Thing::NAME.replace("a", "b")), "replace(name, $1, $2)");
    assert_eq!(text(Thing::NAME.split_part("/", 2)), "split_part(name, $1, $2)");
    assert_eq!(text(Thing::NAME.position("a")), "strpos(name, $1)::INT8");
    assert_eq!(condition(Thing::NAME.lower().eq("a")), "lower(name) = $1");
    assert_eq!(condition(Thing::NAME.concat("x").eq("ax")), "(name || $1) = $2");
    assert_eq!(condition(Thing::NAME.ends_with("_")), "name LIKE $1");
    assert_eq!(condition(Thing::NAME.icontains("a")), "name ILIKE $1");
    assert_eq!(condition(Thing::NAME.matches("^a")), "name ~ $1");
    assert_eq!(condition(!Thing::NAME.imatches("^a")), "NOT name ~* $1");
    assert_eq!(condition(Thing::NAME.is_similar_to("ann")), "name % $1");
    assert_eq!(text(Thing::NAME.similarity("ann")), "similarity(name, $1)::FLOAT8");
}

#[test]
fn null_is_dealt_with() {
    assert_eq!(text(Thing::RANK.coalesce(0)), "coalesce(rank, $1)");
    assert_eq!(text(Thing::COUNT / Thing::RANK.nullif(0)), "div(count, nullif(rank, $1))::INT4");
    assert_eq!(condition(Thing::NAME.same_as(Thing::NOTE)), "name IS NOT DISTINCT FROM note");
    assert_eq!(condition(Thing::NAME.differs_from(Thing::NOTE)), "name IS DISTINCT FROM note");
}

#[test]
fn a_list_of_what_is_not_wanted_is_one_parameter() {
    assert_eq!(condition(Thing::COUNT.ne_all([1, 2])), "count != ALL ($1)");
    assert_eq!(condition(Thing::COUNT.ne_all(Vec::<i32>::new())), "count != ALL ($1)");
    assert_eq!(condition(Thing::COUNT.not_between(1, 2)), "count < $1 OR count > $2");
}

#[test]
fn a_case_takes_the_first_branch() {
    let size = case::<String>().when(Thing::COUNT.gt(10), "many").when(Thing::COUNT.gt(1), "some");
    assert_eq!(
        text(size.clone().otherwise("few")),
        "CASE WHEN count > $1 THEN $2 WHEN count > $3 THEN $4 ELSE $5 END"
    );
    assert_eq!(text(size.or_null()), "CASE WHEN count > $1 THEN $2 WHEN count > $3 THEN $4 END");
    let _: Expr<Thing, Option<i32>> = case::<i32>().when(Thing::COUNT.gt(1), Thing::RANK).otherwise(1);
    let _: Expr<Thing, i32> = case::<i32>().when(Thing::COUNT.gt(1), Thing::COUNT).otherwise(1);
}

#[test]
fn casts_are_those_on_which_the_servers_agree() {
    assert_eq!(text(Thing::COUNT.cast::<i64>()), "count::INT8");
    assert_eq!(text(Thing::NAME.cast::<Uuid>()), "name::UUID");
    assert_eq!(text((Thing::COUNT + 1).cast::<String>()), "((count + $1)::INT4)::TEXT");
    let _: Expr<Thing, Option<i64>> = Thing::RANK.cast();
}

#[test]
fn arrays_have_their_operators() {
    assert_eq!(condition(Thing::TAGS.has("a")), "$1 = ANY (tags)");
    assert_eq!(condition(Thing::TAGS.has(Thing::NAME)), "name = ANY (tags)");
    assert_eq!(condition(Thing::TAGS.contains_all(["a"])), "tags @> $1");
    assert_eq!(condition(Thing::TAGS.contains_any(["a"])), "tags && $1");
    assert_eq!(condition(Thing::SCORES.is_within([1, 2])), "scores <@ $1");
    assert_eq!(condition(Thing::TAGS.overlaps(Thing::TAGS)), "tags && tags");
    assert_eq!(text(Thing::TAGS.len()), "cardinality(tags)::INT8");
    assert_eq!(text(Thing::TAGS.at(1)), "(tags)[$1]");
    assert_eq!(text(Thing::TAGS.append("x")), "array_append(tags, $1)");
    assert_eq!(text(Thing::TAGS.remove("x")), "array_remove(tags, $1)");
}

#[test]
fn documents_have_paths_and_containment() {
    assert_eq!(text(Thing::DOC.get("a")), "(doc -> $1)");
    assert_eq!(text(Thing::DOC.get("a").get_text("b")), "((doc -> $1) ->> $2)");
    assert_eq!(text(Thing::DOC.get("a").assume_not_null().element(-1)), "((doc -> $1) -> $2)");
    assert_eq!(condition(Thing::DOC.path_text(["a", "0"]).eq("x")), "(doc #>> $1) = $2");
    assert_eq!(condition(Thing::DOC.contains_json(json!({"a": 1}))), "doc @> $1");
    assert_eq!(condition(Thing::DOC.has_key("a")), "doc ? $1");
    assert_eq!(condition(Thing::DOC.has_any_key(["a", "b"])), "doc ?| $1");
    assert_eq!(condition(Thing::DOC.has_all_keys(["a", "b"])), "doc ?& $1");
}

#[test]
fn time_is_cut_shifted_and_taken_apart() {
    assert_eq!(text(Thing::AT.date_trunc(Unit::Month)), "date_trunc('month', at)::TIMESTAMPTZ");
    assert_eq!(text(Thing::DAY.date_trunc(Unit::Week)), "date_trunc('week', day)::DATE");
    assert_eq!(text(Thing::AT.extract(Part::Epoch)), "extract(epoch FROM at)::FLOAT8");
    assert_eq!(text(Thing::AT.plus(Interval::from_days(1))), "(at + $1)::TIMESTAMPTZ");
    assert_eq!(
        condition(Thing::AT.gt(now::<_, DateTime<Utc>>().minus(Interval::from_days(7)))),
        "at > (now()::TIMESTAMPTZ - $1)::TIMESTAMPTZ"
    );
    assert_eq!(
        text(Thing::AT.seconds_since(Thing::ENDED)),
        "(extract(epoch FROM at)::FLOAT8 - extract(epoch FROM ended)::FLOAT8)::FLOAT8"
    );
}

#[test]
fn rows_are_compared_as_one() {
    let id = Uuid::nil();
    assert_eq!(condition(row((Thing::COUNT, Thing::ID)).gt((1, id))), "(count, id) > ($1, $2)");
    assert_eq!(condition(row((Thing::RANK, Thing::ID)).eq((1, id))), "(rank, id) = ($1, $2)");
    assert_eq!(
        condition(row((Thing::COUNT, Thing::ID)).eq_any([(1, id), (2, id)])),
        "(count, id) IN (SELECT * FROM unnest($1, $2))"
    );
}

#[test]
fn words_and_vectors_are_searched() {
    assert_eq!(
        condition(Thing::WORDS.matches_words(text_query(Language::English, "fat rats"))),
        "words @@ plainto_tsquery('english', $1)"
    );
    assert_eq!(
        text(Thing::NAME.to_text_vector(Language::Simple).rank(text_query(Language::Simple, "x"))),
        "ts_rank(to_tsvector('simple', name), plainto_tsquery('simple', $1))"
    );
    let near = pgvector::Vector::from(vec![1.0, 2.0]);
    assert_eq!(text(Thing::PLACE.l2_distance(near.clone())), "(place <-> $1::TEXT::VECTOR)");
    assert_eq!(text(Thing::PLACE.negative_inner_product(near.clone())), "(place <#> $1::TEXT::VECTOR)");
    assert_eq!(condition(Thing::PLACE.cosine_distance(near).lt(0.5)), "(place <=> $1::TEXT::VECTOR) < $2");
}

#[test]
fn conditions_that_are_not_wanted_are_left_out() {
    let search = |name: Option<&str>, least: Option<i32>| {
        Filter::all([name.map(|name| Thing::NAME.eq(name)), least.map(|least| Thing::COUNT.ge(least))])
    };
    assert_eq!(condition(search(Some("a"), Some(1))), "name = $1 AND count >= $2");
    assert_eq!(condition(search(None, Some(1))), "count >= $1");
    assert_eq!(condition(search(None, None)), "TRUE");
    assert_eq!(condition(Filter::any([Thing::COUNT.eq(1), Thing::COUNT.eq(2)])), "count = $1 OR count = $2");
    assert_eq!(condition(Filter::any(Vec::<Filter<Thing>>::new())), "FALSE");
    assert_eq!(condition(Thing::COUNT.eq(1).and_if(false, || Thing::COUNT.eq(2))), "count = $1");
    assert_eq!(
        condition(Thing::COUNT.eq(1).and_some(Some("x"), |name| Thing::NAME.eq(name))),
        "count = $1 AND name = $2"
    );
}

#[test]
fn an_order_that_is_not_allowed_is_the_clients_mistake() {
    fn sorted(name: &str) -> crdb_orm::Result<String> {
        let sorting = Sorting::new().by("name", Thing::NAME).by("rank", Thing::RANK);
        Ok(Thing::order_by(sorting.pick(name)?).to_sql())
    }
    let error = sorted("-size").expect_err("it is not allowed");
    assert!(error.is_unknown_sort() && !error.is_invalid_statement());
    let asked = error.unknown_sort().map(|unknown| (unknown.name(), unknown.allowed()));
    assert_eq!(asked, Some(("-size", &["name", "rank"][..])));
    assert_eq!(
        error.to_string(),
        "there is no order \"-size\": it is one of name, rank, or one of them after a `-` (sort)"
    );
    // What comes from outside cannot fill a log.
    let long = sorted(&"\u{e9}\n".repeat(10_000)).expect_err("it is not allowed");
    assert!(long.to_string().len() < 400, "{long}");
    let none = Sorting::<Thing>::new().pick("name").expect_err("nothing is");
    assert_eq!(none.to_string(), "there is no order \"name\": none is allowed here");
    assert!(crdb_orm::Error::from(none).unknown_sort().is_some());
    assert!(sorted("rank").is_ok());
}

#[test]
fn an_order_is_picked_by_name_among_those_allowed() {
    let sorting = Sorting::new().by("name", Thing::NAME.lower()).by("rank", Thing::RANK);
    let order = |name| Thing::order_by(sorting.pick(name).expect("allowed")).to_sql();
    assert!(order("name").ends_with("ORDER BY lower(name) ASC"), "{}", order("name"));
    assert!(order("-rank").ends_with("ORDER BY rank DESC NULLS LAST"), "{}", order("-rank"));
    let unknown = sorting.pick("--name").expect_err("unknown");
    assert_eq!((unknown.name(), unknown.allowed()), ("--name", &["name", "rank"][..]));
}

#[test]
fn several_orders_are_picked_from_one_text() {
    let sorting = Sorting::new().by("name", Thing::NAME).by("rank", Thing::RANK);
    let order = |names| sorting.pick_all(names).map(|order| Thing::order_by(order).to_sql());
    let both = order("-rank, name").expect("allowed");
    assert!(both.ends_with("ORDER BY rank DESC NULLS LAST, name ASC"), "{both}");
    assert!(!order("").expect("no order").contains("ORDER BY"));
    assert_eq!(order("name,size").expect_err("one is not").name(), "size");
    let twice = crdb_orm::Error::from(order("name,-name").expect_err("the second says nothing"));
    assert!(twice.is_unknown_sort());
    assert_eq!(twice.to_string(), "the order \"-name\" is there a second time (sort)");
}
