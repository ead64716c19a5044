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

async fn mistake(db: &Database) -> crdb_orm::Result<()> {
    let rows = Item::query().right_join(Item::ID.joins(Other::ITEM_ID)).select((Item::NAME, Other::WEIGHT));
    let _: Vec<(String, i32)> = rows.all(db).await?;
    Ok(())
}

fn main() {}
