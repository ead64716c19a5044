use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    user_id: Uuid,
}

async fn run(db: &Database) -> Result<(), crdb_orm::Error> {
    Order::query().all(&db.with_max_staleness(std::time::Duration::from_secs(9))).await?;
    Ok(())
}

fn main() {}
