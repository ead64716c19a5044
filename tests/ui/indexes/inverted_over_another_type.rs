use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(index(on(name), inverted))]
#[crdb(index(on(a), inverted))]
#[crdb(index(on(a gin_trgm_ops), inverted))]
#[crdb(index(on(data), vector))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    name: String,
    data: serde_json::Value,
}

fn main() {}
