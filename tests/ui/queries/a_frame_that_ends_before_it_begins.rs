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
    let _ = window().order_by(Item::ID.asc()).rows(current_row(), preceding(1));
}

fn main() {}
