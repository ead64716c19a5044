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
    let prices = || Item::query().select(Item::PRICE);
    let _ = prices().union(prices()).filter(Item::PRICE.gt(1));
}

fn main() {}
