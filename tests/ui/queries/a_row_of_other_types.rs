use crdb_orm::prelude::*;
use crdb_orm::query::row;

#[derive(CrdbTable)]
struct Item {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    price: i64,
    ratio: f64,
}

fn mistake(db: &Database) {
    let _ = row((Item::PRICE, Item::ID)).gt((1_i64, 2_i64));
}

fn main() {}
