use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Parent {
    #[crdb(primary_key)]
    id: i64,
}

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Parent, index)]
    parent: Uuid,
}

fn main() {}
