use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(country, id), partition(list(country), a("x")))]
struct Users {
    id: Uuid,
    country: String,
}

const SHOP: Schema = Schema::new("shop").regions(&["us-east1"]).tables(&[Users::TABLE]);

fn main() {
    let _ = SHOP;
}
