//! Updates of many rows, and patches.

#![allow(clippy::option_option, reason = "NULL and not given are two things")]

use crdb_orm::prelude::*;

use crate::tables::{ITEM, Item, Line, Note, Seen, Status, tries};
use crate::upserts::User;

#[derive(CrdbPatch, Default)]
#[crdb(table = Item)]
struct ItemPatch {
    name: Option<String>,
    status: Option<Status>,
    note: Option<Option<String>>,
    /// Cannot be set to NULL by this patch.
    rank: Option<i32>,
    #[crdb(skip)]
    _whatever: u8,
}

#[derive(CrdbPatch)]
#[crdb(table = User)]
struct UserPatch {
    name: String,
    visits: Option<i64>,
}

/// Every column with its table.
fn of_table(table: &str, columns: &str) -> String {
    columns.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_patch_sets_what_is_given() {
    let patch = ItemPatch { note: Some(None), status: Some(Status::Done), ..ItemPatch::default() };
    assert!(!patch.is_empty() && ItemPatch::default().is_empty());
    tries!(Item::update(Uuid::nil()).patch(&patch) =>
        format!("UPDATE items SET status = $1::TEXT::status, note = $2 WHERE id = $3 RETURNING {ITEM}"));
    tries!(Item::filter(Item::COUNT.lt(1)).update().patch(&patch).set(Item::HOT, true) =>
        format!("UPDATE items SET status = $1::TEXT::status, note = $2, hot = $3 WHERE count < $4 RETURNING {ITEM}"));
    let error = Item::update(Uuid::nil()).patch(&ItemPatch::default()).to_sql().expect_err("nothing is set");
    assert!(error.to_string().contains("sets no column, since its patch gives none"), "{error}");
    assert!(error.advice().is_some_and(|advice| advice.contains("patch.is_empty()")), "{error}");
    let patch = UserPatch { name: "x".into(), visits: None };
    tries!(User::update(Uuid::nil()).version(3).patch(&patch) =>
        "UPDATE users SET name = $1, version = (version + 1)::INT8 WHERE id = $2 AND version = $3 \
         RETURNING id, email, handle, name, tenant, number, visits, gone, version");
}

#[test]
fn whole_rows_set_all_but_their_key() {
    let line = Line { order_id: Uuid::nil(), number: 1, what: "x".into(), double: 2 };
    tries!(Line::update_many([&line]) =>
        "UPDATE sales.\"Line Items\" SET \"select\" = given.\"select\" \
         FROM unnest($1::INT8[], $2::UUID[], $3::INT4[], $4::TEXT[]) AS given (\"row number\", order_id, number, \"select\") \
         WHERE \"Line Items\".order_id = given.order_id AND \"Line Items\".number = given.number \
         RETURNING \"Line Items\".order_id, \"Line Items\".number, \"Line Items\".\"select\", \"Line Items\".double, \
         given.\"row number\"");
}

#[test]
fn rows_that_hold_arrays_are_lists_of_values() {
    let list = Tagged { id: 1, tags: vec![] };
    tries!(Tagged::update_many([&list]) =>
        "UPDATE tagged SET tags = given.tags FROM (VALUES ($1, $2, $3)) AS given (\"row number\", id, tags) \
         WHERE tagged.id = given.id RETURNING tagged.id, tagged.tags, given.\"row number\"");
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "tagged")]
struct Tagged {
    #[crdb(primary_key, default = sql("unordered_unique_rowid()"))]
    id: i64,
    tags: Vec<String>,
}

#[test]
fn patches_have_one_text_whatever_they_set() {
    let text = format!(
        "UPDATE items SET name = CASE WHEN given.\"set name\" THEN given.name ELSE items.name END, \
         status = CASE WHEN given.\"set status\" THEN given.status::status ELSE items.status END, \
         note = CASE WHEN given.\"set note\" THEN given.note ELSE items.note END, \
         rank = CASE WHEN given.\"set rank\" THEN given.rank ELSE items.rank END \
         FROM unnest($1::INT8[], $2::UUID[], $3::TEXT[], $4::BOOL[], $5::TEXT[], $6::BOOL[], $7::TEXT[], $8::BOOL[], \
         $9::INT4[], $10::BOOL[]) AS given (\"row number\", id, name, \"set name\", status, \"set status\", note, \
         \"set note\", rank, \"set rank\") WHERE items.id = given.id RETURNING {}, given.\"row number\"",
        of_table("items", ITEM)
    );
    let patch = ItemPatch { note: Some(None), rank: Some(1), ..ItemPatch::default() };
    tries!(Item::update_many([(Uuid::nil(), &patch)]) => text);
    tries!(Item::update_many([(Uuid::nil(), ItemPatch::default())]) => text);
}

#[test]
fn a_version_is_compared_and_counted() {
    let patch = || UserPatch { name: "x".into(), visits: Some(1) };
    let columns = of_table("users", "id, email, handle, name, tenant, number, visits, gone, version");
    tries!(User::update_many([(Uuid::nil(), 7_i64, patch())]) =>
        format!("UPDATE users SET name = given.name, \
                 visits = CASE WHEN given.\"set visits\" THEN given.visits ELSE users.visits END, \
                 version = (users.version + 1)::INT8 \
                 FROM unnest($1::INT8[], $2::UUID[], $3::INT8[], $4::TEXT[], $5::INT8[], $6::BOOL[]) \
                 AS given (\"row number\", id, version, name, visits, \"set visits\") \
                 WHERE users.id = given.id AND users.version = given.version RETURNING {columns}, given.\"row number\""));
    tries!(User::update_many([(Uuid::nil(), patch())]) =>
        format!("UPDATE users SET name = given.name, \
                 visits = CASE WHEN given.\"set visits\" THEN given.visits ELSE users.visits END, \
                 version = (users.version + 1)::INT8 \
                 FROM unnest($1::INT8[], $2::UUID[], $3::TEXT[], $4::INT8[], $5::BOOL[]) \
                 AS given (\"row number\", id, name, visits, \"set visits\") \
                 WHERE users.id = given.id RETURNING {columns}, given.\"row number\""));
}

#[test]
fn rows_that_set_nothing_are_refused() {
    let seen = Seen { status: Status::Done, who: "x".into() };
    let error = Seen::update_many([&seen]).to_sql().expect_err("it is nothing but its key");
    assert!(error.to_string().contains("no column beside its key"), "{error}");
    assert!(Note::update_many(Vec::<Note>::new()).to_sql().is_err());
}
