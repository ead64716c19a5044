use crdb_orm::prelude::*;
use crdb_orm::region;

const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]);

fn main() {
    let _ = region!(SHOP, "us-west2");
}
