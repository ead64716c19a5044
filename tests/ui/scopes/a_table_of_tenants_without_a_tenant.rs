use crdb_orm::prelude::*;

#[derive(CrdbType, Debug, Clone, Copy, PartialEq)]
struct TenantId(Uuid);

#[derive(CrdbTable, Debug)]
#[crdb(table = "orders", index(on(tenant_id)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    tenant_id: TenantId,
    total: i64,
}

async fn reads(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    Order::find(id).one(&db).await?;
    Order::query().count(&db).await?;
    Order::query().page(10).fetch(&db).await?;
    Order::query().select(Order::TOTAL).all(&db).await?;
    Order::query().all(&db.follower_reads()).await?;
    let _ = Order::query().stream(&db);
    Ok(())
}

async fn writes(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    Order::insert().total(1).one(&db).await?;
    Order::update(id).set(Order::TOTAL, 1).exec(&db).await?;
    Order::delete(id).exec(&db).await?;
    Order::query().update().set(Order::TOTAL, 1).exec(&db).await?;
    Order::insert_many([Order::insert().total(1)]).exec(&db).await?;
    Ok(())
}

async fn in_a_transaction(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    db.transaction("t", async |tx| Order::find(id).for_update().one(&tx).await).await?;
    Ok(())
}

fn main() {}
