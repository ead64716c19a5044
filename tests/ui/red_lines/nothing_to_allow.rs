use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Parent {
    #[crdb(primary_key)]
    id: i64,
}

// What tokens show.
#[derive(CrdbTable)]
#[crdb(locality = global)]
#[crdb(allow(identity, foreign_key_index, sequential_key, time_ordered_key, missing_locality, reason = "none"))]
#[crdb(index(on(name), allow(redundant_index, sequential_key, reason = "none")))]
struct Tokens {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(allow(folded_names, reason = "none"))]
    name: String,
    #[crdb(references = Parent, on_delete = cascade, index, allow(ttl_reference, reason = "none"))]
    parent: i64,
    // It leads nothing.
    #[crdb(default = unique_rowid(), allow(sequential_key, reason = "none"))]
    number: i64,
    #[crdb(allow(timestamp_led, reason = "none"))]
    at: DateTime<Utc>,
}

// What types show.
#[derive(CrdbTable)]
#[crdb(allow(float_key, json_key, timestamp_led, reason = "none"))]
#[crdb(index(on(name), allow(timestamp_led, reason = "none")))]
struct Types {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(references = Parent, index, allow(ttl_reference, reason = "none"))]
    parent: i64,
}

fn main() {}
