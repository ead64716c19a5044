use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(a, b))]
struct Parent {
    a: i64,
    b: i64,
}

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Parent, index)]
    parent: i64,
}

fn main() {}
