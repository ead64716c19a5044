//! Writes.

use crdb_orm::prelude::*;

use crate::tables::{ITEM, Item, Line, Note, Seen, Status, tries, writes};

fn line() -> Line {
    Line { order_id: Uuid::nil(), number: 1, what: "x".into(), double: 2 }
}

#[test]
fn an_insert_names_the_columns_that_were_given() {
    writes!(Item::insert().name("x").small(1).count(2).big(3).ratio(0.5).build() =>
        format!("INSERT INTO items (id, name, small, count, big, ratio) VALUES ($1, $2, $3, $4, $5, $6) RETURNING {ITEM}"));
    writes!(Item::insert().name("x").small(1).count(2).big(3).ratio(0.5).status(Status::Done).note("y").build() =>
        format!("INSERT INTO items (id, name, small, count, big, ratio, status, note) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7::TEXT::status, $8) RETURNING {ITEM}"));
}

#[test]
fn setters_may_come_in_any_order() {
    let one = Item::insert().name("x").small(1).count(2).big(3).ratio(0.5).build().to_sql();
    let other = Item::insert().ratio(0.5).big(3).count(2).small(1).name("x").build().to_sql();
    assert_eq!(one, other);
}

#[test]
fn an_insert_of_nothing_is_all_defaults() {
    writes!(Note::insert().build() => "INSERT INTO note DEFAULT VALUES RETURNING id, text");
}

#[test]
fn null_can_be_given_as_none() {
    writes!(Note::insert().text(None).build() => "INSERT INTO note (text) VALUES ($1) RETURNING id, text");
}

#[test]
fn a_whole_row_leaves_out_what_is_computed() {
    writes!(Line::insert_row(&line()) =>
        "INSERT INTO sales.\"Line Items\" (order_id, number, \"select\") VALUES ($1, $2, $3) \
         RETURNING order_id, number, \"select\", double");
}

#[test]
fn an_upsert_updates_all_but_the_key() {
    writes!(Line::upsert(&line()) =>
        "INSERT INTO sales.\"Line Items\" (order_id, number, \"select\") VALUES ($1, $2, $3) \
         ON CONFLICT (order_id, number) DO UPDATE SET \"select\" = excluded.\"select\" \
         RETURNING order_id, number, \"select\", double");
}

#[test]
fn an_upsert_of_some_columns_updates_only_those() {
    writes!(Note::insert().id(1).text("x").build().or_update() =>
        "INSERT INTO note (id, text) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET text = excluded.text RETURNING id, text");
}

#[test]
fn an_upsert_of_a_bare_key_still_returns_the_row() {
    let seen = Seen { status: Status::Done, who: "ann".into() };
    writes!(Seen::upsert(&seen) =>
        "INSERT INTO seen (status, who) VALUES ($1::TEXT::status, $2) \
         ON CONFLICT (status, who) DO UPDATE SET status = excluded.status RETURNING status::TEXT, who");
}

#[test]
fn a_conflict_can_be_ignored() {
    writes!(Note::insert().id(1).build().or_ignore() =>
        "INSERT INTO note (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id, text");
}

#[test]
fn an_update_sets_values_and_expressions() {
    tries!(Item::update(Uuid::nil()).set(Item::NAME, "x").set(Item::STATUS, Status::Done) =>
        format!("UPDATE items SET name = $1, status = $2::TEXT::status WHERE id = $3 RETURNING {ITEM}"));
    tries!(Item::update(Uuid::nil()).add(Item::COUNT, 1).sub(Item::PRICE, Decimal::ONE) =>
        format!("UPDATE items SET count = (count + $1)::INT4, price = (price - $2)::DECIMAL WHERE id = $3 RETURNING {ITEM}"));
    tries!(Item::update(Uuid::nil()).set(Item::BIG, Item::BIG * 2).set(Item::RANK, Item::COUNT) =>
        format!("UPDATE items SET big = (big * $1)::INT8, rank = count WHERE id = $2 RETURNING {ITEM}"));
}

#[test]
fn a_nullable_column_is_set_to_a_value_or_to_none() {
    tries!(Item::update(Uuid::nil()).set(Item::NOTE, "x").set(Item::RANK, None) =>
        format!("UPDATE items SET note = $1, rank = $2 WHERE id = $3 RETURNING {ITEM}"));
    tries!(Item::update(Uuid::nil()).set(Item::RANK, 5).set(Item::NOTE, Some("y".to_owned())) =>
        format!("UPDATE items SET rank = $1, note = $2 WHERE id = $3 RETURNING {ITEM}"));
}

#[test]
fn a_later_assignment_of_a_column_replaces_the_earlier() {
    tries!(Item::update(Uuid::nil()).set(Item::COUNT, 1).set(Item::NAME, "x").set(Item::COUNT, 2) =>
        format!("UPDATE items SET count = $1, name = $2 WHERE id = $3 RETURNING {ITEM}"));
}

#[test]
fn many_rows_are_updated_by_a_condition() {
    tries!(Item::filter(Item::COUNT.lt(0)).update().set(Item::COUNT, 0) =>
        format!("UPDATE items SET count = $1 WHERE count < $2 RETURNING {ITEM}"));
    tries!(Item::query().update().set(Item::HOT, false) => format!("UPDATE items SET hot = $1 RETURNING {ITEM}"));
}

#[test]
fn many_rows_are_deleted_by_a_condition() {
    tries!(Item::filter(Item::STATUS.eq(Status::Done)).delete() =>
        format!("DELETE FROM items WHERE status = $1::TEXT::status RETURNING {ITEM}"));
}

#[test]
fn an_update_of_nothing_is_refused() {
    let error = Item::update(Uuid::nil()).to_sql().expect_err("nothing is set");
    assert!(error.to_string().contains("sets no column"), "{error}");
}

#[test]
fn an_order_or_a_limit_before_a_write_is_refused_and_not_dropped() {
    let update = Item::query().limit(1).update().set(Item::COUNT, 1).to_sql().expect_err("a limit");
    assert!(update.to_string().contains("`order_by` and `limit`"), "{update}");
    let delete = Item::order_by(Item::ID.asc()).delete().to_sql().expect_err("an order");
    assert!(delete.to_string().contains("`order_by` and `limit`"), "{delete}");
}
