use crdb_orm::prelude::*;

const LIMIT: i32 = 3;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = LIMIT)]
    a: i32,
}

fn main() {}
