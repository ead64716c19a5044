use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Item {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    price: i64,
    ratio: f64,
}

#[derive(CrdbTable)]
struct Other {
    #[crdb(primary_key)]
    id: Uuid,
    weight: i32,
}

fn mistake(db: &Database) {
    let _ = Item::query().select((Item::NAME, Other::WEIGHT));
}

fn main() {}
