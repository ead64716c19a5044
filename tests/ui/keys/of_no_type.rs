use crdb_orm::prelude::*;

struct Name;

#[derive(CrdbTable)]
struct T {
    #[crdb(primary_key)]
    id: Name,
}

fn main() {}
