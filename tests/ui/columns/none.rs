use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(skip)]
    id: i32,
}

fn main() {}
