//! Reads.

use crdb_orm::prelude::*;
use crdb_orm::query::Filter;

use crate::tables::{ITEM, Item, Status, writes};

/// The text after `WHERE`.
fn condition(filter: Filter<Item>) -> String {
    let text = Item::filter(filter).to_sql();
    let start = format!("SELECT {ITEM} FROM items WHERE ");
    text.strip_prefix(&start).map_or_else(|| panic!("unexpected start: {text}"), str::to_owned)
}

#[test]
fn every_row_is_a_query_without_a_condition() {
    writes!(Item::query() => format!("SELECT {ITEM} FROM items"));
    writes!(Item::query().limit(3) => format!("SELECT {ITEM} FROM items LIMIT $1"));
}

#[test]
fn conditions_add_up() {
    writes!(Item::filter(Item::COUNT.gt(1)).filter(Item::BIG.lt(5)).limit(3) =>
        format!("SELECT {ITEM} FROM items WHERE count > $1 AND big < $2 LIMIT $3"));
}

#[test]
fn comparisons_are_what_they_say() {
    assert_eq!(condition(Item::COUNT.eq(1)), "count = $1");
    assert_eq!(condition(Item::SMALL.ne(1)), "small != $1");
    assert_eq!(condition(Item::BIG.le(1)), "big <= $1");
    assert_eq!(condition(Item::RATIO.ge(1.5)), "ratio >= $1");
    assert_eq!(condition(Item::NAME.eq("x")), "name = $1");
    assert_eq!(condition(Item::COUNT.between(1, 9)), "count >= $1 AND count <= $2");
}

#[test]
fn a_column_compares_with_another_column() {
    assert_eq!(condition(Item::COUNT.gt(Item::RANK)), "count > rank");
    assert_eq!(condition(Item::NAME.eq(Item::NOTE)), "name = note");
}

#[test]
fn a_nullable_column_compares_with_the_inner_type() {
    assert_eq!(condition(Item::RANK.eq(1)), "rank = $1");
    assert_eq!(condition(Item::NOTE.eq("x")), "note = $1");
    assert_eq!(condition(Item::NOTE.is_null()), "note IS NULL");
    assert_eq!(condition(Item::NOTE.is_not_null()), "note IS NOT NULL");
    assert_eq!(condition(Item::RANK.is_distinct_from(None)), "rank IS DISTINCT FROM $1");
    assert_eq!(condition(Item::RANK.is_not_distinct_from(Some(3))), "rank IS NOT DISTINCT FROM $1");
}

#[test]
fn an_enum_travels_as_text_and_is_cast() {
    assert_eq!(condition(Item::STATUS.eq(Status::Done)), "status = $1::TEXT::status");
    assert_eq!(
        condition(Item::STATUS.eq_any([Status::Done, Status::Pending])),
        "status = ANY ($1::TEXT[]::status[])"
    );
}

#[test]
fn a_list_is_one_parameter_whatever_its_length() {
    assert_eq!(condition(Item::COUNT.eq_any([1, 2, 3])), "count = ANY ($1)");
    assert_eq!(condition(Item::COUNT.eq_any(Vec::<i32>::new())), "count = ANY ($1)");
    assert_eq!(condition(Item::NAME.eq_any(["a", "b"])), "name = ANY ($1)");
}

#[test]
fn parentheses_are_where_they_must_be_and_nowhere_else() {
    let (a, b, c) = (|| Item::COUNT.eq(1), || Item::BIG.eq(2), || Item::SMALL.eq(3));
    assert_eq!(condition(a().and(b()).and(c())), "count = $1 AND big = $2 AND small = $3");
    assert_eq!(condition(a().and(b().and(c()))), "count = $1 AND big = $2 AND small = $3");
    assert_eq!(condition(a().or(b()).or(c())), "count = $1 OR big = $2 OR small = $3");
    assert_eq!(condition(a().or(b()).and(c())), "(count = $1 OR big = $2) AND small = $3");
    assert_eq!(condition(a().or(b().and(c()))), "count = $1 OR big = $2 AND small = $3");
    assert_eq!(condition(!(a().and(b()))), "NOT (count = $1 AND big = $2)");
    assert_eq!(condition(!a()), "NOT count = $1");
    assert_eq!(condition((!a()).and(b())), "NOT count = $1 AND big = $2");
    assert_eq!(condition(!!a()), "NOT (NOT count = $1)");
}

#[test]
fn a_bool_column_is_a_condition() {
    assert_eq!(condition(Item::HOT.into()), "hot");
    assert_eq!(condition(Filter::from(Item::HOT).and(Item::COUNT.gt(0))), "hot AND count > $1");
    assert_eq!(condition(Item::HOT.and(Item::COUNT.gt(0)).or(!Item::HOT)), "hot AND count > $1 OR NOT hot");
    assert_eq!(condition(Filter::always()), "TRUE");
}

#[test]
fn text_patterns_are_like_and_ilike() {
    assert_eq!(condition(Item::NAME.like("a%")), "name LIKE $1");
    assert_eq!(condition(Item::NOTE.ilike("%a%")), "note ILIKE $1");
    assert_eq!(condition(Item::NAME.starts_with("100%")), "name LIKE $1");
    assert_eq!(condition(Item::NAME.contains("_")), "name LIKE $1");
}

#[test]
fn arithmetic_is_cast_back_to_the_type_of_the_column() {
    assert_eq!(condition((Item::COUNT + 1).gt(5)), "(count + $1)::INT4 > $2");
    assert_eq!(condition((Item::SMALL * 2 - 1).lt(5)), "((small * $1)::INT2 - $2)::INT2 < $3");
    assert_eq!(condition((Item::COUNT + Item::RANK).gt(5)), "(count + rank)::INT4 > $1");
    assert_eq!(condition((Item::PRICE * Decimal::TEN).gt(Decimal::ONE)), "(price * $1)::DECIMAL > $2");
    assert_eq!(condition(Item::BIG.gt(Item::BIG - 1)), "big > (big - $1)::INT8");
}

#[test]
fn order_puts_nulls_where_cockroachdb_puts_them() {
    let select =
        |order| Item::order_by(order).to_sql().replace(&format!("SELECT {ITEM} FROM items ORDER BY "), "");
    assert_eq!(select(Item::NAME.asc()), "name ASC");
    assert_eq!(select(Item::NAME.desc()), "name DESC");
    assert_eq!(select(Item::RANK.asc()), "rank ASC NULLS FIRST");
    assert_eq!(select(Item::RANK.desc()), "rank DESC NULLS LAST");
    assert_eq!(select(Item::RANK.asc().nulls_last()), "rank ASC NULLS LAST");
    assert_eq!(select(Item::RANK.desc().nulls_first()), "rank DESC NULLS FIRST");
    assert_eq!(select((Item::COUNT + 1).desc()), "(count + $1)::INT4 DESC");
    writes!(Item::order_by(Item::COUNT.asc()).order_by(Item::ID.desc()).limit(1) =>
        format!("SELECT {ITEM} FROM items ORDER BY count ASC, id DESC LIMIT $1"));
}

#[test]
fn a_lock_comes_last() {
    writes!(Item::filter(Item::COUNT.eq(1)).order_by(Item::ID.asc()).limit(1).for_update() =>
        format!("SELECT {ITEM} FROM items WHERE count = $1 ORDER BY id ASC LIMIT $2 FOR UPDATE"));
}
