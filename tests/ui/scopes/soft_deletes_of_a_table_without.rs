use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
}

async fn example(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    Order::query().with_deleted().all(&db).await?;
    Order::delete(id).hard().exec(&db).await?;
    Order::restore(id).exec(&db).await?;
    Ok(())
}

fn main() {}
