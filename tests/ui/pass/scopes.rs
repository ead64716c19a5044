#![deny(warnings)]

use crdb_orm::prelude::*;
use crdb_orm::{Reaches, Result, Scoped, Tenant};

#[derive(CrdbType, Debug, Clone, Copy, PartialEq)]
struct TenantId(i64);

/// The tenants themselves: each sees its own row.
#[derive(CrdbTable, Debug)]
#[crdb(table = "tenants")]
struct Account {
    #[crdb(primary_key, tenant)]
    id: TenantId,
    name: String,
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "orders", index(on(tenant_id, total)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "tenant", tenant, references = Account)]
    tenant_id: TenantId,
    total: i64,
    #[crdb(column = "gone", soft_delete)]
    r#type: Option<DateTime<Utc>>,
}

// The time of another crate, and a table in which nothing has to be given.
#[derive(CrdbTable, Debug)]
#[crdb(table = "notes", schema = "app", index(on(tenant)))]
struct Note {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    tenant: String,
    #[crdb(soft_delete)]
    deleted: Option<jiff::Timestamp>,
}

/// Rows per region.
#[derive(CrdbTable, Debug)]
#[crdb(table = "carts", locality = regional_by_row(region))]
struct Cart {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    region: Region,
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "countries")]
struct Country {
    #[crdb(primary_key)]
    id: String,
}

async fn any<T: Table>(executor: &(impl Read + Reaches<T::Scope> + ?Sized)) -> Result<u64> {
    T::query().count(executor).await
}

async fn shared<T: Table<Scope = ()>>(db: &dyn Write) -> Result<u64> {
    T::query().count(db).await
}

async fn of_tenant(own: &Scoped<Database, TenantId>) -> Result<()> {
    Account::find(*own.tenant()).one(own).await?;
    Order::insert().total(1).one(own).await?;
    Country::query().all(own).await?;
    own.transaction("t", async |tx| {
        Order::query().for_update().all(&tx).await?;
        any::<Order>(&tx).await?;
        any::<Country>(&tx).await
    })
    .await?;
    Ok(())
}

trait Both: Write + Reaches<Tenant<TenantId>> {}
impl<X: Write + Reaches<Tenant<TenantId>> + ?Sized> Both for X {}

async fn use_it(db: &Database, region: Region) -> Result<()> {
    let own = db.scoped(TenantId(1));
    of_tenant(&own).await?;
    any::<Order>(&own as &dyn Both).await?;
    any::<Order>(&db.all_tenants("a report")).await?;
    any::<Cart>(&db.scoped(region)).await?;
    any::<Note>(&db.scoped("t".to_owned())).await?;
    shared::<Country>(db).await?;
    tokio::spawn({
        let own = own.clone();
        async move { of_tenant(&own).await }
    })
    .await
    .expect("it ends")
}

fn main() {
    let _ = use_it;
    let _ = shared::<Country>;
}
