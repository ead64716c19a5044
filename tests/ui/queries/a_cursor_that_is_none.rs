use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    total: i64,
}

async fn run(db: &Database) -> Result<(), crdb_orm::Error> {
    let first = Order::order_by(Order::TOTAL.asc()).page(50).fetch(db).await?;
    Order::order_by(Order::TOTAL.asc()).page(50).after(first.next).fetch(db).await?;
    Order::order_by(Order::TOTAL.asc()).page(50).after(5).fetch(db).await?;
    Ok(())
}

fn main() {}
