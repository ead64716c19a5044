use crdb_orm::prelude::*;
use crdb_orm::query::{row_number, window};

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    total: i64,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "venues")]
struct Venue {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

async fn run(db: &Database) -> Result<(), crdb_orm::Error> {
    Order::order_by((Order::TOTAL.desc(), Order::ID.asc())).all(db).await?;
    Order::query().order_by(Venue::NAME.asc()).all(db).await?;
    Order::query().order_by((Order::TOTAL.asc(), Venue::NAME.asc())).all(db).await?;
    Order::query().order_by(Order::TOTAL).all(db).await?;
    Order::query().order_by((Order::TOTAL, Venue::NAME)).all(db).await?;
    Order::query().order_by("total").all(db).await?;
    Order::query().select(row_number().over(window().order_by((Order::TOTAL, Venue::NAME)))).all(db).await?;
    Order::query().select(Order::ID.array_agg().order_by((Order::TOTAL.desc(), Venue::NAME))).all(db).await?;
    Order::query().order_by(row_number::<Order>()).all(db).await?;
    Ok(())
}

fn main() {}
