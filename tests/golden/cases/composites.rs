//! Composite types.
#![allow(dead_code, reason = "only the tables are looked at")]

use crdb_orm::prelude::*;

use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case("composite", &[Parcel::TABLE, Letter::TABLE]),
    case("composite_of_a_schema", &[Visit::TABLE]),
    case("composite_with_arrays", &[Route::TABLE]),
];

/// Where a parcel goes.
#[derive(CrdbComposite)]
#[crdb(name = "address")]
struct Address {
    street: String,
    #[crdb(rename = "Post \"Code\"")]
    code: Option<String>,
    floor: i16,
    since: NaiveDate,
    at: DateTime<Utc>,
    note: serde_json::Value,
}

#[derive(CrdbTable)]
#[crdb(table = "parcels")]
struct Parcel {
    #[crdb(primary_key)]
    id: Uuid,
    to: Address,
    via: Vec<Address>,
}

#[derive(CrdbTable)]
#[crdb(table = "letters")]
struct Letter {
    #[crdb(primary_key)]
    id: Uuid,
    to: Option<Address>,
}

#[derive(CrdbComposite)]
#[crdb(schema = "Places")]
struct Spot {
    x: f64,
    y: f64,
}

#[derive(CrdbTable)]
#[crdb(table = "visits")]
struct Visit {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = "(0,0)")]
    spot: Spot,
}

// From 26.1 on. The grammar that the goldens are read by is older: `grammar/main.rs` says so.
#[derive(CrdbComposite)]
struct Stops {
    names: Vec<String>,
    numbers: Option<Vec<Option<i64>>>,
    at: Vec<DateTime<Utc>>,
}

#[derive(CrdbTable)]
#[crdb(table = "routes")]
struct Route {
    #[crdb(primary_key)]
    id: Uuid,
    stops: Stops,
}
