use crdb_orm::prelude::*;

const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]);
const EAST: Region = SHOP.region("us-esat1");

fn main() {
    let _ = EAST;
}
