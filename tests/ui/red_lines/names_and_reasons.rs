use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(allow(sequental_key, reason = "a typo"))]
#[crdb(allow(sequential_key))]
#[crdb(allow(float_key, reason = " "))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {}
