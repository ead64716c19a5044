use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Item {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    price: i64,
    ratio: f64,
}

#[derive(CrdbRow)]
struct Named {
    name: String,
    price: i64,
}

fn mistake(db: &Database) {
    let _ = Item::query().select((Item::PRICE, Item::NAME)).into_struct::<Named>();
}

fn main() {}
