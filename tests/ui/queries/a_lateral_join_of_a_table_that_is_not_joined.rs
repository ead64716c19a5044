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

crdb_orm::cte! { Top as "top" { weight: i32 } }

fn mistake() {
    let top = Other::query().select((Other::WEIGHT,)).limit(1).lateral(Other::ITEM_ID.joins(Item::ID)).named::<Top>();
    let _ = Other::query().join_lateral(top);
}

fn main() {}
