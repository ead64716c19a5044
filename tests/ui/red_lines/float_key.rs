use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(id, weight))]
struct Parcel {
    id: Uuid,
    weight: f64,
}

fn main() {}
