use crdb_orm::prelude::*;

type Maybe = Option<i64>;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Maybe,
}

fn main() {}
