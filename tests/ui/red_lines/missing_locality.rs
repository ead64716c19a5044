use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
}

pub const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[Customer::TABLE]);

fn main() {}
