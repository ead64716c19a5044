use crdb_orm::prelude::*;

const SHOP: Schema = Schema::new("shop")
    .regions(&["us-east1", "us-west1"])
    .survive(crdb_orm::schema::SurvivalGoal::Region)
    .tables(&[]);

fn main() {
    let _ = SHOP;
}
