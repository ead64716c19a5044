use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(locality = regional_by_row(region))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    region: String,
}

fn main() {}
