use crdb_orm::prelude::*;
use crdb_orm::query::{current_row, preceding, window};

#[derive(CrdbTable)]
struct Item {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    price: i64,
    note: Option<String>,
}

#[derive(CrdbTable)]
struct Other {
    #[crdb(primary_key)]
    id: Uuid,
    item_id: Uuid,
    weight: i32,
}

fn mistake() {
    let _ = Item::PRICE.sum().over(window().range(Item::NAME, preceding(1_i64), current_row()));
}

fn main() {}
