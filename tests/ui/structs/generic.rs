use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct T<X> {
    #[crdb(primary_key)]
    id: X,
}

fn main() {}
