use crdb_orm::prelude::*;

struct Parent;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Parent, index)]
    parent: i64,
}

fn main() {}
