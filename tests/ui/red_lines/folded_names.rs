use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Reading {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "Value")]
    first: i64,
    value: i64,
}

fn main() {}
