use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Item {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    price: i64,
    ratio: f64,
}

fn mistake(db: &Database) {
    let _ = Item::PRICE.starts_with("1");
}

fn main() {}
