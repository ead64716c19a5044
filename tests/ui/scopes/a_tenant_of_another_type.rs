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
}

async fn example(db: Database, tenant: Uuid) -> crdb_orm::Result<()> {
    Order::query().all(&db.scoped(tenant)).await?;
    Ok(())
}

fn main() {}
