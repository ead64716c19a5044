use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(primary_key(name))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

fn main() {}
