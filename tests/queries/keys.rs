//! By key.

use crdb_orm::prelude::*;

use crate::tables::{ITEM, Item, Line, Seen, Status, tries, writes};

#[test]
fn a_row_is_found_by_its_key() {
    writes!(Item::find(Uuid::nil()) => format!("SELECT {ITEM} FROM items WHERE id = $1"));
    writes!(Item::find(Uuid::nil()).for_update() => format!("SELECT {ITEM} FROM items WHERE id = $1 FOR UPDATE"));
}

#[test]
fn a_composite_key_is_a_tuple_in_the_order_of_its_columns() {
    writes!(Line::find((Uuid::nil(), 7)) =>
        "SELECT order_id, number, \"select\", double FROM sales.\"Line Items\" WHERE order_id = $1 AND number = $2");
    writes!(Line::delete((Uuid::nil(), 7)) => "DELETE FROM sales.\"Line Items\" WHERE order_id = $1 AND number = $2");
    tries!(Line::update((Uuid::nil(), 7)).set(Line::WHAT, "x") =>
        "UPDATE sales.\"Line Items\" SET \"select\" = $1 WHERE order_id = $2 AND number = $3 \
         RETURNING order_id, number, \"select\", double");
}

#[test]
fn an_enum_in_a_key_is_cast_where_it_is_bound() {
    writes!(Seen::find((Status::Done, "ann")) =>
        "SELECT status::TEXT, who FROM seen WHERE status = $1::TEXT::status AND who = $2");
    tries!(Seen::update((Status::Done, "ann")).set(Seen::WHO, "bob") =>
        "UPDATE seen SET who = $1 WHERE status = $2::TEXT::status AND who = $3 RETURNING status::TEXT, who");
}

#[test]
fn a_delete_by_key_takes_one_row() {
    writes!(Item::delete(Uuid::nil()) => "DELETE FROM items WHERE id = $1");
}
