//! A row is the answer of an HTTP handler, and a patch with a document is read from a request.

use crdb_orm::prelude::*;
use crdb_orm::types::{Bits, Interval, TimeTz};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Address {
    city: String,
}

#[derive(CrdbTable, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[crdb(table = "users")]
struct User {
    #[crdb(primary_key)]
    id: Uuid,
    address: Json<Address>,
    home: Option<Region>,
    every: Interval,
    at: Option<TimeTz>,
    days: Bits,
}

#[derive(CrdbPatch, Deserialize)]
#[crdb(table = User)]
struct UserPatch {
    #[serde(default, deserialize_with = "crdb_orm::query::given")]
    address: Option<Json<Address>>,
    #[serde(default, deserialize_with = "crdb_orm::query::given")]
    home: Option<Option<Region>>,
}

fn main() {
    let user = User {
        id: Uuid::nil(),
        address: Json(Address { city: "Ulm".to_owned() }),
        home: Some(Region::from_static("us-east1")),
        every: Interval::from_days(7),
        at: None,
        days: "0111110".parse().unwrap(),
    };
    let written = serde_json::to_string(&user).unwrap();
    assert!(written.ends_with(r#""address":{"city":"Ulm"},"home":"us-east1","every":"P7D","at":null,"days":"0111110"}"#));
    assert_eq!(serde_json::from_str::<User>(&written).unwrap(), user);

    let patch: UserPatch = serde_json::from_str(r#"{"address": {"city": "Bonn"}, "home": null}"#).unwrap();
    assert_eq!(patch.address.map(|address| address.0.city), Some("Bonn".to_owned()));
    assert_eq!(patch.home, Some(None));
    assert!(serde_json::from_str::<UserPatch>(r#"{"address": null}"#).is_err());
}
