use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    user_id: Uuid,
    r#type: i32,
    note: Option<String>,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(primary_key(order_id, number))]
struct Line {
    order_id: Uuid,
    number: i32,
}

async fn run(db: &Database) -> Result<(), crdb_orm::Error> {
    Order::filter(Line::NUMBER.eq(1)).all(db).await?;
    Ok(())
}

fn main() {}
