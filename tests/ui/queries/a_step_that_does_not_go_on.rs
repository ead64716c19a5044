use crdb_orm::prelude::*;
use crdb_orm::query::CteTable as _;

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

crdb_orm::cte! { Tree as "tree" { id: Uuid } }

fn mistake() {
    let start = Item::query().select((Item::ID,));
    let _ = Tree::recursive(start.clone(), start);
}

fn main() {}
