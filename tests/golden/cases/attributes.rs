//! Attributes of columns, said by derived structs: ON UPDATE, IDENTITY, COLLATE, NOT VISIBLE.
#![allow(dead_code, reason = "only the tables are looked at")]

use crdb_orm::prelude::*;

use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case("column_on_update", &[Updated::TABLE]),
    case("column_identity", &[Numbered::TABLE, Counted::TABLE]),
    case("column_collated", &[Collated::TABLE]),
    case("column_not_visible", &[Hidden::TABLE]),
];

#[derive(CrdbEnum)]
enum State {
    Fresh,
    Stale,
}

#[derive(CrdbTable)]
#[crdb(table = "updated", allow(foreign_key_index, reason = "the text without indexes is shown"))]
struct Updated {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = now(), on_update = now())]
    changed_at: DateTime<Utc>,
    #[crdb(on_update = State::Stale)]
    state: Option<State>,
    #[crdb(default = "it's new", on_update = "it's changed")]
    note: String,
    #[crdb(default = 0, on_update = sql("1 + 1"))]
    count: i64,
    // The action of a foreign key that never sets the column goes with an expression.
    #[crdb(references(Updated, on_delete = cascade, on_update = restrict), on_update = sql("gen_random_uuid()"))]
    after: Option<Uuid>,
    #[crdb(on_update = now(), check = "seen_at > '2000-01-01'")]
    seen_at: Option<DateTime<Utc>>,
}

#[derive(CrdbTable)]
#[crdb(table = "numbered", allow(identity, reason = "customers read the number aloud"))]
struct Numbered {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity)]
    number: i64,
    #[crdb(identity(always))]
    other: i32,
    #[crdb(identity(by_default), unique)]
    small: i16,
}

#[derive(CrdbTable)]
#[crdb(table = "counted")]
struct Counted {
    #[crdb(primary_key, identity, allow(identity, reason = "a table of ten rows"))]
    id: i64,
}

#[derive(CrdbTable)]
#[crdb(table = "collated")]
#[crdb(index(on(name)))]
struct Collated {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(collate = "de")]
    name: String,
    #[crdb(string(80), collate = "en-US-u-ks-level2")]
    title: Option<String>,
    #[crdb(collate = "sv", default = "ö")]
    words: String,
}

#[derive(CrdbTable)]
#[crdb(table = "hidden")]
struct Hidden {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(not_visible, default = now())]
    written_at: DateTime<Utc>,
    #[crdb(not_visible, computed("lower(name)", virtual))]
    lower_name: Option<String>,
    name: String,
}
