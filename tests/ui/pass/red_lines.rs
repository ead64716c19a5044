//! Every red line may be crossed with a reason; what good schemas do is none.
#![allow(dead_code)]

use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(id, weight, body))]
#[crdb(allow(float_key, json_key, reason = "weights and papers come from one machine"))]
#[crdb(allow(missing_locality, reason = "there is one warehouse"))]
struct Parcel {
    id: Uuid,
    weight: f64,
    body: Json<Vec<String>>,
}

#[derive(CrdbTable)]
#[crdb(allow(ttl_reference, reason = "clicks are deleted first, by a job of ours"))]
#[crdb(index(on(at, session)), index(on(at, session)))]
#[crdb(allow(timestamp_led, redundant_index, reason = "ten rows a day"), locality = global)]
struct Click {
    #[crdb(primary_key, default = unique_rowid())]
    #[crdb(allow(sequential_key, reason = "ten rows a day"))]
    id: i64,
    #[crdb(references = Session)]
    #[crdb(allow(foreign_key_index, reason = "sessions are deleted when nobody is here"))]
    session: Uuid,
    at: DateTime<Utc>,
    #[crdb(identity, allow(identity, reason = "people read it aloud"))]
    number: i64,
    #[crdb(column = "Number", allow(folded_names, reason = "an old program reads it"))]
    old: i64,
}

#[derive(CrdbTable)]
#[crdb(ttl(expire_after = "3 days"), locality = regional_by_row(region))]
struct Session {
    #[crdb(primary_key, default = gen_random_ulid())]
    #[crdb(allow(time_ordered_key, reason = "they are read in the order in which they came"))]
    id: Uuid,
    region: Region,
    // A generated number that leads nothing, a time behind a column, a time with hash sharding.
    #[crdb(default = unique_rowid())]
    number: i64,
}

pub const WEB: Schema = Schema::new("web")
    .regions(&["us-east1", "us-west1"])
    .tables(&[Parcel::TABLE, Click::TABLE, Session::TABLE]);

// Texts without a limit and natural numbers as keys, as in MovR and TPC-C; families; a foreign key that the primary key
// serves in another order, and one behind the region; an index that begins as another one does, as in TPC-H.
#[derive(CrdbTable)]
#[crdb(primary_key(city, id), family(often, on(balance)), family(seldom, on(city, id, name)))]
struct User {
    city: String,
    id: i64,
    name: String,
    balance: Decimal,
}

#[derive(CrdbTable)]
#[crdb(primary_key(rider, city, at))]
#[crdb(foreign_key(city, rider, references = User, on_delete = cascade))]
#[crdb(index(on(city)), index(on(city, at)), index(on(at), hash_sharded))]
struct Ride {
    city: String,
    rider: i64,
    at: DateTime<Utc>,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region), index(on(region, user)))]
struct Visit {
    #[crdb(primary_key)]
    id: Uuid,
    region: Region,
    #[crdb(references = Visit)]
    user: Option<Uuid>,
}

// What stands on one index is for that index; a column called as a function is none; the region is in every index of a
// table that is regional by row, so an index without it serves a foreign key that has it.
#[derive(CrdbTable)]
#[crdb(primary_key(region, id), locality = regional_by_row(region))]
struct Shop {
    region: Region,
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region), foreign_key(region, shop, references = Shop))]
#[crdb(index(on(region, at), allow(timestamp_led, reason = "ten rows a day")))]
#[crdb(index(by_number, on(number), allow(sequential_key, reason = "ten rows a day")))]
#[crdb(index(on(shop), filter = "random > 1 AND note != 'now()'"), index(on(shop)))]
#[crdb(index(on(shop), allow(redundant_index, reason = "the other one is dropped soon")))]
struct Sale {
    #[crdb(primary_key)]
    id: Uuid,
    region: Region,
    shop: Uuid,
    at: DateTime<Utc>,
    #[crdb(default = unique_rowid())]
    number: i64,
    random: i64,
    note: String,
}

#[derive(CrdbTable)]
#[crdb(table = "Shop", allow(folded_names, reason = "an old program reads it"))]
struct OldShop {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(unique(tenant_id, phone), index(on(number), unique, allow(unique_across_tenants, reason = "numbers of the state")))]
struct Member {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    tenant_id: Uuid,
    #[crdb(unique, allow(unique_across_tenants, reason = "one sign-in for all tenants"))]
    email: String,
    phone: String,
    number: i64,
}

pub const SHOPS: Schema = Schema::new("shops").tables(&[Shop::TABLE, OldShop::TABLE]);

fn main() {}
