use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    user_id: Uuid,
}

async fn run(db: &Database) -> Result<(), crdb_orm::Error> {
    Order::find(Uuid::nil()).for_update().one(&db.as_of(AsOf::FollowerRead)).await?;
    Ok(())
}

fn main() {}
