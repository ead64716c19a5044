use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    total: i64,
}

async fn run(db: &Database, id: Uuid) -> crdb_orm::Result<()> {
    let mut seen = Vec::new();
    db.transaction("load", async |tx| {
        seen.push(Order::find(id).one(&tx).await?);
        Ok(())
    })
    .await
}

fn main() {}
