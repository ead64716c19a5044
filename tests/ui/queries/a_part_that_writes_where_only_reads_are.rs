use crdb_orm::prelude::*;
use crdb_orm::query::with;

#[derive(CrdbTable)]
struct Item {
    #[crdb(primary_key)]
    id: Uuid,
    price: i64,
}

crdb_orm::cte! { Gone as "gone" { price: i64 } }

async fn mistake(db: &dyn Read) -> crdb_orm::Result<Vec<i64>> {
    let gone = Item::filter(Item::PRICE.lt(1)).delete().returning((Item::PRICE,)).named::<Gone>()?;
    with(gone).from::<Gone>().select(Gone::price()).all(db).await
}

fn main() {}
