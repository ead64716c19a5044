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
    #[crdb(references = Parent, on_delete = set_null, index)]
    parent: i64,
}

fn main() {}
