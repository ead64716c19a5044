use crdb_orm::prelude::*;

const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-east1"]).tables(&[]);

fn main() {
    let _ = SHOP;
}
