use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Users {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "Users")]
struct OldUsers {
    #[crdb(primary_key)]
    id: Uuid,
}

pub const SHOP: Schema = Schema::new("shop").tables(&[Users::TABLE, OldUsers::TABLE]);

fn main() {}
