//! Writes of many rows.

use crdb_orm::prelude::*;
use crdb_orm::types::TsVector;

use crate::tables::{ITEM, Item, Line, Note, Seen, Status, tries};

fn item() -> Item {
    Item {
        id: Uuid::nil(),
        name: "x".into(),
        small: 1,
        count: 2,
        big: 3,
        ratio: 0.5,
        price: Decimal::ONE,
        status: Status::Done,
        note: None,
        rank: None,
        hot: true,
        tags: vec!["a".into()],
    }
}

/// Everything that travels in another way than it lies.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "odd types")]
#[allow(dead_code, reason = "only the texts are looked at")]
struct Odd {
    #[crdb(primary_key, column = "the id")]
    id: Uuid,
    region: Region,
    document: Json<Vec<i32>>,
    words: TsVector,
    #[crdb(computed = "1")]
    computed: i32,
}

#[test]
fn an_insert_of_many_has_an_array_for_each_column() {
    let rows = || Item::insert().name("x").small(1).count(2).big(3).ratio(0.5);
    tries!(Item::insert_many([rows(), rows()]) =>
        format!("INSERT INTO items (id, name, small, count, big, ratio) \
                 SELECT given.id, given.name, given.small, given.count, given.big, given.ratio \
                 FROM unnest($1::UUID[], $2::TEXT[], $3::INT2[], $4::INT4[], $5::INT8[], $6::FLOAT8[]) \
                 AS given (id, name, small, count, big, ratio) RETURNING {ITEM}"));
}

#[test]
fn what_travels_as_text_is_cast_row_by_row() {
    let row = Item::insert().name("x").small(1).count(2).big(3).ratio(0.5).status(Status::Done);
    tries!(Item::insert_many([row]) =>
        format!("INSERT INTO items (id, name, small, count, big, ratio, status) \
                 SELECT given.id, given.name, given.small, given.count, given.big, given.ratio, given.status::status \
                 FROM unnest($1::UUID[], $2::TEXT[], $3::INT2[], $4::INT4[], $5::INT8[], $6::FLOAT8[], $7::TEXT[]) \
                 AS given (id, name, small, count, big, ratio, status) RETURNING {ITEM}"));
    let odd = Odd {
        id: Uuid::nil(),
        region: Region::from_static("eu"),
        document: Json(vec![1]),
        words: TsVector::new("a"),
        computed: 1,
    };
    tries!(Odd::insert_many([&odd]) =>
        "INSERT INTO \"odd types\" (\"the id\", region, document, words) \
         SELECT given.\"the id\", given.region::crdb_internal_region, given.document, given.words::TSVECTOR \
         FROM unnest($1::UUID[], $2::TEXT[], $3::JSONB[], $4::TEXT[]) AS given (\"the id\", region, document, words) \
         RETURNING \"the id\", region::TEXT, document, words::TEXT, computed");
}

#[test]
fn rows_that_hold_arrays_have_a_placeholder_for_each_value() {
    tries!(Item::insert_many([&item()]) =>
        format!("INSERT INTO items (id, name, small, count, big, ratio, price, status, note, rank, hot, tags) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8::TEXT::status, $9, $10, $11, $12) RETURNING {ITEM}"));
}

#[test]
fn names_are_quoted_and_what_is_computed_is_left_out() {
    let line = Line { order_id: Uuid::nil(), number: 1, what: "x".into(), double: 2 };
    tries!(Line::insert_many(vec![line]) =>
        "INSERT INTO sales.\"Line Items\" (order_id, number, \"select\") \
         SELECT given.order_id, given.number, given.\"select\" \
         FROM unnest($1::UUID[], $2::INT4[], $3::TEXT[]) AS given (order_id, number, \"select\") \
         RETURNING order_id, number, \"select\", double");
    let seen = Seen { status: Status::Done, who: "ann".into() };
    tries!(Seen::insert_many([&seen]) =>
        "INSERT INTO seen (status, who) SELECT given.status::status, given.who \
         FROM unnest($1::TEXT[], $2::TEXT[]) AS given (status, who) RETURNING status::TEXT, who");
}

#[test]
fn a_text_needs_a_row() {
    let error = Note::insert_many(Vec::<Note>::new()).to_sql().expect_err("no row");
    assert!(error.is_invalid_statement(), "{error}");
}
