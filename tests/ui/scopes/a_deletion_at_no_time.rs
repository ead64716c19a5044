use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(soft_delete)]
    deleted: Option<bool>,
}

fn main() {}
