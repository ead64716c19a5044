use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    size: u64,
}

fn main() {}
