use crdb_orm::prelude::*;

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
    let _ = Item::query().select(Item::PRICE).union(Other::query().select(Other::WEIGHT));
}

fn main() {}
