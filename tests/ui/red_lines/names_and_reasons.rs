use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(allow(sequental_key, reason = "a typo"))]
#[crdb(allow(sequential_key))]
#[crdb(allow(float_key, reason = " "))]
#[crdb(index(on(id), filter = "at > NOW() AND note != 'random()'"))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    note: String,
    at: DateTime<Utc>,
}

fn main() {}
